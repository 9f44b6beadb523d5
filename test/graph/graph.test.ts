import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Graph, GraphError, readGraph, sources, stateAt, successors } from '../../graph/graph.js';
import { FingerprintTable, Int32List } from '../../graph/packed.js';

const fixture = (name: string): string =>
  fileURLToPath(new URL(`../fixtures/graph/${name}`, import.meta.url));
const SHAPES = { file: fixture('Shapes.dot'), states: 40 };
const shapesText = readFileSync(SHAPES.file, 'utf8');

let folder = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'graph-test-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

/** Reads a dump with this text, as though TLC had found `distinctStates` states. */
function readText(text: string, distinctStates = SHAPES.states): Promise<Graph> {
  const file = join(folder, 'a.dot');
  writeFileSync(file, text);
  return readGraph(file, { distinctStates });
}

/** The dump of a graph whose entries are these lines. */
const dumpOf = (...entries: readonly string[]): string =>
  [
    'strict digraph DiskGraph {',
    'nodesep=0.35;',
    'subgraph cluster_graph {',
    'color="white";',
    ...entries,
    '}',
    '}',
  ].join('\n');

const plain = (graph: Graph) => ({ ...graph, cells: [...graph.cells], targets: [...graph.targets] });

describe('a graph read from a dump', () => {
  it('has the states, actions and transitions of the specification', async () => {
    const graph = await readGraph(SHAPES.file, { distinctStates: SHAPES.states });
    expect(graph.stateCount).toBe(40);
    expect(graph.variables).toEqual(['free', 'log', 'note', 'pend']);
    expect(graph.actions).toEqual(['Alloc', 'Answer', 'Close', 'Free', 'Write']);
    const lines = shapesText.match(/^\S+ -> \S+ \[label="\w+/gm) ?? [];
    expect(graph.transitionCount).toBe(new Set(lines).size);
    expect(lines.length).toBeGreaterThan(graph.transitionCount);
  });

  it('has each value once, however often TLC spelt it and wherever it broke the line', async () => {
    const graph = await readGraph(SHAPES.file, { distinctStates: SHAPES.states });
    expect(shapesText).toContain('free = 0..1\\n');
    expect(shapesText).toContain('free = {0, 1}\\n');
    expect(graph.values[0]).toEqual([[], [0], [1], [0, 1]].map((members) => ({ '#set': members })));
    const answer = { id: 0, status: -1, q: { slot: 65535, size: 4096 }, comment: 'an answer' };
    expect(shapesText).toContain('status |-> -1,\\n');
    expect(graph.values[1]).toContainEqual([answer]);
  });

  it('keeps quotes, backslashes and what looks like another variable inside a string', async () => {
    const graph = await readGraph(SHAPES.file, { distinctStates: SHAPES.states });
    expect(graph.values[2]).toEqual(['', '\n/\\ free = "{}"', ']}>>)\\', 'a"b\\c']);
  });

  it('knows its initial states', async () => {
    const graph = await readGraph(SHAPES.file, { distinctStates: SHAPES.states });
    const idle = [
      [0, 'idle'],
      [1, 'idle'],
    ];
    const initial = (note: string) => ({ free: { '#set': [0, 1] }, log: [], note, pend: { '#map': idle } });
    expect(graph.initial.map((s) => stateAt(graph, s))).toEqual([initial(''), initial('a"b\\c')]);
  });

  it('reads a specification of one variable, and sorts its numbers as numbers', async () => {
    const graph = await readGraph(fixture('One.dot'), { distinctStates: 13 });
    expect(graph.variables).toEqual(['x']);
    expect(graph.values).toEqual([Array.from({ length: 13 }, (_, x) => x)]);
    expect(graph.initial).toEqual([0]);
    expect([...successors(graph, 5)].map(({ action, to }) => [action, stateAt(graph, to).x])).toEqual([
      ['Down', 4],
      ['Stay', 5],
      ['Up', 6],
    ]);
  });

  it('lists the transitions of a state by their indices, and knows where each begins', async () => {
    const graph = await readGraph(SHAPES.file, { distinctStates: SHAPES.states });
    const from = sources(graph);
    const listed = Array.from({ length: graph.stateCount }, (_, s) => [...successors(graph, s)]).flat();
    expect(listed.map(({ transition }) => transition)).toEqual([...from.keys()]);
    for (const { transition, action, to } of listed) {
      expect(to).toBe(graph.targets[transition]);
      expect(action).toBe(graph.actions[graph.labels[transition]!]);
    }
    for (let s = 0; s < graph.stateCount; s++)
      for (const { transition } of successors(graph, s)) expect(from[transition]).toBe(s);
  });

  it('has its transitions sorted and each once', async () => {
    const graph = await readGraph(SHAPES.file, { distinctStates: SHAPES.states });
    const from = sources(graph);
    const keys = [...from].map((s, t) => (s * 100 + graph.labels[t]!) * 100 + graph.targets[t]!);
    expect(keys).toEqual([...new Set(keys)].sort((a, b) => a - b));
  });

  it('has its states sorted by their values, the first variable before the next', async () => {
    const entries = [
      [1, 0],
      [0, 1],
      [1, 1],
      [0, 0],
    ].flatMap(([a, b], id) => [
      `${id} [label="/\\\\ b = ${b}\\n/\\\\ a = ${a}",style = filled]`,
      `${id} -> ${id} [label="Stay"];`,
    ]);
    const graph = await readText(dumpOf(...entries), 4);
    expect([...graph.cells]).toEqual([0, 0, 0, 1, 1, 0, 1, 1]);
    expect(stateAt(graph, 2)).toEqual({ a: 1, b: 0 });
  });

  it('may have states without transitions', async () => {
    const states = [0, 1, 2, 3, 4].map((x) => `${x} [label="x = ${x}",style = filled]`);
    const graph = await readText(dumpOf(...states, '1 -> 2 [label="Up"];', '3 -> 0 [label="Down"];'), 5);
    expect([...graph.offsets]).toEqual([0, 0, 1, 1, 2, 2]);
    expect([...sources(graph)]).toEqual([1, 3]);
    expect([...successors(graph, 2)]).toEqual([]);
  });

  it('refuses to show a state it does not have', async () => {
    const graph = await readGraph(fixture('One.dot'), { distinctStates: 13 });
    expect(() => stateAt(graph, 13)).toThrow(RangeError);
  });

  it('says how far it is', async () => {
    const seen: number[] = [];
    const onProgress = ({ bytes, total }: { bytes: number; total: number }) => seen.push(bytes / total);
    await readGraph(SHAPES.file, { distinctStates: SHAPES.states }, { onProgress });
    expect(seen.at(-1)).toBe(1);
  });

  it('reads lines longer than its buffer, and lines across the ends of it', async () => {
    const entries = Array.from({ length: 50_000 }, (_, x) => [
      `${-x} [label="/\\\\ text = \\"${'é'.repeat(x % 90)}\\"\\n/\\\\ x = ${x}"${x === 0 ? ',style = filled' : ''}];`,
      `${-x} -> ${-((x + 1) % 50_000)} [label="Next"];`,
    ]).flat();
    const level = `{rank = same; ${'-1234567890123456789;'.repeat(1_000_000)}}`;
    const graph = await readText(
      dumpOf(...entries.slice(0, 40_000), level, ...entries.slice(40_000)),
      50_000,
    );
    expect(graph.transitionCount).toBe(50_000);
    expect(graph.values[0]).toHaveLength(90);
    expect(stateAt(graph, graph.initial[0]!)).toEqual({ text: '', x: 0 });
    const [next] = successors(graph, graph.initial[0]!);
    expect(stateAt(graph, next!.to)).toEqual({ text: 'é', x: 1 });
  });

  it('leaves out what TLC draws where there are temporal properties: that a state may stay as it is', async () => {
    const [state, step] = ['1 [label="x = 0",style = filled]', '1 -> 1 [label="Stay"];'];
    const text = dumpOf(state, step, '1 -> 1 [style="dashed"];');
    expect(plain(await readText(text, 1))).toEqual(plain(await readText(dumpOf(state, step), 1)));
  });

  it('reads a dump that has a legend of colours', async () => {
    const text = dumpOf('1 [label="x = 0",style = filled]', '1 -> 1 [label="Stay",color="2",fontcolor="2"];');
    const coloured = text
      .replace('{\n', '{\nedge [colorscheme="paired12"]\n')
      .replace(
        /}\n}$/,
        '}\nsubgraph cluster_legend {graph[style=bold];\nStay [label="Stay",fillcolor=2]\n}}',
      );
    expect(plain(await readText(coloured, 1))).toEqual(plain(await readText(text, 1)));
  });
});

