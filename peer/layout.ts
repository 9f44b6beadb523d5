/** What the C compiler says of netif.h and ring.h, read off the running peer: layout.c. */
import type { Peer } from './peer.js';

/** A field of a struct: where it lies. */
export interface LayoutField {
  readonly kind: 'field';
  /** Octets from the beginning of its struct. */
  readonly offset: number;
  readonly octets: number;
}

/** A name, and the number that it stands for. */
export interface LayoutValue {
  readonly kind: 'value';
  readonly value: number;
}

/** An entry of the table in layout.c. */
export type LayoutEntry = LayoutField | LayoutValue;

/** Octets of `struct entry`: an address and two numbers. */
const ENTRY = 12;

/** The whole table, by the name that each entry has in C. */
export const layoutOf = (peer: Peer): ReadonlyMap<string, LayoutEntry> => {
  const { exports } = peer;
  const from = exports.layout_table();
  const table = new Map<string, LayoutEntry>();
  for (let i = 0; i < exports.layout_entries(); i++) {
    const at = from + ENTRY * i;
    const [value, octets] = [peer.wordAt(at + 4), peer.wordAt(at + 8)];
    const name = peer.textAt(peer.wordAt(at)) ?? '';
    if (table.has(name)) throw new Error(`the table has ${name} twice`);
    table.set(name, octets === 0 ? { kind: 'value', value } : { kind: 'field', offset: value, octets });
  }
  return table;
};
