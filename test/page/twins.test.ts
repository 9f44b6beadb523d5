/** The sound twin beside a counterexample: which model that is, and where the two part. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { partingOf } from '../../page/tla/follow.js';
import type { Twin, TwinOrNone } from '../../page/twin.js';
import type { PageData } from '../../page/data.js';
import { dataIn, type MadePage, madePage, reportOf, rowsAsExpected } from '../fixtures/page.js';

let made: MadePage;
let data: PageData;

beforeAll(async () => {
  const rows = await rowsAsExpected();
  // As in make check, which leaves out the slow models.
  made = await madePage(reportOf(rows.filter(({ name }) => name !== 'rx_1_4_1_oldest')));
  data = await dataIn(made.file);
});
afterAll(() => made.remove());

const partings = (): readonly Twin[] =>
  Object.values(data.twins).filter((twin: TwinOrNone): twin is Twin => 'parting' in twin);

test('every violated model with a counterexample has a twin, or the page says why it has none', () => {
  const violated = Object.keys(data.runs).filter(
    (name) => !data.models.find((model) => model.name === name)!.expected.startsWith('Never'),
  );
  expect(Object.keys(data.twins).toSorted()).toEqual(violated.toSorted());
  expect(partings().length).toBeGreaterThan(50);
  for (const twin of Object.values(data.twins)) if ('none' in twin) expect(twin.none).toMatch(/^[A-Z].*\.$/);
});

test('a twin holds, checks what is violated, and parts within the run', () => {
  for (const [name, twin] of Object.entries(data.twins)) {
    if ('none' in twin) continue;
    const fault = data.models.find((model) => model.name === name)!;
    const sound = data.models.find((model) => model.name === twin.model)!;
    expect(sound, name).toMatchObject({ expected: 'holds', module: fault.module });
    expect(sound.properties, name).toContain(fault.expected);
    expect(twin.constants.length).toBeLessThanOrEqual(2);
    expect(twin.parting.step).toBeGreaterThan(1);
    expect(twin.parting.step).toBeLessThanOrEqual(data.runs[name]!.steps.length);
  }
});

describe('the twin', () => {
  test('of MSA00 gives the second request another id', () => {
    const { model, constants, parting } = data.twins.tx_1_4_1 as Twin;
    expect(model).toBe('tx_1_4_2');
    expect(constants).toEqual([{ name: 'IdScheme', fault: '"gref_per_page"', twin: '"block_number"' }]);
    expect(parting).toMatchObject({ kind: 'elsewhere', step: 5 });
    expect(JSON.stringify(parting)).toContain('"id":1');
  });

  test('refuses a step, and the guard that is false is named', () => {
    expect(data.twins.tx_ring_full_off_by_one).toMatchObject({
      parting: { kind: 'refused', step: 6, why: { text: 'FreeRequests > 0' } },
    });
  });

  test('has no step with the arguments that its constants do not allow', () => {
    expect(data.twins.txp_too_many_slots).toMatchObject({ parting: { kind: 'absent', step: 2 } });
  });

  test('that the report has no run of is marked so', () => {
    expect(data.twins.rx_1_4_1).toMatchObject({ model: 'rx_1_4_1_oldest', isInReport: false });
    expect(data.twins.tx_1_4_1).toMatchObject({ isInReport: true });
  });
});

test('a run parts from its own model nowhere', () => {
  const text = [
    '---- MODULE Small ----',
    'EXTENDS Integers',
    'CONSTANT Most',
    'VARIABLE count',
    'Init == count = 0',
    "Up == count < Most /\\ count' = count + 1",
    'Next == Up',
    '====',
  ].join('\n');
  const run = [null, 'Up', 'Up'].map((action, count) => ({ action, state: { count } }));
  const follow = (Most: number) =>
    partingOf(
      {
        modules: { Small: { file: 'Small.tla', text } },
        ...{ module: 'Small', constants: { Most }, definitions: {}, constraints: [] },
      },
      run,
      {},
    );
  expect(follow(2)).toEqual({ none: 'it takes each step of this run too' });
  expect(follow(1)).toMatchObject({ kind: 'refused', step: 3, why: { text: 'count < Most' } });
  expect(
    partingOf({ modules: {}, module: 'Small', constants: {}, definitions: {}, constraints: [] }, run, {}),
  ).toEqual({ none: 'this page does not understand the name Init, in Init' });
});
