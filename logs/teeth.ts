/** How many changed logs TLC rejects, and where. */
import type { RingLog } from './event.js';
import { judge, type JudgeOptions, type Judgement } from './judge.js';
import { HORIZON, type Mutation, mutations } from './mutate.js';
import { walkOf } from './validate.js';

/** What became of one changed log. */
export interface Bite {
  readonly mutation: Mutation;
  /** The rule that it breaks; undefined if it was taken for a behaviour as far as was looked. */
  readonly complaint?: string;
  /** How many events of the log after the changed one the impossible one comes. */
  readonly after?: number;
  /** The same, of a change that counts as not noticed because it is too far. */
  readonly late?: number;
}

/** What became of them all. */
export interface Teeth {
  readonly bites: readonly Bite[];
  readonly seconds: number;
}

/**
 * Changes a log in `count` ways, and has TLC look at them in one run.
 * @throws Error if the log itself is no behaviour: nothing could be said of changes to it
 */
export async function teeth(
  log: RingLog,
  count: number,
  seed: number,
  options: JudgeOptions,
): Promise<Teeth> {
  const all = mutations(log, count, seed);
  const rings = (['tx', 'rx'] as const).filter((ring) => log.header.rings[ring] !== undefined);
  const numbers = rings.map((ring) => log.events.flatMap((event, i) => (event.ring === ring ? [i + 1] : [])));
  const walks = rings.map((ring, i) => ({
    ...walkOf(
      log,
      ring,
      numbers[i]!.map((number) => log.events[number - 1]!),
    ),
    branches: all.filter((mutation) => mutation.ring === ring).map(({ branch }) => branch),
  }));
  const { walks: judged, seconds } = await judge(walks, options);
  const bites = rings.flatMap((ring, i) => {
    const { itself, branches } = judged[i]!;
    if (itself.kind !== 'behaviour') throw new Error(`the ${ring} ring is no behaviour as it is`);
    return all
      .filter((mutation) => mutation.ring === ring)
      .map((mutation, m): Bite => biteOf(mutation, branches[m]!, numbers[i]!));
  });
  return { bites: all.map((mutation) => bites.find((bite) => bite.mutation === mutation)!), seconds };
}

function biteOf(mutation: Mutation, judgement: Judgement, numbers: readonly number[]): Bite {
  if (judgement.kind === 'behaviour') return { mutation };
  const { patch, resume } = mutation.branch;
  const { events, complaint } = judgement;
  // Within the patch it is the changed event itself, or the one it was swapped with.
  const number = events < patch.length ? mutation.number : numbers[resume + events - patch.length]!;
  const after = number - mutation.number;
  return after > HORIZON ? { mutation, late: after } : { mutation, complaint, after };
}
