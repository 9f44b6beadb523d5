/** The mutants of a specification: which of its expressions are changed, and how. */
import type { Definition, Definitions, Expression, Span } from './syntax.js';

/** What is done to an expression: it is made true, made false, or made its opposite. A conjunct that is true is left out. */
export type Change = 'TRUE' | 'FALSE' | 'negated';

/** What the expression is to what is around it. */
export type Role =
  /** A way to take a step. */
  | 'disjunct'
  /** What has to be so for a step to be taken. */
  | 'guard'
  /** What an IF of a step decides by. */
  | 'condition'
  /** What a CASE of a step decides by. */
  | 'case'
  /** A part of a property that says that something is so. */
  | 'property'
  /** A part of a property that says where something is to be so. */
  | 'premise';

/** One expression changed in one way. */
export interface Mutant {
  readonly span: Span;
  readonly role: Role;
  readonly change: Change;
  /** The definition that it stands in, without the name of an instance. */
  readonly within: string;
  /** Where that stands. */
  readonly definition: Span;
}

/** What a specification is looked at from. */
export interface Roots {
  /** The names of its next-state relations. */
  readonly actions: readonly string[];
  /** The names of what is checked of it. */
  readonly properties: readonly string[];
}

/** A mutant, and what it is a mutant of. */
export interface Reached {
  readonly mutant: Mutant;
  /** The properties that it changes; undefined if it changes a step, and so every model. */
  readonly properties: ReadonlySet<string> | undefined;
}

/** The mutants of all that is reached from the roots, each once. */
export function mutantsOf(definitions: Definitions, { actions, properties }: Roots): readonly Reached[] {
  const found = new Map<string, Reached>();
  const steps = reached(definitions, actions);
  for (const each of steps)
    for (const mutant of each.level === 2 ? stepsIn(each) : testsIn(each))
      found.set(keyOf(mutant), { mutant, properties: undefined });
  const isStep = ({ span, level }: Definition): boolean =>
    level === 2 && steps.some((each) => each.level === 2 && keyOfSpan(each.span) === keyOfSpan(span));
  for (const property of properties)
    for (const each of reached(definitions, [property])) {
      if (isStep(each)) continue;
      if (isFormula(each)) continue;
      for (const mutant of isAbstractStep(each) ? stepsIn(each) : claimsIn(each, each.name === property)) {
        const before = found.get(keyOf(mutant));
        if (before !== undefined && before.properties === undefined) continue;
        const names = new Set([...(before?.properties ?? []), property]);
        found.set(keyOf(mutant), { mutant: before?.mutant ?? mutant, properties: names });
      }
    }
  return [...found.values()];
}

const keyOfSpan = ({ module, begin, end }: Span): string =>
  [module, begin.line, begin.column, end.line, end.column].join(' ');

/** The place of a mutant and what is done there: no other mutant has both. */
export const keyOf = ({ span, change }: Mutant): string => `${keyOfSpan(span)} ${change}`;

/** What is defined in terms of these names, and they themselves. How a behaviour begins is left out. */
export function reached(definitions: Definitions, names: readonly string[]): readonly Definition[] {
  const found = new Map<string, Definition>();
  const wanted = [...definitions.values()].filter(({ name }) => names.includes(name));
  for (const definition of wanted) {
    if (found.has(definition.id) || isInitial(definition)) continue;
    found.set(definition.id, definition);
    wanted.push(...references(definition.body).flatMap((id) => definitions.get(id) ?? []));
  }
  return [...found.values()];
}

/** The whole of a specification, of which only the steps are changed. */
const isFormula = ({ name }: Definition): boolean => /Spec$/.test(name);

const isInitial = ({ name }: Definition): boolean => /Init(At)?$/.test(name);

const references = ({ refers, operands }: Expression): readonly string[] => [
  ...(refers === undefined ? [] : [refers]),
  ...operands.flatMap(references),
];

/** An action of a specification that is refined. */
const isAbstractStep = ({ name, level }: Definition): boolean => level === 2 && name.includes('!');

type Found = readonly Mutant[];

/** The same expression changed in several ways. */
const changed = ({ span }: Expression, role: Role, within: Within, ...changes: readonly Change[]): Found =>
  changes.map((change) => ({ span, role, change, ...within }));

type Within = Pick<Mutant, 'within' | 'definition'>;

const placed = ({ name, span }: Definition): Within => ({
  within: name.slice(name.lastIndexOf('!') + 1),
  definition: span,
});

const CONJUNCTIONS = ['$ConjList', '\\land'];
const DISJUNCTIONS = ['$DisjList', '\\lor'];
const QUANTIFIERS = ['$BoundedExists', '$BoundedForall'];

