/**
 * Runs a compiled function on terms: every way through it, with what it loads and stores in its order, and what it gives.
 * Over formulas that is what is proved something of; over values it is a run, which is compared with a real one.
 */
import type { Algebra, Terms } from '../terms.js';
import type { Instruction, Plain, WasmFunction } from './wasm.js';
import { type End, privateWords, sharedWords, SRING } from './words.js';

/** What happens on a way through a function, in its order. */
export type Event<T extends Terms> =
  | { readonly kind: 'load' | 'store'; readonly word: string; readonly value: T['index'] }
  | { readonly kind: 'barrier'; readonly word: string };

/** One way through a function. */
export interface Path<T extends Terms> {
  /** It is taken if all of these hold. */
  readonly when: readonly T['bool'][];
  /** Loads of shared words, stores and barriers. A word of one's own is loaded unseen. */
  readonly events: readonly Event<T>[];
  readonly result: T['index'];
}

/**
 * What a word is when it is loaded. `nth` counts from 1: the other end may store between any two loads of a shared word, so
 * each is of its own. Of a word of one's own and of an argument it is 1.
 */
export type Words<T extends Terms> = (word: string, nth: number) => T['index'];

/** The index that a macro is asked about. */
export const INDEX = 'index';

/** A word, or the address of one of the structs. */
type Value<T extends Terms> =
  { readonly at: 'ring' | 'sring' } | { readonly at: undefined; readonly term: T['index'] };

interface Frame<T extends Terms> {
  readonly stack: readonly Value<T>[];
  readonly locals: readonly Value<T>[];
  readonly when: readonly T['bool'][];
  readonly events: readonly Event<T>[];
}

/** Where a frame goes on: after what was run, or behind the end of that many blocks, counted from 0. */
interface Reached<T extends Terms> {
  readonly frame: Frame<T>;
  readonly leaves: number | undefined;
}

/**
 * All ways through a function of one end. Its first argument is the address of the end's struct, a second one an index.
 * Throws Error where it does what no macro does: computes with an address, or looks elsewhere.
 */
export function pathsOf<T extends Terms>(
  { parameters, locals, body }: WasmFunction,
  end: End,
  a: Algebra<T>,
  words: Words<T>,
): readonly Path<T>[] {
  const word = (term: T['index']): Value<T> => ({ at: undefined, term });
  const given = [{ at: 'ring' } as const, word(words(INDEX, 1))].slice(0, parameters);
  const first = Array.from({ length: locals }, (_, i) => given[i] ?? word(a.index(0)));
  const machine = new Run(end, a, words);
  const reached = machine.block(body, 1, { stack: [], locals: first, when: [], events: [] });
  return reached.map(({ frame: { when, events, stack } }) => ({
    ...{ when, events },
    result: termOf(stack.at(-1)),
  }));
}

const termOf = <T extends Terms>(value: Value<T> | undefined): T['index'] => {
  if (value?.at !== undefined) throw new Error(`the address of the ${value.at} is used as a number`);
  if (value === undefined) throw new Error('a word is taken from an empty stack');
  return value.term;
};

/** What the two operands of an instruction give. */
type Binary = <T extends Terms>(a: Algebra<T>, x: T['index'], y: T['index']) => T['index'];
const truth = <T extends Terms>(a: Algebra<T>, test: T['bool']): T['index'] =>
  a.if<'index'>(test, a.index(1), a.index(0));
const binary: Readonly<Partial<Record<Plain, Binary>>> = {
  'i32.add': (a, x, y) => a.plus(x, y),
  'i32.sub': (a, x, y) => a.sub(x, y),
  'i32.eq': (a, x, y) => truth(a, a.same<'index'>(x, y)),
  'i32.ne': (a, x, y) => truth(a, a.not(a.same<'index'>(x, y))),
  'i32.lt_u': (a, x, y) => truth(a, a.below(x, y)),
  'i32.gt_u': (a, x, y) => truth(a, a.below(y, x)),
  'i32.le_u': (a, x, y) => truth(a, a.not(a.below(y, x))),
  'i32.ge_u': (a, x, y) => truth(a, a.not(a.below(x, y))),
  'i32.lt_s': (a, x, y) => truth(a, a.belowSigned(x, y)),
  'i32.gt_s': (a, x, y) => truth(a, a.belowSigned(y, x)),
  'i32.le_s': (a, x, y) => truth(a, a.not(a.belowSigned(y, x))),
  'i32.ge_s': (a, x, y) => truth(a, a.not(a.belowSigned(x, y))),
};

class Run<T extends Terms> {
  constructor(
    private readonly end: End,
    private readonly a: Algebra<T>,
    private readonly words: Words<T>,
  ) {}

