/* The macros of Xen's ring.h that compute something, one function for each. Nothing of the header is written again here. */
#include "macros.h"

/* Where words.ts says that the words lie. */
#define LIES(type, field, at) _Static_assert(offsetof(type, field) == (at), #type " " #field)
LIES(any_front_ring_t, req_prod_pvt, 0);
LIES(any_front_ring_t, rsp_cons, 4);
LIES(any_front_ring_t, nr_ents, 8);
LIES(any_front_ring_t, sring, 12);
LIES(any_back_ring_t, rsp_prod_pvt, 0);
LIES(any_back_ring_t, req_cons, 4);
LIES(any_back_ring_t, nr_ents, 8);
LIES(any_back_ring_t, sring, 12);
LIES(any_sring_t, req_prod, 0);
LIES(any_sring_t, req_event, 4);
LIES(any_sring_t, rsp_prod, 8);
LIES(any_sring_t, rsp_event, 12);

FRONT(RING_FREE_REQUESTS)
{
    return RING_FREE_REQUESTS(ring);
}

FRONT(RING_FULL)
{
    return RING_FULL(ring);
}

FRONT(RING_HAS_UNCONSUMED_RESPONSES)
{
    return RING_HAS_UNCONSUMED_RESPONSES(ring);
}

BACK(RING_HAS_UNCONSUMED_REQUESTS)
{
    return RING_HAS_UNCONSUMED_REQUESTS(ring);
}

BACK_OF(RING_REQUEST_CONS_OVERFLOW)
{
    return RING_REQUEST_CONS_OVERFLOW(ring, index);
}

BACK_OF(RING_REQUEST_PROD_OVERFLOW)
{
    return RING_REQUEST_PROD_OVERFLOW(ring, index);
}

FRONT_OF(RING_RESPONSE_PROD_OVERFLOW)
{
    return RING_RESPONSE_PROD_OVERFLOW(ring, index);
}

FRONT(RING_PUSH_REQUESTS_AND_CHECK_NOTIFY)
{
    int notify;
    RING_PUSH_REQUESTS_AND_CHECK_NOTIFY(ring, notify);
    return notify;
}

BACK(RING_PUSH_RESPONSES_AND_CHECK_NOTIFY)
{
    int notify;
    RING_PUSH_RESPONSES_AND_CHECK_NOTIFY(ring, notify);
    return notify;
}

FRONT(RING_FINAL_CHECK_FOR_RESPONSES)
{
    int work;
    RING_FINAL_CHECK_FOR_RESPONSES(ring, work);
    return work;
}

BACK(RING_FINAL_CHECK_FOR_REQUESTS)
{
    int work;
    RING_FINAL_CHECK_FOR_REQUESTS(ring, work);
    return work;
}
