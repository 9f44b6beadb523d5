/** What an application has seen of its traffic, against the statistics of the interface. */
import type { Statistics } from '../impl/statistics.js';

/** The traffic of an interface so far. */
export interface Seen {
  /** Responses of the receive ring that were consumed. */
  consumed: number;
  /** Frames that were delivered, and the octets that the application was given of them. */
  frames: number;
  octets: number;
  /** Packets that were sent and answered, with the status that was told. */
  readonly settled: { readonly status: string; readonly octets: number }[];
}

/**
 * What the statistics say otherwise; null if nothing. All frames that were delivered have been given to the application.
 * @param isOfSlots each response of the receive ring is a frame that is delivered, or an error
 */
export function miscounted({ tx, rx }: Statistics, seen: Seen, isOfSlots: boolean): string | null {
  const of = (wanted: string) => seen.settled.filter(({ status }) => status === wanted);
  const [sent, dropped] = [of('OKAY'), of('DROPPED').length];
  const due = {
    tx: {
      packets: sent.length,
      octets: sent.reduce((sum, { octets }) => sum + octets, 0),
      errors: seen.settled.length - sent.length - dropped,
      dropped,
    },
    rx: { packets: seen.frames, octets: seen.octets },
  };
  const said = { tx, rx: { packets: rx.packets, octets: rx.octets } };
  if (JSON.stringify(said) !== JSON.stringify(due))
    return `the statistics are ${JSON.stringify(said)}, and must be ${JSON.stringify(due)}`;
  const reasons = Object.values(rx.reasons).reduce((sum, count) => sum + count, 0);
  if (reasons !== rx.errors + rx.dropped || rx.reasons.dropped !== rx.dropped)
    return `the statistics have ${rx.errors} errors and ${rx.dropped} dropped, and the reasons ${JSON.stringify(rx.reasons)}`;
  const lost = seen.consumed - seen.frames;
  return !isOfSlots || rx.errors === lost
    ? null
    : `the statistics have ${rx.errors} errors of the receive ring, and ${lost} responses were no frames`;
}
