/*
 * A whole frontend, for a backend to be tried with: request ids from a free list on the transmit ring, the slot's number
 * on the receive ring, a page and a grant for each request.
 */
#include "packet.h"

#define NO_ID RING
#define INDEX(idx) ((idx) & (RING - 1))

static netif_tx_front_ring_t tx;
static netif_rx_front_ring_t rx;
/* What the backend did that no backend may, or 0. */
static const char *broken_reason;
/* Octets of a request at most. */
static unsigned tx_cut;

/* By id: its page, the grant of it, and the packet that it is part of. A free id links to the next. */
static struct {
    uint8_t *page;
    grant_ref_t gref;
    unsigned packet;
    unsigned next;
    int is_in_flight;
} sent[RING];
static unsigned first_free;

/*
 * A packet's token, its requests not answered, and the worst status. It has a number of its own: the id of its first request may
 * be in another packet before its last one is answered. A free number links to the next; each packet has a request on the ring,
 * so that they do not run out before the ids.
 */
static struct {
    unsigned token;
    unsigned left;
    int16_t status;
    unsigned next;
} packets[RING];
static unsigned first_free_packet;
/* Extras not answered. */
static unsigned extras_out;

/* By slot: the page posted in it, and the grant of it. Pages that are not posted are on the list. */
static uint8_t *rx_page[RING];
static grant_ref_t rx_gref[RING];
static uint8_t *free_pages[RING];
static unsigned nr_free_pages;

/* What is still to come of the packet that arrives. */
static int is_extra_due, is_data_due, is_spoilt;

#define SRING_INIT(sring, first)                                                                                       \
    do {                                                                                                               \
        SHARED_RING_INIT(sring);                                                                                       \
        (sring)->req_prod = (sring)->rsp_prod = (first);                                                               \
        (sring)->req_event = (sring)->rsp_event = (first) + 1;                                                         \
    } while (0)

/* Makes both rings in pages of their own, all indices at `first`. Pages to receive into are posted by front_poll. */
EXPORT(front_connect) void front_connect(netif_tx_sring_t *txs, netif_rx_sring_t *rxs, RING_IDX first)
{
    SRING_INIT(txs, first);
    SRING_INIT(rxs, first);
    FRONT_RING_ATTACH(&tx, txs, first, PAGE);
    FRONT_RING_ATTACH(&rx, rxs, first, PAGE);
    broken_reason = NULL;
    tx_cut = PAGE;
    extras_out = 0;
    first_free = first_free_packet = 0;
    nr_free_pages = RING;
    is_extra_due = is_data_due = is_spoilt = 0;
    for (unsigned i = 0; i < RING; i++) {
        sent[i].page = host_allocate_page();
        sent[i].next = i + 1;
        sent[i].is_in_flight = 0;
        packets[i].next = i + 1;
        rx_page[i] = NULL;
        free_pages[i] = host_allocate_page();
    }
}

/* Packets go in requests of at most `cut` octets. */
EXPORT(front_shape) void front_shape(unsigned cut)
{
    tx_cut = cut;
}

EXPORT(front_broken_reason) const char *front_broken_reason(void)
{
    return broken_reason;
}

/* Requests and extras that the backend has not answered, and pages that are posted. */
EXPORT(front_unanswered) unsigned front_unanswered(void)
{
    return tx.req_prod_pvt - tx.rsp_cons;
}

EXPORT(front_posted) unsigned front_posted(void)
{
    return rx.req_prod_pvt - rx.rsp_cons;
}

EXPORT(front_free_pages) unsigned front_free_pages(void)
{
    return nr_free_pages;
}

static int broken(const char *reason)
{
    broken_reason = reason;
    return 0;
}

/* One request: the piece is at the end of its page, so that an offset is part of it. */
static void write_request(unsigned id, const uint8_t *octets, unsigned piece, unsigned size, uint16_t flags)
{
    netif_tx_request_t *request = RING_GET_REQUEST(&tx, tx.req_prod_pvt++);
    unsigned offset = PAGE - piece;

    memcpy(sent[id].page + offset, octets, piece);
    sent[id].gref = host_grant_access(sent[id].page, 1);
    sent[id].is_in_flight = 1;
    request->gref = sent[id].gref;
    request->offset = offset;
    request->flags = flags;
    request->id = id;
    request->size = size;
}

