/** The words of RxPackets. */
import { functionEntries } from '../../../graph/args.js';
import type { Value } from '../../../tlc/index.js';
import { fromTo, perPlace, silent, type Wording } from '../../words/changes.js';
import { drawnSlot, slotText } from '../../words/drawing.js';
import { heldWording, netifWords, noOwner, ownersOf, pages, twoOwners } from '../../words/netif.js';
import { slotsWording } from '../../words/ring.js';
import { at, counted, type Fields, list, numbered } from '../../words/values.js';

const ERROR = -1;
/** What stands for a page that the application does not have. */
const NOT_HELD = -1;

const buffers = pages(NOT_HELD, {
  who: 'the chain',
  has: ({ chain }) => list((chain as Fields).pages),
});

/** The length of a fragment, or `ERROR`. */
const sizeText = (size: Value): string => (size === ERROR ? 'ERROR' : String(size));

/** Lengths in order: `2 and 1 octets`. */
const sizesText = (sizes: readonly Value[]): string => {
  const [only] = sizes;
  if (only === undefined) return 'nothing';
  if (sizes.length === 1) return only === ERROR ? 'ERROR' : counted(only as number, 'octet');
  return `${sizes.map(sizeText).join(' and ')} octets`;
};

const extrasText = (extras: Value | undefined): string =>
  list(extras).length === 0 ? '' : `, ${counted(list(extras).length, 'extra')}`;

/** A packet by the lengths of its fragments and its extras: `2 and ERROR octets, 1 extra`. */
const packetText = ({ frags, extras }: Fields): string => sizesText(list(frags)) + extrasText(extras);

/** What the application is given, in the same words. */
const givenText = ({ sizes, extras }: Fields): string => packetText({ frags: sizes!, extras: extras! });

const withStatus = (slot: Fields): Fields => (slot.status === ERROR ? { ...slot, status: 'ERROR' } : slot);

/** A slot in full: `response id 0 status 2 more_data`, `unknown extra MORE`. */
const text = (slot: Fields): string =>
  (slot.type === 'unknown' ? 'unknown ' : '') + slotText(withStatus(slot), 'MORE');

/** A slot as it is drawn: `rsp 0 2+`, where + says that the packet goes on. */
const drawn = (slot: Fields): string => {
  const { extra_info, more_data, more, ...rest } = slot;
  // A slot that conform has read off a page says of its flags only those that are set.
  if (more_data === undefined && slot.type === undefined) return drawnSlot(slot);
  return drawnSlot(withStatus(rest)) + ([extra_info, more_data, more].includes(true) ? '+' : '');
};

/** What has come of a packet. That one is whole, or was delivered, is said by what becomes of it. */
const chainWording: Wording = (then, now) => {
  const [before, after] = [then as Fields, now as Fields];
  if (after.dropped === true && before.dropped !== true) return ['the packet is dropped'];
  if (after.next === 'start' || after.slots === before.slots) return [];
  const due = after.next === 'extra' ? 'an extra' : 'a fragment';
  if (after.dropped === true) return [`${due} of the packet that is dropped is due`];
  return [`the chain has ${numbered('page', list(after.pages))}${extrasText(after.extras)}; ${due} is due`];
};

