/** Small changes to a text of JSON lines, so that most of it stays what it was. */
import { gzipSync } from 'node:zlib';
import fc from 'fast-check';

/** Where a change is: `a` and `b` are taken modulo what there is. */
export type Mutation =
  | { readonly kind: 'value'; readonly a: number; readonly b: number; readonly value: unknown }
  | { readonly kind: 'remove' | 'double' | 'swap'; readonly a: number; readonly b: number }
  | {
      readonly kind: 'key';
      readonly a: number;
      readonly b: number;
      readonly value: unknown;
      readonly key: string;
    }
  | { readonly kind: 'line'; readonly a: number; readonly text: string }
  | { readonly kind: 'without' | 'twice' | 'exchanged'; readonly a: number; readonly b: number }
  | { readonly kind: 'cut'; readonly a: number }
  | { readonly kind: 'octet'; readonly a: number; readonly b: number }
  | { readonly kind: 'packed'; readonly a: number };

const deep = (n: number): unknown => Array.from({ length: n }).reduce((inner) => [inner], 0 as unknown);

/** What nobody expects where a number, a name or a list should be. */
const values = fc.oneof(
  { weight: 4, arbitrary: fc.constantFrom<unknown>(0, 1, 2, 3, -1, true, false, 'A', 'OKAY', 'empty', 'tx') },
  {
    weight: 3,
    arbitrary: fc.constantFrom<unknown>(
      ...[
        null,
        '',
        [],
        {},
        0.5,
        -0.5,
        1e300,
        255,
        256,
        65_535,
        65_536,
        2 ** 31,
        2 ** 32,
        2 ** 53,
        -(2 ** 31),
      ],
      ...['constructor', '__proto__', 'toString', 'NaN', '\u0000', '\u001b[2J', '"\\', 'x'.repeat(5000)],
      ...[
        { '#set': [] },
        { '#map': [] },
        { '#set': [0, 2] },
        { '#map': [[0, 0]] },
        { '#bigint': '1' },
        deep(80),
      ],
    ),
  },
  { weight: 2, arbitrary: fc.jsonValue() },
);

const at = { a: fc.nat(100_000), b: fc.nat(100_000) };

/** Any change. */
export const mutation: fc.Arbitrary<Mutation> = fc.oneof(
  { weight: 12, arbitrary: fc.record({ kind: fc.constant('value' as const), ...at, value: values }) },
  { weight: 4, arbitrary: fc.record({ kind: fc.constantFrom('remove', 'double', 'swap'), ...at }) },
  {
    weight: 3,
    arbitrary: fc.record({
      ...{ kind: fc.constant('key' as const), ...at, value: values },
      key: fc.constantFrom(
        '__proto__',
        'constructor',
        'toString',
        'refused',
        'extra',
        '#set',
        '#map',
        'length',
      ),
    }),
  },
  { weight: 3, arbitrary: fc.record({ kind: fc.constantFrom('without', 'twice', 'exchanged'), ...at }) },
  {
    weight: 1,
    arbitrary: fc.record({
      ...{ kind: fc.constant('line' as const), a: at.a },
      text: fc.constantFrom(
        '',
        '{}',
        '[]',
        'null',
        '7',
        '"',
        '\ufeff{}',
        '['.repeat(1000),
        '{"a":'.repeat(3000),
      ),
    }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('cut' as const), a: at.a }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('octet' as const), ...at }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('packed' as const), a: at.a }) },
);

/** The text after these changes, as octets. */
export const applied = (text: string, mutations: readonly Mutation[]): Buffer =>
  mutations.reduce<Buffer>((octets, each) => changed(octets, each), Buffer.from(text));

function changed(octets: Buffer, mutation: Mutation): Buffer {
  if (mutation.kind === 'cut') return octets.subarray(0, mutation.a % (octets.length + 1));
  if (mutation.kind === 'packed') return gzipSync(octets).subarray(0, mutation.a % 2 === 0 ? undefined : -9);
  if (mutation.kind === 'octet') {
    const copy = Buffer.from(octets);
    if (copy.length > 0) copy[mutation.a % copy.length] = mutation.b & 0xff;
    return copy;
  }
  const lines = octets.toString('utf8').split('\n');
  // The last is what is behind the last newline.
  const line = mutation.a % Math.max(1, lines.length - 1);
  switch (mutation.kind) {
    case 'line':
      lines.splice(line, 0, mutation.text);
      break;
    case 'without':
      lines.splice(line, 1);
      break;
    case 'twice':
      lines.splice(line, 0, lines[line]!);
      break;
    case 'exchanged': {
      const other = mutation.b % lines.length;
      [lines[line], lines[other]] = [lines[other]!, lines[line]!];
      break;
    }
    default:
      lines[line] = withJson(lines[line]!, mutation);
  }
  return Buffer.from(lines.join('\n'));
}

type InJson = Extract<Mutation, { kind: 'value' | 'remove' | 'double' | 'swap' | 'key' }>;
type Holder = Record<string, unknown>;

function withJson(line: string, mutation: InJson): string {
  let json: unknown;
  try {
    json = JSON.parse(line);
  } catch {
    return line;
  }
  const places = placesIn(json);
  if (places.length === 0) return line;
  const [holder, key] = places[mutation.b % places.length]!;
  if (mutation.kind === 'value') define(holder, key, mutation.value);
  else if (mutation.kind === 'key') {
    if (Array.isArray(holder)) holder.push(mutation.value);
    else define(holder, mutation.key, mutation.value);
  } else if (mutation.kind === 'remove') {
    if (Array.isArray(holder)) holder.splice(Number(key), 1);
    else delete holder[key];
  } else if (mutation.kind === 'double') {
    if (Array.isArray(holder)) holder.push(holder[Number(key)]);
    else define(holder, `${key}2`, holder[key]);
  } else {
    const [other, otherKey] = places[(mutation.a + mutation.b) % places.length]!;
    const [one, two] = [JSON.stringify(holder[key]), JSON.stringify(other[otherKey])];
    define(holder, key, JSON.parse(two));
    define(other, otherKey, JSON.parse(one));
  }
  return JSON.stringify(json);
}

/** Own, whatever it is called. */
const define = (holder: Holder, key: string, value: unknown): void => {
  Object.defineProperty(holder, key, { value, enumerable: true, configurable: true, writable: true });
};

/** Every value in every other, from the outside in. */
function placesIn(json: unknown): readonly (readonly [Holder, string])[] {
  if (typeof json !== 'object' || json === null) return [];
  const holder = json as Holder;
  const here = Object.keys(holder).map((key) => [holder, key] as const);
  return [...here, ...Object.values(holder).flatMap((value) => placesIn(value))];
}