describe('the graph of a specification', () => {
  const lines = shapesText.split('\n');
  const isEntry = (line: string) => /^-?\d/.test(line);
  const entries = lines.filter(isEntry);
  const start = lines.findIndex(isEntry);
  const ids = [...new Set(entries.join('\n').match(/(?<=^|-> )-?\d+(?= )/gm))];

  /** A state's line with its variables in another order. */
  const turned = (line: string, by: number): string =>
    line.replace(/(?<=\[label=").*(?="(];|,style))/s, (label) => {
      if (!label.startsWith('/\\\\ ')) return label;
      const variables = label.slice('/\\\\ '.length).split(/(?<!\\)\\n\/\\\\ /);
      return `/\\\\ ${[...variables.slice(by), ...variables.slice(0, by)].join('\\n/\\\\ ')}`;
    });

  it('does not depend on the order of lines and variables, on fingerprints, nor on which state TLC met first', async () => {
    const expected = plain(await readText(shapesText));
    expect(ids).toHaveLength(SHAPES.states);
    await fc.assert(
      fc.asyncProperty(
        fc.shuffledSubarray(entries, { minLength: entries.length }),
        fc.uniqueArray(fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }), {
          minLength: ids.length,
          maxLength: ids.length,
        }),
        fc.nat(3),
        async (shuffled, fingerprints, by) => {
          const renamed = new Map(ids.map((id, i) => [id, String(fingerprints[i])]));
          const rewritten = shuffled.map((line) =>
            turned(line, by).replace(/(?<=^|-> )-?\d+(?= )/g, (id) => renamed.get(id)!),
          );
          const text = [...lines.slice(0, start), ...rewritten, '}', '}'].join('\n');
          expect(plain(await readText(text))).toEqual(expected);
        },
      ),
      { numRuns: 40 },
    );
  });

  it('does depend on each transition and each value', async () => {
    const expected = plain(await readText(shapesText));
    const edge = lines.find((line) => line.includes('"Close"'))!;
    expect(plain(await readText(shapesText.replace(`${edge}\n`, '')))).not.toEqual(expected);
    expect(plain(await readText(shapesText.replaceAll('65535', '65534')))).not.toEqual(expected);
  });
});

