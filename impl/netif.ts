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

/** Values of `flags` in a transmit request. None is set while a frame is one slot. */
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
  /** Octets of the packet, 16 bits. */
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
