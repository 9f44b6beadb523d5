/** Faults with packets of several slots, received: in what is put together, in its pages, and in what is handed up. */
import { assign } from 'xstate';
import { NETRXF, readRxResponse, slotOf } from '../../impl/netif.js';
import type { RxContext, SlotContents } from '../../impl/rx.js';
import { answeredPage, consume } from '../../impl/rx.js';
import { isDrained } from '../../impl/ring.js';
import { type AnsweredPage, type PartialPacket, append, isComplete, NO_PACKET } from '../../impl/rx-chain.js';
import { RxDriver } from '../../impl/rx-driver.js';
import { gather, handUp, pagesOf, recover, release } from '../../impl/rx-pages.js';
import { rxMachine } from '../../impl/rx-machine.js';
import { type List, push } from '../../impl/list.js';
import { get, set } from '../../impl/table.js';
import { endsMapped } from './fault.js';
import { asking, loading, type RxFault, telling } from './rx.js';

/** The machine with what some of its actions assign changed. */
const assigning = (
  changes: Readonly<
    Partial<Record<'release' | 'gather' | 'recover' | 'handUp', (context: RxContext) => Partial<RxContext>>>
  >,
): typeof rxMachine =>
  rxMachine.provide({
    actions: Object.fromEntries(
      Object.entries(changes).map(([name, change]) => [
        name,
        assign(({ context }: { context: RxContext }) => change(context)),
      ]),
    ),
  });

const pushAll = (pool: List<number>, pages: readonly number[]): List<number> => pages.reduceRight(push, pool);

/** A driver that hands up another packet than the one that came. */
const handingUp = (change: (packet: PartialPacket) => PartialPacket): typeof RxDriver =>
  class extends RxDriver {
    override deliver(packet: PartialPacket): void {
      super.deliver(change(packet));
    }
  };

/** The rule of the transmit ring: what the first slot says is the total. */
const byTransmitRule = ([first, ...others]: readonly AnsweredPage[]): readonly AnsweredPage[] => {
  if (first === undefined) return [];
  const rest = others.reduce((octets, { status }) => octets + status, 0);
  return [{ ...first, status: Math.max(0, first.status - rest) }, ...others];
};

/** The chain with no limit on slots and pages. */
const unlimited = ({ chain, done, info }: RxContext): PartialPacket =>
  append(chain, done!, info!, { slots: Infinity, pages: Infinity });

/** The id of an extra's request, found by adding to that of the packet's first. */
const addedId = ({ chain, config }: RxContext): number =>
  ((firstIds.get(chain) ?? 0) + chain.slots) % config.ids;

const inFlightAdding = (context: RxContext, contents: SlotContents): boolean =>
  'extra' in contents
    ? get(context.ids.inFlight, addedId(context)) !== undefined
    : answeredPage(context, contents) !== null;

const consumeAdding = (context: RxContext, contents: SlotContents): Partial<RxContext> => {
  if (!('extra' in contents)) return consume(context, contents);
  const { config, ids, ring, posted } = context;
  const id = addedId(context);
  const request = { id, page: get(ids.inFlight, id)![0]! };
  return consume({ ...context, posted: set(posted, ring.rsp_cons % config.nr_ents, request) }, contents);
};

/** The id that was answered in the first slot of a chain. */
const firstIds = new WeakMap<PartialPacket, number>();

