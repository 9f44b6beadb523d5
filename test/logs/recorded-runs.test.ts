import fc from 'fast-check';
import { beforeAll, describe, expect, test } from 'vitest';
import { connect, Netback } from '../../impl/index.js';
import { findJar, findJava } from '../../tlc/index.js';
import type { RingLog } from '../../logs/event.js';
import { judge, type JudgeOptions } from '../../logs/judge.js';
import { RecordingHost } from '../../logs/recorder.js';
import { walkOf } from '../../logs/ring-run.js';
import { validate } from '../../logs/validate.js';
import { idFaults } from '../faults/ids.js';
import { record, schedule } from '../fixtures/recorded/schedule.js';

// Both directions as one: what the implementation does on its own is recorded, and TLC says whether it is a behaviour.
// RECORDED_RUNS=1000 is what `make check-all` asks for.

const RUNS = Number(process.env.RECORDED_RUNS ?? 50);
/** More events than this in one run of TLC would take more memory than they save in time. */
const EVENTS_AT_A_TIME = 20_000;

let options: JudgeOptions;

beforeAll(async () => {
  options = { java: await findJava(), jar: await findJar({}), spec: 'spec' };
});

/** Logs that TLC can look at together: rings of one size, and not too many events. */
function batches(logs: readonly RingLog[]): readonly (readonly RingLog[])[] {
  const done: RingLog[][] = [];
  const open = new Map<number, { logs: RingLog[]; events: number }>();
  for (const log of logs) {
    const { nr_ents } = log.header.rings.tx!;
    let batch = open.get(nr_ents);
    if (batch === undefined || batch.events + log.events.length > EVENTS_AT_A_TIME) {
      batch = { logs: [], events: 0 };
      open.set(nr_ents, batch);
      done.push(batch.logs);
    }
    batch.logs.push(log);
    batch.events += log.events.length;
  }
  return done;
}

/** XEN_NETTXF_more_data and XEN_NETTXF_extra_info; XEN_NETRXF_ of the same names have the same values. */
const [MORE_DATA, EXTRA_INFO] = [4, 8];

/** How many packets begin with a slot that has this flag, whoever wrote it. */
function firstSlots(logs: readonly RingLog[], ring: 'tx' | 'rx', flag: number): number {
  const [op, side, flags] =
    ring === 'tx' ? (['REQ_WRITE', 'front', 3] as const) : (['RSP_WRITE', 'back', 2] as const);
  let found = 0;
  for (const { events } of logs) {
    let next: 'first' | 'extra' | 'more' = 'first';
    let isLong = false;
    for (const event of events) {
      if (event.ring !== ring || event.op !== op || event.side !== side) continue;
      const halves = event.halves as readonly number[];
      if (next === 'extra') {
        // XEN_NETIF_EXTRA_FLAG_MORE, in the second octet.
        if ((halves[0]! & 0x100) === 0) next = isLong ? 'more' : 'first';
        continue;
      }
      const has = halves[flags]!;
      if (next === 'first' && (has & flag) !== 0) found++;
      isLong = (has & MORE_DATA) !== 0;
      next = next === 'first' && (has & EXTRA_INFO) !== 0 ? 'extra' : isLong ? 'more' : 'first';
    }
  }
  return found;
}

describe('random runs of netfront and a backend', () => {
  test(`are behaviours of the specification, all ${RUNS} of them`, { timeout: 900_000 }, async () => {
    const schedules = fc.sample(schedule, { numRuns: RUNS, seed: 8 });
    const logs = [];
    for (const [i, one] of schedules.entries()) logs.push(await record(`run ${i}`, one));
    let events = 0;
    let behaviours = 0;
    for (const batch of batches(logs)) {
      const walks = batch.flatMap((log) =>
        (['tx', 'rx'] as const).map((ring) =>
          walkOf(
            log,
            ring,
            log.events.filter((event) => event.ring === ring),
          ),
        ),
      );
      const { walks: judged } = await judge(walks, options);
      judged.forEach(({ itself }, i) => {
        const log = batch[i >> 1]!;
        expect({ log: log.header.name, ring: walks[i]!.ring, ...itself }).toMatchObject({
          log: log.header.name,
          ring: walks[i]!.ring,
          kind: 'behaviour',
          events: walks[i]!.events.length,
        });
        events += itself.events;
        behaviours++;
      });
    }
    expect(behaviours).toBe(2 * RUNS);
    expect(events).toBe(logs.reduce((sum, log) => sum + log.events.length, 0));
    // Guard: runs in which hardly anything happens show nothing.
    expect(events).toBeGreaterThan(100 * RUNS);
    // And so do runs without packets of several slots, and without extras, in either direction.
    for (const ring of ['tx', 'rx'] as const)
      for (const flag of [MORE_DATA, EXTRA_INFO])
        expect({ ring, flag, packets: firstSlots(logs, ring, flag) }).toEqual({
          ...{ ring, flag },
          packets: expect.toSatisfy((packets: number) => packets > RUNS / 2, `more than ${RUNS / 2}`),
        });
  });
});

describe('a netfront with the ids of mirage-net-xen 1.4.1', () => {
  test('is found out where it gives an id a second time', async () => {
    const host = new RecordingHost({ ids: { rx: 'slot' } });
    const { newestOfGref } = idFaults;
    const { netfront, tx, rx } = connect(host, {
      tx: { nr_ents: 4, blocksPerPage: 2, scheme: newestOfGref.target.scheme },
      rx: { nr_ents: 4 },
    });
    const back = new Netback(host.back, host.backRings({ tx: tx.shared, rx: rx.shared }));
    host.back.onEvent(() => back.poll());
    void netfront.send(new Uint8Array(60));
    void netfront.send(new Uint8Array(60));
    await new Promise((resolve) => setImmediate(resolve));
    const log = host.log('1.4.1');
    const { rings } = await validate(log, options);
    const { impossible } = rings.find(({ ring }) => ring === 'tx')!;
    expect(impossible).toMatchObject({
      complaint: 'the id is that of a request in flight (UniqueOutstandingId, P1)',
      event: { op: 'REQ_WRITE' },
    });
    // The first two requests have one id, because their blocks are of one page.
    const requests = log.events.filter(({ ring, op }) => ring === 'tx' && op === 'REQ_WRITE');
    const id = (i: number): number => (requests[i]!.halves as readonly number[])[4]!;
    expect(id(0)).toBe(id(1));
    expect(impossible!.event).toEqual(requests[1]);
  });
});
