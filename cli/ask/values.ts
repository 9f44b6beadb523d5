/** What `--set` says: the values of constants, as TLA+ spells them or as a word of a shell. */
import { ValueSyntaxError } from '../../tlc/value-reader.js';
import { parseValue, type Value } from '../../tlc/index.js';
import type { Setting } from '../../tlc/config.js';
import { nearest } from '../../tlc/nearest.js';
import { UsageError } from '../errors.js';
import { type Family, kindOf, plainName, stringsFor, textOf } from './family.js';

/** What a constant is to be. */
export type Choice = Pick<Setting, 'value' | 'definition'>;

/** What each constant is to be: one value, or several in a sweep. */
export type Choices = ReadonlyMap<string, readonly Choice[]>;

/** The most questions of a sweep. */
export const MOST_QUESTIONS = 1000;

/** Reads `NAME=VALUE` and `NAME=VALUE,VALUE`; a name may come twice. Throws {@link UsageError}. */
export function choicesIn(family: Family, given: readonly string[]): Choices {
  const choices = new Map<string, Choice[]>();
  for (const text of given) {
    const [, name, values] = /^\s*(\w+)\s*=([\s\S]*)$/.exec(text) ?? [];
    if (name === undefined) throw new UsageError(`--set ${text}: it has to be NAME=VALUE.`);
    const known = family.constants.map((constant) => constant.name);
    if (!known.includes(name))
      throw new UsageError(
        `${plainName(family.module)} has no constant ${name}: did you mean ${nearest(name, known)}? ` +
          `Its constants are ${known.join(', ')}.`,
      );
    const all = [
      ...(choices.get(name) ?? []),
      ...apart(values!).map((value) => choiceOf(family, name, value)),
    ];
    // Equal values are one question.
    choices.set(name, [...new Map(all.map((choice) => [textOf(choice), choice])).values()]);
  }
  const questions = [...choices.values()].reduce((product, each) => product * each.length, 1);
  if (questions > MOST_QUESTIONS)
    throw new UsageError(
      `That is ${questions} questions, and a sweep has at most ${MOST_QUESTIONS}: give --set fewer values.`,
    );
  return choices;
}

/** The texts between the commas that are in no bracket and in no string. */
function apart(text: string): readonly string[] {
  const parts: string[] = [''];
  let depth = 0;
  for (const [piece] of text.matchAll(/"(?:[^"\\]|\\.)*"|<<|>>|[\s\S]/g)) {
    depth += /^([{[(]|<<)$/.test(piece) ? 1 : /^([}\])]|>>)$/.test(piece) ? -1 : 0;
    if (piece === ',' && depth === 0) parts.push('');
    else parts.push(parts.pop()! + piece);
  }
  return parts.map((part) => part.trim());
}

function choiceOf(family: Family, name: string, text: string): Choice {
  const settings = family.members.flatMap(({ config }) =>
    config.constants.filter((each) => each.name.text === name),
  );
  if (settings.some(({ definition }) => definition !== undefined))
    return { definition: definitionFor(family, name, text, settings) };
  const kinds = [...new Set(settings.map(({ value }) => kindOf(value!)))];
  const value = fitted(valueOf(name, text), kinds);
  const elements = new Set(settings.flatMap(({ value: other }) => elementsOf(other).map(kindOf)));
  const wrong = kinds.includes(kindOf(value))
    ? elementsOf(value).find((element) => elements.size > 0 && !elements.has(kindOf(element)))
    : value;
  if (wrong !== undefined) {
    const wanted =
      wrong === value ? kinds.join(' or ') : `a set, and each element ${[...elements].join(' or ')}`;
    throw new UsageError(`The constant ${name} is ${wanted}, and ${text} is not.`);
  }
  mustBeKnown(family, name, value);
  if (/(?<!\w)-\d/.test(textOf({ value }).replaceAll(/"[^"]*"/g, '')))
    throw new UsageError(
      `--set ${name}=${text}: a .cfg can have no negative number, so no model can: give ${name} another value.`,
    );
  return { value };
}

function valueOf(name: string, text: string): Value {
  try {
    return parseValue(text);
  } catch (error) {
    if (!(error instanceof ValueSyntaxError)) throw error;
    throw new UsageError(`--set ${name}=${text}: ${text === '' ? 'the value is missing' : error.message}.`);
  }
}

/** A word of the shell as what is wanted: `true` for TRUE, and a single element for the set that has only that. */
function fitted(value: Value, kinds: readonly string[]): Value {
  if (kinds.includes(kindOf(value))) return value;
  if (kinds.includes('TRUE or FALSE') && typeof value === 'string' && /^(true|false)$/i.test(value))
    return value.toLowerCase() === 'true';
  if (kinds.includes('a set') && typeof value !== 'object') return { '#set': [value] };
  return value;
}

const elementsOf = (value: Value | undefined): readonly Value[] =>
  typeof value === 'object' && '#set' in value && Array.isArray(value['#set']) ? value['#set'] : [];

/** A string that the module does not know makes an ASSUME false; here it can be said what was meant. */
function mustBeKnown(family: Family, name: string, value: Value): void {
  const known = stringsFor(family, name).map((each) => each.name);
  const given = typeof value === 'string' ? [value] : elementsOf(value);
  const unknown = given.find((each) => typeof each === 'string' && known.length > 0 && !known.includes(each));
  if (unknown !== undefined)
    throw new UsageError(
      `The constant ${name} cannot have "${unknown as string}": did you mean "${nearest(unknown as string, known)}"? ` +
        `There are ${known.map((each) => `"${each}"`).join(', ')}.`,
    );
}

/** Some constants are not values that a .cfg can have. The module defines them, and a model names the definition. */
function definitionFor(
  { module, definitions }: Family,
  constant: string,
  text: string,
  settings: readonly Setting[],
): string {
  if (definitions.has(text)) return text;
  const used = [...new Set(settings.flatMap(({ definition }) => definition ?? []))];
  throw new UsageError(
    `The constant ${constant} takes the name of a definition in ${plainName(module)}, and ${text} is none: ` +
      `did you mean ${nearest(text, used)}? The models use ${used.join(', ')}.`,
  );
}

/** A question of a sweep: what each constant is in it. */
export type Chosen = ReadonlyMap<string, Choice>;

/** Every way to choose one of the values of each constant. The last constant changes first. */
export const combinations = (choices: Choices): readonly Chosen[] =>
  [...choices].reduce<readonly Chosen[]>(
    (all, [name, values]) =>
      all.flatMap((chosen) => values.map((value) => new Map([...chosen, [name, value]]))),
    [new Map()],
  );
