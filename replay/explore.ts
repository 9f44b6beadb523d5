/**
 * Explores a program that asks, at each point where something else may happen, what does: every choice is tried,
 * depth first. The program is run again from the beginning for each way through it, since a JavaScript function that
 * is in the middle of its work can be neither copied nor put back.
 */

/** What happens at a point, as the program offers it; the first option is what an undisturbed run does. */
export type Options = readonly [string, ...string[]];

/** Asks what happens next. */
export interface Chooser {
  /**
   * @param key tells this point apart from all others after which the program could go on differently
   * @returns the index of the option that happens
   */
  choose(key: string, options: Options): number;
  /** The point just chosen at was met before: what follows is known, and the run may end. */
  readonly isKnown: boolean;
}

/** A way through the program: at each point the index that was chosen. Points after the last take option 0. */
export type Schedule = readonly number[];

/** One choice of a schedule that was not the undisturbed one, in words. */
export interface Disturbance {
  /** The number of the point in its run, from 1. */
  readonly point: number;
  readonly option: string;
}

/** A run that fails, the shortest that was found. */
export interface Failing {
  readonly schedule: Schedule;
  readonly disturbances: readonly Disturbance[];
  readonly why: string;
}

/** What an exploration came to. */
export interface Exploration {
  /** Ways through the program that were run, those for the shrinking of a failure not counted. */
  readonly schedules: number;
  /** Different points at which something was chosen. */
  readonly points: number;
  readonly failing?: Failing;
}

/** How far to go. */
export interface Limits {
  /** Fails when this many schedules were run and there are more. */
  readonly maxSchedules: number;
  /** Told after every thousand schedules. */
  readonly onProgress?: (schedules: number) => void;
}

/** One run. Resolves with what is wrong, in a sentence; with null if nothing is. */
export type Program = (chooser: Chooser) => Promise<string | null>;

interface Taken {
  index: number;
  readonly options: Options;
}

/** A run along a schedule. Beyond it the first option is taken, until a point is met that is known. */
class Run implements Chooser {
  readonly taken: Taken[] = [];
  isKnown = false;
  /** What the schedule asks for and there is not. */
  missing: string | undefined;

  constructor(
    readonly schedule: Schedule,
    readonly seen: Set<string> | undefined,
  ) {}

  choose(key: string, options: Options): number {
    if (this.isKnown) return 0;
    const n = this.taken.length;
    if (n >= this.schedule.length && this.seen !== undefined) {
      if (this.seen.has(key)) {
        this.isKnown = true;
        return 0;
      }
      this.seen.add(key);
    }
    const asked = this.schedule[n] ?? 0;
    const index = Math.min(asked, options.length - 1);
    if (asked !== index)
      this.missing ??= `choice ${n + 1} is ${asked}, and there are ${options.length}, from 0`;
    this.taken.push({ index, options });
    return index;
  }
}

/** The next schedule in order: the last point that has an option left takes it, and what followed is forgotten. */
const after = (taken: readonly Taken[]): Schedule | undefined => {
  const last = taken.findLastIndex(({ index, options }) => index + 1 < options.length);
  if (last < 0) return undefined;
  return taken.slice(0, last + 1).map(({ index }, n) => (n === last ? index + 1 : index));
};

/** Runs a program in every way in which it can go, until one fails. */
export async function explore(program: Program, { maxSchedules, onProgress }: Limits): Promise<Exploration> {
  const seen = new Set<string>();
  let schedules = 0;
  for (let schedule: Schedule | undefined = []; schedule !== undefined;) {
    if (schedules === maxSchedules) {
      const why = `there are more than ${maxSchedules} schedules, and no end to be seen`;
      return { schedules, points: seen.size, failing: { schedule, disturbances: [], why } };
    }
    const run: Run = new Run(schedule, seen);
    const why = await program(run);
    schedules++;
    if (schedules % 1000 === 0) onProgress?.(schedules);
    if (why !== null) return { schedules, points: seen.size, failing: await shrunk(program, run) };
    schedule = after(run.taken);
  }
  return { schedules, points: seen.size };
}

/**
 * Runs a program along one schedule. Undefined if nothing goes wrong on it.
 * @throws RangeError if it chooses what is no option, or more often than there are points
 */
export async function follow(program: Program, schedule: Schedule): Promise<Failing | undefined> {
  const run = new Run(schedule, undefined);
  const failing = await failingOf(program, run);
  const points = run.taken.length;
  if (points < schedule.length)
    run.missing ??= `it has ${schedule.length} choices, and the run has ${points} points`;
  if (run.missing !== undefined) throw new RangeError(run.missing);
  return failing;
}

async function failingOf(program: Program, run: Run): Promise<Failing | undefined> {
  const why = await program(run);
  if (why === null) return undefined;
  const disturbances = run.taken.flatMap(({ index, options }, n) =>
    index === 0 ? [] : [{ point: n + 1, option: options[index]! }],
  );
  const end = run.taken.findLastIndex(({ index }) => index > 0);
  return { schedule: run.taken.slice(0, end + 1).map(({ index }) => index), disturbances, why };
}

/** Fewer disturbances, as long as something goes wrong without those that are left out. */
async function shrunk(program: Program, { taken }: Run): Promise<Failing> {
  // Without a disturbance there may be fewer points, and fewer options.
  const along = (schedule: Schedule) => failingOf(program, new Run(schedule, undefined));
  let found = await along(taken.map(({ index }) => index));
  if (found === undefined) throw new Error('the program does not do the same each time that it is run');
  for (let n = 0; n < found.schedule.length;) {
    const without: Schedule = found.schedule.map((index, i) => (i === n ? 0 : index));
    const still: Failing | undefined = found.schedule[n] === 0 ? undefined : await along(without);
    if (still === undefined) n++;
    else found = still;
  }
  return found;
}
