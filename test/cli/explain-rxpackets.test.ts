import { describe, expect, test } from 'vitest';
import { rxPacketsWords } from '../../replay/modules/rxpackets/words.js';
import type { State, Value } from '../../tlc/index.js';
import { netfront } from '../fixtures/cli/netfront.js';
import { closing, never } from '../fixtures/cli/sentences.js';

const lines = (text: string): readonly string[] => text.split('\n');

describe('of packets that are received', () => {
  test('netfront explain rxp_1_5_0 shows the slots of the chain, and what the application is given', async () => {
    const { status, stdout } = await netfront(['explain', 'rxp_1_5_0']);
    expect(status).toBe(0);
    expect(stdout).toMatch(
      /^ +7 +back +BackSendPacket\(\[2 1\],2\) +page 0 := fragment 2 +\[rsp 0 1\|rsp 1 2\+\]$/m,
    );
    expect(stdout).toMatch(/^ +ring\[1\] := response id 1 status 2 /m);
    expect(stdout).toMatch(/^ +the chain has page 0; a fragment is due /m);
    expect(stdout).toContain('+ says that the packet goes on');
    expect(stdout).not.toMatch(/object Object|\bblock\b/);
    expect(lines(stdout).at(-1)).toBe(
      'Step 14: the backend sent a packet of 2 and 1 octets, and the application is given one of 1 and 1 octets.',
    );
  });

  test('netfront explain rxp_2_1_8 says whose page the front has taken', async () => {
    const { status, stdout } = await netfront(['explain', 'rxp_2_1_8']);
    expect(status).toBe(0);
    expect(stdout).toMatch(/BackSendPacket\(\[1 extra\],2\) .*\[extra\|rsp 2 1\+\]$/m);
    expect(stdout).toMatch(/^ +page 0 is used up by an extra/m);
    expect(lines(stdout).at(-1)).toBe(
      'Step 25: the backend was given page 1 in slot 0, and the front takes page 0 for answered there, which the backend still has.',
    );
  });
});

const map = (...pairs: readonly (readonly [Value, Value])[]): Value => ({ '#map': pairs });
const packet = (frags: readonly number[], ...extras: readonly string[]): Value => ({ frags, extras });
const noChain = {
  next: 'start',
  slots: 0,
  id: -1,
  more_data: false,
  pages: [],
  sizes: [],
  extras: [],
  dropped: false,
};
const octets = { kind: 'response', status: 1, extra_info: false, more_data: false };

/** A state of RxPackets at rest, with two free pages. */
const state = (changed: Record<string, Value> = {}): State => ({
  ...{ poster: 'idle', posting: -1, poller: 'polling', rsp_cons: 3, pool: [0, 1] },
  ...{ ring: map([0, { kind: 'empty' }], [1, { kind: 'empty' }]), contents: map([0, 0], [1, 0]) },
  ...{ inFlight: map([0, []], [1, []]), mapped: map([0, 0], [1, 0]), held: map([0, -1], [1, -1]) },
  ...{ posted: map([0, { id: -1, page: -1 }], [1, { id: -1, page: -1 }]), chain: noChain },
  done: { page: -1, says: { ...octets, status: -1 } },
  delivered: { sizes: [], got: [], extras: [], sent: packet([]) },
  ...{ sending: [], sent: [] },
  ...changed,
});

