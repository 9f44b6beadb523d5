/** The text of a TLA+ value, and whether two values are the same. */
import type { Value } from './value.js';
import { compare, isBigint, isMap, isSet, isTuple, normal, sortedFields } from './value-order.js';

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
