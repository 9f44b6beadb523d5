/** Faults in what is loaded from memory, stored there, and asked of the host. */
import { TxDriver } from '../../impl/tx-driver.js';
import { readTxRequest, readTxResponse, slotOf, type TxRequest, writeTxRequest } from '../../impl/netif.js';
import { add, type RingIdx, SRING_HEADER, sub } from '../../impl/ring.js';
import { blockSize, type TxEvent } from '../../impl/tx.js';
import { after, asking, endsMapped, type Fault, loading } from './fault.js';

/** A driver that decides otherwise when to notify: the machine is given a `req_event` that brings that about. */
const notifyingWhen = (isDue: (event: RingIdx, old: RingIdx, now: RingIdx) => boolean): typeof TxDriver =>
  loading('TxCheckNotify', ({ type, req_event }, { snapshot }) => {
    const { reqChecked, req_prod } = snapshot.context.ring;
    return { type, req_event: isDue(req_event, reqChecked, req_prod) ? req_prod : reqChecked };
  });

/** A driver that finds slots elsewhere. */
const findingSlots = (offsetOf: (idx: RingIdx) => number): typeof TxDriver =>
  class extends TxDriver {
    constructor(...args: ConstructorParameters<typeof TxDriver>) {
      super(...args);
      this.shared.offsetOf = offsetOf;
    }
  };

/** A driver that writes another request than the machine asked it to. */
export const requesting = (change: (request: TxRequest, driver: TxDriver) => TxRequest): typeof TxDriver =>
  after('TxEnqueue', (driver, { ring }) => {
    const slot = slotOf(driver.shared, ring.req_prod_pvt);
    writeTxRequest(slot, change(readTxRequest(slot), driver));
  });

const swapped = (id: number): number => ((id & 255) << 8) | (id >> 8);

