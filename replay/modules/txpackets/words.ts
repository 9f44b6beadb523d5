/** The words of TxPackets. */
import { functionEntries } from '../../../graph/args.js';
import type { State, Value } from '../../../tlc/index.js';
import { equal } from '../../../tlc/value-text.js';
import type { Constants } from '../../constants.js';
import { fromTo, perPlace, silent, type Wording } from '../../words/changes.js';
import { blocks, netifWords } from '../../words/netif.js';
import { slotsBetween } from '../../words/ring.js';
import { at, counted, type Fields, list } from '../../words/values.js';

/** The blocks. They have their own numbers for grefs, which grant them for life. */
const buffers = blocks(
  ({ gref }) => gref as number,
  ({ size }) => `size ${size}, `,
);

/** The slots of a packet that are published, and what its last one says is to follow. */
interface Published {
  readonly slots: Fields[];
  extra: boolean;
  more: boolean;
}

/** The packets that are published and that the backend has not taken, the oldest first. */
function published(state: State, constants: Constants): readonly Published[] {
  const packets: Published[] = [];
  for (const [, slot] of slotsBetween(state, constants, 'req_cons', 'req_prod')) {
    const last = packets.at(-1);
    const [extra, more] = [slot.extra_info === true, slot.more_data === true];
    if (last?.extra && slot.kind === 'extra') last.extra = slot.more === true;
    else if (last?.more && !last.extra && slot.kind === 'request') last.more = more;
    else packets.push({ slots: [], extra, more });
    packets.at(-1)!.slots.push(slot);
  }
  return packets;
}

/** The slots of the first packet that has no end. */
const withoutEnd = (state: State, constants: Constants): readonly Fields[] | undefined =>
  published(state, constants).find(({ extra, more }) => extra || more)?.slots;

/** A packet by what it is made of: `2 fragments`, `1 fragment and 1 extra`. */
const made = ({ frags, extras }: Fields): string =>
  counted(frags as number, 'fragment') + (extras === 0 ? '' : ` and ${counted(extras as number, 'extra')}`);

/** A packet, and what the frontend knows of it. */
type Known = Fields & { readonly packet: Fields };

/** That a chain opens, or is taken back. What is written into it is seen on the ring. */
const chainWording: Wording = (before, after, then, now) => {
  const [was, is] = [before, after].map((chain) => (chain as Known).packet);
  const slots = (is!.frags as number) + (is!.extras as number);
  if (slots === 0 && equal(then.sent!, now.sent!)) return ['the chain is taken back'];
  return slots === 0 || was!.frags !== 0 ? [] : [`a chain of ${counted(slots, 'slot')} opens: ${made(is!)}`];
};

/** That a packet is whole, or that the application is told of one. */
const sentWording: Wording = (before, after, _, { told }) => {
  const [then, now] = [list<Known>(before), list<Known>(after)];
  if (now.length > then.length)
    return now.at(-1)!.status === 'ERROR'
      ? ['what was written of the chain stays on the ring']
      : [`the chain is closed: a packet of ${made(now.at(-1)!.packet)}`];
  const k = then.findIndex((packet, i) => now[i] === undefined || !equal(packet, now[i]));
  const which = `a packet of ${made(then[k]!.packet)}`;
  return now.length < then.length
    ? [`the application is told ${told} of ${which}`]
    : [`${which} has a block less with the back, ${now[k]!.status} so far`];
};

const setOf = (value: Value | undefined): readonly number[] =>
  (value as { readonly '#set': readonly number[] })['#set'];

/** The octets that were put into the block of a request. */
const octetsIn = (contents: Value | undefined, { gref }: Fields): number =>
  (at(contents, gref!) as Fields).frag as number;

