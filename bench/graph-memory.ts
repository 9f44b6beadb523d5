/** A process of its own that reads and covers one graph, so that its peak memory is that of nothing else. */
import { coverTransitions, readGraph } from '../corpus/index.js';
import type { MemoryReport } from './graph.js';

const [file = '', distinctStates = '0'] = process.argv.slice(2);
const graph = await readGraph(file, { distinctStates: Number(distinctStates) });
const { steps } = coverTransitions(graph);
const report: MemoryReport = {
  transitions: graph.transitionCount,
  states: graph.stateCount,
  steps,
  maxRssKiB: process.resourceUsage().maxRSS,
};
process.send?.(report, () => process.disconnect());
