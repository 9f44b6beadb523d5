/** Packets of several slots (RxPackets): their slots, what has come of one, and what went wrong with it. */
import { equal, type State, type Value } from '../../tlc/index.js';
import { counted } from '../output.js';
import { owners, tallied } from './owners.js';
import { at, buffers, entries, type Fields, numbers, records } from './values.js';

/** Is this a state of packets that are received? */
export const isOfPackets = (state: State): boolean => 'chain' in state && 'posted' in state;

const ERROR = -1;

/** The length of a fragment, or `ERROR`. */
const sizeText = (size: Value | undefined): string => (size === ERROR ? 'ERROR' : String(size));

/** Lengths in order: `2 and 1 octets`. */
const sizesText = (sizes: readonly Value[]): string => {
  const [only] = sizes;
  if (only === undefined) return 'nothing';
  if (sizes.length === 1) return only === ERROR ? 'ERROR' : counted(only as number, 'octet');
  return `${sizes.map(sizeText).join(' and ')} octets`;
};

const extrasText = (extras: readonly Value[]): string =>
  extras.length === 0 ? '' : `, ${counted(extras.length, 'extra')}`;

/** A packet by the lengths of its fragments and its extras: `2 and ERROR octets, 1 extra`. */
const packetText = (packet: Value): string => {
  const { frags, extras } = packet as Fields;
  return sizesText(list(frags)) + extrasText(list(extras));
};

/** The oldest packet that has not come through, in the same words; undefined if there is none. */
export const oldestSent = ({ sent }: State): string | undefined => {
  const [packet] = records(sent);
  return packet === undefined ? undefined : packetText(packet);
};

/** A packet as the argument of an action, in short: `[2 ERROR]`, `[1 extra]`. */
export function packetArg(packet: Value): string {
  const { frags, extras } = packet as Fields;
  const [first, ...others] = list(frags).map(sizeText);
  return `[${[first, ...Array.from({ length: extras as number }, () => 'extra'), ...others].join(' ')}]`;
}

/** Is the value a packet? */
export const isPacket = (value: Value): boolean => typeof value === 'object' && 'frags' in value;

/** What follows a slot, as the slot itself says. */
const onward = ({ extra_info, more_data, more }: Fields): readonly string[] => [
  ...(extra_info === true ? ['extra_info'] : []),
  ...(more_data === true ? ['more_data'] : []),
  ...(more === true ? ['MORE'] : []),
];

/** A response or an extra of a packet, in full: `response id 0 status 2 more_data`. */
export function packetSlotText(slot: Fields): string | undefined {
  if (slot.kind === 'extra' && slot.type !== undefined)
    return [...(slot.type === 'unknown' ? ['unknown'] : []), 'extra', ...onward(slot)].join(' ');
  if (slot.kind !== 'response' || slot.more_data === undefined) return undefined;
  return ['response', `id ${slot.id}`, `status ${sizeText(slot.status)}`, ...onward(slot)].join(' ');
}

/** The same as it is drawn in the ring: `rsp 0 2+`, where + says that there is more of the packet. */
export function packetSlotDrawn(slot: Fields): string | undefined {
  const plus = onward(slot).length > 0 ? '+' : '';
  if (slot.kind === 'extra' && slot.type !== undefined) return `extra${plus}`;
  if (slot.kind !== 'response' || slot.more_data === undefined) return undefined;
  return `rsp ${slot.id} ${sizeText(slot.status)}${plus}`;
}

type Wording = (before: Value, after: Value) => readonly string[];

/** Words for each place of a function that has another result than before. */
const perPlace =
  (words: (place: Value, after: Value) => string | undefined): Wording =>
  (before, after) =>
    entries(after)
      .filter(([place, value]) => !equal(at(before, place) ?? '', value))
      .map(([place, value]) => words(place, value))
      .filter((text) => text !== undefined);

/** What RxPackets has in variables of its own, or has otherwise than NetfrontRx. */
export const packetWordings: Readonly<Record<string, Wording>> = {
  contents: perPlace((page, size) =>
    size === 0 ? `page ${page} is cleared` : `page ${page} := fragment ${size}`,
  ),
  done: (_, after) => {
    const { page, says } = after as Fields;
    if (page === -1) return [];
    const { kind, status } = says as Fields;
    return [`page ${page} is ${kind === 'extra' ? 'used up by an extra' : `answered, ${sizeText(status)}`}`];
  },
  chain: (before, after) => chainWords(before as Fields, after as Fields),
  delivered: (_, after) => {
    const { sizes, extras } = after as Fields;
    // It was to be seen in one state, and is forgotten.
    if (numbers(sizes).length === 0) return [];
    return [`the application is given ${sizesText(numbers(sizes))}${extrasText(list(extras))}`];
  },
  held: perPlace((page, size) =>
    size === -1 ? `the application returns page ${page}` : `the application has page ${page}`,
  ),
  // What was posted in a slot goes with inFlight; what was sent is to be seen in the ring.
  posted: () => [],
  sent: () => [],
  sending: (_, after) =>
    records(after).length === 0
      ? []
      : [`the back still has ${counted(records(after).length, 'slot')} to send`],
};

