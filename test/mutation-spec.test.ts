/** What npm run mutation:spec does, on a specification of a few lines; the run on that of the project is in `make check-all`. */
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { mutantsPart } from '../cli/docs/spec-mutants.js';
import { findJar, findJava } from '../tlc/index.js';
import { bare } from '../tlc/modules.js';
import { edited } from './mutation/spec/edit.js';
import { complaintsOf, publishedOf, scoreOf } from './mutation/spec/report.js';
import { type Decided, tryAll, type Wanted } from './mutation/spec/whole.js';

const MODULE = `---- MODULE Small ----
EXTENDS Naturals
CONSTANT Limit
VARIABLES x, y
vars == <<x, y>>
Init == x = 0 /\\ y = 0

(* Three steps, by way of 1 and 3. *)
Step ==
  /\\ x < Limit
  /\\ y = 0
  /\\ x' = IF x = 1 THEN x + 2 ELSE x + 1
  /\\ UNCHANGED y
Reset == x >= Limit /\\ x' = 0 /\\ UNCHANGED y
Next == Step \\/ Reset
Spec == Init /\\ [][Next]_vars

TypeOK == x \\in Nat
Low == x <= Limit /\\ y = 0
====
`;
/** The same by way of an instance, whose definitions have the place where the instance is made. */
const PAIR = `---- MODULE MCPair ----
EXTENDS Naturals
CONSTANT Limit
VARIABLES x, y
Of == INSTANCE Small WITH x <- x, y <- y
Next == Of!Step \\/ Of!Reset
Spec == Of!Init /\\ [][Next]_<<x, y>>
TypeOK == Of!TypeOK
Low == Of!Low
====
`;
const config = (limit: number): string =>
  `\\* A model.\nSPECIFICATION Spec\nCONSTANT Limit = ${limit}\nINVARIANTS\n  TypeOK\n  Low\n`;
const model = (name: string, expected: string, generatedStates: number, of = 'MCSmall') => ({
  ...{ name, module: of, about: 'Small.', expected },
  ...{ distinctStates: 3, generatedStates, depth: 3 },
});

const root = await mkdtemp(path.join(tmpdir(), 'netfront-small-'));
const module = path.join(root, 'spec', 'Small.tla');
const wanted: Omit<Wanted, 'tools'> = {
  root,
  file: path.join(root, 'outcomes.ndjson'),
  jobs: 1,
  rounds: [100],
};
let decided: readonly Decided[] = [];

const run = async (more: Partial<Wanted> = {}): Promise<readonly Decided[]> => {
  const batch = path.resolve('test/mutation/spec/Batch.java');
  return tryAll({ ...wanted, tools: { java: await findJava(), jar: await findJar(), batch }, ...more });
};
const outcomes = (): Readonly<Record<string, string>> =>
  Object.fromEntries(
    decided.map(({ name, outcome }) => [
      name.replace('Small ', ''),
      'by' in outcome ? outcome.by : outcome.kind,
    ]),
  );

beforeAll(async () => {
  await mkdir(path.join(root, 'spec', 'models'), { recursive: true });
  const files = {
    'Small.tla': MODULE,
    'models/MCSmall.tla': '---- MODULE MCSmall ----\nEXTENDS Small\n====\n',
    'models/small.cfg': config(3),
    'models/small_two.cfg': config(2),
    'models/MCPair.tla': PAIR,
    'models/small_pair.cfg': config(3),
    'models/manifest.json': JSON.stringify({
      version: 1,
      models: [
        model('small', 'holds', 4),
        model('small_two', 'Low', 3),
        model('small_pair', 'holds', 4, 'MCPair'),
      ],
    }),
  };
  for (const [name, text] of Object.entries(files)) await writeFile(path.join(root, 'spec', name), text);
  decided = await run();
});
afterAll(() => rm(root, { recursive: true, force: true }));

const OF_STEP = [
  'Small Step guard negated: x < Limit',
  'Small Step guard TRUE: x < Limit',
  'Small Step guard negated: y = 0',
  'Small Step guard TRUE: y = 0',
  'Small Step condition FALSE: x = 1',
  'Small Step condition TRUE: x = 1',
];

