/**
 * Cases written by hand: what the state graphs of two slots do not have (rings of 4 and 256, counters that come round,
 * backends that break the protocol), and what history has.
 */
import type { Case } from './case.js';

/** A case, why it exists, and what is wrong with a driver that fails it. */
export interface ToldCase extends Case {
  readonly why: string;
  readonly wrong: string;
}

const LAST = 2 ** 32 - 1;

const tx = (nr_ents: number, sizes: { first?: number; buffers?: number; ids?: number } = {}) => ({
  tx: { nr_ents, first: LAST, buffers: nr_ents, ids: nr_ents, ...sizes },
});
const rx = (
  nr_ents: number,
  copy: boolean,
  sizes: { first?: number; buffers?: number; ids?: number } = {},
) => ({
  rx: { nr_ents, first: LAST, buffers: nr_ents, ids: nr_ents, ...sizes, copy },
});

const told = (name: string, start: Case['start'], steps: string, why: string, wrong: string): ToldCase => ({
  name,
  needs: needsOf(start, steps),
  start,
  steps,
  why,
  wrong,
});

/** Both ways of handing up, of one receive case. */
const toldTwice = (
  name: string,
  sizes: readonly [number, { first?: number; buffers?: number; ids?: number }?],
  steps: string,
  why: string,
  wrong: string,
): readonly ToldCase[] =>
  [true, false].map((copy) =>
    told(`${name}-${copy ? 'copied' : 'lent'}`, rx(sizes[0], copy, sizes[1]), steps, why, wrong),
  );

const needsOf = ({ tx: hasTx, rx: hasRx }: Case['start'], steps: string): string[] => [
  ...(hasTx ? ['tx'] : []),
  ...(hasRx ? ['rx', hasRx.copy ? 'copy' : 'lend'] : []),
  ...(steps.includes('pause') ? ['pause'] : []),
];

const INDEX_STARTS = [
  ['2-32-less-1', LAST],
  ['2-32-less-3', LAST - 2],
  ['2-31-less-2', 2 ** 31 - 2],
  ['2-16-less-1', 2 ** 16 - 1],
  ['0', 0],
] as const;

