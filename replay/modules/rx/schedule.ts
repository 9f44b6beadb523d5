/** NetfrontRx under the scheduler: frames of one slot. */
import { match } from 'ts-pattern';
import type { Args } from '../../../graph/args.js';
import type { Connected } from '../../../impl/netfront.js';
import type { RxOptions } from '../../../impl/options.js';
import type { RxArgs } from '../../../impl/rx-driver.js';
import type { ReplayedRxBack, RxAnswer } from '../../back-steps.js';
import type { Constants } from '../../constants.js';
import { FIRST_GREF, writtenFrame } from '../../expected-ring.js';
import { NETIF_RSP } from '../../netif.js';
import { RingDifference } from '../../ring-difference.js';
import type { Rows } from '../../rows.js';
import type { ScheduledHost } from '../../scheduled-host.js';
import {
  type BackMove,
  FIRST_RX_GREF,
  IDLE_TX,
  RINGS_FOR_LIFE,
  type Scheduled,
  type ScheduledBack,
  type Traffic,
} from '../../scheduled.js';
import { firstIndex, schemeOf } from '../../target.js';
import { type RxConstants, rxConstants } from './constants.js';
import { rxProjections } from './projection.js';
import { RX_BACK_ACTIONS } from './replay.js';

/**
 * The options of an interface whose receive ring has the sizes of a model. It posts whenever it can, and one frame may wait
 * for the application, so that the ring has to wait soon.
 */
export const rxOptions = (constants: RxConstants): RxOptions => ({
  nr_ents: constants.N,
  first: firstIndex({}, constants),
  scheme: schemeOf({}, constants),
  ids: constants.Ids,
  pages: constants.pages,
  copyOut: constants.CopyOut,
  lowWater: constants.N,
  queue: 1,
});

/** The arguments that an action of the receive ring has in a graph. */
export const rxArgsOf = ({ gref, page }: RxArgs): Args => {
  if (gref !== undefined) return { gref: gref - FIRST_RX_GREF };
  return page === undefined ? {} : { page };
};

/** A response without a frame. */
const FAILED: RxAnswer = { status: NETIF_RSP.ERROR, offset: 0, flags: 0 };

/** The backend of frames of one slot. */
export class RxScheduledBack implements ScheduledBack {
  /** Of the requests taken and not answered, oldest first: what was written for them. */
  readonly #taken: (ReturnType<typeof writtenFrame> | undefined)[] = [];
  #count = 0;

  constructor(
    readonly back: ReplayedRxBack,
    readonly isCoarse: boolean,
    { rx }: Connected,
    host: ScheduledHost,
  ) {
    back.attach(rx.shared, host);
  }

  step({ action, args }: BackMove, { due }: Traffic): string | null {
    const { back, isCoarse } = this;
    const k = (args.k as number) - 1;
    match(action)
      .with('BackTakeRequest', () => {
        this.#taken.push(undefined);
        back.do('take_request');
        if (isCoarse) back.do('final_check');
      })
      .with('BackWriteFrame', () => {
        const frame = writtenFrame(this.#count++, String(args.frame).charCodeAt(0));
        this.#taken[k] = frame;
        back.writeFrame(k, frame.octets, frame.offset);
      })
      .with('BackRespond', () => {
        const [written] = this.#taken.splice(k, 1);
        const isSent = args.status !== 'ERROR' && written !== undefined;
        if (isSent) due.push(written.octets);
        const answer = isSent ? { status: written.octets.length, offset: written.offset, flags: 0 } : FAILED;
        back.respond(k, answer, true);
        if (isCoarse) back.do('push_and_check');
      })
      .otherwise(() => {
        throw new Error(`no schedule has ${action}: take a model with a coarse, honest backend`);
      });
    return null;
  }
}

/** What the schedules of both modules of a receive ring have. */
export const rxScheduled = (
  rows: Rows,
  rx: RxConstants,
  back: ReplayedRxBack,
  projections: ReturnType<typeof rxProjections>,
): Omit<Scheduled, 'iterates' | 'isOfSlots' | 'backActions' | 'frames' | 'newBack'> => {
  const difference = new RingDifference(rows, rx.M, FIRST_RX_GREF, 'poster', projections);
  return {
    options: { tx: IDLE_TX, rx: rxOptions(rx) },
    memory: back.memory,
    packets: [],
    rings: ['rx'],
    grefs: { life: FIRST_GREF, forLife: 1 + RINGS_FOR_LIFE, each: FIRST_RX_GREF },
    lends: !rx.CopyOut,
    isBusy: false,
    takeEvent: 'RxTakeEvent',
    argsOf: (_action, args) => rxArgsOf(args),
    difference: (connected, host, row) => difference.of(connected.rx, host, row),
  };
};

/** The schedule of a model of NetfrontRx. */
export const rxSchedule = (rows: Rows, constants: Constants, back: ReplayedRxBack): Scheduled => {
  const rx = rxConstants(constants);
  return {
    ...rxScheduled(rows, rx, back, rxProjections(rx, FIRST_RX_GREF)),
    // Where it is lent pages, it holds them as long as it likes anyway.
    isBusy: rx.CopyOut,
    iterates: false,
    isOfSlots: true,
    backActions: new Set(RX_BACK_ACTIONS),
    frames: { action: 'BackTakeRequest', most: 3 },
    newBack: (connected, host) => new RxScheduledBack(back, rx.CoarseBack, connected, host),
  };
};
