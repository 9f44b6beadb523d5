/** The front of the stress test: keeps the ring full, and sleeps whenever there is nothing to do. */
import {
  NETIF_RSP,
  readTxResponse,
  slotOf,
  TX_SLOT,
  type TxRequest,
  writeTxRequest,
} from '../../impl/netif.js';
import {
  add,
  type FrontRing,
  freeRequests,
  frontRing,
  isBelievable,
  isFull,
  notifyDue,
  SharedRing,
} from '../../impl/ring.js';
import { Channel, pageOf, type Rig, type SideReport, waitForPeer, Wrong } from './rig.js';

/** The request with this number: every field says which it is. */
export const requestOf = (n: number): TxRequest => ({
  gref: n,
  id: n & 0xffff,
  offset: n & 0xfff,
  flags: 0,
  size: (n >>> 3) & 0xffff,
});

/** Sends all requests and sees each answered, in order. Throws {@link Wrong}. */
export function runFront(rig: Rig): SideReport {
  const shared = new SharedRing(pageOf(rig), TX_SLOT, rig.nr_ents);
  const channel = new Channel(rig, 'front');
  const ring: { -readonly [Name in keyof FrontRing]: FrontRing[Name] } = frontRing(rig.nr_ents, rig.first);
  const sleepsUnchecked = rig.fault === 'front sleeps unchecked';
  const publishesFirst = rig.fault === 'front publishes first';
  const begun = performance.now();
  let sent = 0;
  let answered = 0;
  let foundByFinalCheck = 0;

  /** As many requests as make a batch, published together. */
  const send = (): void => {
    const count = Math.min(rig.batch, freeRequests(ring), rig.requests - sent);
    if (publishesFirst) {
      shared.req_prod = add(ring.req_prod_pvt, count);
      channel.notify();
      waitForPeer(() => shared.rsp_prod, ring.rsp_cons);
    }
    for (let i = 0; i < count; i++) {
      writeTxRequest(slotOf(shared, ring.req_prod_pvt), requestOf(sent++));
      ring.req_prod_pvt = add(ring.req_prod_pvt, 1);
    }
    // RING_PUSH_REQUESTS_AND_CHECK_NOTIFY
    ring.req_prod = ring.req_prod_pvt;
    shared.req_prod = ring.req_prod;
    if (notifyDue(shared.req_event, ring.reqChecked, ring.req_prod) || !rig.holdOff) channel.notify();
    ring.reqChecked = ring.req_prod;
  };

  /** Consumes what there is; false if there was nothing. */
  const poll = (): boolean => {
    const rsp_prod = shared.rsp_prod;
    if (!isBelievable(ring, rsp_prod))
      throw new Wrong(`rsp_prod is ${rsp_prod} at rsp_cons ${ring.rsp_cons} and req_prod ${ring.req_prod}`);
    if (ring.rsp_cons === rsp_prod) return false;
    while (ring.rsp_cons !== rsp_prod) {
      const { id, status } = readTxResponse(slotOf(shared, ring.rsp_cons));
      if (id !== (answered & 0xffff) || status !== NETIF_RSP.OKAY)
        throw new Wrong(`response ${answered} has id ${id} and status ${status}`);
      answered++;
      ring.rsp_cons = add(ring.rsp_cons, 1);
    }
    return true;
  };

  while (answered < rig.requests) {
    while (sent < rig.requests && !isFull(ring)) send();
    if (poll()) continue;
    if (rig.pause === 'front') waitForPeer(() => shared.rsp_prod, ring.rsp_cons);
    // RING_FINAL_CHECK_FOR_RESPONSES; its first look was the poll.
    shared.rsp_event = add(ring.rsp_cons, 1);
    if (!sleepsUnchecked && shared.rsp_prod !== ring.rsp_cons) foundByFinalCheck++;
    else channel.wait();
  }
  return {
    side: 'front',
    events: channel.sent,
    sleeps: channel.slept,
    foundByFinalCheck,
    milliseconds: performance.now() - begun,
  };
}