const txCases: readonly ToldCase[] = [
  told(
    'tx/one-frame-there-and-back',
    tx(2),
    'send take answer:1 event',
    'The least there is: one frame is sent and answered, and both producer indices wrap on the way.',
    'It cannot send, or does not see the answer.',
  ),
  told(
    'tx/msa00-two-blocks-of-a-page',
    tx(2, { buffers: 4 }),
    'send send take take answer:1:ERROR event send take answer:2 answer:1 event',
    'The run of the advisory: two requests in flight, the first is answered with an error, and the application sends again.',
    'Two requests share an id, one response speaks for both, and the frame of another recipient is sent.',
  ),
  told(
    'tx/out-of-order',
    tx(4),
    'send*4 take*4 answer:3 event send answer:1 answer:1 event answer:1 event take answer:1 event',
    'Requests are answered in another order than they came, as Linux’s backend does.',
    'It matches a response to a request by its position.',
  ),
  told(
    'tx/ring-full',
    tx(2, { buffers: 4, ids: 4 }),
    'send*5 take*2 answer:2 event take answer:1 event take answer:1*2 event take answer:1 event',
    'More frames than slots: they wait, and go when a response was consumed.',
    'It writes over a slot in use, or a frame that waits is never sent.',
  ),
  told(
    'tx/pool-empty',
    tx(4, { buffers: 2 }),
    'send*5 take*2 answer:2 event take answer:1 event take answer:1*2 event take answer:1 event',
    'More frames than blocks, while the ring has room.',
    'It fills a block that is in use, or a frame that waits is never sent.',
  ),
  told(
    'tx/one-slot',
    tx(1),
    '(send*2 take answer:1 event take answer:1 event)*3',
    'A ring of one slot: full and empty are one request apart.',
    'It takes a full ring for an empty one.',
  ),
  told(
    'tx/errors-free-their-blocks',
    tx(2),
    '(send take answer:1:ERROR event send take answer:1:DROPPED event)*4',
    'Requests fail, more of them than there are blocks.',
    'It loses the block of a request that failed, or tells the application that the frame was sent.',
  ),
  told(
    'tx/one-stays-while-ids-come-round',
    tx(4),
    'send take (send take answer:2 event)*6 answer:1 event',
    'One request stays in flight while ids come round, of which there are four.',
    'A counter of ids gives out one that is still in flight.',
  ),
  told(
    'tx/one-stays-while-65536-ids-come-round',
    tx(256, { ids: 65536 }),
    'send take (send*255 take*255 answer:2*255 event)*275 answer:1 event',
    'The same with 16 bits, and 70,000 requests on a ring of 256.',
    'A counter of ids gives out one that is still in flight, 65,536 requests later.',
  ),
  told(
    'tx/256-slots',
    tx(256, { first: LAST - 100, ids: 65536 }),
    '(send*300 take*256 answer:200*57 answer:1*199 event take*256 answer:1*256 event)*3',
    'A ring of the size that it has in production is filled and drained, out of order.',
    'It is wrong at the end of the ring, or where ids and slots need a second octet.',
  ),
  ...INDEX_STARTS.map(([name, first]) =>
    told(
      `tx/indices-from-${name}`,
      tx(4, { first }),
      '(send*3 take*3 answer:2*2 answer:1 event)*3',
      `Indices start at ${first}, and three requests at a time go over the boundary.`,
      'Indices are compared by size, signed or cut to 16 bits, and fail where they wrap.',
    ),
  ),
  told(
    'tx/hold-off',
    tx(4),
    'send take arm:3 send send send take*3 answer:1*3 event arm:2 send*2 take*2 answer:1*2 event',
    'The backend asks to be notified of the third request from now, and then of the second.',
    'It notifies of the first (the test is signed), or of none.',
  ),
  told(
    'tx/hold-off-not-asked',
    tx(4),
    'send send send take*1 send take*3 answer:1*4 event',
    'The backend has been notified and has not asked again: what is published then needs no notification.',
    'It notifies of every request.',
  ),
  told(
    'tx/final-check',
    tx(2),
    'send*2 take*2 answer:1 event:pause answer:1 resume event',
    'While the application is told of one response, another comes; the backend need not notify, because nobody asked.',
    'It sleeps on a response: it asks to be notified of the next one, and does not look once more.',
  ),
  told(
    'tx/final-check-256',
    tx(256, { ids: 65536 }),
    'send*256 take*256 answer:1*100 event:pause answer:1*156 resume event',
    'The same in a large batch.',
    'It sleeps on responses that came while it was consuming others.',
  ),
  told(
    'tx/spurious-events',
    tx(2),
    'spurious send spurious take spurious answer:1 event spurious send take answer:1 event',
    'Events with nothing behind them, at any time.',
    'It takes an event for a response.',
  ),
  told(
    'tx/batch',
    tx(4),
    'send*4 take*4 answer:1*4 event send*2 take*2 answer:2 answer:1 event',
    'Several responses are published at once, and several before the event comes.',
    'It consumes the first or the last of a batch.',
  ),
];

const hostileTx: readonly ToldCase[] = [
  ...[1, 2, 200, 2 ** 31].map((by) =>
    told(
      `tx/hostile/rsp-prod-${by}-past-req-prod`,
      tx(4, { buffers: 4 }),
      `send*2 take*2 answer:1 overrun:${by} event event send`,
      `rsp_prod is stored ${by} past req_prod: there are no such responses.`,
      'It believes responses to requests that it never made, and takes what is in their slots for them.',
    ),
  ),
  told(
    'tx/hostile/empty-ring-overrun',
    tx(4),
    'send take answer:1 event overrun:1 event send spurious',
    'Nothing is in flight, and rsp_prod moves.',
    'It consumes a response to nothing.',
  ),
  told(
    'tx/hostile/answer-repeated',
    tx(4),
    'send*2 take*2 answer:1 event repeat event send*3 take*3 answer:1 event send',
    'A request is answered a second time while another one is in flight.',
    'It frees the same id or block twice, and gives both copies out.',
  ),
  told(
    'tx/hostile/answer-repeated-at-once',
    tx(4),
    'send*2 take*2 answer:1 repeat event send*3 take*3 answer:1 event send',
    'A request is answered twice in one batch.',
    'It frees the same id or block twice, and gives both copies out.',
  ),
  ...[0, 255, 256, 65535].map((id) =>
    told(
      `tx/hostile/unknown-id-${id}`,
      tx(4),
      `send*2 take*2 unknown:${id} event send*2 take*2 answer:1 event`,
      `A response has an id (${id} or the next) that no request in flight has.`,
      'It frees what is not in flight, or looks outside its table.',
    ),
  ),
  told(
    'tx/hostile/answered-while-mapped',
    tx(2, { buffers: 2 }),
    'send take mapped:1 event send*2 take*2',
    'A request is answered and its page stays mapped.',
    'It ends a grant that is in use, and the page is given to somebody else.',
  ),
];

