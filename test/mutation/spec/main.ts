/**
 * npm run mutation:spec: how many small changes to the specification its models tell. Prints the mutants that none tells, and
 * the score. With --write it writes docs/spec-mutants.json, from which netfront docs writes a part of spec/README.md: also where
 * the time was up, and what is not decided then counts as not told.
 *
 *     npm run mutation:spec -- [MODULE...] [--again survivors|all] [--jobs 2] [--minutes 60] [--write]
 *
 * What came of each mutant is kept in outcomes.ndjson, so that a run tries only what has changed since. With names of modules
 * only their mutants are tried. After so many minutes no mutant is begun any more, and the next run goes on from there.
 *
 * Exit status 1: fewer than 95 % are told, a survivor has no reason, a reason has no survivor, or what is published is old.
 */
import { access, readFile } from 'node:fs/promises';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { specMutantsFile } from '../../../cli/docs/spec-mutants.js';
import { endingOf } from '../../../cli/errors.js';
import { interruptible } from '../../../cli/interrupt.js';
import { colours, counted, figure, note, print } from '../../../cli/output.js';
import { writeResult } from '../../../cli/output-file.js';
import { findJar, findJava, ToolError } from '../../../tlc/index.js';
import { ROUNDS } from './families.js';
import { complaintsOf, publishedOf, type Reasons, readReasons, scoreOf } from './report.js';
import { type Decided, tryAll } from './whole.js';

const { values: asked, positionals: modules } = parseArgs({
  allowPositionals: true,
  options: {
    again: { type: 'string' },
    jobs: { type: 'string', default: '2' },
    minutes: { type: 'string', default: 'Infinity' },
    write: { type: 'boolean', default: false },
  },
});

try {
  process.exitCode = await interruptible(main);
} catch (error) {
  const { status, sentence } = endingOf(error);
  if (sentence !== undefined) note(sentence);
  process.exitCode = status;
}

async function main(signal: AbortSignal): Promise<number> {
  const { again, write } = asked;
  const jobs = Number(asked.jobs);
  if (again !== undefined && again !== 'survivors' && again !== 'all')
    throw new ToolError(`--again ${again}: take survivors or all`);
  if (!Number.isInteger(jobs) || jobs < 1)
    throw new ToolError(`--jobs ${asked.jobs}: take a whole number from 1`);
  const minutes = Number(asked.minutes);
  if (!(minutes >= 0)) throw new ToolError(`--minutes ${asked.minutes}: take a number of minutes`);
  const isWhole = modules.length === 0;
  if (write && !isWhole) throw new ToolError('--write publishes a whole run: leave out the modules');
  const root = process.cwd();
  for (const module of modules)
    await access(path.join(root, 'spec', `${module}.tla`)).catch(() => {
      throw new ToolError(`${module} is no module of spec/: take one such as Ring`);
    });
  const here = path.join(root, 'test', 'mutation', 'spec');
  const decided = await tryAll({
    ...{ root, modules, jobs, minutes, signal, rounds: ROUNDS, file: path.join(here, 'outcomes.ndjson') },
    tools: {
      java: await findJava({ signal }),
      jar: await findJar({ signal }),
      batch: path.join(here, 'Batch.java'),
    },
    ...(again !== undefined && { again }),
    onTried: ({ name }, outcome, left) => {
      const how = outcome.kind === 'told' ? `${outcome.by}, ${outcome.how}` : outcome.kind.toUpperCase();
      note(`${figure(left)} left, ${name}: ${how}`);
    },
  });
  const reasons = await readReasons(path.join(here, 'survivors.json'));
  const isDone = decided.every(({ outcome }) => outcome.kind !== 'left');
  const complaints = [
    ...complaintsOf(decided, reasons, isWhole),
    ...(isWhole && (isDone || write)
      ? await published(root, JSON.stringify(publishedOf(decided, reasons), null, 2), write)
      : []),
  ];
  print(summary(decided, reasons));
  for (const complaint of complaints) print(`${colours.red('NO')}  ${complaint}`);
  return complaints.length === 0 ? 0 : 1;
}

function summary(decided: readonly Decided[], reasons: Reasons): string {
  const count = (kind: string): number => decided.filter(({ outcome }) => outcome.kind === kind).length;
  return (
    `${scoreOf(decided, reasons)} % are told of the mutants that do not say the same as the specification, ` +
    `${figure(count('told'))} of ${counted(count('told') + count('survived') + count('left'), 'mutant')} in all, ` +
    `${figure(count('survived'))} are not; ${figure(count('unparsed'))} more are no specification, ` +
    `${figure(count('left'))} are not decided ` +
    `(${figure(decided.filter(({ isNew }) => isNew).length)} tried now)`
  );
}

/** Writes what is published if asked to, else says whether it is as it was. */
async function published(root: string, json: string, write: boolean): Promise<readonly string[]> {
  const file = specMutantsFile(root);
  const due = `${json}\n`;
  if ((await readFile(file, 'utf8').catch(() => '')) === due) return [];
  if (!write)
    return ['docs/spec-mutants.json does not say this: npm run mutation:spec -- --write, then make docs'];
  await writeResult(file, due);
  return [];
}