const remembersFirst = (machine: typeof rxMachine): typeof RxDriver =>
  class extends RxDriver {
    #first = 0;

    constructor(...[host, config, listener]: ConstructorParameters<typeof RxDriver>) {
      super(host, config, listener, machine);
    }

    override send(...args: Parameters<RxDriver['send']>): boolean {
      const [event] = args;
      const { chain } = this.snapshot.context;
      if (event.type === 'RxConsumeResponse' && 'response' in event && chain.slots === 0)
        this.#first = event.response.id;
      firstIds.set(chain, this.#first);
      return super.send(...args);
    }
  };

export const rxPacketsFaults = {
  sizesOfTransmit: {
    what: 'takes the size of the first slot for the total (mirage-net-xen 1.5.0 to 2.1.7)',
    target: {
      driver: handingUp((packet) => ({ ...packet, fragments: byTransmitRule(packet.fragments) })),
    },
  },
  extraIdAdded: {
    what: 'finds the page of an extra by adding to the id of the first slot (mirage-net-xen 2.1.8)',
    target: {
      driver: remembersFirst(
        rxMachine.provide({
          guards: {
            isInFlight: ({ context }, contents) =>
              !isDrained(context.ring) && inFlightAdding(context, contents),
          },
          actions: {
            consume: assign(({ context }: { context: RxContext }, contents: SlotContents) =>
              consumeAdding(context, contents),
            ),
          },
        }),
      ),
    },
  },
  extraRead: {
    what: 'reads an extra as if it were a response (HaLVM)',
    target: {
      driver: loading('RxConsumeResponse', (event, { shared, snapshot }) =>
        'extra' in event
          ? { type: event.type, response: readRxResponse(slotOf(shared, snapshot.context.ring.rsp_cons)) }
          : event,
      ),
    },
  },
  extraLeaks: {
    what: 'does not recover the page of an extra',
    target: {
      machine: assigning({
        release: (context) => ({ ...release(context), pool: context.pool }),
        gather: (context) => ({ ...gather(context), pool: context.pool }),
      }),
    },
  },
  extraMoreForgotten: {
    what: 'takes every extra for the last one',
    target: {
      driver: loading('RxConsumeResponse', (event) =>
        'extra' in event ? { ...event, extra: { ...event.extra, flags: 0 } } : event,
      ),
    },
  },
  eachSlotItsOwn: {
    what: 'hands up each slot as a packet of its own (mirage-net-xen 1.4.1)',
    target: {
      driver: loading('RxConsumeResponse', (event) =>
        'response' in event
          ? {
              ...event,
              response: { ...event.response, flags: event.response.flags & ~NETRXF.more_data },
            }
          : event,
      ),
    },
  },
  deliversPieces: {
    what: 'hands up what has come of a packet, and forgets that there is more',
    target: {
      machine: rxMachine.provide({ guards: { hasFrame: ({ context }) => context.done!.status > 0 } }),
    },
  },
  errorLeaksChain: {
    what: 'recovers only the page of a slot that failed, and not those before it',
    target: {
      machine: assigning({
        recover: (context) => ({ ...recover(context), pool: pushAll(context.pool, [context.done!.page]) }),
      }),
    },
  },
  errorEndsChain: {
    what: 'takes what follows an error for a packet of its own',
    target: { machine: assigning({ recover: (context) => ({ ...recover(context), chain: NO_PACKET }) }) },
  },
  cutEndsChain: {
    what: 'drops what has come of a packet when there is no more for now (Linux)',
    target: {
      machine: rxMachine.provide({
        actions: {
          believe: assign(({ context }: { context: RxContext }, { rsp_prod }: { rsp_prod: number }) => ({
            ring: { ...context.ring, rspSeen: rsp_prod },
            ...(rsp_prod === context.ring.rsp_cons && {
              pool: pushAll(context.pool, pagesOf(context.chain)),
              chain: NO_PACKET,
            }),
          })),
        },
      }),
    },
  },
  noLimits: {
    what: 'takes packets of any number of slots and pages',
    target: {
      machine: rxMachine.provide({
        guards: {
          hasFrame: ({ context }) => isComplete(unlimited(context)) && unlimited(context).dropped === null,
          isGood: ({ context }) => unlimited(context).dropped === null,
        },
        actions: {
          release: assign(({ context }: { context: RxContext }) => ({
            ...release(context),
            chain: unlimited(context),
          })),
          gather: assign(({ context }: { context: RxContext }) => ({
            ...gather(context),
            chain: unlimited(context),
          })),
        },
      }),
    },
  },
  fragmentsSwapped: {
    what: 'hands up the fragments of a packet from the last to the first',
    target: {
      driver: handingUp((packet) => ({ ...packet, fragments: packet.fragments.toReversed() })),
    },
  },
  firstFragmentOnly: {
    what: 'hands up the first fragment of a packet and no other',
    target: { driver: handingUp((packet) => ({ ...packet, fragments: packet.fragments.slice(0, 1) })) },
  },
  offloadLost: {
    what: 'does not say what goes with a packet',
    target: {
      driver: telling((listener) => ({
        ...listener,
        onDelivered: (frame) => listener.onDelivered({ ...frame, offload: {} }),
      })),
    },
  },
  extrasLost: {
    what: 'says of the extras of a packet only what is in a GSO',
    target: {
      driver: telling((listener) => ({
        ...listener,
        onDelivered: ({ offload: { extras: _, ...offload }, ...frame }) =>
          listener.onDelivered({ ...frame, offload }),
      })),
    },
  },
  unknownExtraTaken: {
    what: 'takes an extra of an unknown type for one of those that it does not need',
    target: {
      machine: rxMachine.provide({
        guards: { isGood: ({ context }) => context.done!.status >= 0, hasFrame: () => false },
      }),
    },
  },
  reasonWrong: {
    what: 'counts every packet that is dropped as an error',
    target: {
      driver: telling((listener) => ({
        ...listener,
        onDropped: (answered) => listener.onDropped(answered, 'error'),
      })),
    },
  },
  heldOnlyFirst: {
    what: 'gives the application the first page of a packet and forgets the others',
    target: {
      machine: assigning({
        handUp: (context) => ({
          ...handUp(context),
          held: context.held.map((isHeld, page) => isHeld || page === pagesOf(context.chain)[0]),
        }),
      }),
    },
  },
  chainWhileMapped: {
    what: 'puts a page into the chain that the backend still has mapped (XSA-396)',
    target: { driver: asking(endsMapped) },
  },
} satisfies Record<string, RxFault>;
