/** NetfrontRx from outside: a frame is one slot. */
import { functionValues } from '../../../graph/args.js';
import { answerMove, frontMove, type Move, singleSlotsKnown, type Step, type View } from '../../view.js';

const POSTING: ReadonlySet<string> = new Set(['RxGrantAccess', 'RxPost', 'RxPushRequests', 'RxCheckNotify']);

const moveOf = ({ action, args }: Step): Move => {
  switch (action) {
    case 'RxTakeEvent':
      return { by: 'event', word: 'event' };
    case 'AppReturn':
      return { by: 'application', word: 'return:1' };
    case 'BackTakeRequest':
      return { by: 'back', word: 'take' };
    case 'BackWriteFrame':
      return { by: 'back', word: `fill:${String(args.k)}` };
    case 'BackRespond':
      return answerMove(args);
    default:
      return frontMove(action, POSTING);
  }
};

/** The view of NetfrontRx. */
export const rxView: View = {
  sends: [],
  mostWaiting: 0,
  moveOf,
  callback: ({ action }) => (action === 'RxDeliver' ? { kind: 'received' } : undefined),
  known: (state, M) => ({
    ...singleSlotsKnown(state, M, 'wrote'),
    held: functionValues(state.held).filter((frame) => frame !== '.').length,
  }),
};
