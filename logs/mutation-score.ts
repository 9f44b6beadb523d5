/** How many changed logs TLC rejects, and how soon. */
import type { RingLog } from './event.js';
import { judge, type JudgeOptions, type Judgement } from './judge.js';
import { HORIZON, type Mutation, mutations } from './mutate.js';
import { walkOf } from './ring-run.js';

/** The verdict on one changed log. */
export interface MutationVerdict {
  readonly mutation: Mutation;
  /** The rule that it breaks; undefined if all events that were tried are steps. */
  readonly complaint?: string;
  /** How many events of the log behind the changed one the impossible one is. */
  readonly after?: number;
  /** The same, where that is too far: the change counts as not noticed. */
  readonly late?: number;
}

/** The verdicts on all of them. */
export interface MutationScore {
  readonly verdicts: readonly MutationVerdict[];
  readonly seconds: number;
}

/**
 * Changes a log in `count` ways, and has TLC judge them in one run, by the order of its driver or another.
 * @throws Error if the log itself is no behaviour: nothing could be said of changes to it
 */
export async function scoreMutations(
  log: RingLog,
  count: number,
  seed: number,
  options: JudgeOptions,
  driver = log.header.driver,
): Promise<MutationScore> {
  const all = mutations(log, count, seed);
  const rings = (['tx', 'rx'] as const).filter((ring) => log.header.rings[ring] !== undefined);
  const numbers = rings.map((ring) => log.events.flatMap((event, i) => (event.ring === ring ? [i + 1] : [])));
  const walks = rings.map((ring, i) => ({
    ...walkOf(
      log,
      ring,
      numbers[i]!.map((number) => log.events[number - 1]!),
      driver,
    ),
    branches: all.filter((mutation) => mutation.ring === ring).map(({ branch }) => branch),
  }));
  const { walks: judged, seconds } = await judge(walks, { isBrief: true, ...options });
  const verdicts = rings.flatMap((ring, i) => {
    const { itself, branches } = judged[i]!;
    if (itself.kind !== 'behaviour') throw new Error(`the ${ring} ring is no behaviour as it is`);
    return all
      .filter((mutation) => mutation.ring === ring)
      .map((mutation, m): MutationVerdict => verdictOn(mutation, branches[m]!, numbers[i]!));
  });
  return {
    verdicts: all.map((mutation) => verdicts.find((verdict) => verdict.mutation === mutation)!),
    seconds,
  };
}

function verdictOn(mutation: Mutation, judgement: Judgement, numbers: readonly number[]): MutationVerdict {
  if (judgement.kind === 'behaviour') return { mutation };
  const { patch, resume } = mutation.branch;
  const { events, complaint } = judgement;
  // Within the patch it is the changed event itself, or the one it was swapped with.
  const number = events < patch.length ? mutation.number : numbers[resume + events - patch.length]!;
  const after = number - mutation.number;
  return after > HORIZON ? { mutation, late: after } : { mutation, complaint, after };
}