const rxCases: readonly ToldCase[] = [
  ...toldTwice(
    'rx/one-frame',
    [2],
    'take fill:1 answer:1 event return:1',
    'The least there is: pages are posted, a frame arrives in the first and is delivered.',
    'It posts nothing, or does not deliver.',
  ),
  ...toldTwice(
    'rx/msa00-each-response-for-its-own-page',
    [2],
    'take take fill:1 answer:1 event fill:1 answer:1 event return:1 return:1',
    'Two pages are in flight, the first is answered while the second is still to be written.',
    'The frame is taken from the wrong page, or the page that is handed up is written later.',
  ),
  ...toldTwice(
    'rx/errors-free-their-pages',
    [2],
    '(take answer:1:ERROR event take fill:1 answer:1 event return:1 take answer:1:DROPPED event)*4',
    'Requests fail, more of them than there are pages, with frames between.',
    'It delivers an error as a frame of 65,535 octets, or loses the page.',
  ),
  ...toldTwice(
    'rx/all-fail-at-once',
    [4],
    '(take*4 answer:1:ERROR*4 event)*3',
    'All pages come back with errors in one batch.',
    'It has no pages left.',
  ),
  ...INDEX_STARTS.flatMap(([name, first]) =>
    toldTwice(
      `rx/indices-from-${name}`,
      [4, { first }],
      '(take*3 fill:1*3 answer:1*3 event return:1*3)*4',
      `Indices start at ${first}, and three frames at a time go over the boundary.`,
      'It posts nothing across the wrap, or does not consume what is beyond it.',
    ),
  ),
  ...toldTwice(
    'rx/fewer-pages-than-slots',
    [4, { buffers: 2 }],
    '(take*2 fill:1*2 answer:1*2 event return:1*2)*4',
    'Two pages on a ring of four.',
    'It posts a page twice, or waits for pages that it does not have.',
  ),
  ...toldTwice(
    'rx/more-pages-than-slots',
    [2, { buffers: 4 }],
    '(take*2 fill:1*2 answer:1*2 event return:1*1)*4',
    'Four pages on a ring of two.',
    'It writes over a slot in use.',
  ),
  ...toldTwice(
    'rx/256-slots',
    [256, { first: LAST - 100, ids: 65536 }],
    '(take*256 fill:1*256 answer:1*256 event return:1*256)*3',
    'A ring of the size that it has in production is filled and drained.',
    'It is wrong at the end of the ring, or where ids need a second octet.',
  ),
  told(
    'rx/65536-ids-come-round',
    rx(256, true, { ids: 65536 }),
    'take (take*200 fill:1*200 answer:1*200 event)*350',
    '70,000 frames arrive, and one page is always in flight.',
    'A counter of ids gives out one that is still in flight.',
  ),
  ...toldTwice(
    'rx/final-check',
    [2],
    'take*2 fill:1*2 answer:1 event:pause answer:1 resume event return:1*2',
    'While the application is given one frame, another comes; the backend need not notify, because nobody asked.',
    'It sleeps on a frame: it asks to be notified of the next one, and does not look once more.',
  ),
  ...toldTwice(
    'rx/spurious-events',
    [2],
    'spurious take spurious fill:1 answer:1 event spurious return:1 spurious',
    'Events with nothing behind them, at any time.',
    'It takes an event for a response, or notifies the backend of nothing (mirage-net-xen issue 124).',
  ),
  ...toldTwice(
    'rx/empty-push',
    [2],
    'take*2 spurious fill:1 answer:1 event return:1 take spurious',
    'The backend waits to be notified, and there is nothing to post.',
    'The event test is signed, and a push of nothing notifies.',
  ),
  ...toldTwice(
    'rx/hold-off',
    [4],
    'take*4 arm:3 fill:1*4 answer:1 event return:1 answer:1 event return:1 answer:1 event return:1',
    'The backend asks to be notified of the third page from now.',
    'It notifies of the first, or of none.',
  ),
  told(
    'rx/held-frames-stay',
    rx(4, false),
    'take*4 fill:1*2 answer:1*2 event fill:1*2 answer:1 event return:2 take fill:1 answer:1 event return:1*3 take*4',
    'The application holds frames while others arrive, and returns them in another order.',
    'A page that the application reads is posted again, or is not posted when it was returned.',
  ),
  told(
    'rx/all-held',
    rx(2, false),
    'take*2 fill:1*2 answer:1*2 event spurious return:2 take fill:1 answer:1 event return:1 return:1',
    'The application holds every page; nothing can be posted until it returns one.',
    'It posts a page that is not its own, or never posts again.',
  ),
];

