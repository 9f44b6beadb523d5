/** Short traces of the receive ring: what goes wrong in its models, as it should go. */
import type { Scenario } from '../../scenario.js';

const POST = 'RxGrantAccess RxPost';
const PUBLISH = 'RxPushRequests RxCheckNotify';
const POLL = 'RxTakeEvent RxReadRspProd';
const TAKE = 'RxConsumeResponse RxRelease';
const DELIVER = `${TAKE} RxDeliver`;
const SLEEP = 'RxArm RxFinalCheck';
const SERVE = 'BackTakeRequest BackWriteFrame:1:A BackRespond:1:A';
const FAIL = 'BackTakeRequest BackRespond:1:ERROR';

/** The scenarios. */
export const rxScenarios: readonly Scenario[] = [
  {
    name: 'valid/rx/one-frame-arrives',
    model: 'rx_1_6_1',
    flags: ['IndexWrap', 'CopyOut'],
    comment:
      'A page is posted, a frame arrives in it, and a copy is handed up. Both producer indices wrap on the way.',
    actions: [POST, PUBLISH, SERVE, POLL, DELIVER, 'RxReadRspProd', SLEEP].join(' '),
  },
  {
    name: 'valid/rx/msa00-each-response-for-its-own-page',
    model: 'rx_1_4_2',
    flags: ['MSA00', 'PageHandedUp'],
    comment:
      'The receive half of the advisory, as it should go (rx_1_4_1): two pages are in flight, the first is answered, and ' +
      'that page and no other is handed up, while the backend is still to write the second.',
    actions: [
      `${POST} ${POST} ${PUBLISH}`,
      SERVE,
      POLL,
      DELIVER,
      SERVE,
      'RxReadRspProd',
      DELIVER,
      SLEEP,
    ].join(' '),
  },
  {
    name: 'valid/rx/held-page-is-not-written',
    model: 'rx_1_4_2',
    flags: ['MSA00', 'PageHandedUp'],
    comment:
      'What the application reads does not change (rx_1_4_1_mutated): the backend writes the other page meanwhile, and the ' +
      'page that was handed up is posted again only when it was returned.',
    actions: [
      `${POST} ${POST} ${PUBLISH}`,
      `${SERVE} ${POLL} ${DELIVER}`,
      '!RxGrantAccess:0 BackTakeRequest BackWriteFrame:1:A',
      'AppReturn:0 !AppReturn:0 RxGrantAccess RxPost',
      'BackRespond:1:A RxReadRspProd',
      `${DELIVER} ${SLEEP} AppReturn:1`,
    ].join(' '),
  },
  {
    name: 'valid/rx/copy-is-of-the-right-page',
    model: 'rx_1_6_1',
    flags: ['MSA00', 'CopyOut'],
    comment:
      'Two frames wait in two pages (rx_1_5_0): each copy is of the page that its response names, and is the application’s ' +
      'for good, though the page is posted and written again at once.',
    actions: [
      `${POST} ${POST} ${PUBLISH}`,
      `${SERVE} ${SERVE} ${POLL}`,
      `${DELIVER} ${POST} ${PUBLISH}`,
      `${DELIVER} ${SERVE}`,
      `RxReadRspProd ${DELIVER} ${SLEEP}`,
    ].join(' '),
  },
  {
    name: 'valid/rx/ids-go-round',
    model: 'rx_1_6_1',
    flags: ['IdWrap'],
    comment: 'A counter of two ids goes round (rx_1_6_1), and gives each again only after its response.',
    actions: [
      `${POST} ${POST} ${PUBLISH} ${SERVE} ${POLL} ${DELIVER}`,
      `${POST} ${PUBLISH} ${SERVE} RxReadRspProd ${DELIVER}`,
      `${POST} ${PUBLISH} ${SERVE} ${SERVE} RxReadRspProd ${DELIVER} ${DELIVER} ${SLEEP}`,
    ].join(' '),
  },
  {
    name: 'valid/rx/slot-is-the-identity',
    model: 'rx_slot',
    flags: ['SlotIdentity', 'IndexWrap'],
    comment:
      'Linux (rx_slot): each response is in the slot of its request, and its id says so once more. The ring goes round twice.',
    actions: [
      `${POST} ${POST} ${PUBLISH} ${SERVE} ${SERVE} ${POLL} ${DELIVER} ${DELIVER}`,
      `${POST} ${POST} ${PUBLISH} ${SERVE} ${SERVE} RxReadRspProd ${DELIVER} ${DELIVER} ${SLEEP}`,
    ].join(' '),
  },
  {
    name: 'valid/rx/error-is-no-length',
    model: 'rx_slot',
    flags: ['ErrorStatus'],
    comment:
      'A request is answered with ERROR (rx_status_unsigned): the status is signed, and nothing is handed up.',
    actions: [POST, PUBLISH, FAIL, POLL, TAKE, '!RxDeliver RxReadRspProd', SLEEP].join(' '),
  },
  {
    name: 'valid/rx/page-of-an-error-is-posted-again',
    model: 'rx_slot',
    flags: ['ErrorStatus'],
    comment:
      'Both pages come back with ERROR (rx_leak_on_error), one of them written before: both are posted again, and a frame ' +
      'arrives in each.',
    actions: [
      `${POST} ${POST} ${PUBLISH}`,
      `${FAIL} BackTakeRequest BackWriteFrame:1:A BackRespond:1:ERROR`,
      `${POLL} ${TAKE} ${TAKE}`,
      `${POST} ${POST} ${PUBLISH} ${SERVE} ${SERVE}`,
      `RxReadRspProd ${DELIVER} ${DELIVER} ${SLEEP}`,
    ].join(' '),
  },
  {
    name: 'valid/rx/posts-before-it-sleeps',
    model: 'rx_1_6_1',
    flags: ['RingFull', 'FinalCheck'],
    comment:
      'A loop that posts what it has freed before it sleeps (rx_refill_then_poll does not): the backend is never left ' +
      'without a page.',
    actions: [
      `${POST} ${POST} ${PUBLISH} !RxGrantAccess:0`,
      `${SERVE} ${SERVE} ${POLL} ${DELIVER} ${DELIVER} RxReadRspProd`,
      `${POST} ${POST} ${PUBLISH} ${SLEEP}`,
      `${SERVE} ${POLL} ${DELIVER} ${POST} ${PUBLISH} ${SLEEP}`,
    ].join(' '),
  },
  {
    name: 'valid/rx/application-holds-every-page',
    model: 'rx_1_4_2',
    flags: ['PoolExhausted', 'PageHandedUp'],
    comment:
      'Without a copy the application can have every page: nothing is posted until it returns one, which is then posted.',
    actions: [
      `${POST} ${POST} ${PUBLISH} ${SERVE} ${SERVE} ${POLL} ${DELIVER} ${DELIVER}`,
      '!RxGrantAccess:0 RxReadRspProd',
      `${SLEEP} AppReturn:1 ${POST} ${PUBLISH} !RxGrantAccess:1`,
    ].join(' '),
  },
  {
    name: 'valid/rx/final-check-finds-a-frame',
    model: 'rx_slot',
    flags: ['FinalCheck', 'SpuriousEvent'],
    comment:
      'A frame arrives after the frontend has asked to be notified and before it sleeps. The final check finds it; the event ' +
      'that was sent as well wakes the frontend later, for nothing.',
    actions: [
      `${POST} ${POST} ${PUBLISH} ${SERVE} ${POLL} ${DELIVER}`,
      `RxArm ${SERVE} RxFinalCheck ${DELIVER} ${SLEEP}`,
      `${POLL} ${SLEEP}`,
    ].join(' '),
  },
  {
    name: 'valid/rx/hold-off',
    model: 'rx_slot',
    flags: ['HoldOff'],
    comment: 'A page is posted while the backend has not asked to be notified of it: no event is sent.',
    actions: `${POST} ${PUBLISH} ${POST} ${PUBLISH} BackTakeRequest BackTakeRequest`,
  },
];
