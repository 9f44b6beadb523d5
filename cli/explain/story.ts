/** A counterexample step by step, ready to be drawn one way or another. */
import type { State, Step } from '../../tlc/index.js';
import { argsOf, type Readers } from '../../graph/args.js';
import type { Verdict } from '../run.js';
import { changes } from './changes.js';
import { isPacket, packetArg } from './packets.js';
import { drawing, slots } from './ring.js';
import { common, only, ringOf, rings } from './rings.js';
import { type Behaviour, Sizes } from './values.js';

/** Whose step it is. */
export type Actor = 'app' | 'front' | 'back' | 'Xen' | '';

/** One step, told. */
export interface Told {
  /** 1 for the initial state, as TLC counts. */
  readonly step: number;
  readonly actor: Actor;
  /** With its arguments: `TxFill(A)`. Empty for the initial state. */
  readonly action: string;
  readonly changes: readonly string[];
  /** The slots in one line. */
  readonly slots: string;
  /** The slots and the indices, in several. */
  readonly ring: string;
  readonly state: State;
}

/** A verdict with a behaviour to tell. */
export type Counterexample = Exclude<Verdict, { kind: 'holds' }>;

/** How the behaviour goes on after its last step, if it does not end there. */
export const endless = (found: Counterexample): string | undefined => {
  if (found.kind === 'deadlock') return undefined;
  if (found.loopsTo !== undefined)
    return `from here back to step ${found.loopsTo}${found.loopAction ? ` (${found.loopAction})` : ''}, and so on for ever`;
  return found.stutters ? 'from here on nothing happens any more' : undefined;
};

/** Tells the behaviour. The readers are those of its module. */
export function story({ trace, constants }: Behaviour, readers: Readers): readonly Told[] {
  const sizes = new Sizes(constants);
  return trace.map((step, i) => ({
    step: step.index,
    actor: actorOf(step.action),
    action: i === 0 ? '' : actionText(readers, trace[i - 1]!.state, step),
    changes:
      i === 0
        ? ['the initial state']
        : step.action?.startsWith('!')
          ? ['must be refused; nothing changes']
          : changesOf(trace[i - 1]!.state, step.state, step.action),
    slots: slots(step.state),
    ring: drawing(step.state, sizes),
    state: step.state,
  }));
}

const actorOf = (action: string | null): Actor => {
  if (action === null) return '';
  // Only Xen sends an event that neither end has sent.
  if (action.startsWith('Spurious')) return 'Xen';
  if (action.startsWith('App')) return 'app';
  // Where there are two rings: TxBackRespond, TakeEvent.
  return /^([TR]x)?Back/.test(action) ? 'back' : /^!?([TR]x|Front|TakeEvent$)/.test(action) ? 'front' : '';
};

/** What changed on the ring of this action or, if it is of neither of two, on both, and beside them. */
function changesOf(before: State, after: State, action: string | null): readonly string[] {
  const whose = ringOf(action ?? '');
  return [
    ...changes(common(before), common(after)),
    ...rings(after).flatMap(({ name }) => {
      const words = changes(only(before, name), only(after, name));
      return name === undefined || name === whose ? words : words.map((word) => `${name} ${word}`);
    }),
  ];
}

function actionText(readers: Readers, before: State, { action, state }: Step): string {
  if (action === null) return '';
  const args = Object.values(argsOf(readers, action, before, state));
  const texts = args.map((arg) => (isPacket(arg) ? packetArg(arg) : String(arg)));
  return args.length === 0 ? action : `${action}(${texts.join(',')})`;
}
