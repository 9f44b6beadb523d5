/** Faults on the receive ring: in ids, in what the machine decides, in what is loaded, stored and handed up. */
import { assign } from 'xstate';
import type { Host } from '../../impl/host.js';
import { type IdScheme, slot } from '../../impl/ids.js';
import { push } from '../../impl/list.js';
import { readRxRequest, slotOf, writeRxRequest } from '../../impl/netif.js';
import { add, freeRequests, isDrained, sub } from '../../impl/ring.js';
import type { RxContext, RxEvent } from '../../impl/rx.js';
import type { AnsweredPage, PartialPacket } from '../../impl/rx-chain.js';
import { RxDriver, type RxListener } from '../../impl/rx-driver.js';
import { free, recover } from '../../impl/rx-pages.js';
import { rxMachine } from '../../impl/rx-machine.js';
import { takeEvent } from '../../impl/txrx.js';
import { grefPerPage } from '../../page/backend/msa00.js';
import type { RxTarget } from '../../replay/modules/rx/replay.js';
import { endsMapped, hostWith } from './fault.js';
import type { TxRxTarget } from '../../replay/modules/txrx/replay.js';

/** A small mistake on the receive ring, in a form that can be replayed. */
export interface RxFault {
  /** What the frontend does wrong, as a sentence without a subject; and who did it, where somebody did. */
  readonly what: string;
  readonly target: RxTarget;
}

/** A driver that loads something else for an action than it should. */
export const loading = <Action extends RxEvent['type']>(
  action: Action,
  change: (event: Extract<RxEvent, { type: Action }>, driver: RxDriver) => RxEvent,
): typeof RxDriver =>
  class extends RxDriver {
    override load(...args: Parameters<RxDriver['load']>): RxEvent {
      const event = super.load(...args);
      return event.type === action ? change(event as Extract<RxEvent, { type: Action }>, this) : event;
    }
  };

/** A driver that spoils something after one of the machine's actions, where the machine took it. */
const after = (
  action: RxEvent['type'],
  spoil: (driver: RxDriver, before: RxContext) => void,
): typeof RxDriver =>
  class extends RxDriver {
    override send(event: RxEvent): boolean {
      const before = this.snapshot.context;
      const isTaken = super.send(event);
      if (isTaken && event.type === action) spoil(this, before);
      return isTaken;
    }
  };

/** A driver that tells its listener something else than it should. */
export const telling = (change: (listener: RxListener) => RxListener): typeof RxDriver =>
  class extends RxDriver {
    constructor(...[host, config, listener, machine]: ConstructorParameters<typeof RxDriver>) {
      super(host, config, change(listener!), machine);
    }
  };

/** A driver that hands something else up than the frame. */
export const delivering = (
  change: (answered: AnsweredPage, driver: RxDriver) => AnsweredPage,
): typeof RxDriver =>
  class extends RxDriver {
    override deliver(packet: PartialPacket): void {
      super.deliver({ ...packet, fragments: packet.fragments.map((answered) => change(answered, this)) });
    }
  };

/** A driver that asks something else of its host than it should. */
export const asking = (fault: (host: Host) => Partial<Host>): typeof RxDriver =>
  class extends RxDriver {
    constructor(...[host, ...rest]: ConstructorParameters<typeof RxDriver>) {
      super(hostWith(host, fault), ...rest);
    }
  };

/** The machine with what one of its actions assigns changed. */
const assigning = (
  action: 'free' | 'recover' | 'checked',
  change: (context: RxContext) => Partial<RxContext>,
): typeof rxMachine =>
  rxMachine.provide({
    actions: { [action]: assign(({ context }: { context: RxContext }) => change(context)) },
  });

/** MSA00, the receive half: mirage-net-xen up to 1.4.1, and again 1.5.0. References may be equal modulo the ids. */
const newestOfGref: IdScheme = { ...grefPerPage, name: 'gref_per_request' };

