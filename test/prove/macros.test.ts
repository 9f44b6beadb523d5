/** The macros of ring.h as clang compiles them: what is read is what runs, what is proved can fail, and nothing is passed over. */
import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { execa } from 'execa';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { isProved } from '../../prove/index.js';
import { macroFaults, macros } from '../../prove/macros/macros.js';
import { MACRO_LOGIC, macroDeclarations, obligationsOf, taken } from '../../prove/macros/obligations.js';
import { INDEX } from '../../prove/macros/paths.js';
import { proveMacros, readMacros } from '../../prove/macros/prove.js';
import type { Macro } from '../../prove/macros/seen.js';
import { functionsIn, type Instruction, type WasmFunction } from '../../prove/macros/wasm.js';
import { privateWords, sharedWords, SRING } from '../../prove/macros/words.js';
import { type Solver, startSolver } from '../../prove/solver.js';
import { webAssembly } from '../../peer/webassembly.js';
import { canCompile } from '../fixtures/peer.js';

const MINUTES = 600_000;
const SECONDS = 120;
const wasm = readMacros('.');
const functions = functionsIn(wasm);
const named = (name: string): Macro => macros.find((macro) => macro.name === name)!;

describe('macros.wasm', () => {
  test('has each macro and each fault, and nothing else', () => {
    const wanted = new Set([...macros.map(({ name }) => name), ...macroFaults.map(({ read }) => read)]);
    expect(new Set(functions.keys())).toEqual(wanted);
    expect(macros.length).toBe(11);
  });

  /** 32 bits, the corners more often than others. */
  const index = fc.oneof(
    fc.nat({ max: 0xff_ff_ff_ff }),
    fc.constantFrom(0, 1, 2, 0x7f_ff_ff_ff, 0x80_00_00_00, 0xff_ff_ff_fe, 0xff_ff_ff_ff),
  );

  test.each(macros.map((macro) => [macro.name, macro] as const))('%s runs as it is read', (name, macro) => {
    const words = Object.values(sharedWords);
    fc.assert(
      fc.property(fc.array(index, { minLength: 12, maxLength: 12 }), fc.boolean(), (values, isSame) => {
        const own = Object.values(privateWords[macro.end]);
        const first = new Map([...own, ...words, INDEX].map((word, i) => [word, values[i]!]));
        // So that a first look finds nothing, which of two indices of 32 bits is seldom.
        const [prod, cons] = macro.end === 'front' ? ['rsp_prod', 'rsp_cons'] : ['req_prod', 'req_cons'];
        if (isSame) first.set(prod!, first.get(cons!)!);
        const word = (of: string, nth: number): number => (nth === 1 ? first.get(of)! : values[11]!);
        const { result, events } = taken(macro, functions.get(name)!, word);
        // What the read way leaves in the shared page, where the other end stores at each xen_mb.
        const left = new Map(words.map((of) => [of as string, word(of, 1)]));
        for (const event of events)
          if (event.kind === 'store') left.set(event.word, event.value);
          else if (event.word === 'xen_mb') left.set(prod!, theirs(macro, prod!, word, left));
        const barriers = events.flatMap((event) => (event.kind === 'barrier' ? [event.word] : []));
        expect(run(macro, word, prod!)).toEqual({ result, barriers, left });
      }),
      { numRuns: 300 },
    );
  });

  /** What the other end has stored when a final check is at its xen_mb; a push loads that word no more. */
  const theirs = (
    { name }: Macro,
    prod: string,
    word: (of: string, nth: number) => number,
    now: ReadonlyMap<string, number>,
  ): number => (name.startsWith('RING_FINAL_CHECK') ? word(prod, 2) : now.get(prod)!);

  /** A real run. */
  function run(macro: Macro, word: (of: string, nth: number) => number, prod: string): unknown {
    const [RING, SHARED] = [64, 128];
    const memory = new webAssembly.Memory({ initial: 2, maximum: 2, shared: false });
    const view = new DataView(memory.buffer);
    for (const [at, name] of Object.entries(privateWords[macro.end]))
      view.setUint32(RING + Number(at), word(name, 1), true);
    view.setUint32(RING + SRING, SHARED, true);
    const places = Object.entries(sharedWords).map(
      ([at, name]) => [name as string, SHARED + Number(at)] as const,
    );
    for (const [name, at] of places) view.setUint32(at, word(name, 1), true);
    const shared = () => new Map(places.map(([name, at]) => [name, view.getUint32(at, true)]));
    const barriers: string[] = [];
    const instance = new webAssembly.Instance(new webAssembly.Module(wasm), {
      env: { memory },
      xen: {
        xen_wmb: () => barriers.push('xen_wmb'),
        xen_mb: () => {
          barriers.push('xen_mb');
          view.setUint32(new Map(places).get(prod)!, theirs(macro, prod, word, shared()), true);
        },
      },
    });
    const call = instance.exports[macro.name] as (ring: number, index: number) => number;
    return { result: call(RING, word(INDEX, 1)) >>> 0, barriers, left: shared() };
  }

  test('an instruction that is not read is refused, and so is a module that ends too soon', () => {
    const changed = wasm.slice();
    // The last i32.sub, as i32.and.
    changed[changed.lastIndexOf(0x6b)] = 0x71;
    expect(() => functionsIn(changed)).toThrow('the instruction 0x71 of WebAssembly is not read here');
    expect(() => functionsIn(wasm.subarray(0, -200))).toThrow('the module ends in the middle');
    expect(() => functionsIn(wasm.subarray(1))).toThrow('octet 0 is 0x61 where 0x0 is read');
  });
});

