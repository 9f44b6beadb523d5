/**
 * The one place where the transmit machine meets memory. It loads what an action needs, gives the machine the
 * event, and performs the effects that come back. Who decides which action is next (the shell, or a trace)
 * makes no difference here.
 */
import { type Actor, createActor } from 'xstate';
import { oncePerMachine, Owners, take } from './actor.js';
import { endAll, type Host, type Page } from './host.js';
import { readTxResponse, slotOf, TX_SLOT, writeExtraInfo, writeTxRequest } from './netif.js';
import { SharedRing } from './ring.js';
import { blockSize, type Done, pageOf, type TxConfig, type TxEvent, txContext } from './tx.js';
import type { TxPacket } from './tx-chain.js';
import { txMachine, type TxSnapshot } from './tx-machine.js';
import { chainGrefs } from './tx-send.js';

/** The name of a frontend's action. */
export type TxAction = TxEvent['type'];

/** What an action cannot load for itself: the application's frame, and the reference that the host gives. */
export interface TxArgs {
  /** The octets for one block. */
  readonly frame?: Uint8Array;
  /** What they are the first of; a packet of one slot if absent. */
  readonly packet?: TxPacket;
  readonly gref?: number;
}

const NO_FRAME = new Uint8Array(0);

/** A transmit machine on a host's memory. It owns its ring page and its blocks. */
export class TxDriver {
  /** The shared page of the ring. */
  readonly shared: SharedRing;
  /** The pages of the pool, by number. */
  readonly pages: readonly Page[];
  /** The grant reference of the ring page. */
  readonly ringGref: number;
  readonly #actor: Actor<typeof txMachine>;

