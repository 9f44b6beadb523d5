/** A packet on the transmit ring: the slots in which a send stands there, by netif.h. */
import { NETIF_RSP, NETTXF, PAGE } from '../replay/netif.js';
import type { Outstanding } from './ring-back.js';
import type { Send } from './send.js';
import { type Property, Violation } from './violation.js';

/** A request to send. How many octets the first one of a chain has is known when the chain has ended. */
export interface TxOutstanding extends Outstanding {
  /** As its slot has it. */
  readonly size: number;
  readonly flags: number;
  readonly packet: TxPacket;
  length: number;
  /** Where in the frame its octets begin. */
  from: number;
  /** A response with the status NULL has had its id. */
  isNamedByNull: boolean;
}

/** What a slot holds, by what stands before it. */
export type SlotKind = 'first' | 'extra' | 'more';

/** A packet that is published, until its send is complete. */
export interface TxPacket {
  readonly send: Send;
  readonly requests: TxOutstanding[];
  /** The number of its slots, extras included. */
  slots: number;
  /** The statuses that the backend has answered. */
  readonly statuses: number[];
  /** The index of the last response. */
  lastResponse: number;
}

/** What the slot after this request must hold. */
export const dueAfter = ({ flags, packet }: TxOutstanding): SlotKind => {
  if (packet.requests.length === 1 && (flags & NETTXF.extra_info) !== 0) return 'extra';
  return moreAfter(packet.requests);
};

/** What must follow the extra. */
export const moreAfter = (requests: readonly TxOutstanding[]): SlotKind =>
  (requests.at(-1)!.flags & NETTXF.more_data) === 0 ? 'first' : 'more';

/**
 * A chain has ended. Sets which octets each of its requests has.
 * @throws Violation if its sizes do not add up, or it has other flags than those that are due
 */
export function closeChain({ send, requests }: TxPacket, block: number): void {
  const [first, ...others] = requests as [TxOutstanding, ...TxOutstanding[]];
  const own = first.size - others.reduce((sum, { size }) => sum + size, 0);
  const sizes = requests.map(({ size }) => size).join(', ');
  if (first.size !== send.frame.length || own <= 0)
    throw new Violation(
      'SizeRule',
      `TX: the first request of send ${send.n} to have the size of the packet, ${send.frame.length}, and each further one its own`,
      `the sizes are ${sizes}`,
    );
  if (own > block)
    throw new Violation(
      'SizeRule',
      `TX: request ${first.n} to be for octets that are in one block, of ${block}`,
      `${own} of the ${first.size} octets of send ${send.n} are left for it (the sizes are ${sizes})`,
    );
  let from = 0;
  requests.forEach((request, i) => {
    // A further one may be for none (XSA-448).
    const length = i === 0 ? own : request.size;
    if (request.offset + length > PAGE)
      throw new Violation(
        'SizeRule',
        `TX: request ${request.n} to be for octets that are within a page`,
        `it is for ${length} from offset ${request.offset} on (the sizes are ${sizes})`,
        { sentence: 'the octets to send' },
      );
    request.from = from;
    request.length = length;
    from += length;
    checkFlags(request, i, requests.length);
  });
}

/** The flags of each slot are those that netif.h has for it. Those that say which slots follow were checked before. */
function checkFlags({ n, flags, packet: { send } }: TxOutstanding, i: number, count: number): void {
  const isBlank = i === 0 && send.csum_blank;
  const due =
    (i < count - 1 ? NETTXF.more_data : 0) |
    (isBlank ? NETTXF.csum_blank : 0) |
    (i === 0 && send.gso !== undefined ? NETTXF.extra_info : 0);
  // Octets that have not left the machine are good: a driver may say so of any packet (netif.h, NETTXF_data_validated).
  const free = i === 0 ? NETTXF.data_validated : 0;
  if ((flags & ~free) !== due)
    throw new Violation(
      'AssembledAsSent',
      `TX: request ${n}, of send ${send.n}, to have flags ${due}${free === 0 ? '' : ` (or ${due | free})`}`,
      `it has ${flags}`,
      { sentence: i === 0 ? 'a blank checksum' : 'further flags' },
    );
}

/**
 * P54: a send is complete with the status of its requests; of several, with one that says what went wrong.
 * @throws Violation if it is complete with another one
 */
export function checkStatus({ send, statuses, requests }: TxPacket, status: number): void {
  const [only] = statuses;
  if (requests.length === 1) {
    if (status === only) return;
    throw new Violation(
      'TxRelease',
      `TX: send ${send.n} to be finished with status ${only}, which the backend gave`,
      `the application was told ${status}`,
    );
  }
  const { OKAY, ERROR } = NETIF_RSP;
  const wrong = statuses.filter((each) => each !== OKAY);
  if (wrong.length === 0 ? status === OKAY : status === ERROR || wrong.includes(status)) return;
  throw new Violation(
    'ToldTruly',
    wrong.length === 0
      ? `TX: send ${send.n} to be finished with OKAY, as each of its requests was answered`
      : `TX: send ${send.n} to be finished with what went wrong: its requests were answered with ${statuses.join(', ')}`,
    `the application was told ${status}`,
  );
}

/** The property at stake where a send is complete before the backend has answered all of it. */
export const earlyCompletionProperty = (packet: TxPacket, unanswered: readonly TxOutstanding[]): Property => {
  if (unanswered.some(({ isNamedByNull }) => isNamedByNull)) return 'NullFreesNothing';
  return unanswered.length === packet.requests.length ? 'NoReuseBeforeResponse' : 'ToldOnce';
};
