/** How often each action was taken and each expression evaluated, over all models: the section coverage of a report. */
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { sha256 } from '../../tlc/sha256.js';
import { isWithin } from '../../tlc/coverage.js';
import type { Location, Outcome, PlaceCoverage } from '../../tlc/index.js';
import type { Candidate } from '../../tlc/models.js';
import type { CoverageSection } from '../report-file.js';

/**
 * A run that generates fewer states is counted. TLC takes up to three times as long where it counts: of a run of 5,000
 * states that is a tenth of a second, of one of 200,000 ten seconds. What only a larger model reaches is listed in
 * spec/unreached.json with its name.
 */
const COUNTED_BELOW = 100_000;

/** Is the run of this model counted in make check? */
export const isCounted = ({ generatedStates = Infinity }: Candidate): boolean =>
  generatedStates < COUNTED_BELOW;

/** The sum over runs. */
export class Tally {
  private models = 0;
  private readonly files = new Map<string, string>();
  private readonly actions = new Map<string, number>();
  private readonly places = new Map<string, number>();
  /** Those that were told of as a whole: what is in them was reached as often. */
  private readonly wholes = new Map<string, PlaceCoverage>();
  private readonly bounds = new Map<string, PlaceCoverage>();

  constructor(private readonly root: string) {}

  /** Adds what TLC has counted, if it has. Of the modules in spec/ alone: those of models say only where they end. */
  add(outcome: Outcome): void {
    if (!('coverage' in outcome) || outcome.coverage === undefined) return;
    this.models++;
    for (const { action, location, initial, generatedStates } of outcome.coverage.actions) {
      const module = this.moduleOf(location);
      if (module !== undefined && !initial) add(this.actions, `${module} ${action}`, generatedStates);
    }
    for (const place of outcome.coverage.places) {
      const module = this.moduleOf(place);
      if (module === undefined) continue;
      const key = `${module} ${place.line}:${place.column}-${place.end.line}:${place.end.column}`;
      add(this.places, key, place.count);
      this.bounds.set(key, place);
      if (place.isWhole) this.wholes.set(key, place);
    }
  }

  /** The section. A module has the checksum of its text as it is now, so that no other text is painted with the counts. */
  async section(): Promise<CoverageSection> {
    const modules: Record<string, string> = {};
    const lines = new Map<string, readonly string[]>();
    for (const [module, file] of [...this.files].toSorted()) {
      modules[module] = (await sha256(file)) ?? '';
      lines.set(file, (await readFile(file, 'utf8')).split('\n'));
    }
    return {
      ...{ models: this.models, modules },
      actions: Object.fromEntries(this.actions),
      places: Object.fromEntries(
        [...this.places].map(([key, count]) => [key, count || this.around(key, lines)]),
      ),
    };
  }

  /**
   * How often the expressions around a place were evaluated, as far as TLC told of them as a whole. One that names the
   * definition that the place is in is around it too.
   */
  private around(key: string, lines: ReadonlyMap<string, readonly string[]>): number {
    const place = this.bounds.get(key)!;
    const name = new RegExp(`\\b${definitionAt(lines.get(place.file)!, place.line)}\\b`);
    const found = [...this.wholes].filter(
      ([, whole]) => isWithin(place, whole) || name.test(textOf(whole, lines.get(whole.file)!)),
    );
    return found.reduce((sum, [outer]) => sum + this.places.get(outer)!, 0);
  }

  private moduleOf({ file }: Location): string | undefined {
    if (path.resolve(path.dirname(file)) !== path.resolve(this.root, 'spec')) return undefined;
    const module = path.basename(file, '.tla');
    this.files.set(module, file);
    return module;
  }
}

const add = (sums: Map<string, number>, key: string, count: number): void => {
  sums.set(key, (sums.get(key) ?? 0) + count);
};

/** The text of an expression, as far as it stands in its first line. */
const textOf = ({ line, column, end }: PlaceCoverage, lines: readonly string[]): string =>
  lines[line - 1]!.slice(column - 1, end.line === line ? end.column : undefined);

/** The definition that a line is in: the last one that begins at a margin above it. */
export const definitionAt = (lines: readonly string[], line: number): string =>
  lines
    .slice(0, line)
    .findLast((each) => /^\w+(?:\([^=]*\))? *==/.test(each))
    ?.match(/^\w+/)?.[0] ?? '';

/** A place of the section: an expression, from its first character to its last. */
export interface Place {
  readonly module: string;
  readonly line: number;
  readonly column: number;
  readonly end: { readonly line: number; readonly column: number };
  readonly count: number;
}

/** The places of a section. */
export const placesOf = ({ places }: CoverageSection): readonly Place[] =>
  Object.entries(places).map(([key, count]) => {
    const [, module, ...numbers] = /^(\w+) (\d+):(\d+)-(\d+):(\d+)$/.exec(key)!;
    const [line, column, endLine, endColumn] = numbers.map(Number);
    const end = { line: endLine!, column: endColumn! };
    return { module: module!, line: line!, column: column!, end, count };
  });

/** The lines of a module that was counted; undefined where its text is gone, or another by now. */
export async function countedLines(
  root: string,
  { modules }: CoverageSection,
  module: string,
): Promise<readonly string[] | undefined> {
  const file = path.join(root, 'spec', `${module}.tla`);
  if ((await sha256(file)) !== modules[module]) return undefined;
  return (await readFile(file, 'utf8')).split('\n');
}
