/** The parts of the page that need no browser: where one stands, and what there is to draw of a state. */
import { describe, expect, test } from 'vitest';
import { advisoryIn } from '../../cli/page/advisory.js';
import {
  type Args,
  type Model,
  readTraces,
  stateAt,
  statesOf,
  successors,
  tracedModule,
  wayText,
} from '../../corpus/index.js';
import type { ModelEntry } from '../../page/data.js';
import { filtered } from '../../page/filter.js';
import { enabledIn, packed, stateIn, statesAlong, unpacked } from '../../page/graph-pack.js';
import { type Filter, fragmentOf, NO_FILTER, placeOf } from '../../page/place.js';
import { type RingScene, sceneOf } from '../../page/scene.js';
import { stepText } from '../../replay/scenario.js';
import type { State } from '../../tlc/index.js';
import { smallGraph } from '../fixtures/small-graphs/graphs.js';

describe('a place', () => {
  const filter: Filter = { ...NO_FILTER, words: 'a & b #1', fault: 'no front_push_wmb' };
  test.each([
    { view: 'models', filter: NO_FILTER },
    { view: 'models', filter },
    { view: 'run', model: 'tx_1_4_1', step: 16 },
    { view: 'properties' },
    { view: 'graphs' },
    { view: 'coverage', module: '', line: 0 },
    { view: 'coverage', module: 'NetfrontTx', line: 0 },
    { view: 'coverage', module: 'NetfrontTx', line: 224 },
    { view: 'graph', model: 'ring_1_trace', way: [] },
    { view: 'graph', model: 'ring_1_trace', way: [0, 12, 3] },
    { view: 'backend', front: 'reference', ring: 'tx', way: [] },
    { view: 'backend', front: 'msa00', ring: 'rx', way: ['packet:dd:1', 'event'] },
    { view: 'unknown', fragment: 'run/tx_1_4_1/0' },
  ] as const)('is what its fragment says: %o', (place) => {
    expect(placeOf(fragmentOf(place))).toEqual(place);
  });

  test.each([
    'run/',
    'run/a b/1',
    'run/tx/1/2',
    'run/tx/-1',
    'run/tx/1e9',
    'graph/tx/1..2',
    'coverage/a b',
    'coverage/Ring/0',
    'Models',
  ])('is not %s', (fragment) => {
    expect(placeOf(`#${fragment}`).view).toBe('unknown');
  });
});

describe('a search', () => {
  const model: ModelEntry = {
    ...{ name: 'ring_reach', module: 'Ring', about: 'It does harm (1.4.1).', expected: 'NeverFinalCheck' },
    ...{ found: 'NeverFinalCheck', ok: true, states: 1, depth: 1, seconds: 1 },
    ...{ properties: [], faults: [], release: '' },
  };

  test.each([
    ['harm', true],
    ['arm', false],
    ['ring_reach', true],
    ['reach', true],
    ['final CHECK', true],
    ['neverfinalcheck', true],
    ['1.4.1', true],
    ['(1.4', true],
    ['', true],
    ['final stop', false],
  ])('for %o', (words, finds) => {
    expect(filtered([model], { ...NO_FILTER, words }).length).toBe(finds ? 1 : 0);
  });
});

