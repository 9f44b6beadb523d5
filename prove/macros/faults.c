/* What one could write in place of a macro of ring.h, each wrong in one respect. The proofs have to fail of each. */
#include "macros.h"

/* The ring looks full one slot too late. */
FRONT(full_off_by_one)
{
    return ring->req_prod_pvt - ring->rsp_cons > ring->nr_ents;
}

/* A response that the back has published behind the wrap of the index is none. */
FRONT(less_than)
{
    RING_IDX rsp_prod = ring->sring->rsp_prod;
    return ring->rsp_cons < rsp_prod ? rsp_prod - ring->rsp_cons : 0;
}

/* More requests are counted than there are slots. */
BACK(no_minimum)
{
    return ring->sring->req_prod - ring->req_cons;
}

/* As many requests as there are slots are too many. */
BACK_OF(overflow_too_soon)
{
    return index - ring->rsp_prod_pvt >= ring->nr_ents;
}

/* Indices are compared, and not distances. */
BACK_OF(overflow_unwrapped)
{
    return index >= ring->rsp_prod_pvt + ring->nr_ents;
}

FRONT(signed_notify)
{
    RING_IDX old = ring->sring->req_prod;
    RING_IDX now = ring->req_prod_pvt;
    xen_wmb();
    ring->sring->req_prod = now;
    xen_mb();
    return (int)(now - ring->sring->req_event) < (int)(now - old);
}

/* The index before the first one just published is one of them too. */
BACK(notify_too_much)
{
    RING_IDX old = ring->sring->rsp_prod;
    RING_IDX now = ring->rsp_prod_pvt;
    xen_wmb();
    ring->sring->rsp_prod = now;
    xen_mb();
    return now - ring->sring->rsp_event <= now - old;
}

FRONT(no_wmb)
{
    RING_IDX old = ring->sring->req_prod;
    RING_IDX now = ring->req_prod_pvt;
    ring->sring->req_prod = now;
    xen_mb();
    return now - ring->sring->req_event < now - old;
}

/* The event index is loaded before the push: a front that arms in between is not notified. */
BACK(event_before_push)
{
    RING_IDX old = ring->sring->rsp_prod;
    RING_IDX now = ring->rsp_prod_pvt;
    RING_IDX event = ring->sring->rsp_event;
    xen_wmb();
    ring->sring->rsp_prod = now;
    xen_mb();
    return now - event < now - old;
}

/* The index from before the push is loaded after it. */
FRONT(old_after_push)
{
    RING_IDX now = ring->req_prod_pvt;
    xen_wmb();
    ring->sring->req_prod = now;
    xen_mb();
    return now - ring->sring->req_event < now - ring->sring->req_prod;
}

/* No second look. */
FRONT(no_final_check)
{
    RING_IDX found = ring->sring->rsp_prod - ring->rsp_cons;
    if (!found)
        ring->sring->rsp_event = ring->rsp_cons + 1;
    return found;
}

/* The second look comes without a barrier, so that the compiler makes one of the two. */
BACK(final_check_without_mb)
{
    RING_IDX found = RING_HAS_UNCONSUMED_REQUESTS(ring);
    if (found)
        return found;
    ring->sring->req_event = ring->req_cons + 1;
    return RING_HAS_UNCONSUMED_REQUESTS(ring);
}

/* The event index is that of the last response consumed. */
FRONT(event_not_moved)
{
    RING_IDX found = ring->sring->rsp_prod - ring->rsp_cons;
    if (found)
        return found;
    ring->sring->rsp_event = ring->rsp_cons;
    xen_mb();
    return ring->sring->rsp_prod - ring->rsp_cons;
}

/* The second look is before the event index is stored: a request that comes in between is missed. */
BACK(armed_after_look)
{
    RING_IDX found = RING_HAS_UNCONSUMED_REQUESTS(ring);
    if (found)
        return found;
    xen_mb();
    found = RING_HAS_UNCONSUMED_REQUESTS(ring);
    ring->sring->req_event = ring->req_cons + 1;
    return found;
}
