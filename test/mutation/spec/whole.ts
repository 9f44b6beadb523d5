/** All mutants of a specification, tried as far as what came of them is not known from an earlier run. */
import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { readFamilies, type Tools } from './families.js';
import { bare } from '../../../tlc/modules.js';
import { type Outcome, readKept, type Tried, writeKept } from './kept.js';
import { dependsOn, type Subject, subjectsOf } from './subjects.js';
import { tryFamily } from './try.js';

/** What to try, and how. */
export interface Wanted {
  /** The folder of the project. */
  readonly root: string;
  readonly tools: Tools;
  /** The file with what came of the mutants of earlier runs. */
  readonly file: string;
  /** Only the mutants of these modules; of all, if it is empty. */
  readonly modules?: readonly string[];
  /** Whose outcomes of an earlier run are not believed: nobody's, those that survived, or all. */
  readonly again?: 'survivors' | 'all';
  /** How many mutants at a time. */
  readonly jobs: number;
  /** The distinct states up to which models are asked in each round. */
  readonly rounds: readonly number[];
  /** After so many minutes no mutant is begun any more; the next run goes on from there. */
  readonly minutes?: number;
  /** Ends the run, with an error. What came of mutants until then is kept. */
  readonly signal?: AbortSignal;
  /** Called with each mutant that was tried, and how many are still to be decided. */
  readonly onTried?: (subject: Subject, outcome: Outcome, left: number) => void;
}

/** A mutant and what came of it; it is left where the time was up. */
export interface Decided extends Omit<Tried, 'outcome'> {
  readonly outcome: Outcome | { readonly kind: 'left' };
  readonly subject: Subject;
  /** Whether it was tried now. */
  readonly isNew: boolean;
}

/** Tries the mutants, and keeps what came of them. Returns it in the order of the modules' texts. */
export async function tryAll(wanted: Wanted): Promise<readonly Decided[]> {
  const { root, tools, file, modules = [], again, jobs, rounds, minutes, signal, onTried } = wanted;
  const families = await readFamilies(root, tools, modules);
  const all = await subjectsOf(root, families);
  const subjects = all.filter(({ mutant }) => modules.length === 0 || modules.includes(mutant.span.module));
  const texts = await moduleTexts(root);
  const kept = await readKept(file);
  const decided = new Map<string, Decided & Tried>();
  const until = performance.now() + (minutes ?? Infinity) * 60_000;
  for (const subject of subjects) {
    const before = kept.get(subject.name);
    if (before === undefined || again === 'all') continue;
    if (again === 'survivors' && before.outcome.kind === 'survived') continue;
    if (before.of === dependsOn(subject, before.outcome, texts))
      decided.set(subject.name, { ...before, subject, isNew: false });
  }
  const names = new Set(all.map(({ name }) => name));
  const isThere = (name: string): boolean =>
    names.has(name) || (modules.length > 0 && !modules.includes(name.split(' ')[0]!));
  const keep = async (): Promise<void> => {
    // Of mutants that there are no more nothing is kept.
    const others = [...kept.values()].filter(({ name }) => isThere(name) && !decided.has(name));
    await writeKept(file, [...others, ...decided.values()]);
  };
  const decide = (subject: Subject, outcome: Outcome): void => {
    const { name } = subject;
    decided.set(name, { name, of: dependsOn(subject, outcome, texts), outcome, subject, isNew: true });
    onTried?.(subject, outcome, subjects.length - decided.size);
  };
  let saved = performance.now();
  try {
    await tryRounds();
  } finally {
    await keep();
  }
  return subjects.map((subject): Decided => {
    const { name } = subject;
    return decided.get(name) ?? { name, of: '', outcome: { kind: 'left' }, subject, isNew: false };
  });

  async function tryRounds(): Promise<void> {
    for (const [i, largest] of rounds.entries())
      for (const family of families) {
        const mine = subjects.filter(
          ({ name, asked }) => !decided.has(name) && asked.some((each) => each.family === family),
        );
        await tryFamily(family, mine, {
          ...{ root, tools, jobs, signal, until, largest, above: rounds[i - 1] ?? 0 },
          onOutcome: async (subject, outcome) => {
            decide(subject, outcome);
            // A run that is ended goes on from there.
            if (performance.now() - saved < SAVE_MS) return;
            saved = performance.now();
            await keep();
          },
        });
      }
    if (performance.now() > until) return;
    for (const subject of subjects) if (!decided.has(subject.name)) decide(subject, { kind: 'survived' });
  }
}

const SAVE_MS = 20_000;

/** The modules of the specification, without comments. */
async function moduleTexts(root: string): Promise<readonly string[]> {
  const texts = await Promise.all(
    ['spec', 'spec/models'].map(async (folder) => {
      const names = (await readdir(path.join(root, folder)))
        .filter((name) => name.endsWith('.tla'))
        .toSorted();
      return Promise.all(
        names.map(async (name) => bare(await readFile(path.join(root, folder, name), 'utf8'))),
      );
    }),
  );
  return texts.flat();
}