describe('a scene', () => {
  const scenes = async (file: string, module: string) => {
    const { value: trace } = await readTraces(`traces/invalid/${file}.ndjson`).next();
    return statesOf(trace!).map((state) => sceneOf(module, state, trace!.header.constants));
  };
  const stages = ({ slots }: RingScene) => slots.map(({ slot, stage }) => [slot, stage]);

  test('says how far each slot has come', async () => {
    const rings = (await scenes('tx/1-4-1', 'NetfrontTx')).map(({ rings: [ring] }) => stages(ring!));
    expect(rings[0]).toEqual([
      [1, 'free'],
      [0, 'free'],
    ]);
    expect(rings[4]).toEqual([
      [1, 'request written'],
      [0, 'request written'],
    ]);
    expect(rings[5]).toEqual([
      [1, 'request published'],
      [0, 'request published'],
    ]);
    expect(rings[8]).toEqual([
      [1, 'with the back'],
      [0, 'with the back'],
    ]);
    expect(rings[9]).toEqual([
      [1, 'response published'],
      [0, 'with the back'],
    ]);
    expect(rings[15]).toEqual([
      [0, 'with the back'],
      [1, 'free'],
    ]);
  });

  test('says who has a block, what is in it, and that the back found another frame than it was promised', async () => {
    const { rings } = (await scenes('tx/1-4-1', 'NetfrontTx')).at(-1)!;
    expect(rings[0]!.buffers).toEqual([
      { name: 'block 0', content: 'A', owners: ['the request with id 0'], grants: [{ gref: 0, mapped: 1 }] },
      { name: 'block 1', content: 'B', owners: ['the sender'], grants: [{ gref: 0, mapped: 1 }] },
    ]);
    expect(rings[0]!.taken).toEqual([
      { name: 'request 0', line: 'gref 0 offset 1', promised: 'A', served: 'B', verb: 'read' },
    ]);
  });

  test('has a slot twice where the ring is overrun', async () => {
    const { rings } = (await scenes('tx/ring-full-off-by-one', 'NetfrontTx')).at(-1)!;
    const numbers = rings[0]!.slots.map(({ slot }) => slot);
    expect(numbers).toHaveLength(rings[0]!.nr_ents + 1);
    expect(numbers[0]).toBe(numbers.at(-1));
  });

  test('has a ring each way where there are two', async () => {
    const all = await scenes('txrx/event-taken-by-one', 'NetfrontTxRx');
    expect(all.at(-1)!.rings.map(({ name, buffers }) => [name, buffers.length])).toEqual([
      ['TX', 1],
      ['RX', 1],
    ]);
    expect(all.some(({ events }) => events.front)).toBe(true);
  });

  test('places an index in slots from rsp_cons, and none that asks for nothing', () => {
    const index = { req_prod: 1, rsp_prod: 3, req_event: 2, rsp_event: -1, req_prod_pvt: 1, rsp_cons: 3 };
    const state: State = {
      ...index,
      ...{
        rsp_prod_pvt: 3,
        req_cons: 0,
        ring: {
          '#map': [
            [0, { kind: 'request' }],
            [1, { kind: 'request' }],
          ],
        },
      },
    };
    const [ring] = sceneOf('Ring', state, { M: 4 }).rings;
    const at = Object.fromEntries(ring!.pointers.map(({ name, offset }) => [name, offset]));
    expect(at).toEqual({
      ...{ req_prod: 2, rsp_prod: 0, req_event: 3, rsp_event: undefined },
      ...{ req_prod_pvt: 2, rsp_cons: 0, rsp_prod_pvt: 0, req_cons: 1 },
    });
  });
});

describe('a packed graph', () => {
  test('is read as it was, state by state and step by step', async () => {
    const { graph } = await smallGraph('ring_one_slot');
    const labelOf = Uint16Array.from(graph.labels);
    const head = { labels: graph.actions, args: graph.actions.map(() => ({})) };
    const walked = unpacked(...packed(graph, head, labelOf));
    expect(graph.stateCount).toBeGreaterThan(100);
    for (let s = 0; s < graph.stateCount; s++) {
      expect(stateIn(walked, s)).toEqual(stateAt(graph, s));
      const steps = [...successors(graph, s)].map(({ action, to }) => ({ label: action, args: {}, to }));
      expect(enabledIn(walked, s)).toEqual(steps);
    }
    const way = [0, 0, 0];
    const along = statesAlong(walked, way)!;
    expect(along).toHaveLength(4);
    way.forEach((choice, i) => expect(enabledIn(walked, along[i]!)[choice]!.to).toBe(along[i + 1]));
    expect(statesAlong(walked, [0, 99])).toBeUndefined();
    const [read, octets] = packed(graph, head, labelOf);
    expect(() => unpacked(read, octets.slice(0, -2))).toThrow(RangeError);
  });
});

describe('a way', () => {
  test('is replayed by the steps that the page names, and no other way', async () => {
    const small = await smallGraph('rx_one_slot_held');
    const { graph, args } = small;
    const made = { ...small, module: tracedModule(small.module), name: 'small', model: {} as Model };
    const steps: string[] = [];
    const states = [graph.initial[0]!];
    for (let i = 0; i < 12; i++) {
      const [step] = successors(graph, states.at(-1)!);
      steps.push(stepText(step!.action, args.values[args.ofTransition[step!.transition]!]!));
      states.push(step!.to);
    }
    const [header, ...lines] = wayText(made, steps)
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as { steps: number; action: string; args: Args });
    expect(header!.steps).toBe(12);
    expect(lines.map((line) => stepText(line.action, line.args))).toEqual(steps);
    expect(steps.some((step) => step.includes(':'))).toBe(true);
    expect(() => wayText(made, ['RxPost'])).toThrow('step 1 cannot be RxPost');
  });
});

describe("the advisory's table", () => {
  const text = (cell: string) =>
    `## The advisory, release by release\n\n| release | transmit |\n|---|---|\n| 1.4.2 | ${cell} |\n\n| other |\n`;
  test('says which model stands for a release', () => {
    expect(advisoryIn(text('`tx`: holds'), new Set(['tx']))).toEqual({
      columns: ['transmit'],
      rows: [{ release: '1.4.2', models: [['tx']] }],
    });
  });
  test.each([
    [text('`ty`: holds'), '`ty`'],
    [text('nothing'), 'nothing'],
    ['no such heading', 'no table'],
  ])('is refused where it is not one', (readme, says) => {
    expect(() => advisoryIn(readme, new Set(['tx']))).toThrow(says);
  });
});
