/** Short traces of both ends of a ring: how they wake each other, and where that can go wrong. */
import type { Scenario } from '../../scenario.js';

const WRITE = 'FrontWriteRequest';
const PUBLISH = 'FrontPushRequests FrontCheckNotify';
const POLL = 'FrontWake FrontReadRspProd';
const CONSUME = 'FrontConsumeResponse';
const SLEEP = 'FrontArm FrontFinalCheck';

const LOOK = 'BackReadReqProd';
const TAKE = 'BackTakeRequest BackReadReqProd';
const BACK_SLEEP = 'BackArm BackFinalCheck';
const ANSWER = 'BackWriteResponse BackPushResponses BackCheckNotify';

const LAP = `${WRITE} ${PUBLISH} BackWake ${LOOK} ${TAKE} ${BACK_SLEEP} ${ANSWER} ${POLL} ${CONSUME} ${SLEEP}`;

/** The scenarios. */
export const ringScenarios: readonly Scenario[] = [
  {
    name: 'valid/ring/three-laps-of-one-slot',
    model: 'ring_1',
    flags: ['IndexWrap', 'RingFull'],
    comment:
      'A ring of one slot (ring_1), full with one request: three times round, over the wrap of all indices. Each end ' +
      'sleeps in between, and each publish wakes the other.',
    actions: `${LAP} ${LAP} ${WRITE} !${WRITE} ${PUBLISH} BackWake ${LOOK} ${TAKE} ${BACK_SLEEP} ${ANSWER} !${WRITE} ${POLL} ${CONSUME} ${SLEEP}`,
  },
  {
    name: 'valid/ring/hold-off',
    model: 'ring',
    flags: ['HoldOff'],
    comment:
      'A request is published while the back is awake and has not asked to be notified of it: no event is sent, and the ' +
      'back takes both requests.',
    actions: `${WRITE} ${PUBLISH} BackWake ${WRITE} ${PUBLISH} !BackWake ${LOOK} ${TAKE} ${TAKE} ${BACK_SLEEP} !BackWake`,
  },
  {
    name: 'valid/ring/batch-of-responses',
    model: 'ring',
    flags: ['Batch', 'HoldOff', 'IndexWrap'],
    comment: 'Two requests and two responses, each pair published at once: one event each way.',
    actions: [
      `${WRITE} ${WRITE} !${WRITE} ${PUBLISH} BackWake ${LOOK} ${TAKE} ${TAKE} ${BACK_SLEEP}`,
      `BackWriteResponse BackWriteResponse !BackWriteResponse BackPushResponses BackCheckNotify`,
      `${POLL} ${CONSUME} ${CONSUME} !${CONSUME} ${SLEEP} !FrontWake`,
    ].join(' '),
  },
  {
    name: 'valid/ring/final-check-finds-a-response',
    model: 'ring',
    flags: ['FinalCheck', 'SpuriousEvent'],
    comment:
      'A response comes after the front has armed and before it sleeps (ring_no_final_check). The final check finds it; ' +
      'the event that was sent as well wakes the front later, for nothing.',
    actions: [
      `${WRITE} ${WRITE} ${PUBLISH} BackWake ${LOOK} ${TAKE} ${TAKE} ${BACK_SLEEP} ${ANSWER}`,
      `${POLL} ${CONSUME} FrontArm ${ANSWER} FrontFinalCheck FrontReadRspProd ${CONSUME} ${SLEEP}`,
      `${POLL} !${CONSUME} ${SLEEP}`,
    ].join(' '),
  },
  {
    name: 'valid/ring/final-check-finds-a-request',
    model: 'ring',
    flags: ['FinalCheck', 'SpuriousEvent'],
    comment:
      'The same at the other end (ring_no_final_check_back): a request comes after the back has armed and before it sleeps.',
    actions: [
      `${WRITE} ${PUBLISH} BackWake ${LOOK} ${TAKE} BackArm ${WRITE} ${PUBLISH} BackFinalCheck`,
      `${TAKE} ${BACK_SLEEP} BackWake ${LOOK} !BackTakeRequest ${BACK_SLEEP}`,
    ].join(' '),
  },
  {
    name: 'valid/ring/woken-in-vain',
    model: 'ring',
    flags: ['SpuriousEvent'],
    comment: 'An event that nobody sent wakes either end: it looks, finds nothing, and sleeps again.',
    actions: [
      `!FrontWake SpuriousEventToFront ${POLL} !${CONSUME} !FrontWake ${SLEEP}`,
      `!BackWake SpuriousEventToBack BackWake ${LOOK} !BackTakeRequest ${BACK_SLEEP}`,
    ].join(' '),
  },
  {
    name: 'valid/ring/ring-full-then-one-free',
    model: 'ring_4',
    flags: ['RingFull', 'IndexWrap'],
    comment:
      'Four requests fill a ring of four slots (ring_full_off_by_one). A response that is published frees no slot; one ' +
      'that was consumed does.',
    actions: [
      `${WRITE} ${WRITE} ${WRITE} ${WRITE} !${WRITE} ${PUBLISH} BackWake ${LOOK} ${TAKE} ${TAKE} ${TAKE} ${TAKE}`,
      `${BACK_SLEEP} BackWriteResponse !BackWriteResponse BackPushResponses !BackWriteResponse BackCheckNotify`,
      `!${WRITE} ${POLL} ${CONSUME} ${SLEEP} ${WRITE} !${WRITE}`,
    ].join(' '),
  },
  {
    name: 'valid/ring/one-loop-publishes-before-it-wakes',
    model: 'ring_4',
    flags: ['HoldOff'],
    comment:
      'A front of one loop has written a request when an event comes: it publishes it and checks whom to notify, and ' +
      'wakes only then. While it polls it writes nothing.',
    actions: [
      `${WRITE} ${PUBLISH} BackWake ${LOOK} ${TAKE} ${BACK_SLEEP} ${ANSWER}`,
      `${WRITE} !FrontWake FrontPushRequests !FrontWake FrontCheckNotify ${POLL} !${WRITE} ${CONSUME} ${SLEEP}`,
    ].join(' '),
  },
];
