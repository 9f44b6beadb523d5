/**
 * ring.h and netif.h, read a second time: where each word of a ring page and each field of a slot is, and which numbers
 * flags and statuses are.
 *
 * Nothing of `impl/` is used, so that a wrong offset there is found by whoever reads with this one. It is the only
 * place outside `impl/` and `peer/` that knows them.
 */

/** Octets of a page: of a ring, and of what a grant reference grants. */
export const PAGE = 4096;

/** XEN_NETIF_NR_SLOTS_MIN: slots of a packet that every backend takes, extras included. */
export const XEN_NETIF_NR_SLOTS_MIN = 18;

/** XEN_NETIF_MAX_TX_SIZE: octets of the longest packet, because `size` has 16 bits. */
export const XEN_NETIF_MAX_TX_SIZE = 0xffff;

/** Values of `flags` in a transmit request. */
export const NETTXF = { csum_blank: 1, data_validated: 2, more_data: 4, extra_info: 8 } as const;

/** Values of `flags` in a receive response. The first two are the other way round than in {@link NETTXF}. */
export const NETRXF = {
  data_validated: 1,
  csum_blank: 2,
  more_data: 4,
  extra_info: 8,
  gso_prefix: 16,
} as const;

/** Values of `status` in a response, by their names in the specification. */
export const NETIF_RSP = { DROPPED: -2, ERROR: -1, OKAY: 0, NULL: 1 } as const;

/** Values of `type` in an extra. NONE is never used; MAX is the first that there is not. */
export const XEN_NETIF_EXTRA_TYPE = { NONE: 0, GSO: 1, MCAST_ADD: 2, MCAST_DEL: 3, HASH: 4, MAX: 5 } as const;

/** Value of `flags` in an extra: another extra follows in the next slot. */
export const XEN_NETIF_EXTRA_FLAG_MORE = 1;

/** Values of `u.gso.type` in an extra. */
export const XEN_NETIF_GSO_TYPE = { TCPV4: 1, TCPV6: 2 } as const;

/** The number of a status, by its name in the specification; NaN if there is none of this name. */
export const statusNumber = (name: string): number =>
  (NETIF_RSP as Readonly<Record<string, number>>)[name] ?? Number.NaN;

/** The names of the flags that are set, of {@link NETTXF} or {@link NETRXF}. */
export const flagNames = <Name extends string>(
  flags: Readonly<Record<Name, number>>,
  value: number,
): readonly Name[] => (Object.keys(flags) as Name[]).filter((name) => (value & flags[name]) !== 0);

/** How a field is stored: its width in bits, and whether it has a sign. Little endian. */
type Kind = 'u8' | 'u16' | 'i16' | 'u32';

/** A field of a structure. */
interface Field {
  /** Octets from the start of the structure. */
  readonly at: number;
  readonly kind: Kind;
}

const LOAD: Readonly<Record<Kind, (view: DataView, at: number) => number>> = {
  u8: (view, at) => view.getUint8(at),
  u16: (view, at) => view.getUint16(at, true),
  i16: (view, at) => view.getInt16(at, true),
  u32: (view, at) => view.getUint32(at, true),
};

const STORE: Readonly<Record<Kind, (view: DataView, at: number, value: number) => void>> = {
  u8: (view, at, value) => view.setUint8(at, value),
  u16: (view, at, value) => view.setUint16(at, value, true),
  i16: (view, at, value) => view.setInt16(at, value, true),
  u32: (view, at, value) => view.setUint32(at, value, true),
};

/** A structure of the headers. `at` is always the octet of the view at which the structure begins. */
class Struct<Name extends string> {
  readonly #names: readonly Name[];

  /** @param size octets of the structure, padding included */
  constructor(
    readonly size: number,
    readonly fields: Readonly<Record<Name, Field>>,
  ) {
    this.#names = Object.keys(fields) as Name[];
  }

