/** From the modules and places that TLC names to files that the user knows. */
import { basename, dirname, join } from 'node:path';
import type { Location } from './outcome.js';

/** A folder as the caller spelled it, and as TLC does. */
export interface Folder {
  readonly given: string;
  readonly real: string;
}

/** Where the modules of a run are. */
export interface Sources {
  /** The file of a module; its bare name for one that comes with TLC. */
  readonly fileOf: (module: string) => string;
  /** The file that was being read at this offset of the parser's output. */
  readonly fileAt: (offset: number) => string | undefined;
}

const parsing = /^Parsing file (.*)$/gm;

/** Reads which files the parser of TLA+ says it read. */
export function sources(parserOutput: string, folders: readonly Folder[]): Sources {
  const read = [...parserOutput.matchAll(parsing)].map((match) => {
    const path = match[1]!;
    const folder = folders.find(({ real }) => real === dirname(path));
    // TLC copies its own modules to a temporary folder that is gone by now.
    return { at: match.index, file: folder ? join(folder.given, basename(path)) : basename(path) };
  });
  return {
    fileOf: (module) => {
      const name = `${module}.tla`;
      return read.find(({ file }) => basename(file) === name)?.file ?? name;
    },
    fileAt: (offset) => read.findLast(({ at }) => at <= offset)?.file,
  };
}

// Both of TLC's spellings: "line 4, col 13 to line 4, col 16 of module M", "Line 4, column 13 to .. in M".
const place = /line (\d+), col(?:umn)? (\d+) to line \d+, col(?:umn)? \d+ (?:of module|in) (\w+)/gi;

/** Every place that a text of TLC names, in order. */
export const placesIn = (text: string, { fileOf }: Sources): readonly Location[] =>
  [...text.matchAll(place)].map(([, line, column, module]) => ({
    file: fileOf(module!),
    line: Number(line),
    column: Number(column),
  }));
