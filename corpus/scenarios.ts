/**
 * Short traces for people, each with a name and a reason. A scenario is written here as the actions it takes; the
 * states come from the graph, so a scenario that the specification does not allow cannot be made.
 */
import type { GraphArgs } from '../graph/args.js';
import type { Constants } from '../replay/constants.js';
import { type StepToWrite, traceText } from '../replay/format.js';
import { type Graph, stateAt, successors } from '../graph/graph.js';
import { type TracedModule, tracedModules } from '../replay/modules/index.js';
import { argText, type Scenario } from '../replay/scenario.js';

/** What the flags mean: what goes wrong in an implementation that fails such a trace. */
export const flagMeanings: Readonly<Record<string, string>> = {
  MSA00: 'A response frees a block that another request still needs, and another recipient’s data is sent.',
  OutOfOrder: 'Responses are matched to requests by position instead of by id.',
  RingFull: 'A request is written over a slot that is still in use, or a sender waits for ever.',
  PoolExhausted: 'A block that is in use is filled again, or a sender waits for ever.',
  IdWrap: 'A counter of ids comes round and gives out an id that is still in flight.',
  IndexWrap: 'Indices are compared by size, or masked when they are stored, and fail where they wrap.',
  HoldOff: 'The backend is notified when it did not ask to be, or not when it did.',
  FinalCheck: 'A response that comes while the frontend goes to sleep is never seen.',
  SpuriousEvent: 'An event without a response behind it is taken for one.',
  ErrorStatus:
    'A buffer whose request failed is not recovered, or the application is not told: an error is no length.',
  GrantPerRequest: 'A grant outlives its request, or ends before it.',
  CopyOut: 'What the application was given changes, or is lost, when its page is used again.',
  PageHandedUp: 'A page that the application reads is posted again, or is not posted after it was returned.',
  SlotIdentity: 'A response is taken for another request than the one that was in its slot.',
  OneEvent: 'An event is taken for one ring, and a response on the other is never seen.',
  Batch: 'Several requests or responses are published at once, and only the first or last is seen.',
  Chain:
    'A packet of several slots is published in parts, or taken for several packets, or for one of another length.',
  Extra:
    'An extra is taken for a request or a response, or the answer to it for the answer to one, or the page that it used up is lost.',
  Abandoned: 'A send that fails in the middle leaves slots, blocks or ids behind.',
  InParts: 'What has come of a packet is dropped or handed up when the rest of it is published later.',
  Connects: 'A device does not connect, or the first frames are lost.',
  Reconnects:
    'A frame of a lost ring is sent again or forgotten, or a page is used again that a backend has mapped.',
  Closes: 'A close waits without end for a backend that does not answer.',
  Cover: 'Part of a set of traces that takes every action, and as many pairs of actions as fit.',
  Reached: 'A corner of the state space that the models are shown to reach.',
  Violation: 'The shortest run that violates a property of the specification.',
};

/** All scenarios. */
export const scenarios: readonly Scenario[] = tracedModules.flatMap((module) => module.scenarios);

/**
 * Makes a scenario from the graph of its model.
 * @throws Error if the specification does not allow one of its steps there, naming those it allows
 */
export function scenarioText(
  scenario: Scenario,
  graph: Graph,
  args: GraphArgs,
  module: TracedModule,
  constants: Constants,
): string {
  let state = graph.initial[0]!;
  const states = [stateAt(graph, state)];
  const steps: StepToWrite[] = [];
  for (const word of scenario.actions.split(' ')) {
    const [name = '', ...wanted] = word.split(':');
    const refused = name.startsWith('!');
    const action = refused ? name.slice(1) : name;
    const next = [...successors(graph, state)]
      .map(({ transition, to, ...rest }) => ({
        ...rest,
        to,
        args: args.values[args.ofTransition[transition]!]!,
      }))
      .filter((step) => step.action === action);
    const found = next.find((step) =>
      wanted.every((text, i) => argText(Object.values(step.args)[i]!) === text),
    );
    if (refused) {
      if (found !== undefined)
        throw new Error(
          `${scenario.name}: step ${steps.length + 1} is to be refused, and ${scenario.model} allows it`,
        );
      steps.push({ action, args: module.args[action]?.parse?.(wanted) ?? {}, refused });
      states.push(stateAt(graph, state));
      continue;
    }
    if (found === undefined) {
      const allowed = [...successors(graph, state)].map((step) => step.action).join(', ');
      throw new Error(
        `${scenario.name}: step ${steps.length + 1} cannot be ${word}; ${scenario.model} allows ${allowed}`,
      );
    }
    steps.push({ action: found.action, args: found.args });
    state = found.to;
    states.push(stateAt(graph, state));
  }
  const { name, model, comment } = scenario;
  return traceText(
    { name, kind: 'scenario', model, module: module.name, flags: [...scenario.flags], comment, constants },
    steps,
    states,
  );
}
