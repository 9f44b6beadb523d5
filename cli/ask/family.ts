/** What is known of a module and its models before a question is asked. */
import type { Constants } from '../../replay/constants.js';
import { type Config, parseConfig, type Setting } from '../../tlc/config.js';
import { toTla, type Value } from '../../tlc/index.js';
import { type Manifest, type Model, modelFiles, readConfig } from '../../tlc/models.js';
import {
  type Assumption,
  assumptionsIn,
  constantsIn as declaredIn,
  type Declared,
  definitionsIn,
  modulesFrom,
  namedSetsIn,
} from '../../tlc/modules.js';
import { nearest } from '../../tlc/nearest.js';
import { UsageError } from '../errors.js';
import { shown } from '../output.js';

/** A model of the manifest, and what its .cfg says. */
export interface Member {
  readonly model: Model;
  readonly config: Config;
}

/** A module, as TLC is given it, and the models of it. */
export interface Family {
  /** MCNetfrontTx. */
  readonly module: string;
  readonly members: readonly Member[];
  readonly constants: readonly Declared[];
  readonly assumptions: readonly Assumption[];
  /** The strings in each set that has a name. */
  readonly sets: ReadonlyMap<string, readonly Declared[]>;
  /** What is defined without arguments: name to text. */
  readonly definitions: ReadonlyMap<string, string>;
}

/** The name of a module without what marks it as one for models. */
export const plainName = (module: string): string => module.replace(/^MC/, '');

/** The family of a module, whose name may be given without `MC`. Throws {@link UsageError} if no model is of it. */
export async function familyOf(root: string, { models }: Manifest, name: string): Promise<Family> {
  const modules = [...new Set(models.map(({ module }) => module))];
  const module = modules.find((each) => each === name || plainName(each) === name);
  if (module === undefined)
    throw new UsageError(
      `No model is of a module ${name}: did you mean ${nearest(name, modules.map(plainName))}? ` +
        `There are models of ${modules.map(plainName).join(', ')}.`,
    );
  const texts = await modulesFrom(root, module, 'extends');
  const members = models
    .filter((model) => model.module === module)
    .map(async (model) => {
      const { config } = modelFiles(root, model);
      return { model, config: parseConfig(await readConfig(config), shown(config)) };
    });
  return {
    ...{ module, members: await Promise.all(members) },
    constants: texts.flatMap(declaredIn),
    assumptions: texts.flatMap(assumptionsIn),
    sets: setsIn(texts.flatMap(namedSetsIn)),
    // What a module defines anew hides nothing in TLA+, so their order does not matter.
    definitions: new Map(texts.flatMap((text) => [...definitionsIn(text)])),
  };
}

function setsIn(found: ReturnType<typeof namedSetsIn>): ReadonlyMap<string, readonly Declared[]> {
  const membersOf = (name: string): readonly Declared[] => {
    const set = found.find((each) => each.name === name);
    return set === undefined ? [] : [...set.of.flatMap(membersOf), ...set.members];
  };
  return new Map(found.map(({ name }) => [name, membersOf(name)]));
}

/** The text of a constant's value, as in a .cfg. */
export const textOf = ({ value, definition }: Pick<Setting, 'value' | 'definition'>): string =>
  definition ?? toTla(value!);

/** The constants of a configuration that have a value. */
export const constantsIn = ({ constants }: Config): Constants =>
  Object.fromEntries(
    constants.flatMap(({ name, value }) => (value === undefined ? [] : [[name.text, value] as const])),
  );

/** What the models set a constant to: the text of each value, and the models that have it. */
export function usesOf({ members }: Family, constant: string): ReadonlyMap<string, readonly Model[]> {
  const uses = new Map<string, Model[]>();
  for (const { model, config } of members) {
    const set = config.constants.find(({ name }) => name.text === constant);
    if (set === undefined) continue;
    const text = textOf(set);
    uses.set(text, [...(uses.get(text) ?? []), model]);
  }
  return uses;
}

/** The conditions of the module in which a name stands. */
export const conditionsOn = ({ assumptions }: Family, name: string): readonly string[] =>
  assumptions.flatMap(({ conditions }) => conditions.filter((condition) => names(condition, name)));

/** Whether a condition speaks of this constant. */
export const names = (condition: string, constant: string): boolean =>
  new RegExp(`\\b${constant}\\b`).test(condition.replaceAll(/"[^"]*"/g, ''));

/** The strings that a constant may be, or may have in it, as far as a set is named or written out for it. */
export function stringsFor(family: Family, constant: string): readonly Declared[] {
  for (const condition of conditionsOn(family, constant)) {
    const [, set] = new RegExp(`^${constant} \\\\(?:in|subseteq) (\\w+|\\{[^}]*\\})$`).exec(condition) ?? [];
    if (set === undefined) continue;
    const literal = [...set.matchAll(/"(\w+)"/g)].map(([, name]) => ({ name: name!, says: '' }));
    const strings = family.sets.get(set) ?? literal;
    if (strings.length > 0) return strings;
  }
  return [];
}

/** The kind of a value, in words. */
export const kindOf = (value: Value): string => {
  if (typeof value === 'number') return 'a whole number';
  if (typeof value === 'boolean') return 'TRUE or FALSE';
  if (typeof value === 'string') return 'a string';
  return typeof value === 'object' && '#set' in value ? 'a set' : 'a value of another kind';
};
