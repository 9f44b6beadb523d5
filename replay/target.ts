/** What a trace of a ring of netif.h is replayed against: the reference implementation, but for what the tests replace. */
import { type IdScheme, idSchemes } from '../impl/ids.js';
import type { Runner } from '../impl/runner.js';
import { ToolError, type Value } from '../tlc/index.js';
import type { NetifConstants, RingSizes } from './constants.js';
import type { RingName } from './netif.js';

/** What is replayed against. The parts that are absent are the reference implementation's. */
export interface NetifTarget<Machine, Driver, Back> {
  /** How ids are chosen; by the scheme that the model names if absent. */
  readonly scheme?: IdScheme;
  /** Where the indices start: a number that is `First` modulo `M`. 2^32-1 if absent. */
  readonly first?: number;
  readonly machine?: Machine;
  /** What loads and stores for the machine. */
  readonly driver?: Driver;
  /** What runs the machine; its table if absent. */
  readonly runner?: Runner;
  /** Who does the backend's steps. If absent, what the trace has is copied to memory. */
  readonly back?: Back;
}

/** Where the implementation's indices start. Throws {@link ToolError} if that does not fit the model. */
export const firstIndex = (
  { first = 2 ** 32 - 1 }: { readonly first?: number },
  { M, First }: RingSizes,
): number => {
  if (first % M !== First)
    throw new ToolError(`indices cannot start at ${first}: modulo ${M} it must be ${First}`);
  return first;
};

const schemeNamed = (name: string): IdScheme | undefined =>
  Object.hasOwn(idSchemes, name) ? idSchemes[name] : undefined;

/** The scheme of a target, or the model's. Throws {@link ToolError} if the implementation has none of its name. */
export const schemeOf = (
  { scheme }: { readonly scheme?: IdScheme },
  { IdScheme }: NetifConstants,
): IdScheme => {
  const found = scheme ?? schemeNamed(IdScheme);
  if (found === undefined)
    throw new ToolError(
      `the implementation has no id scheme ${IdScheme}: replay with one of ${Object.keys(idSchemes).join(', ')}`,
    );
  return found;
};

/**
 * The scheme that a conforming implementation has in place of an unsafe one, on each ring.
 *
 * On the receive ring a slot is an identity, and it is the references that may collide. There the number of a page serves
 * in place of the reference: it keeps no state, so that the trace is left where two ids become one, and not before.
 */
const SAFE: Readonly<Record<RingName, Readonly<Record<string, string>>>> = {
  tx: {
    gref_per_page: 'block_number',
    counter: 'counter_skip',
    free_list_unchecked: 'free_list',
    slot: 'block_number',
  },
  rx: { gref_per_request: 'block_number', counter: 'counter_skip' },
};

/** A target with the scheme of this name in a model, or with the one that is safe in its place. */
export const safeScheme = (name: Value | undefined, ring: RingName): { readonly scheme?: IdScheme } => {
  const given = String(name);
  const scheme = schemeNamed(Object.hasOwn(SAFE[ring], given) ? SAFE[ring][given]! : given);
  return scheme === undefined ? {} : { scheme };
};
