/** Short traces of both rings on one event channel. */
import type { Scenario } from '../../scenario.js';

const SEND = 'TxFill TxEnqueue TxPushRequests TxCheckNotify';
const POST = 'RxGrantAccess RxPost RxPushRequests RxCheckNotify';
const TX_SERVE = 'TxBackTakeRequest TxBackReadBlock:1 TxBackRespond:1:OKAY';
const RX_SERVE = 'RxBackTakeRequest RxBackWriteFrame:1:A RxBackRespond:1:A';
const TX_REAP = 'TxReadRspProd TxConsumeResponse TxRelease';
const RX_REAP = 'RxReadRspProd RxConsumeResponse RxRelease RxDeliver';
const TX_SLEEP = 'TxArm TxFinalCheck';
const RX_SLEEP = 'RxArm RxFinalCheck';

/** The scenarios. */
export const txrxScenarios: readonly Scenario[] = [
  {
    name: 'valid/txrx/one-event-for-both-rings',
    model: 'txrx_one_channel',
    flags: ['OneEvent'],
    comment:
      'A frame is sent and another arrives, and one event stands for both (txrx_event_taken_by_one goes wrong here): it is ' +
      'taken once, and both rings are looked at.',
    actions: [
      ...[SEND, POST, TX_SERVE, RX_SERVE, 'TakeEvent !TakeEvent'],
      ...[TX_REAP, RX_REAP, TX_SLEEP, RX_SLEEP],
    ].join(' '),
  },
  {
    name: 'valid/txrx/event-finds-nothing-on-one-ring',
    model: 'txrx_one_channel',
    flags: ['OneEvent', 'SpuriousEvent'],
    comment:
      'A frame arrives while the transmit ring is quiet: its poller wakes too, finds nothing, and sleeps again.',
    actions: [POST, RX_SERVE, 'TakeEvent TxReadRspProd', TX_SLEEP, RX_REAP, RX_SLEEP].join(' '),
  },
  {
    name: 'valid/txrx/event-while-the-other-ring-polls',
    model: 'txrx_one_channel',
    flags: ['OneEvent', 'FinalCheck'],
    comment:
      'An event comes while the receive ring is still polling: it wakes the transmit ring alone, and the receive ring goes on.',
    actions: [
      ...[POST, RX_SERVE, 'TakeEvent', RX_REAP, 'TxReadRspProd', TX_SLEEP],
      ...[SEND, TX_SERVE, 'TakeEvent', TX_REAP, TX_SLEEP, 'RxReadRspProd', RX_SLEEP],
    ].join(' '),
  },
];
