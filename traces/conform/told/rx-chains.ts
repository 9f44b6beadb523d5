/** Receive, packets of several slots. */
import { type ToldCase, toldTwice } from './told.js';

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
    'rx/chains/an-extra-uses-up-a-page',
    [4],
    '(packet:dxd event return:1)*9',
    'An extra overwrites the id of its request: the page that was posted there has to be found without it.',
    'It takes what is in the place of an id for one, or loses the page.',
  ),
  ...toldTwice(
    'rx/chains/a-slot-is-an-error',
    [4],
    '(packet:edd event packet:ded event packet:dde event packet:dd event return:1)*3',
    'The first, the middle, or the last slot of a packet is answered with an error.',
    'It delivers the rest, or loses the pages that came before.',
  ),
  ...toldTwice(
    'rx/chains/in-parts',
    [4],
    '(packet:ddd:1 event rest:1 event spurious rest event return:1)*4',
    'A packet is published in three parts, with an event for each and one with nothing behind it.',
    'It drops what has come, and takes the rest for a packet of its own.',
  ),
];

/** A backend that breaks it. */
export const hostileRxChains: readonly ToldCase[] = [];
