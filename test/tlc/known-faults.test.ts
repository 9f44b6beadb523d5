/** Faults of TLC itself that are known and mended since: does the jar have them, and can they reach the specification? */
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test, vi } from 'vitest';
import { findJar, findJava, runModel } from '../../tlc/index.js';

vi.setConfig({ testTimeout: 60_000 });

const FIXTURES = 'test/fixtures/tlc/known-faults';

describe('the jar', () => {
  // If one of these holds, the jar has it mended: take its name from the list, and with the last one what is below.
  test.each(['SharedExcept', 'TupleOfFunction'])('has the fault that %s shows', async (name) => {
    const [java, jar] = await Promise.all([findJava(), findJar()]);
    const [spec, config] = ['tla', 'cfg'].map((ext) => path.join(FIXTURES, `${name}.${ext}`)) as [
      string,
      string,
    ];
    expect(await runModel({ java, jar, spec, config, brief: true })).toMatchObject({
      kind: 'violated',
      property: 'Kept',
    });
  });
});

/**
 * Both faults need a function that is kept as its text, and in which something is replaced. TLC keeps one so that is over a set
 * which it does not list (of functions, of subsets, of pairs), or that is written where EXCEPT or an operator takes it. A
 * variable's value is worked out when its state is stored.
 */
describe('the specification', () => {
  const modules = ['spec', 'spec/models']
    .flatMap((folder) => readdirSync(folder).map((name) => path.join(folder, name)))
    .filter((name) => name.endsWith('.tla'))
    .map((file) => ({ file, text: withoutComments(readFileSync(file, 'utf8')) }));

  const all = (pattern: RegExp): readonly { readonly file: string; readonly found: string }[] =>
    modules.flatMap(({ file, text }) =>
      [...text.matchAll(pattern)].map(([, found]) => ({ file, found: found! })),
    );

  test('has functions over sets alone that TLC lists', () => {
    const sets = all(/\[\w+ \\in ([^|]*?) *\|->/g);
    expect(sets.length).toBeGreaterThan(40);
    expect(sets.filter(({ found }) => /->|SUBSET|\\X|\[/.test(found))).toEqual([]);
  });

  test('replaces nothing in a function that is written as one', () => {
    const replaced = all(/\[\s*([^\s([]+)(?:\([^)]*\))?\s+EXCEPT/g);
    expect(replaced.length).toBeGreaterThan(40);
    const written = new Set(all(/(\w+)(?:\([^)]*\))?\s*==\s*\[\w+ \\in/g).map(({ found }) => found));
    expect(written.size).toBeGreaterThan(5);
    expect(replaced.filter(({ found }) => written.has(found))).toEqual([]);
    expect(all(/(\[\s*\[\w+ \\in [^\]]*\]\s+EXCEPT)/g)).toEqual([]);
  });
});

function withoutComments(text: string): string {
  return text.replaceAll(/\(\*[\s\S]*?\*\)/g, '').replaceAll(/\\\*.*/g, '');
}
