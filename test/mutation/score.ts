/** What Stryker's report comes to: a score for each file, and the mutants that the replay did not tell. */

/** As much of Stryker's JSON report as is used (mutation-testing-report-schema). Lines and columns count from 1. */
export interface MutationReport {
  readonly files: Readonly<Record<string, { readonly source: string; readonly mutants: readonly Mutant[] }>>;
}

/** One small change that was tried. */
export interface Mutant {
  readonly mutatorName: string;
  readonly replacement?: string;
  readonly status: string;
  readonly location: { readonly start: Place; readonly end: Place };
}

interface Place {
  readonly line: number;
  readonly column: number;
}

/** How the mutants of one file, or of several, fared. */
export interface Score {
  /** Of those that count, the share that the replay told, in per cent. */
  readonly score: number;
  /** The replay found a difference, or stopped with an error. */
  readonly killed: number;
  /** The replay did not end. Counts as told. */
  readonly timeout: number;
  /** Nothing differed. */
  readonly survived: number;
  /** The replay never comes there. Counts as not told. */
  readonly noCoverage: number;
  /** Left out: by a comment in the source, or because it could not be run. */
  readonly leftOut: number;
}

/** A mutant that the replay did not tell. */
export interface Survivor {
  readonly file: string;
  readonly line: number;
  readonly column: number;
  readonly mutator: string;
  /** The line of the source where it begins, without the space around it. */
  readonly source: string;
  readonly original: string;
  readonly replacement: string;
  readonly status: 'Survived' | 'NoCoverage';
}

/** The score of a file of the report; all its mutants survive if the report does not have it. */
export const scoreOf = (report: MutationReport, files: readonly string[]): Score => {
  const all = files.flatMap((file) => report.files[file]?.mutants ?? []);
  const count = (...of: readonly string[]): number => all.filter(({ status }) => of.includes(status)).length;
  const [killed, timeout, survived, noCoverage] = [
    count('Killed'),
    count('Timeout'),
    count('Survived'),
    count('NoCoverage'),
  ];
  const counted = killed + timeout + survived + noCoverage;
  return {
    score: counted === 0 ? 0 : Math.floor((10_000 * (killed + timeout)) / counted) / 100,
    killed,
    timeout,
    survived,
    noCoverage,
    leftOut: all.length - counted,
  };
};

/** The mutants of some files that the replay did not tell, in the order of the source. */
export const survivorsOf = (report: MutationReport, files: readonly string[]): readonly Survivor[] =>
  files.flatMap((file) => {
    const { source = '', mutants = [] } = report.files[file] ?? {};
    const lines = source.split('\n');
    return mutants
      .filter(({ status }) => status === 'Survived' || status === 'NoCoverage')
      .map(({ mutatorName, replacement = '', status, location: { start, end } }) => ({
        file,
        line: start.line,
        column: start.column,
        mutator: mutatorName,
        source: (lines[start.line - 1] ?? '').trim(),
        original: textBetween(lines, start, end),
        replacement: oneLine(replacement),
        status: status as Survivor['status'],
      }))
      .toSorted((a, b) => a.line - b.line || a.column - b.column);
  });

const textBetween = (lines: readonly string[], start: Place, end: Place): string => {
  const text = lines.slice(start.line - 1, end.line);
  const last = text.length - 1;
  return oneLine(
    text
      .map((line, i) => line.slice(i === 0 ? start.column - 1 : 0, i === last ? end.column - 1 : line.length))
      .join('\n'),
  );
};

const oneLine = (text: string): string => text.replace(/\s+/g, ' ');
