import { describe, expect, test } from 'vitest';
import {
  connect,
  type Connected,
  Netback,
  type NetfrontOptions,
  ReceiveError,
  SendError,
  SimulatedHost,
} from '../../impl/index.js';
import type { Host } from '../../impl/host.js';
import { shortest } from '../fixtures/shortest.js';

type Method = keyof Host;
const METHODS: readonly Method[] = [
  'allocatePage',
  'claimGref',
  'grantAccess',
  'endAccess',
  'notify',
  'pending',
  'clearPending',
  'onEvent',
];

/** When a method throws: at its n-th call, and at each one after that if `always`. */
interface Failing {
  readonly method: Method;
  readonly call: number;
  readonly always: boolean;
}

class Injected extends Error {}

/** A simulated host whose front side counts its calls, and fails as it is told. */
class FailingHost {
  readonly simulated = new SimulatedHost(64);
  readonly calls = Object.fromEntries(METHODS.map((method) => [method, 0])) as Record<Method, number>;
  isListened = false;
  hasFailed = false;
  readonly front: Host;

  constructor(failing?: Failing) {
    const host = this.simulated;
    const called = (method: Method): void => {
      const call = ++this.calls[method];
      if (failing?.method !== method) return;
      if (failing.always ? call < failing.call : call !== failing.call) return;
      this.hasFailed = true;
      throw new Injected(`${method} fails`);
    };
    this.front = {
      allocatePage: () => (called('allocatePage'), host.allocatePage()),
      claimGref: () => (called('claimGref'), host.claimGref()),
      grantAccess: (gref, page) => (called('grantAccess'), host.grantAccess(gref, page)),
      endAccess: (gref) => (called('endAccess'), host.endAccess(gref)),
      notify: () => (called('notify'), host.notify()),
      get pending() {
        called('pending');
        return host.pending;
      },
      clearPending: () => (called('clearPending'), host.clearPending()),
      onEvent: (listener) => {
        called('onEvent');
        this.isListened = true;
        host.onEvent(listener);
      },
    };
  }
}

const settled = async (): Promise<void> => {
  for (let n = 0; n < 4; n++) await new Promise((resolve) => setImmediate(resolve));
};

const OPTIONS: readonly (readonly [string, NetfrontOptions])[] = [
  ['pages granted for life', { tx: { nr_ents: 4 }, rx: { nr_ents: 4 } }],
  ['a page granted for each request', { tx: { nr_ents: 4, grantPerRequest: true }, rx: { nr_ents: 4 } }],
  ['pages lent', { tx: { nr_ents: 4 }, rx: { nr_ents: 4, copyOut: false } }],
];

/** What came of an interface on which frames go both ways, and which is closed in the end. */
const lifeOf = async (host: FailingHost, options: NetfrontOptions) => {
  const { simulated } = host;
  let connected: Connected;
  try {
    connected = connect(host.front, options);
  } catch (error) {
    return { thrown: error, granted: simulated.granted };
  }
  const { netfront, tx, rx } = connected;
  const netback = new Netback(simulated.back, { tx: tx.shared, rx: rx.shared });
  simulated.back.onEvent(() => netback.poll());
  const errors: unknown[] = [];
  netfront.onReceive(
    (frame) => frame.release(),
    (error) => errors.push(error),
  );
  const outcomes: unknown[] = [];
  for (let n = 1; n <= 6; n++) {
    netfront.send([shortest(n), new Uint8Array(5000)]).then(
      (status) => outcomes.push(status),
      (error: unknown) => outcomes.push(error),
    );
    netback.deliver(shortest(n));
    netback.poll();
    await settled();
  }
  // The backend may have been told nothing; it looks by itself, and the frontend hears of it.
  netback.poll();
  simulated.back.notify();
  await settled();
  const wasBroken = netfront.isBroken;
  const mapped = await Promise.race([netfront.close(), settled().then(() => 'never')]);
  return { outcomes, errors, wasBroken, mapped, granted: simulated.granted, unsettled: netfront.unsettled };
};

describe.each(OPTIONS)('a host that fails, with %s', (_, options) => {
  const cases = async (): Promise<readonly Failing[]> => {
    const host = new FailingHost();
    const { outcomes, errors, mapped } = await lifeOf(host, options);
    expect([outcomes, errors, mapped]).toEqual([Array(6).fill('OKAY'), [], 0]);
    return METHODS.flatMap((method) =>
      Array.from({ length: host.calls[method] }, (_, n) =>
        [false, true].map((always) => ({ method, call: n + 1, always })),
      ).flat(),
    );
  };

  test('breaks the interface in an orderly way, at whichever call it fails', async () => {
    const met = { connect: 0, broken: 0, closing: 0 };
    for (const failing of await cases()) {
      const host = new FailingHost(failing);
      const life = await lifeOf(host, options);
      const where = JSON.stringify(failing);
      expect([where, host.hasFailed]).toEqual([where, true]);
      if ('thrown' in life) {
        met.connect++;
        expect([where, life.thrown, life.granted, host.isListened]).toEqual([
          where,
          expect.any(Injected),
          0,
          false,
        ]);
        continue;
      }
      const { outcomes, errors, wasBroken, mapped, granted, unsettled } = life;
      expect([where, mapped, unsettled, outcomes!.length]).toEqual([where, granted, 0, 6]);
      if (!wasBroken) {
        // Only while it is closed is there nobody to be told.
        met.closing++;
        expect([where, failing.method, outcomes]).toEqual([where, 'endAccess', Array(6).fill('OKAY')]);
        continue;
      }
      met.broken++;
      expect([where, errors]).toEqual([where, [expect.any(ReceiveError)]]);
      for (const error of [...outcomes!.filter((outcome) => outcome !== 'OKAY'), ...errors!]) {
        expect([where, String(error)]).toEqual([where, expect.stringContaining(`${failing.method} fails`)]);
        expect((error as Error).cause).toBeInstanceOf(Injected);
      }
      expect(outcomes!.every((outcome) => outcome === 'OKAY' || outcome instanceof SendError)).toBe(true);
    }
    for (const [when, count] of Object.entries(met)) expect([when, count]).not.toEqual([when, 0]);
  });
});
