/*
 * A whole backend, for a frontend to be tried with. It does what Linux's netback was seen to do on the ring, with the
 * statuses and the refusals that it has for a frontend that misbehaves; octets are copied, never mapped for long.
 */
#include "packet.h"

/* Further requests of a packet after which it is dropped, and after which the frontend is taken for malicious. */
#define LEGACY_SLOTS_MAX XEN_NETIF_NR_SLOTS_MIN
#define FATAL_SLOTS 20

static netif_tx_back_ring_t tx;
static netif_rx_back_ring_t rx;
/* Why the interface was disabled, or 0. The frontend is not told. */
static const char *fatal_reason;
/* Octets that go into a page of the guest at most, and where in it they begin. */
static unsigned rx_cut, rx_offset;
/* The state of a random generator, or 0: answer in order. */
static uint32_t disorder;

/* Requests taken and not answered, oldest first. The extras of a packet are answered with its first request. */
static struct {
    uint16_t id;
    int16_t status;
    unsigned extras;
} waiting[RING];
static unsigned nr_waiting;

/* The requests of the packet that is being taken. */
static netif_tx_request_t chain[FATAL_SLOTS + 1];

EXPORT(back_attach) void back_attach(netif_tx_sring_t *txs, netif_rx_sring_t *rxs)
{
    BACK_RING_ATTACH(&tx, txs, txs->rsp_prod, PAGE);
    BACK_RING_ATTACH(&rx, rxs, rxs->rsp_prod, PAGE);
    fatal_reason = NULL;
    nr_waiting = 0;
    rx_cut = PAGE;
    rx_offset = 0;
    disorder = 0;
}

/* Packets for the guest go in pieces of at most `cut` octets, each at this offset of its page. */
EXPORT(back_shape) void back_shape(unsigned cut, unsigned offset)
{
    rx_cut = cut;
    rx_offset = offset;
}

/* From now on transmit requests are answered in random order, or in order if the seed is 0. */
EXPORT(back_disorder) void back_disorder(uint32_t seed)
{
    disorder = seed;
}

EXPORT(back_fatal_reason) const char *back_fatal_reason(void)
{
    return fatal_reason;
}

static int fatal(const char *reason)
{
    fatal_reason = reason;
    return 0;
}

/* One request, and the extras after it, answered. An extra has no id to echo: its slot keeps what is in it. */
static void respond(uint16_t id, int16_t status, unsigned extras)
{
    netif_tx_response_t *response = RING_GET_RESPONSE(&tx, tx.rsp_prod_pvt++);

    response->id = id;
    response->status = status;
    while (extras-- > 0)
        RING_GET_RESPONSE(&tx, tx.rsp_prod_pvt++)->status = NETIF_RSP_NULL;
}

static void answer_later(unsigned slot, int16_t status, unsigned extras)
{
    waiting[nr_waiting].id = chain[slot].id;
    waiting[nr_waiting].status = status;
    waiting[nr_waiting++].extras = slot == 0 ? extras : 0;
}

static void answer_all_later(unsigned slots, int16_t status, unsigned extras)
{
    for (unsigned slot = 0; slot < slots; slot++)
        answer_later(slot, status, extras);
}

/* The extras of the packet, copied off the ring. */
static int take_extras(unsigned *published)
{
    netif_extra_info_t extra;

    do {
        if ((*published)-- == 0)
            return fatal("an extra is missing");
        RING_COPY_REQUEST(&tx, tx.req_cons++, &extra);
        if (!is_known_extra(extra))
            return fatal("an extra of unknown type");
        if (incoming.nr_extras == MOST_EXTRAS)
            return fatal("too many extras");
        incoming.extras[incoming.nr_extras++] = extra;
    } while (extra.flags & XEN_NETIF_EXTRA_FLAG_MORE);
    return 1;
}

