/** NetfrontTxRx under the scheduler: both rings, one event channel. */
import type { Constants } from '../../constants.js';
import { FIRST_GREF } from '../../expected-ring.js';
import type { Backs } from '../module.js';
import { RingDifference } from '../../ring-difference.js';
import type { Rows } from '../../rows.js';
import { FIRST_RX_GREF, RINGS_FOR_LIFE, type Scheduled } from '../../scheduled.js';
import { rxProjections } from '../rx/projection.js';
import { RX_BACK_ACTIONS } from '../rx/replay.js';
import { rxArgsOf, rxOptions, RxScheduledBack } from '../rx/schedule.js';
import { txProjections } from '../tx/projection.js';
import { TX_BACK_ACTIONS } from '../tx/replay.js';
import { txArgsOf, txFrames, txOptions, TxScheduledBack } from '../tx/schedule.js';
import { txrxConstants } from './constants.js';
import { actionOf, ringRows, ringStep } from './projection.js';

/** One more than a ring of one slot takes. */
const PACKETS = 2;

/** The schedule of a model of NetfrontTxRx. */
export const txrxSchedule = (rows: Rows, constants: Constants, backs: Backs): Scheduled => {
  const { tx, rx } = txrxConstants(constants);
  const [txRows, rxRows] = [ringRows(rows, 'tx'), ringRows(rows, 'rx')];
  const txDifference = new RingDifference(txRows, tx.M, FIRST_GREF, 'sender', txProjections(tx, FIRST_GREF));
  const rxDifference = new RingDifference(
    rxRows,
    rx.M,
    FIRST_RX_GREF,
    'poster',
    rxProjections(rx, FIRST_RX_GREF),
  );
  return {
    options: { tx: txOptions(tx), rx: rxOptions(rx) },
    memory: backs.tx.memory,
    packets: txFrames(tx, PACKETS),
    rings: ['tx', 'rx'],
    grefs: { life: FIRST_GREF, forLife: tx.blocks + RINGS_FOR_LIFE, each: FIRST_RX_GREF },
    lends: !rx.CopyOut,
    isBusy: true,
    iterates: false,
    isOfSlots: true,
    backActions: new Set([
      ...TX_BACK_ACTIONS.map((action) => actionOf('tx', action)),
      ...RX_BACK_ACTIONS.map((action) => actionOf('rx', action)),
    ]),
    frames: { action: actionOf('rx', 'BackTakeRequest'), most: 2 },
    takeEvent: 'TakeEvent',
    argsOf: (action, args) => (ringStep(action)!.ring === 'tx' ? txArgsOf(action, args) : rxArgsOf(args)),
    difference: (connected, host, row) =>
      txDifference.of(connected.tx, host, row) ?? rxDifference.of(connected.rx, host, row),
    newBack: (connected, host) => {
      const own = {
        tx: new TxScheduledBack(backs.tx, tx.CoarseBack, connected, host),
        rx: new RxScheduledBack(backs.rx, rx.CoarseBack, connected, host),
      };
      return {
        step: (move, traffic) => {
          const { ring, action } = ringStep(move.action)!;
          return own[ring].step({ ...move, action }, traffic);
        },
      };
    },
  };
};
