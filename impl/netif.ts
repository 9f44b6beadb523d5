/**
 * netif.h: what the slots of both rings hold, octet by octet, little endian. Field names and values are the header's.
 */
import { type RingIdx, ringSize, type SharedRing } from './ring.js';

/** Octets of a transmit slot: `struct netif_tx_request`, the larger of request and response. */
export const TX_SLOT = 12;

/** Octets of a receive slot: `struct netif_rx_request` and `struct netif_rx_response` have the same size. */
export const RX_SLOT = 8;

/** Slots of a transmit ring of one page. */
export const NET_TX_RING_SIZE = ringSize(TX_SLOT);

/** Slots of a receive ring of one page. */
export const NET_RX_RING_SIZE = ringSize(RX_SLOT);

/** Values of `flags` in a transmit request. Of a packet's later slots none but `more_data` is looked at. */
export const NETTXF = { csum_blank: 1, data_validated: 2, more_data: 4, extra_info: 8 } as const;

/** Values of `flags` in a receive response. THE FIRST TWO ARE THE OTHER WAY ROUND than in {@link NETTXF}. */
export const NETRXF = {
  data_validated: 1,
  csum_blank: 2,
  more_data: 4,
  extra_info: 8,
  gso_prefix: 16,
} as const;

/** Values of `status` in a response: `NETIF_RSP_*`. A signed 16-bit number; negative ones are errors. */
export const NETIF_RSP = { DROPPED: -2, ERROR: -1, OKAY: 0, NULL: 1 } as const;

/** The name of a status, without its prefix. */
export type TxStatus = keyof typeof NETIF_RSP;

const statusNames: ReadonlyMap<number, TxStatus> = new Map(
  (Object.keys(NETIF_RSP) as TxStatus[]).map((name) => [NETIF_RSP[name], name]),
);

/** The name of a status; ERROR of one that netif.h does not have. */
export const statusName = (status: number): TxStatus => statusNames.get(status) ?? 'ERROR';

/** XEN_NETIF_MAX_TX_SIZE: octets of the longest packet, because `size` has 16 bits. */
export const XEN_NETIF_MAX_TX_SIZE = 0xffff;

/** XEN_NETIF_NR_SLOTS_MIN: slots of a packet that every backend takes, extras included. Some take more, none need to. */
export const XEN_NETIF_NR_SLOTS_MIN = 18;

/** Values of `type` in an extra: `XEN_NETIF_EXTRA_TYPE_*`. NONE is never used; MAX is the first that there is not. */
export const XEN_NETIF_EXTRA_TYPE = { NONE: 0, GSO: 1, MCAST_ADD: 2, MCAST_DEL: 3, HASH: 4, MAX: 5 } as const;

/** Values of `flags` in an extra: `XEN_NETIF_EXTRA_FLAG_MORE`, another extra follows in the next slot. */
export const XEN_NETIF_EXTRA_FLAG_MORE = 1;

/** Values of `u.gso.type`: `XEN_NETIF_GSO_TYPE_*`. */
export const XEN_NETIF_GSO_TYPE = { NONE: 0, TCPV4: 1, TCPV6: 2 } as const;

/** `struct netif_tx_request` */
export interface TxRequest {
  /** Grant reference of the page, 32 bits. */
  readonly gref: number;
  /** Octets from the start of the page, below 4096. */
  readonly offset: number;
  /** Or of {@link NETTXF}. */
  readonly flags: number;
  /** Echoed in the response; only the frontend keeps it unique. 16 bits. */
  readonly id: number;
  /** Octets, 16 bits: of the whole packet in its first slot, of the slot's own fragment in each later one. */
  readonly size: number;
}

/** `struct netif_tx_response` */
export interface TxResponse {
  /** The id of the request that this answers. 16 bits. */
  readonly id: number;
  /** Signed, 16 bits. See {@link NETIF_RSP}. */
  readonly status: number;
}

/** Writes a request to the slot of an index. Values outside their fields' widths are cut, as in C. */
export const writeTxRequest = ({ view, offset }: Slot, request: TxRequest): void => {
  view.setUint32(offset, request.gref, true);
  view.setUint16(offset + 4, request.offset, true);
  view.setUint16(offset + 6, request.flags, true);
  view.setUint16(offset + 8, request.id, true);
  view.setUint16(offset + 10, request.size, true);
};

/** RING_COPY_REQUEST: a copy of the request in the slot of an index. */
export const readTxRequest = ({ view, offset }: Slot): TxRequest => ({
  gref: view.getUint32(offset, true),
  offset: view.getUint16(offset + 4, true),
  flags: view.getUint16(offset + 6, true),
  id: view.getUint16(offset + 8, true),
  size: view.getUint16(offset + 10, true),
});

/** Writes a response over the first four octets of a slot. The rest of the request stays. */
export const writeTxResponse = ({ view, offset }: Slot, response: TxResponse): void => {
  view.setUint16(offset, response.id, true);
  view.setInt16(offset + 2, response.status, true);
};

/** Answers an extra, as Linux does: only the status is written, and the id, which means nothing, stays. */
export const writeTxNull = ({ view, offset }: Slot): void => {
  view.setInt16(offset + 2, NETIF_RSP.NULL, true);
};

