/**
 * A trace as a document of the Informal Trace Format, for tools that read ITF. Action and arguments are named as
 * Quint names them, ITF has no place for them; steps that must be refused have no state of their own and are left out.
 */
import type { Value } from '../tlc/index.js';
import { statesOf, type Trace } from './format.js';

/** The document, to be printed as JSON. */
export const itfOf = (trace: Trace): unknown => {
  const { header, steps } = trace;
  const states = statesOf(trace);
  const taken = steps.map((step, i) => ({ step, state: states[i + 1] })).filter(({ step }) => !step.refused);
  const all = [
    { ...header.initial, 'mbt::actionTaken': 'Init', 'mbt::nondetPicks': {} },
    ...taken.map(({ step, state }) => ({
      ...state,
      'mbt::actionTaken': step.action,
      'mbt::nondetPicks': step.args as Record<string, Value>,
    })),
  ];
  return {
    '#meta': { format: 'ITF', 'format-description': header.comment, source: header.name },
    params: Object.keys(header.constants),
    vars: [...Object.keys(header.initial), 'mbt::actionTaken', 'mbt::nondetPicks'],
    states: all.map((state, index) => ({ '#meta': { index }, ...state })),
  };
};
