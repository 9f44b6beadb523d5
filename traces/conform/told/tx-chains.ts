/** Transmit, packets of several slots. */
import { LAST, told, type ToldCase, tx } from './told.js';

/** A backend that keeps to the protocol. */
export const txChains: readonly ToldCase[] = [
  told(
    'tx/chains/two-slots-there-and-back',
    tx(4),
    '(send:2 take answer:1 answer:1 event)*3',
    'The least there is: a packet of two slots is sent and answered, across the wrap of the indices.',
    'It sends one slot, two packets, or is told of each slot.',
  ),
  told(
    'tx/chains/out-of-order',
    tx(8),
    'send:2*3 take*3 answer:4 answer:1:ERROR event answer:2 answer:1 event answer:2 answer:1:DROPPED event (send:2 take answer:2 answer:1:ERROR event)*4',
    'Several packets are in flight and answered out of order, one slot with OKAY and the next with ERROR.',
    'It takes what the last slot, or the first, was answered with for what became of the packet.',
  ),
  told(
    'tx/chains/gso-there-and-back',
    tx(4),
    'send send:1:gso take*2 null event answer:1 event answer:1 event (send:1:gso take answer:1 null event)*3',
    'A packet with an extra, which is answered with NULL and the id of a request in flight.',
    'It takes a NULL for the answer to the request that has its id.',
  ),
  told(
    'tx/chains/waits-for-slots',
    tx(4, { buffers: 8 }),
    'send:3 send:2 send take answer:1*2 event answer:1 event take*2 answer:1*3 event',
    'A packet waits for slots while a smaller one, which would have room, is behind it.',
    'It publishes the part of a packet that there is room for, or lets the smaller one overtake.',
  ),
  told(
    'tx/chains/nineteen-slots',
    tx(32, { first: LAST - 20 }),
    'send:18 send:19 send take*2 answer:1*19 event send take answer:1 event',
    'A packet of more slots than a backend promises to take, where its blocks make it so long; and one behind it.',
    'It publishes what no backend has to take, or nothing is sent any more after it.',
  ),
];

/** A backend that breaks it. */
export const hostileTxChains: readonly ToldCase[] = [];
