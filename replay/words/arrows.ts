/** Which way the steps of a behaviour go between front, ring and back: the arrows of a sequence diagram. */
import type { Actor, Arrows } from './words.js';

/** Whose line an arrow begins or ends at. */
export type Line = 'front' | 'ring' | 'back';

/** An arrow. One that ends where it begins is what an end does by itself. */
export interface Arrow {
  readonly from: Line;
  readonly to: Line;
  /** A load of what the peer stored, or what goes past the ring. */
  readonly isDashed: boolean;
}

/** What of a step its arrow depends on. */
interface Told {
  readonly actor: Actor | '';
  /** With its arguments. */
  readonly action: string;
  /** One line for each thing that changed. */
  readonly changes: readonly string[];
}

const STORED = /^(ring\[|req_prod |rsp_prod |req_event |rsp_event )/;
const MERMAIDS = /^(front|ring|back)(-{1,2})>>(front|ring|back)$/;

/** The arrow of a step: that of its action if it has one; else to the ring if a word or a slot of it was stored. */
export function arrowOf({ action, actor, changes }: Told, arrows: Arrows): Arrow {
  const [, from, line, to] = MERMAIDS.exec(arrows[action.replace(/\(.*/, '')] ?? '') ?? [];
  if (from !== undefined) return { from: from as Line, to: to as Line, isDashed: line === '--' };
  // What the application does concerns the frontend alone.
  const who: Line = actor === 'back' ? 'back' : actor === 'front' || actor === 'app' ? 'front' : 'ring';
  return { from: who, to: changes.some((change) => STORED.test(change)) ? 'ring' : who, isDashed: false };
}

/** To which ends an event is sent in a step. It passes the ring by. */
export const eventsOf = ({ actor, changes }: Told): readonly ('front' | 'back')[] =>
  (['front', 'back'] as const).filter((whom) => actor !== 'Xen' && changes.includes(`event to the ${whom}`));