  /** All fields. */
  read(view: DataView, at = 0): Readonly<Record<Name, number>> {
    const values = {} as Record<Name, number>;
    for (const name of this.#names) values[name] = this.get(view, at, name);
    return values;
  }

  /** One field. */
  get(view: DataView, at: number, name: Name): number {
    const field = this.fields[name];
    return LOAD[field.kind](view, at + field.at);
  }

  /** Stores one field. */
  set(view: DataView, at: number, name: Name, value: number): void {
    const field = this.fields[name];
    STORE[field.kind](view, at + field.at, value);
  }

  /** Stores these fields. Those that are left out and the padding keep what they held. */
  write(view: DataView, at: number, values: Readonly<Partial<Record<Name, number>>>): void {
    for (const name of this.#names) {
      const value = values[name];
      if (value !== undefined) this.set(view, at, name, value);
    }
  }

  /** The octets of a structure with these fields; all others are `fill`. */
  octets(values: Readonly<Partial<Record<Name, number>>>, fill = 0): Uint8Array {
    const octets = new Uint8Array(this.size).fill(fill);
    this.write(new DataView(octets.buffer), 0, values);
    return octets;
  }
}

/** The shared words at the start of a ring page: `struct xen_netif_tx_sring` and `xen_netif_rx_sring` as far as the slots. */
export const sring = new Struct(64, {
  req_prod: { at: 0, kind: 'u32' },
  req_event: { at: 4, kind: 'u32' },
  rsp_prod: { at: 8, kind: 'u32' },
  rsp_event: { at: 12, kind: 'u32' },
});

/** Octets of the four words of {@link sring}; what is behind them in the header is padding. */
export const SRING_WORDS = 16;

/** `struct xen_netif_tx_request` */
export const txRequest = new Struct(12, {
  gref: { at: 0, kind: 'u32' },
  offset: { at: 4, kind: 'u16' },
  flags: { at: 6, kind: 'u16' },
  id: { at: 8, kind: 'u16' },
  size: { at: 10, kind: 'u16' },
});

/** `struct xen_netif_tx_response`. It has the first four octets of its slot. */
export const txResponse = new Struct(4, { id: { at: 0, kind: 'u16' }, status: { at: 2, kind: 'i16' } });

/** `struct xen_netif_rx_request`, with two octets of padding. */
export const rxRequest = new Struct(8, { id: { at: 0, kind: 'u16' }, gref: { at: 4, kind: 'u32' } });

/** `struct xen_netif_rx_response` */
export const rxResponse = new Struct(8, {
  id: { at: 0, kind: 'u16' },
  offset: { at: 2, kind: 'u16' },
  flags: { at: 4, kind: 'u16' },
  status: { at: 6, kind: 'i16' },
});

/** `struct xen_netif_extra_info` without its union `u`, which has the octets from {@link EXTRA_U} on. */
export const extraInfo = new Struct(8, { type: { at: 0, kind: 'u8' }, flags: { at: 1, kind: 'u8' } });

/** Where the union of an extra begins. */
export const EXTRA_U = 2;

/** `u.gso` of an extra, from {@link EXTRA_U} on; the octets in between and behind are padding and features, all zero. */
export const gsoUnion = new Struct(6, { size: { at: 0, kind: 'u16' }, type: { at: 2, kind: 'u8' } });

/** Stores an extra: its type, its flags, and the six octets of its union. */
export const writeExtra = (
  view: DataView,
  at: number,
  { type, flags, u }: { readonly type: number; readonly flags: number; readonly u: Iterable<number> },
): void => {
  extraInfo.write(view, at, { type, flags });
  let next = at + EXTRA_U;
  for (const octet of u) view.setUint8(next++, octet);
};

/** A ring of a network interface. */
export type RingName = 'tx' | 'rx';

/** What the slots of each ring hold. */
export const SLOTS = {
  tx: { request: txRequest, response: txResponse },
  rx: { request: rxRequest, response: rxResponse },
} as const;

/** Octets of a slot of each ring: of the larger of request and response. */
export const SLOT_SIZE: Readonly<Record<RingName, number>> = {
  tx: Math.max(SLOTS.tx.request.size, SLOTS.tx.response.size),
  rx: Math.max(SLOTS.rx.request.size, SLOTS.rx.response.size),
};

/** Where in a ring page a slot begins. */
export const slotAt = (slotSize: number, slot: number): number => sring.size + slotSize * slot;

/** The number of the slot that begins here in a ring page. */
export const slotNumber = (slotSize: number, at: number): number => (at - sring.size) / slotSize;
