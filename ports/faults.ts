/**
 * Runs the cases that are written by hand against each port with each fault that drivers have had. Those of 70,000 requests
 * are left out. The result is ports/faults.json, and the table in ports/README.md that is made from it. A port whose toolchain
 * is not here keeps its results.
 *
 *     node dist/ports/faults.js [--check] [--port PORT] [FAULT ...]
 */
import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { execa } from 'execa';
import writeFileAtomic from 'write-file-atomic';
import type { Case } from '../conform/case.js';
import { conform } from '../conform/conform.js';
import { readPortCorpus } from '../conform/corpus.js';
import { failuresOf } from '../conform/failures.js';
import { PROPERTIES } from '../conform/violation.js';
import { type Caught, complaintsOf, type Table, tableOf } from './faults-table.js';
import { absentFrom, type KnownFault, knownFaults, patchesOf } from './known-faults.js';

const root = path.resolve(import.meta.dirname, '../..');
const home = path.join(root, 'ports');
const [BEGIN, END] = ['<!-- faults -->', '<!-- end of faults -->'];

/** The names of the ports, which are the folders with a Makefile. */
async function portNames(): Promise<readonly string[]> {
  const folders = (await readdir(home, { withFileTypes: true })).filter((entry) => entry.isDirectory());
  return folders.map(({ name }) => name).toSorted();
}

/** Whether the port can be built here. */
const hasToolchain = async (port: string): Promise<boolean> =>
  !(await execa('make', ['-s', '-C', path.join(home, port), 'toolchain'], { reject: false })).failed;

const cases = (await readPortCorpus(path.join(root, 'traces'))).filter(
  ({ see, name }) => see === undefined && !name.includes('/cover') && !name.includes('65536'),
);

/** A fault of the rings shows in every connection, too, and there by another property. So the cases are those of its kind. */
const casesFor = (fault: KnownFault | undefined): readonly Case[] => {
  if (fault === undefined) return cases;
  const isOfDevice = fault.violates.some((property) => PROPERTIES[property].module === 'Connection');
  return cases.filter(({ name }) => name.startsWith('connection/') === isOfDevice);
};

/** What the cases show of a port with a fault. */
async function caughtBy(port: string, fault: string): Promise<Caught | null> {
  const built = `build/faults/${fault}`;
  await execa('make', ['-s', '-C', path.join(home, port), built]);
  const { results } = await conform(casesFor(known.find(({ name }) => name === fault)), {
    command: [path.join(home, port, built)],
    jobs: 2,
    timeoutMs: 3000,
    strict: true,
  });
  const failed = failuresOf(results);
  const [shown] = failed;
  if (shown?.verdict.kind !== 'failed') return null;
  const property = shown.verdict.failure.property ?? 'the driver itself fails';
  return { case: shown.case.name, property, cases: new Set(failed.map(({ asked }) => asked)).size };
}

const { values, positionals: wanted } = parseArgs({
  options: { check: { type: 'boolean', default: false }, port: { type: 'string' } },
  allowPositionals: true,
});
const file = path.join(home, 'faults.json');
const readme = path.join(home, 'README.md');
const before = await readFile(file, 'utf8');
const table = JSON.parse(before) as Record<string, Record<string, Caught | null>>;
const known = await knownFaults(home);
const absent: Record<string, Readonly<Record<string, string>>> = {};
for (const port of await portNames()) {
  absent[port] = await absentFrom(path.join(home, port));
  if ((values.port ?? port) !== port || !(await hasToolchain(port))) continue;
  const had = table[port] ?? {};
  const faults = await patchesOf(path.join(home, port));
  table[port] = {};
  for (const fault of faults) {
    const isWanted = wanted.length === 0 || wanted.includes(fault);
    table[port][fault] = isWanted ? await caughtBy(port, fault) : (had[fault] ?? null);
    if (isWanted)
      process.stderr.write(`ports/${port} ${fault}: ${table[port][fault]?.case ?? 'NOT caught'}\n`);
  }
}

const result: Table = { known, caught: table, absent };
const text = await readFile(readme, 'utf8');
const [head, rest] = text.split(BEGIN);
const made = `${head}${BEGIN}\n\n${tableOf(result)}\n\n${END}${rest?.split(END)[1] ?? '\n'}`;
const json = `${JSON.stringify(table, null, 2)}\n`;
if (values.check) {
  if (made !== text || json !== before) {
    process.stdout.write(
      'ports/README.md is not what the ports show now: make faults, and commit what it writes\n',
    );
    process.exitCode = 1;
  }
} else {
  await writeFileAtomic(file, json);
  await writeFileAtomic(readme, made);
}
for (const complaint of complaintsOf(result)) {
  process.stdout.write(`${complaint}\n`);
  process.exitCode = 1;
}
