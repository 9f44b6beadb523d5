/** The one place where the transmit machine meets memory: what its actions load, and what its effects store. */
import type { Host } from './host.js';
import { Interpreter } from './interpreter.js';
import { readTxResponse, slotOf, TX_SLOT, writeExtraInfo, writeTxRequest } from './netif.js';
import { RingDriver } from './ring-driver.js';
import { frontPerformers } from './ring-front.js';
import { blockSize, pageOf, type TxConfig, type TxEvent, txContext } from './tx.js';
import type { Completion, TxPacket } from './tx-chain.js';
import { type txEffects, txMachine, type TxSnapshot } from './tx-machine.js';
import { chainGrefs } from './tx-send.js';

/** The name of a frontend's action. */
export type TxAction = TxEvent['type'];

/** What an action cannot load for itself: the application's frame, and the reference that the host gives. */
export interface TxArgs {
  /** The octets for one block. */
  readonly frame?: Uint8Array;
  /** The packet that they begin; one of one slot if absent. */
  readonly packet?: TxPacket;
  /** What the completion of that packet is to come with; 0 if absent. */
  readonly token?: number;
  readonly gref?: number;
}

const NO_FRAME = new Uint8Array(0);

/** A transmit machine on a host's memory. It owns its ring page and its blocks. */
export class TxDriver extends RingDriver<TxSnapshot, TxEvent> {
  protected override readonly machine;

  /**
   * Initialises the ring page and grants it; grants the pool's pages too where they are granted for life.
   * @param machine the transmit machine; the tests give one with a fault in it
   * @param onCompleted called once for each packet of which the backend has answered every request, before the last of its
   *   blocks is free again
   * @throws HostError where the host has no grant references for them; then nothing is granted
   */
  constructor(
    host: Host,
    readonly config: TxConfig,
    readonly onCompleted: (completion: Completion) => void = () => {},
    machine: typeof txMachine = txMachine,
  ) {
    super(host, {
      ...config,
      slotSize: TX_SLOT,
      pages: pageOf(config, config.blocks - 1) + 1,
      isGrantedForLife: !config.grantPerRequest,
    });
    const { shared } = this;
    this.machine = new Interpreter<typeof txMachine, typeof txEffects>(
      machine,
      txContext(config, this.grefsForLife),
      {
        ...frontPerformers(shared, host),
        writeBlock: ({ block, frame }) => this.block(block).set(frame),
        grantAccess: ({ block, gref }) => this.grantBlock(block, gref),
        writeRequest: ({ idx, request }) => writeTxRequest(slotOf(shared, idx), request),
        writeExtra: ({ idx, extra }) => writeExtraInfo(slotOf(shared, idx), extra),
        complete: ({ completion }) => {
          if (completion !== null) this.onCompleted(completion);
        },
      },
      config.runner,
    );
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
    const { shared } = this;
    switch (action) {
      case 'TxFill':
        return { type: action, frame: args.frame ?? NO_FRAME, packet: args.packet, token: args.token };
      case 'TxGrantAccess':
        return { type: action, gref: args.gref ?? 0 };
      case 'TxCheckNotify':
        return { type: action, req_event: shared.req_event };
      case 'TxTakeEvent':
        return { type: action, pending: this.host.pending };
      case 'TxReadRspProd':
      case 'TxFinalCheck':
        return { type: action, rsp_prod: shared.rsp_prod };
      case 'TxConsumeResponse':
        return {
          type: action,
          response: readTxResponse(slotOf(shared, this.snapshot.context.ring.rsp_cons)),
        };
      case 'TxRelease':
        return {
          type: action,
          isEnded: !this.config.grantPerRequest || this.endAnswered(this.snapshot.context.done?.block),
        };
      case 'TxAbandon':
        return {
          type: action,
          isEnded: !this.isBroken && chainGrefs(this.snapshot.context).every((gref) => this.endAccess(gref)),
        };
      case 'TxEnqueue':
      case 'TxEnqueueExtra':
      case 'TxPushRequests':
      case 'TxArm':
        return { type: action };
    }
  }

  /** Grants the page of a block under a reference that the host gave. */
  grantBlock(block: number, gref: number): void {
    const page = this.pages[pageOf(this.config, block)];
    if (page !== undefined) this.grantAccess(gref, page, 'read-only');
  }
}
