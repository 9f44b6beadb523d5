/** The words of NetfrontTx. */
import { blocks, framesWording, netifWords } from '../../words/netif.js';
import { at, type Fields, list } from '../../words/values.js';
import type { Sentence } from '../../words/words.js';

const buffers = blocks(
  ({ gref, offset }, { granted }, { BlocksPerPage }) =>
    (at(granted, gref!) as number) * (BlocksPerPage as number) + (offset as number),
  ({ size }) => `frame ${size}, `,
);

const bufferStable: Sentence = (state, constants) => {
  const bad = list<Fields>(state.taken).find(({ got, size }) => got !== '?' && got !== '!' && got !== size);
  const block = bad === undefined ? -1 : buffers.of(bad, state, constants);
  if (bad === undefined || block < 0) return undefined;
  return (
    `the backend reads block ${block} for the request that promised frame ${bad.size} and ` +
    (bad.got === '-'
      ? 'finds no frame: what the page held before is sent.'
      : `finds frame ${bad.got}: another recipient's data is sent.`)
  );
};

/** The words of NetfrontTx. */
export const txWords = netifWords({
  buffers,
  hand: 'Tx',
  arrows: { BackReadBlock: 'front-->>back' },
  legend: 'req 0 A is a request with id 0 that promises frame A, rsp 0 OKAY the response to id 0',
  contents: framesWording('block'),
  served: ({ id, got, size }) =>
    `the back reads frame ${got} for the request with id ${id} that promised ${size}`,
  closing: { BufferStable: bufferStable, TxRefinesChannel: bufferStable },
});
