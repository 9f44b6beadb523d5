/** Faults in how packets of several slots are written, answered and given up. */
import {
  type ExtraInfo,
  readExtraInfo,
  slotOf,
  NETIF_RSP,
  NETTXF,
  writeExtraInfo,
} from '../../impl/netif.js';
import { hasUnpublished, isDrained, isFull, SRING_HEADER } from '../../impl/ring.js';
import { get, set } from '../../impl/table.js';
import { afterRelease, type Completion, isRequestDue, slotsOf } from '../../impl/tx-chain.js';
import { TxDriver } from '../../impl/tx-driver.js';
import { txMachine } from '../../impl/tx-machine.js';
import { freeRequests } from '../../impl/ring.js';
import { requesting } from './driver.js';
import { after, assigning, type Fault } from './fault.js';

/** A driver that writes another extra than the machine asked it to. */
const withExtra = (change: (extra: ExtraInfo, driver: TxDriver) => ExtraInfo): typeof TxDriver =>
  after('TxEnqueueExtra', (driver, { ring }) => {
    const slot = slotOf(driver.shared, ring.req_prod_pvt);
    writeExtraInfo(slot, change(readExtraInfo(slot), driver));
  });

/** A driver that tells the application otherwise. */
const telling = (tell: (onCompleted: TxDriver['onCompleted'], packet: Completion) => void): typeof TxDriver =>
  class extends TxDriver {
    constructor(...[host, config, onCompleted, machine]: ConstructorParameters<typeof TxDriver>) {
      super(host, config, (packet) => tell(onCompleted ?? (() => {}), packet), machine);
    }
  };

/** What the fault is told by, of a request that has just been written: was it the first of its packet? */
const isFirst = (driver: TxDriver, flags: number): boolean => {
  const { chain } = driver.snapshot.context;
  // With its last slot the chain is closed; a packet of one request has then been written, or the last of several.
  return chain === null ? (flags & NETTXF.extra_info) !== 0 : chain.written.length === 1;
};

