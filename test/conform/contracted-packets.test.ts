import { describe, expect, test } from 'vitest';
import type { State } from '../../tlc/index.js';
import { contracted, type Edge, emptyRing, slots } from '../fixtures/macro-graph.js';

describe('the contracted graph of TxPackets', () => {
  const noChain = { packet: { frags: 0, extras: 0 }, blocks: [], extras: 0 };
  const rest: State = {
    ...emptyRing,
    ...{ chain: noChain, taken: [], takenExtras: 0, sent: [], pool: [0, 1], told: '-', number: 0 },
    inFlight: {
      '#map': [
        [0, []],
        [1, []],
      ],
    },
  };
  /** Each state is told by what is not as in `rest`; `number` is nothing that can be seen. */
  const contractedFrom = (states: readonly State[], edges: readonly Edge[], MaxExtras = 0) =>
    contracted(
      'TxPackets',
      states.map((state) => ({ ...rest, ...state })),
      edges,
      { MaxFrags: 2, MaxExtras, MaxSlots: 1 + Math.max(1, MaxExtras) },
    );

  const opened = { chain: { ...noChain, packet: { frags: 2, extras: 0 } } };
  const packet = (frags: number, extras = 0) => ({ frags, extras });
  const sent = (status: string, ...blocks: number[]) => ({ blocks: { '#set': blocks }, status });
  const request = (gref: number) => ({ kind: 'request', gref });

  test('has a packet wait until there is a block for each fragment, and those behind it', () => {
    const one = {
      ...{ req_prod: 0, sent: [sent('OKAY', 0)], pool: [] },
      ring: slots({ kind: '' }, request(0)),
    };
    const { steps, keys } = contractedFrom(
      [{ pool: [0] }, opened, one],
      [
        [0, 'TxFill', 1, packet(2)],
        [0, 'TxFill', 2, packet(1)],
        [1, 'TxEnqueue', 2],
      ],
    );
    const after = (from: number, word: string) =>
      steps.find((step) => step.from === from && step.word === word);
    const waiting = (state: number | undefined) =>
      (JSON.parse(keys[state!]!) as { waiting: unknown }).waiting;
    expect(waiting(after(0, 'send')!.to)).toEqual([]);
    const long = after(0, 'send:2')!;
    expect(long.observed).toEqual({});
    expect(waiting(long.to)).toEqual(['send:2']);
    expect(waiting(after(long.to, 'send')!.to)).toEqual(['send:2', 'send']);
  });

  test('has what waits go by itself, the first one first, when there is room', () => {
    const whole = {
      ...{ req_prod: 1, sent: [sent('OKAY', 0, 1)], pool: [] },
      ring: slots(request(1), request(0)),
    };
    const one = { req_prod: 0, sent: [sent('OKAY', 0)], ring: slots({ kind: '' }, request(0)), pool: [1] };
    const { steps, keys } = contractedFrom(
      [
        { pool: [], frontPending: true },
        { pool: [] },
        { pool: [0] },
        {},
        opened,
        whole,
        { ...one, pool: [] },
        one,
      ],
      [
        [0, 'TxTakeEvent', 1],
        [1, 'TxRelease', 2],
        [2, 'TxRelease', 3],
        [2, 'TxFill', 6, packet(1)],
        [6, 'TxRelease', 7],
        [3, 'TxFill', 7, packet(1)],
        [3, 'TxFill', 4, packet(2)],
        [4, 'TxPushRequests', 5],
      ],
    );
    const waits = keys.findIndex((key) => /"frontPending":true.*"waiting":\["send:2"\]/.test(key));
    const event = steps.find(({ from, word }) => from === waits && word === 'event');
    expect(event?.observed).toEqual({ requests: 2 });
  });

  test('does not ask for what the frontend need not do: take back a chain that it began', () => {
    const whole = { req_prod: 0, sent: [sent('OKAY', 0)], ring: slots({ kind: '' }, request(0)) };
    const { steps } = contractedFrom(
      [{}, opened, whole],
      [
        [0, 'TxFill', 1, packet(1)],
        [1, 'TxAbandon', 0],
        [1, 'TxPushRequests', 2],
      ],
    );
    expect(steps.find(({ from, word }) => from === 0 && word === 'send')?.observed).toEqual({ requests: 1 });
  });

  test('cannot be made where it depends on the order of the frontend’s steps how much is published', () => {
    const make = () =>
      contractedFrom(
        [{}, opened, { req_prod: 0 }, { req_prod: 1 }],
        [
          [0, 'TxFill', 1, packet(2)],
          [1, 'TxPushRequests', 2],
          [1, 'TxEnqueueExtra', 3],
        ],
      );
    expect(make).toThrow(/comes to rest in two ways/);
  });

  test('says of a packet what the application is told of it, once', () => {
    const { steps } = contractedFrom(
      [{ frontPending: true }, { number: 1 }, { number: 2 }, { told: 'ERROR' }],
      [
        [0, 'TxTakeEvent', 1],
        [1, 'TxRelease', 2],
        [2, 'TxRelease', 3],
      ],
    );
    expect(steps.find(({ word }) => word === 'event')?.observed).toEqual({ sent: [-1] });
    expect(steps.find(({ word }) => word === 'resume')?.observed).toEqual({ sent: [-1] });
  });

  const takenFirst = (block: number): State => ({
    ...{ req_prod: 0, req_cons: 0, taken: [{ gref: block }], sent: [sent('OKAY', block)] },
  });

  test('knows a request by its packet, and not by its block', () => {
    const states = [{}, { ...takenFirst(0), number: 1 }, { ...takenFirst(1), number: 2 }];
    const { states: count } = contractedFrom(states, [
      [0, 'BackTakeRequest', 1],
      [1, 'BackRespondNull', 2],
      [2, 'BackRespondNull', 1],
    ]);
    // Two sends of each kind may wait: 1 + 2 + 4, of the state at the beginning and of that with a request.
    expect(count).toBe(2 * 7);
  });

  test('tells requests of two packets apart', () => {
    const two = { req_prod: 1, req_cons: 1, sent: [sent('OKAY', 0), sent('OKAY', 1)] };
    const states = [{}, { ...two, taken: [{ gref: 0 }] }, { ...two, taken: [{ gref: 1 }] }];
    const { states: count } = contractedFrom(states, [
      [0, 'BackTakeRequest', 1],
      [1, 'BackRespondNull', 2],
    ]);
    expect(count).toBe(3 * 7);
  });

  test('cannot be made where packets that look alike fare differently', () => {
    const states = [
      { number: 1 },
      takenFirst(0),
      takenFirst(1),
      { number: 2, req_event: 1, told: 'OKAY' },
      { number: 3, req_event: 2, told: 'ERROR' },
    ];
    const make = () =>
      contractedFrom(states, [
        [0, 'BackTakeRequest', 1],
        [1, 'BackRespondNull', 2],
        [1, 'BackRespond', 3, { k: 1, status: 'OKAY' }],
        [2, 'BackRespond', 4, { k: 1, status: 'OKAY' }],
      ]);
    expect(make).toThrow(/look alike go on differently.*answer:1/);
  });

  test('cannot be made where an action has no word', () => {
    expect(() => contractedFrom([{}, {}], [[0, 'BackDoesSomething', 1]])).toThrow(
      /no word for BackDoesSomething/,
    );
    expect(() => contractedFrom([{}], [], 2)).toThrow(/no word for a packet with 2 extras/);
  });
});

