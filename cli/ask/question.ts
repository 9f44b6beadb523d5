/** From a model and what is to be different to a question: a configuration of its own. */
import type { Config, Word } from '../../tlc/config.js';
import { nearest } from '../../tlc/nearest.js';
import { UsageError } from '../errors.js';
import { meaningOf } from '../meaning.js';
import { type Family, type Member, plainName, textOf } from './family.js';
import type { Chosen } from './values.js';

/** A question that TLC can be asked. */
export interface Question {
  /** `NetfrontTx like tx_1_4_2 with IdScheme = "counter"`. */
  readonly name: string;
  readonly module: string;
  readonly like: string;
  /** `IdScheme = "counter"`, for each constant that was chosen. */
  readonly differences: readonly string[];
  readonly chosen: Chosen;
  readonly config: Config;
  /** A guess, from which Java is told how well to compile. */
  readonly generatedStates: number;
}

/** How much larger than the model that it is like a question may well be. */
const LARGER = 10;

/** The model that a question is like if none is named: the first that holds and that make check runs. */
export const firstLike = ({ members }: Family): Member =>
  members.find(({ model }) => model.expected === 'holds' && model.when === undefined) ?? members[0]!;

/** The member of this name. Throws {@link UsageError} if the family has none. */
export function memberNamed({ module, members }: Family, name: string): Member {
  const found = members.find(({ model }) => model.name === name);
  if (found !== undefined) return found;
  const known = members.map(({ model }) => model.name);
  throw new UsageError(
    `${plainName(module)} has no model ${name}: did you mean ${nearest(name, known)}? ` +
      `netfront models ${plainName(module)} lists them.`,
  );
}

/** What is to be checked: the configuration of `like` with other properties. */
export function withProperties(family: Family, like: Member, properties: readonly string[]): Config {
  const { config } = like;
  if (properties.length === 0) return config;
  const word = (text: string): Word => ({ text, line: 0, column: 0 });
  const isTemporal = (name: string): boolean => kindOf(family, name) === 'temporal';
  return {
    ...config,
    invariants: properties.filter((name) => !isTemporal(name)).map(word),
    properties: properties.filter(isTemporal).map(word),
    rest: [
      ['SPECIFICATION', [specificationFor(family, like, properties)]],
      ...config.rest.filter(([keyword]) => keyword !== 'SPECIFICATION'),
    ],
  };
}

const uses = (config: Config, name: string): boolean =>
  [...config.invariants, ...config.properties].some(({ text }) => text === name);

/**
 * Throws {@link UsageError} at what is no property: a model checks it, or its comment begins with a number. An initial
 * predicate or an action is a definition, too, and TLC would look at that.
 */
export async function mustBeProperty(root: string, family: Family, name: string): Promise<void> {
  const { module, members, definitions } = family;
  if (members.some(({ config }) => uses(config, name))) return;
  const isDefined = definitions.has(name);
  if (isDefined && (await meaningOf(root, module, name)) !== undefined) return;
  const used = members.flatMap(({ config }) => [...config.invariants, ...config.properties]);
  const known = [...new Set(used.map(({ text }) => text))];
  throw new UsageError(
    `${plainName(module)} has no property ${name}${isDefined ? ', only a definition: no model checks it, and its comment has no number' : ''}: did you mean ${nearest(name, known)}? ` +
      `netfront models ${plainName(module)} lists them.`,
  );
}

/** As the models have it; where none has it, as its text looks. */
function kindOf({ members, definitions }: Family, name: string): 'invariant' | 'temporal' {
  const having = members.find(({ config }) => uses(config, name));
  if (having !== undefined)
    return having.config.properties.some(({ text }) => text === name) ? 'temporal' : 'invariant';
  return /\[\]|<>|~>|[WS]F_/.test(definitions.get(name) ?? '') ? 'temporal' : 'invariant';
}

const specificationOf = ({ config }: Member): string =>
  config.rest.find(([keyword]) => keyword === 'SPECIFICATION')?.[1][0] ?? 'Spec';

/** With which fairness the models check these properties: as `like` has it, if one of them does. */
function specificationFor({ members }: Family, like: Member, properties: readonly string[]): string {
  const own = specificationOf(like);
  const suiting = properties.map((name) => {
    const found = members.filter(({ config }) => uses(config, name)).map(specificationOf);
    return found.length === 0 ? [own] : found;
  });
  const common = suiting.reduce((all, each) => all.filter((name) => each.includes(name)));
  if (common.length === 0)
    throw new UsageError(
      `No model checks ${properties.join(' and ')} under one specification: ask for one of them at a time.`,
    );
  return common.includes(own) ? own : common[0]!;
}

/** The question that comes of a model, with what is to be checked and what each constant is to be. */
export function questionOf(
  family: Family,
  { model, config: { constants } }: Member,
  checked: Config,
  chosen: Chosen,
): Question {
  const differences = [...chosen].map(([name, choice]) => `${name} = ${textOf(choice)}`);
  return {
    name: [`${plainName(family.module)} like ${model.name}`, ...differences.slice(0, 1)]
      .join(' with ')
      .concat(...differences.slice(1).map((each) => `, ${each}`)),
    ...{ module: family.module, like: model.name, differences, chosen },
    generatedStates: LARGER * model.generatedStates,
    config: {
      ...checked,
      constants: constants.map(({ name, ...set }) => ({ name, ...(chosen.get(name.text) ?? set) })),
    },
  };
}