  /**
   * Initialises the ring page and grants it; grants the pool's pages too where they are granted for life.
   * @param machine the transmit machine; the tests give one with a fault in it
   * @param onDone called once for each packet that the backend has let go of, with its first block and what became of
   *   it, before the last of its blocks is free again; and with its number (`chain.number`), since the first block may be
   *   in another packet by then
   * @throws HostError where the host has no grant references for them; then nothing is granted
   */
  constructor(
    readonly host: Host,
    readonly config: TxConfig,
    readonly onDone: (done: Done, packet: number) => void = () => {},
    machine: typeof txMachine = txMachine,
  ) {
    const ringPage = host.allocatePage();
    this.shared = new SharedRing(ringPage.octets, TX_SLOT, config.nr_ents);
    this.shared.init(config.first);
    this.pages = Array.from({ length: pageOf(config, config.blocks - 1) + 1 }, () => host.allocatePage());
    const grefs: number[] = [];
    try {
      if (!config.grantPerRequest) for (const page of this.pages) grefs.push(this.#grant(page, 'read-only'));
      this.ringGref = this.#grant(ringPage, 'writable');
    } catch (error) {
      // The host has no more. What it gave is given back, and nobody has seen it.
      endAll(host, grefs);
      throw error;
    }
    this.#actor = createActor(withEffects(machine), { input: txContext(config, grefs) });
    drivers.set(this.#actor, this);
    this.#actor.start();
  }

  /** Where the machine is. */
  get snapshot(): TxSnapshot {
    return this.#actor.getSnapshot();
  }

  /** Is the poller at work: has it taken an event, and not gone to sleep since? */
  get isPolling(): boolean {
    const { value } = this.snapshot;
    return value !== 'broken' && value.running.poller === 'polling';
  }

  /** Has the backend done what no backend may? */
  get isBroken(): boolean {
    return this.snapshot.value === 'broken';
  }

  /** The octets of a block, in the pool's memory. */
  block(block: number): Uint8Array {
    const size = blockSize(this.config);
    const from = (block % this.config.blocksPerPage) * size;
    const page = this.pages[pageOf(this.config, block)];
    if (page === undefined) throw new RangeError(`block ${block} of a pool of ${this.config.blocks}`);
    return page.octets.subarray(from, from + size);
  }

  /** The event for an action: what it loads from shared memory is loaded now, once. */
  load(action: TxAction, args: TxArgs = {}): TxEvent {
    const { shared, host } = this;
    switch (action) {
      case 'TxFill':
        return { type: action, frame: args.frame ?? NO_FRAME, packet: args.packet };
      case 'TxGrantAccess':
        return { type: action, gref: args.gref ?? 0 };
      case 'TxCheckNotify':
        return { type: action, req_event: shared.req_event };
      case 'TxTakeEvent':
        return { type: action, pending: host.pending };
      case 'TxReadRspProd':
      case 'TxFinalCheck':
        return { type: action, rsp_prod: shared.rsp_prod };
      case 'TxConsumeResponse':
        return {
          type: action,
          response: readTxResponse(slotOf(shared, this.snapshot.context.ring.rsp_cons)),
        };
      case 'TxRelease':
        return { type: action, mapped: this.#isDoneMapped() };
      case 'TxAbandon':
        return {
          type: action,
          mapped: chainGrefs(this.snapshot.context).some((gref) => host.isMapped(gref)),
        };
      case 'TxEnqueue':
      case 'TxEnqueueExtra':
      case 'TxPushRequests':
      case 'TxArm':
        return { type: action };
    }
  }

  /**
   * Gives the machine an event and performs its effects.
   * @returns whether it took the event; one that it does not take changes nothing
   */
  send(event: TxEvent): boolean {
    return take(this.#actor, event);
  }

  /**
   * Takes back every grant that the backend has not mapped: when the interface is closed, and not before.
   * @returns how many it has mapped; those stay granted, and their pages are never used again
   */
  disconnect(): number {
    const grefs = new Set([this.ringGref, ...this.snapshot.context.grefs.filter((gref) => gref !== null)]);
    return endAll(this.host, grefs);
  }

  #grant(page: Page, access: 'read-only' | 'writable'): number {
    const gref = this.host.claimGref();
    this.host.grantAccess(gref, page, access);
    return gref;
  }

  #isDoneMapped(): boolean {
    const { done, grefs } = this.snapshot.context;
    const gref = done === null ? null : (grefs[done.block] ?? null);
    return gref !== null && this.host.isMapped(gref);
  }

  /** Grants the page of a block under a reference that the host gave. */
  grantBlock(block: number, gref: number): void {
    const page = this.pages[pageOf(this.config, block)];
    if (page !== undefined) this.host.grantAccess(gref, page, 'read-only');
  }
}

const drivers = new Owners<TxDriver>();

const withEffects = oncePerMachine((machine: typeof txMachine) =>
  machine.provide({
    actions: {
      writeBlock: ({ self }, { block, frame }) => drivers.of(self).block(block).set(frame),
      grantAccess: ({ self }, { block, gref }) => drivers.of(self).grantBlock(block, gref),
      writeRequest: ({ self }, { idx, request }) =>
        writeTxRequest(slotOf(drivers.of(self).shared, idx), request),
      writeExtra: ({ self }, { idx, extra }) => writeExtraInfo(slotOf(drivers.of(self).shared, idx), extra),
      storeReqProd: ({ self }, { value }) => {
        drivers.of(self).shared.req_prod = value;
      },
      notifyBack: ({ self }, { due }) => {
        if (due) drivers.of(self).host.notify();
      },
      clearPending: ({ self }) => drivers.of(self).host.clearPending(),
      storeRspEvent: ({ self }, { value }) => {
        drivers.of(self).shared.rsp_event = value;
      },
      endAccess: ({ self }, { gref }) => {
        if (gref !== null) drivers.of(self).host.endAccess(gref);
      },
      endAccesses: ({ self }, { grefs }) => {
        for (const gref of grefs) drivers.of(self).host.endAccess(gref);
      },
      tellSender: ({ self }, finished) => {
        if (finished !== null) drivers.of(self).onDone(finished.done, finished.packet);
      },
    },
  }),
);
