/** NetfrontTx from outside: a frame is one slot. */
import { statusNumber } from '../../netif.js';
import { answerMove, frontMove, type Move, singleSlotsKnown, type Step, type View } from '../../view.js';

const POSTING: ReadonlySet<string> = new Set([
  'TxGrantAccess',
  'TxEnqueue',
  'TxPushRequests',
  'TxCheckNotify',
]);

const moveOf = ({ action, args }: Step): Move => {
  switch (action) {
    case 'TxTakeEvent':
      return { by: 'event', word: 'event' };
    case 'TxFill':
      return { by: 'send', word: 'send', fits: true };
    case 'BackTakeRequest':
      return { by: 'back', word: 'take' };
    case 'BackReadBlock':
      return { by: 'back', word: `read:${String(args.k)}` };
    case 'BackRespond':
      return answerMove(args);
    default:
      return frontMove(action, POSTING);
  }
};

/** The view of NetfrontTx. */
export const txView: View = {
  sends: ['send'],
  mostWaiting: 2,
  moveOf,
  callback: ({ action, before }) =>
    action === 'TxRelease'
      ? { kind: 'sent', status: statusNumber(String((before.done as { status?: unknown }).status)) }
      : undefined,
  known: (state, M) => singleSlotsKnown(state, M, 'got'),
};
