/** Small changes to a source in C. */
import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { describe, expect, test } from 'vitest';
import { mutationsOf } from '../../ports/c-mutations.js';

const changedTo = (source: string): readonly string[] => mutationsOf(source).map(({ to }) => to.trim());

describe('a mutation', () => {
  test.each([
    ['    if (a < b)', ['if (a <= b)', 'if (!(a < b))', 'if (1)', 'if ((a + 1) < b)', 'if (a < (b - 1))']],
    ['    a->n++;', ['a->n--;', ';']],
    ['    return x == 1;', ['return x != 1;', 'return x == 2;', 'return x == 0;', ';']],
    ['    done = true;', ['done = false;', ';', 'done = !(true);']],
    ['    return x;', ['return (x) + 1;', 'return (x) - 1;', 'return 0;', 'return !(x);']],
    [
      '        (ring)->prod = (first) + 1;        \\',
      ['(ring)->prod = (first) - 1;        \\', ';        \\'],
    ],
  ])('of «%s» is among what is put there', (line, wanted) => {
    expect(changedTo(line)).toEqual(expect.arrayContaining(wanted));
  });

  test('is one line, and another than there was', () => {
    const source = 'int f(int a) {\n    if (a > 1)\n        return a - 1;\n    return 0;\n}\n';
    const all = mutationsOf(source);
    expect(all.length).toBeGreaterThan(10);
    for (const { line, within, from, to } of all) {
      expect(within).toBe('f');
      expect(source.split('\n')[line]).toBe(from);
      expect(to).not.toBe(from);
      expect(to).not.toContain('\n');
    }
    expect(new Set(all.map(({ line, to }) => `${line} ${to}`)).size).toBe(all.length);
  });

  test('is none of a comment, a string or a directive', () => {
    expect(changedTo('/* a < b,\n   c == 1 */')).toEqual([]);
    expect(changedTo('#define MOST 18\n#if MOST == 1')).toEqual([]);
    for (const to of changedTo('    say("a < b", 7);'))
      expect(to === ';' || to.includes('"a < b"')).toBe(true);
  });
});

describe.skipIf(!existsSync('/usr/bin/cc'))('the mutations of the C port', () => {
  test('are hundreds in tx.c, and most of them compile', async () => {
    const text = await readFile('ports/c/src/tx.c', 'utf8');
    const all = mutationsOf(text);
    expect(all.length).toBeGreaterThan(800);
    const some = all.filter((_, i) => i % 90 === 0);
    const compiles = some.filter(({ line, to }) => {
      try {
        const command = ['-fsyntax-only', '-w', '-std=gnu11', '-Iports/c/src', '-x', 'c', '-'];
        execFileSync('cc', command, {
          input: text.split('\n').with(line, to).join('\n'),
          stdio: ['pipe', 'pipe', 'ignore'],
        });
        return true;
      } catch {
        return false;
      }
    });
    expect(compiles.length).toBeGreaterThan(some.length / 2);
  });
});
