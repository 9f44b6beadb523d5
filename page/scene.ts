/** What there is to draw of a state: the ring with its indices, the buffers and who has them, and the event channel. */
import { functionEntries, functionValues } from '../graph/args.js';
import type { Constants } from '../replay/constants.js';
import { connectionWords } from '../replay/words/connection.js';
import { ringWords } from '../replay/modules/ring/words.js';
import { rxWords } from '../replay/modules/rx/words.js';
import { rxPacketsWords } from '../replay/modules/rxpackets/words.js';
import { txWords } from '../replay/modules/tx/words.js';
import { txPacketsWords } from '../replay/modules/txpackets/words.js';
import { txrxWords } from '../replay/modules/txrx/words.js';
import { fieldsText, slotText } from '../replay/words/drawing.js';
import { at, type Fields, list, sub } from '../replay/words/values.js';
import type { Words } from '../replay/words/words.js';
import type { State, Value } from '../tlc/index.js';

/** How far a slot has come. `written` means that its producer has not published it. */
export type Stage =
  | 'free'
  | 'request written'
  | 'request published'
  | 'with the back'
  | 'response written'
  | 'response published';

/** A slot at one index of the ring. */
export interface SlotScene {
  /** Its number in memory. Two that have one number are one place: the ring is overrun. */
  readonly slot: number;
  /** `request`, `response`, `extra`; empty where nothing is there to be read. */
  readonly kind: string;
  readonly lines: readonly string[];
  /** The frame that it promises; empty where it names none. */
  readonly frame: string;
  readonly stage: Stage;
}

/** An index. */
export interface Pointer {
  readonly name: string;
  readonly by: 'front' | 'back' | 'shared';
  readonly value: number;
  /** Where it stands, in slots from rsp_cons; undefined where it asks for no event, or stands before the ring. */
  readonly offset: number | undefined;
}

/** A block or a page. */
export interface BufferScene {
  readonly name: string;
  /** The frame, or what else is in it; empty if nothing was written. */
  readonly content: string;
  readonly owners: readonly string[];
  /** The grants of its page, and how often each is mapped. */
  readonly grants: readonly { readonly gref: number; readonly mapped: number }[];
}

/** A request that the back has taken and not answered. */
export interface TakenScene {
  readonly name: string;
  readonly line: string;
  /** The frame that it promises; empty on the receive ring. */
  readonly promised: string;
  /** The frame that the back read or wrote; empty as long as it has not. */
  readonly served: string;
  readonly verb: 'read' | 'wrote';
}

/** A ring, and what belongs to it. */
export interface RingScene {
  /** TX or RX where there are both; otherwise empty. */
  readonly name: string;
  readonly slots: readonly SlotScene[];
  /** How many of them there are in memory. */
  readonly nr_ents: number;
  readonly pointers: readonly Pointer[];
  readonly buffers: readonly BufferScene[];
  readonly taken: readonly TakenScene[];
  /** References whose grant was ended while the back has the page mapped. */
  readonly ended: readonly number[];
}

/** A state, to be drawn. */
export interface Scene {
  readonly rings: readonly RingScene[];
  /** Whether an event is on its way to each end. */
  readonly events: { readonly front: boolean; readonly back: boolean };
}

const WORDS: Readonly<Record<string, Words>> = {
  NetfrontTx: txWords,
  NetfrontRx: rxWords,
  Ring: ringWords,
  TxPackets: txPacketsWords,
  TxPacketsOneSlot: txPacketsWords,
  RxPackets: rxPacketsWords,
  NetfrontTxRx: txrxWords,
  Connection: connectionWords,
};

/** The words of a module, whose name is without `MC`; undefined where none are for the page. */
export const wordsOf = (module: string): Words | undefined => WORDS[module];

/** The two ends and the store between them, with the names of the columns; empty for a module with rings. */
export function columnsText(module: string, state: State, constants: Constants): string {
  const words = wordsOf(module);
  return words?.column === undefined ? '' : `${words.column.title}\n\n${words.drawing(state, constants)}`;
}

/** The scene of a state of this module, whose name is without `MC`. A module whose words have a column has no ring. */
export function sceneOf(module: string, state: State, constants: Constants): Scene {
  const events = { front: state.frontPending === true, back: state.backPending === true };
  if (wordsOf(module)?.column !== undefined) return { events, rings: [] };
  if (module !== 'NetfrontTxRx')
    return { events, rings: [ringScene('', state, constants, WORDS[module], blocksPerPage(constants))] };
  const both = [
    ['TX', 'tx_', txWords],
    ['RX', 'rx_', rxWords],
  ] as const;
  return {
    events,
    rings: both.map(([name, prefix, words]) => ringScene(name, partOf(state, prefix), constants, words, 1)),
  };
}

/** The variables whose names have this prefix, without it. */
export const partOf = (state: State, prefix: string): State =>
  Object.fromEntries(
    Object.entries(state)
      .filter(([name]) => name.startsWith(prefix))
      .map(([name, value]) => [name.slice(prefix.length), value]),
  );

const blocksPerPage = ({ BlocksPerPage }: Constants): number =>
  typeof BlocksPerPage === 'number' ? BlocksPerPage : 1;