describe('the closing sentence of packets', () => {
  const delivered = (
    sizes: readonly number[],
    got: readonly number[],
    sent: Value,
    ...extras: readonly string[]
  ): Value => ({ sizes, got, extras, sent });

  test.each<[string, Record<string, Value>, string]>([
    [
      'PacketIntact',
      { delivered: delivered([1], [1], packet([2, 1])) },
      'the backend sent a packet of 2 and 1 octets, and the application is given one of 1 octet.',
    ],
    [
      'PacketIntact',
      { delivered: delivered([1], [1], packet([1], 'known')) },
      'the backend sent a packet of 1 octet, 1 extra, and the application is given one of 1 octet.',
    ],
    [
      'PacketIntact',
      { delivered: delivered([1], [1], packet([])) },
      'the application is given a packet of 1 octet, which the backend never sent.',
    ],
    [
      'PacketIntact',
      { delivered: delivered([2, 1], [2, 0], packet([2, 1])) },
      'the application is given a packet of 2 and 1 octets, and finds 2 and 0 octets in its pages.',
    ],
    [
      'BrokenNeverDelivered',
      { delivered: delivered([1], [1], packet([-1, 1])) },
      'the application is given 1 octet of a packet of ERROR and 1 octets, which is to be dropped whole.',
    ],
    [
      'SlotsBounded',
      { delivered: delivered([1], [1], packet([1]), 'known', 'known') },
      'the application is given a packet of 3 slots.',
    ],
    [
      'ChainOwnership',
      { chain: { ...noChain, pages: [1] } },
      'page 1 has 2 owners (the pool, the chain): two fragments will be written over each other.',
    ],
    ['ChainConservation', { pool: [1] }, 'page 0 belongs to nobody: the pool will never have it back.'],
    [
      'NoChainWhileMapped',
      { pool: [0], chain: { ...noChain, pages: [1] }, mapped: map([0, 0], [1, 1]) },
      'page 1 belongs to the chain, and the backend has it mapped: it can still write there.',
    ],
    ['NoChainWhileMapped', {}, 'property NoChainWhileMapped is violated in this state.'],
    ['ChainConservation', {}, 'property ChainConservation is violated in this state.'],
  ])('of %s', (property, changed, expected) => {
    const trace = [{ index: 9, action: 'RxDeliver', state: state(changed) }];
    expect(closing(rxPacketsWords, property, { trace, constants: {} })).toBe(`Step 9: ${expected}`);
  });

  test('of OnlyBrokenDropped names the packet that was there before', () => {
    const trace = [state({ sent: [packet([2, 1])] }), state()].map((each, i) => ({
      index: i + 8,
      action: 'RxReadRspProd',
      state: each,
    }));
    expect(closing(rxPacketsWords, 'OnlyBrokenDropped', { trace, constants: {} })).toBe(
      'Step 9: a packet of 2 and 1 octets is dropped, and nothing is wrong with it.',
    );
  });

  test('of PacketsComeThrough names what waits', () => {
    const waiting = state({
      sent: [packet([3, 2, 1])],
      chain: { ...noChain, next: 'octets', pages: [0, 1] },
    });
    expect(
      never(rxPacketsWords, 'PacketsComeThrough', {
        trace: [{ index: 1, action: null, state: waiting }],
        constants: {},
      }),
    ).toBe(
      'a packet of 3 and 2 and 1 octets is neither delivered nor dropped: pages 0 and 1 of it wait for the rest.',
    );
  });
});

describe('a slot of a packet', () => {
  test('says in the ring that more comes, and of what kind in the story', () => {
    const ring = map(
      [0, { kind: 'extra', type: 'unknown', more: true }],
      [1, { ...octets, id: 1, extra_info: true, more_data: true }],
    );
    expect(rxPacketsWords.slots(state({ ring }))).toBe('[extra+|rsp 1 1+]');
    expect(rxPacketsWords.changes(state(), state({ ring }))).toEqual([
      'ring[0] := unknown extra MORE',
      'ring[1] := response id 1 status 1 extra_info more_data',
    ]);
  });

  test('that is dropped says so once', () => {
    const dropped = { ...noChain, next: 'octets', slots: 1, dropped: true };
    expect(rxPacketsWords.changes(state(), state({ chain: dropped }))).toEqual(['the packet is dropped']);
    expect(
      rxPacketsWords.changes(state({ chain: dropped }), state({ chain: { ...dropped, slots: 2 } })),
    ).toEqual(['a fragment of the packet that is dropped is due']);
  });
});