describe('the mutants of a specification', () => {
  test('are its disjuncts, guards, decisions and claims, each changed in its ways', () => {
    expect(decided.map(({ name }) => name)).toEqual([
      ...OF_STEP,
      'Small Reset guard negated: x >= Limit',
      'Small Reset guard TRUE: x >= Limit',
      'Small Next disjunct FALSE: Step',
      'Small Next disjunct FALSE: Reset',
      'Small TypeOK property negated: x \\in Nat',
      'Small Low property negated: x <= Limit',
      'Small Low property TRUE: x <= Limit',
      'Small Low property negated: y = 0',
      'Small Low property TRUE: y = 0',
    ]);
  });

  test('are told by a model that says something else', () => {
    const survivors = ['Step guard TRUE: y = 0', 'Low property TRUE: y = 0'];
    for (const [name, by] of Object.entries(outcomes()))
      expect([name, by]).toEqual([
        name,
        survivors.includes(name) ? 'survived' : expect.stringMatching(/^small/),
      ]);
    // The claim is missed only where it is violated.
    expect(outcomes()['Low property TRUE: x <= Limit']).toBe('small_two');
    expect(scoreOf(decided, [])).toBe(86.66);
  });

  test('are kept, and tried again where their definition or the specification has changed', async () => {
    const left = (tried: readonly Decided[]) => tried.filter(({ isNew }) => isNew).map(({ name }) => name);
    const text = await readFile(wanted.file, 'utf8');
    expect(left(await run())).toEqual([]);
    // A comment decides nothing.
    await writeFile(module, MODULE.replace('Three steps', 'Steps'));
    expect(left(await run())).toEqual([]);
    const otherStep = MODULE.replace('x + 2', '2 + x');
    await writeFile(module, otherStep);
    expect(left(await run())).toEqual([...OF_STEP, 'Small Low property TRUE: y = 0']);
    await writeFile(module, otherStep.replace('x >= Limit', 'x > Limit - 1'));
    const again = left(await run());
    expect(again).toEqual([
      'Small Step guard TRUE: y = 0',
      'Small Reset guard negated: x > Limit - 1',
      'Small Reset guard TRUE: x > Limit - 1',
      'Small Low property TRUE: y = 0',
    ]);
    await writeFile(module, MODULE);
    decided = await run();
    // Of mutants that there are no more nothing is left.
    expect((await readFile(wanted.file, 'utf8')).split('\n')).toHaveLength(text.split('\n').length);
  });

  test('are left where the time is up, and that is not a good run', async () => {
    const left = await run({ again: 'all', minutes: 0 });
    expect(left.every(({ outcome }) => outcome.kind === 'left')).toBe(true);
    expect(complaintsOf(left, [], false)).toEqual([
      '15 mutants are not decided: run it again, it goes on from there',
    ]);
    // What was kept of them is kept.
    expect((await run()).filter(({ isNew }) => isNew)).toEqual([]);
  });

  test('are tried only where the models are as they are on record', async () => {
    const manifest = path.join(root, 'spec', 'models', 'manifest.json');
    const text = await readFile(manifest, 'utf8');
    await writeFile(manifest, text.replace('"generatedStates":4', '"generatedStates":5'));
    await expect(run({ again: 'all', modules: ['Small'] })).rejects.toThrow(
      'small as it is says something else than is on record (other figures): netfront check small',
    );
    await writeFile(manifest, text);
  });
});

