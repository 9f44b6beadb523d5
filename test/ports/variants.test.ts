/** Real drivers as variants of the C port: each is in the table, and the judge takes what it does. */
import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import type { Case } from '../../conform/case.js';
import { writtenCases } from '../../conform/cases/index.js';
import { conform } from '../../conform/conform.js';
import { atRealSizes } from '../../conform/real-sizes.js';
import { unaskedFeatures } from '../../conform/unasked.js';

const port = path.resolve('ports/c');
const variants = readdirSync(path.join(port, 'variants'))
  .map((file) => path.basename(file, '.patch'))
  .toSorted();
const isOfConnection = (name: string): boolean => name.startsWith('connection-');
const guide = readFileSync('traces/PORTING.md', 'utf8');

/** The variants in the table between these words. */
const rowsBetween = (start: string, end: string): readonly string[] => {
  const [, behind] = guide.split(`\n${start}`) as [string, string];
  const [table] = behind.split(`\n${end}`) as [string];
  return [...table.matchAll(/^\| [^|\n`]+ \| `([\w.-]+)` \|/gm)].map(([, name]) => name!).toSorted();
};

test('there are eleven of rings and six of connections, and each has its row in PORTING.md', () => {
  expect(variants).toHaveLength(17);
  expect(rowsBetween('*Transmit.*', '*When')).toEqual(variants.filter((name) => !isOfConnection(name)));
  expect(rowsBetween('*The connection.*', '*What')).toEqual(variants.filter(isOfConnection));
});

test.each(variants)('the patch of %s says which driver, where, and what it could not express', (name) => {
  const patch = readFileSync(path.join(port, 'variants', `${name}.patch`), 'utf8');
  const [head] = patch.split('\n--- ') as [string];
  expect(head).toMatch(/^[\w-]+: .*\.(?:c|ml)\b/);
  expect(head).toContain('\nNot expressed: ');
});

const hasToolchain = existsSync('/usr/include/xen/io/ring.h') && existsSync('/usr/bin/cc');
// Two of them have 70,000 requests.
const cases = writtenCases.filter(({ name }) => !name.includes('65536'));
const large = atRealSizes(
  cases.filter(({ name }) =>
    /hostile|final-check|hold-off|in-parts|every-page|ring-full|statuses|^connection\/./.test(name),
  ),
  { nr_ents: 256, first: 0 },
).cases.filter((_, i) => i % 4 === 0);

describe.skipIf(!hasToolchain)('the C port as a real driver', { timeout: 600_000 }, () => {
  beforeAll(() => {
    execFileSync('make', ['-s', '-C', port, ...variants.map((name) => `build/variants/${name}`)]);
  }, 600_000);

  test.each(variants)('passes what it claims: %s', async (name) => {
    const command = [path.join(port, 'build/variants', name)] as const;
    const isAsked = ({ needs }: Case): boolean => needs.includes('connection') === isOfConnection(name);
    const asked = [...cases, ...large].filter(isAsked);
    const conformed = await conform(asked, { command, jobs: 1, timeoutMs: 60_000 });
    const { results, hello } = conformed;
    expect(hello.name).not.toBe('netfront in C');
    expect(results.filter(({ verdict }) => verdict.kind === 'failed')).toEqual([]);
    const passed = results.filter(({ verdict }) => verdict.kind === 'passed');
    expect(passed.length).toBeGreaterThan(60);
    expect(passed.filter((each) => large.includes(each.case)).length).toBeGreaterThan(3);
    expect(unaskedFeatures(conformed, cases.filter(isAsked))).toEqual([]);
  });
});
