/** Transmit, a slot a frame. */
import { INDEX_STARTS, LAST, caseOf, impossibleRing, type ExplainedCase, tx } from './builders.js';

/** A backend that keeps to the protocol. */
export const txCases: readonly ExplainedCase[] = [
  caseOf(
    'tx/one-frame-there-and-back',
    tx(2),
    'send take answer:1 event',
    'The least there is: one frame is sent and answered, and both producer indices wrap on the way.',
    'It cannot send, or does not see the answer.',
  ),
  caseOf(
    'tx/msa00-two-blocks-of-a-page',
    tx(2, { buffers: 4 }),
    'send send take take answer:1 event send take answer:2 answer:1 event',
    'The run of the advisory: two requests in flight, the first is answered, and the application sends again.',
    'Two requests share an id, one response speaks for both, and the frame of another recipient is sent.',
  ),
  caseOf(
    'tx/half-a-page',
    tx(2),
    '(send take answer:1 event)*34',
    'Among these are frames of 2048 octets, as many as a block has where two are on a page.',
    'It sends a frame that fills its block in two slots, or not at all.',
  ),
  caseOf(
    'tx/out-of-order',
    tx(4),
    'send*4 take*4 answer:3 event send answer:1 answer:1 event answer:1 event take answer:1 event',
    'Requests are answered in another order than they came, as Linux’s backend does.',
    'It matches a response to a request by its position.',
  ),
  caseOf(
    'tx/ring-full',
    tx(2, { buffers: 4, ids: 4 }),
    'send*5 take*2 answer:2 event take answer:1 event take answer:1*2 event take answer:1 event',
    'More frames than slots: they wait, and go when a response was consumed.',
    'It writes over a slot in use, or a frame that waits is never sent.',
  ),
  caseOf(
    'tx/pool-empty',
    tx(4, { buffers: 2 }),
    'send*5 take*2 answer:2 event take answer:1 event take answer:1*2 event take answer:1 event',
    'More frames than blocks, while the ring has room.',
    'It fills a block that is in use, or a frame that waits is never sent.',
  ),
  impossibleRing(
    'tx/ring-of-3-slots',
    tx(3),
    'Slots are not a power of two: slots and indices would not come round together.',
  ),
  impossibleRing('tx/ring-of-512-slots', tx(512), 'So many slots of 12 octets do not fit into a page.'),
  caseOf(
    'tx/much-waits',
    tx(2),
    'send*40 take*2 answer:1 event',
    'Far more frames wait than there are slots: they all go, one after another.',
    'It forgets frames that wait, or sends them in another order.',
  ),
  caseOf(
    'tx/one-slot',
    tx(1),
    '(send*2 take answer:1 event take answer:1 event)*3',
    'A ring of one slot: full and empty are one request apart.',
    'It takes a full ring for an empty one.',
  ),
  caseOf(
    'tx/errors-free-their-blocks',
    tx(2),
    '(send take answer:1:ERROR event send take answer:1:DROPPED event)*4',
    'Requests fail, more of them than there are blocks.',
    'It loses the block of a request that failed, or tells the application that the frame was sent.',
  ),
  caseOf(
    'tx/one-stays-while-ids-come-round',
    tx(4),
    'send take (send take answer:2 event)*6 answer:1 event',
    'One request stays in flight while ids come round, of which there are four.',
    'A counter of ids gives out one that is still in flight.',
  ),
  caseOf(
    'tx/one-stays-while-65536-ids-come-round',
    tx(256, { ids: 65536 }),
    'send take (send*255 take*255 answer:2*255 event)*275 answer:1 event',
    'The same with 16 bits, and 70,000 requests on a ring of 256.',
    'A counter of ids gives out one that is still in flight, 65,536 requests later.',
  ),
  caseOf(
    'tx/256-slots',
    tx(256, { first: LAST - 100, ids: 65536 }),
    '(send*300 take*256 answer:200*57 answer:1*199 event take*256 answer:1*256 event)*3',
    'A ring of the size that it has in production is filled and drained, out of order.',
    'It is wrong at the end of the ring, or where ids and slots need a second octet.',
  ),
  ...INDEX_STARTS.map(([name, first]) =>
    caseOf(
      `tx/indices-from-${name}`,
      tx(4, { first }),
      '(send*3 take*3 answer:2*2 answer:1 event)*3',
      `Indices start at ${first}, and three requests at a time go over the boundary.`,
      'Indices are compared by size, signed or cut to 16 bits, and fail where they wrap.',
    ),
  ),
  caseOf(
    'tx/hold-off',
    tx(4),
    'send take arm:3 send send send take*3 answer:1*3 event arm:2 send*2 take*2 answer:1*2 event',
    'The backend asks to be notified of the third request from now, and then of the second.',
    'It notifies of the first (the test is signed), or of none.',
  ),
  caseOf(
    'tx/hold-off-not-asked',
    tx(4),
    'send send send take*1 send take*3 answer:1*4 event',
    'The backend has been notified and has not asked again: what is published then needs no notification.',
    'It notifies of every request.',
  ),
  caseOf(
    'tx/final-check',
    tx(2),
    'send*2 take*2 answer:1 event:pause answer:1 resume event',
    'While the application is told of one response, another comes; the backend need not notify, because nobody asked.',
    'It sleeps on a response: it asks to be notified of the next one, and does not look once more.',
  ),
  caseOf(
    'tx/final-check-256',
    tx(256, { ids: 65536 }),
    'send*256 take*256 answer:1*100 event:pause answer:1*156 resume event',
    'The same in a large batch.',
    'It sleeps on responses that came while it was consuming others.',
  ),
  caseOf(
    'tx/checksum-blank',
    tx(4),
    '(send:1:csum send send:1:csum take*3 answer:1 event answer:1*2 event)*3',
    'Frames whose checksum is blank, and some whose checksum is there: the request says so.',
    'It says it of none or of all, or with the bit of the receive ring.',
  ),
  caseOf(
    'tx/spurious-events',
    tx(2),
    'spurious send spurious take spurious answer:1 event spurious send take answer:1 event',
    'Events with nothing behind them, at any time.',
    'It takes an event for a response.',
  ),
  caseOf(
    'tx/batch',
    tx(4),
    'send*4 take*4 answer:1*4 event send*2 take*2 answer:2 answer:1 event',
    'Several responses are published at once, and several before the event comes.',
    'It consumes the first or the last of a batch.',
  ),
];

