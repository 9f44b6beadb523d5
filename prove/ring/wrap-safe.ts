/** WrapSafe of models/MCRing, for the indices: where they start makes no difference. */
import type { Action, Property, StepPredicate } from '../machine.js';
import type { Names, Terms } from '../terms.js';
import { inc } from './operators.js';
import { type AtRing, type RingConstants, type RingVariables, variables } from './state.js';

/** Every variable that has an index, one further. The slots are left as they are: no action of Ring looks at one. */
const further = <T extends Terms>(at: AtRing<T>): AtRing<T> => {
  const indices = scalars.filter(([, sort]) => sort === 'index');
  const moved = indices.map(([name]) => [name, inc(at, at.s[name] as T['index'])] as const);
  return { ...at, s: { ...at.s, ...Object.fromEntries(moved) } };
};

const scalars = Object.entries(variables as Names).filter(([, sort]) => sort !== 'slots') as [
  keyof RingVariables,
  'bool' | 'index' | 'word',
][];

/** Is the action enabled one further too, and does it lead to the same state, one further? */
const isSafe =
  (action: Action<RingConstants, RingVariables>): StepPredicate<RingConstants, RingVariables> =>
  (before, after) => {
    const there = further(before);
    const step = action(there);
    const led = { ...there.s, ...step.then() };
    const expected = further(after).s;
    return before.a.and(...step.when, ...scalars.map(([name]) => before.a.same(led[name], expected[name])));
  };

/**
 * WrapSafe, slots left out. M times one further is all the way round, so enabled and refused are the same at every start.
 * That the invariant holds one further needs no obligation: the same run from the next `First` leads there, and the
 * invariant is proved of every `First`.
 */
export const wrapSafe = (
  actions: Readonly<Record<string, Action<RingConstants, RingVariables>>>,
): Property<RingConstants, RingVariables> => ({
  number: 'P21',
  name: 'WrapSafe',
  says: 'Whatever step the ring takes, it also takes with all indices one further, and is one further then',
  steps: Object.fromEntries(Object.entries(actions).map(([name, action]) => [name, isSafe(action)])),
});
