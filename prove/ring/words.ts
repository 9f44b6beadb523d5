/** A counterexample of the ring in the ring's words. */
import type { Concrete } from '../concrete.js';
import type { Counterexample } from '../counterexample.js';
import type { Names, Values } from '../terms.js';
import type { RingConstants, RingVariables } from './state.js';

type State = Values<Concrete, RingVariables>;

/** In the order of the figure at the head of SharedRing, then what belongs to the hands. */
const shown = [
  ...['rsp_cons', 'rspSeen', 'rsp_prod', 'rsp_prod_pvt', 'req_cons', 'req_prod', 'req_prod_pvt'],
  ...['reqChecked', 'rspChecked', 'req_event', 'rsp_event', 'poller', 'taker'],
] as const satisfies readonly (keyof State)[];

const value = (of: unknown): string =>
  typeof of === 'object' && of !== null ? `<${Object.values(of).join(', ')}>` : String(of);

/** The ring before the step, the step, and what it changes. */
export function wordsOfRing<C extends Names & RingConstants>({
  action,
  constants,
  before,
  changes,
}: Counterexample<C, RingVariables>): string {
  const pending = [before.frontPending && 'frontPending', before.backPending && 'backPending'];
  const state = [
    ...shown.map((name) => `${name} = ${value(before[name])}`),
    `ring = ${value(before.ring)}`,
    ...pending.filter((flag) => flag !== false),
  ];
  const changed = Object.entries(changes)
    .filter(([name, now]) => value(now) !== value(before[name as keyof State]))
    .map(([name, now]) => `${name} = ${value(now)}`);
  return `N = ${constants.N}, ${state.join(', ')}. ${action}: ${changed.join(', ') || 'nothing changes'}.`;
}
