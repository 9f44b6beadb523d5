/**
 * Why a state does not allow a step: the conjunct of the action that is false.
 *
 * TLC's graph says which steps a state allows and not why the others are refused. The values of a state are in the graph and
 * the action's text is in the module, so the page evaluates the text itself: that needs no run of TLC, and whether it agrees
 * with TLC is tested on whole graphs. What it cannot evaluate it names, and shows as text.
 */
import type { Args } from '../../graph/args.js';
import type { State, Value } from '../../tlc/index.js';
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
import { hasNext } from './next-values.js';
import { type Definition, type ModuleTexts, named } from './modules.js';
import { leaf, type Refusal, shown, type Where } from './refusal.js';
import { BeyondUs, type Expression } from './syntax.js';
import { equal, truth } from './values.js';

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

/**
 * Evaluates an action in a state. An argument that is a record may be given as its fields.
 * @param next what variables are in the state after it. The action gives a value to each that is not in it; one that is has
 *   to be as the action says
 */
export function answerTo(
  asked: Asked,
  state: State,
  action: string,
  args: Args,
  next = new Map<string, () => Value>(),
): Answer {
  const { modules, module } = asked;
  try {
    const bare = within(modules, module, { state, constants: asked.constants, next });
    const at: Within = {
      ...bare,
      given: (name, primed) => bare.given(name, primed) ?? standingFor(asked, bare, name),
    };
    const { params, body, module: text } = named(at.definitions, action);
    const locals = new Map(params.map((param) => [param, { value: argument(param, params, args) }] as const));
    const demand = { of: body, at: { ...at, locals }, where: { text, through: [] }, isClosed: false };
    const why = new Reader(next, state).first(demandsOn(demand, asked.constraints, at));
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

/** An action, and then what the model demands beyond it, which is read only if the action is not refused. */
function* demandsOn(action: Conjunct, constraints: readonly string[], at: Within): Generator<Conjunct> {
  yield action;
  for (const name of constraints) {
    const { body: of, module } = named(at.definitions, name);
    yield { of, at, where: { text: module, through: [name] }, isClosed: true };
  }
}

/** A condition in its surroundings. */
interface Conjunct {
  readonly of: Expression;
  readonly at: Within;
  readonly where: Where;
  /** All next values are given, so that `x' = e` is a condition. */
  readonly isClosed: boolean;
}

type Alternatives = readonly (readonly [Expression, Within])[];

class Reader {
  /** How many choices gave next values where another alternative may be true too. */
  #open = 0;

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
    if (of.kind === 'and') return this.first(of.items.map((item) => ({ of: item, at, where, isClosed })));
    if (of.kind === 'if') return inner(truth(valueOf(of.test, at)) ? of.then : of.other);
    if (of.kind === 'case') return inner(armOf(of, at));
    if (of.kind === 'let') return inner(of.of, letting(of, at));
    if (of.kind === 'prefix' && of.op === 'UNCHANGED')
      return this.#unchanged(of.of, at) ? undefined : leaf(of, at, where);
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

  /**
   * The first that is false. One that may be true with another choice of those before it has no reason that we could name:
   * throws {@link BeyondUs}.
   */
  first(conjuncts: Iterable<Conjunct>): Refusal | undefined {
    const open = this.#open;
    for (const { of, at, where, isClosed } of conjuncts) {
      const isBehindChoice = this.#open > open;
      const found = this.refusal(of, at, where, isClosed);
      if (found === undefined) continue;
      if (isBehindChoice && hasNext(of, at))
        throw new BeyondUs('a condition on a next value that could be another one');
      return found;
    }
    return undefined;
  }

  /** Gives variables the values that they have; false where one was given another. */
  #unchanged(of: Expression, at: Within): boolean {
    if (of.kind === 'tuple') return of.items.every((item) => this.#unchanged(item, at));
    const meaning = of.kind === 'name' ? meaningOf(of, at) : undefined;
    if (meaning !== undefined && 'body' in meaning) return this.#unchanged(meaning.body, meaning.within);
    const name = this.#variable(of, at);
    const value = this.state[name]!;
    const given = this.next.get(name);
    if (given !== undefined) return equal(given(), value);
    this.next.set(name, () => value);
    return true;
  }

  /** True if one of these is. An alternative that is refused gives no next values. */
  #either(of: Expression, alternatives: Alternatives, where: Where, isClosed: boolean): Refusal | undefined {
    const each: Refusal[] = [];
    const given = this.next.size;
    const back = this.#way();
    for (const [i, [item, at]] of alternatives.entries()) {
      const found = this.refusal(item, at, where, isClosed);
      if (found === undefined) {
        // What gives no next value forbids nothing later.
        if (this.next.size === given) return undefined;
        const here = this.#way();
        const isOpen = alternatives.slice(i + 1).some((other) => (back(), this.#maybe(other, where)));
        here();
        if (isOpen) this.#open++;
        return undefined;
      }
      each.push(found);
      back();
    }
    return { ...leaf(of, undefined, where), each };
  }

  /** Whether an alternative is true, or not understood. */
  #maybe([item, at]: Alternatives[number], where: Where): boolean {
    try {
      return this.refusal(item, at, where) === undefined;
    } catch (error) {
      if (!(error instanceof BeyondUs)) throw error;
      return true;
    }
  }

  /** The way back to what is given and chosen now. */
  #way(): () => void {
    const given = [...this.next];
    const open = this.#open;
    return () => {
      this.next.clear();
      for (const [name, value] of given) this.next.set(name, value);
      this.#open = open;
    };
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
