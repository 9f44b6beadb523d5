/** Why a step is refused: what the page evaluates of the modules' text, held against TLC's graphs. */
import { readFile } from 'node:fs/promises';
import { describe, expect, test } from 'vitest';
import { moduleTexts } from '../../cli/page/asked.js';
import { stateAt, successors } from '../../corpus/index.js';
import { type Asked, answerTo } from '../../page/tla/refused.js';
import type { ModuleTexts } from '../../page/tla/modules.js';
import { constantsOf } from '../../replay/constants.js';
import { parseConfig } from '../../tlc/config.js';
import type { Args } from '../../graph/args.js';
import type { State } from '../../tlc/index.js';
import { smallGraph as dumped, type SmallGraph } from '../fixtures/small-graphs/graphs.js';

const folder = 'test/fixtures/small-graphs';

const known = new Map<string, Promise<SmallGraph>>();
/** A small graph, for which TLC runs once. */
const smallGraph = (name: string): Promise<SmallGraph> => {
  const graph = known.get(name) ?? dumped(name);
  known.set(name, graph);
  return graph;
};

/** What is asked of a small graph, whose module and configuration stand in its folder. */
async function askedOf(name: string, protocol: string): Promise<Asked> {
  const config = await readFile(`${folder}/${name}.cfg`, 'utf8');
  const module = `Small${protocol}`;
  const file = `${folder}/${module}.tla`;
  const { constants, rest } = parseConfig(config, name);
  return {
    module,
    modules: {
      ...(await moduleTexts('.', [`MC${protocol}`])),
      [module]: { file, text: await readFile(file, 'utf8') },
    },
    constants: constantsOf(config),
    definitions: Object.fromEntries(
      constants.flatMap(({ name: { text }, definition }) =>
        definition === undefined ? [] : [[text, definition]],
      ),
    ),
    constraints: rest.flatMap(([keyword, words]) => (keyword.startsWith('ACTION_CONSTRAINT') ? words : [])),
  };
}

const hasNoName = (module: string, action: string): boolean => module === 'TxPackets' && action === 'TxFill';

const OF_EACH_MODULE = [
  'ring_one_slot',
  'one_slot_grants',
  'rx_one_slot_held',
  'txrx_one_slot',
  'txp_three_slots',
  'rxp_extras',
] as const;

/** So that a large graph is looked at in a second. */
const MOST_STATES = 60;

test.each(OF_EACH_MODULE)('a step of %s is refused exactly where TLC takes none', async (name) => {
  const { graph, args, module } = await smallGraph(name);
  const asked = await askedOf(name, module);
  const labels = new Map<string, readonly [action: string, args: Args]>();
  args.ofTransition.forEach((arg, t) => {
    const step = [graph.actions[graph.labels[t]!]!, args.values[arg]!] as const;
    labels.set(JSON.stringify(step), step);
  });
  const seen = { allowed: 0, refused: 0 };
  const stride = Math.ceil(graph.stateCount / MOST_STATES);
  for (let s = 0; s < graph.stateCount; s += stride) {
    const enabled = new Set<string>();
    for (let t = graph.offsets[s]!; t < graph.offsets[s + 1]!; t++)
      enabled.add(JSON.stringify([graph.actions[graph.labels[t]!]!, args.values[args.ofTransition[t]!]!]));
    expect(enabled.size).toBe([...successors(graph, s)].length);
    for (const [label, [action, given]] of labels) {
      const answer = answerTo(asked, stateAt(graph, s), action, given);
      const expected = enabled.has(label) ? 'allowed' : 'refused';
      const why = `${label} in state ${s}: ${JSON.stringify(answer)}`;
      if (hasNoName(module, action)) {
        // The graph names the packet only with its first fragment.
        const isTaken = enabled.has(label) || enabled.has('["TxFill",{}]');
        if (Object.keys(given).length === 0) expect(answer.kind, why).toBe('beyond us');
        else expect(answer.kind === 'allowed' ? isTaken : !enabled.has(label), why).toBe(true);
      } else expect(answer.kind, why).toBe(expected);
      seen[expected]++;
    }
  }
  expect(seen.allowed).toBeGreaterThan(50);
  expect(seen.refused).toBeGreaterThan(50);
});

test.each(OF_EACH_MODULE)('a pair of states is a step of %s exactly where TLC has it', async (name) => {
  const { graph, module } = await smallGraph(name);
  const asked = await askedOf(name, module);
  const given = (state: State) => new Map(Object.entries(state).map(([of, value]) => [of, () => value]));
  const seen = { step: 0, none: 0 };
  const stride = Math.ceil(graph.stateCount / 5);
  for (let s = 0; s < graph.stateCount; s += stride) {
    const targets = new Set(graph.targets.slice(graph.offsets[s]!, graph.offsets[s + 1]!));
    // A neighbour of a successor is mostly none itself, and like one.
    for (const to of new Set([...targets, ...[...targets].map((t) => (t + 1) % graph.stateCount)])) {
      const { kind } = answerTo(asked, stateAt(graph, s), 'Next', {}, given(stateAt(graph, to)));
      expect(kind, `${s} to ${to}`).toBe(targets.has(to) ? 'allowed' : 'refused');
      seen[targets.has(to) ? 'step' : 'none']++;
    }
  }
  expect(Math.min(seen.step, seen.none)).toBeGreaterThan(2);
});

