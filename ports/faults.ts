/**
 * Runs the cases that are written by hand against each port with each fault that drivers have had. Each of these cases was
 * written because of such a fault. Those of 70,000 requests are left out. The result is ports/faults.json, and the table in
 * ports/README.md that is made from it. A port that is not built keeps its results.
 *
 *     node dist/ports/faults.js [--check]
 */
import { access, readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { execa } from 'execa';
import writeFileAtomic from 'write-file-atomic';
import { conform } from '../conform/conform.js';
import { readPortCorpus } from '../conform/corpus.js';
import { failuresOf } from '../conform/failures.js';
import type { Property } from '../conform/violation.js';

/** Each fault, and the property that `conform` has to name first: that of the fault itself, and not of its consequences. */
const FAULTS: Readonly<Record<string, readonly Property[]>> = {
  'shared-gref-as-id': ['UniqueOutstandingId'],
  'newest-waker-first': ['UniqueOutstandingId'],
  'counter-unchecked': ['UniqueOutstandingId'],
  // Both copies of an id are given out: whether block or id is met first is the port's.
  'free-list-unchecked': ['NoReuseBeforeResponse', 'UniqueOutstandingId'],
  'less-than': ['AnsweredComesBack'],
  'signed-notify': ['NotifyExact'],
  'no-final-check': ['NoLostWakeUp'],
  'status-unsigned': ['ErrorNeverDelivered'],
  'error-not-recovered': ['Conservation'],
  'refill-at-wrap': ['RxNeverStarves'],
  'rsp-prod-unbounded': ['ResponseBound'],
};

/** How one fault is caught. */
interface Caught {
  /** The case that `conform` shows. */
  readonly case: string;
  readonly property: string;
  /** The number of cases written by hand that fail. */
  readonly cases: number;
}

type Table = Record<string, Record<string, Caught | null>>;

const root = path.resolve(import.meta.dirname, '../..');
const home = path.join(root, 'ports');
const [BEGIN, END] = ['<!-- faults -->', '<!-- end of faults -->'];

/** A port by its folder, if it is built. */
async function builtPorts(): Promise<readonly { name: string; driver: string }[]> {
  const folders = (await readdir(home, { withFileTypes: true })).filter((entry) => entry.isDirectory());
  const ports = folders.map(({ name }) => ({ name, driver: path.join(home, name, 'build/driver-faults') }));
  const built = await Promise.all(
    ports.map(({ driver }) =>
      access(driver).then(
        () => true,
        () => false,
      ),
    ),
  );
  return ports.filter((_, i) => built[i]);
}

async function caughtBy(driver: string, fault: string): Promise<Caught | null> {
  const cases = (await readPortCorpus(path.join(root, 'traces'))).filter(
    ({ see, name }) => see === undefined && !name.includes('65536'),
  );
  const command = [driver, '--fault', fault] as const;
  const { results } = await conform(cases, { command, jobs: 2, timeoutMs: 3000, strict: true });
  const failed = failuresOf(results);
  const [shown] = failed;
  if (shown?.verdict.kind !== 'failed') return null;
  const property = shown.verdict.failure.property ?? 'the driver itself fails';
  return { case: shown.case.name, property, cases: new Set(failed.map(({ asked }) => asked)).size };
}

/** A row a fault, a column a port. */
function tableOf(table: Table): string {
  const ports = Object.keys(table).toSorted();
  const faults = [...new Set(ports.flatMap((port) => Object.keys(table[port]!)))];
  const cell = (caught: Caught | null | undefined): string =>
    caught === undefined
      ? 'not in this port'
      : caught === null
        ? '**NOT caught**'
        : `\`${caught.case}\`: ${caught.property} (${caught.cases} cases)`;
  return [
    `| fault | ${ports.map((port) => `\`ports/${port}\``).join(' | ')} |`,
    `|---|${ports.map(() => '---|').join('')}`,
    ...faults.map((fault) => `| ${fault} | ${ports.map((port) => cell(table[port]![fault])).join(' | ')} |`),
  ].join('\n');
}

/** The complaint about how a fault is caught; undefined if it is caught as it should be. */
const complaint = (
  properties: readonly Property[] | undefined,
  caught: Caught | null | undefined,
): string | undefined => {
  if (properties === undefined) return 'there is no such fault in ports/faults.ts';
  if (caught === undefined) return 'the port does not have it';
  if (caught === null) return 'it is not caught: the corpus has a hole';
  return properties.some((property) => property === caught.property)
    ? undefined
    : `${caught.case} names ${caught.property}, and it should be ${properties.join(' or ')}`;
};

const file = path.join(home, 'faults.json');
const readme = path.join(home, 'README.md');
const before = await readFile(file, 'utf8').catch(() => '{}');
const table = JSON.parse(before) as Table;
for (const { name, driver } of await builtPorts()) {
  const faults = (await execa(driver, ['--faults'])).stdout.trim().split('\n');
  table[name] = {};
  for (const fault of faults) {
    table[name][fault] = await caughtBy(driver, fault);
    process.stderr.write(`ports/${name} ${fault}: ${table[name][fault]?.case ?? 'NOT caught'}\n`);
  }
}

const text = await readFile(readme, 'utf8');
const [head, rest] = text.split(BEGIN);
const made = `${head}${BEGIN}\n\n${tableOf(table)}\n\n${END}${rest?.split(END)[1] ?? '\n'}`;
const json = `${JSON.stringify(table, null, 2)}\n`;
if (process.argv.includes('--check')) {
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
for (const [port, caught] of Object.entries(table))
  for (const fault of new Set([...Object.keys(FAULTS), ...Object.keys(caught)])) {
    const wrong = complaint(FAULTS[fault], caught[fault]);
    if (wrong === undefined) continue;
    process.stdout.write(`ports/${port}, ${fault}: ${wrong}\n`);
    process.exitCode = 1;
  }
