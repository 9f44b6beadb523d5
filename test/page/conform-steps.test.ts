/** A way through a graph as a case: a driver that is given the case does what the way has. */
import { describe, expect, test } from 'vitest';
import { Chance } from '../../conform/chance.js';
import { stepsOf } from '../../conform/steps.js';
import { runCase } from '../../conform/run-case.js';
import { FrontInMemory } from '../../page/backend/front.js';
import { asCase } from '../../page/conform-steps.js';
import { type Enabled, enabledIn, packed, unpacked, type Walked } from '../../page/graph-pack.js';
import type { Args } from '../../graph/args.js';
import { smallGraph } from '../fixtures/small-graphs/graphs.js';

async function walked(name: string): Promise<{ graph: Walked; at: Parameters<typeof asCase>[1] }> {
  const { graph, args, module, constants } = await smallGraph(name);
  const labels: string[] = [];
  const argsOf: Args[] = [];
  const labelOf = Uint16Array.from(graph.labels, (label, t) => {
    const values = args.values[args.ofTransition[t]!]!;
    const text = `${graph.actions[label]!}(${JSON.stringify(values)})`;
    if (!labels.includes(text)) argsOf[labels.push(text) - 1] = values;
    return labels.indexOf(text);
  });
  return { graph: unpacked(...packed(graph, { labels, args: argsOf }, labelOf)), at: { module, constants } };
}

/** A way of so many steps, on which nobody acts while the front could: its own steps go first. */
function restingWay(graph: Walked, chance: Chance, length: number): { states: number[]; taken: Enabled[] } {
  const states = [graph.initial[0]!];
  const taken: Enabled[] = [];
  while (taken.length < length) {
    const enabled = enabledIn(graph, states.at(-1)!).filter(({ to }) => to !== states.at(-1));
    const own = enabled.filter(({ label }) => !/^Back|^TxFill|TakeEvent|^AppReturn/.test(label));
    const step = chance.of(own.length > 0 ? own : enabled);
    taken.push(step);
    states.push(step.to);
  }
  return { states, taken };
}

describe.each(['one_slot', 'rx_one_slot'])('a way through %s', (name) => {
  test('is a case that the reference passes, with the sizes of the model', async () => {
    const { graph, at } = await walked(name);
    let cases = 0;
    for (let seed = 1; seed <= 15; seed++) {
      const { states, taken } = restingWay(graph, new Chance(seed), 25);
      const as = asCase(graph, at, states, taken);
      if ('why' in as) continue;
      const [, start, steps] = /--start '(.*)' --steps '(.*)' --/.exec(as.command)!;
      const given = { name, needs: [], start: JSON.parse(start!) as never, steps: steps! };
      expect(stepsOf(steps!, name === 'one_slot' ? 'tx' : 'rx').length).toBeGreaterThan(0);
      expect(await runCase(new FrontInMemory('reference'), given), steps).toEqual({ kind: 'passed' });
      cases++;
    }
    expect(cases).toBeGreaterThan(5);
  });
});

test('a way on which somebody acts while the front could is none, and the page says which step that is', async () => {
  const { graph, at } = await walked('one_slot');
  const states = [graph.initial[0]!];
  const taken: Enabled[] = [];
  for (const begin of ['TxFill', 'TxEnqueue', 'TxPushRequests', 'BackTakeRequest']) {
    const step = enabledIn(graph, states.at(-1)!).find(({ label }) => label.startsWith(begin))!;
    taken.push(step);
    states.push(step.to);
  }
  expect(asCase(graph, at, states, taken)).toEqual({
    why: expect.stringMatching(/at BackTakeRequest.* the front could still take TxCheckNotify/),
  });
  expect(asCase(graph, { ...at, module: 'Ring' }, states, taken)).toEqual({
    why: 'no driver is asked about Ring',
  });
});
