/**
 * TxPackets from outside: a packet is a chain of slots.
 *
 * A port opens a chain only when there are slots and blocks for the whole packet. Until then the packet waits, and so do
 * those behind it. A port therefore never has to take back a chain that it has begun, and TxAbandon is nobody's step. The
 * specification allows more: there a chain may be opened as soon as its first fragment has a block.
 */
import type { State } from '../../../tlc/index.js';
import { functionValues } from '../../../graph/args.js';
import type { Constants } from '../../constants.js';
import { statusNumber } from '../../netif.js';
import {
  answerMove,
  frontMove,
  lengthOf,
  type Move,
  slotsBetween,
  type Step,
  type View,
} from '../../view.js';

interface Packet {
  readonly frags: number;
  readonly extras: number;
}

interface Sent {
  readonly blocks: { readonly '#set': readonly number[] };
  readonly status: string;
}

const POSTING: ReadonlySet<string> = new Set([
  ...['TxFill', 'TxEnqueue', 'TxEnqueueExtra', 'TxPushRequests', 'TxCheckNotify'],
]);

const sendWord = ({ frags, extras }: Packet): string => {
  if (extras > 1) throw new Error(`a case has no word for a packet with ${extras} extras`);
  return extras === 1 ? `send:${frags}:gso` : frags === 1 ? 'send' : `send:${frags}`;
};

const moveOf = ({ action, args, before }: Step): Move => {
  // Only the first fragment has arguments. It opens the chain.
  if (action === 'TxFill' && 'frags' in args) {
    const packet = args as unknown as Packet;
    return { by: 'send', word: sendWord(packet), fits: lengthOf(before.pool) >= packet.frags };
  }
  switch (action) {
    case 'TxTakeEvent':
      return { by: 'event', word: 'event' };
    case 'TxAbandon':
      return { by: 'nobody' };
    case 'BackTakeRequest':
      return { by: 'back', word: 'take' };
    case 'BackRespond':
      return answerMove(args);
    // Its id means nothing. The runner chooses the worst one.
    case 'BackRespondNull':
      return { by: 'back', word: 'null' };
    default:
      return frontMove(action, POSTING);
  }
};

/**
 * A backend can tell which requests belong to one packet. So a block is known by its packet: the packet's place among
 * those that are not complete yet.
 */
const known = (state: State, M: number) => {
  const sent = functionValues(state.sent) as unknown as readonly Sent[];
  const inFlight = functionValues(state.inFlight);
  const packetOf = (block: unknown): number =>
    sent.findIndex(({ blocks }) => blocks['#set'].some((each) => each === block));
  return {
    published: slotsBetween(state, 'req_cons', 'req_prod', M).map(({ kind, gref }) =>
      kind === 'extra' ? 'extra' : packetOf(gref),
    ),
    taken: functionValues(state.taken).map((request) => packetOf((request as { gref?: number }).gref)),
    takenExtras: state.takenExtras,
    answers: slotsBetween(state, 'rsp_cons', 'rsp_prod', M).map(({ id, status }) =>
      status === 'NULL' ? 'NULL' : [packetOf(functionValues(inFlight[id as number])[0]), status],
    ),
    sent: sent.map(({ blocks, status }) => ({ left: blocks['#set'].length, status })),
    free: lengthOf(state.pool),
  };
};

/** The view of TxPackets, of these sizes. */
export const txPacketsView = ({ MaxFrags, MaxExtras, MaxSlots }: Constants): View => {
  const upTo = (from: number, to: number): number[] =>
    Array.from({ length: to - from + 1 }, (_, i) => from + i);
  return {
    sends: upTo(1, MaxFrags as number)
      .flatMap((frags) => upTo(0, MaxExtras as number).map((extras) => ({ frags, extras })))
      .filter(({ frags, extras }) => frags + extras <= (MaxSlots as number))
      .map(sendWord),
    mostWaiting: 2,
    moveOf,
    callback: ({ action, after }) =>
      action === 'TxRelease' && after.told !== '-'
        ? { kind: 'sent', status: statusNumber(String(after.told)) }
        : undefined,
    known,
  };
};
