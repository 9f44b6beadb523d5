/** NetfrontTx under the scheduler: frames of one slot. */
import { match } from 'ts-pattern';
import type { Args } from '../../../graph/args.js';
import type { Connected } from '../../../impl/netfront.js';
import type { TxOptions } from '../../../impl/options.js';
import type { TxArgs } from '../../../impl/tx-driver.js';
import type { ReplayedTxBack } from '../../back-steps.js';
import type { Constants } from '../../constants.js';
import { FIRST_GREF, numberedFrame } from '../../expected-ring.js';
import { RingDifference } from '../../ring-difference.js';
import type { Rows } from '../../rows.js';
import type { ScheduledHost } from '../../scheduled-host.js';
import {
  type BackMove,
  FIRST_RX_GREF,
  IDLE_RX,
  RINGS_FOR_LIFE,
  type Scheduled,
  type ScheduledBack,
  type SentPacket,
  type Traffic,
} from '../../scheduled.js';
import { firstIndex, schemeOf } from '../../target.js';
import { type TxConstants, txConstants } from './constants.js';
import { txProjections } from './projection.js';
import { TX_BACK_ACTIONS } from './replay.js';

/** One more than a ring of two slots takes. */
const PACKETS = 3;

/** The options of an interface whose transmit ring has the sizes of a model. */
export const txOptions = (constants: TxConstants): TxOptions => ({
  nr_ents: constants.N,
  first: firstIndex({}, constants),
  scheme: schemeOf({}, constants),
  ids: constants.Ids,
  blocks: constants.blocks,
  blocksPerPage: constants.BlocksPerPage,
  grantPerRequest: constants.GrantPerRequest,
});

/** Frames for a model, no two alike. What they are filled with is the model's name for them. */
export const txFrames = ({ frames }: TxConstants, count: number): readonly SentPacket[] =>
  Array.from({ length: count }, (_, n) => ({
    octets: [numberedFrame(n, frames[n % frames.length]!.charCodeAt(0))],
    offload: {},
  }));

/** The arguments that an action of the transmit ring has in a graph. */
export const txArgsOf = (action: string, { frame, gref }: TxArgs): Args => {
  if (action === 'TxFill') return { frame: String.fromCharCode(frame!.at(-1)!) };
  return gref === undefined ? {} : { gref: gref - FIRST_GREF };
};

/** The backend of frames of one slot. */
export class TxScheduledBack implements ScheduledBack {
  /** Of the requests taken and not answered, oldest first: the places of their frames among those sent. */
  readonly #taken: number[] = [];
  #count = 0;

  constructor(
    readonly back: ReplayedTxBack,
    readonly isCoarse: boolean,
    { tx }: Connected,
    host: ScheduledHost,
  ) {
    back.attach(tx.shared, host);
  }

  step({ action, args }: BackMove, { sent, answers }: Traffic): string | null {
    const { back, isCoarse } = this;
    const k = (args.k as number) - 1;
    return match(action)
      .with('BackTakeRequest', () => {
        this.#taken.push(this.#count++);
        back.do('take_request');
        if (isCoarse) back.do('final_check');
        return null;
      })
      .with('BackReadBlock', () => {
        const due = Buffer.from(sent[this.#taken[k]!]!.octets[0]!);
        const read = Buffer.from(back.readBlock(k));
        return due.equals(read) ? null : `it reads ${read.toString('hex')} and not ${due.toString('hex')}`;
      })
      .with('BackRespond', () => {
        answers[this.#taken.splice(k, 1)[0]!] = String(args.status);
        back.respond(k, String(args.status), true);
        if (isCoarse) back.do('push_and_check');
        return null;
      })
      .otherwise(() => {
        throw new Error(`no schedule has ${action}: take a model with a coarse, honest backend`);
      });
  }
}

/** The schedule of a model of NetfrontTx. */
export const txSchedule = (rows: Rows, constants: Constants, back: ReplayedTxBack): Scheduled => {
  const tx = txConstants(constants);
  const difference = new RingDifference(rows, tx.M, FIRST_GREF, 'sender', txProjections(tx, FIRST_GREF));
  return {
    options: { tx: txOptions(tx), rx: IDLE_RX },
    memory: back.memory,
    packets: txFrames(tx, PACKETS),
    rings: ['tx'],
    grefs: tx.GrantPerRequest
      ? // The rings, and the page that the receive ring has.
        { life: FIRST_RX_GREF, forLife: RINGS_FOR_LIFE + 1, each: FIRST_GREF }
      : {
          life: FIRST_GREF,
          forLife: Math.ceil(tx.blocks / tx.BlocksPerPage) + RINGS_FOR_LIFE,
          each: FIRST_RX_GREF,
        },
    lends: false,
    isBusy: false,
    iterates: false,
    isOfSlots: true,
    backActions: new Set(TX_BACK_ACTIONS),
    frames: { action: '', most: 0 },
    takeEvent: 'TxTakeEvent',
    argsOf: txArgsOf,
    difference: (connected, host, row) => difference.of(connected.tx, host, row),
    newBack: (connected, host) => new TxScheduledBack(back, tx.CoarseBack, connected, host),
  };
};
