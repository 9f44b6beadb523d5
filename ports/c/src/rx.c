/*
 * Receive: pages are posted, and a packet is put together of the slots that come.
 *
 *     slot     what is in it        which page                says                 then
 *     first    response             of its id                 octets of its page   extras, if extra_info
 *     then     extra                posted in this slot       what the packet is   extras, if EXTRA_FLAG_MORE
 *     then     response             of its id                 octets of its page   a response, if more_data
 *
 * Its slots may be published in parts: what has come waits in nf->chain for the rest.
 */
#include "internal.h"

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

/* Which page was posted in the slot of this index: an extra leaves no id to tell. */
static unsigned int *posted_at(struct netfront *nf, RING_IDX idx) {
    return &nf->posted[idx & (RING_SIZE(&nf->rx) - 1)];
}

/* P14: every free page that has a slot is posted, as long as there is a grant for it. */
static void refill(struct netfront *nf) {
    if (nf->broken)
        return;
    while (!RING_FULL(&nf->rx) && nf->free_page != NONE) {
        unsigned int p = nf->free_page;
        netif_rx_request_t *request = RING_GET_REQUEST(&nf->rx, nf->rx.req_prod_pvt);

        nf->pages[p].gref = nf->ops->grant_access(nf->host, nf->pages[p].octets, false);
        nf->lacks_grant = nf->pages[p].gref == NETFRONT_NO_GRANT;
        if (nf->lacks_grant)
            break;
        nf->free_page = nf->pages[p].next;
        nf->pages[p].in_flight = true;
        *posted_at(nf, nf->rx.req_prod_pvt) = p;
        request->id = p;
        request->gref = nf->pages[p].gref;
        nf->rx.req_prod_pvt++;
    }
    PUSH_AND_NOTIFY(nf, &nf->rx);
}

/* The page of a slot, which is ours again. NONE: there is none, or (and then the backend is given up) it is mapped. */
static unsigned int take_back(struct netfront *nf, unsigned int p) {
    if (p >= nf->nr_pages || !nf->pages[p].in_flight)
        return NONE;
    nf->pages[p].in_flight = false;
    /* P4, P11: until the grant is ended the backend may write here. A page that it keeps mapped is never used again. */
    if (!nf->ops->end_access(nf->host, nf->pages[p].gref)) {
        nf->broken = true;
        return NONE;
    }
    nf->pages[p].gref = NETFRONT_NO_GRANT;
    return p;
}

/* The chain with an extra more. False: nobody knows it, or it makes no sense. */
static bool follow_extra(struct netfront_rx_chain *chain, const netif_extra_info_t *extra) {
    struct netfront_offload *offload = &chain->offload;
    uint8_t type = extra->u.gso.type;

    chain->extra_due = (extra->flags & XEN_NETIF_EXTRA_FLAG_MORE) != 0;
    if (extra->type != XEN_NETIF_EXTRA_TYPE_GSO)
        return extra->type != XEN_NETIF_EXTRA_TYPE_NONE && extra->type < XEN_NETIF_EXTRA_TYPE_MAX;
    if (offload->gso_size != 0 || extra->u.gso.size == 0 ||
        (type != XEN_NETIF_GSO_TYPE_TCPV4 && type != XEN_NETIF_GSO_TYPE_TCPV6))
        return false;
    offload->gso_size = extra->u.gso.size;
    offload->gso_type = type;
    return true;
}

/* The chain with so many octets more. The flags of the first response are the packet's, but for more_data. */
static bool follow_octets(struct netfront_rx_chain *chain, const netif_rx_response_t *response, int size) {
    chain->data_due = (response->flags & NETRXF_more_data) != 0;
    if (chain->slots == 1) {
        chain->extra_due = (response->flags & NETRXF_extra_info) != 0;
        chain->offload.csum_blank = (response->flags & NETRXF_csum_blank) != 0;
        /* Another form of segmentation, for those who asked for it, whose first slot has no octets. */
        if ((response->flags & NETRXF_gso_prefix) != 0)
            return false;
    }
    if (size <= 0 || response->offset + size > NETFRONT_PAGE || chain->octets + size > XEN_NETIF_MAX_TX_SIZE)
        return false;
    chain->octets += size;
    return true;
}

