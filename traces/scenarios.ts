/**
 * Short traces for people, each with a name and a reason. A scenario is written here as the actions it takes; the
 * states come from the graph, so a scenario that the specification does not allow cannot be made.
 */
import type { Args, GraphArgs } from './args.js';
import type { Constants } from './constants.js';
import { type StepToWrite, traceText } from './format.js';
import { type Graph, stateAt, successors } from './graph.js';

/** A trace to be made. */
export interface Scenario {
  /** Its path in the corpus, without the ending. */
  readonly name: string;
  /** The model whose graph it is taken from. */
  readonly model: string;
  readonly flags: readonly string[];
  readonly comment: string;
  /**
   * Actions, one a word; an argument stands behind a colon (`BackRespond:2:ERROR`). With `!` before it an action of
   * the frontend must be refused (`!TxFill:A`).
   */
  readonly actions: string;
}

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
  ErrorStatus: 'A block whose request failed is not recovered, or the sender is told that all went well.',
  GrantPerRequest: 'A grant outlives its request, or ends before it.',
  Batch: 'Several requests or responses are published at once, and only the first or last is seen.',
  Cover: 'Part of a set of traces that takes every action, and as many pairs of actions as fit.',
  Reached: 'A corner of the state space that the models are shown to reach.',
  Violation: 'The shortest run that violates a property of the specification.',
};

const SEND = 'TxFill TxEnqueue';
const PUBLISH = 'TxPushRequests TxCheckNotify';
const POLL = 'TxTakeEvent TxReadRspProd';
const REAP = 'TxConsumeResponse TxRelease';
const SLEEP = 'TxArm TxFinalCheck';
const SERVE = 'BackTakeRequest BackReadBlock:1 BackRespond:1:OKAY';

