/**
 * TLA+ values as data: what a state is made of, whoever printed it.
 *
 * The spelling is that of the Informal Trace Format.  A tuple or sequence is an array, a record an object, a
 * set `{ '#set': [...] }`, any other function `{ '#map': [[argument, result], ...] }`, and an integer beyond
 * 2^53 `{ '#bigint': '...' }`.  A model value has no spelling there and becomes a string of its name, so a
 * model value and a string of the same name are not told apart.
 */
import { compare, isBigint, isMap, isSet, isTuple, normal, sortedFields } from './value-order.js';

export { parseAssignments, parseState, parseValue, ValueSyntaxError } from './value-parse.js';

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

/**
 * The one text of a value: two values are equal exactly when their texts are.
 *
 * The order in which a set, a record or a function lists its members does not matter, nor do repeated
 * members of a set.  A function on 1..n is the tuple of its results, and the empty function is `<<>>`.  A
 * record and a `#map` from strings stay apart, because TLC prints the second only for model values.
 */
export const canonical = (value: Value): string => write(normal(value), compact);

/** Whether two values are the same TLA+ value; see {@link canonical}. */
export const equal = (a: Value, b: Value): boolean => a === b || compare(normal(a), normal(b)) === 0;

/** TLA+ syntax for a value, on one line and in canonical order, for people to read. */
export const toTla = (value: Value): string => write(normal(value), spaced);

interface Style {
  readonly comma: string;
  readonly is: string;
  readonly to: string;
  readonly and: string;
}

const compact: Style = { comma: ',', is: '|->', to: ':>', and: '@@' };
const spaced: Style = { comma: ', ', is: ' |-> ', to: ' :> ', and: ' @@ ' };

/** The text of a value that is in normal order already. */
function write(value: Value, style: Style): string {
  if (typeof value === 'number') return Number.isSafeInteger(value) ? String(value) : String(BigInt(value));
  if (typeof value === 'string') return quote(value);
  if (typeof value === 'boolean') return value ? 'TRUE' : 'FALSE';
  if (isTuple(value)) return `<<${list(value, style)}>>`;
  if (isSet(value)) return `{${list(value['#set'], style)}}`;
  if (isBigint(value)) return value['#bigint'];
  if (isMap(value)) {
    const pairs = value['#map'].map(([from, to]) => write(from, style) + style.to + write(to, style));
    return `(${pairs.join(style.and)})`;
  }
  const fields = sortedFields(value).map((name) => field(name) + style.is + write(value[name]!, style));
  return `[${fields.join(style.comma)}]`;
}

function list(values: readonly Value[], style: Style): string {
  let text = '';
  for (let i = 0; i < values.length; i++) text += (i === 0 ? '' : style.comma) + write(values[i]!, style);
  return text;
}

// A field that is no TLA+ identifier is quoted, so that its text cannot be taken for something else.
const field = (name: string): string => (/^[A-Za-z0-9_]+$/.test(name) ? name : quote(name));

const escapes: Readonly<Record<string, string>> = {
  '"': '\\"',
  '\\': '\\\\',
  '\n': '\\n',
  '\t': '\\t',
  '\f': '\\f',
  '\r': '\\r',
};

const quote = (text: string): string => `"${text.replace(/["\\\n\t\f\r]/g, (char) => escapes[char]!)}"`;
