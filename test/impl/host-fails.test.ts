import { describe, expect, test } from 'vitest';
import {
  connect,
  type Connected,
  Netback,
  type NetfrontOptions,
  ReceiveError,
  SendError,
  SimulatedChannel,
  SimulatedHost,
} from '../../impl/index.js';
import type { EventChannel, Host, Page } from '../../impl/host.js';
import { shortest } from '../fixtures/shortest.js';

const CHANNEL = ['notify', 'pending', 'clearPending', 'onEvent'] as const satisfies (keyof EventChannel)[];
type Method = keyof Host | `rx ${keyof EventChannel}`;
const METHODS: readonly Method[] = [
  ...(['allocatePage', 'claimGref', 'grantAccess', 'endAccess'] as const),
  ...CHANNEL,
  ...CHANNEL.map((method) => `rx ${method}` as const),
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
  hasFailed = false;
  readonly front: Host;
  /** The receive ring's own channel, which fails as the host does. */
  readonly rx = new SimulatedChannel();
  readonly rxFront: EventChannel;

  constructor(failing?: Failing) {
    const host = this.simulated;
    const called = (method: Method): void => {
      const call = ++this.calls[method];
      if (failing?.method !== method) return;
      if (failing.always ? call < failing.call : call !== failing.call) return;
      this.hasFailed = true;
      throw new Injected(`${method} fails`);
    };
    const failingChannel = (channel: EventChannel, prefix: '' | 'rx '): EventChannel => ({
      notify: () => (called(`${prefix}notify`), channel.notify()),
      get pending() {
        called(`${prefix}pending`);
        return channel.pending;
      },
      clearPending: () => (called(`${prefix}clearPending`), channel.clearPending()),
      onEvent: (listener) => {
        called(`${prefix}onEvent`);
        channel.onEvent(listener);
      },
    });
    this.rxFront = failingChannel(this.rx.front, 'rx ');
    this.front = Object.assign(failingChannel(host, ''), {
      allocatePage: () => (called('allocatePage'), host.allocatePage()),
      claimGref: () => (called('claimGref'), host.claimGref()),
      grantAccess: (gref: number, page: Page) => (called('grantAccess'), host.grantAccess(gref, page)),
      endAccess: (gref: number) => (called('endAccess'), host.endAccess(gref)),
    });
  }
}

const settled = async (): Promise<void> => {
  for (let n = 0; n < 4; n++) await new Promise((resolve) => setImmediate(resolve));
};

const FOR_LIFE: NetfrontOptions = { tx: { nr_ents: 4 }, rx: { nr_ents: 4 } };
const LENT: NetfrontOptions = { tx: { nr_ents: 4 }, rx: { nr_ents: 4, copyOut: false } };
const OPTIONS: readonly (readonly [name: string, options: NetfrontOptions, isSplit: boolean])[] = [
  ['pages granted for life', FOR_LIFE, false],
  [
    'a page granted for each request',
    { tx: { nr_ents: 4, grantPerRequest: true }, rx: { nr_ents: 4 } },
    false,
  ],
  ['pages lent', LENT, false],
  ['an event channel for each ring', FOR_LIFE, true],
  ['pages lent, and an event channel for each ring', LENT, true],
];

/** What came of an interface on which frames go both ways, and which is closed in the end. */
const lifeOf = async (host: FailingHost, options: NetfrontOptions, isSplit: boolean) => {
  const { simulated, rx: rxChannel } = host;
  let connected: Connected;
  try {
    connected = connect(host.front, options, isSplit ? host.rxFront : undefined);
  } catch (error) {
    // An event that comes now does nothing.
    const calls = JSON.stringify(host.calls);
    for (const { back } of [simulated, rxChannel]) back.notify();
    await settled();
    expect(JSON.stringify(host.calls)).toBe(calls);
    return { thrown: error, granted: simulated.granted };
  }
  const { netfront, tx, rx } = connected;
  const rings = { tx: tx.shared, rx: rx.shared };
  const netback = new Netback(simulated.back, rings, {}, isSplit ? rxChannel.back : undefined);
  simulated.back.onEvent(() => (isSplit ? netback.pollAt('tx') : netback.poll()));
  rxChannel.back.onEvent(() => netback.pollAt('rx'));
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
  for (const { back } of [simulated, rxChannel]) back.notify();
  await settled();
  const wasBroken = netfront.isBroken;
  const mapped = await Promise.race([netfront.close(), settled().then(() => 'never')]);
  return { outcomes, errors, wasBroken, mapped, granted: simulated.granted, unsettled: netfront.unsettled };
};

describe.each(OPTIONS)('a host that fails, with %s', (_, options, isSplit) => {
  const cases = async (): Promise<readonly Failing[]> => {
    const host = new FailingHost();
    const { outcomes, errors, mapped } = await lifeOf(host, options, isSplit);
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
      const life = await lifeOf(host, options, isSplit);
      const where = JSON.stringify(failing);
      expect([where, host.hasFailed]).toEqual([where, true]);
      if ('thrown' in life) {
        met.connect++;
        expect([where, life.thrown, life.granted]).toEqual([where, expect.any(Injected), 0]);
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
