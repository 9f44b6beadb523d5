/**
 * Our frontend against the backend in C, and the frontend in C against our backend: both ends on one memory, one of them
 * over Xen's own headers.
 */
import { describe, expect, test } from 'vitest';
import { ordinaryMix, packetSource } from '../../bench/packet-mix.js';
import { exchangeWithBack, exchangeWithFront } from '../../bench/peer-exchange.js';
import { connect, Netback, type NetfrontOptions, SimulatedHost } from '../../impl/index.js';
import { NETTXF, slotOf, writeTxRequest } from '../../impl/netif.js';
import { Peer } from '../../peer/peer.js';
import { PeerBack, type PeerBackOptions } from '../../peer/peer-back.js';
import { PeerFront } from '../../peer/peer-front.js';
import { canCompile, compiledWith, wasm } from '../fixtures/peer.js';

/** So near to 2^32 that every test crosses it. */
const FIRST = 2 ** 32 - 100;

const frameOf = (n: number, octets: number): Uint8Array =>
  Uint8Array.from({ length: octets }, (_, i) => (n * 31 + i * 7 + (i >> 8)) & 0xff);

/** Our netfront, and the backend in C. */
const oursOnC = (options: NetfrontOptions = {}, back: PeerBackOptions = {}) => {
  const peer = new Peer(wasm);
  const host = new SimulatedHost(2048, peer.pages);
  const connected = connect(host, {
    tx: { first: FIRST, ...options.tx },
    rx: { first: FIRST, ...options.rx },
  });
  const { tx, rx } = connected;
  const netback = new PeerBack(peer, host.back, { tx: tx.shared, rx: rx.shared }, back);
  host.back.onEvent(() => netback.poll());
  return { ...connected, peer, host, netback };
};

/** The frontend in C, and our backend. */
const cOnOurs = (onFrame: (frame: Uint8Array) => void = () => {}) => {
  const peer = new Peer(wasm);
  const host = new SimulatedHost(2048, peer.pages);
  const received: Uint8Array[] = [];
  const front = new PeerFront(peer, host, {
    first: FIRST,
    onFrame: (octets) => received.push(octets.slice()),
  });
  const netback = new Netback(host.back, front.rings, { onFrame });
  host.back.onEvent(() => netback.poll());
  return { peer, host, front, netback, received };
};

/** As text: quick to compare. */
const textOf = (frames: readonly Uint8Array[]): readonly string[] =>
  frames.map((frame) => Buffer.from(frame).toString('latin1'));

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

describe('our netfront on the backend in C', () => {
  test('sends frames that arrive whole and in order, and has all buffers and grants back', async () => {
    const arrived: Uint8Array[] = [];
    const { netfront, host } = oursOnC({}, { onFrame: (octets) => arrived.push(octets.slice()) });
    const frames = Array.from({ length: 1000 }, (_, n) => frameOf(n, 14 + ((n * 37) % 2000)));
    const statuses = await Promise.all(frames.map((frame) => netfront.send(frame)));
    expect(new Set(statuses)).toEqual(new Set(['OKAY']));
    expect(textOf(arrived)).toEqual(textOf(frames));
    expect(await netfront.close()).toBe(0);
    expect(host.granted).toBe(0);
  });

  test('is not disturbed by answers out of order', async () => {
    const arrived: Uint8Array[] = [];
    const back: PeerBackOptions = { onFrame: (octets) => arrived.push(octets.slice()), disorder: 7 };
    const { netfront } = oursOnC({}, back);
    const settled: number[] = [];
    const frames = Array.from({ length: 1000 }, (_, n) => frameOf(n, 60));
    await Promise.all(
      frames.map(async (frame, n) => {
        expect(await netfront.send(frame)).toBe('OKAY');
        settled.push(n);
      }),
    );
    expect(textOf(arrived)).toEqual(textOf(frames));
    expect(settled).not.toEqual(settled.toSorted((a, b) => a - b));
    expect(settled.toSorted((a, b) => a - b)).toEqual([...frames.keys()]);
  });

  test('receives frames as they were written, wherever in a page', async () => {
    const { netfront, netback, host } = oursOnC();
    const received: Uint8Array[] = [];
    netfront.onReceive(({ octets }) => void received.push(octets));
    const frames = Array.from({ length: 1000 }, (_, n) => frameOf(n, 1 + ((n * 41) % 4000)));
    for (const [n, frame] of frames.entries()) netback.deliver(frame, {}, { offset: n % 96 });
    await turn();
    netback.poll();
    for (let i = 0; i < 100 && received.length < frames.length; i++) await turn();
    expect(textOf(received)).toEqual(textOf(frames));
    expect(await netfront.close()).toBe(0);
    expect(host.granted).toBe(0);
  });

  test('receives into pages of its own memory where they are not copied', async () => {
    const { netfront, netback, peer } = oursOnC({ rx: { copyOut: false } });
    netback.deliver(frameOf(1, 100));
    netback.poll();
    for await (const frame of netfront) {
      expect(frame.octets.buffer).toBe(peer.pages.buffer);
      expect(Buffer.compare(frame.octets, frameOf(1, 100))).toBe(0);
      frame.release();
      break;
    }
  });
});

