/** A way through a graph that somebody has chosen, as a trace. */
import { ToolError } from '../tlc/index.js';
import type { ModelGraph } from './make.js';
import { scenarioText } from './scenarios.js';

/** The trace. A step is an action with its arguments behind colons. Throws {@link ToolError} at a step that the graph does not have there. */
export const wayText = (made: ModelGraph, steps: readonly string[]): string => {
  const { name, module, constants, graph, args } = made;
  const comment = 'A way through the graph that somebody has chosen.';
  const scenario = { name: `way/${name}`, model: name, flags: [], comment, actions: steps.join(' ') };
  try {
    return scenarioText(scenario, graph, args, module, constants);
  } catch (error) {
    throw new ToolError((error as Error).message);
  }
};
