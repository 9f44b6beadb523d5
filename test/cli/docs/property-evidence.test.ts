import { readFile } from 'node:fs/promises';
import { describe, expect, test } from 'vitest';
import { boundsOf, slotsOf } from '../../../cli/docs/bounds.js';
import { loomRows } from '../../../cli/docs/loom.js';
import { portFaults } from '../../../cli/docs/port-faults.js';
import { propertiesPage } from '../../../cli/docs/properties-page.js';
import { numberedProperties } from '../../../cli/docs/properties.js';
import {
  complaintsOf,
  type EvidenceSources,
  propertyEvidence,
  readClaims,
} from '../../../cli/docs/property-evidence.js';
import { meaningOf } from '../../../cli/meaning.js';
import { notProved, readMacros } from '../../../prove/index.js';
import type { Fault } from '../../../prove/machine.js';
import { constantsOfPackets } from '../../../prove/packets/graph.js';
import { packets } from '../../../prove/packets/packets.js';
import { constantsOfTx } from '../../../prove/tx/graph.js';
import { tx } from '../../../prove/tx/tx.js';
import { readConstants } from '../../../replay/constants.js';
import { parseConfig } from '../../../tlc/config.js';
import { modelFiles, readManifest } from '../../../tlc/models.js';

const { models, huge } = await readManifest('.');
const all = await numberedProperties('.', models);
const claims = readClaims(readMacros('.'));
const sources: EvidenceSources = {
  ...{ models, huge, claims, notProved, properties: all },
  figures: { counterexamples: { rx_error_leaks: 21 } },
  opinions: new Map(),
  faults: new Map(),
  loom: [],
  traceOf: () => undefined,
};
const only = (number: string): EvidenceSources => ({
  ...sources,
  properties: all.filter((each) => each.number === number),
  claims: [],
  notProved: [],
});
const named = (name: string) => models.find((model) => model.name === name)!;

describe('each property', () => {
  test('is violated in a model, and what is proved has a number and a fault', () => {
    expect(all.length).toBeGreaterThan(70);
    expect(complaintsOf(sources)).toEqual([]);
  });

  test('that a model is expected to violate has a number there, so that it is in a row', async () => {
    const broken = models.filter(({ expected }) => !['holds', 'deadlock'].includes(expected));
    expect(broken.length).toBeGreaterThan(100);
    const without = await Promise.all(
      broken.map(async ({ name, module, expected }) =>
        (await meaningOf('.', module, expected)) === undefined ? [`${name}: ${expected}`] : [],
      ),
    );
    expect(without.flat()).toEqual([]);
  });

  test('that no model violates is told', () => {
    const properties = all.map((each) => (each.number === 'P2' ? { ...each, violatedIn: [] } : each));
    expect(complaintsOf({ ...sources, properties })).toEqual([
      'P2 BufferStable, TxBufferStable is violated in no model: add one with a fault',
    ]);
  });

  test('that is proved and that no fault breaks is told, and stops the page', async () => {
    const without = claims.map((claim) => ({
      ...claim,
      properties: claim.properties.map((each) => (each.number === 'P2' ? { ...each, later: [] } : each)),
    }));
    const complaint =
      'netfront prove proves P2 of NetfrontTx and has no fault that breaks it: add one in prove/';
    expect(complaintsOf({ ...sources, claims: without })).toEqual([complaint]);
    await expect(propertyEvidence('.', { ...sources, claims: without })).rejects.toThrow(complaint);
  });

  test.each(['-', 'P17', 'P7, P17'])('that is proved under the number %s is told', (number) => {
    const [ring, ...others] = claims;
    const [first, ...rest] = ring!.properties;
    const renumbered = [{ ...ring!, properties: [{ ...first!, number }, ...rest] }, ...others];
    expect(complaintsOf({ ...sources, claims: renumbered })).toEqual([
      `netfront prove proves ${first!.name} of Ring under the number ${number}, and spec/ has no such property`,
    ]);
  });

  test('that is said not to be proved has a number, too', () => {
    const unknown = { number: 'P17', name: 'Nothing', why: 'it is not there' };
    expect(complaintsOf({ ...sources, notProved: [unknown] })).toEqual([
      'netfront prove says that it does not prove P17 Nothing, and spec/ has no such property',
    ]);
  });
});

const laterOf = (faults: readonly Pick<Fault<Record<string, 'bool'>>, 'constant' | 'later'>[]) =>
  faults.flatMap(({ constant, later = [] }) => later.map((each) => ({ constant, ...each })));

test.each([
  ['MCNetfrontTx', 'BufferStable', laterOf(tx.faults), constantsOfTx],
  ['MCTxPackets', 'SizeRule', laterOf(packets.faults), constantsOfPackets],
] as const)(
  'a fault of %s that breaks a property by a later step does so in the model that is named',
  async (module, one, later, constantsOf) => {
    expect(later.map(({ breaks }) => breaks)).toContain(one);
    for (const { constant, breaks, model } of later) {
      expect(named(model)).toMatchObject({ module, expected: breaks });
      const given = await readConstants(modelFiles('.', named(model)).config);
      const { constants } = constantsOf(given) as { constants: Readonly<Record<string, unknown>> };
      expect(constants[constant], `${model} has ${constant}`).toBe(true);
    }
  },
);

