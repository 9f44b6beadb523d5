/** The graph that tla-checker writes, and its comparison with TLC's. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { namesNotCalled } from '../../../cli/second-opinion/ask.js';
import { readOpinionGraph } from '../../../cli/second-opinion/dot.js';
import { compareGraphs } from '../../../cli/second-opinion/same-graph.js';
import { type Graph, readGraph, stateAt, successors } from '../../../graph/graph.js';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'netfront-graphs-'));
});
afterAll(() => rm(folder, { recursive: true }));

const written = async (...lines: readonly string[]): Promise<string> => {
  const file = path.join(folder, `${Math.random()}.dot`);
  await writeFile(file, `${lines.join('\n')}\n`);
  return file;
};

const HEAD = ['digraph StateGraph {', '  rankdir=TB;', '  node [shape=box, fontname="monospace"];'];
const second = async (...lines: readonly string[]): Promise<Graph> =>
  readOpinionGraph(await written(...HEAD, ...lines, '}'));
const tlc = async (states: number, ...lines: readonly string[]): Promise<Graph> =>
  readGraph(
    await written(
      'strict digraph DiskGraph {',
      'subgraph cluster_graph {',
      'color="white";',
      ...lines,
      '}',
      '}',
    ),
    { distinctStates: states },
  );

describe('the graph of tla-checker', () => {
  test('has its values as TLC spells them', async () => {
    const label = String.raw`up=true\nnone=()\nword=\"true ()\"\nby=(\"A\" :> (\"B\" :> false) @@ \"C\" :> 1)\nset={<<>>, <<1, true>>}\nslots=(0 :> [id |-> 3] @@ 1 :> \"free\")`;
    const graph = await second(`  s0 [label="${label}"];`, '  s0 -> s0 [label="Stay"];');
    expect(stateAt(graph, 0)).toEqual({
      up: true,
      none: [],
      word: 'true ()',
      by: { A: { B: false }, C: 1 },
      set: { '#set': [[], [1, true]] },
      slots: {
        '#map': [
          [0, { id: 3 }],
          [1, 'free'],
        ],
      },
    });
    expect([...successors(graph, 0)]).toEqual([{ transition: 0, action: 'Stay', to: 0 }]);
  });

  test.each([
    ['ends before its closing brace', ['  s0 [label="x=1"];'], false],
    ['an end that is no state', ['  s0 [label="x=1"];', '  s0 -> s1 [label="A"];'], true],
    ['the state s1 is not the next one', ['  s1 [label="x=1"];'], true],
    ['is no line of a graph', ['  s0 [label="x=1"];', '  s0 => s0;'], true],
    ['a value cannot be read', ['  s0 [label="x=(1"];'], true],
    [
      'not those of the first one',
      [String.raw`  s0 [label="x=1\ny=2"];`, String.raw`  s1 [label="y=2\nx=1"];`],
      true,
    ],
    ['does not have all variables', [String.raw`  s0 [label="x=1\ny=2"];`, '  s1 [label="x=3"];'], true],
  ])('is refused where it %s', async (what, lines, closed) => {
    const file = await written(...HEAD, ...lines, ...(closed ? ['}'] : []));
    await expect(readOpinionGraph(file)).rejects.toThrow(what);
  });
});

const graphDifferences = (tlc: Graph, other: Graph): readonly string[] =>
  compareGraphs(tlc, other).differences;

describe('two graphs', () => {
  const first = () =>
    tlc(
      2,
      '-7 [label="/\\\\ x = 0\\n/\\\\ y = {1, 2}",style = filled]',
      '5 [label="/\\\\ y = {1, 2}\\n/\\\\ x = 1"];',
      '-7 -> 5 [label="Up"];',
      '5 -> -7 [label="Down"];',
      '5 -> -7 [label="Reset"];',
    );
  const states = [String.raw`  s0 [label="x=1\ny={2, 1}"];`, String.raw`  s1 [label="x=0\ny={1, 2}"];`];
  const steps = ['  s1 -> s0 [label="Up"];', '  s0 -> s1 [label="Reset"];', '  s0 -> s1 [label="Down"];'];

  test('are the same in another order, with other numbers, and with a transition written twice', async () => {
    expect(graphDifferences(await first(), await second(...states, ...steps, steps[0]!))).toEqual([]);
  });

  test('differ in a transition, also where there are as many', async () => {
    const other = await second(...states, steps[0]!, steps[1]!, '  s0 -> s1 [label="Up"];');
    expect(graphDifferences(await first(), other)).toEqual([
      'transitions: TLC 3, of which tla-checker lacks 1 (1 Down); tla-checker 3, of which TLC lacks 1 (1 Up)',
    ]);
  });

  test('differ in a transition that leads to another state', async () => {
    const other = await second(...states, steps[0]!, steps[1]!, '  s0 -> s0 [label="Down"];');
    expect(graphDifferences(await first(), other)).toEqual([
      'transitions: TLC 3, of which tla-checker lacks 1 (1 Down); tla-checker 3, of which TLC lacks 1 (1 Down)',
    ]);
  });

  test('differ in a state, and in the transitions that it has', async () => {
    const other = await second(states[0]!, String.raw`  s1 [label="x=0\ny={1}"];`, ...steps);
    expect(graphDifferences(await first(), other)[0]).toBe(
      'states: TLC 2, of which tla-checker lacks 1; tla-checker 2, of which TLC lacks 1',
    );
  });

  test('differ in the names of the variables', async () => {
    const other = await second('  s0 [label="x=1"];', '  s0 -> s0 [label="Up"];');
    expect(graphDifferences(await first(), other)).toEqual(['variables: TLC x, y, tla-checker x']);
  });

  test('are the same where a name that is of no action stands for one action everywhere', async () => {
    const other = await second(...states, steps[0]!, '  s0 -> s1 [label="Inner"];', steps[2]!);
    const renamed = { Inner: 'Reset' };
    expect(compareGraphs(await first(), other)).toEqual({ differences: [], renamed, unnamed: [] });
  });

  test('are the same where steps of two actions have no name, if at each of them one action is left', async () => {
    const other = await second(...states, '  s1 -> s0;', '  s0 -> s1;', steps[2]!);
    const unnamed = ['Reset', 'Up'];
    expect(compareGraphs(await first(), other)).toEqual({ differences: [], renamed: {}, unnamed });
  });

  test('differ where no step has a name', async () => {
    const single = tlc(2, '-7 [label="x = 0",style = filled]', '5 [label="x = 1"];', '-7 -> 5 [label="Up"];');
    const other = await second('  s0 [label="x=0"];', '  s1 [label="x=1"];', '  s0 -> s1;');
    expect(graphDifferences(await single, other)).toEqual([
      'actions: tla-checker gives none of its steps a name',
    ]);
  });

  test('differ where one step without a name would be of two actions, or of one that is there already', async () => {
    const two = await second(...states, steps[0]!, '  s0 -> s1;');
    expect(graphDifferences(await first(), two)).toHaveLength(1);
    const again = await second(...states, ...steps, '  s0 -> s1;');
    expect(graphDifferences(await first(), again)).toHaveLength(1);
  });

  test('differ where such a name stands for two actions, or for one that is there already', async () => {
    const two = await second(
      ...states,
      '  s1 -> s0 [label="Inner"];',
      '  s0 -> s1 [label="Inner"];',
      steps[2]!,
    );
    expect(graphDifferences(await first(), two)).toHaveLength(1);
    const again = await second(...states, ...steps, '  s0 -> s1 [label="Inner"];');
    expect(graphDifferences(await first(), again)).toHaveLength(1);
  });

  test('differ where two such names at one step would stand for one action', async () => {
    const names = ['  s0 -> s1 [label="Inner"];', '  s0 -> s1 [label="Other"];'];
    const other = await second(...states, steps[0]!, steps[2]!, ...names);
    expect(graphDifferences(await first(), other)).toHaveLength(1);
  });

  test('differ where the name of one action is that of another', async () => {
    const other = await second(...states, '  s1 -> s0 [label="Down"];', steps[1]!, steps[2]!);
    expect(graphDifferences(await first(), other)).toHaveLength(1);
  });
});

test('a name that an action does not call is no name for it', async () => {
  const said = (renamed: Readonly<Record<string, string>>) =>
    namesNotCalled('.', { module: 'MCNetfrontTx' }, renamed);
  expect(await said({ ConsumeResponse: 'TxConsumeResponse' })).toEqual([]);
  const byAnother = { EndAccess: 'RxRelease' };
  expect(await namesNotCalled('.', { module: 'MCRxPackets' }, byAnother)).toEqual([]);
  expect(await said({ pool: 'TxRelease' })).toEqual(['TxRelease is named pool, which it does not call']);
  expect(await said({ BackOverrun: 'BackRespond' })).toEqual([
    'BackRespond is named BackOverrun, which it does not call',
  ]);
});