  /** A block, which keeps as many words of its stack. */
  block(body: readonly Instruction[], results: number, from: Frame<T>): readonly Reached<T>[] {
    const below = from.stack;
    return this.#all(body, { ...from, stack: [] }).map(({ frame, leaves }) => {
      if (leaves !== undefined && leaves > 0) return { frame, leaves: leaves - 1 };
      const kept = results === 0 ? [] : frame.stack.slice(-results);
      return { frame: { ...frame, stack: [...below, ...kept] }, leaves: undefined };
    });
  }

  #all(body: readonly Instruction[], from: Frame<T>): readonly Reached<T>[] {
    let open: readonly Frame<T>[] = [from];
    const left: Reached<T>[] = [];
    for (const instruction of body) {
      const reached = open.flatMap((frame) => this.#step(instruction, frame));
      left.push(...reached.filter(({ leaves }) => leaves !== undefined));
      open = reached.filter(({ leaves }) => leaves === undefined).map(({ frame }) => frame);
    }
    return [...open.map((frame) => ({ frame, leaves: undefined })), ...left];
  }

  #step(instruction: Instruction, frame: Frame<T>): readonly Reached<T>[] {
    const { stack, locals, events } = frame;
    const goOn = (changes: Partial<Frame<T>>): readonly Reached<T>[] => [
      { frame: { ...frame, ...changes }, leaves: undefined },
    ];
    const push = (taken: number, ...terms: readonly T['index'][]): readonly Reached<T>[] =>
      goOn({
        stack: [
          ...stack.slice(0, stack.length - taken),
          ...terms.map((term) => ({ at: undefined, term }) as const),
        ],
      });
    const top = (from: number): T['index'] => termOf(stack.at(-from));
    switch (instruction.op) {
      case 'i32.const':
        return push(0, this.a.index(instruction.value >>> 0));
      case 'local.get':
        return goOn({ stack: [...stack, locals[instruction.local]!] });
      case 'local.set':
      case 'local.tee':
        return goOn({
          stack: instruction.op === 'local.set' ? stack.slice(0, -1) : stack,
          locals: locals.with(instruction.local, stack.at(-1)!),
        });
      case 'i32.load':
        return this.#load(stack.at(-1), instruction.offset, frame);
      case 'i32.store': {
        const word = this.#wordAt(stack.at(-2), instruction.offset);
        // A later load would have to find it.
        if (stack.at(-2)?.at === 'ring') throw new Error(`${word}, which is its own, is stored`);
        return goOn({
          stack: stack.slice(0, -2),
          events: [...events, { kind: 'store', word, value: top(1) }],
        });
      }
      case 'call':
        return goOn({ events: [...events, { kind: 'barrier', word: instruction.name }] });
      case 'drop':
        return push(1);
      case 'return':
        return [{ frame, leaves: Infinity }];
      case 'br':
        return [{ frame, leaves: instruction.depth }];
      case 'br_if':
        return this.#fork(frame).map((each, i) => ({
          frame: each,
          leaves: i === 0 ? instruction.depth : undefined,
        }));
      case 'block':
        return this.block(instruction.body, instruction.results, frame);
      case 'if':
        return this.#fork(frame).flatMap((each, i) =>
          this.block(i === 0 ? instruction.body : instruction.otherwise, instruction.results, each),
        );
      case 'select':
        return push(3, this.a.if<'index'>(this.#isTrue(top(1)), top(3), top(2)));
      case 'i32.eqz':
        return push(1, truth(this.a, this.a.same<'index'>(top(1), this.a.index(0))));
      default:
        return push(2, binary[instruction.op]!(this.a, top(2), top(1)));
    }
  }

  /** With the word on top of the stack taken: where it is true, and where it is not. */
  #fork(frame: Frame<T>): readonly [Frame<T>, Frame<T>] {
    const test = this.#isTrue(termOf(frame.stack.at(-1)));
    const rest = { ...frame, stack: frame.stack.slice(0, -1) };
    return [
      { ...rest, when: [...frame.when, test] },
      { ...rest, when: [...frame.when, this.a.not(test)] },
    ];
  }

  #isTrue(term: T['index']): T['bool'] {
    return this.a.not(this.a.same<'index'>(term, this.a.index(0)));
  }

  #load(address: Value<T> | undefined, offset: number, frame: Frame<T>): readonly Reached<T>[] {
    const stack = frame.stack.slice(0, -1);
    if (address?.at === 'ring' && offset === SRING)
      return [{ frame: { ...frame, stack: [...stack, { at: 'sring' }] }, leaves: undefined }];
    const word = this.#wordAt(address, offset);
    const isLoad = (event: Event<T>): boolean => event.kind === 'load' && event.word === word;
    const value = this.words(word, address?.at === 'ring' ? 1 : frame.events.filter(isLoad).length + 1);
    const event: Event<T> = { kind: 'load', word, value };
    return [
      {
        frame: {
          ...frame,
          stack: [...stack, { at: undefined, term: value }],
          events: address?.at === 'ring' ? frame.events : [...frame.events, event],
        },
        leaves: undefined,
      },
    ];
  }

  /** What the word at an address is called. */
  #wordAt(address: Value<T> | undefined, offset: number): string {
    const names: Readonly<Record<number, string>> =
      address?.at === 'ring' ? privateWords[this.end] : address?.at === 'sring' ? sharedWords : {};
    const word = names[offset];
    if (word === undefined) throw new Error(`octet ${offset} from ${address?.at ?? 'a number'} is no word`);
    return word;
  }
}
