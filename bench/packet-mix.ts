/** Random packets of all shapes, for exchanges with the C peer: 1 slot to 18, with and without what is said beside the octets. */
import { XEN_NETIF_EXTRA_TYPE, XEN_NETIF_NR_SLOTS_MIN } from '../impl/netif.js';
import type { Offload } from '../impl/offload.js';
import { PAGE_SIZE } from '../impl/ring.js';
import { ETH_HLEN } from '../impl/offload.js';

/** A packet to be sent, and how it is cut. */
export interface MixedPacket {
  readonly octets: Uint8Array;
  readonly offload: Offload;
  /** Octets of a slot: every slot is full but the last. */
  readonly cut: number;
  /** Slots that it takes, extras included. */
  readonly slots: number;
}

/** What comes how often: of so many packets one, or of none. */
export interface Mix {
  /** One packet of so many has more than one slot. */
  readonly severalSlots: number;
}

/** What is as it is for an Ethernet with offloading: most packets short, and one in six in several slots. */
export const ordinaryMix: Mix = { severalSlots: 6 };

/** The octets of all packets are stretches of these. */
const POOL = 256 * 1024;
const LONGEST = 65535;

/** A linear congruential generator: numbers of 24 bits. */
export const randomSource = (seed: number): (() => number) => {
  let state = seed >>> 0;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    // The low bits of such a generator repeat soon.
    return state >>> 8;
  };
};

/** Packets, the same ones for the same seed. Their octets are never written to. */
export const packetSource = (seed: number, { severalSlots }: Mix = ordinaryMix): (() => MixedPacket) => {
  const random = randomSource(seed);
  const pool = Uint8Array.from({ length: POOL }, random);
  const oneIn = (n: number): boolean => random() % n === 0;
  return () => {
    const isLong = oneIn(severalSlots);
    const offload = offloadFrom(random, isLong);
    const extras = (offload.extras?.length ?? 0) + (offload.gso === undefined ? 0 : 1);
    const pieces = isLong ? 2 + (random() % (XEN_NETIF_NR_SLOTS_MIN - 1 - extras)) : 1;
    const cut = cutFor(random, pieces);
    // The last piece is anything from an octet to a full one; the first one holds a header.
    const least = pieces === 1 ? ETH_HLEN : 1;
    const size = Math.min((pieces - 1) * cut + least + (random() % (cut - least + 1)), LONGEST);
    const from = random() % (POOL - size);
    return { octets: pool.subarray(from, from + size), offload, cut, slots: pieces + extras };
  };
};

/** Octets of a slot: one time in four whole pages, as of a packet that was not made of fragments. */
const cutFor = (random: () => number, pieces: number): number => {
  if (pieces > 1 && random() % 4 === 0) return Math.min(PAGE_SIZE, Math.floor(LONGEST / (pieces - 1)));
  return ETH_HLEN + (random() % (1514 - ETH_HLEN + 1));
};

const offloadFrom = (random: () => number, isLong: boolean): Offload => {
  const isSegmented = isLong && random() % 2 === 0;
  const hasHash = random() % 16 === 0;
  const kind = random() % 4;
  return {
    ...(isSegmented || kind === 0 ? { csum_blank: true, data_validated: true } : {}),
    ...(!isSegmented && kind === 1 ? { data_validated: true } : {}),
    ...(isSegmented
      ? { gso: { type: random() % 2 === 0 ? 'TCPV4' : 'TCPV6', size: 1 + (random() % 0xffff) } as const }
      : {}),
    ...(hasHash ? { extras: [hash(random)] } : {}),
  };
};

const hash = (random: () => number) => ({
  type: XEN_NETIF_EXTRA_TYPE.HASH,
  flags: 0,
  u: Uint8Array.from({ length: 6 }, random),
});

/** The pieces of a packet, as a list of fragments. */
export const piecesOf = ({ octets, cut }: MixedPacket): readonly Uint8Array[] =>
  Array.from({ length: Math.ceil(octets.length / cut) }, (_, i) => octets.subarray(i * cut, (i + 1) * cut));

/** What is said of a packet that was received. */
export type Said = { readonly [Name in keyof Offload]: Offload[Name] | undefined };

/** Is the same said of two packets? */
export const sameOffload = (a: Said, b: Said): boolean =>
  (a.csum_blank ?? false) === (b.csum_blank ?? false) &&
  (a.data_validated ?? false) === (b.data_validated ?? false) &&
  a.gso?.type === b.gso?.type &&
  a.gso?.size === b.gso?.size &&
  sameExtras(a.extras ?? [], b.extras ?? []);

const sameExtras = (a: NonNullable<Offload['extras']>, b: NonNullable<Offload['extras']>): boolean =>
  a.length === b.length &&
  a.every(({ type, u }, i) => type === b[i]?.type && Buffer.compare(u, b[i].u) === 0);
