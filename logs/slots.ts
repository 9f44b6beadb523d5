/** What a log takes from netif.h: how many 16-bit halves a slot's request or response has, and which fields are in them. */
import { PAGE, type RingName, SLOT_SIZE, SLOTS, sring } from '../replay/netif.js';

/** What a slot holds. */
export type SlotKind = 'request' | 'response';

const HALF_OCTETS = Uint16Array.BYTES_PER_ELEMENT;

/** The number of halves. */
export const halvesIn = (ring: RingName, kind: SlotKind): number => SLOTS[ring][kind].size / HALF_OCTETS;

/** The fields that are in these halves, by their names in netif.h. */
export function fieldsIn(
  ring: RingName,
  kind: SlotKind,
  halves: readonly number[],
): Readonly<Record<string, number>> {
  const view = new DataView(new ArrayBuffer(halves.length * HALF_OCTETS));
  halves.forEach((half, i) => view.setUint16(i * HALF_OCTETS, half, true));
  return SLOTS[ring][kind].read(view);
}

/** `__CONST_RING_SIZE`: the slots of a ring that fills its page, rounded down to a power of two. */
export const fullRing = (ring: RingName): number =>
  2 ** Math.floor(Math.log2((PAGE - sring.size) / SLOT_SIZE[ring]));