const hostileRx: readonly ToldCase[] = [
  ...[1, 200].flatMap((by) =>
    toldTwice(
      `rx/hostile/rsp-prod-${by}-past-req-prod`,
      [4],
      `take*2 fill:1*2 answer:1 overrun:${by} event event`,
      `rsp_prod is stored ${by} past req_prod: there are no such responses.`,
      'It believes responses to requests that it never made, and delivers what is in pages that nobody wrote.',
    ),
  ),
  ...toldTwice(
    'rx/hostile/answer-repeated',
    [4],
    'take*3 fill:1*3 answer:1 repeat event answer:1 event',
    'A request is answered a second time.',
    'It posts or delivers the same page twice.',
  ),
  ...[255, 65535].flatMap((id) =>
    toldTwice(
      `rx/hostile/unknown-id-${id}`,
      [4],
      `take*3 fill:1*3 unknown:${id} event answer:1 event`,
      `A response has an id (${id} or the next) that no posted page has.`,
      'It looks outside its table, or delivers a page that is not answered.',
    ),
  ),
  ...toldTwice(
    'rx/hostile/frame-beyond-its-page',
    [2],
    'take*2 fill:1*2 oversized:1 event answer:1 event',
    'A response claims a frame that goes over the end of its page.',
    'It delivers octets that are not in the page.',
  ),
  ...toldTwice(
    'rx/hostile/answered-while-mapped',
    [2],
    'take*2 fill:1*2 mapped:1 event answer:1 event',
    'A frame is answered and its page stays mapped: the backend can still write there.',
    'It ends the grant, and the page changes while somebody reads it.',
  ),
];

const both: readonly ToldCase[] = [
  told(
    'txrx/one-event-for-both',
    { ...tx(2), ...rx(2, true) },
    '(send tx.take rx.take fill:1 tx.answer:1 rx.answer:1 event)*5',
    'A response on each ring, and one event for both.',
    'It looks at one ring only.',
  ),
  told(
    'txrx/one-event-for-both-lent',
    { ...tx(2), ...rx(2, false) },
    '(send tx.take rx.take fill:1 rx.answer:1 tx.answer:1 event return:1)*5',
    'A response on each ring, and one event for both.',
    'It looks at one ring only.',
  ),
  told(
    'txrx/final-check-of-the-other-ring',
    { ...tx(2), ...rx(2, true) },
    'send*2 tx.take*2 rx.take*2 fill:1*2 tx.answer:1 event:pause rx.answer:1 tx.answer:1 resume event',
    'While the application is told of a send, responses come on both rings.',
    'It sleeps on one of them.',
  ),
];

/** All of them. */
export const toldCases: readonly ToldCase[] = [...txCases, ...hostileTx, ...rxCases, ...hostileRx, ...both];
