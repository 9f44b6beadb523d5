/** The words of a module with one ring, and what is worded alike on every ring. */
import { functionEntries } from '../../graph/args.js';
import type { State, Value } from '../../tlc/index.js';
import { changes, perPlace, type Wording, type Wordings } from './changes.js';
import { type Drawn, drawnSlot, ringDrawing, slotsLine, slotText } from './drawing.js';
import type { Constants } from '../constants.js';
import { counted, type Fields, sub } from './values.js';
import type { Arrows, NeverSentence, Sentence, Words } from './words.js';

/** The words of a module with one ring, as its folder declares them. */
export interface RingWords extends Pick<Words, 'actors'> {
  readonly arrows?: Arrows;
  readonly legend: string;
  /** As `String` writes it if absent. */
  readonly argument?: Words['argument'];
  /** A slot in the drawing; as {@link drawnSlot} has it if absent. */
  readonly drawn?: Drawn;
  readonly variables?: Wordings;
  readonly owned?: Words['owned'];
  readonly closing?: Readonly<Record<string, Sentence>>;
  readonly never?: Readonly<Record<string, NeverSentence>>;
}

/** The words of a module with one ring. */
export const wordsOfRing = ({
  drawn = drawnSlot,
  variables = {},
  closing = {},
  never = {},
  owned = () => [],
  ...ring
}: RingWords): Words => ({
  arrows: {},
  argument: String,
  ...ring,
  legend: [ring.legend],
  changes: (before, after) => changes(variables, before, after),
  slots: (state) => slotsLine(state, drawn),
  drawing: (state, constants) => ringDrawing(state, constants, drawn),
  owned,
  closing: (property, ...last) => closing[property]?.(...last),
  never: (property, course) => never[property]?.(course),
});

const event = (whom: string) => (_: Value, after: Value) => [
  after === true ? `event to the ${whom}` : `the ${whom} takes its event`,
];

/** The two events of a channel. */
export const eventWordings: Wordings = { frontPending: event('front'), backPending: event('back') };

/** Slots that are written. In memory nothing changes when one is forgotten: see SharedRing. */
export const slotsWording = (text = slotText): Wording =>
  perPlace((slot, content) =>
    (content as Fields).kind === 'empty'
      ? `nobody reads ring[${slot}] again`
      : `ring[${slot}] := ${text(content as Fields)}`,
  );

const LOADS = ['ReadRspProd', 'FinalCheck', 'ConsumeResponse', 'CheckNotify'];

/** The actions of the front that load what the back has stored. `hand` is how their names begin. */
export const frontLoads = (hand: 'Tx' | 'Rx' | 'Front'): Arrows =>
  Object.fromEntries(LOADS.map((name) => [hand + name, 'ring-->>front']));

/** The slots from one index of a state up to another, with their numbers. */
export const slotsBetween = (state: State, constants: Constants, from: string, to: string) => {
  const slots = functionEntries(state.ring) as readonly (readonly [number, Fields])[];
  return Array.from(
    { length: between(state, constants, from, to) },
    (_, i) => slots[((state[from] as number) + i) % slots.length]!,
  );
};

/** How far one index of a state is behind another. */
export const between = (state: State, constants: Constants, from: string, to: string): number =>
  sub(constants, state[to], state[from]);

/** The front has more requests on the ring than it has slots. */
export const ringBound: Sentence = (state, constants) => {
  const slots = functionEntries(state.ring).length;
  const written = between(state, constants, 'rsp_cons', 'req_prod_pvt');
  if (slots === 0 || written <= slots) return undefined;
  const slot = ((state.req_prod_pvt as number) - 1 + slots) % slots;
  return `the frontend has ${written} requests on a ring of ${slots} slots: the last one was written over slot ${slot}, which was still in use.`;
};

/** The front believes a response that answers no request. */
export const responseBound: Sentence = (state, constants) => {
  const responses = between(state, constants, 'rsp_cons', 'rspSeen');
  const requests = between(state, constants, 'rsp_cons', 'req_prod');
  if (responses <= requests) return undefined;
  return `the frontend believes rsp_prod ${state.rspSeen}, which promises ${counted(responses, 'response')}, while req_prod ${state.req_prod} allows ${requests}: it will read a response to a request it never made.`;
};
