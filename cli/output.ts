/** How results and progress are written: results to stdout, everything else to stderr. */
import path from 'node:path';
import { isatty } from 'node:tty';
import Table from 'cli-table3';
import pc from 'picocolors';
import { ToolError } from '../tlc/index.js';

// Their isTTY is not asked: in a thread it is always undefined.
const [STDOUT, STDERR] = [1, 2];

// Not picocolors' own choice, which colours files where CI is set.
const isColoured =
  !process.env.NO_COLOR &&
  (Boolean(process.env.FORCE_COLOR) || (isatty(STDOUT) && process.env.TERM !== 'dumb'));

/** Colours for stdout: none unless it is a terminal. */
export const colours = pc.createColors(isColoured);

/** Whether someone watches: a terminal at both ends of the output, so that neither is disturbed. */
export const isWatched = (): boolean => isatty(STDOUT) && isatty(STDERR);

let fault: Error | undefined;

/** Notes when stdout cannot be written. What cannot be told on stderr is not told. To be called once. */
export function watchOutput(): void {
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    // A reader that has seen enough, such as head, is no reason to fail.
    if (error.code !== 'EPIPE') fault ??= error;
  });
  process.stderr.on('error', () => {});
}

/** Waits until all of the result is written. Throws {@link ToolError} if it cannot be. */
export async function flushed(): Promise<void> {
  for (const stream of [process.stdout, process.stderr])
    await new Promise<void>((resolve) => stream.write('', () => resolve()));
  mustBeHeard();
}

function mustBeHeard(): void {
  if (fault !== undefined)
    throw new ToolError(`The result cannot be written (${fault.message}): make room, or write it elsewhere.`);
}

/** A line, or several, of the result. Throws {@link ToolError} once it is known that nothing can be written. */
export const print = (text = ''): void => {
  mustBeHeard();
  process.stdout.write(`${text}\n`);
};

/** A line that is no part of the result. */
export const note = (text: string): void => {
  process.stderr.write(`${text}\n`);
};

/**
 * Text with its lines broken between words, on a terminal; elsewhere lines are as long as their sentences. `before` is how
 * many columns of the first line, and of those that the caller indents, are taken.
 */
export const wrapped = (text: string, before = 0): string => {
  const width = (process.stdout.columns ?? 0) - before;
  if (width < 20) return text;
  return text.replace(new RegExp(`(?=.{${width},})(.{1,${width - 1}}) `, 'g'), '$1\n');
};

/** A figure as people read it: 106,909. */
export const figure = (value: number): string => value.toLocaleString('en-US');

/** A noun with its figure: `1 state`, `2 states`. */
export const counted = (value: number, noun: string): string =>
  `${figure(value)} ${noun}${value === 1 ? '' : 's'}`;

/** A duration as people read it: tenths below ten seconds, and whole seconds from there. */
export const duration = (seconds: number): string => (seconds < 10 ? seconds.toFixed(1) : seconds.toFixed(0));

/** A column of a table. */
export interface Column {
  readonly title: string;
  readonly align?: 'left' | 'right';
  /** Fixed, with the text wrapped; as wide as the widest cell if left out. */
  readonly width?: number;
}

const bare = {
  ...{ top: '', 'top-mid': '', 'top-left': '', 'top-right': '' },
  ...{ bottom: '', 'bottom-mid': '', 'bottom-left': '', 'bottom-right': '' },
  ...{ left: '', 'left-mid': '', mid: '', 'mid-mid': '', right: '', 'right-mid': '', middle: '' },
};

/** A table without frames, which can be copied into an issue; with `ruled`, a line between its rows. */
export function table(
  columns: readonly Column[],
  rows: readonly (readonly string[])[],
  ruled = false,
): string {
  const fixed = columns.some(({ width }) => width !== undefined);
  const drawn = new Table({
    head: columns.map(({ title }) => colours.bold(title)),
    colAligns: columns.map(({ align }) => align ?? 'left'),
    ...(fixed && { colWidths: columns.map(({ width }) => width ?? null), wordWrap: true }),
    chars: ruled ? { ...bare, mid: '─' } : bare,
    style: { head: [], border: [], compact: !ruled, 'padding-left': 0, 'padding-right': 2 },
  });
  drawn.push(...rows.map((row) => [...row]));
  return drawn
    .toString()
    .split('\n')
    .map((line) => line.trimEnd())
    .join('\n');
}

/** A path as one would type it here. */
export function shown(file: string): string {
  const here = path.relative(process.cwd(), file);
  return here === '' || here.startsWith('..') ? file : here;
}
