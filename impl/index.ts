/** The public names of the reference netfront. */

export { type Host, HostError, type Page } from './host.js';
export { blockNumber, counterSkip, freeList, grefPerRequest, type IdScheme } from './ids.js';
export { Netback, type NetbackOptions } from './netback.js';
export { connect, type Netfront, type NetfrontOptions, SendError } from './netfront.js';
export { NET_TX_RING_SIZE, NETIF_RSP, type TxStatus } from './netif.js';
export { type BackHost, SimulatedHost } from './simhost.js';
export { TxDriver } from './tx-driver.js';
