import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  canonical,
  equal,
  parseAssignments,
  parseState,
  parseValue,
  toTla,
  type Value,
  ValueSyntaxError,
} from '../../tlc/index.js';

const spellings: readonly (readonly [string, Value])[] = [
  ['0', 0],
  ['-12', -12],
  ['9007199254740993', { '#bigint': '9007199254740993' }],
  ['TRUE', true],
  ['FALSE', false],
  ['"a\\"b\\\\c\\n\\t"', 'a"b\\c\n\t'],
  ['""', ''],
  ['b1', 'b1'],
  ['1b', '1b'],
  ['{}', { '#set': [] }],
  ['{10, 9, 9, 1}', { '#set': [1, 9, 10] }],
  ['-1..2', { '#set': [-1, 0, 1, 2] }],
  ['1..0', { '#set': [] }],
  ['<<>>', []],
  ['<< >>', []],
  ['<<1, <<"x">>, {}>>', [1, ['x'], { '#set': [] }]],
  ['[size |-> 1, id |-> 0]', { id: 0, size: 1 }],
  [
    '(1 :> "b" @@ 0 :> "a")',
    {
      '#map': [
        [0, 'a'],
        [1, 'b'],
      ],
    },
  ],
  ['(m1 :> 0)', { '#map': [['m1', 0]] }],
  ['<< [ a |->\n     1 ],\n   [a |-> 2] >>', [{ a: 1 }, { a: 2 }]],
];

describe('a value that TLC prints', () => {
  test.each(spellings)('%s is read', (text, value) => {
    expect(parseValue(text)).toEqual(value);
  });

  test('has its record fields in order, whatever order they were printed in', () => {
    expect(Object.keys(parseValue('[q |-> 1, id |-> 2, a |-> 3]'))).toEqual(['a', 'id', 'q']);
  });

  test('may have a field with any name', () => {
    expect(Object.keys(parseValue('[__proto__ |-> 1]'))).toEqual(['__proto__']);
  });

  test.each(['', '1 2', '{1', '<<1', '[a |-> ]', '(1)', '"open', '{1,}', '0..99999999', '-', '1.5'])(
    'is not %j, and the error says where',
    (text) => {
      expect(() => parseValue(text)).toThrow(ValueSyntaxError);
    },
  );

  test('that is wrong is reported with an offset and what stands there', () => {
    expect(() => parseValue('<<1, ?>>')).toThrow(expect.objectContaining({ offset: 5, excerpt: '<<1, ?>>' }));
  });
});

describe('equal values', () => {
  test.each<readonly [string, string]>([
    ['0..2', '{2, 1, 0}'],
    ['[a |-> 1, b |-> {2, 1}]', '[b |-> {1, 2}, a |-> 1]'],
    ['(0 :> "x" @@ 5 :> "y")', '(5 :> "y" @@ 0 :> "x")'],
    ['{{2, 1}, {1}}', '{1..1, 1..2}'],
  ])('%s and %s have one canonical text', (a, b) => {
    expect(canonical(parseValue(a))).toBe(canonical(parseValue(b)));
  });

  test('include a function on 1..n and the tuple of its results', () => {
    expect(
      equal(
        {
          '#map': [
            [2, 'b'],
            [1, 'a'],
          ],
        },
        ['a', 'b'],
      ),
    ).toBe(true);
    expect(equal({ '#map': [] }, [])).toBe(true);
  });

  test('include a small integer in either spelling', () => {
    expect(equal({ '#bigint': '7' }, 7)).toBe(true);
  });

  test.each<readonly [string, string]>([
    ['1', '"1"'],
    ['TRUE', '"TRUE"'],
    ['{}', '<<>>'],
    ['<<1>>', '{1}'],
    ['<<1, 2>>', '<<2, 1>>'],
    ['(m :> 0)', '[m |-> 0]'],
    ['[a |-> 1]', '[a |-> 1, b |-> 1]'],
  ])('are not %s and %s', (a, b) => {
    expect(canonical(parseValue(a))).not.toBe(canonical(parseValue(b)));
    expect(equal(parseValue(a), parseValue(b))).toBe(false);
  });
});

const { value: anyValue } = fc.letrec<{ value: Value }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 4, withCrossShrink: true },
    fc.integer(),
    fc.bigInt().map((n): Value => ({ '#bigint': String(n) })),
    fc.boolean(),
    fc.string({ unit: fc.constantFrom('a', '"', '\\', '\n', '\t', '\r', '\f', ' ', '/', 'é', '>', '}') }),
    fc.array(tie('value'), { maxLength: 4 }),
    fc.array(tie('value'), { maxLength: 4 }).map((members): Value => ({ '#set': members })),
    fc
      .uniqueArray(fc.tuple(fc.oneof(fc.integer({ min: 0, max: 4 }), fc.string()), tie('value')), {
        selector: ([from]) => from,
        maxLength: 4,
      })
      .map((pairs): Value => ({ '#map': pairs })),
    fc
      .dictionary(fc.stringMatching(/^[a-z_][a-zA-Z0-9_]{0,3}$/), tie('value'), { minKeys: 1, maxKeys: 4 })
      .map((fields): Value => ({ ...fields })),
  ),
}));

describe('every value', () => {
  test('comes back from its own text', () => {
    fc.assert(
      fc.property(anyValue, (value) => {
        for (const text of [toTla(value), canonical(value)]) {
          const back = parseValue(text);
          expect(canonical(back)).toBe(canonical(value));
          expect(equal(back, value)).toBe(true);
        }
      }),
    );
  });

  test('is equal to another exactly when their canonical texts are the same', () => {
    fc.assert(
      fc.property(anyValue, anyValue, (a, b) => {
        expect(equal(a, b)).toBe(canonical(a) === canonical(b));
      }),
    );
  });

  test('may be wrapped wherever there is a space', () => {
    fc.assert(
      fc.property(anyValue, (value) => {
        const text = toTla(value);
        fc.pre(!text.includes('"'));
        expect(parseValue(text.replaceAll(' ', '\n     '))).toEqual(parseValue(text));
      }),
    );
  });
});

describe('a printed state', () => {
  test('is split at its variables and nowhere inside a string', () => {
    const text = '/\\ log = <<"/\\\\ x = 1\\"", {\n      2 } >>\n/\\ x = [a |-> 1]\n';
    expect([...parseAssignments(text)]).toEqual([
      ['log', '<<"/\\\\ x = 1\\"", {\n      2 } >>'],
      ['x', '[a |-> 1]'],
    ]);
    expect(parseState(text)).toEqual({ log: ['/\\ x = 1"', { '#set': [2] }], x: { a: 1 } });
  });

  test('of one variable has no conjunction sign', () => {
    expect(parseState('x = 0')).toEqual({ x: 0 });
  });

  test.each(['', 'x', '/\\ 1 +', '= 3'])('is not %j', (text) => {
    expect(() => parseAssignments(text)).toThrow(ValueSyntaxError);
  });
});
