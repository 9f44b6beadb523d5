import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { committedCases } from '../../conform/corpus.js';
import {
  noVersions,
  readVersions,
  sinceOf,
  unpacked,
  versionName,
  type Versions,
  versionsWith,
} from '../../conform/versions.js';

const publish = (versions: Versions, cases: ReadonlyMap<string, string>, date = '2026-01-01'): Versions =>
  versionsWith(
    { ...versions, versions: versions.versions.map((each) => ({ ...each, date: each.date ?? date })) },
    cases,
  );

describe('the versions of the corpus', () => {
  test('have each committed case in exactly one, and each line by its checksum', async () => {
    const versions = await readVersions('traces');
    const committed = await committedCases('traces');
    const lines = new Map(committed.map((each) => [each.case.name, each.text]));
    expect(lines.size).toBeGreaterThan(3000);
    expect(versionsWith(versions, lines)).toEqual(versions);
    expect([...sinceOf(versions).keys()].toSorted()).toEqual([...lines.keys()].toSorted());
    const added = versions.versions.flatMap((each) => unpacked(each.added));
    expect(new Set(added).size).toBe(added.length);
    expect(versionName(versions, lines)).toMatch(/^\d+$/);

    // A line that is another, by one character, is seen.
    const [name, line] = [...lines][7]!;
    const other = new Map(lines).set(name, line.replace('"steps":"', '"steps":"event '));
    expect(versionName(versions, other)).toMatch(/^\d+, changed$/);
    const next = versionsWith(versions, other).versions.at(-1)!;
    expect({ ...next, changed: unpacked(next.changed) }).toMatchObject({
      ...{ date: null, added: {}, changed: [name], removed: {} },
    });
  });

  test('are numbered: what differs is the next one, until it has a date', () => {
    const first = new Map([
      ['tx/a', '1'],
      ['tx/b', '1'],
      ['rx/chains/c', '1'],
    ]);
    const one = versionsWith(noVersions, first);
    expect(one.versions).toMatchObject([
      { version: 1, date: null, added: { tx: 'a b', 'rx/chains': 'c' }, changed: {}, removed: {} },
    ]);
    expect(versionName(one, first)).toBe('1, unpublished');
    const published = publish(one, first);
    expect(versionName(published, first)).toBe('1');

    const second = new Map([
      ['tx/a', '1'],
      ['tx/b', '2'],
      ['tx/d', '1'],
    ]);
    const two = versionsWith(published, second);
    expect(two.versions[1]).toMatchObject({
      ...{ version: 2, added: { tx: 'd' }, changed: { tx: 'b' }, removed: { 'rx/chains': 'c' } },
    });
    expect(sinceOf(two)).toEqual(
      new Map([
        ['tx/a', 1],
        ['tx/b', 1],
        ['tx/d', 2],
      ]),
    );
    // Made again it is the same, and what was taken back was never a version.
    expect(versionsWith(two, second)).toEqual(two);
    expect(versionsWith(two, first)).toEqual(published);
    expect(publish(two, second).published.version).toBe(2);
  });

  test.each(['', ' ', 'New cases'])('say what is new once they have a date: not %j', async (says) => {
    const folder = await mkdtemp(path.join(tmpdir(), 'netfront-versions-'));
    const file = path.join(folder, 'port/versions.json');
    try {
      await mkdir(path.dirname(file));
      const versions = await readVersions('traces');
      const write = (date: string | null): Promise<void> => {
        const last = { ...versions.versions.at(-1)!, date, says };
        return writeFile(file, JSON.stringify({ ...versions, versions: [last] }));
      };
      await write(null);
      expect((await readVersions(folder)).versions).toHaveLength(1);
      await write('2026-01-01');
      await expect(readVersions(folder)).rejects.toThrow(/says in a sentence what is new in it.*says/s);
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  });
});
