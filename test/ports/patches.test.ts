/** A patch with a fault has to be made again when the sources of its port change: here that is noticed without a compiler. */
import path from 'node:path';
import { execa } from 'execa';
import { describe, expect, test } from 'vitest';
import { patchesOf } from '../../ports/known-faults.js';

const hasPatch = !(await execa('patch', ['--version'], { reject: false })).failed;

describe.skipIf(!hasPatch).each(['c', 'ocaml', 'rust'])('ports/%s', (port) => {
  const home = path.resolve('ports', port);

  test('has faults, and each patch fits its sources', async () => {
    const names = await patchesOf(home);
    expect(names.length).toBeGreaterThan(10);
    const tried = await Promise.all(
      names.map(async (name) => {
        const input = path.join(home, 'faults', `${name}.patch`);
        const fits = ['--dry-run', '--batch', '--strip=1', '--fuzz=0', `--directory=${home}`];
        const { failed, stdout } = await execa('patch', [...fits, `--input=${input}`], { reject: false });
        return { name, complaint: failed ? stdout : undefined };
      }),
    );
    expect(tried.filter(({ complaint }) => complaint !== undefined)).toEqual([]);
  });
});