/** The words of TxPackets. */
export const txPacketsWords = netifWords({
  buffers,
  hand: 'Tx',
  legend: 'req 0 3 is a request with id 0 and size 3, extra an extra_info, rsp 0 OKAY the response to id 0',
  // In memory nothing changes when a fragment is forgotten.
  contents: perPlace((block, fragment) => {
    const { packet, frag } = fragment as Fields;
    return frag === 0
      ? `nobody reads block ${block} again`
      : `block ${block} := fragment ${frag} of ${(packet as Fields).frags}`;
  }),
  variables: {
    pool: fromTo('pool'),
    chain: chainWording,
    sent: sentWording,
    // It was said of which packet.
    told: silent,
    takenExtras: (before, after) => [
      (after as number) > (before as number)
        ? `the back takes ${after} extra`
        : 'the back is done with an extra',
    ],
    // It was said which statuses were answered.
    fared: silent,
  },
  closing: {
    PublishedWhole: (state, constants) => {
      const slots = withoutEnd(state, constants);
      if (slots === undefined) return undefined;
      const last = slots.at(-1)!;
      const promise =
        last.kind === 'extra' ? 'EXTRA_FLAG_MORE' : last.extra_info === true ? 'extra_info' : 'more_data';
      return `the last slot that is published says ${promise}, and nothing follows it: the backend is shown ${counted(slots.length, 'slot')} of a packet that has no end.`;
    },

    SlotsPromised: (state, constants) => {
      const longest = Math.max(0, ...published(state, constants).map(({ slots }) => slots.length));
      return longest === 0
        ? undefined
        : `a packet of ${counted(longest, 'slot')} is published: the backend has not promised to take that many, and disables the interface.`;
    },

    SizeRule: (state, constants) => {
      for (const { slots } of published(state, constants)) {
        const requests = slots.filter(({ kind }) => kind === 'request');
        const own = requests.map((request) => octetsIn(state.contents, request));
        const due = own.map((size, i) => (i > 0 ? size : own.reduce((sum, each) => sum + each, 0)));
        const wrong = requests.findIndex(({ size }, i) => size !== due[i]);
        if (wrong >= 0)
          return `the ${wrong === 0 ? 'first slot' : `request for fragment ${wrong + 1}`} of a packet has size ${requests[wrong]!.size}, where ${due[wrong]} is meant: fragments of ${own.join(' and ')} octets are in its blocks.`;
      }
      return undefined;
    },

    AssembledAsSent: ({ taken, contents }) => {
      const wrong = list<Fields>(taken).find((request) => request.size !== octetsIn(contents, request));
      if (wrong === undefined) return undefined;
      return `the backend takes block ${wrong.gref} for a fragment of ${wrong.size} octets, and ${octetsIn(contents, wrong)} were sent in it: it puts another packet together.`;
    },

    ToldTruly: ({ told }, _, { sent, done, fared }) => {
      const { block } = done as Fields;
      const packets = list<Known>(sent);
      const k = packets.findIndex(({ blocks }) => setOf(blocks).includes(block as number));
      if (k < 0) return undefined;
      return `the application is told ${told} of a packet of ${made(packets[k]!.packet)}, and a slot of it was answered with ${list(fared)[k]}.`;
    },

    ToldOnce: ({ sent, inFlight, chain }) => {
      const known = [
        ...list<Fields>(sent).flatMap(({ blocks }) => setOf(blocks)),
        ...list<number>((chain as Fields).blocks),
      ];
      const untold = functionEntries(inFlight)
        .flatMap(([, held]) => list<number>(held))
        .find((block) => !known.includes(block));
      if (untold === undefined) return undefined;
      return `block ${untold} is with the backend, and the application was already told of its packet: whatever becomes of that slot, nobody hears of it.`;
    },

    NullFreesNothing: ({ done, taken }) => {
      const { block } = done as Fields;
      const request = list<Fields>(taken).find(({ gref }) => gref === block);
      if (request === undefined) return undefined;
      return `a NULL has the id ${request.id}, which means nothing, and the frontend takes it for the answer to the request for block ${block}: that block will be free while the backend has still to read it.`;
    },

    RefinesNetfrontTx: ({ ring }) =>
      functionEntries(ring).some(([, slot]) => (slot as Fields).status === 'NULL')
        ? 'a request is answered with NULL, and there is no such answer to a frame in NetfrontTx.'
        : undefined,
  },
  never: {
    PublishedIsTold: ({ loop, constants }) => {
      const slots = withoutEnd(loop.at(-1)!, constants);
      if (slots === undefined) return undefined;
      return `${counted(slots.length, 'slot')} of a packet ${slots.length === 1 ? 'is' : 'are'} published, and the backend waits for the rest: nothing behind is answered, and the application is never told.`;
    },
  },
});
