/** The ring drawn: its slots, and the indices in the order in which they stand along it. */
import type { State, Value } from '../../tlc/index.js';
import { packetSlotDrawn } from './packets.js';
import { rings } from './rings.js';
import { entries, type Fields, type Sizes } from './values.js';

const names = ['rsp_cons', 'rsp_prod', 'rsp_prod_pvt', 'req_cons', 'req_prod', 'req_prod_pvt'];

/** The slots in one line, `[rsp 0 OKAY|req 1 B]`, or `TX [-] RX [req 0]`; empty if the state has no ring. */
export const slots = (state: State): string => of(state, slotsOf).join(' ');

/** The slots, and below them a line for each place where indices stand, the oldest first. */
export const drawing = (state: State, sizes: Sizes): string =>
  of(state, (one) => drawingOf(one, sizes)).join('\n');

/** What there is of each ring, with its name in front where there are two. */
const of = (state: State, shown: (ring: State) => string): readonly string[] =>
  rings(state).map((ring) => (ring.name === undefined ? '' : `${ring.name} `) + shown(ring.state));

const slotsOf = ({ ring }: State): string =>
  ring === undefined
    ? ''
    : `[${entries(ring)
        .map(([, slot]) => slotText(slot))
        .join('|')}]`;

function drawingOf(state: State, sizes: Sizes): string {
  const line = slotsOf(state);
  if (line === '' || names.some((name) => typeof state[name] !== 'number')) return line;
  const index = (name: string): number => state[name] as number;
  // The backend's private producer is worth a word only while it is ahead.
  const standing = names.filter((name) => name !== 'rsp_prod_pvt' || index(name) !== index('rsp_prod'));
  if (standing.every((name) => index(name) === index('rsp_cons')))
    return `${line}\n${index('rsp_cons')} all indices`;
  const ahead = (name: string): number => sizes.sub(index(name), index('rsp_cons'));
  const ordered = standing.toSorted((a, b) => ahead(a) - ahead(b));
  const places = new Map<number, string[]>();
  for (const name of ordered) places.set(index(name), [...(places.get(index(name)) ?? []), name]);
  return [line, ...[...places].map(([place, who]) => `${place} ${who.join(' ')}`)].join('\n');
}

function slotText(slot: Value): string {
  const ofPacket = packetSlotDrawn(slot as Fields);
  if (ofPacket !== undefined) return ofPacket;
  const { kind, id, size, status, more_data, extra_info, more } = slot as Fields;
  if (kind === 'extra') return more === true ? 'extra MORE' : 'extra';
  // In Ring a slot says no more than whose it is.
  if (id === undefined) return kind === 'request' ? 'req' : kind === 'response' ? 'rsp' : '-';
  // A request on the receive ring promises no frame.
  if (kind === 'request') {
    const flags = (extra_info === true ? ' extra_info' : '') + (more_data === true ? ' more_data' : '');
    return size === undefined ? `req ${id}` : `req ${id} ${size}${flags}`;
  }
  // Nor does a response have a status, where nothing depends on it.
  if (kind === 'response') return status === undefined ? `rsp ${id}` : `rsp ${id} ${status}`;
  return '-';
}
