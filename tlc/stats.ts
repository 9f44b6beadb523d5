/** The figures that TLC prints. */
import { Code } from './codes.js';
import type { Message } from './messages.js';
import type { ActionCoverage, Counts, Progress } from './outcome.js';
import { placesIn, type Sources } from './sources.js';

const counts =
  /([\d,]+) states generated(?: \(([\d,]+) s\/min\))?, ([\d,]+) distinct states found(?: \([^)]*\))?, ([\d,]+) states left/;

const number = (text: string | undefined): number => Number((text ?? '').replaceAll(',', ''));

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

/** The last of the reports on coverage, or undefined if there is none. */
export function coverage(
  messages: readonly Message[],
  sources: Sources,
): readonly ActionCoverage[] | undefined {
  const start = messages.findLastIndex(({ code }) => code === Code.coverageStart);
  if (start < 0) return undefined;
  return messages.slice(start).flatMap(({ code, text }) => {
    const found = /^<(\S+) line .*>: ([\d,]+):([\d,]+)$/.exec(text);
    const location = placesIn(text, sources)[0];
    if ((code !== Code.coverageAction && code !== Code.coverageInit) || !found || !location) return [];
    const [, action, distinct, generated] = found;
    return {
      action: action!,
      initial: code === Code.coverageInit,
      location,
      distinctStates: number(distinct),
      generatedStates: number(generated),
    };
  });
}
