import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { netfront } from '../fixtures/cli/netfront.js';

// The questions of spec/README.md: each is asked, and what the page shows is what comes of it.

const section = /^## A question of your own\n([\s\S]*?)^## /m.exec(
  readFileSync('spec/README.md', 'utf8'),
)![1]!;
const shown = [...section.matchAll(/^ {4}\$ npx netfront (.*)\n((?: {4}.*\n)+)/gm)].map(
  ([, line, output]) => ({
    line: line!,
    output: output!.replaceAll(/^ {4}/gm, '').trim(),
  }),
);

describe('the questions of spec/README.md', () => {
  test('are five', () => expect(shown).toHaveLength(5));

  test.each(shown)('netfront $line', { timeout: 600_000 }, async ({ line, output }) => {
    const { stdout, stderr } = await netfront(line.split(' '));
    const [begin, end] = output.split('\n…\n');
    const said = stdout === '' ? stderr.split('\n').at(-1)! : stdout;
    if (end === undefined) expect(said).toBe(begin);
    else {
      expect(said.split('\n').slice(0, 2).join('\n')).toBe(begin);
      expect(said.split('\n').at(-1)).toBe(end);
      // The steps are left out, and there are some.
      expect(said.split('\n').length).toBeGreaterThan(20);
    }
  });
});
