/** The models that a command line names, or the .cfg files in place of them. */
import { access } from 'node:fs/promises';
import path from 'node:path';
import { type Config, parseConfig, type Word } from '../tlc/config.js';
import { ToolError } from '../tlc/index.js';
import { type Candidate, type Manifest, modelFiles, readConfig } from '../tlc/models.js';
import { constantsIn, definitionsIn, modulesFrom } from '../tlc/modules.js';
import { nearest } from '../tlc/nearest.js';
import { plainName } from './ask/family.js';
import { UsageError } from './errors.js';
import { chosen } from './models.js';
import { note, shown } from './output.js';

const isPath = (name: string): boolean => name.endsWith('.cfg');

/** As {@link chosen}, also for names that end in `.cfg`: these are paths. Throws {@link UsageError} and {@link ToolError}. */
export async function candidates(
  root: string,
  manifest: Manifest,
  names: readonly string[],
  all = false,
): Promise<readonly Candidate[]> {
  const given = await Promise.all(
    names.map((name) => (isPath(name) ? fromFile(root, manifest, name) : name)),
  );
  const isHuge = (each: unknown): boolean => manifest.huge.some(({ name }) => name === each);
  const known = given.filter((each) => typeof each === 'string' && !isHuge(each)) as readonly string[];
  const own = [
    ...manifest.huge.filter(({ name }) => given.includes(name)),
    ...given.filter((each) => typeof each !== 'string'),
  ];
  return [...(known.length > 0 || own.length === 0 ? chosen(manifest, known, all) : []), ...own];
}

/** Says of the huge models among these how long they take, before they do. Only a distributed run need not be told. */
export function warnOfHuge(manifest: Manifest, models: readonly Candidate[]): void {
  for (const { name } of manifest.huge)
    if (models.some((model) => model.name === name))
      note(
        `${name} is huge: TLC alone takes ten minutes or more. Several machines share it by netfront check ${name} --distributed.`,
      );
}

/** The model in a file; the name of the model, if it is one of the manifest. */
async function fromFile(root: string, manifest: Manifest, file: string): Promise<Candidate | string> {
  const config = path.resolve(file);
  const listed = [...manifest.models, ...manifest.huge].find(
    (model) => path.resolve(modelFiles(root, model).config) === config,
  );
  if (listed !== undefined) return listed.name;
  await access(config).catch(() => {
    throw new UsageError(
      `There is no file ${file}: a name that ends in .cfg is the path of a configuration.`,
    );
  });
  const text = await readConfig(config);
  const module = await moduleOf(root, manifest, parseConfig(text, shown(config)), shown(config));
  note(`${shown(config)} is taken for a model of ${plainName(module)}.`);
  const [, expected, about] = /^\\\* (?:Expected: (\w+) is violated\.|Holds\.)? *(.*)/.exec(text) ?? [];
  return {
    ...{ name: path.basename(config, '.cfg'), module, config },
    ...{ about: about ?? '', expected: expected ?? 'holds' },
  };
}

/** What a configuration asks of a module that the module does not have. */
interface Misfit {
  readonly module: string;
  readonly unknown: readonly Word[];
  readonly missing: readonly string[];
  readonly constants: readonly string[];
  readonly undefined: readonly Word[];
  readonly definitions: readonly string[];
}

/** The module that a configuration is for. Throws {@link ToolError}, with its place, at what no module has. */
async function moduleOf(root: string, manifest: Manifest, config: Config, file: string): Promise<string> {
  const modules = [...new Set(manifest.models.map(({ module }) => module))];
  const misfits = await Promise.all(modules.map((module) => misfitOf(root, module, config)));
  const worth = ({ unknown, missing, undefined: names }: Misfit): number =>
    unknown.length + missing.length + names.length;
  const best = misfits.toSorted((a, b) => worth(a) - worth(b))[0]!;
  const at = ({ line, column }: Word): string => `${file}:${line}:${column}`;
  const did = (name: Word, known: readonly string[]): string =>
    `${name.text}: did you mean ${nearest(name.text, known)}?`;
  const [constant] = best.unknown;
  if (constant !== undefined)
    throw new ToolError(
      `${at(constant)}: ${plainName(best.module)} has no constant ${did(constant, best.constants)}`,
    );
  if (best.missing.length > 0)
    throw new ToolError(`${file}: ${plainName(best.module)} needs a value for ${best.missing.join(', ')}`);
  const [property] = best.undefined;
  if (property !== undefined)
    throw new ToolError(
      `${at(property)}: ${plainName(best.module)} has no property ${did(property, best.definitions)}`,
    );
  return best.module;
}

async function misfitOf(root: string, module: string, config: Config): Promise<Misfit> {
  const modules = await modulesFrom(root, module, 'extends');
  const constants = modules.flatMap(constantsIn).map(({ name }) => name);
  const definitions = modules.flatMap((each) => [...definitionsIn(each).keys()]);
  const set = config.constants.map(({ name }) => name);
  return {
    ...{ module, constants, definitions },
    unknown: set.filter(({ text }) => !constants.includes(text)),
    missing: constants.filter((name) => !set.some(({ text }) => text === name)),
    undefined: [...config.invariants, ...config.properties].filter(({ text }) => !definitions.includes(text)),
  };
}
