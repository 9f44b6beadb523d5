/** Both rings. */
import { rx, caseOf, type ExplainedCase, tx } from './builders.js';

/** All of them. */
export const txrxCases: readonly ExplainedCase[] = [
  caseOf(
    'txrx/one-event-for-both',
    { ...tx(2), ...rx(2, true) },
    '(send tx.take rx.take fill:1 tx.answer:1 rx.answer:1 event)*5',
    'A response on each ring, and one event for both.',
    'It looks at one ring only.',
  ),
  caseOf(
    'txrx/one-event-for-both-lent',
    { ...tx(2), ...rx(2, false) },
    '(send tx.take rx.take fill:1 rx.answer:1 tx.answer:1 event return:1)*5',
    'A response on each ring, and one event for both.',
    'It looks at one ring only.',
  ),
  caseOf(
    'txrx/final-check-of-the-other-ring',
    { ...tx(2), ...rx(2, true) },
    'send*2 tx.take*2 rx.take*2 fill:1*2 tx.answer:1 event:pause rx.answer:1 tx.answer:1 resume event',
    'While the application is told of a send, responses come on both rings.',
    'It sleeps on one of them.',
  ),
  ...[true, false].map((copy) =>
    caseOf(
      `txrx/chains-on-both-${copy ? 'copied' : 'lent'}`,
      { ...tx(8), ...rx(8, copy) },
      '(send:3 send:2 tx.take*2 packet:ddd packet:dd:1 tx.answer:2 event rest tx.answer:1*4 event return:1*2)*4',
      'Packets of several slots on both rings, without extras, and one event for both.',
      'What it keeps of a packet on one ring is counted to the other.',
    ),
  ),
  ...[true, false].map((copy) =>
    caseOf(
      `txrx/packets-on-both-${copy ? 'copied' : 'lent'}`,
      { ...tx(8), ...rx(8, copy) },
      '(send:3 send:2:gso tx.take*2 packet:dxd packet:dd:1 tx.answer:2 tx.null event rest tx.answer:1*4 event return:1*2)*4',
      'Packets of several slots on both rings, and one event for both.',
      'What it keeps of a packet on one ring is counted to the other.',
    ),
  ),
];