/** The words of RxPackets. */
export const rxPacketsWords = netifWords({
  buffers,
  hand: 'Rx',
  legend:
    'req 0 is a request with id 0, rsp 0 2 the response to id 0 with 2 octets,\n' +
    'extra an extra, + says that the packet goes on',
  // The only arguments that are not numbers are packets, in short: `[2 ERROR]`, `[1 extra]`.
  argument: (value) => {
    if (typeof value !== 'object') return String(value);
    const { frags, extras } = value as Fields;
    const [first, ...others] = list(frags).map(sizeText);
    return `[${[first, ...Array.from({ length: extras as number }, () => 'extra'), ...others].join(' ')}]`;
  },
  drawn,
  contents: perPlace((page, size) =>
    size === 0 ? `page ${page} is cleared` : `page ${page} := fragment ${size}`,
  ),
  variables: {
    ring: slotsWording(text),
    done: (_, after) => {
      const { page, says } = after as { readonly page: Value; readonly says: Fields };
      const how = says.kind === 'extra' ? 'used up by an extra' : `answered, ${sizeText(says.status!)}`;
      return page === -1 ? [] : [`page ${page} is ${how}`];
    },
    delivered: (_, after) => {
      const given = givenText(after as Fields);
      // It was to be seen in one state, and is forgotten.
      return given === 'nothing' ? [] : [`the application is given ${given}`];
    },
    held: heldWording(NOT_HELD),
    pool: fromTo('pool'),
    chain: chainWording,
    // What was sent is to be seen in the ring; what was posted in a slot goes with inFlight.
    sent: silent,
    posted: silent,
    sending: (_, after) =>
      list(after).length === 0 ? [] : [`the back still has ${counted(list(after).length, 'slot')} to send`],
  },
  closing: {
    ChainOwnership: twoOwners(buffers, 'fragments'),
    ChainConservation: noOwner(buffers),

    PacketIntact: ({ delivered }) => {
      const { got, sent } = delivered as Fields;
      const [given, was] = [givenText(delivered as Fields), packetText(sent as Fields)];
      if (given === was)
        return `the application is given a packet of ${given}, and finds ${sizesText(list(got))} in its pages.`;
      return list((sent as Fields).frags).length === 0
        ? `the application is given a packet of ${given}, which the backend never sent.`
        : `the backend sent a packet of ${was}, and the application is given one of ${given}.`;
    },

    RxSlotIdentity: ({ done, ring }, _, { posted, rsp_cons }) => {
      const slot = (rsp_cons as number) % functionEntries(ring).length;
      const [{ page }, { page: given }] = [done as Fields, at(posted, slot) as Fields];
      if (page === given) return undefined;
      return `the backend was given page ${given} in slot ${slot}, and the front takes page ${page} for answered there, which the backend still has.`;
    },

    BrokenNeverDelivered: ({ delivered }) => {
      const { sizes, sent } = delivered as Fields;
      return `the application is given ${sizesText(list(sizes))} of a packet of ${packetText(sent as Fields)}, which is to be dropped whole.`;
    },

    OnlyBrokenDropped: (_, __, { sent }) => {
      const [packet] = list<Fields>(sent);
      return packet && `a packet of ${packetText(packet)} is dropped, and nothing is wrong with it.`;
    },

    NoChainWhileMapped: (state) => {
      const others = ['the pool', 'the chain', 'the application'];
      const has = (page: Value): readonly string[] => ownersOf(buffers, state, page as number);
      const bad = functionEntries(state.mapped).find(
        ([page, times]) => (times as number) > 0 && has(page).some((who) => others.includes(who)),
      );
      if (bad === undefined) return undefined;
      const [page] = bad;
      return `page ${page} belongs to ${has(page).join(' and ')}, and the backend has it mapped: it can still write there.`;
    },

    SlotsBounded: ({ delivered }) => {
      const { sizes, extras } = delivered as Fields;
      return `the application is given a packet of ${counted(list(sizes).length + list(extras).length, 'slot')}.`;
    },

    SingleSlotsAsNetfrontRx: () => 'no step of NetfrontRx leads from the state before to this one.',
  },
  never: {
    PacketsComeThrough: ({ loop }) => {
      const [packet] = list<Fields>(loop[0]!.sent);
      if (packet === undefined) return undefined;
      const waiting = list<number>((loop[0]!.chain as Fields).pages);
      return `a packet of ${packetText(packet)} is neither delivered nor dropped: ${numbered('page', waiting)} of it ${waiting.length === 1 ? 'waits' : 'wait'} for the rest.`;
    },
  },
});