describe('a run', () => {
  const why = 'Nothing changes y.';
  const survivors = ['Small Step guard TRUE: y = 0', 'Small Low property TRUE: y = 0'];
  const reasons = [{ class: 'hole' as const, why, mutants: survivors }];
  const same = [{ ...reasons[0]!, class: 'same' as const }];

  test('is not good where a survivor has no reason, or a reason no survivor', () => {
    expect(complaintsOf(decided, [], false)).toEqual(
      survivors.map((name) => `survivors.json has no reason for this mutant, which no model tells: ${name}`),
    );
    expect(complaintsOf(decided, reasons, false)).toEqual([]);
    expect(complaintsOf(decided, [...reasons, { ...reasons[0]!, mutants: [survivors[0]!] }], false)).toEqual([
      `survivors.json has two reasons for ${survivors[0]!}`,
    ]);
    const told = 'Small Next disjunct FALSE: Step';
    expect(complaintsOf(decided, [{ ...reasons[0]!, mutants: [...survivors, told] }], false)).toEqual([
      `survivors.json explains a mutant that is told or is no more: ${told}`,
    ]);
  });

  test('is not good below the threshold, or where nothing was tried', () => {
    expect(complaintsOf(decided, reasons, true)).toEqual(['86.66 % of the mutants are told: 95 are wanted']);
    expect(complaintsOf([], [], false)).toEqual(['there is no mutant: nothing was tried']);
  });

  test('is published with its score and the reasons', () => {
    const part = mutantsPart(publishedOf(decided, reasons));
    expect(part).toContain('Of 15 mutants 13 are told, which is 86.66 %.\nBy their reasons 0 say the same');
    expect(part).toContain('**86.66 %** of the others are told, 2 are not.');
    expect(part).toContain('| `Small` | 15 | 13 | 0 | 2 | 0 | 86.66 |');
    expect(part).toContain(`| \`Small\`, \`Step\`: \`y = 0\` | left out | hole | ${why} |`);
  });

  test('does not count what says the same as the specification', () => {
    expect(scoreOf(decided, same)).toBe(100);
    expect(complaintsOf(decided, same, true)).toEqual([]);
    const part = mutantsPart(publishedOf(decided, same));
    expect(part).toContain('Of 15 mutants 13 are told, which is 86.66 %.\nBy their reasons 2 say the same');
    expect(part).toContain('| `Small` | 15 | 13 | 2 | 0 | 0 | 100.00 |');
    expect(part).toContain(`| \`Small\`, \`Step\`: \`y = 0\` | left out | same | ${why} |`);
    // A claim that no run has decided counts, and the first figure is without it.
    const some = decided.map((each, i): Decided => (i > 0 ? each : { ...each, outcome: { kind: 'left' } }));
    const claimed = mutantsPart(publishedOf(some, [{ ...same[0]!, mutants: [some[0]!.name, ...survivors] }]));
    expect(claimed).toContain(
      'Of 15 mutants 12 are told, which is 80.00 %.\nBy their reasons 3 say the same',
    );
    expect(claimed).toContain('**100.00 %** of the others are told, 0 are not.');
    // One that is told is told, whatever its reason says.
    expect(scoreOf(decided, [{ ...same[0]!, mutants: decided.map(({ name }) => name) }])).toBe(100);
  });

  test('has the reasons of mutants that are not decided, too', () => {
    const some = decided.map((each): Decided => ({ ...each, outcome: { kind: 'left' } }));
    expect(publishedOf(some, reasons).survivors).toHaveLength(2);
    expect(publishedOf(some, []).survivors).toEqual([]);
  });

  test('counts what is not decided as not told', () => {
    const some = decided.map((each, i): Decided => (i > 0 ? each : { ...each, outcome: { kind: 'left' } }));
    expect(scoreOf(some, reasons)).toBe(80);
    const part = mutantsPart(publishedOf(some, reasons));
    expect(part).toContain('**80.00 %** of the others are told, 2 are not.\nNot decided are 1:');
    expect(part).toContain('| `Small` | 15 | 12 | 0 | 2 | 1 | 80.00 |');
  });
});

test('an edit leaves what stands behind it in its column', () => {
  const text = 'A ==\n  /\\ (x\n       = 1) => /\\ y\n               /\\ z\n';
  const span = { module: 'M', begin: { line: 2, column: 6 }, end: { line: 3, column: 11 } };
  expect(edited(text, span, 'TRUE')).toBe('A ==\n  /\\ TRUE\n            => /\\ y\n               /\\ z\n');
  expect(edited(text, span, 'negated')).toBe(
    'A ==\n  /\\ ~((x\n         = 1))\n            => /\\ y\n               /\\ z\n',
  );
});

test('a comment is left out of what decides, and not one in a string', () => {
  expect(bare('A == "(* \\\\* *)" \\* b\n\n(* c *)\nB == 1')).toBe('A == "(* \\\\* *)"\nB == 1');
});
