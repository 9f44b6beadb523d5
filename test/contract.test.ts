import { describe, expect, test } from 'vitest';
import { coverCases } from '../traces/conform/cover-cases.js';
import { contract, type MacroGraph } from '../traces/conform/macro.js';
import type { Graph } from '../traces/graph.js';
import { rowsOf } from '../traces/rows.js';
import type { State } from '../tlc/index.js';

const rest: State = {
  ...{ req_prod: 3, req_cons: 3, rsp_prod: 3, rsp_cons: 3, req_event: 0, rsp_event: 0 },
  ...{ frontPending: false, backPending: false, poller: 'asleep', broken: false, number: 0 },
  ring: {
    '#map': [
      [0, { kind: 'empty' }],
      [1, { kind: 'empty' }],
    ],
  },
  ...{ taken: [], pool: [0, 1], done: { block: -1, status: 'OKAY' } },
};

/** A graph of a few states, each told by what is not as in `rest`; `number` is nothing that can be seen. */
function graphOf(states: readonly State[], edges: readonly (readonly [number, string, number])[]): Graph {
  const sorted = edges.toSorted(([a], [b]) => a - b);
  const actions = [...new Set(edges.map(([, action]) => action))].toSorted();
  const offsets = Int32Array.from(
    { length: states.length + 1 },
    (_, s) => sorted.filter(([from]) => from < s).length,
  );
  return {
    ...rowsOf(states.map((state) => ({ ...rest, ...state }))),
    ...{ stateCount: states.length, initial: [0], actions, offsets },
    targets: Int32Array.from(sorted.map(([, , to]) => to)),
    labels: Int32Array.from(sorted.map(([, action]) => actions.indexOf(action))),
    transitionCount: edges.length,
  };
}

const contracted = (graph: Graph) =>
  contract(graph, { ofTransition: new Int32Array(graph.transitionCount), values: [{ k: 1 }] }, { M: 4 });

const published = { req_prod: 0, backPending: true };

describe('a contracted graph', () => {
  test('has one step where the frontend’s own steps come to the same rest in every order', () => {
    const states: State[] = [{}, { number: 1 }, { number: 2 }, { number: 3 }, { ...published, number: 4 }];
    const graph = graphOf(states, [
      [0, 'TxFill', 1],
      [1, 'TxEnqueue', 2],
      [1, 'TxArm', 3],
      [2, 'TxPushRequests', 4],
      [3, 'TxPushRequests', 4],
      [4, 'BackTakeRequest', 0],
    ]);
    const { steps } = contracted(graph);
    expect(steps.find(({ word, from }) => word === 'send' && from === 0)?.see).toEqual({ requests: 1 });
    expect(steps.some(({ word }) => word === 'take')).toBe(true);
  });

  test('cannot be made where they come to rest in two ways', () => {
    const graph = graphOf(
      [{}, { number: 1 }, published, { rsp_event: 1, number: 3 }],
      [
        [0, 'TxFill', 1],
        [1, 'TxPushRequests', 2],
        [1, 'TxArm', 3],
      ],
    );
    expect(() => contracted(graph)).toThrow(/comes to rest in two ways/);
  });

  test('cannot be made where states that look alike go on differently', () => {
    const graph = graphOf(
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
    expect(() => contracted(graph)).toThrow(/look alike/);
  });
});

describe('the cases of a cover', () => {
  const line = (word: string): MacroGraph => ({
    states: 1,
    start: {},
    keys: ['{"waiting":[],"free":1}'],
    steps: [{ from: 0, to: 0, word, see: {} }],
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
