/**
 * The rings in a state: one, or the two of NetfrontTxRx, whose variables have tx_ or rx_ before their names. Whoever
 * knows how to tell of one ring is given a state as NetfrontTx or NetfrontRx has it, and can tell of either.
 */
import type { State } from '../../tlc/index.js';

/** One ring, and what is not of one ring, such as the events. */
export interface Ring {
  /** Where there are two. */
  readonly name?: 'TX' | 'RX';
  readonly state: State;
}

const prefixes = { TX: 'tx_', RX: 'rx_' } as const;

const ofOneRing = /^[tr]x_/;

/** Has the state two rings? */
const isComposed = (state: State): boolean => Object.keys(state).some((name) => ofOneRing.test(name));

/** The rings of a state, each with the variables that belong to neither. */
export const rings = (state: State): readonly Ring[] =>
  isComposed(state)
    ? (['TX', 'RX'] as const).map((name) => ({ name, state: { ...common(state), ...only(state, name) } }))
    : [{ state }];

/** The variables that belong to neither of two rings; none where there is one. */
export const common = (state: State): State =>
  isComposed(state) ? picked(state, (name) => (ofOneRing.test(name) ? undefined : name)) : {};

/** The variables of one of two rings, without the prefix, or all of them where there is one. */
export const only = (state: State, name: Ring['name']): State =>
  name === undefined
    ? state
    : picked(state, (variable) =>
        variable.startsWith(prefixes[name]) ? variable.slice(prefixes[name].length) : undefined,
      );

const picked = (state: State, nameOf: (variable: string) => string | undefined): State =>
  Object.fromEntries(
    Object.entries(state).flatMap(([variable, value]) => {
      const name = nameOf(variable);
      return name === undefined ? [] : [[name, value]];
    }),
  );

/** Whose step it is where there are two rings: `TX` for TxFill and TxBackRespond, neither for TakeEvent. */
export const ringOf = (action: string): Ring['name'] =>
  (({ Tx: 'TX', Rx: 'RX' }) as const)[action.slice(0, 2) as 'Tx' | 'Rx'];

/** The action as the module of its ring has it: BackRespond for TxBackRespond. */
export const plainAction = (action: string): string => action.replace(/^[TR]x(?=Back)/, '');

/** What a request is for: a block on the transmit ring, a page on the receive ring. */
export const bufferIn = (state: State): 'block' | 'page' => ('poster' in state ? 'page' : 'block');
