/** RxPackets from outside: the backend sends packets, one letter a slot, some of them in parts. */
import type { State, Value } from '../../../tlc/index.js';
import { functionValues } from '../../../graph/args.js';
import { NETIF_RSP } from '../../netif.js';
import { frontMove, lengthOf, type Move, type Slot, slotsBetween, type Step, type View } from '../../view.js';

const POSTING: ReadonlySet<string> = new Set(['RxGrantAccess', 'RxPost', 'RxPushRequests', 'RxCheckNotify']);

/** The letter of a case for a slot of a packet. */
const letterOf = ({ kind, type, status }: Slot): string => {
  if (kind === 'extra') return type === 'known' ? 'x' : 'u';
  return status === NETIF_RSP.ERROR ? 'e' : 'd';
};

/** The word for a whole packet. Only `sent` tells which extras it has. */
const packetWord = ({ after }: Step, count: number): string => {
  const { frags, extras } = functionValues(after.sent).at(-1) as unknown as {
    readonly frags: readonly number[];
    readonly extras: readonly string[];
  };
  const octets = functionValues(frags as unknown as Value).map((status) =>
    letterOf({ kind: 'response', status }),
  );
  const between = functionValues(extras as unknown as Value).map((type) => letterOf({ kind: 'extra', type }));
  const letters = [octets[0], ...between, ...octets.slice(1)].join('');
  return count === letters.length ? `packet:${letters}` : `packet:${letters}:${count}`;
};

const moveOf = (step: Step): Move => {
  const { action, args, before } = step;
  const count = args.count as number;
  switch (action) {
    case 'RxTakeEvent':
      return { by: 'event', word: 'event' };
    case 'AppReturn':
      return { by: 'application', word: 'return:1' };
    case 'BackSendPacket':
      return { by: 'back', word: packetWord(step, count) };
    case 'BackSendRest':
      return { by: 'back', word: count === lengthOf(before.sending) ? 'rest' : `rest:${count}` };
    default:
      return frontMove(action, POSTING);
  }
};

/** A slot that was answered; `+` if its packet goes on behind it. */
const answerOf = (slot: Slot): string =>
  `${letterOf(slot)}${slot.more_data === true || slot.extra_info === true || slot.more === true ? '+' : ''}`;

const known = (state: State, M: number) => {
  const { next, slots, pages, dropped } = state.chain as unknown as {
    readonly next: string;
    readonly slots: number;
    readonly pages: Value;
    readonly dropped: boolean;
  };
  return {
    sending: functionValues(state.sending).map((slot) => letterOf(slot as Slot)),
    answers: slotsBetween(state, 'rsp_cons', 'rsp_prod', M).map(answerOf),
    chain: { next, slots, pages: lengthOf(pages), dropped },
    held: functionValues(state.held).filter((size) => size !== -1).length,
    free: lengthOf(state.pool),
  };
};

/** The view of RxPackets. */
export const rxPacketsView: View = {
  sends: [],
  mostWaiting: 0,
  moveOf,
  callback: ({ action }) => (action === 'RxDeliver' ? { kind: 'received' } : undefined),
  known,
};
