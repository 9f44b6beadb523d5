/**
 * The trace format, version 1: JSON lines. The first line of a trace says what it is and gives the initial state;
 * each further line is one step: its number, the action, its arguments, and the variables that it changed. All
 * values are spelt as in ITF. A file may hold several traces, one after the other; traces/README.md has the rest.
 */
import { z } from 'zod';
import type { State, Value } from '../tlc/index.js';
import type { Args } from '../graph/args.js';
import { jsonLines, LineError } from './json-lines.js';

/** A value of TLA+ as ITF spells it. */
export const ItfValue: z.ZodType<Value> = z.lazy(() =>
  z.union([
    z.boolean(),
    z.int(),
    z.string(),
    z.array(ItfValue),
    z.strictObject({ '#set': z.array(ItfValue) }),
    z.strictObject({ '#map': z.array(z.tuple([ItfValue, ItfValue])) }),
    z.strictObject({ '#bigint': z.string().regex(/^-?\d+$/) }),
    // What begins with # is one of the above.
    z.record(z.string().regex(/^[^#]/), ItfValue),
  ]),
);

/** The first line of a trace. */
export const TraceHeader = z.strictObject({
  format: z.literal('netfront-trace'),
  version: z.literal(1),
  name: z.string().describe('What the trace is called; in the corpus, its path without the ending.'),
  kind: z
    .enum(['cover', 'scenario', 'counterexample'])
    .describe('A counterexample shows a fault: an implementation must not be able to follow it to the end.'),
  module: z.string().describe('The module whose actions these are.'),
  model: z.string().describe('The model that has this behaviour, in spec/models/manifest.json.'),
  flags: z.array(z.string()).describe('Why it exists; explained in traces/manifest.json.'),
  comment: z.string(),
  constants: z.record(z.string(), ItfValue),
  steps: z.int().nonnegative().describe('How many lines follow that belong to this trace.'),
  initial: z.record(z.string(), ItfValue).describe('Every variable.'),
});

/** Each further line. */
export const TraceStep = z.strictObject({
  step: z.int().positive().describe('From 1.'),
  action: z.string(),
  args: z.record(z.string(), ItfValue),
  changed: z.record(z.string(), ItfValue).describe('The variables whose value is another after the step.'),
  refused: z
    .literal(true)
    .optional()
    .describe('The frontend must refuse this step here, and nothing changes. Absent: the step is taken.'),
});

/** The first line of a trace. */
export type TraceHeader = z.infer<typeof TraceHeader>;
/** A step of a trace. */
export type TraceStep = z.infer<typeof TraceStep>;

/** One trace, read and checked. */
export interface Trace {
  readonly header: TraceHeader;
  readonly steps: readonly TraceStep[];
  /** The file and the line of the header, for messages. */
  readonly file: string;
  readonly line: number;
}

/** A file of the committed corpus, by its path below traces/, and its text. */
export type CorpusFile = readonly [file: string, text: string];

/** A trace file that cannot be used. The message is one sentence: file, line, what, and what to do. */
export class TraceError extends Error {
  override readonly name = 'TraceError';

  constructor(
    readonly file: string,
    readonly line: number,
    what: string,
  ) {
    super(`${file}:${line}: ${what}; make it again (netfront traces make), or restore it`);
  }
}

// All of a trace is kept in memory. The longest path of a cover has a tenth of that.
const MOST_STEPS = 1_000_000;

/**
 * Reads the traces of a file, one at a time; a file that is packed with gzip is unpacked.
 * @throws TraceError if a line is not as the format has it, a trace is cut short, or there is none
 */
export async function* readTraces(file: string): AsyncGenerator<Trace> {
  let line = 0;
  let open: { header: TraceHeader; steps: TraceStep[]; line: number } | undefined;
  for await (const { number, json } of linesOf(file)) {
    line = number;
    if (open === undefined) {
      open = { header: parsed(TraceHeader, json, file, line), steps: [], line };
      if (open.header.steps > MOST_STEPS)
        throw new TraceError(
          file,
          line,
          `a trace of ${open.header.steps} steps: at most ${MOST_STEPS} can be read`,
        );
    } else {
      const step = parsed(TraceStep, json, file, line);
      if (step.step !== open.steps.length + 1)
        throw new TraceError(file, line, `step ${step.step} follows step ${open.steps.length}`);
      open.steps.push(step);
    }
    if (open.steps.length === open.header.steps) {
      yield { ...open, file };
      open = undefined;
    }
  }
  if (open !== undefined)
    throw new TraceError(file, line, `the file ends after step ${open.steps.length} of ${open.header.steps}`);
}

async function* linesOf(file: string): ReturnType<typeof jsonLines> {
  try {
    yield* jsonLines(file);
  } catch (error) {
    throw error instanceof LineError ? new TraceError(file, error.line, error.message) : error;
  }
}

const parsed = <T>(schema: z.ZodType<T>, json: unknown, file: string, line: number): T => {
  const result = schema.safeParse(json);
  if (result.success) return result.data;
  const [issue] = result.error.issues;
  throw new TraceError(
    file,
    line,
    `${issue?.path.join('.') || 'this line'}: ${issue?.message ?? 'not of the format'}`,
  );
};

/** The states of a trace, the initial one first. */
export const statesOf = ({ header, steps }: Pick<Trace, 'header' | 'steps'>): readonly State[] => {
  const states: State[] = [header.initial];
  for (const { changed } of steps) states.push({ ...states[states.length - 1]!, ...changed });
  return states;
};

/** The header of a trace, but for what its states determine. */
export type TraceInfo = Omit<TraceHeader, 'format' | 'version' | 'steps' | 'initial'>;

/** The header of a trace, in the order in which it is written. */
export const headerOf = (info: TraceInfo, steps: number, initial: State): TraceHeader => ({
  format: 'netfront-trace',
  version: 1,
  name: info.name,
  kind: info.kind,
  module: info.module,
  model: info.model,
  flags: info.flags,
  comment: info.comment,
  constants: info.constants,
  steps,
  initial: initial as Record<string, Value>,
});

/** A step to be written. A refused one leaves the state as it is. */
export interface StepToWrite {
  readonly action: string;
  readonly args: Args;
  readonly refused?: true;
}

/** The lines of a trace, each with its newline. `states` has one more entry than `steps`. */
export const traceText = (
  info: TraceInfo,
  steps: readonly StepToWrite[],
  states: readonly State[],
): string => {
  const lines: unknown[] = [headerOf(info, steps.length, states[0]!)];
  steps.forEach(({ action, args, refused }, i) => {
    const changed = Object.fromEntries(
      Object.entries(states[i + 1]!).filter(
        ([name, value]) => JSON.stringify(value) !== JSON.stringify(states[i]![name]),
      ),
    );
    lines.push({ step: i + 1, action, args, changed, ...(refused && { refused }) });
  });
  return lines.map((line) => `${JSON.stringify(line)}\n`).join('');
};