describe('what is proved', () => {
  test('is all of it, and each fault is told with its numbers', { timeout: MINUTES }, async () => {
    const verdict = await proveMacros(functions, SECONDS);
    expect(verdict.proofs.flatMap(({ open }) => open)).toEqual([]);
    expect(verdict.shown.filter(({ step }) => step === undefined)).toEqual([]);
    expect(isProved(verdict)).toBe(true);
    const step = (name: string): string => verdict.shown.find(({ fault }) => fault === name)!.step!;
    expect(step('signed_notify')).toMatch(/loads req_event = \d+, gives 1\. It does not notify exactly/);
    expect(step('notify_too_much')).toContain(
      'gives 1. It does not notify exactly where BackCheckNotify does',
    );
    expect(step('event_not_moved')).toContain('It does not store the rsp_event that FrontArm does');
    expect(step('as response bound')).toMatch(/nr_ents = 1, req_prod = 0, index = 1: gives 0/);
    expect(step('no_minimum')).toMatch(/nr_ents = 1, .*loads req_prod = 2, gives 2/);
    expect(step('no_wmb')).toContain('It does something else than «load req_prod, xen_wmb, store req_prod');
    expect(verdict.shown.length).toBe(macroFaults.length);
  });
});

/** Other instructions that a compiler, or who writes a macro, might have put there. */
const others: Readonly<Record<string, readonly string[]>> = {
  'i32.lt_u': ['i32.lt_s', 'i32.le_u', 'i32.gt_u'],
  'i32.gt_u': ['i32.gt_s', 'i32.ge_u', 'i32.lt_u'],
  'i32.ge_u': ['i32.ge_s', 'i32.gt_u', 'i32.lt_u'],
  'i32.eq': ['i32.ne'],
  'i32.add': ['i32.sub'],
  'i32.sub': ['i32.add'],
};

/** Of two equal numbers either is the less, so that the minimum of two counts may be taken so too. */
const alike: Readonly<Record<string, readonly string[]>> = {
  RING_HAS_UNCONSUMED_REQUESTS: ['i32.lt_u as i32.le_u'],
  RING_FINAL_CHECK_FOR_REQUESTS: ['i32.lt_u as i32.le_u', 'i32.lt_u as i32.le_u'],
};

/** A change, and what it leads to. */
interface Change {
  readonly what: string;
  readonly body: readonly Instruction[];
}

/** An instruction put otherwise: what stands there then, nothing where it is left out. */
function changed(instruction: Instruction): readonly Change[] {
  const { op } = instruction;
  const as = (other: Instruction): Change => ({ what: `${op} as ${other.op}`, body: [other] });
  if (op === 'call') return [{ what: 'no barrier', body: [] }];
  if (op === 'i32.const') return [as({ op, value: instruction.value + 1 })];
  if (op === 'i32.load' || op === 'i32.store')
    return [4, -4].map((by) => as({ op, offset: (instruction.offset + by + 16) % 16 }));
  if (op === 'block')
    return changes(instruction.body).map(({ what, body }) => ({ what, body: [{ ...instruction, body }] }));
  return (others[op] ?? []).map((other) => as({ op: other } as Instruction));
}

const changes = (all: readonly Instruction[]): readonly Change[] =>
  all.flatMap((instruction, i) =>
    changed(instruction).map(({ what, body }) => ({ what, body: all.toSpliced(i, 1, ...body) })),
  );

