import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { describe, expect, test } from 'vitest';
import { causesTable } from '../../cli/conform/table.js';
import { json, junit, tap } from '../../cli/conform/reports.js';
import { writtenCases } from '../../conform/cases/index.js';
import type { Case } from '../../conform/case.js';
import { conform } from '../../conform/conform.js';
import { runCase } from '../../conform/run-case.js';
import { shrink } from '../../conform/shrink.js';
import { SENTENCES } from '../../conform/violation.js';
import { NETTXF } from '../../replay/netif.js';
import { type Habits, SmallFrontend } from '../fixtures/small-frontend.js';

const sizes = { nr_ents: 4, first: 0, buffers: 4, ids: 4 };
const given = (steps: string): Case => ({ name: 'given/case', needs: ['tx'], start: { tx: sizes }, steps });
const holdOff = writtenCases.find(({ name }) => name === 'tx/hold-off-not-asked')!;

const judged = async (habits: Partial<Habits>, of: Case) => {
  const verdict = await runCase(new SmallFrontend({ order: 'arm-first', ...habits }), of);
  if (!('failure' in verdict)) return verdict.kind;
  const { property, grade, step } = verdict.failure;
  return `${verdict.kind}: ${property}, ${grade}, step ${step}`;
};

describe('a frontend that notifies', () => {
  test('when it is not asked is wasteful', async () => {
    expect(await judged({ notifies: 'always' }, holdOff)).toBe('wasteful: NotifyExact, wasteful, step 2');
  });

  test('never is stuck', async () => {
    expect(await judged({ notifies: 'never' }, holdOff)).toBe('failed: NotifyExact, stuck, step 1');
  });

  test('when it is not asked, and does worse in the next turn, is told of what is worse', async () => {
    const habits = { notifies: 'always', flags: NETTXF.csum_blank } as const;
    expect(await judged(habits, given('send'))).toBe('failed: TxRefinesChannel, unsafe, step 1');
    const empty = { ...habits, flags: 0, keepsFree: 4 };
    expect(await judged(empty, given('send'))).toBe('failed: BlockedWriterProceeds, stuck, step 1');
  });
});

describe('a slot that is never used', () => {
  test('is wasteful, while there is an answer to come that goes on', async () => {
    expect(await judged({ keepsFree: 1 }, given('send*5 take*4 answer:1*4 event'))).toBe(
      'wasteful: BlockedWriterProceeds, wasteful, step 1',
    );
  });

  test('is nothing where the case does not fill the ring, but for the sends behind it', async () => {
    expect(await judged({}, given('send*5 take*4 answer:1*4 event'))).toBe('passed');
    expect(await judged({ keepsFree: 1 }, given('send take answer:1 event'))).toMatch(
      /^wasteful: .* step 5$/,
    );
  });

  test('is lost, where it was used before', async () => {
    expect(await judged({ losesErrors: true }, given('send*5 take*4 answer:1:ERROR event'))).toBe(
      'failed: Conservation, stuck, step 4',
    );
  });
});

test('what is wasteful is shrunk as what fails is, and stays wasteful', async () => {
  const run = (each: Case) => runCase(new SmallFrontend({ order: 'arm-first', notifies: 'always' }), each);
  const verdict = await run(holdOff);
  if (!('failure' in verdict)) throw new Error('it passed');
  const shrunk = await shrink({ case: holdOff, verdict }, run);
  expect(shrunk.case.steps).toBe('send send');
  expect(shrunk.verdict.kind).toBe('wasteful');
});

describe('a run', () => {
  const liar = [process.execPath, 'test/fixtures/drivers/liar.mjs', 'notifies always'] as const;
  const run = (strict: boolean) => conform([holdOff], { command: liar, jobs: 1, timeoutMs: 30_000, strict });

  test('with waste passes, and every report has it', async () => {
    const conformed = await run(false);
    expect(conformed.results[0]!.verdict.kind).toBe('wasteful');
    expect(causesTable(conformed.results)).toMatch(/NotifyExact +wasteful +1 +tx\/hold-off-not-asked/);
    for (const text of [junit(conformed), tap(conformed), json(conformed)])
      expect(text).toContain('wasteful');
    expect(tap(conformed)).toMatch(/^ok 1 /m);
    expect(junit(conformed)).toContain('failures="0"');
  });

  test('that is strict fails by it, and its grade stays', async () => {
    const conformed = await run(true);
    expect(conformed.results[0]!.verdict.kind).toBe('failed');
    expect(causesTable(conformed.results)).toMatch(/NotifyExact +wasteful/);
    expect(tap(conformed)).toMatch(/^not ok 1 /m);
  });
});

const HEADERS = '/usr/include/xen/io';

test.skipIf(!existsSync(`${HEADERS}/ring.h`))('each sentence is in the header that is named', async () => {
  const all = Object.values(SENTENCES);
  expect(all.length).toBeGreaterThan(15);
  for (const [header, sentence] of all) {
    const text = await readFile(`${HEADERS}/${header}`, 'utf8');
    // Without the ornaments of a comment: the brackets, and `*` before a line.
    const words = text.split(/\s+/).filter((word) => !/^\/?\*+\/?$/.test(word));
    expect(words.join(' ')).toContain(sentence);
  }
});
