/** What went wrong with a packet of several slots on the transmit ring. */
import { counted } from '../output.js';
import { published, shapeText } from './chains.js';
import type { Sentence } from './values.js';
import { at, entries, type Fields, numbers, records } from './values.js';

/** The sentences by property. */
export const txPacketSentences: Readonly<Record<string, Sentence>> = {
  PublishedWhole: (state, sizes) => {
    const broken = published(state, sizes).find(({ isWhole }) => !isWhole);
    if (broken === undefined) return undefined;
    const last = broken.slots.at(-1)!;
    const promise =
      last.kind === 'extra' ? 'EXTRA_FLAG_MORE' : last.extra_info === true ? 'extra_info' : 'more_data';
    return `the last slot that is published says ${promise}, and nothing follows it: the backend is shown ${counted(broken.slots.length, 'slot')} of a packet that has no end.`;
  },

  SlotsPromised: (state, sizes) => {
    const chains = published(state, sizes);
    const longest = Math.max(...chains.map(({ slots }) => slots.length));
    return chains.length === 0
      ? undefined
      : `a packet of ${counted(longest, 'slot')} is published: the backend has not promised to take that many, and disables the interface.`;
  },

  SizeRule: (state, sizes) => {
    for (const { slots } of published(state, sizes)) {
      const requests = slots.filter(({ kind }) => kind === 'request');
      const own = requests.map(({ gref }) => (at(state.contents, gref!) as Fields).frag as number);
      const due = own.map((size, i) => (i > 0 ? size : own.reduce((sum, each) => sum + each, 0)));
      const wrong = requests.findIndex(({ size }, i) => size !== due[i]);
      if (wrong >= 0)
        return `the ${wrong === 0 ? 'first slot' : `request for fragment ${wrong + 1}`} of a packet has size ${requests[wrong]!.size as number}, where ${due[wrong]} is meant: fragments of ${own.join(' and ')} octets are in its blocks.`;
    }
    return undefined;
  },

  AssembledAsSent: ({ taken, contents }) => {
    const wrong = records(taken).find(({ gref, size }) => size !== (at(contents, gref!) as Fields).frag);
    if (wrong === undefined) return undefined;
    return `the backend takes block ${wrong.gref as number} for a fragment of ${wrong.size as number} octets, and ${(at(contents, wrong.gref!) as Fields).frag as number} were sent in it: it puts another packet together.`;
  },

  ToldTruly: ({ told }, _, { sent, done, fared }) => {
    const { block } = done as Fields;
    const k = records(sent).findIndex(({ blocks }) => setOf(blocks).includes(block as number));
    if (k < 0) return undefined;
    return `the application is told ${told as string} of a packet of ${shapeText(records(sent)[k]!.packet as Fields)}, and a slot of it was answered with ${(fared as readonly string[])[k]}.`;
  },

  ToldOnce: ({ sent, inFlight, chain }) => {
    const known = [
      ...records(sent).flatMap(({ blocks }) => setOf(blocks)),
      ...numbers((chain as Fields).blocks),
    ];
    const untold = entries(inFlight)
      .flatMap(([, held]) => numbers(held))
      .find((block) => !known.includes(block));
    if (untold === undefined) return undefined;
    return `block ${untold} is with the backend, and the application was already told of its packet: whatever becomes of that slot, nobody hears of it.`;
  },

  NullFreesNothing: ({ done, taken }) => {
    const { block } = done as Fields;
    const request = records(taken).find(({ gref }) => gref === block);
    if (request === undefined) return undefined;
    return `a NULL has the id ${request.id as number}, which means nothing, and the frontend takes it for the answer to the request for block ${block as number}: that block will be free while the backend has still to read it.`;
  },

  RefinesNetfrontTx: ({ ring }) =>
    entries(ring).some(([, slot]) => (slot as Fields).status === 'NULL')
      ? 'a request is answered with NULL, and there is no such answer to a frame in NetfrontTx.'
      : undefined,
};

const setOf = (value: Fields[string] | undefined): readonly number[] =>
  (value as { readonly '#set': readonly number[] })['#set'];