export const driverFaults = {
  neverNotifies: {
    what: 'never notifies the backend',
    target: { driver: notifyingWhen(() => false) },
  },
  alwaysNotifies: {
    what: 'notifies of every publish, whatever req_event says',
    target: { driver: notifyingWhen(() => true) },
  },
  notifiesSigned: {
    what: 'subtracts indices as signed numbers in the notify test, which is wrong where an index has wrapped',
    target: { driver: notifyingWhen((event, old, now) => now - event < now - old) },
  },
  publishesFirst: {
    what: 'publishes a slot before the request is in it',
    target: {
      driver: after('TxFill', ({ shared }, { ring }) => {
        shared.req_prod = add(ring.req_prod_pvt, 1);
      }),
    },
  },
  slotUnmasked: {
    what: 'takes the index for the slot',
    // From a low index, or the first store would be out of the page and not merely wrong.
    target: { driver: findingSlots((idx) => SRING_HEADER + (idx % 64) * 12), first: 3 },
  },
  slotMaskedTooWide: {
    what: 'takes the slot modulo 256, however many there are',
    target: { driver: findingSlots((idx) => SRING_HEADER + (idx & 255) * 12) },
  },
  flagsLeft: {
    what: 'does not write the flags of a request: what the backend left in the slot is taken for them',
    target: {
      driver: class extends TxDriver {
        override send(event: TxEvent): boolean {
          const slot = slotOf(this.shared, this.snapshot.context.ring.req_prod_pvt);
          const { flags } = readTxRequest(slot);
          const isTaken = super.send(event);
          if (isTaken && event.type === 'TxEnqueue') writeTxRequest(slot, { ...readTxRequest(slot), flags });
          return isTaken;
        }
      },
    },
  },
  offsetForgotten: {
    what: 'gives 0 for the offset of a block, which is that of the other block on the page',
    target: { driver: requesting((request) => ({ ...request, offset: 0 })) },
  },
  sizeOfBlock: {
    what: 'gives the size of the block for that of the frame: what was there before is sent with it',
    target: { driver: requesting((request, { config }) => ({ ...request, size: blockSize(config) })) },
  },
  idSwapped: {
    what: 'writes the id with its octets in the wrong order',
    target: { driver: requesting((request) => ({ ...request, id: swapped(request.id) })) },
  },
  frameAtStartOfPage: {
    what: 'copies every frame to the start of its page',
    target: {
      driver: class extends TxDriver {
        override block(block: number): Uint8Array {
          return super.block(block - (block % this.config.blocksPerPage));
        }
      },
    },
  },
  statusUnsigned: {
    what: 'reads the status of a response as an unsigned number: no error is negative',
    target: {
      driver: loading('TxConsumeResponse', (event) => ({
        ...event,
        response: { ...event.response, status: event.response.status & 0xffff },
      })),
    },
  },
  responseAtWrongSlot: {
    what: 'reads the newest response in place of the oldest',
    target: {
      driver: loading('TxConsumeResponse', (event, { shared, snapshot }) => ({
        ...event,
        response: readTxResponse(slotOf(shared, sub(snapshot.context.ring.rspSeen, 1))),
      })),
    },
  },
  responseReadTwice: {
    what: 'looks into the slot again for the status when the block is released: another request may be there',
    target: {
      driver: class extends TxDriver {
        constructor(...[host, config, onCompleted, machine]: ConstructorParameters<typeof TxDriver>) {
          const again = (): number =>
            readTxResponse(slotOf(this.shared, sub(this.snapshot.context.ring.rsp_cons, 1))).status;
          super(host, config, (packet) => onCompleted?.({ ...packet, status: again() }), machine);
        }
      },
    },
  },
  toldTwice: {
    what: 'tells the application twice that its frame is done',
    target: {
      driver: class extends TxDriver {
        constructor(...[host, config, onCompleted, machine]: ConstructorParameters<typeof TxDriver>) {
          const twice: typeof onCompleted = (packet) => {
            onCompleted?.(packet);
            onCompleted?.(packet);
          };
          super(host, config, twice, machine);
        }
      },
    },
  },
  rspEventBehind: {
    what: 'stores rsp_cons for rsp_event, which asks for a response that has come',
    target: {
      driver: after('TxArm', ({ shared, snapshot }) => {
        shared.rsp_event = snapshot.context.ring.rsp_cons;
      }),
    },
  },
  rspEventStale: {
    what: 'does not store rsp_event',
    target: {
      driver: class extends TxDriver {
        override send(...[event]: Parameters<TxDriver['send']>): boolean {
          const stale = this.shared.rsp_event;
          const isTaken = super.send(event);
          this.shared.rsp_event = stale;
          return isTaken;
        }
      },
    },
  },
  eventNotCleared: {
    what: 'leaves the event pending that it has taken',
    target: { driver: asking(() => ({ clearPending: () => {} })) },
  },
  grantNotEnded: {
    what: 'does not take a page back that was granted for one request',
    target: { driver: asking(() => ({ endAccess: () => true })) },
  },
  endsTwice: {
    what: 'takes a page back that it has taken back already',
    target: {
      driver: after('TxRelease', ({ host }, { done, grefs }) => host.endAccess(grefs[done!.block]!)),
    },
  },
  grantsWritable: {
    what: 'lets the backend write to the pages of frames',
    target: {
      driver: class extends TxDriver {
        override grantBlock(block: number, gref: number): void {
          this.host.grantAccess(gref, this.pages[block]!, 'writable');
        }
      },
    },
  },
  grantsAnother: {
    what: 'grants a page under a second reference, and forgets that one',
    target: {
      driver: after('TxGrantAccess', ({ host, pages }) =>
        host.grantAccess(host.claimGref(), pages[0]!, 'read-only'),
      ),
    },
  },
  endsUnasked: {
    what: 'takes a page back whether or not it is mapped',
    target: { driver: asking(endsMapped) },
  },
} satisfies Record<string, Fault>;