describe('one instruction changed', () => {
  let solver: Solver;
  beforeAll(async () => {
    solver = await startSolver(macroDeclarations, SECONDS, MACRO_LOGIC);
  });
  afterAll(() => solver.close());

  /** Whether something that must be is not. What is not read, as a word of no name, is told too. */
  async function isTold(macro: Macro, read: WasmFunction): Promise<boolean> {
    let all;
    try {
      all = obligationsOf(macro, read);
    } catch {
      return true;
    }
    for (const { formulas, expects } of all) {
      const answer = await solver.check(formulas);
      expect(answer).not.toBe('unknown');
      if (answer !== expects) return true;
    }
    return false;
  }

  test.each(macros.map((macro) => [macro.name, macro] as const))(
    'is told of %s',
    { timeout: MINUTES },
    async (name, macro) => {
      const read = functions.get(name)!;
      const all = changes(read.body);
      expect(all.length).toBeGreaterThan(5);
      const untold: string[] = [];
      for (const { what, body } of all) if (!(await isTold(macro, { ...read, body }))) untold.push(what);
      expect(untold).toEqual(alike[name] ?? []);
    },
  );
});

describe('a proof of nothing', () => {
  const verdictOf = async (macro: Macro, read: WasmFunction): Promise<readonly string[]> => {
    const solver = await startSolver(macroDeclarations, SECONDS, MACRO_LOGIC);
    const open: string[] = [];
    try {
      for (const { says, formulas, expects } of obligationsOf(macro, read))
        if ((await solver.check(formulas)) !== expects) open.push(says);
    } finally {
      await solver.close();
    }
    return open;
  };
  const macro = named('RING_FULL');

  test('is none: what is claimed nowhere is noticed', async () => {
    const nowhere = { ...macro, claims: macro.claims.map((claim) => ({ ...claim, where: never })) };
    expect(await verdictOf(nowhere, functions.get(macro.name)!)).toContain('way 1 of RING_FULL is possible');
  });
  const never: NonNullable<Macro['claims'][number]['where']> = ({ a }) => a.bool(false);

  test('is none: a function that always gives the same is noticed', async () => {
    const zero: WasmFunction = { parameters: 1, locals: 1, body: [{ op: 'i32.const', value: 0 }] };
    expect(await verdictOf({ ...macro, claims: [] }, zero)).toEqual(['RING_FULL gives more than 0']);
  });

  test('is none: a function that is not there is an error', async () => {
    await expect(proveMacros(new Map(), SECONDS)).rejects.toThrow('has no function RING_FREE_REQUESTS');
  });
});

const include = process.env.XEN_INCLUDE ?? '/usr/include';

describe.runIf(canCompile)('ring.h with a mistake, compiled', () => {
  const check = 'RING_PUSH_REQUESTS_AND_CHECK_NOTIFY';
  test.each([
    ['<= for <', check, /(req_event\) )<( )/, '$1<=$2'],
    ['without the barrier', check, /xen_mb\(\); (\/\* back sees new)/, '$1'],
    ['without the second look', 'RING_FINAL_CHECK_FOR_RESPONSES', /(rsp_event = [^;]*;[^;]*;)[^;]*;/, '$1'],
  ] as const)('%s: %s is not proved', { timeout: MINUTES }, async (_, name, wrong, put) => {
    const folder = await mkdtemp(path.join(tmpdir(), 'netfront-ring-'));
    try {
      await cp(path.join(include, 'xen'), path.join(folder, 'xen'), { recursive: true });
      const header = path.join(folder, 'xen', 'io', 'ring.h');
      const text = await readFile(header, 'utf8');
      const at = text.indexOf(`#define ${name}`);
      const changedText = text.slice(0, at) + text.slice(at).replace(wrong, put);
      expect(changedText).not.toBe(text);
      await writeFile(header, changedText);
      const file = path.join(folder, 'macros.wasm');
      await execa('sh', ['prove/macros/build.sh', file], { env: { XEN_INCLUDE: folder } });
      const read = functionsIn(await readFile(file)).get(name)!;
      const solver = await startSolver(macroDeclarations, SECONDS, MACRO_LOGIC);
      const answers = [];
      for (const { formulas, expects } of obligationsOf(named(name), read))
        answers.push({ expects, answer: await solver.check(formulas) });
      await solver.close();
      expect(answers).toContainEqual({ expects: 'unsat', answer: 'sat' });
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  });
});