static int is_gso_bad(void)
{
    for (unsigned i = 0; i < incoming.nr_extras; i++) {
        const netif_extra_info_t *extra = &incoming.extras[i];

        if (extra->type != XEN_NETIF_EXTRA_TYPE_GSO)
            continue;
        if (extra->u.gso.size == 0)
            return 1;
        if (extra->u.gso.type != XEN_NETIF_GSO_TYPE_TCPV4 && extra->u.gso.type != XEN_NETIF_GSO_TYPE_TCPV6)
            return 1;
    }
    return 0;
}

/* A change of the multicast filter: the request is there to carry it, and no packet. */
static int is_multicast_control(void)
{
    for (unsigned i = 0; i < incoming.nr_extras; i++)
        if (incoming.extras[i].type == XEN_NETIF_EXTRA_TYPE_MCAST_ADD ||
            incoming.extras[i].type == XEN_NETIF_EXTRA_TYPE_MCAST_DEL)
            return 1;
    return 0;
}

static int crosses_page(const netif_tx_request_t *request)
{
    return request->offset + request->size > PAGE;
}

/* Copies the octets of one request to those before it. 0 if its page is not granted. */
static int copy_in(const netif_tx_request_t *request)
{
    const uint8_t *page = host_map(request->gref);

    if (page == NULL)
        return 0;
    memcpy(incoming.octets + incoming.size, page + request->offset, request->size);
#ifdef FAULT_ALTERS
    incoming.octets[incoming.size + request->size - 1] ^= 1;
#endif
    incoming.size += request->size;
    host_unmap(request->gref);
    return 1;
}

/*
 * Takes one packet off the ring; `published` requests are there. 0 if what the frontend did is fatal.
 *
 * The size in the first request is that of the whole packet, so that what is left of it when those of the later ones
 * are taken away is the first one's own.
 */
static int take_packet(unsigned published)
{
    unsigned slots = 1, copied = 0;
    int is_bad = 0;

    RING_COPY_REQUEST(&tx, tx.req_cons++, &chain[0]);
    published--;
    incoming.size = incoming.nr_extras = 0;
    incoming.csum_blank = (chain[0].flags & NETTXF_csum_blank) != 0;
    incoming.data_validated = (chain[0].flags & NETTXF_data_validated) != 0;
    if ((chain[0].flags & NETTXF_extra_info) && !take_extras(&published))
        return 0;
    if (is_multicast_control()) {
        answer_later(0, NETIF_RSP_OKAY, incoming.nr_extras);
        return 1;
    }

    for (int more = chain[0].flags & NETTXF_more_data; more; slots++) {
        netif_tx_request_t *request = &chain[slots];

        if (published-- == 0)
            return fatal("a chain ends before its last request");
        if (slots > FATAL_SLOTS)
            return fatal("far too many slots in a packet");
        if (slots > LEGACY_SLOTS_MAX)
            is_bad = 1;
        RING_COPY_REQUEST(&tx, tx.req_cons++, request);
        if (crosses_page(request))
            return fatal("a request reaches past its page");
        if (request->size > chain[0].size)
            is_bad = 1;
        else
            chain[0].size -= request->size;
        more = request->flags & NETTXF_more_data;
    }
    if (is_bad || chain[0].size < ETH_HLEN) {
        answer_all_later(slots, NETIF_RSP_ERROR, incoming.nr_extras);
        return 1;
    }
    if (crosses_page(&chain[0]))
        return fatal("a request reaches past its page");
    if (is_gso_bad())
        return fatal("segmentation offload that cannot be");

    for (unsigned slot = 0; slot < slots; slot++) {
        int is_copied = copy_in(&chain[slot]);

        copied += is_copied;
        answer_later(slot, is_copied ? NETIF_RSP_OKAY : NETIF_RSP_ERROR, incoming.nr_extras);
    }
    if (copied == slots)
        hand_over();
    return 1;
}

/* Which of those that wait is answered next. */
static unsigned next_to_answer(void)
{
    if (disorder == 0)
        return 0;
    disorder = disorder * 1664525 + 1013904223;
    return (disorder >> 8) % nr_waiting;
}

