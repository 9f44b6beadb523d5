/** The words of NetfrontTxRx: those of its two rings, said of the ring. */
import type { State } from '../../../tlc/index.js';
import { changes } from '../../words/changes.js';
import { eventWordings } from '../../words/ring.js';
import type { Words } from '../../words/words.js';
import { rxWords } from '../rx/words.js';
import { txWords } from '../tx/words.js';
import { actionOf } from './projection.js';

/** The rings. Names of variables begin with `ring`, those of actions and properties with `prefix`. */
const rings = [
  { ring: 'tx', prefix: 'Tx', name: 'TX', words: txWords },
  { ring: 'rx', prefix: 'Rx', name: 'RX', words: rxWords },
] as const;

type OneRing = (typeof rings)[number];

/** What belongs to both rings. */
const events = ({ frontPending, backPending }: State): State => ({
  frontPending: frontPending!,
  backPending: backPending!,
});

/** The variables of one ring, as its own module calls them. */
const part = (state: State, { ring }: OneRing): State =>
  Object.fromEntries(
    Object.entries(state)
      .filter(([name]) => name.startsWith(`${ring}_`))
      .map(([name, value]) => [name.slice(3), value]),
  );

/** The state as the module of one ring has it. */
const seenBy = (ring: OneRing, state: State): State => ({ ...events(state), ...part(state, ring) });

/**
 * What is said of a property by the first ring that has words for it. It may be a property of either ring or, with a
 * prefix, of one: RxDeliveredIntact.
 */
function firstOf(property: string, say: (ring: OneRing, property: string) => string | undefined) {
  for (const ring of rings) {
    const plain = property.startsWith(ring.prefix) ? property.slice(ring.prefix.length) : property;
    const found = say(ring, property) ?? say(ring, plain);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** The words of NetfrontTxRx. */
export const txrxWords: Words = {
  actors: { TxBack: 'back', RxBack: 'back', ...txWords.actors, ...rxWords.actors, TakeEvent: 'front' },
  arrows: Object.fromEntries(
    rings.flatMap(({ ring, words }) =>
      Object.entries(words.arrows).map(([action, arrow]) => [actionOf(ring, action), arrow]),
    ),
  ),
  legend: rings.flatMap(({ name, words }) => words.legend.map((line) => `on ${name} ${line}`)),
  argument: String,
  changes: (before, after, action) => [
    ...changes(eventWordings, events(before), events(after)),
    ...rings.flatMap((ring) => {
      const lines = ring.words.changes(part(before, ring), part(after, ring));
      return action?.startsWith(ring.prefix) ? lines : lines.map((line) => `${ring.name} ${line}`);
    }),
  ],
  slots: (state) => rings.map((ring) => `${ring.name} ${ring.words.slots(part(state, ring))}`).join(' '),
  drawing: (state, constants) =>
    rings.map((ring) => `${ring.name} ${ring.words.drawing(part(state, ring), constants)}`).join('\n'),
  owned: (state) => rings.flatMap((ring) => ring.words.owned(part(state, ring))),
  closing: (property, state, constants, before) =>
    firstOf(property, (ring, plain) => {
      // A constant of NetfrontTx that is no constant here.
      const sizes = { ...constants, BlocksPerPage: 1 };
      const found = ring.words.closing(plain, seenBy(ring, state), sizes, seenBy(ring, before));
      return found && `on the ${ring.name} ring, ${found}`;
    }),
  never: (property, { states, loop, ...rest }) =>
    firstOf(property, (ring, plain) => {
      const seen = (all: readonly State[]): readonly State[] => all.map((state) => seenBy(ring, state));
      return ring.words.never(plain, { ...rest, states: seen(states), loop: seen(loop) });
    }),
};
