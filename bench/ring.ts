/**
 * Front and back on two processors: requests a second beside a C program that does the same over Xen's own macros,
 * and what notification hold-off saves.
 */
import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import { execa, ExecaError } from 'execa';
import { type Outcome, ordinary, stress } from '../test/stress/harness.js';
import { type BenchContext, median, rounded } from './context.js';
import { type Figure, figure } from './figure.js';

const ROUNDS = 5;
const REQUESTS = 5_000_000;
const MILLION = 1_000_000;
const LIMIT = 300_000;

/** One run: how fast, and how many events were sent. */
interface Run {
  readonly perSecond: number;
  readonly eventsPerMillion: number;
}

/** Both figures; the one against C only where there is a compiler and Xen's headers. */
export async function benchRing(context: BenchContext): Promise<readonly Figure[]> {
  const program = await compiled(context);
  const ours: Run[] = [];
  const theirs: Run[] = [];
  const unheld: Run[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    ours.push(await inThreads(true));
    if (program !== undefined) theirs.push(await inC(program));
    unheld.push(await inThreads(false));
  }
  return [...(program === undefined ? [] : [againstC(ours, theirs)]), holdOff(ours, unheld)];
}

const againstC = (ours: readonly Run[], theirs: readonly Run[]): Figure => {
  const ratios = ours.map(({ perSecond }, i) => perSecond / (theirs[i]?.perSecond ?? Number.NaN));
  return figure({
    name: 'ring',
    what: "requests a second between two threads ÷ those of a C program over Xen's macros",
    value: rounded(median(ratios)),
    goal: { atLeast: 0.1 },
    details: {
      'requests a second': rounded(median(ours.map(({ perSecond }) => perSecond))),
      'requests a second in C': rounded(median(theirs.map(({ perSecond }) => perSecond))),
      'lowest ratio': rounded(Math.min(...ratios)),
      'highest ratio': rounded(Math.max(...ratios)),
      'events per million in C': rounded(median(theirs.map(({ eventsPerMillion }) => eventsPerMillion))),
      requests: REQUESTS,
      rounds: ROUNDS,
    },
  });
};

const holdOff = (held: readonly Run[], unheld: readonly Run[]): Figure => {
  const [few, many] = [held, unheld].map((runs) =>
    median(runs.map(({ eventsPerMillion }) => eventsPerMillion)),
  ) as [number, number];
  return figure({
    name: 'hold-off',
    what: 'events sent for a million requests ÷ those sent where every publish notifies',
    value: rounded(few / many),
    goal: { atMost: 0.1 },
    details: {
      'events per million': rounded(few),
      'events per million without hold-off': rounded(many),
      'requests a second without hold-off': rounded(median(unheld.map(({ perSecond }) => perSecond))),
      requests: REQUESTS,
      rounds: held.length,
    },
  });
};

const inThreads = async (held: boolean): Promise<Run> => {
  const outcome = await stress({ ...ordinary, requests: REQUESTS, holdOff: held }, LIMIT);
  return runOf(outcome);
};

const runOf = (outcome: Outcome): Run => {
  if (outcome.kind !== 'done')
    throw new Error(`the two-thread ring did not get through: ${JSON.stringify(outcome)}`);
  const { front, back } = outcome;
  return {
    perSecond: (REQUESTS / front.milliseconds) * 1000,
    eventsPerMillion: ((front.events + back.events) / REQUESTS) * MILLION,
  };
};

const inC = async (program: string): Promise<Run> => {
  const { stdout } = await execa(program, [String(REQUESTS), String(ordinary.batch), '1'], {
    timeout: LIMIT,
  });
  const [seconds, front, back] = stdout.split(' ').map(Number);
  if (seconds === undefined || front === undefined || back === undefined || !(seconds > 0))
    throw new Error(`ring.c printed ${stdout}`);
  return { perSecond: REQUESTS / seconds, eventsPerMillion: ((front + back) / REQUESTS) * MILLION };
};

/** Compiles ring.c; where that cannot be, says what is missing and returns undefined. */
async function compiled({ root }: BenchContext): Promise<string | undefined> {
  const program = path.join(root, 'build', 'ring');
  await mkdir(path.dirname(program), { recursive: true });
  const source = path.join(root, 'bench', 'ring.c');
  try {
    await execa('cc', ['-std=gnu11', '-O2', '-Wall', '-Werror', '-pthread', '-o', program, source]);
    return program;
  } catch (error) {
    if (!(error instanceof ExecaError)) throw error;
    console.log(`not measured: the ring against C, because ${missing(error)}`);
    return undefined;
  }
}

const missing = (error: ExecaError): string => {
  if (error.code === 'ENOENT') return 'there is no C compiler: apt-get install gcc libc6-dev (or the like)';
  const header = /error: (xen\S+): No such file/.exec(String(error.stderr))?.[1];
  if (header !== undefined) return `Xen's header ${header} is not there: apt-get install libxen-dev`;
  return `bench/ring.c does not compile here: ${String(error.stderr).trim().split('\n')[0]}`;
};
