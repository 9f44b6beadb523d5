/** Transmit, packets of several slots. */
import { INDEX_STARTS, LAST, caseOf, type ExplainedCase, tx } from './builders.js';

/** A backend that keeps to the protocol. */
export const txPacketsCases: readonly ExplainedCase[] = [
  caseOf(
    'tx/chains/two-slots-there-and-back',
    tx(4),
    '(send:2 take answer:1 answer:1 event)*3',
    'The least there is: a packet of two slots is sent and answered, across the wrap of the indices.',
    'It sends one slot, two packets, or tells of each slot.',
  ),
  caseOf(
    'tx/chains/first-size-is-the-packets',
    tx(4),
    '(send:3 take read:1 read:2 read:3 answer:1*3 event)*4',
    'Three slots with a size each: the first has that of the packet, each further one its own.',
    'It writes into the first slot how much is in its own block, or the size of the packet into each.',
  ),
  caseOf(
    'tx/chains/full-blocks-and-one-octet-more',
    tx(4),
    '(send:2 take answer:1*2 event)*10',
    'Among these are a packet that fills its last block, and one with a single octet in it.',
    'It counts one block too few or too many, or leaves a slot empty.',
  ),
  ...INDEX_STARTS.map(([name, first]) =>
    caseOf(
      `tx/chains/indices-from-${name}`,
      tx(4, { first }),
      '(send:3 take answer:2 answer:1*2 event)*4',
      `Indices start at ${first}, and a packet of three slots goes over the boundary and the end of the ring.`,
      'A chain is cut where the ring ends, or indices wrap.',
    ),
  ),
  caseOf(
    'tx/chains/out-of-order',
    tx(8),
    'send:2*3 take*3 answer:4 answer:1:ERROR event answer:2 answer:1 event answer:2 answer:1:DROPPED event ' +
      '(send:2 take answer:2 answer:1:ERROR event)*4',
    'Several packets are in flight and answered out of order, one slot with OKAY and the next with ERROR.',
    'It takes what the last slot, or the first, was answered with for what became of the packet.',
  ),
  caseOf(
    'tx/chains/statuses-mixed',
    tx(4),
    '(send:2 take answer:1 answer:1:ERROR event send:2 take answer:1:ERROR answer:1 event ' +
      'send:2 take answer:2:DROPPED answer:1 event send:2 take answer:1:ERROR answer:1:DROPPED event)*2',
    'One slot of a packet fails, the first or the last, and the other does not.',
    'It tells OKAY of a packet of which a part was lost.',
  ),
  caseOf(
    'tx/chains/told-with-the-last-block',
    tx(4),
    'send:3 take answer:3 event answer:1 event spurious answer:1 event send:3 take answer:1:ERROR event answer:2 event answer:1 event',
    'The slots of a packet are answered one by one, with an event for each.',
    'It tells of the packet, and lets go of all its blocks, when the first slot is answered, or the last one.',
  ),
  caseOf(
    'tx/chains/a-block-is-free-when-its-slot-is-answered',
    tx(8, { buffers: 3 }),
    'send:3 send send take answer:2 event take answer:3 event answer:1 event take answer:1*2 event',
    'A slot in the middle of a packet is answered, and a frame waits for a block.',
    'The block of a slot stays in use until all of the packet is answered, or others of it are used again.',
  ),
  caseOf(
    'tx/chains/waits-for-slots',
    tx(4, { buffers: 8 }),
    'send:3 send:2 send take answer:1*2 event answer:1 event take*2 answer:1*3 event',
    'A packet waits for slots while a smaller one, which would have room, is behind it.',
    'It publishes the part of a packet that there is room for, or lets the smaller one overtake.',
  ),
  caseOf(
    'tx/chains/waits-for-blocks',
    tx(8, { buffers: 4, ids: 8 }),
    'send:3 send:2 send take answer:2 event take answer:1 event answer:1 event take*2 answer:1*3 event ' +
      'send:4 send:4 take answer:1*3 event answer:1 event take answer:1*4 event',
    'A packet waits for blocks, while the ring has room.',
    'It takes blocks one by one and stops in the middle of a packet, or publishes what it has.',
  ),
  caseOf(
    'tx/chains/nearly-full',
    tx(4, { buffers: 8 }),
    'send*3 send:2 take*3 answer:1 event take answer:1*4 event send*2 send:3 take*2 answer:2 event take answer:1*4 event',
    'The ring has room for the first slot of a packet, and not for all.',
    'It begins to write a packet where only a part has room.',
  ),
  caseOf(
    'tx/chains/nearly-full-with-extra',
    tx(4, { buffers: 8 }),
    'send*3 send:1:gso take*3 answer:1 event take answer:1*3 null event send*2 send:2:gso take*2 answer:2 event take answer:1*3 null event',
    'The ring has room for the requests of a packet, and not for its extra.',
    'It counts requests where slots are to be counted.',
  ),
  caseOf(
    'tx/chains/checksum-blank',
    tx(4),
    'send:1:csum send send:2:csum take*3 answer:1 event answer:1*3 event (send:1:csum send:1:gso take*2 answer:1*2 null event)*3',
    'Packets whose checksum is blank, without segmentation: the first request says so, and there is no extra.',
    'It says it only of a packet with an extra, of all, or with the bit of the receive ring.',
  ),
  caseOf(
    'tx/chains/gso-there-and-back',
    tx(4),
    'send send:1:gso take*2 null event answer:1 event answer:1 event (send:1:gso take answer:1 null event)*3',
    'A packet with an extra, which is answered with NULL and the id of a request in flight.',
    'It takes a NULL for the answer to the request that has its id.',
  ),
  caseOf(
    'tx/chains/null-before-and-after',
    tx(4),
    'send:2:gso take null event answer:2 event answer:1 event send:2:gso take answer:1 null event answer:1 event ' +
      'send:2:gso take answer:1*2 event null event send take answer:1:ERROR event',
    'The extra of a packet is answered before, between, and after its requests.',
    'It expects the NULL in one place, waits for it, or takes it for an error.',
  ),
  caseOf(
    'tx/chains/null-with-the-id-of-another-packet',
    tx(8),
    'send:2 send:2:gso send take*3 null answer:3 event answer:1*2 event answer:1*2 event send:3 take answer:1*3 event',
    'A NULL has the id of the first request of an older packet.',
    'It frees a block of the older packet, or counts it as answered.',
  ),
  caseOf(
    'tx/chains/hold-off',
    tx(8),
    'send take arm:3 send:2 send:2 take*2 answer:1*5 event arm:2 send:4 take answer:1*4 event send:2:gso take answer:1*2 null event',
    'The backend asks to be notified of a slot that is in the middle of a packet.',
    'It notifies for each slot, or looks at the first or the last one of a packet only.',
  ),
  caseOf(
    'tx/chains/final-check',
    tx(8),
    'send:2*3 take*3 answer:1*2 event:pause answer:1*2 resume event answer:1*2 event',
    'While the application is told of one packet, the slots of another are answered.',
    'It sleeps on responses that came while it was consuming others.',
  ),
  caseOf(
    'tx/chains/spurious-events',
    tx(4),
    'spurious send:2:gso spurious take spurious answer:1 spurious event null spurious event answer:1 event spurious send:2 take answer:1*2 event',
    'Events with nothing behind them, between the answers to a packet.',
    'It takes an event for the answer to all of a packet.',
  ),
  caseOf(
    'tx/chains/longest-packet',
    tx(32, { first: LAST - 20 }),
    '(send:16 take answer:16 answer:1*15 event send:16:gso take answer:1*16 null event)*2',
    'Sixteen requests, which are 65,535 octets where a block is a page, and an extra.',
    'It cannot send as much as netif.h has a size for.',
  ),
  caseOf(
    'tx/chains/nineteen-slots',
    tx(32, { first: LAST - 20 }),
    'send:18 send:19 send take*2 answer:1*19 event send:17:gso send:18:gso send:2 take*2 answer:1*20 null event send take answer:1 event',
    'A packet of more slots than a backend promises to take, where its blocks make it so long, is between others.',
    'It publishes what no backend has to take, or nothing is sent any more after it.',
  ),
  caseOf(
    'tx/chains/larger-than-the-ring',
    tx(2, { buffers: 4 }),
    'send:3 send take answer:1 event send:2:gso send:2 take answer:1*2 event',
    'A packet takes more slots than there are: it can never go, and those behind it can.',
    'It waits for what will never be there, and everything behind it does, or it writes over a slot in use.',
  ),
  caseOf(
    'tx/chains/larger-than-the-pool',
    tx(8, { buffers: 2 }),
    'send:3 send take answer:1 event send:2 send:3:gso take answer:1*2 event',
    'A packet takes more blocks than there are: it can never go, and those behind it can.',
    'It waits for what will never be there, and everything behind it does.',
  ),
  caseOf(
    'tx/chains/one-stays-while-ids-come-round',
    tx(32),
    'send:3 take (send:3*9 take*9 answer:4*27 event)*4 answer:2 answer:1*2 event',
    'A packet stays in flight while ids and blocks come round.',
    'An id or a block is given out that is still in flight.',
  ),
  caseOf(
    'tx/chains/256-slots',
    tx(256, { first: LAST - 100, ids: 65536 }),
    '(send:3*90 take*85 answer:200*56 answer:1*199 event take*90 answer:1*256 event)*3',
    'A ring of the size that it has in production is filled with packets and drained, out of order.',
    'It is wrong at the end of the ring, or where ids and slots need a second octet.',
  ),
];

/** A backend that breaks it. */
export const hostileTxPackets: readonly ExplainedCase[] = [
  caseOf(
    'tx/hostile/chain-answer-repeated',
    tx(8),
    'send:3 take answer:1 repeat event send:2 send take*2 answer:1 event',
    'A slot of a packet is answered twice, and the others are not.',
    'It counts answers, and tells of a packet when as many have come as it has slots.',
  ),
  caseOf(
    'tx/hostile/chain-unknown-id',
    tx(8),
    'send:3 take answer:1*2 unknown:255 event send:2 take answer:1 event',
    'In the place of the last answer to a packet is one with an id that nobody has.',
    'It takes the next response for that of the packet.',
  ),
  caseOf(
    'tx/hostile/chain-overrun',
    tx(8),
    'send:3 take answer:1 overrun:1 event event send:2',
    'rsp_prod is stored one past req_prod while a packet is in flight.',
    'It takes what is in the slots of the packet’s own requests for responses.',
  ),
  caseOf(
    'tx/hostile/chain-answered-while-mapped',
    tx(4),
    'send:2 take mapped:1 event answer:1 event send:2 take',
    'A slot of a packet is answered and its page stays mapped.',
    'It ends a grant that is in use, and the page is given to somebody else.',
  ),
];
