/** What is shown of a condition that is false. */
import { toTla } from '../../tlc/value-text.js';
import { valueOf, type Within } from './evaluate.js';
import { type Definition, lineOf } from './modules.js';
import { BeyondUs, type Expression } from './syntax.js';

/** A conjunct, where it stands, and what the parts of it are. */
export interface Refusal {
  readonly file: string;
  readonly line: number;
  /** Without the comments in it. */
  readonly text: string;
  /** The names of definitions through which the action leads there, outermost first. */
  readonly through: readonly string[];
  /** Texts of what it compares, and their values. */
  readonly values: readonly (readonly [text: string, value: string])[];
  /** Where it has alternatives, why each of them is refused. */
  readonly each: readonly Refusal[];
}

/** The text that an expression stands in, and how one came there. */
export interface Where {
  readonly text: Definition['module'];
  readonly through: readonly string[];
}

/** The text without its comments, in one line. */
export const shown = (text: string, { begin, end }: Expression): string =>
  text
    .slice(begin, end)
    .replace(/\\\*.*|\(\*[\s\S]*?\*\)/g, '')
    .replace(/\s+/g, ' ')
    .trim();

/** A condition that is false as a whole. Without surroundings its values are not told. */
export function leaf(of: Expression, at: Within | undefined, { text, through }: Where): Refusal {
  const values = new Map<string, string>();
  for (const part of at === undefined ? [] : comparedIn(of)) {
    try {
      values.set(shown(text.text, part), toTla(valueOf(part, at!)));
    } catch (error) {
      if (!(error instanceof BeyondUs)) throw error;
    }
  }
  return {
    ...{ file: text.file, line: lineOf(text, of.begin), text: shown(text.text, of), through, each: [] },
    values: [...values].filter(([name, value]) => name !== value),
  };
}

/** The parts of a condition that it compares. */
function comparedIn(of: Expression): readonly Expression[] {
  if (of.kind === 'and' || of.kind === 'or') return of.items.flatMap(comparedIn);
  if (of.kind === 'infix')
    return [of.left, of.right].flatMap((side) => (side.kind === 'value' ? [] : comparedIn(side)));
  if (of.kind === 'prefix') return comparedIn(of.of);
  return of.kind === 'name' || of.kind === 'apply' || of.kind === 'field' ? [of] : [];
}