const slotUnchecked: IdScheme = {
  ...slot,
  answeredBlock: (state, _, at) => slot.answeredBlock(state, at % state.ids, at),
  unregister: (state, _, at) => slot.unregister(state, at % state.ids, at),
};

const believing = (context: RxContext, rsp_prod: number): boolean =>
  sub(rsp_prod, context.ring.rsp_cons) <= context.ring.nr_ents;

export const rxFaults = {
  newestOfGref: {
    what: 'posts a page under its gref modulo the ids, and takes a response for the newest (mirage-net-xen 1.4.1)',
    target: { scheme: newestOfGref },
  },
  slotUnchecked: {
    what: 'believes a response by its slot, whatever its id says',
    target: { scheme: slotUnchecked },
  },
  statusUnsigned: {
    what: 'reads the status of a response as an unsigned number (mirage-net-xen to 2.1.8)',
    target: {
      driver: loading('RxConsumeResponse', (event) =>
        'response' in event
          ? { ...event, response: { ...event.response, status: event.response.status & 0xffff } }
          : event,
      ),
    },
  },
  deliversErrors: {
    what: 'hands up the page of a response that carries an error',
    target: { machine: rxMachine.provide({ guards: { hasFrame: () => true } }) },
  },
  deliversPastPage: {
    what: 'does not ask whether a frame ends where its page does',
    target: {
      machine: rxMachine.provide({ guards: { hasFrame: ({ context }) => context.done!.status > 0 } }),
    },
  },
  leakOnError: {
    what: 'does not recover the page of a response that carries an error',
    target: {
      machine: assigning('recover', (context) => ({ ...recover(context), pool: context.pool })),
    },
  },
  failureNotTold: {
    what: 'does not count a response that carries an error',
    target: { driver: telling((listener) => ({ ...listener, onDropped: () => {} })) },
  },
  doubleFree: {
    what: 'frees a page twice',
    target: {
      machine: assigning('free', (context) => {
        const freed = free(context);
        return { ...freed, pool: push(freed.pool!, context.done!.page) };
      }),
    },
  },
  pageInPlaceOfCopy: {
    what: 'hands up the page where a copy was asked for',
    target: {
      driver: class extends RxDriver {
        override deliver({ fragments }: PartialPacket): void {
          this.listener.onDelivered({
            fragments: fragments.map(({ page, offset, status }) =>
              this.page(page).subarray(offset, offset + status),
            ),
            pages: fragments.map(({ page }) => page),
            offload: {},
          });
        }
      },
    },
  },
  offsetForgotten: {
    what: 'takes every frame to begin at the start of its page (mirage-net-xen 1.4.1)',
    target: { driver: delivering((answered) => ({ ...answered, offset: 0 })) },
  },
  wholePage: {
    what: 'hands up the whole page for the frame in it',
    target: { driver: delivering((answered) => ({ ...answered, status: 4096 - answered.offset })) },
  },
  deliversTwice: {
    what: 'hands a frame up twice',
    target: {
      driver: telling((listener) => ({
        ...listener,
        onDelivered: (...frame) => {
          listener.onDelivered(...frame);
          listener.onDelivered(...frame);
        },
      })),
    },
  },
  pageNotCleared: {
    what: 'posts a page again with the last frame in it (XSA-403)',
    target: {
      driver: class extends RxDriver {
        override clear(): void {}
      },
    },
  },
  returnedTwice: {
    what: 'takes a page back from an application that does not have it',
    target: { machine: rxMachine.provide({ guards: { isHeld: () => true } }) },
  },
  ringFullOffByOne: {
    what: 'takes a full ring for one with a free slot',
    target: {
      machine: rxMachine.provide({
        guards: {
          hasRoomAndPage: ({ context }) => freeRequests(context.ring) >= 0 && context.pool !== null,
        },
      }),
    },
  },
  grefOfSlot: {
    what: 'writes the grant reference where the padding is',
    target: {
      driver: after('RxPost', ({ shared }, { ring }) => {
        const { view, offset } = slotOf(shared, ring.req_prod_pvt);
        view.setUint16(offset + 2, view.getUint32(offset + 4, true), true);
      }),
    },
  },
  idSwapped: {
    what: 'writes the id with its octets in the wrong order',
    target: {
      driver: after('RxPost', ({ shared }, { ring }) => {
        const at = slotOf(shared, ring.req_prod_pvt);
        const request = readRxRequest(at);
        writeRxRequest(at, { ...request, id: ((request.id & 255) << 8) | (request.id >> 8) });
      }),
    },
  },
  readOnlyGrant: {
    what: 'grants a page that the backend cannot write',
    target: {
      driver: asking((host) => {
        // The first is the ring's own page.
        let isRing = true;
        return {
          grantAccess: (gref, page) => {
            host.grantAccess(gref, page, isRing ? 'writable' : 'read-only');
            isRing = false;
          },
        };
      }),
    },
  },
  grantNotEnded: {
    what: 'leaves a page granted that it hands up',
    target: { driver: asking(() => ({ endAccess: () => true })) },
  },
  endsMapped: {
    what: 'hands up a page that the backend still has mapped (XSA-396)',
    target: { driver: asking(endsMapped) },
  },
  noFinalCheck: {
    what: 'goes to sleep without the final check',
    target: { machine: rxMachine.provide({ guards: { isQuiet: () => true } }) },
  },
  armsUnread: {
    what: 'arms while there are responses to consume',
    target: {
      machine: rxMachine.provide({
        guards: { isDrained: ({ context, event }) => event.type === 'RxArm' || isDrained(context.ring) },
      }),
    },
  },
  rspEventBehind: {
    what: 'stores rsp_cons for rsp_event, which asks for a response that has come',
    target: {
      driver: after('RxArm', ({ shared, snapshot }) => {
        shared.rsp_event = snapshot.context.ring.rsp_cons;
      }),
    },
  },
  checkedNotMoved: {
    what: 'checks each publish from where the first one began',
    target: { machine: assigning('checked', () => ({})) },
  },
  neverNotifies: {
    what: 'never notifies the backend',
    target: { driver: asking(() => ({ notify: () => {} })) },
  },
  publishesFirst: {
    what: 'publishes a slot before the request is in it',
    target: {
      driver: after('RxGrantAccess', ({ shared }, { ring }) => {
        shared.req_prod = add(ring.req_prod_pvt, 1);
      }),
    },
  },
  looseResponseBound: {
    what: 'believes as many responses as there are slots, asked for or not (RING_RESPONSE_PROD_OVERFLOW)',
    target: {
      machine: rxMachine.provide({
        guards: {
          isBelievable: ({ context }, { rsp_prod }) => believing(context, rsp_prod),
          isDrainedAndBelievable: ({ context }, { rsp_prod }) =>
            isDrained(context.ring) && believing(context, rsp_prod),
        },
      }),
    },
  },
} satisfies Record<string, RxFault>;

/** Faults in what the two rings share. */
export const txrxFaults = {
  eventTakenByTx: {
    what: 'lets the transmit ring take events for itself',
    target: { takeEvent: (tx) => tx.send(tx.load('TxTakeEvent')) },
  },
  eventLoadedTwice: {
    what: 'looks for the event again when the transmit ring has taken it',
    target: {
      takeEvent: (tx, rx) => {
        const isTaken = tx.send(tx.load('TxTakeEvent'));
        return rx.send(rx.load('RxTakeEvent')) || isTaken;
      },
    },
  },
  eventTakenAsleepOrNot: {
    what: 'takes an event that nobody sleeps on',
    target: {
      takeEvent: (tx, rx) => {
        const isTaken = takeEvent(tx, rx);
        const { pending } = rx.host;
        rx.host.clearPending();
        return isTaken || pending;
      },
    },
  },
} satisfies Record<string, { readonly what: string; readonly target: TxRxTarget }>;