export const txPacketsFaults = {
  pushInParts: {
    what: 'publishes what is written so far of a packet',
    target: {
      machine: txMachine.provide({
        guards: { hasUnpublished: ({ context }) => hasUnpublished(context.ring) },
      }),
    },
  },
  roomForFirst: {
    what: 'opens a chain where there is room for its first slot',
    target: {
      machine: txMachine.provide({
        guards: {
          hasRoomAndBlock: ({ context: { ring, pool, chain, config } }, { packet }) =>
            pool !== null &&
            (chain === null
              ? !isFull(ring) && (packet === undefined || slotsOf(packet) <= (config.maxSlots ?? 18))
              : isRequestDue(chain)),
        },
      }),
    },
  },
  moreThanPromised: {
    what: 'sends packets of more slots than the backend promises to take',
    target: {
      machine: txMachine.provide({
        guards: {
          hasRoomAndBlock: ({ context: { ring, pool, chain } }, { packet }) =>
            pool !== null &&
            (chain === null
              ? freeRequests(ring) >= (packet === undefined ? 1 : slotsOf(packet))
              : isRequestDue(chain)),
        },
      }),
    },
  },
  fillsBeforeExtras: {
    what: 'fills the second fragment before the extras have their slots',
    target: {
      machine: txMachine.provide({
        guards: {
          hasRoomAndBlock: ({ context: { pool, ring, chain, config } }, { packet }) =>
            pool !== null &&
            (chain !== null ||
              (packet !== undefined &&
                slotsOf(packet) <= Math.min(freeRequests(ring), config.maxSlots ?? 18))),
        },
      }),
    },
  },
  nullById: {
    what: 'takes a NULL for the answer to the request that has its id',
    target: {
      machine: txMachine.provide({
        guards: {
          isForExtra: () => false,
          isInFlight: ({ context: { ids, ring } }, { response }) =>
            !isDrained(ring) && get(ids.inFlight, response.id) !== undefined,
        },
      }),
    },
  },
  nullUnasked: {
    what: 'believes a NULL where no extra is unanswered',
    target: {
      machine: txMachine.provide({
        guards: {
          isForExtra: ({ context: { ring } }, { response }) =>
            !isDrained(ring) && response.status === NETIF_RSP.NULL,
        },
      }),
    },
  },
  abandonLeaks: {
    what: 'does not free the blocks of a send that failed',
    target: { machine: assigning('abandon', (assigned, { pool }) => ({ ...assigned, pool })) },
  },
  abandonKeepsIds: {
    what: 'leaves the ids of a send that failed in flight',
    target: { machine: assigning('abandon', (assigned, { ids }) => ({ ...assigned, ids })) },
  },
  abandonKeepsSlots: {
    what: 'leaves the slots of a send that failed on the ring: a chain without an end',
    target: { machine: assigning('abandon', (assigned, { ring }) => ({ ...assigned, ring })) },
  },
  lastStatus: {
    what: 'tells the status of the block that is released last',
    target: {
      machine: assigning('release', (assigned, { done, sent }) => {
        const packet = { ...afterRelease(sent, done!.block, NETIF_RSP.OKAY), status: NETIF_RSP.OKAY };
        return {
          ...assigned,
          sent: packet.blocks.reduce((table, block) => set(table, block, packet), assigned.sent!),
        };
      }),
    },
  },
  toldPerBlock: {
    what: 'tells of a packet with each of its blocks',
    target: {
      driver: after('TxRelease', (driver, { done, sent }) => {
        const { blocks, ...packet } = afterRelease(sent, done!.block, done!.status);
        if (blocks.length > 0) driver.onCompleted(packet);
      }),
    },
  },
  toldTwice: {
    what: 'tells of a packet twice',
    target: {
      driver: telling((onCompleted, packet) => {
        onCompleted(packet);
        onCompleted(packet);
      }),
    },
  },
  toldOfAnother: {
    what: 'tells of the packet that has the next token',
    target: {
      driver: telling((onCompleted, packet) => onCompleted({ ...packet, token: packet.token + 1 })),
    },
  },
  firstSizeOwn: {
    what: 'writes the size of the first fragment where the size of the packet belongs',
    target: {
      driver: after('TxEnqueue', (driver, { ring, chain, filling }) => {
        if (chain?.written.length !== 0) return;
        const { view, offset } = slotOf(driver.shared, ring.req_prod_pvt);
        view.setUint16(offset + 10, filling!.size, true);
      }),
    },
  },
  everySizeTotal: {
    what: 'writes the size of the packet into each of its requests',
    target: {
      driver: after('TxEnqueue', (driver, { ring, chain }) => {
        const { view, offset } = slotOf(driver.shared, ring.req_prod_pvt);
        view.setUint16(offset + 10, chain!.packet.size, true);
      }),
    },
  },
  moreDataForgotten: {
    what: 'does not say that more requests follow',
    target: { driver: requesting((request) => ({ ...request, flags: request.flags & ~NETTXF.more_data })) },
  },
  moreDataAlways: {
    what: 'says that more requests follow where none does',
    target: { driver: requesting((request) => ({ ...request, flags: request.flags | NETTXF.more_data })) },
  },
  extraInfoForgotten: {
    what: 'does not say that extras follow',
    target: { driver: requesting((request) => ({ ...request, flags: request.flags & ~NETTXF.extra_info })) },
  },
  flagsInEveryRequest: {
    what: 'says of the checksum in each request what is to be said in the first',
    target: {
      driver: requesting((request, driver) =>
        isFirst(driver, request.flags)
          ? request
          : { ...request, flags: request.flags | NETTXF.data_validated | NETTXF.csum_blank },
      ),
    },
  },
  extraMoreAsGiven: {
    what: 'has the application say whether another extra follows',
    target: {
      driver: withExtra((extra) => ({ ...extra, flags: 0xff })),
    },
  },
  extraAsRequest: {
    what: 'clears the whole of a slot that an extra takes, of which the last four octets are not its own',
    target: {
      driver: after('TxEnqueueExtra', (driver, { ring }) => {
        const { view, offset } = slotOf(driver.shared, ring.req_prod_pvt);
        view.setUint32(offset + 8, 0, true);
      }),
    },
  },
  gsoBigEndian: {
    what: 'writes the size of segments with the high octet first',
    target: {
      driver: withExtra(({ u: [low = 0, high = 0, ...rest], ...extra }) => ({
        ...extra,
        u: Uint8Array.of(high, low, ...rest),
      })),
    },
  },
  extraInFirstSlot: {
    what: 'writes an extra over the first slot of the ring',
    target: {
      driver: after('TxEnqueueExtra', (driver, { ring }) => {
        const extra = readExtraInfo(slotOf(driver.shared, ring.req_prod_pvt));
        writeExtraInfo({ view: driver.shared.view, offset: SRING_HEADER }, extra);
      }),
    },
  },
} satisfies Record<string, Fault>;
