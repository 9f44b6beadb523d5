/** A state of TxPackets as text, without what the module does not know. */
import type { Concrete } from '../concrete.js';
import type { Values } from '../terms.js';
import type { PacketVariables } from './state.js';

type PacketState = Values<Concrete, PacketVariables>;
type Table = Readonly<Record<number, number>>;

/** `count` cells of a table, from one on. */
const listed = (table: Table, from: number, count: number): readonly (number | undefined)[] =>
  Array.from({ length: count >>> 0 }, (_, i) => table[(from + i) >>> 0]);

const ofCells = (table: Table): readonly number[] => Object.keys(table).map(Number);

/** What stands in each slot that somebody has still to read. The others are empty in the module. */
function slotsOf(s: PacketState, M: number): readonly unknown[] {
  const count = Object.keys(s.ring).length;
  const isIn = (i: number, from: number, to: number): boolean =>
    Array.from({ length: (to - from + M) % M }, (_, n) => (from + n) % M).some((k) => k % count === i);
  return Array.from({ length: count }, (_, i) => {
    if (!isIn(i, s.rsp_cons, s.rsp_prod_pvt) && !isIn(i, s.req_cons, s.req_prod_pvt)) return 'empty';
    const kind = s.ring[i];
    if (kind === 'request')
      return [kind, s.slotId[i], s.slotGref[i], s.slotSize[i], s.slotMore[i], s.slotExtra[i]];
    return kind === 'extra' ? [kind, s.slotMore[i]] : [kind, s.slotId[i], s.slotStatus[i]];
  });
}

/** Equal texts are equal states of the module, but for the order of what is taken. */
export function textOfPackets(s: PacketState, M: number): string {
  const taken = Array.from({ length: (s.req_cons - s.rsp_prod_pvt + M) % M }, (_, i) => {
    const k = (s.rsp_prod_pvt + i) % M;
    const packet = s.takenPacket[k]!;
    const request = [s.takenId[k], s.takenGref[k], s.takenFrag[k], s.takenSize[k]];
    return s.takenKind[k] === 'extra'
      ? 'extra'
      : JSON.stringify([...request, s.packFrags[packet], s.packExtras[packet]]);
  });
  // The packets that are not told of, in the order in which they were sent.
  const sent = ofCells(s.left)
    .filter((key) => s.left[key]! > 0 && key < s.nextKey)
    .toSorted((x, y) => x - y)
    .map((key) => [
      ...[s.sentFrags[key], s.sentExtras[key], s.sentStatus[key], s.fared[key]],
      listed(s.members, key, s.left[key]!).toSorted((x, y) => x! - y!),
    ]);
  return JSON.stringify({
    indices: [s.req_prod, s.rsp_prod, s.req_prod_pvt, s.rsp_cons, s.reqChecked, s.rsp_prod_pvt, s.req_cons],
    more: [s.rspChecked, s.rspSeen],
    events: [s.req_event_passed ? -1 : s.req_event, s.rsp_event_passed ? -1 : s.rsp_event],
    pending: [s.frontPending, s.backPending],
    hands: [s.sender, s.filling, s.poller, s.done, s.doneStatus, s.broken, s.told],
    ring: slotsOf(s, M),
    ids: [s.nextId, listed(s.freeIds, s.freeFrom, s.freeTo - s.freeFrom), Object.values(s.inFlight)],
    data: [s.dataFrags, s.dataExtras, s.dataFrag].map((table) => Object.values(table)),
    pool: listed(s.pool, s.poolFrom, s.poolTo - s.poolFrom),
    chain: [s.chainFrags, s.chainExtras, s.extrasWritten, listed(s.members, s.nextKey, s.fragsWritten)],
    extras: s.extras,
    sent,
    taken: taken.toSorted(),
  });
}