/** The scenarios of the transmit ring. */
export const scenarios: readonly Scenario[] = [
  {
    name: 'valid/tx/one-frame-there-and-back',
    model: 'tx_1_4_2',
    flags: ['IndexWrap'],
    comment: 'One frame is sent and answered. Both producer indices wrap on the way.',
    actions: [SEND, PUBLISH, SERVE, POLL, REAP, 'TxReadRspProd', SLEEP].join(' '),
  },
  {
    name: 'valid/tx/msa00-response-frees-one-block',
    model: 'tx_1_4_2',
    flags: ['MSA00'],
    comment:
      'The advisory’s run, as it should go: two requests in flight on one page, the first is answered, and only its ' +
      'own block is used again while the second is still to be read.',
    actions: [
      `${SEND} ${SEND} ${PUBLISH}`,
      'BackTakeRequest BackReadBlock:1 BackRespond:1:OKAY',
      `${POLL} ${REAP}`,
      `${SEND} ${PUBLISH}`,
      `${SERVE} ${SERVE}`,
      `TxReadRspProd ${REAP} ${REAP} ${SLEEP}`,
    ].join(' '),
  },
  {
    name: 'valid/tx/responses-out-of-order',
    model: 'tx_1_4_2',
    flags: ['OutOfOrder', 'MSA00'],
    comment:
      'The second request is answered first. Its block is free, the first one’s is not, whatever the slots say.',
    actions: [
      `${SEND} ${SEND} ${PUBLISH}`,
      'BackTakeRequest BackTakeRequest BackReadBlock:2 BackRespond:2:OKAY',
      `${POLL} ${REAP}`,
      'BackReadBlock:1 BackRespond:1:OKAY',
      `TxReadRspProd ${REAP} ${SLEEP}`,
    ].join(' '),
  },
  {
    name: 'valid/tx/ring-full-then-drain',
    model: 'tx_1_4_2',
    flags: ['RingFull'],
    comment:
      'Two requests fill a ring of two slots while a block is still free. A third frame has to wait until a response is consumed.',
    actions: [
      `${SEND} ${SEND} ${PUBLISH}`,
      `!TxFill:A ${SERVE} ${POLL} !TxFill:A ${REAP}`,
      `${SEND} ${PUBLISH} !TxFill:A`,
      `${SERVE} ${SERVE} TxReadRspProd ${REAP} ${REAP} ${SLEEP}`,
    ].join(' '),
  },
  {
    name: 'valid/tx/error-status-frees-the-block',
    model: 'tx_1_4_2',
    flags: ['ErrorStatus'],
    comment:
      'A request is answered with ERROR without having been read. The sender is told, and the block is free again.',
    actions: [
      SEND,
      PUBLISH,
      'BackTakeRequest BackRespond:1:ERROR',
      POLL,
      REAP,
      'TxReadRspProd',
      SLEEP,
      SEND,
    ].join(' '),
  },
  {
    name: 'valid/tx/batch-is-notified-once',
    model: 'tx_1_4_2',
    flags: ['Batch', 'HoldOff'],
    comment: 'Two requests are published by one store of req_prod, and the backend is notified once.',
    actions: [`${SEND} ${SEND} ${PUBLISH}`, SERVE, SERVE, POLL, REAP, REAP, 'TxReadRspProd', SLEEP].join(' '),
  },
  {
    name: 'valid/tx/hold-off',
    model: 'tx_1_4_2',
    flags: ['HoldOff'],
    comment: 'A request is published before the backend has asked to be notified of it: no event is sent.',
    actions: [`${SEND} ${PUBLISH}`, `${SEND} ${PUBLISH}`, 'BackTakeRequest BackTakeRequest'].join(' '),
  },
  {
    name: 'valid/tx/final-check-finds-a-response',
    model: 'tx_1_4_2',
    flags: ['FinalCheck', 'SpuriousEvent'],
    comment:
      'A response comes after the frontend has asked to be notified and before it sleeps. The final check finds it; the ' +
      'event that was sent as well wakes the frontend later, for nothing.',
    actions: [
      `${SEND} ${SEND} ${PUBLISH}`,
      `BackTakeRequest BackReadBlock:1 BackRespond:1:OKAY ${POLL} ${REAP}`,
      'TxArm BackTakeRequest BackReadBlock:1 BackRespond:1:OKAY TxFinalCheck',
      `${REAP} ${SLEEP}`,
      `${POLL} ${SLEEP}`,
    ].join(' '),
  },
  {
    name: 'valid/tx/id-wraps-around-one-in-flight',
    model: 'tx_counter_skip',
    flags: ['IdWrap', 'OutOfOrder'],
    comment: 'The first request stays in flight while the counter goes round: its id is skipped.',
    actions: [
      `${SEND} ${SEND} ${PUBLISH}`,
      'BackTakeRequest BackTakeRequest BackReadBlock:2 BackRespond:2:OKAY',
      `${POLL} ${REAP} ${SEND} ${PUBLISH}`,
      `BackTakeRequest BackReadBlock:2 BackRespond:2:OKAY TxReadRspProd ${REAP}`,
      `${SEND} ${PUBLISH}`,
      'BackTakeRequest BackReadBlock:1 BackRespond:1:OKAY BackReadBlock:1 BackRespond:1:OKAY',
      `TxReadRspProd ${REAP} ${REAP} ${SLEEP}`,
    ].join(' '),
  },
  {
    name: 'valid/tx/pool-exhausted',
    model: 'tx_counter_skip',
    flags: ['PoolExhausted', 'RingFull'],
    comment: 'Both blocks are with the backend. The next frame waits for the first response.',
    actions: [
      `${SEND} ${SEND} ${PUBLISH} !TxFill:A`,
      `${SERVE} ${POLL} TxConsumeResponse !TxFill:A TxRelease ${SEND} ${PUBLISH} !TxFill:A ${SERVE} ${SERVE}`,
      `TxReadRspProd ${REAP} ${REAP} ${SLEEP}`,
    ].join(' '),
  },
  {
    name: 'valid/tx/grant-for-each-request',
    model: 'tx_freelist',
    flags: ['GrantPerRequest', 'OutOfOrder'],
    comment:
      'A page is granted for each request and taken back with its response; ids come from the head of a list.',
    actions: [
      'TxFill TxGrantAccess:0 TxEnqueue TxFill TxGrantAccess:1 TxEnqueue',
      PUBLISH,
      'BackTakeRequest BackTakeRequest BackReadBlock:1 BackReadBlock:2 BackRespond:2:OKAY BackRespond:1:ERROR',
      `${POLL} ${REAP} ${REAP}`,
      'TxFill TxGrantAccess:1 TxEnqueue',
      `${PUBLISH} ${SERVE} TxReadRspProd ${REAP} ${SLEEP}`,
    ].join(' '),
  },
];

/**
 * Makes a scenario from the graph of its model.
 * @throws Error if the specification does not allow one of its steps there, naming those it allows
 */
export function scenarioText(
  scenario: Scenario,
  graph: Graph,
  args: GraphArgs,
  about: { readonly module: string; readonly constants: Constants },
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
      wanted.every((text, i) => String(Object.values(step.args)[i]) === text),
    );
    if (refused) {
      if (found !== undefined)
        throw new Error(
          `${scenario.name}: step ${steps.length + 1} is to be refused, and ${scenario.model} allows it`,
        );
      steps.push({ action, args: refusedArgs(action, wanted), refused });
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
    { name, kind: 'scenario', model, flags: [...scenario.flags], comment, ...about },
    steps,
    states,
  );
}

/** The arguments of a step that is not in the graph, and so cannot be read off it. */
const refusedArgs = (action: string, [value]: readonly string[]): Args => {
  if (action === 'TxFill') return { frame: value ?? '' };
  return action === 'TxGrantAccess' ? { gref: Number(value) } : {};
};