/** RING_COPY_RESPONSE: a copy of the response in the slot of an index, taken once and then believed. */
export const readTxResponse = ({ view, offset }: Slot): TxResponse => ({
  id: view.getUint16(offset, true),
  status: view.getInt16(offset + 2, true),
});

/** `struct netif_rx_request`: a page that the backend may write a frame to. */
export interface RxRequest {
  /** Echoed in the response; only the frontend keeps it unique. 16 bits. */
  readonly id: number;
  /** Grant reference of the page, 32 bits. */
  readonly gref: number;
}

/** `struct netif_rx_response` */
export interface RxResponse {
  /** The id of the request that this answers. 16 bits. */
  readonly id: number;
  /** Octets from the start of the page to the frame, 16 bits. */
  readonly offset: number;
  /** Or of {@link NETRXF}. */
  readonly flags: number;
  /**
   * Signed, 16 bits: octets of the frame in this page, or a negative value of {@link NETIF_RSP}. Read as unsigned, an
   * error is a length of almost 65536.
   */
  readonly status: number;
}

/** Writes a request to a receive slot. The two octets of padding keep what they held. */
export const writeRxRequest = ({ view, offset }: Slot, request: RxRequest): void => {
  view.setUint16(offset, request.id, true);
  view.setUint32(offset + 4, request.gref, true);
};

/** RING_COPY_REQUEST on a receive ring. */
export const readRxRequest = ({ view, offset }: Slot): RxRequest => ({
  id: view.getUint16(offset, true),
  gref: view.getUint32(offset + 4, true),
});

/** Writes a response over a receive slot, all eight octets of it. */
export const writeRxResponse = ({ view, offset }: Slot, response: RxResponse): void => {
  view.setUint16(offset, response.id, true);
  view.setUint16(offset + 2, response.offset, true);
  view.setUint16(offset + 4, response.flags, true);
  view.setInt16(offset + 6, response.status, true);
};

/** RING_COPY_RESPONSE on a receive ring: taken once and then believed. */
export const readRxResponse = ({ view, offset }: Slot): RxResponse => ({
  id: view.getUint16(offset, true),
  offset: view.getUint16(offset + 2, true),
  flags: view.getUint16(offset + 4, true),
  status: view.getInt16(offset + 6, true),
});

/**
 * `struct netif_extra_info`: metadata of the packet whose first slot came before it. It takes a slot of its own, with
 * neither id nor gref. It has the first 8 octets of a slot, on both rings.
 */
export interface ExtraInfo {
  /** One of {@link XEN_NETIF_EXTRA_TYPE}. 8 bits. */
  readonly type: number;
  /** 0 or {@link XEN_NETIF_EXTRA_FLAG_MORE}. 8 bits. */
  readonly flags: number;
  /** The six octets of the union `u`, which `type` gives a meaning. A copy. */
  readonly u: Uint8Array;
}

/** `u.gso` */
export interface ExtraGso {
  /** Octets of payload of each segment that the packet is to be cut into, 16 bits. */
  readonly size: number;
  /** One of {@link XEN_NETIF_GSO_TYPE}. 8 bits. */
  readonly type: number;
  /** 16 bits, of which `netif.h` defines none: 0. */
  readonly features: number;
}

/** Octets of `u`. */
export const EXTRA_U = 6;

/** Writes an extra to a slot of either ring. On the transmit ring the last four octets keep what they held. */
export const writeExtraInfo = ({ view, offset }: Slot, extra: ExtraInfo): void => {
  view.setUint8(offset, extra.type);
  view.setUint8(offset + 1, extra.flags);
  for (let i = 0; i < EXTRA_U; i++) view.setUint8(offset + 2 + i, extra.u[i] ?? 0);
};

/** A copy of the extra in a slot of either ring, taken once and then believed. */
export const readExtraInfo = ({ view, offset }: Slot): ExtraInfo => ({
  type: view.getUint8(offset),
  flags: view.getUint8(offset + 1),
  u: Uint8Array.from({ length: EXTRA_U }, (_, i) => view.getUint8(offset + 2 + i)),
});

/** The union `u` for segmentation offload. */
export const encodeGso = ({ size, type, features }: ExtraGso): Uint8Array => {
  const u = new Uint8Array(EXTRA_U);
  const view = new DataView(u.buffer);
  view.setUint16(0, size, true);
  view.setUint8(2, type);
  view.setUint16(4, features, true);
  return u;
};

/** The union `u` read as one for segmentation offload: `type` must be GSO. */
export const decodeGso = ({ u }: ExtraInfo): ExtraGso => {
  const view = new DataView(u.buffer, u.byteOffset, EXTRA_U);
  return { size: view.getUint16(0, true), type: view.getUint8(2), features: view.getUint16(4, true) };
};

/** A slot in shared memory: where it begins, in octets. */
export interface Slot {
  readonly view: DataView;
  readonly offset: number;
}

/** RING_GET_REQUEST, RING_GET_RESPONSE: the slot of an index. The peer may change it at any time. */
export const slotOf = (ring: SharedRing, idx: RingIdx): Slot => ({
  view: ring.view,
  offset: ring.offsetOf(idx),
});
