/** What an expression of TLA+ is in a state. */
import type { State, Value } from '../../tlc/index.js';
import { normal, setOf } from '../../tlc/value-order.js';
import { type Definition, definitionsOf, type ModuleTexts } from './modules.js';
import { BeyondUs, type Bounds, type Expression, type Update } from './syntax.js';
import {
  applied,
  BUILT_IN,
  entriesOf,
  equal,
  functionOf,
  INFIX,
  members,
  PREFIX,
  recordsOf,
  sequence,
  truth,
} from './values.js';

/** What a name stands for: an expression in its own surroundings, or a value. */
export type Meaning =
  | { readonly params: readonly string[]; readonly body: Expression; readonly within: Within }
  | { readonly value: Value };

/** Where an expression is evaluated. */
export interface Within {
  readonly modules: ModuleTexts;
  readonly definitions: ReadonlyMap<string, Definition>;
  /** Variables and constants; those of an instantiated module stand for expressions outside of it. */
  readonly given: (name: string, primed: boolean) => Value | Meaning | undefined;
  readonly locals: ReadonlyMap<string, Meaning>;
  /** The value of `@`. */
  readonly before?: Value;
  readonly primed: boolean;
}

/**
 * A state of a model, and what its actions have given variables so far. A primed variable that was given nothing has no
 * value: asking for it throws {@link BeyondUs}.
 */
export function within(
  modules: ModuleTexts,
  module: string,
  given: {
    readonly state: State;
    readonly constants: Readonly<Record<string, Value>>;
    readonly next: Map<string, () => Value>;
  },
): Within {
  const { state, constants, next } = given;
  return {
    ...{ modules, definitions: definitionsOf(modules, module), locals: new Map(), primed: false },
    given: (name, primed) => {
      if (!primed || !(name in state)) return state[name] ?? constants[name];
      const value = next.get(name);
      if (value === undefined) throw new BeyondUs(`${name}' where nothing has given it a value`);
      return value();
    },
  };
}

/** With these names too. */
export const withLocals = (at: Within, locals: readonly (readonly [string, Meaning])[]): Within =>
  locals.length === 0 ? at : { ...at, locals: new Map([...at.locals, ...locals]) };

/** What a name means where it stands, its arguments given; undefined if it is built in, or of nothing we know. */
export function meaningOf(expression: Expression & { kind: 'name' }, at: Within): Meaning | undefined {
  const { name, args, instance } = expression;
  const { definitions, given, locals, primed } = at;
  if (instance !== undefined) return called(instanceNamed(instance, at), name, args, at);
  const local = locals.get(name);
  if (local !== undefined) return 'value' in local ? local : withArguments(local, args, at);
  const value = given(name, primed);
  if (value !== undefined) return isMeaning(value) ? value : { value };
  return definitions.has(name) ? called(at, name, args, at) : undefined;
}

const isMeaning = (value: Value | Meaning): value is Meaning =>
  typeof value === 'object' && value !== null && 'within' in value;

/** A definition of a module, with arguments that are evaluated where the call stands. */
function called(of: Within, name: string, args: readonly Expression[], at: Within): Meaning {
  const definition = of.definitions.get(name);
  if (definition === undefined) {
    const value = of.given(name, at.primed);
    if (value === undefined) throw new BeyondUs(`the name ${name}`);
    return isMeaning(value) ? value : { value };
  }
  const { params, body } = definition;
  return withArguments({ params, body, within: { ...of, locals: new Map(), primed: at.primed } }, args, at);
}

function withArguments(
  meaning: Exclude<Meaning, { value: Value }>,
  args: readonly Expression[],
  at: Within,
): Meaning {
  const { params, body, within: of } = meaning;
  if (args.length === 0) return meaning;
  const locals = params.map((param, i) => [param, { params: [], body: args[i]!, within: at }] as const);
  return { params: [], body, within: withLocals({ ...of, primed: of.primed || at.primed }, locals) };
}

function instanceNamed(instance: string, at: Within): Within {
  const body = at.definitions.get(instance)?.body;
  if (body?.kind !== 'instance') throw new BeyondUs(`the instance ${instance}`);
  const { modules } = at;
  const put = new Map(body.put);
  return {
    ...{ modules, definitions: definitionsOf(modules, body.module), locals: new Map(), primed: at.primed },
    // What is not put into its place has the same name outside.
    given: (name, primed) => {
      const expression = put.get(name);
      if (expression === undefined) return at.given(name, primed);
      return { params: [], body: expression, within: { ...at, locals: new Map(), primed } };
    },
  };
}

