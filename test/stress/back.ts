/** The back of the stress test: answers every request in order, and sleeps whenever there is none. */
import { NETIF_RSP, readTxRequest, slotOf, TX_SLOT, writeTxResponse } from '../../impl/netif.js';
import { add, finalCheckForRequests, isRequestOverflow, pushResponses, SharedRing } from '../../impl/ring.js';
import { requestOf } from './front.js';
import { Channel, pageOf, type Rig, type SideReport, waitForPeer, Wrong } from './rig.js';

/** Takes and answers all requests, and sees that each is the next one, whole. Throws {@link Wrong}. */
export function runBack(rig: Rig): SideReport {
  const shared = new SharedRing(pageOf(rig), TX_SLOT, rig.nr_ents);
  const channel = new Channel(rig, 'back');
  const begun = performance.now();
  let req_cons = rig.first;
  let taken = 0;
  let foundByFinalCheck = 0;

  /** One request is taken, held against the one that is due, and answered. */
  const serve = (): void => {
    const slot = slotOf(shared, req_cons);
    const request = readTxRequest(slot);
    const due = requestOf(taken);
    if (request.gref !== due.gref || request.id !== due.id)
      throw new Wrong(
        `request ${due.gref} is due, and request ${request.gref} with id ${request.id} is there`,
      );
    if (request.offset !== due.offset || request.size !== due.size)
      throw new Wrong(`request ${due.gref} is torn: offset ${request.offset}, size ${request.size}`);
    writeTxResponse(slot, { id: request.id, status: NETIF_RSP.OKAY });
    taken++;
    req_cons = add(req_cons, 1);
  };

  const mayNotSleep = (): boolean => {
    if (rig.pause === 'back') waitForPeer(() => shared.req_prod, req_cons);
    if (rig.fault !== 'back sleeps unchecked') return finalCheckForRequests(shared, req_cons);
    shared.req_event = add(req_cons, 1);
    return false;
  };

  while (taken < rig.requests) {
    const req_prod = shared.req_prod;
    // What was taken is answered: rsp_prod_pvt is req_cons.
    if (isRequestOverflow(rig.nr_ents, req_cons, req_prod))
      throw new Wrong(`req_prod is ${req_prod} at req_cons ${req_cons}`);
    if (req_cons !== req_prod) {
      while (req_cons !== req_prod) serve();
      if (pushResponses(shared, req_cons) || !rig.holdOff) channel.notify();
    } else if (mayNotSleep()) foundByFinalCheck++;
    else channel.wait();
  }
  return {
    side: 'back',
    events: channel.sent,
    sleeps: channel.slept,
    foundByFinalCheck,
    milliseconds: performance.now() - begun,
  };
}
