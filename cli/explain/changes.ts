/** What changed in a step, in the words of Xen. */
import { equal, type State, toTla, type Value } from '../../tlc/index.js';
import { isOfPackets, packetSlotText, packetWordings } from './packets.js';
import { shapeText, slotsOf } from './chains.js';
import { bufferIn } from './rings.js';
import { counted } from '../output.js';
import { at, buffers, entries, type Fields, numbers, records } from './values.js';
import { windowWords } from './windows.js';

/** What is put into the buffers of a ring: blocks on the transmit ring, pages on the receive ring. */
type Noun = 'block' | 'page';

type Wording = (
  before: Value,
  after: Value,
  noun: Noun,
  name: string,
  states: { readonly before: State; readonly after: State },
) => readonly string[];

/** One line for each thing that changed: shared memory first, then what each side keeps to itself. */
export function changes(before: State, after: State): readonly string[] {
  const noun = bufferIn(after);
  const changed = Object.keys(after).filter((name) => !equal(before[name] ?? '', after[name]!));
  const known = isOfPackets(after) ? { ...wordings, ...packetWordings } : wordings;
  const worded = Object.entries(known)
    .filter(([name]) => changed.includes(name))
    .flatMap(([name, words]) => words(before[name]!, after[name]!, noun, name, { before, after }));
  const others = changed.filter((name) => !(name in known));
  return [
    ...worded,
    ...inOneLine(
      others.filter((name) => indices.includes(name)),
      before,
      after,
    ),
    ...inOneLine(
      others.filter((name) => !indices.includes(name)),
      before,
      after,
    ),
  ];
}

/** A slot's contents: `request id 0 gref 0 offset 1 size B`, `request id 0 gref 0 size 3 more_data`, `extra`. */
export function slotText(slot: Value | undefined): string {
  const { kind, ...fields } = slot as Fields;
  const ofPacket = packetSlotText(slot as Fields);
  if (ofPacket !== undefined) return ofPacket;
  return [
    kind,
    ...fieldOrder.filter((name) => name in fields).map((name) => `${name} ${fields[name]}`),
    ...flagOrder.filter(([name]) => fields[name] === true).map(([, flag]) => flag),
  ].join(' ');
}

const flagOrder = [
  ['extra_info', 'extra_info'],
  ['more_data', 'more_data'],
  ['more', 'EXTRA_FLAG_MORE'],
] as const;

const fieldOrder = ['id', 'gref', 'offset', 'size', 'status'];

const indices = [
  ...['req_prod', 'rsp_prod', 'req_event', 'rsp_event', 'req_prod_pvt', 'rsp_cons'],
  ...['rsp_prod_pvt', 'req_cons', 'reqChecked', 'rspChecked', 'rspSeen'],
];

function inOneLine(names: readonly string[], before: State, after: State): readonly string[] {
  const ordered = names.toSorted((a, b) => indices.indexOf(a) - indices.indexOf(b));
  const parts = ordered.map((name) => `${name} ${plain(before[name], name)} -> ${plain(after[name], name)}`);
  return parts.length === 0 ? [] : [parts.join(', ')];
}

// -1 is what the specification writes where there is nothing.
const plain = (value: Value | undefined, name: string): string => {
  if (value === -1 && name.endsWith('_event')) return 'none';
  return typeof value === 'string' ? value : toTla(value ?? '');
};

/** Words for each place of a function that has another result than before. */
const perPlace =
  (words: (place: Value, after: Value, noun: Noun, before: Value | undefined) => string): Wording =>
  (before, after, noun) =>
    entries(after)
      .filter(([place, value]) => !equal(at(before, place) ?? '', value))
      .map(([place, value]) => words(place, value, noun, at(before, place)));

const sequence = (value: Value): string => `[${numbers(value).join(' ')}]`;

const fromTo: Wording = (before, after, _, name) => [`${name} ${sequence(before)} -> ${sequence(after)}`];

const event =
  (whom: string): Wording =>
  (_, after) => [after === true ? `event to the ${whom}` : `the ${whom} takes its event`];

/** A word or a slot that a processor has loaded; nothing to tell where it was used and is forgotten. */
function loaded(_: Value, after: Value): readonly string[] {
  if (typeof after === 'number') return after === -1 ? [] : [`it is ${after}`];
  return (after as Fields).kind === 'unloaded' ? [] : [`it is ${slotText(after)}`];
}

