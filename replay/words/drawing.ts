/** Slots as text, and a ring drawn: its slots, and the indices in the order in which they stand along it. */
import { functionValues } from '../../graph/args.js';
import type { State } from '../../tlc/index.js';
import type { Constants } from '../constants.js';
import { type Fields, sub } from './values.js';

/** How a slot is drawn. */
export type Drawn = (slot: Fields) => string;

const FIELDS = ['id', 'gref', 'offset', 'size', 'status'];

/** The fields of a slot that it has: `id 0`, `gref 0`. */
export const fieldsText = (slot: Fields, names: readonly string[] = FIELDS): readonly string[] =>
  names.filter((name) => name in slot).map((name) => `${name} ${slot[name]}`);

/** The flags that are set in a slot. `more` is what the flag of an extra is called. */
const flagsText = (slot: Fields, more: string): readonly string[] => [
  ...['extra_info', 'more_data'].filter((name) => slot[name] === true),
  ...(slot.more === true ? [more] : []),
];

/** A slot in full: `request id 0 gref 0 offset 1 size B`, `request id 0 gref 0 size 3 more_data`, `extra`. */
export const slotText = (slot: Fields, more = 'EXTRA_FLAG_MORE'): string =>
  [slot.kind, ...fieldsText(slot), ...flagsText(slot, more)].join(' ');

const SHORT: Readonly<Record<string, string>> = { request: 'req', response: 'rsp', extra: 'extra' };

/** A slot as it is drawn: `req 0 A`, `rsp 0 OKAY`, `-`. It has no more words than the slot has fields. */
export function drawnSlot(slot: Fields): string {
  const short = SHORT[String(slot.kind)];
  if (short === undefined) return '-';
  const fields = ['id', 'size', 'status'].filter((name) => name in slot).map((name) => slot[name]);
  return [short, ...fields, ...flagsText(slot, 'MORE')].join(' ');
}

const DRAWN = ['rsp_cons', 'rsp_prod', 'rsp_prod_pvt', 'req_cons', 'req_prod', 'req_prod_pvt'];

/** Which indices stand at each place, as they stand along the ring, the oldest first. */
export function standing(state: State, constants: Constants, names = DRAWN): ReadonlyMap<number, string[]> {
  const ahead = (name: string): number => sub(constants, state[name], state.rsp_cons);
  const places = new Map<number, string[]>();
  for (const name of names.toSorted((a, b) => ahead(a) - ahead(b)))
    places.set(state[name] as number, [...(places.get(state[name] as number) ?? []), name]);
  return places;
}

/** The slots in one line, `[rsp 0 OKAY|req 1 B]`; empty if the state has no ring. */
export const slotsLine = ({ ring }: State, drawn: Drawn): string =>
  ring === undefined ? '' : `[${(functionValues(ring) as readonly Fields[]).map(drawn).join('|')}]`;

/** The slots, and below them a line for each place where indices stand, the oldest first. */
export function ringDrawing(state: State, constants: Constants, drawn: Drawn): string {
  const line = slotsLine(state, drawn);
  if (line === '' || DRAWN.some((name) => typeof state[name] !== 'number')) return line;
  // The backend's private producer is worth a word only while it is ahead.
  const names = DRAWN.filter((name) => name !== 'rsp_prod_pvt' || state[name] !== state.rsp_prod);
  const places = [...standing(state, constants, names)];
  if (places.length === 1) return `${line}\n${places[0]![0]} all indices`;
  return [line, ...places.map(([place, who]) => `${place} ${who.join(' ')}`)].join('\n');
}
