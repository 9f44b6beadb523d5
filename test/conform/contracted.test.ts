import { describe, expect, test } from 'vitest';
import { coverCases } from '../../conform/cover-cases.js';
import type { MacroGraph } from '../../conform/contracted.js';
import type { State } from '../../tlc/index.js';
import { contracted, type Edge, emptyRing } from '../fixtures/macro-graph.js';

/** `number` is nothing that can be seen. */
const rest: State = {
  ...emptyRing,
  ...{ number: 0, taken: [], pool: [0, 1], done: { block: -1, status: 'OKAY' } },
};

/** Each state is told by what is not as in `rest`. */
const contractedFrom = (states: readonly State[], edges: readonly Edge[]) =>
  contracted(
    'NetfrontTx',
    states.map((state) => ({ ...rest, ...state })),
    edges,
  );

const published = { req_prod: 0, backPending: true };

describe('a contracted graph', () => {
  test('has one step where the frontend’s own steps come to the same rest in every order', () => {
    const states: State[] = [{}, { number: 1 }, { number: 2 }, { number: 3 }, { ...published, number: 4 }];
    const { steps } = contractedFrom(states, [
      [0, 'TxFill', 1],
      [1, 'TxEnqueue', 2],
      [1, 'TxArm', 3],
      [2, 'TxPushRequests', 4],
      [3, 'TxPushRequests', 4],
      [4, 'BackTakeRequest', 0],
    ]);
    expect(steps.find(({ word, from }) => word === 'send' && from === 0)?.observed).toEqual({ requests: 1 });
    expect(steps.some(({ word }) => word === 'take')).toBe(true);
  });

  test('cannot be made where they come to rest in two ways', () => {
    const make = () =>
      contractedFrom(
        [{}, { number: 1 }, published, { rsp_event: 1, number: 3 }],
        [
          [0, 'TxFill', 1],
          [1, 'TxPushRequests', 2],
          [1, 'TxArm', 3],
        ],
      );
    expect(make).toThrow(/comes to rest in two ways/);
  });

  test('cannot be made where states that look alike go on differently', () => {
    const make = () =>
      contractedFrom(
        [
          {},
          { ...published, number: 1 },
          { ...published, number: 2 },
          { req_cons: 0, ...published },
          published,
        ],
        [
          [0, 'TxFill', 1],
          [1, 'BackReadBlock', 2],
          [1, 'BackTakeRequest', 3],
          [2, 'BackTakeRequest', 4],
        ],
      );
    expect(make).toThrow(/look alike/);
  });
});

describe('the cases of a cover', () => {
  const line = (word: string): MacroGraph => ({
    states: 1,
    start: {},
    keys: ['{"waiting":[],"free":1}'],
    steps: [{ from: 0, to: 0, word, observed: {} }],
  });

  test('cannot be made where one scheme can be told from another', () => {
    const names = [
      'tx_1_4_2',
      'tx_freelist',
      'tx_counter_skip',
      'rx_1_6_1',
      'rx_slot',
      'rx_1_4_2',
      'txp',
      'rxp_parts',
    ];
    const graphs = new Map(names.map((name) => [name, line('event')]));
    expect(coverCases(graphs).length).toBeGreaterThan(0);
    expect(() => coverCases(new Map([...graphs, ['tx_freelist', line('take')]]))).toThrow(
      /tx_1_4_2 and tx_freelist differ/,
    );
  });
});
