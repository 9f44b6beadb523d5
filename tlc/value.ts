/**
 * TLA+ values as data: what a state is made of, whoever printed it.
 *
 * The spelling is that of the Informal Trace Format.  A tuple or sequence is an array, a record an object, a
 * set `{ '#set': [...] }`, any other function `{ '#map': [[argument, result], ...] }`, and an integer beyond
 * 2^53 `{ '#bigint': '...' }`.  A model value has no spelling there and becomes a string of its name, so a
 * model value and a string of the same name are not told apart.
 */

/** A TLA+ value in the spelling of the Informal Trace Format (ITF).  A `number` is always an integer. */
export type Value =
  | boolean
  | number
  | string
  | readonly Value[]
  | { readonly '#set': readonly Value[] }
  | { readonly '#map': readonly (readonly [Value, Value])[] }
  | { readonly '#bigint': string }
  | { readonly [field: string]: Value };

/** The variables of a specification and their values. */
export type State = Readonly<Record<string, Value>>;
