/** A packet for the guest: its slots as a backend writes them, by netif.h. */
import {
  gsoUnion,
  NETIF_RSP,
  NETRXF,
  PAGE,
  XEN_NETIF_EXTRA_TYPE,
  XEN_NETIF_GSO_TYPE,
  XEN_NETIF_MAX_TX_SIZE,
} from '../replay/netif.js';
import { extraOctets, gsoOctets } from './extra.js';
import { type Gso, hexOf } from './protocol.js';
import { gsoOf } from './send.js';

/** One octet more than there is in a page from that offset on. */
export const BEYOND_PAGE = { status: 60, offset: PAGE - 59 } as const;

/** What is in one slot of a packet. */
export type RxSlot =
  | {
      readonly kind: 'fragment';
      readonly octets: Uint8Array;
      readonly offset: number;
      readonly flags: number;
    }
  | {
      /** An error, or more octets than are in a page. */
      readonly kind: 'wrong';
      readonly status: number;
      readonly offset: number;
      readonly flags: number;
    }
  | {
      readonly kind: 'extra';
      readonly octets: Uint8Array;
      /** Its packet has to be dropped for it. */
      readonly isWrong: boolean;
    };

/** A packet as it is sent. */
export interface RxPacket {
  readonly slots: readonly RxSlot[];
  /** What the application must be given; undefined where the packet has to be dropped. */
  readonly octets: string | undefined;
  readonly gso: Gso | undefined;
  /** Undefined where a frontend may tell either: it knows by the segmentation that the checksum is blank, if not by a flag. */
  readonly csum_blank: boolean | undefined;
}

/**
 * The packet with a slot for each letter, from the `n`-th fragment of the case on.
 * @param gsoTypes the types of segmentation; both if absent
 */
export function planPacket(letters: string, n: number, gsoTypes?: readonly number[]): RxPacket {
  const all = [...letters];
  const isExtra = (letter: string): boolean => /[xuz]/.test(letter);
  const count = all.filter((letter) => !isExtra(letter)).length;
  const gso = letters.includes('x') ? gsoOf(n, [536, 1448, 1, 9000], gsoTypes) : undefined;
  const isUnsaid = letters.startsWith('n');
  const saysBlank = letters.startsWith('b') || (gso !== undefined && !isUnsaid);
  const csum_blank = isUnsaid && gso !== undefined ? undefined : saysBlank;
  const flagsOf = (i: number): number =>
    (all.slice(i + 1).some((letter) => !isExtra(letter)) ? NETRXF.more_data : 0) |
    (i === 0 && isExtra(all[1] ?? '') ? NETRXF.extra_info : 0) |
    (i === 0 ? validatedOf(n, saysBlank) : 0);
  let k = 0;
  const slots = all.map((letter, i): RxSlot => {
    if (isExtra(letter)) {
      const extra = extraOf(letter, isExtra(all[i + 1] ?? ''), gso, n);
      return { kind: 'extra', octets: extra, isWrong: letter !== 'x' };
    }
    const flags = flagsOf(i);
    if (letter === 'e') return { kind: 'wrong', status: errorOf(i), offset: 0, flags };
    if (letter === 'o') return { kind: 'wrong', ...BEYOND_PAGE, flags };
    const fragment = fragmentOf(n + k, lengthOf(n, k, count));
    k++;
    return { kind: 'fragment', ...fragment, flags };
  });
  const isBroken = /[eouz]/.test(letters);
  const octets = slots.map((slot) => (slot.kind === 'fragment' ? hexOf(slot.octets) : '')).join('');
  return { slots, gso, csum_blank, octets: isBroken ? undefined : octets };
}

/** Both errors that a response can have, so that a packet of two has one of each. */
const errorOf = (i: number): number => (i % 2 === 0 ? NETIF_RSP.ERROR : NETIF_RSP.DROPPED);

/** A blank checksum, now and then with what follows from it; and where it is not blank, that it was found to be right. */
const validatedOf = (n: number, csum_blank: boolean): number =>
  (csum_blank ? NETRXF.csum_blank : 0) | (n % 2 === 0 ? NETRXF.data_validated : 0);

/** Each slot has its own length, from one octet to a page; all together have no more than a packet may. */
const lengthOf = (n: number, k: number, count: number): number => {
  // The longest packet that there is: 16 pages but for one octet.
  if (count === 16) return k === 15 ? PAGE - 1 : PAGE;
  const most = Math.min(PAGE, Math.floor(XEN_NETIF_MAX_TX_SIZE / count));
  if ((n + k) % 7 === 3) return most;
  return k === 0 ? 14 + (n % 53) : 1 + ((n * 7 + k * 29) % 97) + ((n + k) % 5 === 2 ? 1440 : 0);
};

/** The octets of the n-th fragment, and where in its page they are. */
export function fragmentOf(n: number, length: number): { octets: Uint8Array; offset: number } {
  const octets = new Uint8Array(length);
  octets.forEach((_, i) => (octets[i] = (n * 29 + i * 5 + (n >> 8) + 3) & 0xff));
  const offset = (n % 4) * 256;
  return { octets, offset: offset + length <= PAGE ? offset : 0 };
}

/** An extra: of segmentation, of segmentation without sense, or of a type that netif.h does not have. */
function extraOf(letter: string, isMore: boolean, gso: Gso | undefined, n: number): Uint8Array {
  const { TCPV4, TCPV6 } = XEN_NETIF_GSO_TYPE;
  if (letter === 'x') return gsoOctets(gso!, isMore); // a packet with this letter has segmentation
  if (letter === 'z')
    return gsoOctets(n % 2 === 0 ? { size: 0, type: TCPV4 } : { size: 1448, type: TCPV6 + 1 }, isMore);
  // Its octets would be good segmentation, for one who does not look at the type. MAX itself is a type in Linux' header, if
  // not in Xen's.
  const { NONE, MAX } = XEN_NETIF_EXTRA_TYPE;
  const u = gsoUnion.octets({ size: 1448, type: TCPV4 });
  return extraOctets(n % 2 === 0 ? NONE : MAX + 1 + (n % 200), u, isMore);
}

/** The fields of the response for a slot with octets, or with what is none. */
export const answerOf = (
  slot: Exclude<RxSlot, { kind: 'extra' }>,
): { readonly status: number; readonly offset: number; readonly flags: number } =>
  slot.kind === 'wrong' ? slot : { status: slot.octets.length, offset: slot.offset, flags: slot.flags };