/** In an action: disjuncts, guards, and what is decided on the way to the next state. */
function stepsIn(definition: Definition): Found {
  const within = placed(definition);
  return step(definition.body);

  function step(node: Expression): Found {
    const { operator, operands } = node;
    if (CONJUNCTIONS.includes(operator)) return operands.flatMap(conjunct);
    if (DISJUNCTIONS.includes(operator))
      return operands.flatMap((each) =>
        DISJUNCTIONS.includes(each.operator)
          ? step(each)
          : [...changed(each, 'disjunct', within, 'FALSE'), ...step(each)],
      );
    if (operator === '$BoundedExists' || operator === '$Let' || operator === '$Instance')
      return [...operands.slice(0, -1).flatMap(decisions), ...step(operands.at(-1)!)];
    if (operator === '$IfThenElse') {
      const [condition, ...branches] = operands;
      return [...decision(condition!), ...branches.flatMap(step)];
    }
    return decisions(node);
  }

  function conjunct(node: Expression): Found {
    if (CONJUNCTIONS.includes(node.operator)) return step(node);
    if (node.level === 2 && !isTest(node)) return step(node);
    return [...changed(node, 'guard', within, 'TRUE', 'negated'), ...decisions(node)];
  }

  function decision(condition: Expression): Found {
    return [...changed(condition, 'condition', within, 'TRUE', 'FALSE'), ...decisions(condition)];
  }

  /** Each IF and each CASE in an expression. */
  function decisions({ operator, operands }: Expression): Found {
    if (operator === '$IfThenElse') {
      const [condition, ...branches] = operands;
      return [...decision(condition!), ...branches.flatMap(decisions)];
    }
    if (operator === '$Case') return operands.flatMap((pair) => arm(pair, within, decisions));
    return operands.flatMap(decisions);
  }
}

/** An arm of a CASE. OTHER is none. */
function arm({ operands }: Expression, within: Within, inside: (node: Expression) => Found): Found {
  const [when, then] = operands.length === 2 ? operands : [undefined, operands[0]];
  return [
    ...(when === undefined || when.operator === '' ? [] : changed(when, 'case', within, 'FALSE')),
    ...operands.slice(0, -1).flatMap(inside),
    ...inside(then!),
  ];
}

/** Whether a condition on a step sets nothing: it is about primed variables that something else sets. */
const isTest = ({ operator, operands }: Expression): boolean =>
  ['=>', '\\lnot', '\\notin', '/=', '\\equiv', '<', '>', '\\leq', '\\geq', '$BoundedForall'].includes(
    operator,
  ) && operands.length > 0;

/** In what an action uses and is no action itself: each conjunct, and what is decided by. */
function testsIn(definition: Definition): Found {
  const within = placed(definition);
  return tests(definition.body);

  function tests({ operator, operands }: Expression): Found {
    if (CONJUNCTIONS.includes(operator))
      return operands.flatMap((each) =>
        CONJUNCTIONS.includes(each.operator)
          ? tests(each)
          : [...changed(each, 'guard', within, 'TRUE', 'negated'), ...tests(each)],
      );
    if (operator === '$IfThenElse') {
      const [condition, ...branches] = operands;
      return [...changed(condition!, 'condition', within, 'TRUE', 'FALSE'), ...branches.flatMap(tests)];
    }
    if (operator === '$Case') return operands.flatMap((pair) => arm(pair, within, tests));
    return operands.flatMap(tests);
  }
}

/** In a property: each conjunct of what it says, and of where it says it. One without conjuncts is one itself. */
function claimsIn(definition: Definition, isAsked: boolean): Found {
  const within = placed(definition);
  return isAsked ? conjunct(definition.body) : claims(definition.body);

  function claims({ operator, operands }: Expression): Found {
    if (CONJUNCTIONS.includes(operator)) return operands.flatMap(conjunct);
    if (operator === '=>' || operator === '~>') {
      const [premise, claim] = operands;
      return [...premises(premise!), ...(CONJUNCTIONS.includes(claim!.operator) ? claims(claim!) : [])];
    }
    if (operator === '$IfThenElse') {
      const [condition, ...branches] = operands;
      return [...changed(condition!, 'condition', within, 'TRUE', 'FALSE'), ...branches.flatMap(claims)];
    }
    if (QUANTIFIERS.includes(operator) || ['$Let', '$Instance', '$SquareAct', '[]', '<>'].includes(operator))
      return claims(operator === '$SquareAct' ? operands[0]! : operands.at(-1)!);
    return [];
  }

  function premises(node: Expression): Found {
    return CONJUNCTIONS.includes(node.operator)
      ? node.operands.flatMap((each) =>
          CONJUNCTIONS.includes(each.operator) ? premises(each) : changed(each, 'premise', within, 'TRUE'),
        )
      : [];
  }

  function conjunct(node: Expression): Found {
    if (CONJUNCTIONS.includes(node.operator)) return claims(node);
    const { operator, operands } = node;
    // TLC takes a property apart only where it is written as one: what is changed is inside.
    if (operator === '$SquareAct' || operator === '$Instance' || operator === '$Let')
      return conjunct(operator === '$SquareAct' ? operands[0]! : operands.at(-1)!);
    if (operator === '[]') return conjunct(operands[0]!);
    return [
      // Of what kind a variable is, no fault of a driver changes: without it nothing can be missed.
      ...(within.within.endsWith('TypeOK') ? [] : changed(node, 'property', within, 'TRUE')),
      // The opposite of a temporal formula is often none that TLC can check.
      ...(node.level === 3 ? [] : changed(node, 'property', within, 'negated')),
      ...claims(node),
    ];
  }
}
