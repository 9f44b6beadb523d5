/** The text of the modules, and what a model puts into them: so that the page can evaluate guards. */
import path from 'node:path';
import type { Asked } from '../../page/tla/refused.js';
import type { ModuleTexts } from '../../page/tla/modules.js';
import { constantsOf } from '../../replay/constants.js';
import { parseConfig } from '../../tlc/config.js';
import { modulesFrom } from '../../tlc/modules.js';
import { type Model, modelFiles, readConfig } from '../../tlc/models.js';

/** The modules to which these lead, with those that they extend or instantiate. */
export async function moduleTexts(root: string, names: Iterable<string>): Promise<ModuleTexts> {
  const all = await Promise.all([...new Set(names)].map((name) => modulesFrom(root, name, 'all')));
  return Object.fromEntries(
    all
      .flat()
      .map(({ name, file, text }) => [
        name,
        { file: path.relative(root, file).replaceAll(path.sep, '/'), text },
      ]),
  );
}

/** What is asked of a model's actions, but for the modules. */
export async function askedOf(root: string, model: Model): Promise<Omit<Asked, 'modules'>> {
  const file = modelFiles(root, model).config;
  const text = await readConfig(file);
  const { constants, rest } = parseConfig(text, file);
  return {
    module: model.module,
    constants: constantsOf(text, file),
    definitions: Object.fromEntries(
      constants.flatMap(({ name, definition }) =>
        definition === undefined ? [] : [[name.text, definition]],
      ),
    ),
    constraints: rest.flatMap(([keyword, words]) => (/^ACTION_CONSTRAINTS?$/.test(keyword) ? words : [])),
  };
}
