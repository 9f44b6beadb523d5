/** What is said of a divergence. */
import type { Divergence, Found, TraceVerdict } from '../../corpus/index.js';
import { shown } from '../output.js';
import { expectation } from './behaviour.js';

/** Of one in a trace file, or of a counterexample that is followed to its end. */
export const inFile = ({ trace, divergence }: TraceVerdict): string =>
  [
    `  trace     ${trace.header.name} (${shown(trace.file)}:${trace.line})`,
    ...(divergence === null
      ? [`  ${trace.header.name} shows a fault, and the implementation follows it to the end`]
      : details(divergence)),
    `  to repeat netfront replay ${shown(trace.file)}`,
  ].join('\n');

/** Of one in a graph. @param file where the path to it is kept as a trace */
export const inGraph = (model: string, { divergence, steps }: Found, file: string): string =>
  [
    `NOT ok  the graph of ${model}`,
    `  trace     ${steps.map(({ action, refused }) => (refused ? `!${action}` : action)).join(' ')}`,
    ...details(divergence),
    `  to repeat netfront replay ${shown(file)}`,
  ].join('\n');

function details(divergence: Divergence): readonly string[] {
  const args = Object.entries(divergence.args).map(([name, value]) => `${name} ${JSON.stringify(value)}`);
  const { expected, actual } = expectation(divergence);
  return [
    `  step      ${divergence.step}`,
    `  action    ${divergence.action}${args.length === 0 ? '' : `(${args.join(', ')})`}`,
    `  expected  ${expected}`,
    `  actual    ${actual}`,
  ];
}
