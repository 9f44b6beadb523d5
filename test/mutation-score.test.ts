/** How a run of `npm run mutation` is counted and told; the run itself takes minutes and is in `make check-all`. */
import { readdirSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { pageWith, partOf } from './mutation/page.js';
import { reasonFor } from './mutation/reasons.js';
import { type Mutant, type MutationReport, scoreOf, survivorsOf } from './mutation/score.js';
import { driven, notMutated, replaced, scheduler } from './mutation/subject.js';

const mutant = (status: string, line = 1, column = 15, endColumn = 16): Mutant => ({
  mutatorName: 'EqualityOperator',
  replacement: '<=',
  status,
  location: { start: { line, column }, end: { line, column: endColumn } },
});

const reportOf = (...mutants: readonly Mutant[]): MutationReport => ({
  files: { 'impl/a.ts': { source: '  return is(i < j || k);\n  // `end`\n', mutants } },
});

const told = (count: number): readonly Mutant[] => Array.from({ length: count }, () => mutant('Killed'));

describe('a score', () => {
  test('counts a replay that does not end as told, and what is never come by as not', () => {
    const report = reportOf(
      ...told(2),
      mutant('Timeout'),
      mutant('Survived'),
      mutant('NoCoverage'),
      mutant('Ignored'),
    );
    expect(scoreOf(report, ['impl/a.ts'])).toEqual({
      score: 60,
      killed: 2,
      timeout: 1,
      survived: 1,
      noCoverage: 1,
      leftOut: 1,
    });
  });

  test('is rounded down: a threshold is reached or it is not', () => {
    const report = reportOf(...told(84_999), ...Array.from({ length: 15_001 }, () => mutant('Survived')));
    expect(scoreOf(report, ['impl/a.ts']).score).toBe(84.99);
  });

  test('is 0 where nothing was tried', () => {
    expect(scoreOf(reportOf(), ['impl/a.ts']).score).toBe(0);
    expect(scoreOf(reportOf(...told(1)), ['impl/b.ts']).score).toBe(0);
  });
});

describe('a survivor', () => {
  const survivors = survivorsOf(reportOf(...told(1), mutant('NoCoverage', 1, 13, 18), mutant('Survived')), [
    'impl/a.ts',
    'impl/b.ts',
  ]);

  test('is told with its place, its line, and what it was', () => {
    expect(survivors).toMatchObject([
      { line: 1, column: 13, original: 'i < j', source: 'return is(i < j || k);', status: 'NoCoverage' },
      { line: 1, column: 15, original: '<', replacement: '<=', status: 'Survived' },
    ]);
  });

  test('has the reason of its file and line, and no other', () => {
    const mine = { file: 'impl/a.ts', on: ['k < l', 'i < j'], why: 'It does not matter.' };
    const others = [
      { file: 'impl/b.ts', on: ['i < j'], why: 'Another file.' },
      { file: 'impl/a.ts', on: ['j < i'], why: 'Another line.' },
    ];
    expect(reasonFor(survivors[0]!, [...others, mine])).toBe(mine);
    expect(reasonFor(survivors[0]!, others)).toBeUndefined();
  });

  test('is a row of the page with the others of its line, and its bars do not end the cell', () => {
    const part = partOf(
      [['impl/a.ts', scoreOf(reportOf(...told(3), mutant('Survived')), ['impl/a.ts'])]],
      survivors,
    );
    expect(part.split('\n')).toContain('| impl/a.ts | 4 | 3 | 1 | 0 | 75.00 |');
    expect(part.split('\n')).toContain(
      '| impl/a.ts: `return is(i < j \\|\\| k);` | `i < j` → `<=`<br>`<` → `<=` |  |',
    );
  });
});

test('every file of impl/ is mutated, or is left out for a reason', () => {
  const files = readdirSync('impl', { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts'))
    .map((name) => `impl/${name}`);
  const named = [...driven, ...scheduler, ...replaced, ...Object.keys(notMutated)];
  expect(named.toSorted()).toEqual(files.toSorted());
});

test('a page keeps what is written by hand, and has its marks', () => {
  const page = 'Before.\n<!-- written by npm run mutation -- --write -->\nold\n<!-- end -->\nAfter.\n';
  const written = pageWith(page, 'new\n');
  expect(written).toBe(page.replace('old\n', '\nnew\n\n'));
  expect(pageWith(written, 'new\n')).toBe(written);
  expect(() => pageWith('Before.\n', 'new')).toThrow(/restore it/);
});
