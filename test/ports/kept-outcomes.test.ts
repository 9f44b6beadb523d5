import { appendFile, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { keptOutcomes } from '../../ports/kept-outcomes.js';

describe('outcomes of mutants', () => {
  let folder: string;
  let file: string;
  beforeEach(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'netfront-kept-'));
    file = path.join(folder, 'build', 'outcomes.ndjson');
  });
  afterEach(() => rm(folder, { recursive: true }));

  test('are there when a run goes on, and those of another corpus or port are not', async () => {
    const first = await keptOutcomes(file, 'a');
    await first.add('tx.c:1: if (0)', 'tx/batch');
    await first.add('tx.c:2: if (1)', null);
    expect(first.of('tx.c:1: if (0)')).toBe('tx/batch');
    const second = await keptOutcomes(file, 'a');
    expect(['tx.c:1: if (0)', 'tx.c:2: if (1)', 'tx.c:3'].map(second.of)).toEqual([
      'tx/batch',
      null,
      undefined,
    ]);
    expect((await keptOutcomes(file, 'b')).of('tx.c:2: if (1)')).toBeUndefined();
    expect((await keptOutcomes(file, 'a')).of('tx.c:2: if (1)')).toBeUndefined();
  });

  test('that were not written to the end are tried again', async () => {
    await (await keptOutcomes(file, 'a')).add('tx.c:1: if (0)', null);
    await appendFile(file, '["tx.c:2: if (1)"');
    const kept = await keptOutcomes(file, 'a');
    expect(['tx.c:1: if (0)', 'tx.c:2: if (1)'].map(kept.of)).toEqual([null, undefined]);
    await kept.add('tx.c:2: if (1)', 'rx/batch');
    expect((await keptOutcomes(file, 'a')).of('tx.c:2: if (1)')).toBe('rx/batch');
  });
});
