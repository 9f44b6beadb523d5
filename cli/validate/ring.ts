/** A ring of many slots, drawn: runs of slots that are alike in one word, and the indices below. */
import { functionValues } from '../../graph/args.js';
import type { State, Value } from '../../tlc/index.js';
import { M } from '../../logs/module.js';
import { standing } from '../../replay/words/drawing.js';
import type { Fields } from '../../replay/words/values.js';

/** The slots in a line, and one for each place where indices stand, the oldest first. */
export function bigRing(state: State): readonly string[] {
  if (state.ring === undefined) return [];
  const cells = functionValues(state.ring).map(kindOf);
  const runs: { kind: string; from: number; to: number }[] = [];
  cells.forEach((kind, slot) => {
    const last = runs.at(-1);
    if (last?.kind === kind) last.to = slot;
    else runs.push({ kind, from: slot, to: slot });
  });
  const line = runs.map(({ kind, from, to }) => `${from === to ? from : `${from}..${to}`} ${kind}`).join('|');
  return [
    `[${line}]`,
    ...[...standing(state, { M })].map(
      ([place, names]) => `${place} (slot ${place % cells.length}) ${names.join(' ')}`,
    ),
    `req_event ${state.req_event}, rsp_event ${state.rsp_event}`,
  ];
}

function kindOf(slot: Value): string {
  const { kind, role } = slot as Fields;
  if (kind === 'empty') return '-';
  return role === 'extra'
    ? `${kind === 'request' ? 'req' : 'rsp'} extra`
    : kind === 'request'
      ? 'req'
      : 'rsp';
}
