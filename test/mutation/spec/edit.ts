/** A module with one expression changed. */
import type { Change } from './mutants.js';
import type { Span } from './syntax.js';

/**
 * The text of a module in which an expression is changed. What stands behind the expression on its last line keeps its
 * column: the bullets of a list are read by their columns.
 */
export function edited(text: string, { begin, end }: Span, change: Change): string {
  const lines = text.split('\n');
  const first = lines[begin.line - 1]!;
  const last = lines[end.line - 1]!;
  const put = change === 'negated' ? `~(${shifted(textOf(text, { begin, end }))})` : change;
  const rest = last.slice(end.column);
  const head = `${first.slice(0, begin.column - 1)}${put}`;
  const changed = rest.trim() === '' ? [head] : [head, `${' '.repeat(end.column)}${rest}`];
  return lines.toSpliced(begin.line - 1, end.line - begin.line + 1, ...changed).join('\n');
}

/** What stands there. */
export function textOf(text: string, { begin, end }: Pick<Span, 'begin' | 'end'>): string {
  const lines = text.split('\n').slice(begin.line - 1, end.line);
  const last = lines.length - 1;
  return lines
    .map((line, i) => line.slice(i === 0 ? begin.column - 1 : 0, i === last ? end.column : line.length))
    .join('\n');
}

/** The lines below the first, as far to the right as the first is moved. */
const shifted = (text: string): string => text.replaceAll('\n', '\n  ');
