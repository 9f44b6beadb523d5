/** NetfrontTx and NetfrontRx from outside: a frame is a slot. */
import type { State } from '../tlc/index.js';
import { functionValues } from '../graph/args.js';
import { lengthOf, type Move, slotsBetween, STATUS, type Step, type View } from './view.js';

/** Frames that may wait for room. */
const MOST_WAITING = 2;

const POSTER: ReadonlySet<string> = new Set([
  ...['TxGrantAccess', 'TxEnqueue', 'TxPushRequests', 'TxCheckNotify'],
  ...['RxGrantAccess', 'RxPost', 'RxPushRequests', 'RxCheckNotify'],
]);

/** Whose step one is that both rings have, or the backend's. */
const moveOf = ({ action, args }: Step): Move => {
  if (action === 'TxTakeEvent' || action === 'RxTakeEvent') return { by: 'event', word: 'event' };
  if (action === 'AppReturn') return { by: 'application', word: 'return:1' };
  if (action === 'TxFill') return { by: 'send', word: 'send', fits: true };
  if (action.startsWith('Back')) return { by: 'back', word: backWord(action, args) };
  return { by: POSTER.has(action) ? 'poster' : 'poller' };
};

/** A backend's action as a word of a case. */
const backWord = (action: string, args: Readonly<Record<string, unknown>>): string => {
  const k = String(args.k);
  switch (action) {
    case 'BackTakeRequest':
      return 'take';
    case 'BackReadBlock':
      return `read:${k}`;
    case 'BackWriteFrame':
      return `fill:${k}`;
    case 'BackRespond':
      return args.status === 'ERROR' ? `answer:${k}:ERROR` : `answer:${k}`;
    default:
      throw new Error(`a case has no word for ${action}`);
  }
};

const known = (state: State, M: number) => ({
  taken: (functionValues(state.taken) as readonly { got?: string; wrote?: string }[]).map(
    ({ got, wrote }) => (got ?? wrote) !== '?' && (got ?? wrote) !== '-',
  ),
  answers: slotsBetween(state, 'rsp_cons', 'rsp_prod', M).map(({ status }) =>
    status === 'ERROR' ? 'ERROR' : 'OKAY',
  ),
  free: lengthOf(state.pool),
});

/** NetfrontTx. */
export const txView: View = {
  sends: ['send'],
  mostWaiting: MOST_WAITING,
  moveOf,
  told: ({ action, before }) =>
    action === 'TxRelease'
      ? { sent: STATUS[String((before.done as { status?: unknown }).status)]! }
      : undefined,
  known,
};

/** NetfrontRx. */
export const rxView: View = {
  sends: [],
  mostWaiting: 0,
  moveOf,
  told: ({ action }) => (action === 'RxDeliver' ? { received: true } : undefined),
  known: (state, M) => ({
    ...known(state, M),
    held: functionValues(state.held).filter((frame) => frame !== '.').length,
  }),
};
