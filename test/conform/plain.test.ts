import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { json, junit, tap } from '../../cli/conform/reports.js';
import { causesTable } from '../../cli/conform/table.js';
import type { Case } from '../../conform/case.js';
import { writtenCases } from '../../conform/cases/index.js';
import { type CaseResult, conform } from '../../conform/conform.js';
import { areaOf, readPortCorpus } from '../../conform/corpus.js';
import { causesOf, drawnOf } from '../../conform/failures.js';
import { firstError, hasErrors, withoutErrors } from '../../conform/plain.js';
import type { CaseVerdict } from '../../conform/verdict.js';
import type { Property } from '../../conform/violation.js';

const sizes = { nr_ents: 4, first: 0, buffers: 4, ids: 4 };
const of = (start: Case['start'], steps: string): Case => ({ name: 'given/case', needs: [], start, steps });
const run = (cases: readonly Case[], name: string, ...args: string[]) => {
  const command = [process.execPath, path.resolve(`test/fixtures/drivers/${name}.mjs`), ...args] as const;
  return conform(cases, { command, jobs: 2, timeoutMs: 10_000 });
};

describe('a case', () => {
  test.each([
    [
      { tx: sizes },
      'send*2 take*2 answer:2:ERROR answer:1:DROPPED event',
      3,
      'send*2 take*2 answer:2 answer:1 event',
    ],
    [{ rx: { ...sizes, copy: true } }, 'take answer:1:ERROR*2 event', 2, 'take fill:1*2 answer:1*2 event'],
    [
      { tx: sizes, rx: { ...sizes, copy: true } },
      'tx.answer:1:ERROR rx.answer:2:ERROR',
      1,
      'tx.answer:1 fill:2 rx.answer:2',
    ],
    [{ rx: { ...sizes, copy: true } }, 'event packet:exdd:2 rest', 2, 'event packet:dxdd:2 rest'],
  ])('%j: %s has its first error in step %i, and is without: %s', (start, steps, at, plain) => {
    expect(firstError(of(start, steps))).toBe(at);
    expect(withoutErrors(of(start, steps))).toMatchObject({
      name: 'given/case, without its errors',
      steps: plain,
    });
    expect(firstError(of(start, plain))).toBeUndefined();
  });
});

describe('a failure that is run again without errors', () => {
  const given = of({ tx: sizes }, 'send take answer:1:ERROR event');
  const failed = (property: Property): CaseVerdict => ({
    kind: 'failed',
    failure: { step: 4, doing: 'event', property, expected: 'this', actual: property, rings: [] },
  });
  const result = (verdict: CaseVerdict): CaseResult => ({
    ...{ case: given, verdict: failed('ToldTruly'), seconds: 0, stderr: '' },
    plain: { case: withoutErrors(given), verdict, stderr: '' },
  });
  const causes = (verdict: CaseVerdict) =>
    causesOf([result(verdict)]).map(({ what, failures }) => [what, ...failures.map(({ asked }) => asked)]);

  test('has its errors for the cause only if it passes', () => {
    expect(causes({ kind: 'passed' })).toEqual([['ToldTruly, only with errors', 'given/case']]);
    expect(causes({ kind: 'left out', why: 'bailed' })).toEqual([['ToldTruly', 'given/case']]);
  });

  test('is shown without them if it fails alike, and twice if it fails otherwise', () => {
    expect(causes(failed('ToldTruly'))).toEqual([['ToldTruly', 'given/case']]);
    expect(drawnOf([result(failed('ToldTruly'))])[0]?.case.name).toBe('given/case, without its errors');
    expect(causes(failed('SizeRule')).toSorted()).toEqual([
      ['SizeRule', 'given/case'],
      ['ToldTruly', 'given/case'],
    ]);
  });

  test('is in the tables with names that --case takes, and in the reports with both causes', () => {
    expect(causesTable([result(failed('SizeRule'))])).not.toContain('without its errors');
    const hello = { version: 1, name: 'a driver', features: [] };
    const conformed = { hello, results: [result(failed('SizeRule'))] };
    for (const text of [junit(conformed), tap(conformed), json(conformed)]) {
      expect(text).toContain('ToldTruly');
      expect(text).toContain('SizeRule');
    }
  });
});

const covers = (await readPortCorpus('traces')).filter(
  (each) => /cover/.test(areaOf(each)) && hasErrors(each),
);

test(
  'a path through a graph without its errors is one that a right frontend passes',
  { timeout: 60_000 },
  async () => {
    const some = covers.filter((_, i) => i % 16 === 0).map(withoutErrors);
    expect(some.length).toBeGreaterThan(50);
    const { results } = await run(some, 'impl');
    expect(results.filter(({ verdict }) => verdict.kind === 'failed')).toEqual([]);
  },
);

describe('a driver that ends when a request is answered with an error', { timeout: 60_000 }, () => {
  const written = writtenCases.filter(({ name, start }) => start.tx && !/256|65536|hostile/.test(name));
  const cases = [...written, ...covers.filter(({ start }, i) => start.tx && i % 100 === 0)];

  test('fails by that alone, and the case of the advisory passes', async () => {
    const { results } = await run(cases, 'liar', 'ends at an ERROR');
    const causes = causesOf(results);
    expect(causes.map(({ what }) => what)).toEqual(['the driver ended, only with errors']);
    expect(causes[0]!.failures.length).toBeGreaterThan(10);
    expect(drawnOf(results).map((each) => each.case.name)).toEqual(['tx/errors-free-their-blocks']);
    const advisory = results.find((each) => each.case.name === 'tx/msa00-two-blocks-of-a-page');
    expect(advisory?.verdict.kind).toBe('passed');
  });

  test('is told what else is wrong with it', async () => {
    const { results } = await run(cases, 'liar', 'ends at an ERROR, and first size is its own');
    expect(
      causesOf(results)
        .map(({ what }) => what)
        .toSorted(),
    ).toEqual(['SizeRule', 'the driver ended', 'the driver ended, only with errors']);
    const drawn = drawnOf(results).map(({ verdict }) => verdict.kind === 'failed' && verdict.failure.fault);
    expect(drawn).toEqual([undefined, 'ended', 'ended']);
  });
});