describe('the row of a property', () => {
  test('has the largest model in which it holds, and one of a larger ring', async () => {
    const [row] = await propertyEvidence('.', only('P60'));
    const states = row!.holds.map((model) => model.states);
    expect(states).toEqual(states.toSorted((a, b) => b - a));
    expect(propertiesPage([row!])).toMatch(
      /\| P60<br>`PacketIntact` \| holds in `rxp_2_1_8_by_slot`, [\d,]+ states:<br>N = 2, .*<br>holds in `rxp_4`, [\d,]+ states:<br>N = 4, .*<br>\*broken by\* `rxp_reversed_by_id` \(12\), /,
    );
  });

  test('has the length of a run that does not end, and else the depth', async () => {
    const [freed] = await propertyEvidence('.', only('P15'));
    expect(freed!.breaks).toEqual([{ name: 'rx_error_leaks', steps: 21 }]);
    const [unique] = await propertyEvidence('.', only('P1'));
    expect(unique!.breaks[0]).toEqual({ name: 'tx_1_4_1_ids', steps: named('tx_1_4_1_ids').depth });
  });

  test('counts the models on which the second checker agrees, and names those that it finds violated', async () => {
    const of = { expected: 'holds', states: 1, depth: 1, text: '' };
    const opinions: EvidenceSources['opinions'] = new Map([
      ['tx_1_2_0', { opinion: 'agrees', of, compared: 'transitions', transitions: 1 }],
      ['tx_1_4_1', { opinion: 'agrees', of, compared: 'counterexample' }],
      ['tx_slot_disclosure', { opinion: 'differs', of, in: 'the length' }],
    ]);
    const [row] = await propertyEvidence('.', { ...only('P2'), opinions });
    const number = row!.opinion.models;
    expect(row!.opinion).toEqual({
      ...{ models: number, agrees: 2, differs: 1 },
      ...{ faulty: 3, finds: ['tx_1_4_1'] },
    });
    expect(number).toBeGreaterThan(4);
    expect(propertiesPage([row!])).toContain('[SECOND-OPINION.md](SECOND-OPINION.md) says which');
    expect(propertiesPage([row!])).toContain(
      `| agrees on 2 of ${number}<br>differs on 1<br>*broken by* 1 of 3: \`tx_1_4_1\` |`,
    );
  });

  test('has a huge model once its states are on record', async () => {
    const recorded = huge.map((model) => ({ ...model, distinctStates: 10 ** 9 }));
    const [row] = await propertyEvidence('.', { ...only('P1'), huge: recorded });
    expect(row!.holds[0]).toMatchObject({ name: 'tx_late_unmap_huge', slots: 4, states: 10 ** 9 });
    const [before] = await propertyEvidence('.', { ...only('P1'), huge: [] });
    expect(before!.holds[0]!.name).not.toBe('tx_late_unmap_huge');
  });

  test('has a dash where nothing is known', async () => {
    const [row] = await propertyEvidence('.', only('P15'));
    expect(propertiesPage([row!])).toMatch(/\| – \| – \| – \|$/m);
  });
});

describe('the bounds of a model', () => {
  test.each([
    ['ring_weak_5', 'N = 2, 5 requests'],
    ['txp_4', 'N = 4, M = 8, 2 ids, 2 blocks, 2 fragments, 1 extra'],
    ['connection_twice', '1 frame, 2 disturbances, 11 kinds of these, 2 queues, Offers = Plain'],
  ])('%s', async (name, expected) => {
    const { config } = modelFiles('.', named(name));
    expect(boundsOf(parseConfig(await readFile(config, 'utf8'), config))).toBe(expected);
  });

  test('have no slots where there is no ring', () => {
    expect(slotsOf(parseConfig('CONSTANTS\n  Wish = 2\n', 'x.cfg'))).toBe(0);
    expect(slotsOf(parseConfig('CONSTANTS\n  N = 4\n', 'x.cfg'))).toBe(4);
  });
});

describe('what loom finds', () => {
  test('is read from the table of the page, each barrier with its models', async () => {
    const rows = loomRows(await readFile('spec/README.md', 'utf8'));
    expect(rows.map(({ barrier }) => barrier)).toEqual([
      ...['front_push_wmb', 'front_notify_mb', 'front_consume_rmb', 'front_final_mb'],
      ...['back_push_wmb', 'back_notify_mb', 'back_consume_rmb', 'back_final_mb'],
    ]);
    for (const { barrier, models: without } of rows)
      expect(without).toEqual([`ring_weak_no_${barrier}`, `ring_weak_no_${barrier}_tso`]);
  });

  test('is missed where the table is gone', () => {
    expect(() => loomRows('# Nothing\n')).toThrow('has no table of barriers');
  });
});

test('a fault of the ports goes to the property that tells it, of two with one name to the right one', async () => {
  const faults = await portFaults('.');
  expect(faults.get('P8')).toContain('rsp-prod-unbounded');
  expect(faults.get('P4')).toContain('mapped-page-reused');
  expect(faults.has('P73')).toBe(false);
  expect((await portFaults('test')).size).toBe(0);
});
