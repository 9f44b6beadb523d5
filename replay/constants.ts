/** The constants of a model, as its .cfg file gives them, and those that every ring has. */
import { parseConfig } from '../tlc/config.js';
import { ToolError, type Value } from '../tlc/index.js';
import { readConfig } from '../tlc/models.js';

/** Constants by name, in ITF's spelling. */
export type Constants = Readonly<Record<string, Value>>;

/**
 * The constants of a configuration that have a value; not those that a definition stands for.
 * @param file how errors name it
 * Throws {@link ToolError} with line and column at a mistake.
 */
export const constantsOf = (config: string, file = 'the configuration'): Constants =>
  Object.fromEntries(
    parseConfig(config, file).constants.flatMap(({ name, value }) =>
      value === undefined ? [] : [[name.text, value] as const],
    ),
  );

/** Reads the constants of a .cfg file. Throws {@link ToolError} if it cannot be read, or at a mistake. */
export const readConstants = async (file: string): Promise<Constants> =>
  constantsOf(await readConfig(file), file);

/** How large a ring is, and where its indices start. */
export interface RingSizes {
  /** Slots. */
  readonly N: number;
  /** Values of an index. */
  readonly M: number;
  readonly First: number;
}

/** The constants that a transmit ring and a receive ring have. */
export interface NetifConstants extends RingSizes {
  readonly IdScheme: string;
  readonly Ids: number;
  readonly CoarseBack: boolean;
  /** Among BackFaults: pages are unmapped by steps of their own. */
  readonly lateUnmap: boolean;
}

/** The elements of a constant that is a set; none if it is absent or something else. */
export const setOf = (value: Value | undefined): readonly Value[] =>
  typeof value === 'object' && '#set' in value && Array.isArray(value['#set']) ? value['#set'] : [];

const unusable = (constants: Constants, name: string, needed: string): ToolError => {
  const text = JSON.stringify(constants[name]) ?? 'missing';
  const given = text.length > 60 ? `${text.slice(0, 60)}…` : text;
  return new ToolError(`the constant ${name} is ${given}: ${needed} is needed to replay a trace`);
};

/** The constant of this name. Throws {@link ToolError} if it is no whole number in this range. */
export const numberIn = (constants: Constants, name: string, least: number, most: number): number => {
  const value = constants[name];
  if (!Number.isInteger(value) || (value as number) < least || (value as number) > most)
    throw unusable(constants, name, `a number from ${least} to ${most}`);
  return value as number;
};

const powerOfTwoIn = (constants: Constants, name: string, least: number, most: number): number => {
  const value = numberIn(constants, name, least, most);
  if (!Number.isInteger(Math.log2(value))) throw unusable(constants, name, 'a power of two');
  return value;
};

/** The most buffers, and the most references. The models have four. */
const MOST_BUFFERS = 1024;

/** A set of grant references, in order. Throws {@link ToolError} unless it is one. */
export const grefsIn = (constants: Constants, name: string): readonly number[] => {
  const set = setOf(constants[name]);
  const isGref = (value: Value): boolean =>
    typeof value === 'number' && Number.isInteger(value) && value >= 0 && value < 65_536;
  if (set.length === 0 || set.length > MOST_BUFFERS || !set.every(isGref))
    throw unusable(constants, name, `a set of at most ${MOST_BUFFERS} numbers below 65536`);
  return (set as readonly number[]).toSorted((a, b) => a - b);
};

/** How many elements a set of buffers has. Throws {@link ToolError} unless these are the numbers from 0. */
export const countIn = (constants: Constants, name: string): number => {
  const set = grefsIn(constants, name);
  if (set.some((value, i) => value !== i)) throw unusable(constants, name, 'a set of numbers from 0');
  return set.length;
};

/** The names of frames. Throws {@link ToolError} unless each is a letter. */
export const framesIn = (constants: Constants, name: string): readonly string[] => {
  const set = setOf(constants[name]);
  if (!set.every((value) => typeof value === 'string' && /^[A-Z]$/.test(value)))
    throw unusable(constants, name, 'a set of letters');
  return set as readonly string[];
};

/** Slots of a ring page, whichever ring it is of. */
const MOST_SLOTS = 256;

/** The sizes among these constants. Throws {@link ToolError} if there is no ring of such sizes. */
export const ringSizes = (constants: Constants): RingSizes => {
  const N = powerOfTwoIn(constants, 'N', 1, MOST_SLOTS);
  const M = powerOfTwoIn(constants, 'M', 2 * N, 2 ** 31);
  return { N, M, First: numberIn(constants, 'First', 0, M - 1) };
};

/** The constants of either ring among these. Throws {@link ToolError} if one is missing or of another kind. */
export const netifConstants = (constants: Constants): NetifConstants => ({
  ...ringSizes(constants),
  Ids: numberIn(constants, 'Ids', 1, 65_536),
  CoarseBack: constants.CoarseBack === true,
  lateUnmap: setOf(constants.BackFaults).includes('late_unmap'),
  IdScheme: String(constants.IdScheme),
});
