/** A trace to be made, written as the actions that it takes. */
import type { Args } from '../graph/args.js';
import type { Value } from '../tlc/index.js';

/** A trace to be made. */
export interface Scenario {
  /** Its path in the corpus, without the ending. */
  readonly name: string;
  /** The model whose graph it is taken from. */
  readonly model: string;
  readonly flags: readonly string[];
  readonly comment: string;
  /**
   * Actions, one a word; an argument stands behind a colon (`BackRespond:2:ERROR`). With `!` before it an action of
   * the frontend must be refused (`!TxFill:A`).
   */
  readonly actions: string;
}

/** An argument as a scenario has it: a packet is the lengths of its fragments, ERROR for one that failed, and its extras. */
export const argText = (value: Value): string => {
  if (typeof value !== 'object' || !('frags' in value)) return String(value);
  const { frags, extras } = value as unknown as {
    readonly frags: readonly number[];
    readonly extras: number;
  };
  const lengths = frags.map((length) => (length === -1 ? 'ERROR' : String(length)));
  return [...lengths, ...Array.from({ length: extras }, () => 'extra')].join(',');
};

/** A step as a scenario has it: the action, and behind colons its arguments. */
export const stepText = (action: string, args: Args): string =>
  [action, ...Object.values(args).map(argText)].join(':');