const list = (value: Value | undefined): readonly Value[] =>
  Array.isArray(value) ? (value as readonly Value[]) : [];

/** What has come of a packet. That one is whole, or was handed up, is told by what becomes of it. */
function chainWords(before: Fields, after: Fields): readonly string[] {
  if (after.dropped === true && before.dropped !== true) return ['the packet is dropped'];
  if (after.next === 'start' || after.slots === before.slots) return [];
  const due = after.next === 'extra' ? 'an extra' : 'a fragment';
  if (after.dropped === true) return [`${due} of the packet that is dropped is due`];
  return [
    `the chain has ${buffers('page', numbers(after.pages))}${extrasText(list(after.extras))}; ${due} is due`,
  ];
}

type Sentence = (state: State, before: State) => string | undefined;

/** What went wrong, by property. */
export const packetSentences: Readonly<Record<string, Sentence>> = {
  PacketIntact: ({ delivered }) => {
    const { sizes, got, extras, sent } = delivered as Fields;
    const was = packetText(sent!);
    const given = sizesText(numbers(sizes)) + extrasText(list(extras));
    const nobodySent = list((sent as Fields).frags).length === 0;
    if (given !== was)
      return nobodySent
        ? `the application is given a packet of ${given}, which the backend never sent.`
        : `the backend sent a packet of ${was}, and the application is given one of ${given}.`;
    return `the application is given a packet of ${given}, and finds ${sizesText(numbers(got))} in its pages.`;
  },

  RxSlotIdentity: ({ done, ring }, { posted, rsp_cons }) => {
    const slot = (rsp_cons as number) % entries(ring).length;
    const { page } = done as Fields;
    const { page: given } = at(posted, slot) as Fields;
    if (page === given) return undefined;
    return `the backend was given page ${given} in slot ${slot}, and the front takes page ${page} for answered there, which the backend still has.`;
  },

  BrokenNeverDelivered: ({ delivered }) => {
    const { sizes, sent } = delivered as Fields;
    return `the application is given ${sizesText(numbers(sizes))} of a packet of ${packetText(sent!)}, which is to be dropped whole.`;
  },

  OnlyBrokenDropped: (_, { sent }) => {
    const [packet] = records(sent);
    return packet === undefined
      ? undefined
      : `a packet of ${packetText(packet)} is dropped, and nothing is wrong with it.`;
  },

  ChainOwnership: (state) => {
    const which = pagesOf(state).find((page) => owners(state, page).length > 1);
    if (which === undefined) return undefined;
    const all = owners(state, which);
    return `page ${which} has ${all.length} owners (${tallied(all)}): two fragments will be written over each other.`;
  },

  ChainConservation: (state) => {
    const lost = pagesOf(state).filter((page) => owners(state, page).length === 0);
    if (lost.length === 0) return undefined;
    return `${buffers('page', lost)} ${lost.length === 1 ? 'belongs' : 'belong'} to nobody: the pool will never have ${lost.length === 1 ? 'it' : 'them'} back.`;
  },

  NoChainWhileMapped: (state) => {
    const bad = entries(state.mapped).find(
      ([page, times]) =>
        (times as number) > 0 &&
        owners(state, page as number).some((owner) =>
          ['the pool', 'the chain', 'the application'].includes(owner),
        ),
    );
    if (bad === undefined) return undefined;
    const [page] = bad;
    return `page ${page} belongs to ${owners(state, page as number).join(' and ')}, and the backend has it mapped: it can still write there.`;
  },

  SlotsBounded: ({ delivered }) => {
    const { sizes, extras } = delivered as Fields;
    return `the application is given a packet of ${counted(numbers(sizes).length + list(extras).length, 'slot')}.`;
  },

  SingleSlotsAsNetfrontRx: () => 'no step of NetfrontRx leads from the state before to this one.',
};

const pagesOf = ({ contents }: State): readonly number[] => entries(contents).map(([page]) => page as number);
