import { expect, test } from 'vitest';
import { countTo, seconds, slotsOf } from '../../cli/numbers.js';

const none = ['0', '-1', '1e9', 'all', '', ' ', 'NaN', 'Infinity', '0x10', '1_000', '٣', '9'.repeat(400)];

test('a count is a whole number from 1, in digits', () => {
  expect(['1', '256', '007'].map(countTo(256))).toEqual([1, 256, 7]);
  for (const text of [...none, '2.5', '257'])
    expect(() => countTo(256)(text)).toThrow('a whole number from 1 to 256');
});

test('the slots of a ring are a power of two up to 256', () => {
  expect(['1', '2', '256', '004'].map(slotsOf)).toEqual([1, 2, 256, 4]);
  for (const text of [...none, '3', '255', '512', '2.5'])
    expect(() => slotsOf(text)).toThrow('a power of two from 1 to 256');
});

test('a time limit is from a tenth of a second to a day', () => {
  expect(['0.1', '.5', '5', '86400'].map(seconds)).toEqual([0.1, 0.5, 5, 86_400]);
  for (const text of [...none, '0.09', '86400.1', '.'])
    expect(() => seconds(text)).toThrow('a number of seconds from 0.1 to 86400');
});