function ringScene(
  name: string,
  state: State,
  constants: Constants,
  words: Words | undefined,
  perPage: number,
): RingScene {
  const nr_ents = functionEntries(state.ring).length;
  const pointers = POINTERS.map(([index, by]) => pointer(index, by, state, constants, nr_ents));
  return {
    ...{ name, nr_ents, pointers, slots: slotsOf(state, constants, nr_ents) },
    buffers: 'contents' in state ? buffersOf(state, words, perPage) : [],
    taken: list<Fields>(state.taken).map(takenScene),
    ended: endedOf(state),
  };
}

const POINTERS = [
  ['req_prod', 'shared'],
  ['rsp_prod', 'shared'],
  ['req_event', 'shared'],
  ['rsp_event', 'shared'],
  ['req_prod_pvt', 'front'],
  ['rsp_cons', 'front'],
  ['rsp_prod_pvt', 'back'],
  ['req_cons', 'back'],
] as const;

function pointer(
  name: string,
  by: Pointer['by'],
  state: State,
  constants: Constants,
  nr_ents: number,
): Pointer {
  const value = state[name] as number;
  const ahead = sub(constants, value, state.rsp_cons);
  const isAbsent = value < 0 || ahead < 0 || ahead > nr_ents + 1;
  return { name, by, value, offset: isAbsent ? undefined : ahead };
}

/** The slots from rsp_cons on, once round; and further ones where more requests are written than there are slots. */
function slotsOf(state: State, constants: Constants, nr_ents: number): readonly SlotScene[] {
  const ahead = (name: string): number => sub(constants, state[name], state.rsp_cons);
  const contents = functionValues(state.ring) as readonly Fields[];
  const count = Math.min(Math.max(nr_ents, ahead('req_prod_pvt')), nr_ents + 2);
  // As they follow each other along the ring, the oldest first.
  const stages: readonly (readonly [string, Stage])[] = [
    ['rsp_prod', 'response published'],
    ['rsp_prod_pvt', 'response written'],
    ['req_cons', 'with the back'],
    ['req_prod', 'request published'],
    ['req_prod_pvt', 'request written'],
  ];
  return Array.from({ length: count }, (_, offset) => {
    const slot = ((state.rsp_cons as number) + offset) % nr_ents;
    const stage = stages.find(([index]) => offset < ahead(index))?.[1] ?? 'free';
    return { slot, stage, ...slotContent(contents[slot]!) };
  });
}

function slotContent(content: Fields): Pick<SlotScene, 'kind' | 'lines' | 'frame'> {
  const kind = String(content.kind);
  if (kind === 'empty') return { kind: '', lines: [], frame: '' };
  const flags = slotText(content)
    .split(' ')
    .filter((word) => /_/.test(word));
  const lines = [['id'], ['gref'], ['offset'], ['size', 'status']]
    .map((names) => fieldsText(content, names).join(' '))
    .concat(flags)
    .filter((line) => line !== '');
  return { kind, lines, frame: isFrame(content.size) ? String(content.size) : '' };
}

function takenScene(request: Fields): TakenScene {
  const { id, size, got, wrote } = request;
  const served = got ?? wrote;
  return {
    name: `request ${String(id)}`,
    line: fieldsText(request, ['gref', 'offset']).join(' '),
    promised: isFrame(size) ? String(size) : '',
    served: isFrame(served) ? String(served) : '',
    verb: wrote === undefined ? 'read' : 'wrote',
  };
}

const isFrame = (value: Value | undefined): boolean => typeof value === 'string' && /^[A-Z]$/.test(value);

function buffersOf(state: State, words: Words | undefined, perPage: number): readonly BufferScene[] {
  const owned = words?.owned(state) ?? [];
  // What the modules write where nothing was written.
  const nothing = words === rxPacketsWords ? 0 : words === undefined ? -1 : '-';
  return functionEntries(state.contents).map(([number, content]) => {
    const owner = owned.find((each) => each.number === number);
    return {
      name: `${owner?.noun ?? 'block'} ${String(number)}`,
      content: content === nothing ? '' : contentText(content),
      owners: owner?.owners ?? [],
      grants: grantsOf(state, Math.floor((number as number) / perPage)),
    };
  });
}

const grantsOf = ({ granted, mapped }: State, page: number): BufferScene['grants'] =>
  granted === undefined
    ? []
    : functionEntries(granted)
        .filter(([, of]) => of === page)
        .map(([gref]) => ({ gref: gref as number, mapped: Number(at(mapped, gref) ?? 0) }));

/** The references that grant nothing any more, and are mapped. */
const endedOf = ({ granted, mapped }: State): readonly number[] =>
  granted === undefined
    ? []
    : functionEntries(granted)
        .filter(([gref, of]) => of === -1 && Number(at(mapped, gref) ?? 0) > 0)
        .map(([gref]) => gref as number);

function contentText(content: Value): string {
  if (typeof content === 'string' || typeof content === 'number') return String(content);
  const { frag, packet } = content as { frag?: Value; packet?: Fields };
  return frag === undefined ? '?' : `${String(frag)}/${String(packet?.frags)}`;
}
