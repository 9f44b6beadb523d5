/** Short traces of packets of several slots on the transmit ring. */
import type { Scenario } from '../../scenario.js';

const TWO = 'TxFill:2:0 TxEnqueue TxFill TxEnqueue';
const WITH_EXTRA = 'TxFill:1:1 TxEnqueue TxEnqueueExtra';
const ONE = 'TxFill:1:0 TxEnqueue';
const PUBLISH = 'TxPushRequests TxCheckNotify';
const POLL = 'TxTakeEvent TxReadRspProd';
const REAP = 'TxConsumeResponse TxRelease';
const SLEEP = 'TxReadRspProd TxArm TxFinalCheck';

/** The scenarios. */
export const txPacketsScenarios: readonly Scenario[] = [
  {
    name: 'valid/txpackets/extra-answered-with-null',
    model: 'txp',
    flags: ['Chain', 'Extra'],
    comment:
      'A packet of one fragment and an extra. The extra has a slot and no id; its answer has the status NULL and frees ' +
      'nothing, and the application is told when the block is released.',
    actions: [
      WITH_EXTRA,
      PUBLISH,
      'BackTakeRequest BackRespond:1:OKAY BackRespondNull:0',
      `${POLL} ${REAP} TxConsumeResponse`,
      SLEEP,
    ].join(' '),
  },
  {
    name: 'valid/txpackets/null-carries-an-id-in-flight',
    model: 'txp',
    flags: ['Extra', 'OutOfOrder'],
    comment:
      'What the NULL has where a response has its id is the id of the request that is still to be answered. Nothing is ' +
      'released before that one is.',
    actions: [
      WITH_EXTRA,
      PUBLISH,
      'BackTakeRequest BackRespondNull:0',
      `${POLL} TxConsumeResponse !TxRelease`,
      'BackRespond:1:OKAY',
      `TxReadRspProd ${REAP}`,
      SLEEP,
    ].join(' '),
  },
  {
    name: 'valid/txpackets/chain-answered-out-of-order',
    model: 'txp',
    flags: ['Chain', 'OutOfOrder'],
    comment:
      'The second slot of a packet is answered before the first. Each response frees its own block, and the application ' +
      'is told once, with the last.',
    actions: [
      TWO,
      PUBLISH,
      'BackTakeRequest BackRespond:2:OKAY',
      `${POLL} ${REAP}`,
      'BackRespond:1:OKAY',
      `TxReadRspProd ${REAP}`,
      SLEEP,
    ].join(' '),
  },
  {
    name: 'valid/txpackets/id-is-opaque',
    model: 'txp',
    flags: ['OutOfOrder'],
    comment:
      'The backend does with an id what netif.h lets it: it echoes it. Here ids are numbers of blocks, and the packet that ' +
      'is answered first is the one whose block was freed last and filled first.',
    actions: [
      `${ONE} ${ONE}`,
      PUBLISH,
      'BackTakeRequest BackTakeRequest BackRespond:2:OKAY',
      `${POLL} ${REAP}`,
      `${ONE} ${PUBLISH}`,
      'BackTakeRequest BackRespond:2:OKAY BackRespond:1:ERROR',
      `TxReadRspProd ${REAP} ${REAP}`,
      SLEEP,
    ].join(' '),
  },
  {
    name: 'valid/txpackets/chain-with-mixed-statuses',
    model: 'txp',
    flags: ['Chain', 'ErrorStatus'],
    comment:
      'One slot of a packet is answered with ERROR, the other with OKAY: the application is told ERROR, once.',
    actions: [
      TWO,
      PUBLISH,
      'BackTakeRequest BackRespond:1:ERROR BackRespond:1:OKAY',
      `${POLL} ${REAP} ${REAP}`,
      SLEEP,
    ].join(' '),
  },
  {
    name: 'valid/txpackets/send-fails-in-the-middle',
    model: 'txp',
    flags: ['Chain', 'Abandoned'],
    comment:
      'A packet is given up with one slot written and a second block filled. Nothing of it is published; slots, blocks ' +
      'and ids are as before, and the next packet has them.',
    actions: [
      'TxFill:2:0 TxEnqueue !TxPushRequests TxFill !TxPushRequests TxAbandon',
      '!TxPushRequests !TxAbandon',
      TWO,
      PUBLISH,
      'BackTakeRequest BackRespond:1:OKAY BackRespond:1:OKAY',
      `${POLL} ${REAP} ${REAP}`,
      SLEEP,
    ].join(' '),
  },
  {
    name: 'valid/txpackets/send-fails-behind-a-packet',
    model: 'txp',
    flags: ['Chain', 'Abandoned'],
    comment:
      'A packet is whole and not published when the next send fails. The one is not lost with the other: it is published, ' +
      'and answered.',
    actions: [
      `${ONE} TxFill:1:0 TxAbandon`,
      PUBLISH,
      'BackTakeRequest BackRespond:1:OKAY',
      `${POLL} ${REAP}`,
      SLEEP,
    ].join(' '),
  },
  {
    name: 'valid/txpackets/chain-fills-the-ring-across-the-wrap',
    model: 'txp',
    flags: ['Chain', 'RingFull', 'IndexWrap'],
    comment:
      'A packet takes every slot of the ring, and its indices wrap between the first slot and the second. A packet of two ' +
      'slots then waits for both of them.',
    actions: [
      `${TWO} !TxFill:1:0`,
      PUBLISH,
      'BackTakeRequest BackRespond:1:OKAY',
      `${POLL} ${REAP} !TxFill:2:0 !TxFill:1:1`,
      'BackRespond:1:OKAY',
      `TxReadRspProd ${REAP} ${TWO}`,
    ].join(' '),
  },
  {
    name: 'valid/txpackets/more-slots-than-promised',
    model: 'txp',
    flags: ['Chain'],
    comment:
      'The backend has promised to take two slots a packet: one of three is refused, and one of two is sent.',
    actions: `!TxFill:2:1 !TxFill:1:2 !TxFill:3:0 ${WITH_EXTRA} ${PUBLISH}`,
  },
];