static void answer_all(void)
{
    int notify;

    while (nr_waiting > 0) {
        unsigned k = next_to_answer();

        respond(waiting[k].id, waiting[k].status, waiting[k].extras);
        nr_waiting--;
        /* In random order the last one takes the place; in order all move up, and the array is short. */
        if (disorder != 0)
            waiting[k] = waiting[nr_waiting];
        else
            __builtin_memmove(&waiting[0], &waiting[1], nr_waiting * sizeof(waiting[0]));
    }
    RING_PUSH_RESPONSES_AND_CHECK_NOTIFY(&tx, notify);
    if (notify)
        host_notify();
}

/* Takes the event, and takes and answers transmit requests until there are none. */
EXPORT(back_poll) void back_poll(void)
{
    unsigned published;
    int is_more = fatal_reason == NULL;

    host_clear_pending();
    while (is_more) {
        if (RING_REQUEST_PROD_OVERFLOW(&tx, tx.sring->req_prod)) {
            fatal("more requests than the ring has slots");
            return;
        }
        xen_rmb();
        while ((published = RING_HAS_UNCONSUMED_REQUESTS(&tx)) > 0)
            if (!take_packet(published))
                return;
        answer_all();
        RING_FINAL_CHECK_FOR_REQUESTS(&tx, is_more);
    }
}

/*
 * Are there so many pages? If not, an event is asked for at the next one posted: RING_FINAL_CHECK_FOR_REQUESTS as it
 * has to be where one request may not be enough.
 */
static int has_pages(unsigned needed)
{
    RING_IDX prod;

    do {
        prod = rx.sring->req_prod;
        xen_rmb();
        if (prod - rx.req_cons >= needed)
            return 1;
        rx.sring->req_event = prod + 1;
        xen_mb();
    } while (rx.sring->req_prod != prod);
    return 0;
}

/* An extra takes the place of a response, and with it the id of the request that it uses up. */
static void write_extra(netif_extra_info_t extra)
{
    *(netif_extra_info_t *)RING_GET_RESPONSE(&rx, rx.rsp_prod_pvt++) = extra;
}

/* Writes a piece of the packet to the page of a request, and the response to it. */
static void write_piece(const netif_rx_request_t *request, unsigned at, unsigned size)
{
    netif_rx_response_t *response = RING_GET_RESPONSE(&rx, rx.rsp_prod_pvt++);
    uint8_t *page = host_map(request->gref);
    uint16_t flags = at + size < outgoing.size ? NETRXF_more_data : 0;

    if (page != NULL) {
        memcpy(page + rx_offset, outgoing.octets + at, size);
        host_unmap(request->gref);
    }
    if (at == 0) {
        flags |= outgoing.csum_blank ? RX_csum_blank : 0;
        flags |= outgoing.data_validated ? RX_data_validated : 0;
        flags |= outgoing.nr_extras > 0 ? NETRXF_extra_info : 0;
    }
    response->id = request->id;
    response->offset = page == NULL ? 0 : rx_offset;
    response->flags = flags;
    response->status = page == NULL ? NETIF_RSP_ERROR : (int16_t)size;
}

/* Writes the outgoing packet to pages of the guest, its extras after the first. 0 if there are too few: again later. */
EXPORT(back_deliver) int back_deliver(void)
{
    unsigned slots = slots_of_outgoing(rx_cut), at = 0, extras = 0;

    if (fatal_reason != NULL || !has_pages(slots))
        return 0;
    for (unsigned slot = 0; slot < slots; slot++) {
        netif_rx_request_t request;

        RING_COPY_REQUEST(&rx, rx.req_cons++, &request);
        if (slot > 0 && extras < outgoing.nr_extras)
            write_extra(outgoing_extra(extras++));
        else {
            unsigned left = outgoing.size - at;
            unsigned size = left < rx_cut ? left : rx_cut;

            write_piece(&request, at, size);
            at += size;
        }
    }
    return 1;
}

/* Publishes what was delivered. */
EXPORT(back_push_rx) void back_push_rx(void)
{
    int notify;

    RING_PUSH_RESPONSES_AND_CHECK_NOTIFY(&rx, notify);
    if (notify)
        host_notify();
}
