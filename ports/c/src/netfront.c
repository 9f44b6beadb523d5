/* See netfront.h. The names of steps in capitals are macros of ring.h; P1 and so on are properties of spec/. */
#include "netfront.h"
#include "faults.h"

#define NONE NETFRONT_MAX

/* A ring of nr_ents slots is a ring page of this many octets. */
#define RING_OCTETS(sring, nr_ents) (offsetof(__typeof__(*(sring)), ring) + (nr_ents) * sizeof((sring)->ring[0]))

static bool is_power_of_two(unsigned int n) { return n != 0 && (n & (n - 1)) == 0; }

/* SHARED_RING_INIT starts at 0; we may start elsewhere. */
#define SHARED_RING_INIT_AT(sring, first)                                  \
    do {                                                                   \
        SHARED_RING_INIT(sring);                                           \
        (sring)->req_prod = (sring)->rsp_prod = (first);                   \
        (sring)->req_event = (sring)->rsp_event = (first) + 1;             \
    } while (0)

/* The backend may ask to be notified of any of the requests that are published here. */
#define PUSH_AND_NOTIFY(nf, ring)                                          \
    do {                                                                   \
        int due;                                                           \
        if (FAULT(SIGNED_NOTIFY)) {                                        \
            RING_IDX old = (ring)->sring->req_prod, new = (ring)->req_prod_pvt; \
            RING_PUSH_REQUESTS(ring);                                      \
            xen_mb();                                                      \
            due = (int)(new - (ring)->sring->req_event) < (int)(new - old); \
        } else                                                             \
            RING_PUSH_REQUESTS_AND_CHECK_NOTIFY(ring, due);                \
        if (due)                                                           \
            (nf)->ops->notify((nf)->host);                                 \
    } while (0)

/* ---- transmit ------------------------------------------------------------------------------------------------ */

static void free_block(struct netfront *nf, unsigned int b) {
    nf->blocks[b].next = nf->free_block;
    nf->free_block = b;
}

/* The pool: pages granted for life, two blocks each. */
static bool make_blocks(struct netfront *nf, unsigned int count) {
    uint8_t *page = NULL;
    grant_ref_t gref = 0;

    for (unsigned int b = 0; b < count; b++) {
        if (b % 2 == 0) {
            page = nf->ops->alloc_page(nf->host);
            if (page == NULL)
                return false;
            gref = nf->ops->grant_access(nf->host, page, true);
        }
        nf->blocks[b].gref = gref;
        nf->blocks[b].offset = (b % 2) * NETFRONT_BLOCK;
        nf->blocks[b].octets = page + nf->blocks[b].offset;
    }
    nf->nr_blocks = count;
    for (unsigned int b = count; b-- > 0;)
        free_block(nf, b);
    return true;
}

/* P1: a block is in one request at most, so its number is an id. */
static uint16_t id_of(struct netfront *nf, unsigned int b) {
    FAULTY_ID(nf, b);
    return b;
}

/* The block that a response answers. The id is the backend's word: it may be any, and of no request in flight. */
static unsigned int answered_block(struct netfront *nf, uint16_t id) {
    FAULTY_LOOKUP(nf, id);
    if (id >= nf->nr_blocks)
        return NONE;
    /* P9. Without this a second answer would put the block into the free list twice. */
    if (!nf->blocks[id].in_flight && !FAULT(FREE_LIST_UNCHECKED))
        return NONE;
    return id;
}

bool netfront_send(struct netfront *nf, const void *frame, size_t size, uintptr_t token) {
    unsigned int b = nf->free_block;
    struct netfront_tx_block *block;
    netif_tx_request_t *request;

    if (nf->broken || size > NETFRONT_BLOCK || RING_FULL(&nf->tx) || b == NONE)
        return false;
    block = &nf->blocks[b];
    nf->free_block = block->next;
    block->in_flight = true;
    block->token = token;
    memcpy(block->octets, frame, size);

    request = RING_GET_REQUEST(&nf->tx, nf->tx.req_prod_pvt);
    request->gref = block->gref;
    request->offset = block->offset;
    request->flags = 0;
    request->id = id_of(nf, b);
    request->size = size;
    nf->tx.req_prod_pvt++;
    PUSH_AND_NOTIFY(nf, &nf->tx);
    return true;
}

