/** The public names of the reference netfront. */

export { attach, type Device, type DeviceState, type StateListener } from './connection/device.js';
export type { DeviceOptions } from './connection/options.js';
export type { EventPort, System } from './connection/system.js';
export { DeviceError } from './connection/xenbus.js';
export type { FrontFault } from './back/chain.js';
export { bridge, type BridgeOptions, type Vif } from './back/bridge.js';
export { ReceiveError, SendError } from './errors.js';
export { type EventChannel, type Host, HostError, type Page } from './host.js';
export { blockNumber, counterSkip, freeList, grefPerRequest, type IdScheme, slot } from './ids.js';
export type { Frame, FrameListener, ReceiveErrorListener } from './inbox.js';
export { Netback, type NetbackOptions, type Rings } from './back/netback.js';
export { byTable } from './machine-table.js';
export { DeviceBack, type DeviceBackOptions } from './back/device-back.js';
export { MemoryStore } from './back/memory-store.js';
export { SimulatedSystem } from './back/simsystem.js';
export { type Changes, type Seen, type Store, StoreError } from './store.js';
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
export { ETH_HLEN, type Gso, type GsoType, type Offload } from './offload.js';
export { PageMemory } from './page-memory.js';
export { byXstate, type Runner } from './runner.js';
export type { DropReason } from './rx-chain.js';
export { RxDriver } from './rx-driver.js';
export { SimulatedChannel } from './back/simchannel.js';
export { type BackHost, SimulatedHost } from './back/simhost.js';
export type { Counters, RxCounters, Statistics } from './statistics.js';
export { TxDriver } from './tx-driver.js';
