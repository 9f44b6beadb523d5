/**
 * The stress test: frontend and backend on two processors, one shared page between them, and both asleep whenever
 * the protocol allows it. It ends when all requests are answered, or when both sleep and nobody is left to wake them.
 */
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Worker } from 'node:worker_threads';
import { TX_SLOT } from '../../impl/netif.js';
import { SharedRing } from '../../impl/ring.js';
import {
  newMemory,
  pageOf,
  type Rig,
  type RigOptions,
  type Side,
  type SideReport,
  sleepersOf,
} from './rig.js';

/** How a run ended. */
export type Outcome =
  | { readonly kind: 'done'; readonly front: SideReport; readonly back: SideReport }
  /** Both sleep and no event is on its way, with this in the page. */
  | { readonly kind: 'lost wake-up'; readonly page: Readonly<Record<Word, number>> }
  /** A side saw what cannot be. */
  | { readonly kind: 'wrong'; readonly side: Side; readonly message: string }
  | { readonly kind: 'late'; readonly milliseconds: number };

type Word = 'req_prod' | 'req_event' | 'rsp_prod' | 'rsp_event';

/** What is taken where nothing else is asked for: a transmit ring whose indices are about to wrap. */
export const ordinary: RigOptions = {
  requests: 1_000_000,
  nr_ents: 256,
  first: 2 ** 32 - 1000,
  batch: 1,
  holdOff: true,
};

/**
 * Runs both sides.
 * @param limit milliseconds after which it is given up
 * @param folder where the compiled worker.js is
 */
export async function stress(
  options: RigOptions,
  limit: number,
  folder = import.meta.dirname,
): Promise<Outcome> {
  const rig: Rig = { ...options, memory: newMemory() };
  const shared = new SharedRing(pageOf(rig), TX_SLOT, rig.nr_ents);
  shared.init(rig.first);
  const threads = (['front', 'back'] as const).map((side) => ({
    side,
    worker: new Worker(path.join(folder, 'worker.js'), { workerData: { side, rig } }),
  }));
  const over = new AbortController();
  try {
    await Promise.all(threads.map(({ worker }) => nextMessage(worker)));
    const reports = threads.map(({ side, worker }) => reportOf(side, worker));
    for (const { worker } of threads) worker.postMessage('begin');
    return await Promise.race([
      Promise.all(reports).then(([front, back]): Outcome => {
        const failed = [front, back].find((report) => report?.kind === 'wrong');
        if (failed?.kind === 'wrong') return failed;
        if (front?.kind !== 'done' || back?.kind !== 'done') throw new Error('a thread said nothing');
        return { kind: 'done', front: front.report, back: back.report };
      }),
      ...reports.map((report) => report.then((found) => (found.kind === 'wrong' ? found : never))),
      lostWakeUp(rig, shared, over.signal),
      sleep(limit, { kind: 'late', milliseconds: limit } as const, { signal: over.signal }),
    ]);
  } finally {
    over.abort();
    await Promise.all(threads.map(({ worker }) => worker.terminate()));
  }
}

const never = new Promise<never>(() => {});

type Told =
  | { readonly kind: 'done'; readonly report: SideReport }
  | { readonly kind: 'wrong'; readonly side: Side; readonly message: string };

const reportOf = (side: Side, worker: Worker): Promise<Told> =>
  nextMessage(worker).then(
    (report) => ({ kind: 'done', report: report as SideReport }),
    (error: Error) => ({ kind: 'wrong', side, message: error.message }),
  );

const nextMessage = (worker: Worker): Promise<unknown> =>
  new Promise((resolve, reject) => {
    worker.once('message', resolve);
    worker.once('error', reject);
    worker.once('exit', (status) => reject(new Error(`the thread ended with ${status} and said nothing`)));
  });

/**
 * Resolves when both sides sleep for good. Who sleeps without an event can be woken by the peer alone, and the peer
 * sleeps too; so it is enough that neither has woken between two looks.
 */
async function lostWakeUp(rig: Rig, shared: SharedRing, signal: AbortSignal): Promise<Outcome> {
  for (let before = sleepersOf(rig); ;) {
    await sleep(20, undefined, { signal });
    const now = sleepersOf(rig);
    if (before.forGood && now.forGood && before.sleeps === now.sleeps)
      return {
        kind: 'lost wake-up',
        page: {
          req_prod: shared.req_prod,
          req_event: shared.req_event,
          rsp_prod: shared.rsp_prod,
          rsp_event: shared.rsp_event,
        },
      };
    before = now;
  }
}