/** A backend that breaks it. */
export const hostileTx: readonly ExplainedCase[] = [
  ...[1, 2, 200, 2 ** 31].map((by) =>
    caseOf(
      `tx/hostile/rsp-prod-${by}-past-req-prod`,
      tx(4, { buffers: 4 }),
      `send*2 take*2 answer:1 overrun:${by} event event send`,
      `rsp_prod is stored ${by} past req_prod: there are no such responses.`,
      'It believes responses to requests that it never made, and takes what is in their slots for them.',
    ),
  ),
  caseOf(
    'tx/hostile/empty-ring-overrun',
    tx(4),
    'send take answer:1 event overrun:1 event send spurious',
    'Nothing is in flight, and rsp_prod moves.',
    'It consumes a response to nothing.',
  ),
  caseOf(
    'tx/hostile/answer-repeated',
    tx(4),
    'send*2 take*2 answer:1 event repeat event send*3 take*3 answer:1 event send',
    'A request is answered a second time while another one is in flight.',
    'It frees the same id or block twice, and gives both copies out.',
  ),
  caseOf(
    'tx/hostile/answer-repeated-at-once',
    tx(4),
    'send*2 take*2 answer:1 repeat event send*3 take*3 answer:1 event send',
    'A request is answered twice in one batch.',
    'It frees the same id or block twice, and gives both copies out.',
  ),
  ...[0, 255, 256, 65535].map((id) =>
    caseOf(
      `tx/hostile/unknown-id-${id}`,
      tx(4),
      `send*2 take*2 unknown:${id} event send*2 take*2 answer:1 event`,
      `A response has an id (${id} or the next) that no request in flight has.`,
      'It frees what is not in flight, or looks outside its table.',
    ),
  ),
  caseOf(
    'tx/hostile/answered-while-mapped',
    tx(2, { buffers: 2 }),
    'send take mapped:1 event send*2 take*2',
    'A request is answered and its page stays mapped.',
    'It ends a grant that is in use, and the page is given to somebody else.',
  ),
];
