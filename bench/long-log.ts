/**
 * A log of any length: rounds in which one packet goes each way, or a few. What each end does to the ring is what Linux'
 * drivers do, but for the looks of their threads and polls.
 *
 *     node dist/bench/long-log.js EVENTS FILE
 */
import { createWriteStream } from 'node:fs';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { pathToFileURL } from 'node:url';
import type { Event, LogHeader } from '../logs/event.js';
import type { RingName } from '../replay/netif.js';

/** What the long log says of itself. */
export const LONG_HEADER: LogHeader = {
  ...{ format: 'netfront-log', version: 1, name: 'rounds', driver: 'ring_h' },
  rings: {
    tx: { nr_ents: 256, ids: 'unique', shows: ['notify', 'grants', 'copies'] },
    rx: { nr_ents: 256, ids: 'slot', shows: ['notify', 'grants', 'copies'] },
  },
};

const OCTETS = 90;
/** A transmit request or a receive request, of this page. */
const request = {
  tx: (id: number, gref: number) => [gref, 0, 0, 0, id, OCTETS],
  rx: (id: number, gref: number) => [id, 0, gref, 0],
};
/** The response to it. */
const response = { tx: (id: number) => [id, 0], rx: (id: number) => [id, 0, 0, OCTETS] };

/** The events of both rings, round after round, and no end to them. */
export function* rounds(): Generator<Event> {
  for (let index = 0; ;) {
    // One packet, two, or three.
    const count = 1 + ((index >>> 3) % 3);
    for (const ring of ['tx', 'rx'] as const) yield* round(ring, index, count);
    index += count;
  }
}

function* round(ring: RingName, index: number, count: number): Generator<Event> {
  const front = (op: Event['op'], fields = {}): Event => ({ ring, side: 'front', op, ...fields });
  const back = (op: Event['op'], fields = {}): Event => ({ ring, side: 'back', op, ...fields });
  const slots = Array.from({ length: count }, (_, i) => ({ idx: index + i, id: (index + i) % 256 }));
  const gref = (id: number): number => (ring === 'tx' ? 8 : 264) + id;
  const end = index + count;
  for (const { idx, id } of slots) {
    yield front('GNT_GRANT', { gref: gref(id), ro: ring === 'tx' ? 1 : 0 });
    yield front('REQ_WRITE', { idx, halves: request[ring](id, gref(id)) });
  }
  yield front('SET_REQ_PROD', { old: index, new: end });
  yield front('READ_REQ_EVENT', { req_event: index + 1, notify: 1 });
  yield front('NOTIFY');
  yield back('READ_REQ_PROD', { req_prod: end });
  for (const { idx, id } of slots) yield back('REQ_READ', { idx, halves: request[ring](id, gref(id)) });
  for (const { id } of slots) yield back('GNT_COPY', { gref: gref(id), off: 0, len: OCTETS });
  yield back('SET_REQ_EVENT', { req_event: end + 1 });
  yield back('READ_REQ_PROD', { req_prod: end });
  for (const { idx, id } of slots) yield back('RSP_WRITE', { idx, halves: response[ring](id) });
  yield back('SET_RSP_PROD', { old: index, new: end });
  yield back('READ_RSP_EVENT', { rsp_event: index + 1, notify: 1 });
  yield back('NOTIFY');
  yield front('IRQ');
  yield front('READ_RSP_PROD', { rsp_prod: end });
  for (const { idx, id } of slots) {
    yield front('RSP_READ', { idx, halves: response[ring](id) });
    yield front('GNT_END', { gref: gref(id) });
  }
  yield front('SET_RSP_EVENT', { rsp_event: end + 1 });
  yield front('READ_RSP_PROD', { rsp_prod: end });
}

/** The lines of a log with so many events. */
export function* longLog(events: number): Generator<string> {
  yield `${JSON.stringify(LONG_HEADER)}\n`;
  let left = events;
  for (const event of rounds()) {
    if (left-- === 0) return;
    yield `${JSON.stringify(event)}\n`;
  }
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  const [events, file] = process.argv.slice(2);
  if (file === undefined || !(Number(events) > 0)) {
    console.error('Usage: node dist/bench/long-log.js EVENTS FILE');
    process.exitCode = 2;
  } else await pipeline(Readable.from(longLog(Number(events))), createWriteStream(file));
}
