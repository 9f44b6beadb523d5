/**
 * How a backend cuts a packet for the guest into slots. netif.h gives their order: the first fragment, the extras, then the
 * other fragments. Each slot has its own size. THE TRANSMIT RING HAS ANOTHER RULE: there the first slot has the total.
 */
import { type ExtraInfo, NETRXF, XEN_NETIF_MAX_TX_SIZE } from '../netif.js';
import { lengthOf } from '../octets.js';
import { checksumFlags, extraInSlot, extrasOf, isSegmentSize, type Offload, slotFlags } from '../offload.js';
import { PAGE_SIZE } from '../ring.js';

/** A slot of a packet for the guest. */
export type RxSlot = RxData | RxExtra;

/** Octets for the page of a request. */
export interface RxData {
  readonly kind: 'data';
  /** The octets, piece after piece. They are not copied. */
  readonly pieces: readonly Uint8Array[];
  /** Where in the page they begin. */
  readonly offset: number;
  readonly size: number;
  /** Or of {@link NETRXF}. */
  readonly flags: number;
}

/** An extra. It uses up a request, whose page is not touched, and overwrites its id. */
export interface RxExtra {
  readonly kind: 'extra';
  readonly extra: ExtraInfo;
}

/** The limits of a cut. */
export interface CutOptions {
  /** How many slots it may take. */
  readonly most: number;
  /** Where in its page a fragment of so many octets begins; what reaches past the page goes on in another. At 0 if absent. */
  readonly placeAt?: ((octets: number) => number) | undefined;
}

/**
 * Cuts a packet into slots. Each fragment begins a slot of its own if there are enough. Otherwise the octets are packed
 * into as few as possible, as Linux always does.
 * @returns the slots, or why there are none
 */
export const cut = (
  fragments: readonly Uint8Array[],
  offload: Offload,
  { most, placeAt = () => 0 }: CutOptions,
): readonly RxSlot[] | string => {
  const octets = lengthOf(fragments);
  if (octets === 0) return 'a frame of 0 octets';
  if (octets > XEN_NETIF_MAX_TX_SIZE)
    return `a frame of ${octets} octets: a packet has ${XEN_NETIF_MAX_TX_SIZE} at most`;
  const { gso } = offload;
  if (gso !== undefined && !isSegmentSize(gso.size)) return `segments of ${gso.size} octets`;
  const extras = extrasOf(offload);
  const apart = fragments.flatMap((fragment) => place([fragment], placeAt));
  const placed = apart.length + extras.length <= most ? apart : place(fragments, placeAt);
  const misplaced = placed.find(
    ({ offset }) => !(Number.isInteger(offset) && offset >= 0 && offset < PAGE_SIZE),
  );
  if (misplaced !== undefined) return `a fragment that begins at ${misplaced.offset} is in no page`;
  if (placed.length + extras.length > most)
    return `a frame of ${octets} octets takes ${placed.length + extras.length} slots: there are ${most} at most`;
  return inSlots(placed, extras, offload);
};

type Placed = Omit<RxData, 'kind' | 'flags'>;

/** Octets one after another, into as few pages as they fit. */
const place = (pieces: readonly Uint8Array[], placeAt: (octets: number) => number): readonly Placed[] => {
  const placed: Placed[] = [];
  const octets = lengthOf(pieces);
  for (let from = 0; from < octets;) {
    const offset = placeAt(Math.min(octets - from, PAGE_SIZE));
    // An offset outside the page must not make this loop endless. The caller reports it.
    const size =
      offset >= 0 && offset < PAGE_SIZE ? Math.min(octets - from, PAGE_SIZE - offset) : octets - from;
    placed.push({ pieces: slice(pieces, from, from + size), offset, size });
    from += size;
  }
  return placed;
};

/** The octets from one place to another, in pieces of the memory they are in. */
const slice = (pieces: readonly Uint8Array[], from: number, to: number): readonly Uint8Array[] => {
  const found: Uint8Array[] = [];
  let begin = 0;
  for (const piece of pieces) {
    const end = begin + piece.length;
    if (end > from && begin < to) found.push(piece.subarray(Math.max(from - begin, 0), to - begin));
    begin = end;
  }
  return found;
};

const inSlots = (
  placed: readonly Placed[],
  extras: readonly ExtraInfo[],
  offload: Offload,
): readonly RxSlot[] => {
  const checksum = checksumFlags(offload, NETRXF);
  const [first, ...rest] = placed.map((fragment, n): RxData => ({
    kind: 'data',
    ...fragment,
    flags: slotFlags(checksum, { n, of: placed.length, extras: extras.length }, NETRXF),
  }));
  return [
    first!,
    ...extras.map((_, n): RxExtra => ({ kind: 'extra', extra: extraInSlot(extras, n) })),
    ...rest,
  ];
};
