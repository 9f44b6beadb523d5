/**
 * The share of small changes to the logic of the C port that the corpus detects, and no other test. Mutants are taken at random,
 * by a seed. One that does not compile, or whose object code is that of the port or of an earlier mutant, does not count. The
 * result is written into ports/README.md, with each survivor and the reason for it (ports/c/survivors.json).
 *
 *     node dist/ports/mutants-c.js [--sample 1000] [--seed 1] [--minutes 60] [--written]
 *
 * After so many minutes no mutant is begun any more; the next run goes on from there (build/mutants-c.ndjson). With --written the covers are left out: they take most of the time that
 * a survivor costs. Of either the page says so.
 */
import { createHash } from 'node:crypto';
import { cp, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { execa } from 'execa';
import pLimit from 'p-limit';
import writeFileAtomic from 'write-file-atomic';
import { conform } from '../conform/conform.js';
import { readPortCorpus } from '../conform/corpus.js';
import { DriverFault } from '../conform/port.js';
import { unaskedFeatures } from '../conform/unasked.js';
import { type Mutation, mutationsOf } from './c-mutations.js';
import { keptOutcomes } from './kept-outcomes.js';
import { reportOf, type Tried } from './mutants-c-report.js';

const { values } = parseArgs({
  options: {
    sample: { type: 'string', default: '1000' },
    seed: { type: 'string', default: '1' },
    minutes: { type: 'string', default: 'Infinity' },
    written: { type: 'boolean', default: false },
  },
});
const [wanted, seed] = [Number(values.sample), Number(values.seed)];
const JOBS = 2;

const root = path.resolve(import.meta.dirname, '../..');
const port = path.join(root, 'ports/c');
const FLAGS = ['-O2', '-std=gnu11', '-w', '-Isrc', '-c'];

interface Mutant extends Mutation {
  readonly file: string;
}

/** A place in the order in which mutants are tried: the same for a seed, and for a mutant whatever others there are. */
const placeOf = ({ file, line, to }: Mutant): string =>
  createHash('sha256').update(`${seed} ${file} ${line} ${to}`).digest('hex');

/** What they declare and nothing else. */
const DECLARATIONS = new Set(['netfront.h', 'connection.h']);
const sources = (await readdir(path.join(port, 'src'))).filter((file) => !DECLARATIONS.has(file)).toSorted();
const drivers = (await readdir(path.join(port, 'driver')))
  .filter((file) => file.endsWith('.c'))
  .map((file) => path.basename(file, '.c'));
const texts = new Map(
  await Promise.all(
    sources.map(async (file) => [file, await readFile(path.join(port, 'src', file), 'utf8')] as const),
  ),
);
const all = [...texts]
  .flatMap(([file, text]) => mutationsOf(text).map((each): Mutant => ({ ...each, file })))
  .toSorted((a, b) => (placeOf(a) < placeOf(b) ? -1 : 1));

const corpus = await readPortCorpus(path.join(root, 'traces'));
const isLong = (name: string): boolean => name.includes('65536');
const batches = [
  corpus.filter(({ see, name }) => see === undefined && !isLong(name)),
  ...(values.written
    ? []
    : [corpus.filter(({ see }) => see !== undefined), corpus.filter(({ name }) => isLong(name))]),
];

const units = sources.filter((file) => file.endsWith('.c'));

/** A copy of the port in which mutants are compiled, one after another. */
class Workshop {
  constructor(readonly folder: string) {}

  /** Compiles the port as it is. */
  async open(): Promise<void> {
    await cp(path.join(port, 'src'), path.join(this.folder, 'src'), { recursive: true });
    for (const unit of units)
      if (!(await this.#compile(unit, 'own'))) throw new Error(`ports/c/src/${unit} does not compile`);
  }

  /** The objects of the port with a mutant, or as it is; undefined if it does not compile. */
  async objects(mutant?: Mutant): Promise<readonly string[] | undefined> {
    if (mutant === undefined) return units.map((unit) => path.join(this.folder, `own-${unit}.o`));
    const source = path.join(this.folder, 'src', mutant.file);
    const text = texts.get(mutant.file)!;
    await writeFile(source, text.split('\n').with(mutant.line, mutant.to).join('\n'));
    // What is in a header is in each unit.
    const changed = units.filter((unit) => unit === mutant.file || !units.includes(mutant.file));
    let isRight = true;
    for (const unit of changed) isRight &&= await this.#compile(unit, 'mutant');
    await writeFile(source, text);
    const kindOf = (unit: string): string => (changed.includes(unit) ? 'mutant' : 'own');
    return isRight ? units.map((unit) => path.join(this.folder, `${kindOf(unit)}-${unit}.o`)) : undefined;
  }

  /** The driver of these objects; undefined if they do not link, as without a function that another unit calls. */
  async link(objects: readonly string[]): Promise<string | undefined> {
    const driver = path.join(this.folder, 'driver');
    const others = drivers.map((name) => path.join(port, 'build', `${name}.o`));
    const { failed } = await execa('cc', ['-o', driver, ...objects, ...others], { reject: false });
    return failed ? undefined : driver;
  }

  async #compile(unit: string, kind: 'own' | 'mutant'): Promise<boolean> {
    const object = `${kind}-${unit}.o`;
    const { failed } = await execa('cc', [...FLAGS, '-o', object, `src/${unit}`], {
      cwd: this.folder,
      reject: false,
    });
    return !failed;
  }
}

/** The hash of object code. */
async function hashOf(objects: readonly string[]): Promise<string> {
  const hash = createHash('sha256');
  for (const object of objects) hash.update(await readFile(object));
  return hash.digest('hex');
}

/** The first case that fails, or undefined. A mutant may ask for all the memory that there is, and is given a gigabyte. */
async function toldBy(driver: string): Promise<string | undefined> {
  const command = ['sh', '-c', 'ulimit -v 1000000; exec "$0"', driver] as const;
  for (const cases of batches) {
    const options = { command, jobs: 1, timeoutMs: 3000, bail: true };
    const conformed = await conform(cases, options).catch((error: unknown) => {
      if (error instanceof DriverFault) return undefined;
      throw error;
    });
    if (conformed === undefined) return 'it does not start';
    const failed = conformed.results.find(({ verdict }) => verdict.kind === 'failed');
    if (failed !== undefined) return failed.case.name;
    const [unasked] = unaskedFeatures(conformed, cases);
    if (unasked !== undefined) return `it can start no case that needs ${unasked}`;
  }
  return undefined;
}

await execa('make', ['-s', '-C', port, 'all']);
const workshops = await Promise.all(
  Array.from(
    { length: JOBS },
    async () => new Workshop(await mkdtemp(path.join(tmpdir(), 'netfront-mutants-'))),
  ),
);
for (const shop of workshops) await shop.open();
const own = (await workshops[0]!.objects())!;
const driver = await workshops[0]!.link(own);
if (driver === undefined) throw new Error('ports/c as it is does not link');
const why = await toldBy(driver);
if (why !== undefined) throw new Error(`ports/c as it is fails ${why}`);

/** All that an outcome depends on, but for the mutant: the cases, the port, and the code that judges. */
const judges = await Promise.all(
  ['conform', 'replay', 'graph', 'tlc'].map(async (folder) => {
    const names = await readdir(path.join(root, 'dist', folder), { recursive: true });
    return names
      .filter((name) => name.endsWith('.js'))
      .toSorted()
      .map((name) => path.join(root, 'dist', folder, name));
  }),
);
const key = createHash('sha256')
  .update(JSON.stringify([batches, await hashOf([driver, ...judges.flat()])]))
  .digest('hex');
const kept = await keptOutcomes(path.join(root, 'build/mutants-c.ndjson'), key);
const nameOf = ({ file, line, to }: Mutant): string => `${file}:${line + 1}: ${to.trim()}`;

const seen = new Set([await hashOf(own)]);
const tried: Tried[] = [];
const counts = { broken: 0, same: 0, left: 0 };
const until = performance.now() + Number(values.minutes) * 60_000;
let begun = 0;
const isOver = (): boolean => begun >= wanted || performance.now() > until;

async function tryOne(shop: Workshop, mutant: Mutant): Promise<void> {
  const objects = isOver() ? undefined : await shop.objects(mutant);
  const hash = objects && (await hashOf(objects));
  if (isOver()) counts.left++;
  else if (objects === undefined || hash === undefined) counts.broken++;
  else if (seen.has(hash)) counts.same++;
  else {
    begun++;
    seen.add(hash);
    const name = nameOf(mutant);
    let by = kept.of(name);
    if (by === undefined) {
      const driver = await shop.link(objects);
      if (driver === undefined) {
        begun--;
        counts.broken++;
        return;
      }
      by = (await toldBy(driver)) ?? null;
      await kept.add(name, by);
    }
    const { file, within } = mutant;
    tried.push({ file, within, from: mutant.from.trim(), to: mutant.to.trim(), by: by ?? undefined });
    process.stderr.write(`${tried.length} ${name}: ${by ?? 'NOT told'}\n`);
  }
}

const limit = pLimit(JOBS);
await Promise.all(
  all.map((mutant) =>
    limit(async () => {
      const shop = workshops.pop()!; // there are as many as mutants at a time
      await tryOne(shop, mutant);
      workshops.push(shop);
    }),
  ),
);
await Promise.all(workshops.map(({ folder }) => rm(folder, { recursive: true, force: true })));

const { text, complaints } = await reportOf(root, {
  ...{ isWhole: !values.written, all: all.length, tried },
  ...counts,
});
const [BEGIN, END] = ['<!-- mutants of c -->', '<!-- end of mutants of c -->'];
const readme = path.join(root, 'ports/README.md');
const before = await readFile(readme, 'utf8');
const [head, rest] = before.split(BEGIN);
await writeFileAtomic(readme, `${head}${BEGIN}\n\n${text}\n\n${END}${rest?.split(END)[1] ?? '\n'}`);
for (const complaint of complaints) process.stdout.write(`${complaint}\n`);
if (complaints.length > 0) process.exitCode = 1;
