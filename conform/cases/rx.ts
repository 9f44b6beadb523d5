/** Receive, a slot a frame. */
import {
  INDEX_STARTS,
  LAST,
  rx,
  caseOf,
  impossibleRing,
  type ExplainedCase,
  copiedAndLent,
} from './builders.js';

/** A backend that keeps to the protocol. */
export const rxCases: readonly ExplainedCase[] = [
  impossibleRing(
    'rx/ring-of-3-slots',
    rx(3, true),
    'Slots are not a power of two: slots and indices would not come round together.',
  ),
  impossibleRing(
    'rx/ring-of-512-slots',
    rx(512, true),
    'So many slots of 8 octets do not fit into a page, with 64 octets before them.',
  ),
  ...copiedAndLent(
    'rx/one-frame',
    [2],
    'take fill:1 answer:1 event return:1',
    'The least there is: pages are posted, a frame arrives in the first and is delivered.',
    'It posts nothing, or does not deliver.',
  ),
  ...copiedAndLent(
    'rx/msa00-each-response-for-its-own-page',
    [2],
    'take take fill:1 answer:1 event fill:1 answer:1 event return:1 return:1',
    'Two pages are in flight, the first is answered while the second is still to be written.',
    'The frame is taken from the wrong page, or the page that is handed up is written later.',
  ),
  ...copiedAndLent(
    'rx/errors-free-their-pages',
    [2],
    '(take answer:1:ERROR event take fill:1 answer:1 event return:1 take answer:1:DROPPED event)*4',
    'Requests fail, more of them than there are pages, with frames between.',
    'It delivers an error as a frame of 65,535 octets, or loses the page.',
  ),
  ...copiedAndLent(
    'rx/all-fail-at-once',
    [4],
    '(take*4 answer:1:ERROR*4 event)*3',
    'All pages come back with errors in one batch.',
    'It has no pages left.',
  ),
  ...INDEX_STARTS.flatMap(([name, first]) =>
    copiedAndLent(
      `rx/indices-from-${name}`,
      [4, { first }],
      '(take*3 fill:1*3 answer:1*3 event return:1*3)*4',
      `Indices start at ${first}, and three frames at a time go over the boundary.`,
      'It posts nothing across the wrap, or does not consume what is beyond it.',
    ),
  ),
  ...copiedAndLent(
    'rx/fewer-pages-than-slots',
    [4, { buffers: 2 }],
    '(take*2 fill:1*2 answer:1*2 event return:1*2)*4',
    'Two pages on a ring of four.',
    'It posts a page twice, or waits for pages that it does not have.',
  ),
  ...copiedAndLent(
    'rx/more-pages-than-slots',
    [2, { buffers: 4 }],
    '(take*2 fill:1*2 answer:1*2 event return:1*1)*4',
    'Four pages on a ring of two.',
    'It writes over a slot in use.',
  ),
  ...copiedAndLent(
    'rx/one-slot',
    [1, { first: LAST }],
    '(take fill:1 answer:1 event return:1)*3 take answer:1:ERROR event (take fill:1 answer:1 event return:1)*2',
    'A ring of one slot: each request takes the place of the response before it.',
    'It keeps a slot free, and posts nothing for ever, or posts before it has consumed the response.',
  ),
  ...copiedAndLent(
    'rx/256-slots',
    [256, { first: LAST - 100, ids: 65536 }],
    '(take*256 fill:1*256 answer:1*256 event return:1*256)*3',
    'A ring of the size that it has in production is filled and drained.',
    'It is wrong at the end of the ring, or where ids need a second octet.',
  ),
  caseOf(
    'rx/65536-ids-come-round',
    rx(256, true, { ids: 65536 }),
    'take (take*200 fill:1*200 answer:1*200 event)*350',
    '70,000 frames arrive, and one page is always in flight.',
    'A counter of ids gives out one that is still in flight.',
  ),
  ...copiedAndLent(
    'rx/final-check',
    [2],
    'take*2 fill:1*2 answer:1 event:pause answer:1 resume event return:1*2',
    'While the application is given one frame, another comes; the backend need not notify, because nobody asked.',
    'It sleeps on a frame: it asks to be notified of the next one, and does not look once more.',
  ),
  ...copiedAndLent(
    'rx/spurious-events',
    [2],
    'spurious take spurious fill:1 answer:1 event spurious return:1 spurious',
    'Events with nothing behind them, at any time.',
    'It takes an event for a response, or notifies the backend of nothing (mirage-net-xen issue 124).',
  ),
  ...copiedAndLent(
    'rx/checksum-blank',
    [4],
    '(packet:b event return:1 packet:d event return:1 packet:b packet:d event return:1*2)*3',
    'Frames with a blank checksum, as one guest sends them to another, are between others.',
    'It tells of none or of all, or reads the flags of a response as those of a request.',
  ),
  ...copiedAndLent(
    'rx/empty-push',
    [2],
    'take*2 spurious fill:1 answer:1 event return:1 take spurious',
    'The backend waits to be notified, and there is nothing to post.',
    'The event test is signed, and a push of nothing notifies.',
  ),
  ...copiedAndLent(
    'rx/hold-off',
    [4],
    'take*4 arm:3 fill:1*4 answer:1 event return:1 answer:1 event return:1 answer:1 event return:1',
    'The backend asks to be notified of the third page from now.',
    'It notifies of the first, or of none.',
  ),
  caseOf(
    'rx/held-frames-stay',
    rx(4, false),
    'take*4 fill:1*2 answer:1*2 event fill:1*2 answer:1 event return:2 take fill:1 answer:1 event return:1*3 take*4',
    'The application holds frames while others arrive, and returns them in another order.',
    'A page that the application reads is posted again, or is not posted when it was returned.',
  ),
  caseOf(
    'rx/all-held',
    rx(2, false),
    'take*2 fill:1*2 answer:1*2 event spurious return:2 take fill:1 answer:1 event return:1 return:1',
    'The application holds every page; nothing can be posted until it returns one.',
    'It posts a page that is not its own, or never posts again.',
  ),
];

