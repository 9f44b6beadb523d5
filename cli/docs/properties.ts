/** The numbered properties: what each says, the models in which it holds, and those in which it is violated. */
import { grouped } from '../../conform/grouped.js';
import { type Model, modelFiles, readConfig } from '../../tlc/models.js';
import { moduleReader } from '../../tlc/modules.js';
import { type Meaning, meaningOf } from '../meaning.js';
import { propertiesOf } from '../properties.js';

/** A property as the table has it. */
export interface NumberedProperty {
  /** P2. */
  readonly number: string;
  /** As the modules have it: of some there is one on each ring. */
  readonly names: readonly string[];
  /** The first sentence of its comment in the specification. */
  readonly says: string;
  readonly kind: 'invariant' | 'temporal';
  /** The models that check it and hold, those of make check first, and one of each module before a second. */
  readonly holdsIn: readonly string[];
  /** The models that are expected to violate it, in the same order. */
  readonly violatedIn: readonly string[];
}

interface Use {
  readonly model: Model;
  readonly name: string;
  readonly meaning: Meaning;
  readonly isTemporal: boolean;
}

/** The properties whose number begins with P, in ascending order. Those with an R are there to be violated. */
export async function numberedProperties(
  root: string,
  models: readonly Model[],
): Promise<readonly NumberedProperty[]> {
  const modulesOf = moduleReader(root);
  const meanings = new Map<string, Promise<Meaning | undefined>>();
  const meaning = (module: string, name: string): Promise<Meaning | undefined> => {
    const key = `${module} ${name}`;
    if (!meanings.has(key)) meanings.set(key, meaningOf(root, module, name, modulesOf));
    return meanings.get(key)!;
  };
  const uses = (await Promise.all(models.map((model) => usesIn(root, model, meaning)))).flat();
  const byNumber = grouped(uses, ({ meaning }) => meaning.number);
  return [...byNumber]
    .filter(([number]) => number.startsWith('P'))
    .toSorted(([a], [b]) => Number(a.slice(1)) - Number(b.slice(1)))
    .map(([number, all]) => {
      const [first] = all as [Use, ...Use[]];
      return {
        number,
        names: unique(all.map(({ name }) => name)),
        says: firstSentence(first.meaning.text),
        kind: first.isTemporal ? 'temporal' : 'invariant',
        holdsIn: namesOf(all.filter(({ model }) => model.expected === 'holds')),
        violatedIn: namesOf(all.filter(({ model, name }) => model.expected === name)),
      };
    });
}

/** The properties that a model checks. */
async function usesIn(
  root: string,
  model: Model,
  meaningIn: (module: string, property: string) => Promise<Meaning | undefined>,
): Promise<readonly Use[]> {
  const { config } = modelFiles(root, model);
  const temporal = await propertiesOf(config);
  const words = unique((await readConfig(config)).replaceAll(/\\\*.*/g, '').match(/^ {2}\w+$/gm) ?? []);
  const uses = words.map(async (word): Promise<readonly Use[]> => {
    const name = word.trim();
    const meaning = await meaningIn(model.module, name);
    return meaning === undefined ? [] : [{ model, name, meaning, isTemporal: temporal.includes(name) }];
  });
  return (await Promise.all(uses)).flat();
}

const unique = (words: readonly string[]): readonly string[] => [...new Set(words)];

/** The models of these uses: those of make check first, and of each module one before a second of any. */
const namesOf = (uses: readonly Use[]): readonly string[] => {
  const rankOf = (use: Use, i: number): number =>
    uses.slice(0, i).filter(({ model }) => model.module === use.model.module).length +
    (use.model.when === undefined ? 0 : uses.length);
  const ranked = uses.map((use, i) => ({ name: use.model.name, rank: rankOf(use, i) }));
  return unique(ranked.toSorted((a, b) => a.rank - b.rank).map(({ name }) => name));
};

const firstSentence = (text: string): string =>
  text.replace(/(?<=[a-z)]\.)\s+(?=[A-Z\d]).*$/s, '').replace(/\.$/, '');