/** The variables that deserve more than old and new, in the order in which they are told. */
const wordings: Readonly<Record<string, Wording>> = {
  frontWindow: windowWords,
  backWindow: windowWords,
  contents: (before, after, noun, ...rest) => contentsWords(before, after, noun, ...rest),
  // In memory nothing changes when a slot is forgotten: see SharedRing.
  ring: perPlace((slot, content) =>
    (content as Fields).kind === 'empty'
      ? `nobody reads ring[${slot}] again`
      : `ring[${slot}] := ${slotText(content)}`,
  ),
  taken: (before, after) => takenWords(records(before), records(after)),
  frontPending: event('front'),
  backPending: event('back'),
  granted: perPlace((gref, page) => `gref ${gref} grants ${page === -1 ? 'nothing' : `page ${page}`}`),
  mapped: perPlace((gref, times, _, before) => `gref ${gref} mapped ${before} -> ${times}`),
  inFlight: perPlace((id, held, noun) => `id ${id} in flight for ${buffers(noun, numbers(held))}`),
  freeIds: fromTo,
  done: (_, after, noun) => {
    const { [noun]: which, status } = after as Fields;
    return which === -1 ? [] : [`${noun} ${which} is answered, ${status}`];
  },
  delivered: (_, after) => {
    const { size, got } = after as Fields;
    // It was to be seen in one state, and is forgotten.
    if (size === '-') return [];
    return [`the application is given ${frameText(got)} for a status of ${size}`];
  },
  held: perPlace((page, frame) =>
    frame === '.' ? `the application returns page ${page}` : `the application has page ${page}`,
  ),
  pool: fromTo,
  frontWord: loaded,
  backWord: loaded,
  frontSlot: loaded,
  backSlot: loaded,
  backFrame: (_, after) => {
    const { request, frame } = after as Fields;
    return [`the back reads ${frame === -1 ? 'no frame' : `frame ${frame}`} for request ${request}`];
  },
  chain: (before, after, _, __, states) => chainWords(before as Fields, after as Fields, states),
  sent: (before, after, _, __, states) => sentWords(records(before), records(after), states.after),
  // It was said of which packet.
  told: () => [],
  takenExtras: (before, after) => [
    (after as number) > (before as number)
      ? `the back takes ${after as number} extra`
      : 'the back is done with an extra',
  ],
  // It was said which statuses were answered.
  fared: () => [],
  // Contents, granted and inFlight have said which block or page it is.
  filling: () => [],
  posting: () => [],
  broken: () => ['the front gives up on this backend'],
};

/** What a block or a page has in it: `frame A`, `no frame`. */
export const frameText = (frame: Value | undefined): string =>
  frame === '-' ? 'no frame' : `frame ${frame as string}`;

const frames = perPlace((place, frame, noun) =>
  frame === '-' ? `${noun} ${place} is cleared` : `${noun} ${place} := frame ${frame}`,
);

// In memory nothing changes when a fragment is forgotten: see TxPackets.
const fragments = perPlace((place, fragment, noun) => {
  const { packet, frag } = fragment as Fields;
  return frag === 0
    ? `nobody reads ${noun} ${place} again`
    : `${noun} ${place} := fragment ${frag} of ${(packet as Fields).frags}`;
});

const contentsWords: Wording = (before, after, ...rest) =>
  typeof entries(after)[0]?.[1] === 'object'
    ? fragments(before, after, ...rest)
    : frames(before, after, ...rest);

const isOpen = ({ packet }: Fields): boolean => slotsOf(packet as Fields) > 0;

/** That a chain opens, or is taken back. What is written into it is seen on the ring. */
function chainWords(
  before: Fields,
  after: Fields,
  states: { readonly before: State; readonly after: State },
): readonly string[] {
  if (!isOpen(after) && equal(states.before.sent!, states.after.sent!)) return ['the chain is taken back'];
  if (isOpen(before) || !isOpen(after)) return [];
  return [
    `a chain of ${counted(slotsOf(after.packet as Fields), 'slot')} opens: ${shapeText(after.packet as Fields)}`,
  ];
}

/** That a packet is whole, or that the application is told of one. */
function sentWords(before: readonly Fields[], after: readonly Fields[], state: State): readonly string[] {
  if (after.length > before.length && after.at(-1)!.status === 'ERROR')
    return ['what was written of the chain stays on the ring'];
  if (after.length > before.length)
    return [`the chain is closed: a packet of ${shapeText(after.at(-1)!.packet as Fields)}`];
  const k = before.findIndex((packet, i) => after[i] === undefined || !equal(packet, after[i]));
  if (after.length < before.length)
    return [
      `the application is told ${state.told as string} of a packet of ${shapeText(before[k]!.packet as Fields)}`,
    ];
  return [
    `a packet of ${shapeText(after[k]!.packet as Fields)} has a block less with the back, ${after[k]!.status as string} so far`,
  ];
}

function takenWords(before: readonly Fields[], after: readonly Fields[]): readonly string[] {
  if (after.length > before.length)
    return after
      .slice(before.length)
      .map(
        ({ got, page, wrote, ...request }) => `the back takes ${slotText({ kind: 'request', ...request })}`,
      );
  const place = before.findIndex((request, i) => after[i] === undefined || !equal(request, after[i]));
  const then = before[place]!;
  if (after.length < before.length) return [`the back is done with ${slotText(named(then))}`];
  const { id, size, got, wrote } = after[place]!;
  if (got === undefined) return [`the back writes frame ${wrote} for the request with id ${id}`];
  return [`the back reads frame ${got} for the request with id ${id} that promised ${size}`];
}

const named = ({ id, gref, offset }: Fields): Value => ({
  kind: 'request',
  id: id!,
  gref: gref!,
  ...(offset === undefined ? {} : { offset }),
});