describe('a dump that cannot be used is refused', () => {
  const state = '1 [label="x = 0",style = filled]';
  const edge = '1 -> 1 [label="Stay",color="black",fontcolor="black"];';
  const sentence = (what: string) => new RegExp(`^[^\\n]*a\\.dot(:\\d+)?: ${what}; [^\\n]+\\.$`, 's');

  const cases: readonly [string, string, number, string][] = [
    ['that has fewer states than TLC found', dumpOf(state, edge), 2, 'the dump has 1 states and TLC found 2'],
    [
      'that has more states',
      dumpOf(state, '2 [label="x = 1"];', edge),
      1,
      'the dump has 2 states and TLC found 1',
    ],
    ['without an initial state', dumpOf('1 [label="x = 0"];', edge), 1, 'the dump has no initial state'],
    ['without a transition', dumpOf(state), 1, 'the dump has no transition'],
    [
      'with a transition to nowhere',
      dumpOf(state, edge, '1 -> 2 [label="Go"];'),
      1,
      'a transition has an end .*',
    ],
    [
      'with a transition from nowhere',
      dumpOf(state, edge, '2 -> 1 [label="Go"];'),
      1,
      'a transition has an end .*',
    ],
    ['without action labels', dumpOf(state, '1 -> 1 [label=""];'), 1, 'a transition has no action'],
    ['with a state twice', dumpOf(state, state, edge), 1, 'a state is in the dump twice'],
    [
      'with two states of the same values',
      dumpOf(state, '2 [label="x = 0"];', edge),
      2,
      'this state has the values of the one in line 5',
    ],
    [
      'with a variable twice',
      dumpOf('1 [label="/\\\\ x = 0\\n/\\\\ x = 1",style = filled]', edge),
      1,
      '.*twice',
    ],
    [
      'with a variable only some states have',
      dumpOf(state, '2 [label="/\\\\ x = 0\\n/\\\\ y = 0"];', edge),
      2,
      'a state has the variable y, and the first state does not',
    ],
    [
      'with a variable some states lack',
      dumpOf('1 [label="/\\\\ x = 0\\n/\\\\ y = 0",style = filled]', '2 [label="x = 0"];', edge),
      2,
      'a state does not have the variables of the first state',
    ],
    [
      'with a value that is none',
      dumpOf('1 [label="x = {0",style = filled]', edge),
      1,
      'a value cannot be read .*',
    ],
    ['that is another file', '---- MODULE Counter ----\n', 1, 'this is no line of a dump .*'],
    [
      'with a line we do not know',
      dumpOf(state, 'node [shape=box];', edge),
      1,
      'this is no line of a dump .*',
    ],
    [
      'with a label that does not end',
      dumpOf(state, '1 -> 1 [label="Stay'),
      1,
      'this is no line of a dump .*',
    ],
    ['with a state that does not end', dumpOf('1 [label="x = 0'), 1, 'this is no line of a dump .*'],
    ['that is empty', '', 0, 'the dump ends before its closing brace'],
  ];

  it.each(cases)('%s', async (_, text, distinctStates, what) => {
    const error = await readText(text, distinctStates).catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(GraphError);
    expect((error as GraphError).message).toMatch(sentence(what));
  });

  it('that was cut short anywhere', async () => {
    const text = dumpOf(state, edge, '{rank = same; 1;}');
    await expect(readText(text, 1)).resolves.toBeDefined();
    for (let length = 0; length < text.length; length++)
      await expect(readText(text.slice(0, length), 1)).rejects.toThrow('ends before its closing brace');
  });

  it('with the line it is about', async () => {
    const error = await readText(dumpOf(state, edge, edge, '1 -> 2 [label="Go"];'), 1).catch(
      (e: unknown) => e,
    );
    expect(error).toMatchObject({ line: 8, message: expect.stringContaining('a.dot:8: ') });
  });

  it('that is not there, or is a folder', async () => {
    for (const file of [join(folder, 'none.dot'), folder]) {
      const error = await readGraph(file, { distinctStates: 1 }).catch((reason: unknown) => reason);
      expect(error).toBeInstanceOf(GraphError);
      expect((error as GraphError).message).toMatch(
        /: the dump cannot be read \(.*\); make the dump again\.$/,
      );
    }
  });
});

