/**
 * Why a state does not allow a step: the conjunct of the action that is false.
 *
 * TLC's graph says which steps a state allows and not why the others are refused. The values of a state are in the graph and
 * the action's text is in the module, so the page evaluates the text itself: that needs no run of TLC, and whether it agrees
 * with TLC is tested on whole graphs. What it cannot evaluate it names, and shows as text.
 */
import type { Args } from '../../graph/args.js';
import type { State, Value } from '../../tlc/index.js';
import { toTla } from '../../tlc/value-text.js';
import {
  armOf,
  choices,
  letting,
  meaningOf,
  type Meaning,
  valueOf,
  within,
  type Within,
} from './evaluate.js';
import { type Definition, lineOf, type ModuleTexts, named } from './modules.js';
import { BeyondUs, type Expression } from './syntax.js';
import { truth } from './values.js';

/** A conjunct, where it stands, and what the parts of it are. */
export interface Refusal {
  readonly file: string;
  readonly line: number;
  /** Without the comments in it. */
  readonly text: string;
  /** The names of definitions through which the action leads there, outermost first. */
  readonly through: readonly string[];
  /** Texts of what it compares, and their values. */
  readonly values: readonly (readonly [text: string, value: string])[];
  /** Where it has alternatives, why each of them is refused. */
  readonly each: readonly Refusal[];
}

/** Whether a step is refused, and why; or what of it we do not understand, and where. */
export type Answer =
  | { readonly kind: 'allowed' }
  | { readonly kind: 'refused'; readonly why: Refusal }
  | { readonly kind: 'beyond us'; readonly what: string };

/** What a model is of. */
export interface Asked {
  readonly modules: ModuleTexts;
  /** With its `MC`. */
  readonly module: string;
  readonly constants: Readonly<Record<string, Value>>;
  /** Constants for which the model puts a definition. */
  readonly definitions: Readonly<Record<string, string>>;
  /** What the model demands of a step beyond the action. */
  readonly constraints: readonly string[];
}

/** Evaluates an action in a state. An argument that is a record may be given as its fields. */
export function answerTo(asked: Asked, state: State, action: string, args: Args): Answer {
  const next = new Map<string, () => Value>();
  const { modules, module } = asked;
  try {
    const bare = within(modules, module, { state, constants: asked.constants, next });
    const at: Within = {
      ...bare,
      given: (name, primed) => bare.given(name, primed) ?? standingFor(asked, bare, name),
    };
    const { params, body, module: text } = named(at.definitions, action);
    const locals = new Map(params.map((param) => [param, { value: argument(param, params, args) }] as const));
    const reader = new Reader(next, state);
    const why =
      reader.refusal(body, { ...at, locals }, { text, through: [] }) ??
      constraintRefusal(asked.constraints, at, reader);
    return why === undefined ? { kind: 'allowed' } : { kind: 'refused', why };
  } catch (error) {
    if (!(error instanceof BeyondUs)) throw error;
    return { kind: 'beyond us', what: error.message };
  }
}

function argument(param: string, params: readonly string[], args: Args): Value {
  if (param in args) return args[param]!;
  if (params.length === 1 && Object.keys(args).length > 0) return args;
  throw new BeyondUs(`the argument ${param}`);
}

const standingFor = ({ definitions }: Asked, at: Within, name: string): Meaning | undefined =>
  name in definitions
    ? { params: [], body: named(at.definitions, definitions[name]!).body, within: at }
    : undefined;

function constraintRefusal(constraints: readonly string[], at: Within, reader: Reader): Refusal | undefined {
  for (const name of constraints) {
    const { body, module } = named(at.definitions, name);
    const why = reader.refusal(body, at, { text: module, through: [name] }, true);
    if (why !== undefined) return why;
  }
  return undefined;
}

/** The text that an expression stands in, and how one came there. */
interface Where {
  readonly text: Definition['module'];
  readonly through: readonly string[];
}

class Reader {
  constructor(
    private readonly next: Map<string, () => Value>,
    private readonly state: State,
  ) {}