/** The value. Throws {@link BeyondUs} where we do not understand it, or TLA+ gives it none. */
export function valueOf(expression: Expression, at: Within): Value {
  const { kind } = expression;
  const value = (of: Expression): Value => valueOf(of, at);
  switch (kind) {
    case 'value':
      return expression.value;
    case 'name':
      return nameValue(expression, at);
    case 'prefix':
      if (!(expression.op in PREFIX)) throw new BeyondUs(expression.op);
      return PREFIX[expression.op]!(value(expression.of));
    case 'infix':
      if (expression.op === '=>') return !truth(value(expression.left)) || truth(value(expression.right));
      return INFIX[expression.op]!(value(expression.left), value(expression.right));
    case 'prime':
      return valueOf(expression.of, { ...at, primed: true });
    case 'and':
      return expression.items.every((item) => truth(value(item)));
    case 'or':
      return expression.items.some((item) => truth(value(item)));
    case 'if':
      return value(truth(value(expression.test)) ? expression.then : expression.other);
    case 'case':
      return value(armOf(expression, at));
    case 'let':
      return valueOf(expression.of, letting(expression, at));
    case 'some':
      return choices(expression.bounds, at).some((each) => truth(valueOf(expression.of, each)));
    case 'all':
      return choices(expression.bounds, at).every((each) => truth(valueOf(expression.of, each)));
    case 'set':
      return setOf(expression.items.map((item) => normal(value(item))));
    case 'tuple':
      return expression.items.map(value);
    case 'record':
      return Object.fromEntries(expression.fields.map(([name, of]) => [name, value(of)]));
    case 'records':
      return recordsOf(expression.fields.map(([name, of]) => [name, members(value(of))]));
    case 'choose':
    case 'filter':
    case 'each':
    case 'function':
      return bounded(expression, at);
    case 'except':
      return expression.updates.reduce(
        (of, update) => updated(of, update.path, update, at),
        value(expression.of),
      );
    case 'before':
      if (at.before === undefined) throw new BeyondUs('@');
      return at.before;
    case 'apply':
      return applied(value(expression.of), value(expression.to));
    case 'field':
      return applied(value(expression.of), expression.name);
    case 'lambda':
    case 'instance':
      throw new BeyondUs(kind);
  }
}

function nameValue(expression: Expression & { kind: 'name' }, at: Within): Value {
  const { name, args } = expression;
  const meaning = meaningOf(expression, at);
  if (meaning !== undefined)
    return 'value' in meaning ? meaning.value : valueOf(meaning.body, meaning.within);
  if (name === 'BOOLEAN') return { '#set': [false, true] };
  if (name === 'SelectSeq') return selected(args, at);
  const builtIn = Object.hasOwn(BUILT_IN, name) ? BUILT_IN[name] : undefined;
  if (builtIn === undefined) throw new BeyondUs(`the name ${name}`);
  return builtIn(...args.map((arg) => valueOf(arg, at)));
}

function selected([of, test]: readonly Expression[], at: Within): Value {
  const isWanted = (value: Value): boolean => {
    if (test!.kind === 'lambda')
      return truth(valueOf(test!.of, withLocals(at, [[test!.params[0]!, { value }]])));
    const meaning = test!.kind === 'name' ? meaningOf(test!, at) : undefined;
    if (meaning === undefined || 'value' in meaning) throw new BeyondUs('SelectSeq');
    return truth(valueOf(meaning.body, withLocals(meaning.within, [[meaning.params[0]!, { value }]])));
  };
  return sequence(valueOf(of!, at)).filter(isWanted);
}

/** The arm of a CASE that is taken. */
export function armOf({ arms, other }: Expression & { kind: 'case' }, at: Within): Expression {
  const arm = arms.find(([test]) => truth(valueOf(test, at)))?.[1] ?? other;
  if (arm === undefined) throw new BeyondUs('a CASE of which no arm is true');
  return arm;
}

/** Behind a LET: each of its names knows those before it. */
export function letting({ defined }: Expression & { kind: 'let' }, at: Within): Within {
  return defined.reduce(
    (inner, { name, params, body }) => withLocals(inner, [[name, { params, body, within: inner }]]),
    at,
  );
}

/** A surrounding for each way to choose from the bounds. */
export const choices = (bounds: Bounds, at: Within): readonly Within[] =>
  bounds
    .flatMap(({ names, set }) => names.map((name) => [name, set] as const))
    .reduce<readonly Within[]>(
      (all, [name, set]) => {
        const values = members(valueOf(set, at));
        return all.flatMap((each) => values.map((value) => withLocals(each, [[name, { value }]])));
      },
      [at],
    );

function bounded({ kind, bounds, of }: Extract<Expression, { bounds: Bounds }>, at: Within): Value {
  const each = choices(bounds, at);
  const chosen = (inner: Within): Value => {
    const values = bounds
      .flatMap(({ names }) => names)
      .map((name) => inner.locals.get(name) as { value: Value });
    return values.length === 1 ? values[0]!.value : values.map(({ value }) => value);
  };
  if (kind === 'each') return setOf(each.map((inner) => normal(valueOf(of, inner))));
  if (kind === 'function')
    return functionOf(each.map((inner) => [chosen(inner), valueOf(of, inner)] as const));
  if (kind === 'filter') return { '#set': each.filter((inner) => truth(valueOf(of, inner))).map(chosen) };
  const first = each.find((inner) => truth(valueOf(of, inner)));
  if (first === undefined) throw new BeyondUs('a CHOOSE of which nothing is chosen');
  return chosen(first);
}

function updated(of: Value, path: readonly Expression[], update: Update, at: Within): Value {
  const [step, ...rest] = path;
  if (step === undefined) return valueOf(update.value, { ...at, before: of });
  const to = valueOf(step, at);
  const inner = updated(applied(of, to), rest, update, at);
  return functionOf(entriesOf(of).map(([from, value]) => [from, equal(from, to) ? inner : value] as const));
}
