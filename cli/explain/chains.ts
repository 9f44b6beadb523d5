/** The packets on a transmit ring: what slots say to who reads them from the first on. See TxPackets. */
import type { State } from '../../tlc/index.js';
import { at, entries, type Fields, type Sizes } from './values.js';

/** A packet as it lies on the ring, as far as it was found. */
export interface Chain {
  readonly slots: readonly Fields[];
  /** Is there its last slot? */
  readonly isWhole: boolean;
}

/** The packets that are published and that the backend has not taken, the oldest first. */
export function published(state: State, sizes: Sizes): readonly Chain[] {
  const { ring, req_cons, req_prod } = state;
  const slots = Array.from(
    { length: sizes.sub(req_prod as number, req_cons as number) },
    (_, i) => at(ring, ((req_cons as number) + i) % entries(ring).length) as Fields,
  );
  const chains: Chain[] = [];
  for (let from = 0; from < slots.length;) {
    const chain = chainAt(slots.slice(from));
    chains.push(chain);
    from += chain.slots.length;
  }
  return chains;
}

function chainAt(slots: readonly Fields[]): Chain {
  let extra = slots[0]!.extra_info === true;
  let more = slots[0]!.more_data === true;
  let n = 1;
  for (; extra || more; n++) {
    const slot = slots[n];
    if (slot?.kind !== (extra ? 'extra' : 'request')) return { slots: slots.slice(0, n), isWhole: false };
    if (extra) extra = slot.more === true;
    else more = slot.more_data === true;
  }
  return { slots: slots.slice(0, n), isWhole: true };
}

/** A packet by its shape: `2 fragments`, `1 fragment and 1 extra`. */
export const shapeText = ({ frags, extras }: Fields): string => {
  const count = (n: unknown, noun: string): string => `${n as number} ${noun}${n === 1 ? '' : 's'}`;
  return count(frags, 'fragment') + (extras === 0 ? '' : ` and ${count(extras, 'extra')}`);
};

/** How many slots a packet of this shape has. */
export const slotsOf = ({ frags, extras }: Fields): number => (frags as number) + (extras as number);
