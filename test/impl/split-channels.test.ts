/** A netfront with an event channel for each ring, as with feature-split-event-channels. */
import { describe, expect, test } from 'vitest';
import {
  connect,
  type EventChannel,
  type Frame,
  Netback,
  type NetbackOptions,
  type NetfrontOptions,
  SimulatedChannel,
  SimulatedHost,
} from '../../impl/index.js';
import { shortest } from '../fixtures/shortest.js';

const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

/** A host or a channel, and how many events were sent on it. */
const counted = <Channel extends EventChannel>(channel: Channel) => {
  const counter = {
    count: 0,
    channel: new Proxy(channel, {
      get: (target, name) => {
        const value: unknown = Reflect.get(target, name, target);
        if (typeof value !== 'function') return value;
        return (...args: unknown[]): unknown => {
          if (name === 'notify') counter.count++;
          return Reflect.apply(value, target, args);
        };
      },
    }),
  };
  return counter;
};

/** Both ends. The backend looks at a ring when an event comes on that ring's channel, and only then. */
const pair = (options: NetfrontOptions = {}, back: NetbackOptions = {}) => {
  const host = new SimulatedHost();
  const rxChannel = new SimulatedChannel();
  const front = { tx: counted(host), rx: counted(rxChannel.front) };
  const { netfront, tx, rx } = connect(front.tx.channel, options, front.rx.channel);
  const got: Uint8Array[] = [];
  const sent = { tx: counted(host.back), rx: counted(rxChannel.back) };
  const rings = { tx: tx.shared, rx: rx.shared };
  const netback = new Netback(
    sent.tx.channel,
    rings,
    { onFrame: (frame) => got.push(frame), ...back },
    sent.rx.channel,
  );
  host.back.onEvent(() => netback.pollAt('tx'));
  rxChannel.back.onEvent(() => netback.pollAt('rx'));
  return { host, rxChannel, netfront, tx, netback, got, front, sent };
};

const SMALL: NetfrontOptions = { tx: { nr_ents: 4 }, rx: { nr_ents: 4 } };

describe('an event channel for each ring', () => {
  test('frames go both ways, and all grants are given back', async () => {
    const { host, netfront, netback, got } = pair(SMALL);
    const frames: Frame[] = [];
    netfront.onReceive((frame) => void frames.push(frame));
    for (let n = 0; n < 20; n++) {
      netback.deliver(shortest(n));
      netback.pollAt('rx');
      expect(await netfront.send(shortest(n))).toBe('OKAY');
      await settled();
    }
    expect(got.map(([octet]) => octet)).toEqual(frames.map(({ octets }) => octets[0]));
    expect(got).toHaveLength(20);
    expect([await netfront.close(), host.granted]).toEqual([0, 0]);
  });

  test('what is sent is told of on the channel of the transmit ring alone, and is answered there', async () => {
    const { netfront, front, sent } = pair(SMALL);
    await settled();
    const before = [front.rx.count, sent.rx.count];
    expect(await Promise.all([1, 2, 3].map((n) => netfront.send(shortest(n))))).toEqual(
      Array(3).fill('OKAY'),
    );
    expect([front.tx.count > 0, sent.tx.count > 0]).toEqual([true, true]);
    expect([front.rx.count, sent.rx.count]).toEqual(before);
  });

  test('what is received comes on the channel of the receive ring alone', async () => {
    const { netfront, netback, front, sent } = pair(SMALL);
    const got: number[] = [];
    netfront.onReceive(({ octets }) => void got.push(octets[0]!));
    // More than there are slots: the backend has to be told of pages that are posted again.
    for (let n = 1; n <= 12; n++) netback.deliver(shortest(n));
    netback.pollAt('rx');
    await settled();
    expect(got).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12]);
    expect([front.tx.count, sent.tx.count]).toEqual([0, 0]);
    expect([front.rx.count > 0, sent.rx.count > 0]).toEqual([true, true]);
  });

  test('an event wakes the poller of its own ring, and not that of the other', async () => {
    const { host, rxChannel, netfront, tx, netback } = pair(SMALL, { room: () => 0 });
    let told = 'nothing';
    void netfront.send(shortest(1)).then((status) => (told = status));
    await settled();
    Object.assign(netback.options, { room: () => 1 });
    // It answers, and its event is lost.
    netback.poll();
    host.clearPending();
    await settled();
    expect([told, tx.isPolling]).toEqual(['nothing', false]);
    rxChannel.back.notify();
    await settled();
    expect(told).toBe('nothing');
    host.back.notify();
    await settled();
    expect(told).toBe('OKAY');
  });

  test('an application that was slow gets what comes after it has caught up', async () => {
    const { rxChannel, netfront, netback } = pair({ ...SMALL, rx: { nr_ents: 4, queue: 1 } });
    const got: number[] = [];
    let open = (): void => {};
    const gate = new Promise<void>((resolve) => (open = resolve));
    netfront.onReceive(({ octets }) => (got.push(octets[0]!), gate));
    const deliver = async (octet: number): Promise<void> => {
      netback.deliver(shortest(octet));
      netback.pollAt('rx');
      await settled();
    };
    for (let n = 1; n <= 5; n++) await deliver(n);
    expect(got).toEqual([1]);
    // The poller is awake, and waits for room: this event is nothing new to it.
    rxChannel.back.notify();
    await settled();
    expect(rxChannel.front.pending).toBe(false);
    open();
    await settled();
    await deliver(6);
    expect(got).toEqual([1, 2, 3, 4, 5, 6]);
  });

  test('a backend that sends every frame back needs no event of the receive ring for that', async () => {
    const all = pair(SMALL, { onFrame: (frame) => all.netback.deliver(frame) });
    const got: number[] = [];
    all.netfront.onReceive(({ octets }) => void got.push(octets[0]!));
    await Promise.all([7, 8, 9].map((n) => all.netfront.send(shortest(n))));
    await settled();
    expect(got).toEqual([7, 8, 9]);
  });
});
