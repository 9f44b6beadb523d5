/*
 * The backend's steps, each as small as an action of the specification, for a replay to order. Ring.tla, NetfrontTx.tla
 * and NetfrontRx.tla call them Back*; here each is the macro of ring.h that it stands for.
 *
 * Two of those macros are two actions each: one stores, then looks. Where the specification has other steps in between,
 * the macro is run on a page aside that has the words it is to find, so that it is still Xen's test that decides, and
 * Xen's sum that is stored.
 */
#include "packet.h"

/* Steps done since the beginning: a replay that orders none has judged nothing. */
static unsigned steps;

EXPORT(steps_done) unsigned steps_done(void)
{
    return steps;
}

/* A status by its number in this order, so that its value is netif.h's. */
static const int16_t statuses[] = { NETIF_RSP_OKAY, NETIF_RSP_ERROR, NETIF_RSP_DROPPED, NETIF_RSP_NULL };

#ifdef FAULT_ARM_LATE
#define ARM_AT 2
#else
#define ARM_AT 1
#endif

#define COMMON_STEPS(r)                                                                                                \
    static netif_##r##_back_ring_t r;                                                                                  \
    static netif_##r##_sring_t r##_aside;                                                                              \
    /* rsp_prod as of the last check: __old of the macro. */                                                           \
    static RING_IDX r##_checked;                                                                                       \
    static unsigned nr_##r##_taken;                                                                                    \
                                                                                                                       \
    EXPORT(r##_attach) void r##_attach(netif_##r##_sring_t *sring, unsigned nr_ents)                                   \
    {                                                                                                                  \
        BACK_RING_ATTACH(&r, sring, sring->rsp_prod, (long)(char *)&sring->ring[nr_ents] - (long)sring);               \
        r##_checked = sring->rsp_prod;                                                                                 \
        nr_##r##_taken = 0;                                                                                            \
    }                                                                                                                  \
                                                                                                                       \
    /* BackPushResponses */                                                                                            \
    EXPORT(r##_push_responses) void r##_push_responses(void)                                                           \
    {                                                                                                                  \
        steps++;                                                                                                       \
        RING_PUSH_RESPONSES(&r);                                                                                       \
    }                                                                                                                  \
                                                                                                                       \
    /* BackCheckNotify: the second half of RING_PUSH_RESPONSES_AND_CHECK_NOTIFY, after any number of other steps. */   \
    EXPORT(r##_check_notify) void r##_check_notify(void)                                                               \
    {                                                                                                                  \
        netif_##r##_back_ring_t aside = { .rsp_prod_pvt = r.sring->rsp_prod, .sring = &r##_aside };                    \
        int notify;                                                                                                    \
                                                                                                                       \
        steps++;                                                                                                       \
        r##_aside.rsp_prod = r##_checked;                                                                              \
        r##_aside.rsp_event = r.sring->rsp_event;                                                                      \
        r##_checked = aside.rsp_prod_pvt;                                                                              \
        RING_PUSH_RESPONSES_AND_CHECK_NOTIFY(&aside, notify);                                                          \
        if (notify)                                                                                                    \
            host_notify();                                                                                             \
    }                                                                                                                  \
                                                                                                                       \
    /* BackArm: the store of RING_FINAL_CHECK_FOR_REQUESTS, which this backend may do at any time. */                  \
    EXPORT(r##_arm) void r##_arm(void)                                                                                 \
    {                                                                                                                  \
        netif_##r##_back_ring_t aside = r;                                                                             \
        int work;                                                                                                      \
                                                                                                                       \
        steps++;                                                                                                       \
        r##_aside.req_prod = r.req_cons;                                                                               \
        aside.sring = &r##_aside;                                                                                      \
        RING_FINAL_CHECK_FOR_REQUESTS(&aside, work);                                                                   \
        (void)work;                                                                                                    \
        r.sring->req_event = r##_aside.req_event + (ARM_AT - 1);                                                       \
    }                                                                                                                  \
                                                                                                                       \
    /* BackWake */                                                                                                     \
    EXPORT(r##_wake) void r##_wake(void)                                                                               \
    {                                                                                                                  \
        steps++;                                                                                                       \
        host_clear_pending();                                                                                          \
    }                                                                                                                  \
                                                                                                                       \
    /* What the coarse backend does with a request: it takes its event too, and arms if that was the last one. */      \
    EXPORT(r##_final_check) void r##_final_check(void)                                                                 \
    {                                                                                                                  \
        int work;                                                                                                      \
                                                                                                                       \
        host_clear_pending();                                                                                          \
        RING_FINAL_CHECK_FOR_REQUESTS(&r, work);                                                                       \
        (void)work;                                                                                                    \
    }                                                                                                                  \
                                                                                                                       \
    /* What the coarse backend does with a response: it publishes it and checks at once. */                            \
    EXPORT(r##_push_and_check) void r##_push_and_check(void)                                                           \
    {                                                                                                                  \
        int notify;                                                                                                    \
                                                                                                                       \
        RING_PUSH_RESPONSES_AND_CHECK_NOTIFY(&r, notify);                                                              \
        r##_checked = r.rsp_prod_pvt;                                                                                  \
        if (notify)                                                                                                    \
            host_notify();                                                                                             \
    }                                                                                                                  \
                                                                                                                       \
    /* BackOverrun, which no backend may: rsp_prod one further than the requests reach. */                             \
    EXPORT(r##_overrun) void r##_overrun(void)                                                                         \
    {                                                                                                                  \
        netif_##r##_back_ring_t aside = r;                                                                             \
                                                                                                                       \
        steps++;                                                                                                       \
        aside.rsp_prod_pvt++;                                                                                          \
        RING_PUSH_RESPONSES(&aside);                                                                                   \
    }

COMMON_STEPS(tx)
COMMON_STEPS(rx)

/* BackUnmap, where it is a step of its own. */
EXPORT(step_unmap) void step_unmap(grant_ref_t gref)
{
    steps++;
    host_unmap(gref);
}

/* Requests taken and not answered, oldest first. */
static struct {
    netif_tx_request_t request;
    const uint8_t *page;
} tx_taken[RING];
static struct {
    netif_rx_request_t request;
    uint8_t *page;
} rx_taken[RING];

/* The k-th of an array is taken out, and those after it move up. */
#define TAKE_OUT(array, k, count)                                                                                      \
    __builtin_memmove(&(array)[k], &(array)[(k) + 1], (--(count) - (k)) * sizeof((array)[0]))

/* BackTakeRequest. 0 if there is no request. */
EXPORT(tx_take_request) int tx_take_request(void)
{
    netif_tx_request_t *request = &tx_taken[nr_tx_taken].request;

    steps++;
    if (!RING_HAS_UNCONSUMED_REQUESTS(&tx))
        return 0;
    xen_rmb();
    RING_COPY_REQUEST(&tx, tx.req_cons, request);
    tx.req_cons++;
    tx_taken[nr_tx_taken++].page = host_map(request->gref);
    return 1;
}

/* BackReadBlock: the octets that the k-th request taken promises, handed over. */
EXPORT(tx_read_block) void tx_read_block(unsigned k)
{
    const netif_tx_request_t *request = &tx_taken[k].request;

    steps++;
    incoming.size = request->size;
    incoming.nr_extras = 0;
    incoming.csum_blank = (request->flags & NETTXF_csum_blank) != 0;
    incoming.data_validated = (request->flags & NETTXF_data_validated) != 0;
    memcpy(incoming.octets, tx_taken[k].page + request->offset, request->size);
    hand_over();
}

/*
 * BackTakeRequest, where packets have several slots: all of one, handed over. 0 if it has no end. The size in its first
 * request is the whole packet's: what the others leave of it is the first one's own.
 */
EXPORT(tx_take_packet) int tx_take_packet(void)
{
    unsigned first = nr_tx_taken;
    netif_extra_info_t extra = { 0 };

    if (!tx_take_request())
        return 0;
    incoming.size = incoming.nr_extras = 0;
    incoming.csum_blank = (tx_taken[first].request.flags & NETTXF_csum_blank) != 0;
    incoming.data_validated = (tx_taken[first].request.flags & NETTXF_data_validated) != 0;
    for (int more = tx_taken[first].request.flags & NETTXF_extra_info; more; more = extra.flags & XEN_NETIF_EXTRA_FLAG_MORE) {
        if (!RING_HAS_UNCONSUMED_REQUESTS(&tx) || incoming.nr_extras == MOST_EXTRAS)
            return 0;
        RING_COPY_REQUEST(&tx, tx.req_cons, &extra);
        tx.req_cons++;
        incoming.extras[incoming.nr_extras++] = extra;
    }
    while (tx_taken[nr_tx_taken - 1].request.flags & NETTXF_more_data) {
        if (!tx_take_request())
            return 0;
        tx_taken[first].request.size -= tx_taken[nr_tx_taken - 1].request.size;
    }
    for (unsigned k = first; k < nr_tx_taken; k++) {
        const netif_tx_request_t *request = &tx_taken[k].request;

        memcpy(incoming.octets + incoming.size, tx_taken[k].page + request->offset, request->size);
        incoming.size += request->size;
    }
    hand_over();
    return 1;
}

/* BackRespondNull: an extra is answered. It has no id to echo: its slot keeps what is in it. */
EXPORT(tx_respond_null) void tx_respond_null(void)
{
    steps++;
    RING_GET_RESPONSE(&tx, tx.rsp_prod_pvt++)->status = NETIF_RSP_NULL;
}

static void tx_respond_with(uint16_t id, unsigned status)
{
    netif_tx_response_t *response = RING_GET_RESPONSE(&tx, tx.rsp_prod_pvt++);

#ifdef FAULT_WRONG_ID
    id++;
#endif
    /* A backend that takes a request for an extra leaves in its slot what is there, as for an extra. */
    if (statuses[status] != NETIF_RSP_NULL)
        response->id = id;
    response->status = statuses[status];
}

static void tx_drop(unsigned k, int unmaps)
{
    if (unmaps)
        host_unmap(tx_taken[k].request.gref);
    TAKE_OUT(tx_taken, k, nr_tx_taken);
}

/* BackRespond: the k-th request taken is answered, and its page unmapped unless that is a step of its own (BackUnmap). */
EXPORT(tx_respond) void tx_respond(unsigned k, unsigned status, int unmaps)
{
    steps++;
    tx_respond_with(tx_taken[k].request.id, status);
    tx_drop(k, unmaps);
}

/* BackRepeatResponse, which no backend may: the k-th is answered in the place of the j-th, and kept. */
EXPORT(tx_repeat_response) void tx_repeat_response(unsigned k, unsigned j)
{
    steps++;
    tx_respond_with(tx_taken[k].request.id, 0);
    tx_drop(j, 1);
}

/* BackTakeRequest. 0 if there is no request. */
EXPORT(rx_take_request) int rx_take_request(void)
{
    netif_rx_request_t *request = &rx_taken[nr_rx_taken].request;

    steps++;
    if (!RING_HAS_UNCONSUMED_REQUESTS(&rx))
        return 0;
    xen_rmb();
    RING_COPY_REQUEST(&rx, rx.req_cons, request);
    rx.req_cons++;
    rx_taken[nr_rx_taken++].page = host_map(request->gref);
    return 1;
}

/* BackWriteFrame: the octets of the outgoing packet into the page of the k-th request taken. */
EXPORT(rx_write_frame) void rx_write_frame(unsigned k, unsigned offset)
{
    steps++;
    memcpy(rx_taken[k].page + offset, outgoing.octets, outgoing.size);
}

static void rx_drop(unsigned k, int unmaps)
{
    if (unmaps && rx_taken[k].page != NULL)
        host_unmap(rx_taken[k].request.gref);
    TAKE_OUT(rx_taken, k, nr_rx_taken);
}

/* The flags by their number in this order, so that their values are netif.h's. */
static const uint16_t rx_flags[] = {
    RX_csum_blank, RX_data_validated, NETRXF_more_data, NETRXF_extra_info, NETRXF_gso_prefix
};

/* BackRespond: the k-th request taken is answered with a number of octets; `said` has a bit for each flag. */
EXPORT(rx_respond) void rx_respond(unsigned k, unsigned offset, int size, unsigned said, int unmaps)
{
    netif_rx_response_t *response = RING_GET_RESPONSE(&rx, rx.rsp_prod_pvt++);
    uint16_t flags = 0;

    steps++;
    for (unsigned bit = 0; bit < sizeof(rx_flags) / sizeof(rx_flags[0]); bit++)
        flags |= said & (1U << bit) ? rx_flags[bit] : 0;
    response->id = rx_taken[k].request.id;
    response->offset = offset;
    response->flags = flags;
    response->status = size;
    rx_drop(k, unmaps);
}

/* BackRespond with a status that is no number of octets. */
EXPORT(rx_respond_status) void rx_respond_status(unsigned k, unsigned offset, unsigned status, unsigned said, int unmaps)
{
    rx_respond(k, offset, statuses[status], said, unmaps);
}

/* The outgoing packet's first extra in the place of the response to the k-th request taken, whose id it overwrites. */
EXPORT(rx_respond_extra) void rx_respond_extra(unsigned k, int is_more_to_come, int unmaps)
{
    netif_extra_info_t *extra = (netif_extra_info_t *)RING_GET_RESPONSE(&rx, rx.rsp_prod_pvt++);

    steps++;
    *extra = outgoing.extras[0];
    extra->flags = is_more_to_come ? XEN_NETIF_EXTRA_FLAG_MORE : 0;
    rx_drop(k, unmaps);
}