static void tx_consume(struct netfront *nf, const netif_tx_response_t *response) {
    unsigned int b = answered_block(nf, response->id);
    int status = FAULT(STATUS_UNSIGNED) ? (uint16_t)response->status : response->status;

    if (b == NONE) {
        nf->ignored++;
        return;
    }
    nf->blocks[b].in_flight = false;
    /* P6: whatever the status, the block is ours again. */
    if (!(FAULT(ERROR_NOT_RECOVERED) && status < 0))
        free_block(nf, b);
    nf->ops->sent(nf->host, nf->blocks[b].token, status);
}

/* ---- receive ------------------------------------------------------------------------------------------------- */

static void free_page(struct netfront *nf, unsigned int p) {
    nf->pages[p].next = nf->free_page;
    nf->free_page = p;
}

static bool make_pages(struct netfront *nf, unsigned int count) {
    for (unsigned int p = 0; p < count; p++) {
        nf->pages[p].octets = nf->ops->alloc_page(nf->host);
        if (nf->pages[p].octets == NULL)
            return false;
    }
    nf->nr_pages = count;
    for (unsigned int p = count; p-- > 0;)
        free_page(nf, p);
    return true;
}

/* Is there room for one request more? A difference of indices, never an order: they wrap. */
static bool rx_has_room(const netif_rx_front_ring_t *rx) {
    if (FAULT(REFILL_AT_WRAP))
        return rx->req_prod_pvt < rx->rsp_cons + RING_SIZE(rx);
    return !RING_FULL(rx);
}

/* P14: every free page that has a slot is posted. */
static void refill(struct netfront *nf) {
    if (nf->broken)
        return;
    while (rx_has_room(&nf->rx) && nf->free_page != NONE) {
        unsigned int p = nf->free_page;
        netif_rx_request_t *request = RING_GET_REQUEST(&nf->rx, nf->rx.req_prod_pvt);

        nf->free_page = nf->pages[p].next;
        nf->pages[p].gref = nf->ops->grant_access(nf->host, nf->pages[p].octets, false);
        nf->pages[p].in_flight = true;
        request->id = p;
        request->gref = nf->pages[p].gref;
        nf->rx.req_prod_pvt++;
    }
    PUSH_AND_NOTIFY(nf, &nf->rx);
}

static void rx_deliver(struct netfront *nf, unsigned int p, uint16_t offset, size_t size) {
    nf->pages[p].lent = true;
    nf->ops->received(nf->host, nf->pages[p].octets + offset, size, p);
    if (nf->copy)
        netfront_return(nf, p);
}

static void rx_consume(struct netfront *nf, const netif_rx_response_t *response) {
    unsigned int p = response->id;
    /* P12: signed. An error is no length, and read as unsigned a great one. */
    int size = response->status;

    if (p >= nf->nr_pages || !nf->pages[p].in_flight) {
        nf->ignored++;
        return;
    }
    nf->pages[p].in_flight = false;
    /* P4, P11: until the grant is ended the backend may write here. A page that it keeps mapped is never used again. */
    if (!nf->ops->end_access(nf->host, nf->pages[p].gref)) {
        nf->broken = true;
        return;
    }
    if (FAULT(STATUS_UNSIGNED)) {
        size = (uint16_t)response->status;
        if (response->offset + size > NETFRONT_PAGE)
            size = NETFRONT_PAGE - response->offset;
    }
    if (size > 0 && response->offset + size <= NETFRONT_PAGE) {
        rx_deliver(nf, p, response->offset, size);
        return;
    }
    if (size > 0)
        nf->ignored++;
    if (!FAULT(ERROR_NOT_RECOVERED))
        free_page(nf, p);
}

void netfront_return(struct netfront *nf, unsigned int p) {
    if (p >= nf->nr_pages || !nf->pages[p].lent)
        return;
    nf->pages[p].lent = false;
    free_page(nf, p);
    if (!nf->copy)
        refill(nf);
}

