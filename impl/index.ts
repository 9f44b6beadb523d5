/** The public names of the reference netfront. */

export { bridge, type BridgeOptions, type Vif } from './bridge.js';
export { ReceiveError, SendError } from './errors.js';
export { type Host, HostError, type Page } from './host.js';
export { blockNumber, counterSkip, freeList, grefPerRequest, type IdScheme, slot } from './ids.js';
export type { Frame, FrameListener, ReceiveErrorListener } from './inbox.js';
export { Netback, type NetbackOptions, type Rings } from './netback.js';
export { connect, type Connected, type Netfront } from './netfront.js';
export {
  type ExtraInfo,
  NET_RX_RING_SIZE,
  NET_TX_RING_SIZE,
  NETIF_RSP,
  type TxStatus,
  XEN_NETIF_EXTRA_TYPE,
} from './netif.js';
export type { NetfrontOptions, RxOptions, TxOptions } from './options.js';
export type { Gso, GsoType, Offload } from './packet.js';
export { RxDriver } from './rx-driver.js';
export { type BackHost, SimulatedHost } from './simhost.js';
export type { Counters, Statistics } from './statistics.js';
export { TxDriver } from './tx-driver.js';
