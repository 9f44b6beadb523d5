/**
 * The C peer as the backend of a replay: each of the backend's actions is the macro of Xen's headers that it stands for
 * (`peer/steps.c`), done to the memory that the implementation has.
 */
import type { SharedRing } from '../impl/ring.js';
import type { Peer } from '../peer/peer.js';
import type { Cover } from '../graph/cover.js';
import type { Graph } from '../graph/graph.js';
import type { JudgeHost } from './judge-host.js';
import type { Backs } from './modules/module.js';
import { type ReplayTargets, tracedModules } from './modules/index.js';
import type {
  BackStep,
  ReplayedBack,
  ReplayedRxBack,
  ReplayedTxBack,
  RxAnswer,
  RxExtra,
} from './back-steps.js';
import {
  flagNames,
  gsoUnion,
  NETIF_RSP,
  NETRXF,
  XEN_NETIF_EXTRA_FLAG_MORE,
  XEN_NETIF_EXTRA_TYPE,
} from './netif.js';

/** The statuses as steps.c numbers them. */
const STATUSES: readonly string[] = ['OKAY', 'ERROR', 'DROPPED', 'NULL'];
/** The flags of the receive ring as steps.c numbers them. */
const RX_FLAGS: readonly string[] = ['csum_blank', 'data_validated', 'more_data', 'extra_info', 'gso_prefix'];
/** The errors that steps.c has a number for; any other status is written as it is. */
const ERRORS: ReadonlyMap<number, string> = new Map([
  [NETIF_RSP.ERROR, 'ERROR'],
  [NETIF_RSP.DROPPED, 'DROPPED'],
]);

const statusNumber = (name: string): number => {
  const number = STATUSES.indexOf(name);
  if (number < 0) throw new RangeError(`a status ${name}`);
  return number;
};

/** The steps that both rings have, under the names that the peer exports for one of them. */
class PeerSteps implements ReplayedBack {
  constructor(
    readonly peer: Peer,
    readonly ring: 'tx' | 'rx',
  ) {}

  get memory() {
    return this.peer.pages;
  }

  attach(ring: SharedRing, host: JudgeHost): void {
    this.peer.calls = {
      ...this.peer.calls,
      map: (gref) => host.map(gref),
      unmap: (gref) => host.unmap(gref),
      notify: () => {
        host.pending = true;
      },
      clearPending: () => {
        host.backPending = false;
      },
    };
    this.peer.exports[`${this.ring}_attach`](this.peer.addressOf(ring.page), ring.nr_ents);
  }

  do(step: BackStep): void {
    this.peer.exports[`${this.ring}_${step}`]();
  }

  unmap(gref: number): void {
    this.peer.exports.step_unmap(gref);
  }
}

const NOTHING = new Uint8Array(0);

/** The peer as backend of a transmit ring. */
class PeerTxSteps extends PeerSteps implements ReplayedTxBack {
  #read: Uint8Array = NOTHING;
  #extras = 0;

  override attach(ring: SharedRing, host: JudgeHost): void {
    super.attach(ring, host);
    this.peer.calls = {
      ...this.peer.calls,
      packet: (octets, { gso, extras = [] }) => {
        this.#read = octets;
        this.#extras = extras.length + (gso === undefined ? 0 : 1);
      },
    };
  }

  readBlock(k: number): Uint8Array {
    this.#read = NOTHING;
    this.peer.exports.tx_read_block(k);
    return this.#read;
  }

  takePacket(): { readonly octets: Uint8Array; readonly extras: number } {
    this.#read = NOTHING;
    this.peer.exports.tx_take_packet();
    return { octets: this.#read, extras: this.#extras };
  }

  respondNull(): void {
    this.peer.exports.tx_respond_null();
  }

  respond(k: number, status: string, unmaps: boolean): void {
    this.peer.exports.tx_respond(k, statusNumber(status), unmaps);
  }

  repeatResponse(k: number, j: number): void {
    this.peer.exports.tx_repeat_response(k, j);
  }
}

/** The peer as backend of a receive ring. */
class PeerRxSteps extends PeerSteps implements ReplayedRxBack {
  writeFrame(k: number, octets: Uint8Array, offset: number): void {
    this.peer.describe(octets, {});
    this.peer.exports.rx_write_frame(k, offset);
  }

  respond(k: number, { status, offset, flags }: RxAnswer, unmaps: boolean): void {
    const { exports } = this.peer;
    const numbered = flagNames(NETRXF, flags).reduce((bits, name) => bits | (1 << RX_FLAGS.indexOf(name)), 0);
    const error = ERRORS.get(status);
    if (error === undefined) exports.rx_respond(k, offset, status, numbered, unmaps);
    else exports.rx_respond_status(k, offset, statusNumber(error), numbered, unmaps);
  }

  respondExtra(k: number, { type, flags, u }: RxExtra, unmaps: boolean): void {
    const { exports } = this.peer;
    const view = new DataView(u.buffer, u.byteOffset, u.length);
    const gso = gsoUnion.read(view);
    const [u0 = 0, u1 = 0, u2 = 0] = [0, 2, 4].map((at) => view.getUint16(at, true));
    exports.outgoing_begin(0, false, false);
    // Segmentation is given by type and size; its other octets are zero. Any other extra is given by its octets.
    if (type === XEN_NETIF_EXTRA_TYPE.GSO) exports.outgoing_gso(gso.type, gso.size);
    else exports.outgoing_other(type, u0, u1, u2);
    exports.rx_respond_extra(k, (flags & XEN_NETIF_EXTRA_FLAG_MORE) !== 0, unmaps);
  }
}

/**
 * How many steps of the backend's the paths of a cover have: the peer must have done as many after a replay of them, or more
 * where one step of the specification is several of the peer's.
 */
export const backStepsOf = ({ actions, labels }: Graph, { paths }: Cover): number => {
  const isBack = actions.map((action) => action.includes('Back'));
  return paths.reduce(
    (sum, path) => sum + path.reduce((count, t) => count + (isBack[labels[t]!] === true ? 1 : 0), 0),
    0,
  );
};

/** The peer as the backends of both rings. */
export const peerBacks = (peer: Peer): Backs => ({
  tx: new PeerTxSteps(peer, 'tx'),
  rx: new PeerRxSteps(peer, 'rx'),
});

/** Replay targets whose backend is the peer; of the modules that have one. */
export const peerTargets = (peer: Peer): ReplayTargets => {
  const backs = peerBacks(peer);
  return Object.fromEntries(
    tracedModules.flatMap((module) =>
      module.withBacks === undefined ? [] : [[module.name, module.withBacks(backs)]],
    ),
  );
};