/* ---- both ---------------------------------------------------------------------------------------------------- */

/*
 * Consumes responses until there are none, and asks to be notified of the next. rsp_prod is loaded once for each turn,
 * checked, and then believed: P8, it must not pass what was asked for, which is less than what
 * RING_RESPONSE_PROD_OVERFLOW lets through. The final check is for what comes before the request to be notified is seen.
 */
#define POLL(nf, front, response_t, consume)                               \
    do {                                                                   \
        int more = 0;                                                      \
        do {                                                               \
            RING_IDX prod = (front)->sring->rsp_prod;                      \
            xen_rmb();                                                     \
            if (prod - (front)->rsp_cons > (front)->req_prod_pvt - (front)->rsp_cons && !FAULT(RSP_PROD_UNBOUNDED)) { \
                (nf)->broken = true;                                       \
                break;                                                     \
            }                                                              \
            while (FAULT(LESS_THAN) ? (front)->rsp_cons < prod : (front)->rsp_cons != prod) { \
                response_t response;                                       \
                RING_COPY_RESPONSE(front, (front)->rsp_cons, &response);   \
                (front)->rsp_cons++;                                       \
                consume(nf, &response);                                    \
                if ((nf)->broken)                                          \
                    break;                                                 \
            }                                                              \
            if ((nf)->broken)                                              \
                break;                                                     \
            if (FAULT(NO_FINAL_CHECK) || FAULT(LESS_THAN)) {               \
                (front)->sring->rsp_event = (front)->rsp_cons + 1;         \
                more = 0;                                                  \
            } else                                                         \
                RING_FINAL_CHECK_FOR_RESPONSES(front, more);               \
        } while (more);                                                    \
    } while (0)

void netfront_poll(struct netfront *nf) {
    if (nf->tx.sring != NULL && !nf->broken)
        POLL(nf, &nf->tx, netif_tx_response_t, tx_consume);
    if (nf->rx.sring != NULL && !nf->broken) {
        POLL(nf, &nf->rx, netif_rx_response_t, rx_consume);
        refill(nf);
    }
}

static bool fits(const struct netfront_ring_config *ring, unsigned int most) {
    return ring->nr_ents == 0 || (is_power_of_two(ring->nr_ents) && ring->nr_ents <= most && ring->buffers >= 1 &&
                                  ring->buffers <= NETFRONT_MAX);
}

static bool connect_tx(struct netfront *nf, const struct netfront_ring_config *config) {
    netif_tx_sring_t *sring = nf->ops->alloc_page(nf->host);

    if (sring == NULL)
        return false;
    SHARED_RING_INIT_AT(sring, config->first);
    FRONT_RING_ATTACH(&nf->tx, sring, config->first, RING_OCTETS(sring, config->nr_ents));
    nf->tx_gref = nf->ops->grant_access(nf->host, sring, false);
    return make_blocks(nf, config->buffers);
}

static bool connect_rx(struct netfront *nf, const struct netfront_ring_config *config) {
    netif_rx_sring_t *sring = nf->ops->alloc_page(nf->host);

    if (sring == NULL)
        return false;
    SHARED_RING_INIT_AT(sring, config->first);
    FRONT_RING_ATTACH(&nf->rx, sring, config->first, RING_OCTETS(sring, config->nr_ents));
    nf->rx_gref = nf->ops->grant_access(nf->host, sring, false);
    if (!make_pages(nf, config->buffers))
        return false;
    refill(nf);
    return true;
}

bool netfront_connect(struct netfront *nf, const struct netfront_config *config, const struct netfront_ops *ops,
                      void *host) {
    memset(nf, 0, sizeof(*nf));
    nf->ops = ops;
    nf->host = host;
    nf->copy = config->copy;
    nf->free_block = nf->free_page = NONE;
    if (!fits(&config->tx, 256) || !fits(&config->rx, 256))
        return false;
    return (config->tx.nr_ents == 0 || connect_tx(nf, &config->tx)) &&
           (config->rx.nr_ents == 0 || connect_rx(nf, &config->rx));
}