/* Puts the outgoing packet onto the ring, published by front_push. 0 if there is no room: again later. */
EXPORT(front_send) int front_send(unsigned token)
{
    unsigned packet = first_free_packet, at = 0;
    uint16_t flags = 0;

    if (broken_reason != NULL || RING_FREE_REQUESTS(&tx) < slots_of_outgoing(tx_cut))
        return 0;
    first_free_packet = packets[packet].next;
    packets[packet].token = token;
    packets[packet].left = 0;
    packets[packet].status = NETIF_RSP_OKAY;
    flags |= outgoing.csum_blank ? NETTXF_csum_blank : 0;
    flags |= outgoing.data_validated ? NETTXF_data_validated : 0;
    flags |= outgoing.nr_extras > 0 ? NETTXF_extra_info : 0;
    do {
        unsigned left = outgoing.size - at;
        unsigned piece = left < tx_cut ? left : tx_cut;
        unsigned id = first_free;

        first_free = sent[id].next;
        sent[id].packet = packet;
        packets[packet].left++;
        flags |= piece < left ? NETTXF_more_data : 0;
        write_request(id, outgoing.octets + at, piece, at == 0 ? outgoing.size : piece, flags);
        if (at == 0)
            for (unsigned i = 0; i < outgoing.nr_extras; i++, extras_out++)
                *(netif_extra_info_t *)RING_GET_REQUEST(&tx, tx.req_prod_pvt++) = outgoing_extra(i);
        flags = 0;
        at += piece;
    } while (at < outgoing.size);
    return 1;
}

/* Publishes what was sent. */
EXPORT(front_push) void front_push(void)
{
    int notify;

    RING_PUSH_REQUESTS_AND_CHECK_NOTIFY(&tx, notify);
    if (notify)
        host_notify();
}

/* The request with this id is answered: its page is ours again. */
static int release_request(unsigned id, int16_t status)
{
    unsigned packet = sent[id].packet;

    if (!host_end_access(sent[id].gref))
        return broken("a request is answered and its page still mapped");
    sent[id].is_in_flight = 0;
    sent[id].next = first_free;
    first_free = id;
    if (status < packets[packet].status)
        packets[packet].status = status;
    if (--packets[packet].left > 0)
        return 1;
    packets[packet].next = first_free_packet;
    first_free_packet = packet;
    host_sent(packets[packet].token, packets[packet].status);
    return 1;
}

static int consume_tx_response(void)
{
    netif_tx_response_t response;

    RING_COPY_RESPONSE(&tx, tx.rsp_cons, &response);
    tx.rsp_cons++;
    if (response.status == NETIF_RSP_NULL)
        return extras_out-- > 0 ? 1 : broken("an answer to an extra that was not sent");
    if (response.id >= RING || !sent[response.id].is_in_flight)
        return broken("an answer to a request that was not sent");
    return release_request(response.id, response.status);
}

static void poll_tx(void)
{
    RING_IDX prod;
    int is_more = 1;

    while (is_more && broken_reason == NULL) {
        prod = tx.sring->rsp_prod;
        if (prod - tx.rsp_cons > tx.req_prod_pvt - tx.rsp_cons) {
            broken("more answers than requests");
            return;
        }
        xen_rmb();
        while (tx.rsp_cons != prod)
            if (!consume_tx_response())
                return;
        RING_FINAL_CHECK_FOR_RESPONSES(&tx, is_more);
    }
}

/* The packet that arrives is complete, or what is left of it: handed over, or forgotten. */
static void end_packet(void)
{
    if (!is_spoilt)
        hand_over();
    is_spoilt = 0;
}

