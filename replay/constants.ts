/** The constants of a model, as its .cfg file gives them, and those that every ring has. */
import { readFile } from 'node:fs/promises';
import { parseValue, ToolError, type Value } from '../tlc/index.js';

/** Constants by name, in ITF's spelling. */
export type Constants = Readonly<Record<string, Value>>;

/** The `CONSTANTS` of a configuration: the lines `name = value` that follow it. */
export const constantsOf = (config: string): Constants => {
  const section = /^CONSTANTS?\s*\n((?:[ \t].*\n)*)/m.exec(config)?.[1] ?? '';
  return Object.fromEntries(
    section
      .split('\n')
      .map((line) => /^\s+(\w+)\s*=\s*(.+?)\s*$/.exec(line))
      .filter((found) => found !== null)
      .map(([, name, value]) => [name!, parseValue(value!)]),
  );
};

/** Reads the constants of a .cfg file. Throws {@link ToolError} if it cannot be read. */
export async function readConstants(file: string): Promise<Constants> {
  try {
    return constantsOf(await readFile(file, 'utf8'));
  } catch (error) {
    throw new ToolError(`the configuration ${file} cannot be read (${(error as Error).message}): restore it`);
  }
}

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

/** The elements of a constant that is a set; none if it is absent. */
export const setOf = (value: Value | undefined): readonly Value[] =>
  (value as { '#set'?: readonly Value[] } | undefined)?.['#set'] ?? [];

/** The constant of this name. Throws {@link ToolError} if it is no number. */
export const numberIn = (constants: Constants, name: string): number => {
  const value = constants[name];
  if (typeof value !== 'number')
    throw new ToolError(
      `the constant ${name} is ${JSON.stringify(value)}: a number is needed to replay a trace`,
    );
  return value;
};

/** The sizes among these constants. Throws {@link ToolError} if one is no number. */
export const ringSizes = (constants: Constants): RingSizes => ({
  N: numberIn(constants, 'N'),
  M: numberIn(constants, 'M'),
  First: numberIn(constants, 'First'),
});

/** The constants of either ring among these. Throws {@link ToolError} if one is missing or of another kind. */
export const netifConstants = (constants: Constants): NetifConstants => ({
  ...ringSizes(constants),
  Ids: numberIn(constants, 'Ids'),
  CoarseBack: constants.CoarseBack === true,
  lateUnmap: setOf(constants.BackFaults).includes('late_unmap'),
  IdScheme: String(constants.IdScheme),
});
