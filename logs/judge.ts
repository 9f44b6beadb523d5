/** TLC's judgement on walks: which are behaviours of RecordedRing, and where the others cannot go on. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseValue, type RunRequest, runModel, type State, ToolError, type Value } from '../tlc/index.js';
import { moduleOf, type Walk } from './module.js';
import { peakOf } from './peak.js';

/** The judgement on a walk or a branch. */
export type Judgement =
  | {
      readonly kind: 'behaviour';
      readonly events: number;
      /** The states that it may be in after its last event, if they were asked for: one, if no events may be swapped. */
      readonly states: readonly State[];
      /** How many events at least come later than they were recorded. */
      readonly swapped: number;
    }
  | {
      readonly kind: 'impossible';
      /** How many of its events are explained: the next one is impossible. */
      readonly events: number;
      /** The rule that it breaks, as RecordedRing words it. */
      readonly complaint: string;
      /** The last possible state, if it was asked for, and what could happen in it. */
      readonly state?: State;
      readonly possible?: readonly Value[];
    };

/** The judgement on all walks. */
export interface Judged {
  /** Of each walk, and of its branches. */
  readonly walks: readonly { readonly itself: Judgement; readonly branches: readonly Judgement[] }[];
  /** The number of steps that TLC took, with those that no event shows. */
  readonly steps: number;
  readonly seconds: number;
  /** The largest resident set of the JVM, in MiB, as Linux counts it; absent elsewhere. */
  readonly peakMb?: number;
}

/** How to run TLC. */
export interface JudgeOptions extends Pick<RunRequest, 'java' | 'jar'> {
  /** The folder of RecordedRing. */
  readonly spec: string;
  readonly signal?: AbortSignal;
  readonly heapMb?: number;
  /** Whether it is a matter of seconds. */
  readonly isBrief?: boolean;
  /** Whether a judgement has the state in which a walk ends or cannot go on. */
  readonly withStates?: boolean;
}

/**
 * Has TLC judge walks.
 * @throws ToolError if TLC has no verdict on one of them: only what TLC calls a behaviour is taken for one. It has no verdict
 *   on a branch that begins behind an impossible event
 */
export async function judge(walks: readonly Walk[], options: JudgeOptions): Promise<Judged> {
  // A run of TLC has rings of one size: N is a constant.
  const sizes = [...new Set(walks.map(({ header }) => header.nr_ents))];
  const judged = new Map<Walk, Judged['walks'][number]>();
  const sum = { steps: 0, seconds: 0 };
  let peakMb: number | undefined;
  for (const size of sizes) {
    const ofSize = walks.filter(({ header }) => header.nr_ents === size);
    const part = await judgeOfOneSize(ofSize, options);
    ofSize.forEach((walk, i) => judged.set(walk, part.walks[i]!));
    sum.steps += part.steps;
    sum.seconds += part.seconds;
    if (part.peakMb !== undefined) peakMb = Math.max(peakMb ?? 0, part.peakMb);
  }
  return { walks: walks.map((walk) => judged.get(walk)!), ...sum, ...(peakMb !== undefined && { peakMb }) };
}

async function judgeOfOneSize(walks: readonly Walk[], options: JudgeOptions): Promise<Judged> {
  const folder = await mkdtemp(join(tmpdir(), 'netfront-log-'));
  try {
    return await judgeIn(folder, walks, options);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function judgeIn(folder: string, walks: readonly Walk[], options: JudgeOptions): Promise<Judged> {
  const { name, files, logs } = moduleOf(walks, options.withStates);
  await Promise.all(Object.entries(files).map(([file, text]) => writeFile(join(folder, file), text)));
  const judgements = new Map<number, Judgement>();
  let printed = 0;
  const peak = peakOf();
  const outcome = await runModel({
    java: options.java,
    jar: options.jar,
    spec: join(folder, `${name}.tla`),
    config: join(folder, `${name}.cfg`),
    libraries: [options.spec],
    deadlock: false,
    heapMb: options.heapMb ?? 1536,
    ...(options.isBrief && { brief: true }),
    onStart: peak.watch,
    onPrint: (line) => {
      const found = judgementIn(line);
      if (found === undefined) return;
      printed++;
      judgements.set(found.log, together(judgements.get(found.log), found.judgement));
    },
    ...(options.signal && { signal: options.signal }),
  }).finally(peak.stop);
  if (outcome.kind === 'interrupted') throw new ToolError('TLC was interrupted.');
  if (outcome.kind !== 'holds')
    throw new ToolError(
      `TLC has no verdict on this log (${'message' in outcome ? outcome.message : outcome.kind}).`,
    );
  const judgementOf = (log: number): Judgement => {
    const judgement = judgements.get(log);
    if (judgement === undefined) throw new ToolError('TLC ended without a verdict on this log.');
    return judgement;
  };
  const result = walks.map((_, walk) => ({
    itself: judgementOf(logs.findIndex((log) => log.walk === walk && log.branch === undefined) + 1),
    branches: logs.flatMap((log, i) => (log.walk === walk && log.branch !== undefined ? [i + 1] : [])),
  }));
  return {
    walks: result.map(({ itself, branches }) => ({
      itself,
      branches: branches.map((log) => judgementOf(log)),
    })),
    // Without the states in which walks begin, and those in which TLC has printed a judgement.
    steps:
      outcome.stats.distinctStates - walks.reduce((n, { starts }) => n + (starts?.length ?? 1), 0) - printed,
    seconds: outcome.stats.seconds,
    ...(peak.mb() !== undefined && { peakMb: peak.mb()! }),
  };
}

const BEHAVIOUR = 'is a behaviour';

/** The judgement that RecordedRing has printed in this line; undefined if the line is another. */
function judgementIn(line: string): { log: number; judgement: Judgement } | undefined {
  if (!line.startsWith('"<<\\"recording\\"')) return undefined;
  const [, log, events, what, swapped, state, possible] = parseValue(
    parseValue(line) as string,
  ) as readonly Value[];
  if (what === BEHAVIOUR)
    return {
      log: log as number,
      judgement: {
        kind: 'behaviour',
        events: events as number,
        swapped: swapped as number,
        states: state === undefined ? [] : [state as State],
      },
    };
  const judgement: Judgement = {
    kind: 'impossible',
    events: events as number,
    complaint: what as string,
    ...(state !== undefined && { state: state as State }),
    ...(possible !== undefined && { possible: (possible as { '#set': readonly Value[] })['#set'] }),
  };
  return { log: log as number, judgement };
}

/**
 * A walk may be gone along in several ways, and a branch be entered before and after a step that no event shows. If one of
 * these is a behaviour so is the walk, with the states in which any of them ends. Otherwise it goes as far as the furthest.
 */
function together(before: Judgement | undefined, now: Judgement): Judgement {
  if (before === undefined) return now;
  if (before.kind === 'behaviour')
    return now.kind !== 'behaviour'
      ? before
      : {
          ...before,
          states: [...before.states, ...now.states],
          swapped: Math.min(before.swapped, now.swapped),
        };
  return now.kind === 'behaviour' || now.events > before.events ? now : before;
}