/* One piece of a packet, copied out of the page that was posted in its slot. */
static void take_piece(const netif_rx_response_t *response, const uint8_t *page)
{
    int is_first = !is_data_due;

    if (is_first) {
        incoming.size = incoming.nr_extras = 0;
        incoming.csum_blank = (response->flags & NETRXF_csum_blank) != 0;
        incoming.data_validated = (response->flags & NETRXF_data_validated) != 0;
        is_extra_due = (response->flags & NETRXF_extra_info) != 0;
    }
    is_data_due = (response->flags & NETRXF_more_data) != 0;
    if (response->status <= 0 || response->offset + response->status > PAGE ||
        incoming.size + response->status > XEN_NETIF_MAX_TX_SIZE)
        is_spoilt = 1;
    else {
        memcpy(incoming.octets + incoming.size, page + response->offset, response->status);
        incoming.size += response->status;
    }
}

/* An extra is where a response would be, whose id it has overwritten: its page is known by its slot alone. */
static void take_extra(const netif_extra_info_t *extra)
{
    if (!is_known_extra(*extra) || incoming.nr_extras == MOST_EXTRAS)
        is_spoilt = 1;
    else
        incoming.extras[incoming.nr_extras++] = *extra;
    is_extra_due = (extra->flags & XEN_NETIF_EXTRA_FLAG_MORE) != 0;
}

static int consume_rx_response(void)
{
    unsigned slot = INDEX(rx.rsp_cons);
    uint8_t *page = rx_page[slot];

    if (page == NULL)
        return broken("an answer to a page that was not posted");
    if (!host_end_access(rx_gref[slot]))
        return broken("a page is answered and still mapped");
    rx_page[slot] = NULL;
    free_pages[nr_free_pages++] = page;
    if (is_extra_due) {
        netif_extra_info_t extra;

        RING_COPY_RESPONSE(&rx, rx.rsp_cons, &extra);
        take_extra(&extra);
    } else {
        netif_rx_response_t response;

        RING_COPY_RESPONSE(&rx, rx.rsp_cons, &response);
        if (response.id != slot)
            return broken("an answer in the wrong slot");
        take_piece(&response, page);
    }
    rx.rsp_cons++;
    if (!is_extra_due && !is_data_due)
        end_packet();
    return 1;
}

static void poll_rx(void)
{
    RING_IDX prod;
    int is_more = 1;

    while (is_more && broken_reason == NULL) {
        prod = rx.sring->rsp_prod;
        if (prod - rx.rsp_cons > rx.req_prod_pvt - rx.rsp_cons) {
            broken("more answers than pages");
            return;
        }
        xen_rmb();
        while (rx.rsp_cons != prod)
            if (!consume_rx_response())
                return;
        RING_FINAL_CHECK_FOR_RESPONSES(&rx, is_more);
    }
}

/* All free pages that have room are posted. */
static void refill(void)
{
    int notify;

    while (nr_free_pages > 0 && !RING_FULL(&rx)) {
        unsigned slot = INDEX(rx.req_prod_pvt);
        netif_rx_request_t *request = RING_GET_REQUEST(&rx, rx.req_prod_pvt++);

        rx_page[slot] = free_pages[--nr_free_pages];
        rx_gref[slot] = host_grant_access(rx_page[slot], 0);
        request->id = slot;
        request->gref = rx_gref[slot];
    }
    RING_PUSH_REQUESTS_AND_CHECK_NOTIFY(&rx, notify);
    if (notify)
        host_notify();
}

/* Takes the event, and everything that the backend has answered; posts pages. */
EXPORT(front_poll) void front_poll(void)
{
    host_clear_pending();
    poll_tx();
    poll_rx();
    if (broken_reason == NULL)
        refill();
}

/* Takes back all pages that are posted. 0 if the backend has some mapped. */
EXPORT(front_close) int front_close(void)
{
    int all = 1;

    for (unsigned slot = 0; slot < RING; slot++)
        if (rx_page[slot] != NULL) {
            all &= host_end_access(rx_gref[slot]);
            rx_page[slot] = NULL;
        }
    return all;
}