  /**
   * Why an action or a condition is false; undefined if it is true. `x' = e` gives x its next value.
   * @param isClosed that all next values are given, so that `x' = e` is a condition
   */
  refusal(of: Expression, at: Within, where: Where, isClosed = false): Refusal | undefined {
    const inner = (next: Expression, inside = at): Refusal | undefined =>
      this.refusal(next, inside, where, isClosed);
    if (of.kind === 'and') return this.#first(of.items, inner);
    if (of.kind === 'if') return inner(truth(valueOf(of.test, at)) ? of.then : of.other);
    if (of.kind === 'case') return inner(armOf(of, at));
    if (of.kind === 'let') return inner(of.of, letting(of, at));
    if (of.kind === 'prefix' && of.op === 'UNCHANGED') return undefined;
    if (!isClosed && of.kind === 'infix' && of.op === '=' && of.left.kind === 'prime') {
      const { right, left } = of;
      const name = this.#variable(left.of, at);
      if (!this.next.has(name)) {
        let value: Value | undefined;
        this.next.set(name, () => (value ??= valueOf(right, at)));
        return undefined;
      }
    }
    if (of.kind === 'or')
      return this.#either(
        of,
        of.items.map((item) => [item, at] as const),
        where,
        isClosed,
      );
    if (of.kind === 'some' && hasNext(of, at))
      return this.#either(
        of,
        choices(of.bounds, at).map((each) => [of.of, each] as const),
        where,
        isClosed,
      );
    if (of.kind === 'name') return this.#named(of, at, where, isClosed);
    return truth(valueOf(of, at)) ? undefined : leaf(of, at, where);
  }

  #first(items: readonly Expression[], why: (item: Expression) => Refusal | undefined): Refusal | undefined {
    for (const item of items) {
      const found = why(item);
      if (found !== undefined) return found;
    }
    return undefined;
  }

  /** True if one of these is. An alternative that is refused gives no next values. */
  #either(
    of: Expression,
    alternatives: readonly (readonly [Expression, Within])[],
    where: Where,
    isClosed: boolean,
  ): Refusal | undefined {
    const each: Refusal[] = [];
    for (const [item, at] of alternatives) {
      const before = [...this.next];
      const found = this.refusal(item, at, where, isClosed);
      if (found === undefined) return undefined;
      each.push(found);
      this.next.clear();
      for (const [name, value] of before) this.next.set(name, value);
    }
    return { ...leaf(of, undefined, where), each };
  }

  /** A definition is gone into, so that what is false in it is named. */
  #named(
    of: Expression & { kind: 'name' },
    at: Within,
    where: Where,
    isClosed: boolean,
  ): Refusal | undefined {
    const definition = at.locals.has(of.name) ? undefined : definitionOf(of, at);
    if (definition === undefined) return truth(valueOf(of, at)) ? undefined : leaf(of, at, where);
    const { body, within: inside } = meaningOf(of, at) as Exclude<Meaning, { value: Value }>;
    const through = [...where.through, shown(where.text.text, of)];
    return this.refusal(body, inside, { text: definition.module, through }, isClosed);
  }

  /** The variable of the graph for which a name stands. */
  #variable(of: Expression, at: Within): string {
    if (of.kind !== 'name') throw new BeyondUs('a primed expression that is no variable');
    const meaning = at.locals.has(of.name) ? undefined : at.given(of.name, false);
    if (typeof meaning === 'object' && 'within' in meaning) {
      const outer = meaning as Exclude<Meaning, { value: Value }>;
      return this.#variable(outer.body, outer.within);
    }
    if (!(of.name in this.state)) throw new BeyondUs(`the variable ${of.name}`);
    return of.name;
  }
}

/** The definition that a name calls, in its own module or in an instance; undefined where it calls none. */
function definitionOf(of: Expression & { kind: 'name' }, at: Within): Definition | undefined {
  const meaning = meaningOf(of, at);
  if (meaning === undefined || 'value' in meaning) return undefined;
  const found = meaning.within.definitions.get(of.name);
  return found?.body === meaning.body ? found : undefined;
}

/** Whether an expression gives a variable its next value. */
function hasNext(of: Expression, at: Within): boolean {
  if (of.kind === 'prime' || (of.kind === 'prefix' && of.op === 'UNCHANGED')) return true;
  if (of.kind === 'name' && !at.locals.has(of.name)) {
    const body = at.definitions.get(of.name)?.body;
    if (body !== undefined && hasNext(body, at)) return true;
  }
  return partsOf(of).some((part) => hasNext(part, at));
}

const partsOf = (of: Expression): readonly Expression[] =>
  Object.values(of).flatMap((each: unknown): readonly Expression[] => {
    if (Array.isArray(each)) return each.filter(isExpression);
    return isExpression(each) ? [each] : [];
  });
const isExpression = (each: unknown): each is Expression =>
  typeof each === 'object' && each !== null && 'kind' in each && 'begin' in each;

/** The text without its comments, in one line. */
const shown = (text: string, { begin, end }: Expression): string =>
  text
    .slice(begin, end)
    .replace(/\\\*.*|\(\*[\s\S]*?\*\)/g, '')
    .replace(/\s+/g, ' ')
    .trim();

function leaf(of: Expression, at: Within | undefined, { text, through }: Where): Refusal {
  const values = new Map<string, string>();
  for (const part of at === undefined ? [] : comparedIn(of)) {
    try {
      values.set(shown(text.text, part), toTla(valueOf(part, at!)));
    } catch (error) {
      if (!(error instanceof BeyondUs)) throw error;
    }
  }
  return {
    ...{ file: text.file, line: lineOf(text, of.begin), text: shown(text.text, of), through, each: [] },
    values: [...values].filter(([name, value]) => name !== value),
  };
}

/** The parts of a condition that it compares. */
function comparedIn(of: Expression): readonly Expression[] {
  if (of.kind === 'and' || of.kind === 'or') return of.items.flatMap(comparedIn);
  if (of.kind === 'infix')
    return [of.left, of.right].flatMap((side) => (side.kind === 'value' ? [] : comparedIn(side)));
  if (of.kind === 'prefix') return comparedIn(of.of);
  return of.kind === 'name' || of.kind === 'apply' || of.kind === 'field' ? [of] : [];
}
