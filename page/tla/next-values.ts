/** Which expressions have to do with the next state. */
import { meaningOf, type Within } from './evaluate.js';
import type { Expression } from './syntax.js';

/**
 * Whether an expression gives a variable its next value or asks for one, itself or through a definition. Each definition is
 * looked at once: one may call itself.
 */
export function hasNext(of: Expression, at: Within, seen = new Set<Expression>()): boolean {
  if (of.kind === 'prime' || (of.kind === 'prefix' && of.op === 'UNCHANGED') || at.primed) return true;
  if (of.kind === 'name') {
    const meaning = meaningOf(of, at);
    if (meaning !== undefined && 'body' in meaning && !seen.has(meaning.body)) {
      seen.add(meaning.body);
      if (hasNext(meaning.body, meaning.within, seen)) return true;
    }
  }
  return partsOf(of).some((part) => hasNext(part, at, seen));
}

/** The expressions right within one: also those in the arms of a CASE, behind a LET and in bounds. */
const partsOf = (of: Expression): readonly Expression[] => Object.values(of).flatMap(expressionsIn);

function expressionsIn(part: unknown): readonly Expression[] {
  if (typeof part !== 'object' || part === null) return [];
  return isExpression(part) ? [part] : Object.values(part).flatMap(expressionsIn);
}

const isExpression = (part: object): part is Expression => 'kind' in part && 'begin' in part;