/* P62: nothing is handed up of a packet that is wrong. Its pages are free; and it is followed to its end. */
static void drop(struct netfront *nf) {
    struct netfront_rx_chain *chain = &nf->chain;

    if (!chain->dropped)
        nf->dropped++;
    chain->dropped = true;
    while (chain->nr_fragments > 0)
        free_page(nf, chain->fragments[--chain->nr_fragments].page);
}

static void deliver(struct netfront *nf) {
    const struct netfront_rx_chain *chain = &nf->chain;

    for (unsigned int i = 0; i < chain->nr_fragments; i++)
        nf->pages[chain->fragments[i].page].lent = true;
    nf->ops->received(nf->host, chain->fragments, chain->nr_fragments, &chain->offload);
    for (unsigned int i = 0; nf->copy && i < chain->nr_fragments; i++)
        netfront_return(nf, chain->fragments[i].page);
}

static void rx_consume(struct netfront *nf, const netif_rx_response_t *response) {
    struct netfront_rx_chain *chain = &nf->chain;
    bool is_extra = chain->extra_due, is_right;
    unsigned int p = take_back(nf, is_extra ? *posted_at(nf, nf->rx.rsp_cons - 1) : response->id);
    /* P12: signed. An error is no length, and read as unsigned a great one. */
    int size = response->status;

    if (nf->broken)
        return;
    if (p == NONE)
        nf->ignored++;
    chain->slots++;
    if (is_extra) {
        netif_extra_info_t extra;

        _Static_assert(sizeof(extra) == sizeof(*response), "an extra is where a response would be");
        memcpy(&extra, response, sizeof(extra));
        is_right = follow_extra(chain, &extra);
    } else
        is_right = follow_octets(chain, response, size);

    /* P67; and this keeps fragments within their array. */
    is_right = is_right && p != NONE && chain->slots <= XEN_NETIF_NR_SLOTS_MIN && !chain->dropped;
    if (is_right && !is_extra)
        chain->fragments[chain->nr_fragments++] = (struct netfront_fragment){
            .octets = nf->pages[p].octets + response->offset, .size = size, .page = p };
    else if (p != NONE)
        free_page(nf, p);
    /* With every page there is in this packet, none could be posted for what is to come of it. */
    if (!is_right || ((chain->extra_due || chain->data_due) && chain->nr_fragments >= nf->nr_pages))
        drop(nf);
    if (chain->extra_due || chain->data_due)
        return;
    if (!chain->dropped)
        deliver(nf);
    memset(chain, 0, sizeof(*chain));
}

void netfront_return(struct netfront *nf, unsigned int p) {
    if (p >= nf->nr_pages || !nf->pages[p].lent)
        return;
    nf->pages[p].lent = false;
    free_page(nf, p);
    if (!nf->copy)
        refill(nf);
}

bool netfront_rx_connect(struct netfront *nf, const struct netfront_ring_config *config) {
    netif_rx_sring_t *sring = nf->ops->alloc_page(nf->host);

    if (sring == NULL)
        return false;
    SHARED_RING_INIT_AT(sring, config->first);
    FRONT_RING_ATTACH(&nf->rx, sring, config->first, RING_OCTETS(sring, config->nr_ents));
    nf->rx_gref = nf->ops->grant_access(nf->host, sring, false);
    if (nf->rx_gref == NETFRONT_NO_GRANT || !make_pages(nf, config->buffers))
        return false;
    refill(nf);
    return !nf->lacks_grant;
}

void netfront_rx_poll(struct netfront *nf) {
    POLL(nf, &nf->rx, netif_rx_response_t, rx_consume);
    refill(nf);
}