describe('the contracted graph of RxPackets', () => {
  const rest: State = {
    ...emptyRing,
    ...{ chain: { next: 'start', slots: 0, pages: [], dropped: false }, poster: 'idle' },
    ...{ sending: [], sent: [], held: [-1, -1], pool: [0, 1] },
  };
  const contractedFrom = (states: readonly State[], edges: readonly Edge[]) =>
    contracted(
      'RxPackets',
      states.map((state) => ({ ...rest, ...state })),
      edges,
    );
  const octets = (status: number) => ({ kind: 'response', status });
  const extra = (type: string) => ({ kind: 'extra', type });

  test('has a letter for each slot of a packet, and says how many come now', () => {
    const packet = { frags: [2, -1], extras: ['known'] };
    const { steps } = contractedFrom(
      [
        {},
        { sent: [packet], sending: [extra('known'), octets(-1)] },
        { sent: [packet], sending: [octets(-1)] },
        { sent: [packet, { frags: [1], extras: ['unknown'] }], req_cons: 0 },
      ],
      [
        [0, 'BackSendPacket', 1, { count: 1 }],
        [1, 'BackSendRest', 2, { count: 1 }],
        [2, 'BackSendRest', 0, { count: 1 }],
        [0, 'BackSendPacket', 3, { count: 2 }],
      ],
    );
    expect(steps.map(({ word }) => word)).toEqual(['packet:dxe:1', 'packet:du', 'rest:1', 'rest']);
  });

  test('counts packets, and not their slots, as frames that are delivered', () => {
    const { steps } = contractedFrom(
      [{ frontPending: true }, { pool: [] }, { pool: [1] }, {}],
      [
        [0, 'RxTakeEvent', 1],
        [1, 'RxRelease', 2],
        [2, 'RxDeliver', 3],
      ],
    );
    expect(steps.find(({ word }) => word === 'event')?.observed).toEqual({ received: 1 });
  });

  test('tells a packet that is dropped from one that is put together', () => {
    const dropped = { chain: { next: 'octets', slots: 1, pages: [], dropped: true } };
    const kept = { chain: { next: 'octets', slots: 1, pages: [], dropped: false } };
    const make = (second: State) =>
      contractedFrom(
        [{ frontPending: true }, { pool: [] }, dropped, second],
        [
          [0, 'RxTakeEvent', 1],
          [1, 'RxRelease', 2],
          [1, 'RxArm', 3],
        ],
      );
    expect(() => make(kept)).toThrow(/comes to rest in two ways/);
    expect(make({ ...dropped, held: [-1, -1] }).states).toBe(2);
  });
});