describe('the backend in C', () => {
  /** What a frontend that writes to the ring itself gets for its requests: the statuses, and why the backend gave up. */
  const answersTo = (
    requests: readonly { gref?: number; offset?: number; flags?: number; id?: number; size: number }[],
  ) => {
    const { tx, netback, host } = oursOnC();
    const { shared } = tx;
    // The first page of the pool is granted for life.
    const gref = 0;
    for (const [i, { id = i, offset = 0, flags = 0, ...rest }] of requests.entries())
      writeTxRequest(slotOf(shared, FIRST + i), { gref, id, offset, flags, ...rest });
    shared.req_prod = FIRST + requests.length;
    netback.poll();
    const { view } = shared;
    const answers = Array.from({ length: (shared.rsp_prod - FIRST) >>> 0 }, (_, i) => {
      const at = shared.offsetOf(FIRST + i);
      return [view.getUint16(at, true), view.getInt16(at + 2, true)];
    });
    return { answers, reason: netback.fatalReason, host };
  };

  test.each([
    ['takes any id', [{ id: 0xbeef, size: 60 }], [[0xbeef, 0]]],
    [
      'answers a page that is not granted with ERROR, and goes on',
      [{ gref: 999, size: 60 }, { size: 60 }],
      [
        [0, -1],
        [1, 0],
      ],
    ],
    [
      'answers a frame shorter than the header of Ethernet with ERROR',
      [{ size: 10 }, { size: 60 }],
      [
        [0, -1],
        [1, 0],
      ],
    ],
  ] as const)('%s', (_, requests, answers) => {
    expect(answersTo(requests)).toMatchObject({ answers, reason: undefined });
  });

  test.each([
    [
      'a chain without an end',
      [{ flags: NETTXF.more_data, size: 100 }],
      'a chain ends before its last request',
    ],
    ['a request that reaches past its page', [{ offset: 4000, size: 97 }], 'a request reaches past its page'],
    ['an extra that is missing', [{ flags: NETTXF.extra_info, size: 100 }], 'an extra is missing'],
    [
      'an extra of unknown type',
      // A request read as an extra: its first octet is the type.
      [
        { flags: NETTXF.extra_info, size: 100 },
        { gref: 5, size: 0 },
      ],
      'an extra of unknown type',
    ],
    [
      'more requests than the ring has slots',
      Array.from({ length: 257 }, () => ({ size: 60 })),
      'more requests than the ring has slots',
    ],
  ])('gives up on %s, and answers nothing', (_, requests, reason) => {
    expect(answersTo(requests)).toMatchObject({ answers: [], reason });
  });
});

describe('the frontend in C on our backend', () => {
  test('sends frames that arrive whole and in order, and has all grants back', async () => {
    const arrived: Uint8Array[] = [];
    const { front, host } = cOnOurs((frame) => arrived.push(frame));
    const frames = Array.from({ length: 1000 }, (_, n) => frameOf(n, 14 + ((n * 37) % 4000)));
    const statuses = await Promise.all(frames.map((frame) => front.send(frame)));
    expect(new Set(statuses)).toEqual(new Set(['OKAY']));
    expect(textOf(arrived)).toEqual(textOf(frames));
    expect(front.brokenReason).toBeUndefined();
    expect(front.unanswered).toBe(0);
    expect(front.close()).toBe(true);
    expect(host.granted).toBe(0);
  });

  test('receives frames as they were written', async () => {
    const { front, netback, received } = cOnOurs();
    const frames = Array.from({ length: 1000 }, (_, n) => frameOf(n, 1 + ((n * 41) % 4095)));
    for (const frame of frames) netback.deliver(frame);
    netback.poll();
    for (let i = 0; i < 100 && received.length < frames.length; i++) await turn();
    expect(textOf(received)).toEqual(textOf(frames));
    expect(front.brokenReason).toBeUndefined();
    expect(front.pages).toEqual({ posted: 256, free: 0 });
  });
});

describe('mixed packets, of 1 slot to 18 and with what is said of them', () => {
  const options = { wasm, packets: 2000, first: 2 ** 32 - 2000 };

  test.each([
    ['our netfront on the backend in C', exchangeWithBack],
    ['the frontend in C on our backend', exchangeWithFront],
  ])('%s: all arrive whole and in order, across 2^32, and everything is back', async (_, exchange) => {
    expect(await exchange({ ...options, seed: 5 })).toMatchObject({ packets: 2000, hasWrapped: true });
  });

  test.each([
    ['a page granted for each request', { tx: { grantPerRequest: true } }],
    ['pages handed to the application', { rx: { copyOut: false } }],
  ])('our netfront with %s', async (_, netfront) => {
    expect(await exchangeWithBack({ ...options, netfront, seed: 6 })).toMatchObject({ hasWrapped: true });
  });

  test('are of all lengths and all kinds', () => {
    const all = Array.from({ length: 20_000 }, packetSource(1, ordinaryMix));
    const slots = Array.from({ length: 18 }, (_, i) => i + 1);
    expect(new Set(all.map((packet) => packet.slots))).toEqual(new Set(slots));
    const types = all.map(({ offload: { gso } }) => gso?.type);
    expect(new Set(types)).toEqual(new Set([undefined, 'TCPV4', 'TCPV6']));
    const lengths = all.map(({ octets }) => octets.length);
    expect(Math.max(...lengths)).toBeGreaterThan(60_000);
    expect(Math.min(...lengths)).toBe(14);
    const kinds = all.map(({ offload }) => `${offload.csum_blank} ${offload.data_validated}`);
    expect(new Set(kinds)).toEqual(new Set(['true true', 'undefined true', 'undefined undefined']));
  });

  // The judge itself.
  test.skipIf(!canCompile).each([
    ['FAULT_ALTERS', 'packet 0 that was sent is not the one that was due'],
    ['FAULT_FLAGS_OF_TX', 'that was received is not what was said of it'],
  ])('are told from others where the backend in C has the fault %s', async (fault, words) => {
    await expect(exchangeWithBack({ ...options, wasm: await compiledWith(fault) })).rejects.toThrow(words);
  });
});
