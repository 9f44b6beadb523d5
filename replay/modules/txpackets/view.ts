/**
 * TxPackets from outside: a packet is a chain of slots.
 *
 * A port opens a chain only where there are slots and blocks for all of the packet: until then it waits, and those
 * behind it wait too. So it has no need to take back what it has begun, and TxAbandon is nobody's step. In the
 * specification a chain may be opened where there is a block for its first fragment; that is one choice more, and what
 * comes of it is checked there.
 */
import type { State } from '../../../tlc/index.js';
import { functionValues } from '../../../graph/args.js';
import type { Constants } from '../../constants.js';
import { lengthOf, type Move, slotsBetween, STATUS, type Step, type View } from '../../view.js';

interface Packet {
  readonly frags: number;
  readonly extras: number;
}

interface Sent {
  readonly blocks: { readonly '#set': readonly number[] };
  readonly status: string;
}

const POSTER: ReadonlySet<string> = new Set([
  ...['TxFill', 'TxEnqueue', 'TxEnqueueExtra', 'TxPushRequests', 'TxCheckNotify'],
]);

const sendWord = ({ frags, extras }: Packet): string => {
  if (extras > 1) throw new Error(`a case has no word for a packet with ${extras} extras`);
  return extras === 1 ? `send:${frags}:gso` : frags === 1 ? 'send' : `send:${frags}`;
};

const moveOf = ({ action, args, before }: Step): Move => {
  // Of the fragments, the first alone has arguments: with it the chain is opened.
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
      return { by: 'back', word: `answer:${String(args.k)}${args.status === 'ERROR' ? ':ERROR' : ''}` };
    // Its id means nothing: the runner chooses one that is as bad as can be.
    case 'BackRespondNull':
      return { by: 'back', word: 'null' };
    default:
      if (action.startsWith('Back')) throw new Error(`a case has no word for ${action}`);
      return { by: POSTER.has(action) ? 'poster' : 'poller' };
  }
};

/**
 * A backend can tell which requests are of one packet, so blocks are known by the packet that they are of: its place
 * among those that the application has not been told of.
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

/** TxPackets, of these sizes. */
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
    told: ({ action, after }) =>
      action === 'TxRelease' && after.told !== '-' ? { sent: STATUS[String(after.told)]! } : undefined,
    known,
  };
};
