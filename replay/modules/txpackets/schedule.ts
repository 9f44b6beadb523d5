/** TxPackets under the scheduler: packets of several slots, and extras. */
import { match } from 'ts-pattern';
import type { TxArgs } from '../../../impl/tx-driver.js';
import type { ReplayedTxBack } from '../../back-steps.js';
import type { Constants } from '../../constants.js';
import { FIRST_GREF, numberedFrame } from '../../expected-ring.js';
import { PAGE } from '../../netif.js';
import { RingDifference } from '../../ring-difference.js';
import type { Rows } from '../../rows.js';
import {
  FIRST_RX_GREF,
  IDLE_RX,
  RINGS_FOR_LIFE,
  type Scheduled,
  type ScheduledBack,
  type SentPacket,
} from '../../scheduled.js';
import { txOptions } from '../tx/schedule.js';
import { txPacketsConstants } from './constants.js';
import { txPacketsProjections } from './projection.js';
import { TX_PACKETS_BACK_ACTIONS, withGrants } from './replay.js';

/** Of each shape one: a slot, two slots, a slot and an extra. */
const packets: readonly SentPacket[] = [
  { octets: [numberedFrame(0, 0x41)], offload: {} },
  { octets: [numberedFrame(1, 0x42, PAGE + 7)], offload: {} },
  { octets: [numberedFrame(2, 0x43, 60)], offload: { csum_blank: true, gso: { size: 1448, type: 'TCPV4' } } },
];

/** The schedule of a model of TxPackets. */
export const txPacketsSchedule = (rows: Rows, constants: Constants, back: ReplayedTxBack): Scheduled => {
  const tx = txPacketsConstants(constants);
  const difference = new RingDifference(
    withGrants(rows, tx.blocks),
    tx.M,
    FIRST_GREF,
    'sender',
    txPacketsProjections(tx, FIRST_GREF),
  );
  return {
    options: { tx: txOptions(tx), rx: IDLE_RX },
    memory: back.memory,
    packets,
    rings: ['tx'],
    grefs: { life: FIRST_GREF, forLife: tx.blocks + RINGS_FOR_LIFE, each: FIRST_RX_GREF },
    lends: false,
    isBusy: false,
    iterates: false,
    isOfSlots: true,
    backActions: new Set(TX_PACKETS_BACK_ACTIONS),
    frames: { action: '', most: 0 },
    takeEvent: 'TxTakeEvent',
    // Of the blocks of a packet, the first alone has arguments: with it the chain is opened.
    argsOf: (action, { packet }: TxArgs, connected) =>
      action === 'TxFill' && packet !== undefined && connected.tx.snapshot.context.chain === null
        ? { frags: packet.requests, extras: packet.extras.length }
        : {},
    difference: (connected, host, row) => difference.of(connected.tx, host, row),
    newBack: ({ tx: driver }, host): ScheduledBack => {
      back.attach(driver.shared, host);
      let count = 0;
      // Of the requests taken and not answered, oldest first: the packet of each.
      const taken: number[] = [];
      return {
        step: ({ action, args: { k, status } }, { sent, answers }) =>
          match(action as (typeof TX_PACKETS_BACK_ACTIONS)[number])
            .with('BackTakeRequest', () => {
              const { octets, extras } = back.takePacket();
              back.do('final_check');
              const due = sent[count]!;
              const requests = due.octets.reduce((sum, { length }) => sum + Math.ceil(length / PAGE), 0);
              taken.push(...Array<number>(requests).fill(count++));
              if (extras !== (due.offload.gso === undefined ? 0 : 1)) return `it finds ${extras} extras`;
              return Buffer.concat(due.octets).equals(octets) ? null : 'it does not read what was sent';
            })
            .with('BackRespond', 'BackRespondNullToRequest', () => {
              const answer = String(status ?? 'NULL');
              const [packet] = taken.splice((k as number) - 1, 1);
              if (answer !== 'OKAY' || answers[packet!] === undefined) answers[packet!] = answer;
              back.respond((k as number) - 1, answer, true);
              back.do('push_and_check');
              return null;
            })
            .with('BackRespondNull', () => {
              back.respondNull();
              back.do('push_and_check');
              return null;
            })
            .exhaustive(),
      };
    },
  };
};