describe('packed tables', () => {
  it('number fingerprints by all 64 bits', () => {
    const limit = { min: -(2n ** 63n), max: 2n ** 63n - 1n };
    const small = fc.bigInt({ min: -3n, max: 3n });
    const near = fc.tuple(fc.bigInt(limit), small).map(([a, b]) => BigInt.asIntN(64, a + b * 1_000_000_000n));
    fc.assert(
      fc.property(fc.array(fc.oneof(fc.bigInt(limit), near, small), { maxLength: 200 }), (fingerprints) => {
        const table = new FingerprintTable(1);
        const known = new Map<bigint, number>();
        for (const id of fingerprints) {
          if (!known.has(id)) known.set(id, known.size);
          const bytes = Buffer.from(`[${id}]`);
          expect(table.numberOf(bytes, 1, bytes.length - 1)).toBe(known.get(id));
        }
        expect(table.size).toBe(known.size);
      }),
    );
  });

  it('tell fingerprints apart that differ in sign only, or where a number would be rounded', () => {
    const table = new FingerprintTable();
    const ids = [
      '5',
      '-5',
      '9223372036854775807',
      '9223372036854775806',
      '-9223372036854775808',
      '0',
      '1000000005',
    ];
    const numbers = ids.map((id) => table.numberOf(Buffer.from(id), 0, id.length));
    expect(numbers).toEqual([0, 1, 2, 3, 4, 5, 6]);
  });

  it('keep a list of integers, whatever its capacity at first', () => {
    const list = new Int32List(0);
    for (let i = 0; i < 100; i++) list.push(i * i);
    list.set(3, -1);
    expect([list.length, list.at(2), list.at(3), list.pop(), list.length]).toEqual([100, 4, -1, 99 * 99, 99]);
    expect([...list.view().slice(0, 5)]).toEqual([0, 1, 4, -1, 16]);
  });
});
