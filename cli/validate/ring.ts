/** A ring of many slots, drawn: runs of slots that are alike in one word, and the indices below. */
import type { State, Value } from '../../tlc/index.js';
import { M } from '../../logs/module.js';
import { entries, type Fields } from '../explain/values.js';

const INDICES = ['rsp_cons', 'rsp_prod', 'rsp_prod_pvt', 'req_cons', 'req_prod', 'req_prod_pvt'];

/** The slots in a line, and one for each place where indices stand, the oldest first. */
export function bigRing(state: State): readonly string[] {
  const cells = entries(state.ring).map(([, slot]) => kindOf(slot));
  if (cells.length === 0) return [];
  const runs: { kind: string; from: number; to: number }[] = [];
  cells.forEach((kind, slot) => {
    const last = runs.at(-1);
    if (last?.kind === kind) last.to = slot;
    else runs.push({ kind, from: slot, to: slot });
  });
  const line = runs.map(({ kind, from, to }) => `${from === to ? from : `${from}..${to}`} ${kind}`).join('|');
  return [`[${line}]`, ...standing(state, cells.length)];
}

function standing(state: State, slots: number): readonly string[] {
  const index = (name: string): number => state[name] as number;
  const ahead = (name: string): number => (((index(name) - index('rsp_cons')) % M) + M) % M;
  const places = new Map<number, string[]>();
  for (const name of INDICES.toSorted((a, b) => ahead(a) - ahead(b)))
    places.set(index(name), [...(places.get(index(name)) ?? []), name]);
  const events = ['req_event', 'rsp_event'].map((name) => `${name} ${index(name)}`).join(', ');
  return [
    ...[...places].map(([place, names]) => `${place} (slot ${place % slots}) ${names.join(' ')}`),
    events,
  ];
}

function kindOf(slot: Value): string {
  const { kind, role } = slot as Fields;
  if (kind === 'empty') return '-';
  return role === 'extra'
    ? `${kind === 'request' ? 'req' : 'rsp'} extra`
    : kind === 'request'
      ? 'req'
      : 'rsp';
}
