/** What TLC has counted, as it prints it. */
import { Code } from './codes.js';
import type { Message } from './messages.js';
import type { ActionCoverage, Coverage, PlaceCoverage } from './outcome.js';
import { placesIn, type Sources } from './sources.js';
import { number } from './stats.js';

const CODES: readonly number[] = [
  ...[Code.coverageStart, Code.coverageInit, Code.coverageAction, Code.coverageValue],
];

/** Is a message part of a report on coverage? */
export const isOfCoverage = ({ code }: Message): boolean => CODES.includes(code);

/** The last of the reports on coverage, or undefined if there is none. */
export function coverage(messages: readonly Message[], sources: Sources): Coverage | undefined {
  const start = messages.findLastIndex(({ code }) => code === Code.coverageStart);
  if (start < 0) return undefined;
  const report = messages.slice(start);
  return {
    actions: report.flatMap((message) => actionIn(message, sources)),
    places: summed(report.flatMap((message) => placeIn(message, sources)).map(withWhole)),
  };
}

function actionIn({ code, text }: Message, sources: Sources): readonly ActionCoverage[] {
  const found = /^<(\S+) line .*>: ([\d,]+):([\d,]+)$/.exec(text);
  const location = placesIn(text, sources)[0];
  if ((code !== Code.coverageAction && code !== Code.coverageInit) || !found || !location) return [];
  const [, action, distinct, generated] = found;
  const initial = code === Code.coverageInit;
  return [
    {
      ...{ action: action!, initial, location },
      ...{ distinctStates: number(distinct), generatedStates: number(generated) },
    },
  ];
}

/** A place as it is printed. The deeper ones that follow are in it. */
type Printed = Omit<PlaceCoverage, 'isWhole'> & { readonly depth: number };

const withWhole = ({ depth, ...place }: Printed, i: number, all: readonly Printed[]): PlaceCoverage => {
  const next = all[i + 1];
  const goesOn = next !== undefined && (next.depth > depth || isWithin(next, place));
  return { ...place, isWhole: place.count > 0 && !goesOn };
};

/** Does the first stand in the second? */
export const isWithin = (inner: Bounds, outer: Bounds): boolean =>
  inner.file === outer.file && !isBefore(inner, outer) && !isBefore(outer.end, inner.end);

type Bounds = Pick<PlaceCoverage, 'file' | 'line' | 'column' | 'end'>;
type Point = Bounds['end'];
const isBefore = (a: Point, b: Point): boolean =>
  a.line < b.line || (a.line === b.line && a.column < b.column);

// "  |line 124, col 6 to line 124, col 11 of module NetfrontTx: 2966": a stroke for each expression that it is in.
const counted = /^([ |]*)line \d+, col \d+ to line (\d+), col (\d+) of module \w+: ([\d,]+)/;

function placeIn({ code, text }: Message, sources: Sources): readonly Printed[] {
  const found = code === Code.coverageValue ? counted.exec(text) : null;
  const location = found && placesIn(text, sources)[0];
  if (!found || !location) return [];
  const [, before, line, column, count] = found;
  const end = { line: number(line), column: number(column) };
  return [{ ...location, end, count: number(count), depth: before!.trim().length }];
}

/** An operator that several actions use is counted in each of them. */
function summed(places: readonly PlaceCoverage[]): readonly PlaceCoverage[] {
  const sums = new Map<string, PlaceCoverage>();
  for (const place of places) {
    const { file, line, column, end } = place;
    const key = JSON.stringify([file, line, column, end.line, end.column]);
    const other = sums.get(key);
    sums.set(key, {
      ...place,
      count: place.count + (other?.count ?? 0),
      isWhole: place.isWhole || other?.isWhole === true,
    });
  }
  return [...sums.values()];
}
