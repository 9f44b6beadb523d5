/** How fast exact replay is, beside the least that xstate can do: an actor with two states and one event. */
import { createActor, createMachine } from 'xstate';
import { conformance, loadGraph, replayOf } from '../corpus/index.js';
import { type BenchContext, median, modelNamed, rounded } from './context.js';
import { type Figure, figure } from './figure.js';

const ROUNDS = 5;
const STEPS = 300_000;

const twoStates = createMachine({ initial: 'a', states: { a: { on: { GO: 'b' } }, b: { on: { GO: 'a' } } } });

const bareSends = (count: number): number => {
  const actor = createActor(twoStates).start();
  const begun = performance.now();
  for (let i = 0; i < count; i++) actor.send({ type: 'GO' });
  return (count / (performance.now() - begun)) * 1000;
};

/** Exact-replay steps a second over bare sends a second, in turn in one process. */
export async function benchReplay(context: BenchContext): Promise<readonly Figure[]> {
  const made = await loadGraph(context.root, modelNamed(context, 'tx_1_4_2_trace'), context.folder);
  const replay = replayOf(made);
  let steps = 0;
  const paths = made.cover.paths.filter(({ length }) => {
    steps += length;
    return steps <= STEPS;
  });
  const part = { ...made.cover, paths };
  const replayed: number[] = [];
  const bare: number[] = [];
  for (let round = 0; round <= ROUNDS; round++) {
    const run = conformance(made.graph, made.args, part, replay, { refusals: false });
    const sends = bareSends(STEPS);
    // The first round warms up.
    if (round === 0) continue;
    replayed.push(run.steps / run.seconds);
    bare.push(sends);
  }
  return [
    figure({
      name: 'replay',
      what: 'exact-replay steps a second ÷ bare sends to a two-state actor a second',
      value: rounded(median(replayed.map((rate, i) => rate / (bare[i] ?? Number.NaN)))),
      goal: { atLeast: 0.3 },
      details: { stepsPerSecond: Math.round(median(replayed)), sendsPerSecond: Math.round(median(bare)) },
    }),
  ];
}
