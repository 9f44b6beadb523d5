/** RxPackets under the scheduler: packets of several slots and extras, whole and in parts. */
import type { ReplayedRxBack } from '../../back-steps.js';
import type { Constants } from '../../constants.js';
import type { Rows } from '../../rows.js';
import { FIRST_RX_GREF, type Scheduled, type ScheduledBack } from '../../scheduled.js';
import { rxScheduled } from '../rx/schedule.js';
import { rxPacketsConstants } from './constants.js';
import { ExpectedRxPackets } from './expected.js';
import { rxPacketsProjections } from './projection.js';
import { RX_PACKETS_BACK_ACTIONS } from './replay.js';

/** A packet that is sent, as far as it has gone out. */
interface Outgoing {
  octets: Uint8Array[];
  /** Slots that are still to come. */
  left: number;
  isBroken: boolean;
}

/** The schedule of a model of RxPackets. */
export const rxPacketsSchedule = (rows: Rows, constants: Constants, back: ReplayedRxBack): Scheduled => {
  const rx = rxPacketsConstants(constants);
  return {
    ...rxScheduled(rows, rx, back, rxPacketsProjections(rx, FIRST_RX_GREF)),
    iterates: true,
    isOfSlots: false,
    backActions: new Set(RX_PACKETS_BACK_ACTIONS),
    frames: { action: 'BackSendPacket', most: 2 },
    newBack: ({ rx: driver }, host): ScheduledBack => {
      back.attach(driver.shared, host);
      const memory = new ExpectedRxPackets(rows, rx, driver.config.first, FIRST_RX_GREF);
      memory.reset();
      let packet: Outgoing = { octets: [], left: 0, isBroken: false };
      return {
        step: ({ action, args, from, to }, { due }) => {
          memory.step(action, args, from, to);
          if (action === 'BackSendPacket') {
            const { frags, extras } = args.packet as unknown as { frags: readonly number[]; extras: number };
            packet = { octets: [], left: frags.length + extras, isBroken: frags.includes(-1) };
          }
          for (const _ of memory.lastSent) back.do('take_request');
          back.do('final_check');
          for (const { answer, written } of memory.lastSent) {
            if (written.octets.length > 0) back.writeFrame(0, written.octets, written.offset);
            packet.left--;
            if ('u' in answer) back.respondExtra(0, answer, true);
            else {
              packet.octets.push(written.octets);
              back.respond(0, answer, true);
            }
          }
          if (packet.left === 0 && !packet.isBroken) due.push(Buffer.concat(packet.octets));
          back.do('push_and_check');
          return null;
        },
      };
    },
  };
};
