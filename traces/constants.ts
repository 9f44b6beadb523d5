/** The constants of a model, as its .cfg file gives them, and what they say of an implementation. */
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

/** What the replay has to know of the constants of NetfrontTx. */
export interface TxConstants {
  /** Slots. */
  readonly N: number;
  /** Values of an index. */
  readonly M: number;
  readonly First: number;
  readonly IdScheme: string;
  readonly Ids: number;
  readonly blocks: number;
  readonly BlocksPerPage: 1 | 2;
  readonly GrantPerRequest: boolean;
  readonly frames: readonly string[];
  readonly grefs: readonly number[];
}

const setOf = (value: Value | undefined): readonly Value[] =>
  (value as { '#set'?: readonly Value[] } | undefined)?.['#set'] ?? [];

/** The constants of NetfrontTx among these. Throws {@link ToolError} if one is missing or of another kind. */
export const txConstants = (constants: Constants): TxConstants => {
  const numberOf = (name: string): number => {
    const value = constants[name];
    if (typeof value !== 'number')
      throw new ToolError(
        `the constant ${name} is ${JSON.stringify(value)}: a number is needed to replay a trace`,
      );
    return value;
  };
  return {
    N: numberOf('N'),
    M: numberOf('M'),
    First: numberOf('First'),
    Ids: numberOf('Ids'),
    IdScheme: String(constants.IdScheme),
    blocks: setOf(constants.Block).length,
    BlocksPerPage: numberOf('BlocksPerPage') === 1 ? 1 : 2,
    GrantPerRequest: constants.GrantPerRequest === true,
    frames: setOf(constants.Frame).map(String),
    grefs: setOf(constants.Gref).map(Number),
  };
};