describe('the answer', () => {
  const text = [
    '---- MODULE Small ----',
    'EXTENDS Integers, Sequences',
    'CONSTANT Most',
    'VARIABLES count, queue',
    '(* A comment. *)',
    'HasRoom(n) ==',
    '  /\\ count + n <= Most   \\* beside it',
    '  /\\ Len(queue) < 2',
    'Put(n) ==',
    '  /\\ HasRoom(n)',
    "  /\\ count' = count + n",
    "  /\\ queue' = Append(queue, n)",
    'Either == (count = 0 /\\ queue = <<1>>) \\/ count = 9',
    'Beyond == count = [{1} -> {2}]',
    'Records == [a |-> 1, b |-> 3] \\in [a : {1, 2}, b : {3}] /\\ [a |-> 3, b |-> 3] \\notin [a : {1, 2}, b : {3}]',
    "Even == count' % 2 = 0",
    "Member == count' \\in {1, 2}",
    "Stays == UNCHANGED <<count, queue>> /\\ count' = 1",
    "Either12 == (count' = 1 \\/ count' = 2)",
    "Otherwise == Either12 /\\ count' = 2",
    'Anyway == Either12 /\\ queue = <<9>>',
    "Only1 == (count' = 1 \\/ (count = 7 /\\ count' = 2)) /\\ count' = 2",
    'Down(n) == IF n = 0 THEN TRUE ELSE Down(n - 1)',
    'Turns == \\E i \\in {3} : Down(i)',
    "Arm == \\E i \\in {1} : CASE i = 1 -> count' = i [] OTHER -> count' = 0",
    'Pairs == [p \\in {<<1, 2>>, <<2, 1>>} |-> 0]',
    'AtPair == [Pairs EXCEPT ![1, 2] = 5][1, 2] = 5 /\\ [Pairs EXCEPT ![<<2, 1>>] = 5][1, 2] = 0',
    'Triples == <<1, 1, 1>> \\in {1} \\X {1} \\X {1}',
    'Nested == <<<<1, 1>>, 1>> \\in ({1} \\X {1}) \\X {1}',
    '====',
  ].join('\n');
  const modules: ModuleTexts = { Small: { file: 'Small.tla', text } };
  const ask = (state: State, action: string, args: Args = {}, constraints: readonly string[] = []) =>
    answerTo(
      { modules, module: 'Small', constants: { Most: 3 }, definitions: {}, constraints },
      state,
      action,
      args,
    );

  test('names the conjunct that is false, where it stands, and what it compares', () => {
    const answer = ask({ count: 2, queue: [] }, 'Put', { n: 2 });
    expect(answer).toEqual({
      kind: 'refused',
      why: {
        ...{ file: 'Small.tla', line: 7, text: 'count + n <= Most', through: ['HasRoom(n)'], each: [] },
        values: [
          ['count', '2'],
          ['n', '2'],
          ['Most', '3'],
        ],
      },
    });
    expect(ask({ count: 0, queue: [1, 1] }, 'Put', { n: 1 })).toMatchObject({ why: { line: 8 } });
    expect(ask({ count: 0, queue: [] }, 'Put', { n: 1 })).toEqual({ kind: 'allowed' });
  });

  test('names each alternative that is refused', () => {
    const answer = ask({ count: 0, queue: [] }, 'Either');
    expect(answer).toMatchObject({ why: { each: [{ text: 'queue = <<1>>' }, { text: 'count = 9' }] } });
  });

  test('knows what the model demands of the next state', () => {
    expect(ask({ count: 1, queue: [] }, 'Put', { n: 1 }, ['Even'])).toEqual({ kind: 'allowed' });
    expect(ask({ count: 1, queue: [] }, 'Put', { n: 2 }, ['Even'])).toMatchObject({
      why: { text: "count' % 2 = 0" },
    });
  });

  test.each(['Turns', 'Arm', 'AtPair', 'Nested', 'Records'])('understands %s', (action) => {
    expect(ask({ count: 0, queue: [] }, action)).toEqual({ kind: 'allowed' });
  });

  test.each([
    ['Stays', "count' = 1"],
    ['Anyway', 'queue = <<9>>'],
    ['Only1', "count' = 2"],
  ])('names what is false in %s behind next values', (action, text) => {
    expect(ask({ count: 0, queue: [] }, action)).toMatchObject({ kind: 'refused', why: { text } });
  });

  test('takes an UNCHANGED variable as given', () => {
    expect(ask({ count: 1, queue: [] }, 'Stays')).toEqual({ kind: 'allowed' });
    expect(ask({ count: 1, queue: [] }, 'Stays', {}, ['Even'])).toMatchObject({
      why: { text: "count' % 2 = 0" },
    });
  });

  test("knows a choice behind which the model's demand may be met otherwise", () => {
    expect(ask({ count: 0, queue: [] }, 'Either12', {}, ['Even']).kind).toBe('beyond us');
  });

  test.each([
    ['Beyond', '->'],
    ['Nothing', 'the name Nothing'],
    ['Member', "count' where nothing has given it a value"],
    ['Otherwise', 'a condition on a next value that could be another one'],
    ['Triples', 'S \\X T \\X U'],
  ])('says of %s that it is not understood', (action, what) => {
    expect(ask({ count: 0, queue: [] }, action)).toEqual({ kind: 'beyond us', what });
  });
});
