/** Asking TLC a question, and what came of it. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { configText } from '../../tlc/config.js';
import type { Outcome, Progress } from '../../tlc/index.js';
import type { Assumption } from '../../tlc/modules.js';
import { FalseAssumption, outcomeOf, type Tools, type Verdict, verdictIn } from '../run.js';
import { names } from './family.js';
import type { Question } from './question.js';

/** A verdict, or why there is none: the time was up, or the constants are none that the module is for. */
export type Answer =
  | Verdict
  | Extract<Outcome, { kind: 'stopped' }>
  | { readonly kind: 'noSuchModel'; readonly assumption: Assumption; readonly conditions: readonly string[] };

/** How to ask. */
export interface AskOptions extends Tools {
  readonly root: string;
  readonly signal: AbortSignal;
  /** Seconds after which TLC is to stop looking. */
  readonly stopAfter?: number;
  readonly onProgress?: (progress: Progress) => void;
}

// TLC may still have a temporal property to check when its time is up, or not have begun to count.
const GRACE_SECONDS = 20;

/** Asks TLC. Throws {@link ToolError} if there is no answer. */
export async function answerTo(question: Question, options: AskOptions): Promise<Answer> {
  const folder = await mkdtemp(path.join(tmpdir(), 'netfront-ask-'));
  try {
    const config = path.join(folder, 'question.cfg');
    await writeFile(config, configText(question.config, question.name));
    const model = { ...question, about: '', expected: 'holds', config };
    return await bounded(options, async (within) => {
      const outcome = await outcomeOf(model, within);
      return outcome.kind === 'stopped' ? outcome : verdictIn(model, outcome);
    });
  } catch (error) {
    if (!(error instanceof FalseAssumption)) throw error;
    const { assumption, condition } = error;
    if (condition !== undefined) return { kind: 'noSuchModel', assumption, conditions: [condition] };
    const about = assumption.conditions.filter((condition) =>
      [...question.chosen.keys()].some((constant) => names(condition, constant)),
    );
    const conditions = about.length === 0 ? assumption.conditions : about;
    return { kind: 'noSuchModel', assumption, conditions };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** Ends TLC if it does not stop by itself. What it had counted by then is the answer. */
async function bounded(options: AskOptions, ask: (options: AskOptions) => Promise<Answer>): Promise<Answer> {
  const { stopAfter, signal, onProgress } = options;
  if (stopAfter === undefined) return ask(options);
  const begun = performance.now();
  const late = AbortSignal.timeout((stopAfter + GRACE_SECONDS) * 1000);
  let last: Progress = { generatedStates: 0, distinctStates: 0, queue: 0, depth: 0 };
  try {
    return await ask({
      ...options,
      signal: AbortSignal.any([signal, late]),
      onProgress: (progress) => {
        last = progress;
        onProgress?.(progress);
      },
    });
  } catch (error) {
    if (signal.aborted || !late.aborted) throw error;
    return { kind: 'stopped', stats: { ...last, seconds: (performance.now() - begun) / 1000 } };
  }
}
