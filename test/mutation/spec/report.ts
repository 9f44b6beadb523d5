/** What a whole run came to: the scores, the survivors with their reasons, and what is wrong with it. */
import { readFile } from 'node:fs/promises';
import { z } from 'zod';
import { ToolError } from '../../../tlc/index.js';
import { percentageTold, SpecMutants } from '../../../cli/docs/spec-mutants.js';
import type { Decided } from './whole.js';

/** The least percentage that has to be told. */
export const THRESHOLD = 95;

const Reasons = z.array(
  z.strictObject({
    class: SpecMutants.shape.survivors.element.shape.class,
    why: z.string(),
    mutants: z.array(z.string()).min(1).describe('Their names, as in outcomes.ndjson.'),
  }),
);

/** Why some mutants survive. */
export type Reasons = z.infer<typeof Reasons>;

/** Reads the reasons. Throws {@link ToolError} if they are not as they should be. */
export async function readReasons(file: string): Promise<Reasons> {
  try {
    return Reasons.parse(JSON.parse(await readFile(file, 'utf8')));
  } catch (error) {
    const why = error instanceof z.ZodError ? z.prettifyError(error) : (error as Error).message;
    throw new ToolError(`${file} cannot be used (${why}): mend what is named`);
  }
}

/** What is published of a run. */
export function publishedOf(decided: readonly Decided[], reasons: Reasons): SpecMutants {
  const survivors = decided.filter(
    ({ name, outcome: { kind } }) =>
      kind === 'survived' || (kind === 'left' && reasonFor(name, reasons) !== undefined),
  );
  return {
    version: 1,
    modules: groups(decided, ({ subject }) => subject.mutant.span.module).map(([module, own]) => ({
      module,
      ...countsOf(own, reasons),
    })),
    roles: groups(decided, ({ subject: { mutant } }) => `${mutant.role} ${mutant.change}`).map(([, own]) => {
      const { role, change } = own[0]!.subject.mutant;
      return { role, change, ...countsOf(own, reasons) };
    }),
    tellers: groups(
      decided.filter(({ outcome }) => outcome.kind === 'told'),
      ({ outcome }) => waysOf[outcome.kind === 'told' ? outcome.how : ''] ?? 'another verdict',
    )
      .map(([how, own]) => ({ how, mutants: own.length }))
      .toSorted((a, b) => b.mutants - a.mutants),
    survivors: survivors.map(({ name, subject: { original, mutant } }) => {
      const reason = reasonFor(name, reasons);
      return {
        ...{ module: mutant.span.module, within: mutant.within, role: mutant.role, change: mutant.change },
        original,
        class: reason?.class ?? 'hole',
        why: reason?.why ?? 'to be explained',
      };
    }),
  };
}

/** How a mutant was told, in words. Any other is told by a verdict. */
const waysOf: Readonly<Record<string, string>> = {
  'more states': 'more states than on record',
  'other figures': 'the same verdict, with other figures',
  'an error': 'TLC cannot evaluate it',
  'it does not end': 'a run that does not end',
};

const reasonFor = (name: string, reasons: Reasons): Reasons[number] | undefined =>
  reasons.find(({ mutants }) => mutants.includes(name));

function groups<T>(
  items: readonly T[],
  keyOf: (item: T) => string,
): readonly (readonly [string, readonly T[]])[] {
  const found = new Map<string, T[]>();
  for (const item of items) found.set(keyOf(item), [...(found.get(keyOf(item)) ?? []), item]);
  return [...found].toSorted(([a], [b]) => (a < b ? -1 : 1));
}

type Counts = Omit<SpecMutants['modules'][number], 'module'>;

function countsOf(decided: readonly Decided[], reasons: Reasons): Counts {
  const counts = { told: 0, same: 0, survived: 0, left: 0, unparsed: 0 };
  for (const { name, outcome } of decided) {
    const mayBeSame = outcome.kind === 'survived' || outcome.kind === 'left';
    counts[mayBeSame && reasonFor(name, reasons)?.class === 'same' ? 'same' : outcome.kind]++;
  }
  return counts;
}

/**
 * The share that was told of those that parse and do not say the same as the specification, in per cent, rounded down: a
 * threshold is reached or it is not. One that is not decided counts as not told.
 */
export const scoreOf = (decided: readonly Decided[], reasons: Reasons): number =>
  percentageTold(countsOf(decided, reasons));

/** What is wrong with a run. A run of some modules has no score to be held to, and leaves the reasons of others alone. */
export function complaintsOf(
  decided: readonly Decided[],
  reasons: Reasons,
  isWhole: boolean,
): readonly string[] {
  const score = scoreOf(decided, reasons);
  const survivors = decided.filter(({ outcome }) => outcome.kind === 'survived').map(({ name }) => name);
  const untried = decided.filter(({ outcome }) => outcome.kind === 'left').map(({ name }) => name);
  const explained = reasons.flatMap(({ mutants }) => mutants);
  const twice = explained.filter((name, i) => explained.indexOf(name) !== i);
  const mine = isWhole ? explained : explained.filter((name) => decided.some((each) => each.name === name));
  return [
    ...(decided.length === 0 ? ['there is no mutant: nothing was tried'] : []),
    ...(untried.length > 0
      ? [`${untried.length} mutants are not decided: run it again, it goes on from there`]
      : []),
    ...(isWhole && score < THRESHOLD ? [`${score} % of the mutants are told: ${THRESHOLD} are wanted`] : []),
    ...twice.map((name) => `survivors.json has two reasons for ${name}`),
    ...survivors
      .filter((name) => !explained.includes(name))
      .map((name) => `survivors.json has no reason for this mutant, which no model tells: ${name}`),
    ...mine
      .filter((name) => !survivors.includes(name) && !untried.includes(name))
      .map((name) => `survivors.json explains a mutant that is told or is no more: ${name}`),
  ];
}
