/** The families of models: each has one module that TLC is given, and so the same variables. */
import path from 'node:path';
import { parseConfig } from '../../../tlc/config.js';
import { modulesFrom } from '../../../tlc/modules.js';
import { type Model, modelFiles, readConfig, readManifest } from '../../../tlc/models.js';
import type { JarResult, Java } from '../../../tlc/index.js';
import { mutantsOf, reached, type Reached } from './mutants.js';
import { type Definitions, type Expression, parse } from './syntax.js';

/** What is needed to run TLC and its parser. */
export interface Tools {
  readonly java: Pick<Java, 'path'>;
  readonly jar: Pick<JarResult, 'path'>;
  /** Where Batch.java is. */
  readonly batch: string;
}

/** A model, and what it checks. */
export interface Checked {
  readonly model: Model;
  readonly spec: string;
  readonly config: string;
  /** The text of its configuration. */
  readonly text: string;
  /** Its constants and all else but what it checks: where it holds, it has the graph of every model with the same. */
  readonly graph: string;
  readonly properties: readonly string[];
  /** Those among them that are no invariants. */
  readonly temporal: readonly string[];
  /** Whether one says what happens in the end: then TLC looks for cycles in the graph too. */
  readonly isLive: boolean;
}

/** The models of one module, the smallest first, and the mutants that they may tell. */
export interface Family {
  readonly module: string;
  readonly models: readonly Checked[];
  readonly mutants: readonly Reached[];
}

/** The next-state relations of the models, by their names. */
const ACTIONS = ['Next', 'ReadingNext'];

/** The distinct states up to which models are asked in each round: in the first those that tell most in the least time. */
export const ROUNDS = [1_000, 6_000, 20_000, 60_000, 250_000];

/**
 * The families of the manifest, that with the most models first: they tell most.
 * @param modules only families with one of these; all, if it is empty
 */
export async function readFamilies(
  root: string,
  tools: Tools,
  modules: readonly string[] = [],
): Promise<readonly Family[]> {
  const { models } = await readManifest(root);
  const families: Family[] = [];
  for (const module of new Set(models.map((each) => each.module))) {
    const has = (await modulesFrom(root, module, 'all')).map(({ name }) => name);
    if (modules.length > 0 && !modules.some((name) => has.includes(name))) continue;
    const own = models.filter((model) => model.module === module);
    families.push(await familyOf(root, tools, module, own));
  }
  return families.toSorted((a, b) => b.models.length - a.models.length);
}

/** The models of one module and their mutants. */
export async function familyOf(
  root: string,
  tools: Tools,
  module: string,
  models: readonly Model[],
): Promise<Family> {
  const folders = [path.join(root, 'spec', 'models'), path.join(root, 'spec')];
  const definitions = await parse(tools, module, folders);
  const checked = await Promise.all(models.map((model) => checkedIn(root, model, definitions)));
  const properties = [...new Set(checked.flatMap((each) => each.properties))];
  const bySize = checked.toSorted((a, b) => a.model.generatedStates - b.model.generatedStates);
  return {
    module,
    models: distinct(bySize),
    mutants: mutantsOf(definitions, { actions: ACTIONS, properties }),
  };
}

async function checkedIn(root: string, model: Model, definitions: Definitions): Promise<Checked> {
  const { spec, config } = modelFiles(root, model);
  const text = await readConfig(config);
  const { constants, invariants, properties, rest } = parseConfig(text, config);
  const set = constants.map(({ name, value, definition }) => [name.text, value, definition]);
  const temporal = properties.map((word) => word.text);
  return {
    ...{ model, spec, config, text, temporal },
    graph: JSON.stringify([set, rest]),
    properties: [...invariants.map((word) => word.text), ...temporal],
    isLive: reached(definitions, temporal).some(({ body }) => isLive(body)),
  };
}

const isLive = ({ operator, operands }: Expression): boolean =>
  ['<>', '~>', '$WF', '$SF', '$AngleAct'].includes(operator) || operands.some(isLive);

/** Without the models of which another says the same: all but the first line of their configurations is equal. */
function distinct(models: readonly Checked[]): readonly Checked[] {
  const seen = new Set<string>();
  return models.filter(({ text }) => {
    const said = text.slice(text.indexOf('\n'));
    return !seen.has(said) && seen.add(said);
  });
}
