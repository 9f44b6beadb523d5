/** Receive, packets of several slots. */
import { INDEX_STARTS, LAST, rx, told, type ToldCase, toldTwice } from './told.js';

/** A backend that keeps to the protocol. */
export const rxChains: readonly ToldCase[] = [
  ...toldTwice(
    'rx/chains/two-slots',
    [4],
    '(packet:dd event return:1)*5',
    'The least there is: a packet of two slots is delivered, across the wrap of the indices.',
    'It delivers a frame for each slot, or takes the first size for that of the packet.',
  ),
  ...toldTwice(
    'rx/chains/several-at-once',
    [8],
    '(packet:dd packet:d packet:ddd event return:1*3 packet:dd*3 event return:1*3)*3',
    'Packets of one slot and of several come in one batch.',
    'It does not see where a packet ends, or takes the last slot for all of it.',
  ),
  ...INDEX_STARTS.flatMap(([name, first]) =>
    toldTwice(
      `rx/chains/indices-from-${name}`,
      [4, { first }],
      '(packet:ddd event return:1)*4',
      `Indices start at ${first}, and a packet of three slots goes over the boundary and the end of the ring.`,
      'It loses what is beyond the end of the ring, or where indices wrap.',
    ),
  ),
  ...toldTwice(
    'rx/chains/extra',
    [4],
    '(packet:dx event return:1 packet:dxd event return:1)*5',
    'A packet with an extra; the extra overwrites the id of its request.',
    'It takes an extra for a response, does not tell the application of it, or loses its page.',
  ),
  ...toldTwice(
    'rx/chains/extra-with-ids-out-of-step',
    [8],
    'packet:d*3 event return:2 packet:edd event packet:d event return:2 ' +
      '(packet:dxd packet:dxdd event return:1*2 packet:ddd packet:d event return:2 return:1)*4',
    'Pages come back in another order than they were posted in, so that ids are not the numbers of slots; then packets with extras arrive.',
    'It finds the page of an extra by counting ids on from the slot before.',
  ),
  ...toldTwice(
    'rx/chains/a-slot-is-an-error',
    [4],
    '(packet:edd event packet:ded event packet:dde event packet:dd event return:1)*3',
    'The first, the middle, or the last slot of a packet is answered with an error.',
    'It delivers the rest, or loses the pages that came before.',
  ),
  ...toldTwice(
    'rx/chains/errors-with-extras',
    [8],
    '(packet:exd packet:dxe packet:dd event return:1 packet:dedd packet:ee packet:d event return:1)*3',
    'A packet with an error has an extra, or two errors.',
    'It looks for an extra in the wrong slot, or frees a page twice.',
  ),
  ...toldTwice(
    'rx/chains/unknown-extra',
    [4],
    '(packet:du event packet:dud event packet:dxud event packet:dd event return:1)*3',
    'An extra of a type that netif.h does not have.',
    'It delivers a packet that it has not understood, or loses its pages.',
  ),
  ...toldTwice(
    'rx/chains/in-parts',
    [4],
    '(packet:ddd:1 event rest:1 event spurious rest event return:1)*4',
    'A packet is published in three parts, with an event for each and one with nothing behind it.',
    'It drops what has come, and takes the rest for a packet of its own.',
  ),
  ...toldTwice(
    'rx/chains/in-parts-with-extra',
    [4],
    '(packet:dxd:1 event rest:1 event rest event return:1 packet:dxd:2 event rest event return:1)*4',
    'A packet is cut before its extra, or behind it.',
    'It forgets that an extra is due, or that more is.',
  ),
  ...toldTwice(
    'rx/chains/in-parts-with-error',
    [4],
    '(packet:ded:2 event rest event packet:edd:1 event rest:1 event rest event packet:dd event return:1)*3',
    'A packet that has to be dropped comes in parts.',
    'It takes what comes after the error for a packet of its own.',
  ),
  ...toldTwice(
    'rx/chains/final-check',
    [8],
    'packet:d packet:ddd:1 event:pause rest:1 resume event packet:d rest event return:1*2 packet:dd packet:dd event:pause packet:dd resume event',
    'While the application is given one packet, more of the next one comes; the backend need not notify, because nobody asked.',
    'It sleeps on slots that came while it was consuming others.',
  ),
  ...toldTwice(
    'rx/chains/single-slots-between',
    [8],
    '(packet:dd take*2 fill:1 answer:1 answer:1:ERROR event return:1*2 packet:dxd event return:1)*4',
    'Frames of one slot and errors come between packets.',
    'What is left of one packet is counted to the next.',
  ),
  ...toldTwice(
    'rx/chains/every-page',
    [4, { buffers: 2 }],
    '(packet:dd event return:1 packet:dxd:2 event rest event return:1)*4',
    'A packet takes every page that there is; and one that would, but for the page of its extra, which is free at once.',
    'It drops what it could have delivered, or waits for pages that it has.',
  ),
  ...toldTwice(
    'rx/chains/larger-than-the-pool',
    [4, { buffers: 2 }],
    '(packet:ddd:2 event rest event packet:dd event return:1)*3',
    'A packet has every page that there is, and more of it is to come.',
    'It waits for the rest with every page, and nothing can arrive any more.',
  ),
  ...toldTwice(
    'rx/chains/fewer-pages-than-slots',
    [8, { buffers: 3 }],
    '(packet:ddd event return:1 packet:dd event packet:d event return:1*2)*4',
    'Three pages on a ring of eight.',
    'It posts a page twice, or waits for pages that it does not have.',
  ),
  ...toldTwice(
    'rx/chains/eighteen-slots',
    [32, { first: LAST - 20 }],
    `(packet:${'d'.repeat(18)} event return:1 packet:dx${'d'.repeat(16)}:9 event rest event return:1)*2`,
    'A packet of as many slots as one may have, with and without an extra, goes over the end of the ring.',
    'It has room for fewer slots.',
  ),
  ...toldTwice(
    'rx/chains/longest-packet',
    [32, { first: LAST - 20 }],
    `(packet:${'d'.repeat(16)} event return:1 packet:dx${'d'.repeat(15)} event return:1)*2`,
    'A packet of 65,535 octets: sixteen pages, but for one octet.',
    'It has room for fewer octets.',
  ),
  ...toldTwice(
    'rx/chains/256-slots',
    [256, { first: LAST - 100, ids: 65536 }],
    '(packet:ddd*80 event return:1*80 packet:dxd*80 event return:1*80)*3',
    'A ring of the size that it has in production is filled with packets and drained.',
    'It is wrong at the end of the ring, or where ids need a second octet.',
  ),
  told(
    'rx/chains/held-packets-stay',
    rx(8, false),
    'packet:dd packet:d packet:ddd event packet:dd event return:2 packet:d event return:3 packet:dd event return:1 packet:ddd event return:2 return:1 return:1',
    'The application holds packets while others arrive, and returns them in another order.',
    'A page of a packet that the application reads is posted again, or not all of them are when it is returned.',
  ),
  told(
    'rx/chains/all-held',
    rx(4, false),
    'packet:dd packet:dd event spurious return:2 packet:dxd:1 event rest event return:1 packet:dd event rest event return:1 return:1',
    'The application holds every page; nothing can be posted until it returns a packet.',
    'It posts a page that is not its own, or never posts again.',
  ),
  told(
    'rx/chains/waits-for-what-is-held',
    rx(4, false, { buffers: 3 }),
    'packet:d event packet:ddd:2 event spurious return:1 rest event return:1',
    'A packet needs a page that the application holds, and waits until it is returned.',
    'It drops what it could have delivered.',
  ),
];

/** A backend that breaks it. */
export const hostileRxChains: readonly ToldCase[] = [
  ...toldTwice(
    'rx/hostile/chain-cut-by-unknown-id',
    [4],
    'packet:ddd:2 unknown:255 event spurious',
    'In the place of the last slot of a packet is a response with an id that nobody has.',
    'It delivers a packet that is not whole.',
  ),
  ...toldTwice(
    'rx/hostile/chain-overrun',
    [4],
    'packet:ddd:2 overrun:1 event event',
    'rsp_prod is stored one past req_prod in the middle of a packet.',
    'It takes what is in the slots of its own requests for the rest of the packet.',
  ),
];
