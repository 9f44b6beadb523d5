/** A counterexample of the transmit half in its words. */
import { NONE } from '../operators.js';
import type { Concrete } from '../concrete.js';
import type { Counterexample } from '../counterexample.js';
import type { Values } from '../terms.js';
import { type TxConstants, type TxVariables } from './state.js';

type State = Values<Concrete, TxVariables>;
type Sizes = Values<Concrete, TxConstants>;

/** In the order of the figure at the head of SharedRing. */
const indices = ['rsp_cons', 'rsp_prod', 'rsp_prod_pvt', 'req_cons', 'req_prod', 'req_prod_pvt'] as const;

/** What stands under each number below `count`, but for what is nothing. */
const listed = (array: Readonly<Record<number, number>>, count: number, nothing: number): string => {
  const cells = Array.from({ length: count }, (_, at) => [at, array[at] ?? nothing] as const);
  const shown = cells.filter(([, value]) => value !== nothing);
  return `<${shown.map(([at, value]) => `${at}: ${value}`).join(', ')}>`;
};

const blockOr = (block: number): string => (block === NONE ? 'no block' : `block ${block}`);

/** What is told of a state, by name. */
function told(s: State, { Ids, Grefs, N }: Sizes): Readonly<Record<string, string>> {
  const pool = Array.from(
    { length: (s.poolTo - s.poolFrom) >>> 0 },
    (_, i) => s.pool[(s.poolFrom + i) >>> 0],
  );
  const used = Array.from({ length: (s.req_prod_pvt - s.rsp_cons) >>> 0 }, (_, i) => (s.rsp_cons + i) % N);
  // In another slot anything may stand.
  const slots = Array.from({ length: N }, (_, i) =>
    used.includes(i) && s.ring[i] !== 'empty' ? `${s.ring[i]} with id ${s.slotId[i]}` : 'empty',
  );
  return {
    ...Object.fromEntries(indices.map((name) => [name, String(s[name])])),
    ring: `<${slots.join(', ')}>`,
    inFlight: listed(s.inFlight, Ids, NONE),
    granted: listed(s.granted, Grefs, NONE),
    // How often is no matter.
    mapped: `<${Array.from({ length: Grefs }, (_, gref) => gref)
      .filter((gref) => s.mapped[gref]! > 0)
      .join(', ')}>`,
    pool: `<${pool.join(', ')}>`,
    sender: s.sender,
    filling: blockOr(s.filling),
    done: blockOr(s.done),
  };
}

/** What each action is given, where that is a choice. */
const given: Readonly<Record<string, readonly ('gref' | 'id' | 'at' | 'status')[]>> = {
  TxGrantAccess: ['gref'],
  TxEnqueue: ['id', 'gref'],
  TxRelease: ['gref'],
  BackReadBlock: ['at'],
  BackRespond: ['at', 'status'],
};

/** The state before the step, the step, and what it changes. */
export function wordsOfTx({
  action,
  constants: c,
  before,
  changes,
}: Counterexample<TxConstants, TxVariables>): string {
  const first = told(before, c);
  const next = told({ ...before, ...changes }, c);
  const sizes = [`N = ${c.N}`, `IdScheme = ${c.IdScheme}`, `Blocks = ${c.Blocks}`, `Grefs = ${c.Grefs}`];
  const changed = Object.entries(next).filter(([name, value]) => value !== first[name]);
  const choice = (given[action] ?? []).map((name) => `${name} = ${c[name]}`);
  const say = (all: readonly (readonly [string, string])[]): string =>
    all.map(([name, value]) => `${name} = ${value}`).join(', ');
  return (
    `${[...sizes, say(Object.entries(first))].join(', ')}. ` +
    `${action}${choice.length === 0 ? '' : ` with ${choice.join(', ')}`}: ${say(changed) || 'nothing changes'}.`
  );
}
