/** The figures that TLC prints. */
import { Code } from './codes.js';
import type { Message } from './messages.js';
import type { Counts, Progress } from './outcome.js';

const counts =
  /([\d,]+) states generated(?: \(([\d,]+) s\/min\))?, ([\d,]+) distinct states found(?: \([^)]*\))?, ([\d,]+) states left/;

/** A figure as TLC writes it: `1,234`. */
export const number = (text: string | undefined): number => Number((text ?? '').replaceAll(',', ''));

/** What a message says about how far TLC is, or undefined if it is about something else. */
export function progress({ code, text }: Message): Progress | undefined {
  if (code === Code.initialStates || code === Code.initialStatesRepeated) {
    const generatedStates = number(/([\d,]+) (?:distinct )?states? generated/.exec(text)?.[1]);
    const distinctStates = number(/with ([\d,]+) of them distinct/.exec(text)?.[1]) || generatedStates;
    return { generatedStates, distinctStates, queue: distinctStates, depth: 1 };
  }
  const found = code === Code.progress || code === Code.stats ? counts.exec(text) : null;
  if (found === null) return undefined;
  const [, generated, rate, distinct, queue] = found;
  return {
    generatedStates: number(generated),
    distinctStates: number(distinct),
    queue: number(queue),
    depth: number(/^Progress\(([\d,]+)\)/.exec(text)?.[1]),
    ...(rate !== undefined && { statesPerMinute: number(rate) }),
  };
}

/** The counts at the end of a run, from the last messages that have any. */
export function finalCounts(messages: readonly Message[]): Counts {
  const depth = messages.find(({ code }) => code === Code.depth)?.text;
  let last: Counts = { generatedStates: 0, distinctStates: 0, queue: 0, depth: 0 };
  for (const message of messages) {
    const { generatedStates, distinctStates, queue, depth } = progress(message) ?? last;
    // The final counts come without a depth.
    last = { generatedStates, distinctStates, queue, depth: depth || last.depth };
  }
  return { ...last, depth: depth === undefined ? last.depth : number(/is ([\d,]+)\./.exec(depth)?.[1]) };
}
