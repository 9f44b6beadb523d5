/** What is new in a processor's window (SharedRingWeak): what was issued into it, and what was performed out of turn. */
import { equal, type Value } from '../../tlc/index.js';
import { type Fields, records } from './values.js';

/** The words for a window that is not what it was. */
export function windowWords(before: Value, after: Value): readonly string[] {
  const then = records(before);
  const { removed, added } = difference(then, records(after));
  const issued = added.length === 0 ? [] : [`issues ${added.map(entryText).join(', ')}`];
  const done = removed.filter((at) => isAccess(then[at]!));
  if (added.length > 0) return [...done.map((at) => `throws away its ${entryText(then[at]!)}`), ...issued];
  return done.map((at) => {
    const passed = then.slice(0, at).filter(isAccess);
    const outOfTurn = passed.length === 0 ? '' : `, ahead of ${passed.map(entryText).join(', ')}`;
    return `performs ${entryText(then[at]!)}${outOfTurn}`;
  });
}

/** Entries are removed anywhere, and added at the end. */
function difference(before: readonly Fields[], after: readonly Fields[]) {
  const removed: number[] = [];
  let kept = 0;
  before.forEach((entry, at) => {
    if (after[kept] !== undefined && equal(entry, after[kept]!)) kept++;
    else removed.push(at);
  });
  return { removed, added: after.slice(kept) };
}

const isAccess = ({ op }: Fields): boolean => op === 'load' || op === 'store';

/** `store req_prod := 1`, `load ring[0]`, `wmb`. What goes into a slot or a block is told when it gets there. */
function entryText({ op, word, slot, value }: Fields): string {
  if (op !== 'load' && op !== 'store') return String(op);
  if (word === 'ring') return `${op} ring[${slot}]`;
  if (word === 'contents') return `${op} block ${slot}`;
  return op === 'load' ? `load ${word}` : `store ${word} := ${value}`;
}
