/** Short traces of packets of several slots, received: what goes wrong in the models rxp_*, as it should go. */
import type { Scenario } from '../../scenario.js';

const POST_TWO = 'RxGrantAccess RxPost RxGrantAccess RxPost RxPushRequests RxCheckNotify';
const POLL = 'RxTakeEvent RxReadRspProd';
const TAKE = 'RxConsumeResponse RxRelease';
const SLEEP = 'RxArm RxFinalCheck';

/** The scenarios. */
export const rxPacketsScenarios: readonly Scenario[] = [
  {
    name: 'valid/rxpackets/chain-is-delivered-whole',
    model: 'rxp_parts',
    flags: ['Chain', 'IndexWrap'],
    comment:
      'A packet of two slots, the first of which has more_data, is handed up when both have come, and as one. It begins in the last ' +
      'slot of the ring and ends in the first, and the index between them wraps.',
    actions: [
      POST_TWO,
      'BackSendPacket:2,1:2',
      POLL,
      `${TAKE} !RxDeliver ${TAKE} RxDeliver`,
      `RxReadRspProd ${SLEEP}`,
    ].join(' '),
  },
  {
    name: 'valid/rxpackets/own-sizes-not-the-transmit-rule',
    model: 'rxp_parts',
    flags: ['Chain'],
    comment:
      'Each slot says how many octets are in its own page, the first one too (rxp_1_5_0 takes that for the total). Two ' +
      'packets of two slots follow each other.',
    actions: [
      POST_TWO,
      'BackSendPacket:2,1:2',
      `${POLL} ${TAKE} ${TAKE} RxDeliver`,
      POST_TWO,
      'BackSendPacket:2,1:2',
      `RxReadRspProd ${TAKE} ${TAKE} RxDeliver`,
      `RxReadRspProd ${SLEEP}`,
    ].join(' '),
  },
  {
    name: 'valid/rxpackets/chain-in-parts-waits',
    model: 'rxp_parts',
    flags: ['Chain', 'InParts'],
    comment:
      'The backend publishes the first slot of a packet, and the second when the frontend has gone to sleep (rxp_cut_ends_chain). What ' +
      'has come waits; the second slot is not taken for a packet of its own.',
    actions: [
      POST_TWO,
      'BackSendPacket:2,1:1',
      `${POLL} ${TAKE} !RxDeliver RxReadRspProd ${SLEEP}`,
      'BackSendRest:1',
      `${POLL} ${TAKE} RxDeliver`,
      `RxReadRspProd ${SLEEP}`,
    ].join(' '),
  },
  {
    name: 'valid/rxpackets/extra-uses-up-a-request',
    model: 'rxp_parts',
    flags: ['Extra', 'SlotIdentity'],
    comment:
      'An extra uses up the request in whose slot it is, and overwrites its id (rxp_extra_leaks, rxp_extra_id_read). The page is ' +
      'found by slot, is free at once, and is posted again before the other: the next packet arrives in both.',
    actions: [
      POST_TWO,
      'BackSendPacket:1,extra:2',
      `${POLL} ${TAKE} !RxDeliver ${TAKE}`,
      'RxGrantAccess:1 RxPost RxDeliver',
      'RxGrantAccess:0 RxPost RxPushRequests RxCheckNotify',
      'BackSendPacket:2,1:2',
      `RxReadRspProd ${TAKE} ${TAKE} RxDeliver`,
      `RxReadRspProd ${SLEEP}`,
    ].join(' '),
  },
  {
    name: 'valid/rxpackets/error-in-the-middle-drops-the-chain',
    model: 'rxp_parts',
    flags: ['Chain', 'ErrorStatus'],
    comment:
      'The second slot of a packet is answered with ERROR (rxp_error_leaks_chain): nothing is handed up, and the page that came ' +
      'before is free as well. Both are posted again, and the next packet arrives in them.',
    actions: [
      POST_TWO,
      'BackSendPacket:2,ERROR:2',
      `${POLL} ${TAKE} ${TAKE} !RxDeliver`,
      POST_TWO,
      'BackSendPacket:2,1:2',
      `RxReadRspProd ${TAKE} ${TAKE} RxDeliver`,
      `RxReadRspProd ${SLEEP}`,
    ].join(' '),
  },
  {
    name: 'valid/rxpackets/rest-of-a-dropped-packet-is-dropped',
    model: 'rxp_parts',
    flags: ['Chain', 'InParts', 'ErrorStatus'],
    comment:
      'The first slot of a packet is answered with ERROR, and the second comes later (rxp_error_ends_chain): it belongs to ' +
      'the packet that is dropped, is freed, and nothing is handed up. The page of the first is posted again meanwhile.',
    actions: [
      POST_TWO,
      'BackSendPacket:ERROR,1:1',
      `${POLL} ${TAKE} RxReadRspProd`,
      'RxGrantAccess:0 RxPost RxPushRequests RxCheckNotify',
      'BackSendRest:1',
      `RxReadRspProd ${TAKE} !RxDeliver`,
      'BackSendPacket:1:1',
      `RxReadRspProd ${TAKE} RxDeliver`,
      `RxReadRspProd ${SLEEP}`,
    ].join(' '),
  },
  {
    name: 'valid/rxpackets/extra-of-a-dropped-packet-is-freed',
    model: 'rxp_parts',
    flags: ['Extra', 'ErrorStatus'],
    comment:
      'A packet with an extra is answered with ERROR: the extra is still an extra, and no response, and the page that it used up ' +
      'is free.',
    actions: [
      POST_TWO,
      'BackSendPacket:ERROR,extra:2',
      `${POLL} ${TAKE} ${TAKE} !RxDeliver`,
      POST_TWO,
      'BackSendPacket:1,extra:2',
      `RxReadRspProd ${TAKE} ${TAKE} RxDeliver`,
      `RxReadRspProd ${SLEEP}`,
    ].join(' '),
  },
];
