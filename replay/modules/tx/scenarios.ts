/** Short traces of the transmit ring. */
import type { Scenario } from '../../scenario.js';

const SEND = 'TxFill TxEnqueue';
const PUBLISH = 'TxPushRequests TxCheckNotify';
const POLL = 'TxTakeEvent TxReadRspProd';
const REAP = 'TxConsumeResponse TxRelease';
const SLEEP = 'TxArm TxFinalCheck';
const SERVE = 'BackTakeRequest BackReadBlock:1 BackRespond:1:OKAY';

/** The scenarios. */
export const txScenarios: readonly Scenario[] = [
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
