/** A counterexample or a trace, step by step. */
import { argsOf } from '../../graph/args.js';
import type { Constants } from '../../replay/constants.js';
import type { Actor, Words } from '../../replay/words/words.js';
import type { State, Step } from '../../tlc/index.js';
import type { Verdict } from '../run.js';
import type { Subject } from './words.js';

/** One step in words. */
export interface ExplainedStep {
  /** 1 for the initial state, as TLC counts. */
  readonly step: number;
  /** Whose step it is. Empty for the initial state, and where the module has no words. */
  readonly actor: Actor | '';
  /** With its arguments: `TxFill(A)`. Empty for the initial state. */
  readonly action: string;
  readonly changes: readonly string[];
  /** The slots in one line. */
  readonly slots: string;
  /** The slots and the indices, in several. */
  readonly ring: string;
  readonly state: State;
}

/** A verdict with a behaviour to explain. */
export type Counterexample = Exclude<Verdict, { kind: 'holds' }>;

/** A counterexample in words, for a table, a diagram or JSON. */
export interface Explained {
  readonly title: string;
  readonly found: Counterexample;
  readonly steps: readonly ExplainedStep[];
  /** What went wrong, in one sentence. */
  readonly sentence: string;
  readonly words: Words;
}

/** The steps of a behaviour, in the words of its module. */
export function explainedSteps(
  trace: readonly Step[],
  constants: Constants,
  { args, words }: Subject,
): readonly ExplainedStep[] {
  return trace.map(({ index, action, state }, i) => {
    const before = trace[i - 1]?.state;
    const texts = before && action ? Object.values(argsOf(args, action, before, state)) : [];
    return {
      step: index,
      actor: actorOf(action, words),
      action: (action ?? '') + (texts.length === 0 ? '' : `(${texts.map(words.argument).join(',')})`),
      changes:
        before === undefined
          ? ['the initial state']
          : action?.startsWith('!')
            ? ['must be refused; nothing changes']
            : words.changes(before, state, action),
      slots: words.slots(state),
      ring: words.drawing(state, constants),
      state,
    };
  });
}

/** Whose an action is; and one with a `!` before it, which must be refused. */
const actorOf = (action: string | null, { actors }: Words): Actor | '' =>
  Object.entries(actors).find(([begin]) => action?.replace('!', '').startsWith(begin))?.[1] ?? '';
