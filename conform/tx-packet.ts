/** A packet on the transmit ring: what the application sends, and the slots in which it stands there, by netif.h. */
import type { Offload } from './case.js';
import { type Gso, PAGE } from './protocol.js';
import type { Outstanding } from './ring-side.js';
import { type Property, Violation } from './violation.js';

/** Values of `flags` in a transmit request. */
const NETTXF = { csum_blank: 1, data_validated: 2, more_data: 4, extra_info: 8 } as const;
/** XEN_NETIF_MAX_TX_SIZE: `size` has 16 bits. */
const MOST_OCTETS = 0xffff;
const XEN_NETIF_EXTRA_TYPE_GSO = 1;

/** XEN_NETIF_NR_SLOTS_MIN. */
export { MOST_SLOTS } from './case.js';

/** A frame that the application gave to the frontend. */
export interface Send {
  readonly n: number;
  readonly frame: Uint8Array;
  readonly gso: Gso | undefined;
  /** With segmentation always. */
  readonly csum_blank: boolean;
  /** How many requests and slots it takes in blocks of the size that the port has. */
  readonly requests: number;
  readonly slots: number;
}

/** A request to send. */
export interface TxOutstanding extends Outstanding {
  readonly offset: number;
  /** As its slot has it. */
  readonly size: number;
  readonly flags: number;
  readonly packet: TxPacket;
  /** Which octets of the frame are in its block; of the first request of a chain this is known when the chain has ended. */
  from: number;
  length: number;
  /** A response with the status NULL has had its id. */
  isNamedByNull: boolean;
}

/** A packet that is published, until the application is told of it. */
export interface TxPacket {
  readonly send: Send;
  readonly requests: TxOutstanding[];
  /** Extras included. */
  slots: number;
  /** What the backend has answered, a status each. */
  readonly statuses: number[];
  /** The index of the last response. */
  lastResponse: number;
}

/** The application's n-th frame: a packet of `k` requests, by the size of the port's blocks. */
export function planSend(n: number, k: number, offload: Offload, block: number): Send {
  const gso = offload === 'gso';
  const length =
    k === 1 && !gso ? singleLength(n) : Math.min((k - 1) * block + lastLength(n, k, block), MOST_OCTETS);
  const frame = new Uint8Array(length);
  // No two blocks of a frame are alike either.
  frame.forEach((_, i) => (frame[i] = (n * 31 + i * 7 + (i >> 8) * 13 + (n >> 8)) & 0xff));
  const requests = Math.ceil(length / block);
  return {
    ...{ n, frame, requests },
    slots: requests + (gso ? 1 : 0),
    csum_blank: offload !== 'none',
    gso: gso ? { size: [1448, 536, 9000, 1][n % 4]!, type: 1 + (n % 2) } : undefined,
  };
}

/** No two are alike in length until many have been sent; now and then one fills half a page. */
const singleLength = (n: number): number =>
  n % 17 === 11 ? PAGE / 2 : 14 + (n % 47) + (n % 13 === 5 ? 1440 : 0);

/** Octets of the last block: few, one, or all. */
const lastLength = (n: number, k: number, block: number): number => {
  if (n % 5 === 3) return block;
  return k > 1 && n % 5 === 1 ? 1 : 14 + (n % 47);
};

/** What must be in the slot of the packet's extra, `struct netif_extra_info` as it is on the ring. */
export function extraOctets({ size, type }: Gso): Uint8Array {
  const octets = new Uint8Array(8);
  const view = new DataView(octets.buffer);
  view.setUint8(0, XEN_NETIF_EXTRA_TYPE_GSO);
  view.setUint16(2, size, true);
  view.setUint8(4, type);
  return octets;
}

/** What the slot after this request must hold. */
export const dueAfter = ({ flags, packet }: TxOutstanding): 'first' | 'extra' | 'more' => {
  if (packet.requests.length === 1 && (flags & NETTXF.extra_info) !== 0) return 'extra';
  return moreAfter(packet.requests);
};

/** What must follow the extra. */
export const moreAfter = (requests: readonly TxOutstanding[]): 'first' | 'more' =>
  (requests.at(-1)!.flags & NETTXF.more_data) === 0 ? 'first' : 'more';

/** A chain has ended: its sizes add up, its flags are those that are due. Sets what octets each request has. */
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
    const length = i === 0 ? own : request.size;
    if (length === 0 || request.offset + length > PAGE)
      throw new Violation(
        'SizeRule',
        `TX: request ${request.n} to be for octets that are within a page`,
        `it is for ${length} from offset ${request.offset} on (the sizes are ${sizes})`,
      );
    Object.assign(request, { from, length });
    from += length;
    checkFlags(request, i, requests.length);
  });
}

/** The flags of each slot are those that netif.h has for it; that it says which slots follow has been seen. */
function checkFlags({ n, flags, packet: { send } }: TxOutstanding, i: number, count: number): void {
  const isBlank = i === 0 && send.csum_blank;
  const due =
    (i < count - 1 ? NETTXF.more_data : 0) |
    (isBlank ? NETTXF.csum_blank : 0) |
    (i === 0 && send.gso !== undefined ? NETTXF.extra_info : 0);
  const free = isBlank ? NETTXF.data_validated : 0;
  if ((flags & ~free) !== due)
    throw new Violation(
      'AssembledAsSent',
      `TX: request ${n}, of send ${send.n}, to have flags ${due}${free === 0 ? '' : ` (or ${due | free})`}`,
      `it has ${flags}`,
    );
}

/** P54. May the application be told this of a packet that the backend has answered so? */
export function checkTold({ send, statuses, requests }: TxPacket, status: number): void {
  const [only] = statuses;
  if (requests.length === 1) {
    if (status === only) return;
    throw new Violation(
      'TxRelease',
      `TX: send ${send.n} to be finished with status ${only}, which the backend gave`,
      `the application was told ${status}`,
    );
  }
  const wrong = statuses.filter((each) => each !== 0);
  if (wrong.length === 0 ? status === 0 : status === -1 || wrong.includes(status)) return;
  throw new Violation(
    'ToldTruly',
    wrong.length === 0
      ? `TX: send ${send.n} to be finished with OKAY, as each of its requests was answered`
      : `TX: send ${send.n} to be finished with what went wrong: its requests were answered with ${statuses.join(', ')}`,
    `the application was told ${status}`,
  );
}

/** The property at stake when the frontend lets go of a packet before it is answered. */
export const toldEarlyProperty = (packet: TxPacket, unanswered: readonly TxOutstanding[]): Property => {
  if (unanswered.some(({ isNamedByNull }) => isNamedByNull)) return 'NullFreesNothing';
  return unanswered.length === packet.requests.length ? 'NoReuseBeforeResponse' : 'ToldOnce';
};