/** A backend that breaks it. */
export const hostileRx: readonly ExplainedCase[] = [
  ...[1, 200].flatMap((by) =>
    copiedAndLent(
      `rx/hostile/rsp-prod-${by}-past-req-prod`,
      [4],
      `take*2 fill:1*2 answer:1 overrun:${by} event event`,
      `rsp_prod is stored ${by} past req_prod: there are no such responses.`,
      'It believes responses to requests that it never made, and delivers what is in pages that nobody wrote.',
    ),
  ),
  ...copiedAndLent(
    'rx/hostile/answer-repeated',
    [4],
    'take*3 fill:1*3 answer:1 repeat event answer:1 event',
    'A request is answered a second time.',
    'It posts or delivers the same page twice.',
  ),
  ...[255, 65535].flatMap((id) =>
    copiedAndLent(
      `rx/hostile/unknown-id-${id}`,
      [4],
      `take*3 fill:1*3 unknown:${id} event answer:1 event`,
      `A response has an id (${id} or the next) that no posted page has.`,
      'It looks outside its table, or delivers a page that is not answered.',
    ),
  ),
  ...copiedAndLent(
    'rx/hostile/frame-beyond-its-page',
    [2],
    'take*2 fill:1*2 oversized:1 event answer:1 event',
    'A response claims a frame that goes over the end of its page.',
    'It delivers octets that are not in the page.',
  ),
  ...copiedAndLent(
    'rx/hostile/answered-while-mapped',
    [2],
    'take*2 fill:1*2 mapped:1 event answer:1 event',
    'A frame is answered and its page stays mapped: the backend can still write there.',
    'It ends the grant, and the page changes while somebody reads it.',
  ),
  ...copiedAndLent(
    'rx/hostile/answered-while-mapped-and-paused',
    [2],
    'take*2 fill:1*2 answer:1 event:pause mapped:1 resume event',
    'A frame is answered and its page stays mapped, while the application is given another frame.',
    'It tries the same response for ever, or ends the grant.',
  ),
];
