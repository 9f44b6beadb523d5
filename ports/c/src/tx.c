/*
 * Transmit: a packet as a chain of slots.
 *
 *     slot        what is in it        size         flags
 *     first       request, block 1     the packet's more_data, extra_info, csum_blank
 *     then        extra, if it has one
 *     then        request, block 2     its own      more_data
 *     last        request, block n     its own
 */
#include "internal.h"

static void free_block(struct netfront *nf, unsigned int b) {
    nf->blocks[b].next = nf->free_block;
    nf->free_block = b;
    nf->nr_free_blocks++;
}

static unsigned int take_block(struct netfront *nf) {
    unsigned int b = nf->free_block;

    nf->free_block = nf->blocks[b].next;
    nf->nr_free_blocks--;
    return b;
}

static void free_packet(struct netfront *nf, unsigned int k) {
    nf->packets[k].next = nf->free_packet;
    nf->free_packet = k;
}

/* There always is one: no more packets than blocks are in flight. */
static unsigned int take_packet(struct netfront *nf, uintptr_t token, unsigned int blocks) {
    unsigned int k = nf->free_packet;

    nf->free_packet = nf->packets[k].next;
    nf->packets[k].token = token;
    nf->packets[k].left = blocks;
    nf->packets[k].status = NETIF_RSP_OKAY;
    return k;
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
            nf->blocks[b].octets = page; /* from now on it is given back */
            gref = nf->ops->grant_access(nf->host, page, true);
            if (gref == NETFRONT_NO_GRANT)
                return false;
        }
        nf->blocks[b].gref = gref;
        nf->blocks[b].offset = (b % 2) * NETFRONT_BLOCK;
        nf->blocks[b].octets = page + nf->blocks[b].offset;
    }
    nf->nr_blocks = count;
    for (unsigned int b = count; b-- > 0;) {
        free_block(nf, b);
        free_packet(nf, b);
    }
    return true;
}

/* The block that a response answers. The id is the backend's word: it may be any, and of no request in flight. */
static unsigned int answered_block(struct netfront *nf, uint16_t id) {
    if (id >= nf->nr_blocks)
        return NONE;
    /* P9. Without this a second answer would put the block into the free list twice. */
    if (!nf->blocks[id].in_flight)
        return NONE;
    return id;
}

/* A block with these octets, in the next slot. `size` is what the request says, of the first one the packet's (P52). */
static void write_request(struct netfront *nf, unsigned int packet, const void *octets, size_t own, size_t size,
                          uint16_t flags) {
    unsigned int b = take_block(nf);
    struct netfront_tx_block *block = &nf->blocks[b];
    netif_tx_request_t *request = RING_GET_REQUEST(&nf->tx, nf->tx.req_prod_pvt);

    block->in_flight = true;
    block->packet = packet;
    memcpy(block->octets, octets, own);
    request->gref = block->gref;
    request->offset = block->offset;
    request->flags = flags;
    /* P1: a block is in one request at most, so its number is an id. */
    request->id = b;
    request->size = size;
    nf->tx.req_prod_pvt++;
}

/* An extra takes a slot, and neither an id nor a block. */
static void write_gso(struct netfront *nf, const struct netfront_offload *offload) {
    netif_extra_info_t extra = { .type = XEN_NETIF_EXTRA_TYPE_GSO };

    extra.u.gso.size = offload->gso_size;
    extra.u.gso.type = offload->gso_type;
    memcpy(RING_GET_REQUEST(&nf->tx, nf->tx.req_prod_pvt), &extra, sizeof(extra));
    nf->tx.req_prod_pvt++;
    nf->extras_in_flight++;
}

static uint16_t flags_of(const struct netfront_offload *offload) {
    /* As Linux says it: octets that have not left the machine are good, whatever is in the place of their checksum. */
    return (offload->csum_blank ? NETTXF_csum_blank | NETTXF_data_validated : 0) |
           (offload->gso_size != 0 ? NETTXF_extra_info : 0);
}

/* netback disables the interface for segments of a type or size that there is not. */
static bool is_sendable(const struct netfront_offload *offload) {
    return offload->gso_size == 0 || (offload->csum_blank && (offload->gso_type == XEN_NETIF_GSO_TYPE_TCPV4 ||
                                                              offload->gso_type == XEN_NETIF_GSO_TYPE_TCPV6));
}

enum netfront_send netfront_send(struct netfront *nf, const void *frame, size_t size,
                                 const struct netfront_offload *offload, uintptr_t token) {
    static const struct netfront_offload nothing;
    unsigned int blocks, slots, packet;

    if (offload == NULL)
        offload = &nothing;
    if (size == 0 || size > XEN_NETIF_MAX_TX_SIZE || !is_sendable(offload))
        return NETFRONT_NEVER;
    blocks = (size + NETFRONT_BLOCK - 1) / NETFRONT_BLOCK;
    slots = blocks + (offload->gso_size != 0);
    /* P51; and for what there is not even in an empty ring all others behind it would wait. */
    if (slots > XEN_NETIF_NR_SLOTS_MIN || slots > RING_SIZE(&nf->tx) || blocks > nf->nr_blocks)
        return NETFRONT_NEVER;
    /* P50: half a packet could neither be published nor wait for room that the backend alone can make. */
    if (nf->broken || slots > RING_FREE_REQUESTS(&nf->tx) || blocks > nf->nr_free_blocks)
        return NETFRONT_NO_ROOM;

    packet = take_packet(nf, token, blocks);
    for (size_t at = 0; at < size; at += NETFRONT_BLOCK) {
        bool is_first = at == 0, is_last = size - at <= NETFRONT_BLOCK;
        size_t own = is_last ? size - at : NETFRONT_BLOCK;

        write_request(nf, packet, (const uint8_t *)frame + at, own, is_first ? size : own,
                      (is_first ? flags_of(offload) : 0) | (is_last ? 0 : NETTXF_more_data));
        if (is_first && offload->gso_size != 0)
            write_gso(nf, offload);
    }
    PUSH_AND_NOTIFY(nf, &nf->tx);
    return NETFRONT_SENT;
}

/* P54: OKAY if all were. One fault is told as it came, and two that differ are an ERROR. */
static int worse(int a, int b) {
    if (a == NETIF_RSP_OKAY || a == b)
        return b;
    return b == NETIF_RSP_OKAY ? a : NETIF_RSP_ERROR;
}

static void tx_consume(struct netfront *nf, const netif_tx_response_t *response) {
    struct netfront_tx_packet *packet;
    unsigned int b;

    /* P56: it answers an extra. Its id means nothing, and may be that of a request in flight. */
    if (response->status == NETIF_RSP_NULL && nf->extras_in_flight > 0) {
        nf->extras_in_flight--;
        return;
    }
    b = response->status == NETIF_RSP_NULL ? NONE : answered_block(nf, response->id);
    if (b == NONE) {
        nf->ignored++;
        return;
    }
    nf->blocks[b].in_flight = false;
    /* P6: whatever the status, the block is ours again. */
    free_block(nf, b);
    packet = &nf->packets[nf->blocks[b].packet];
    packet->status = worse(packet->status, response->status);
    if (--packet->left > 0)
        return;
    /* P55: once, and free before the application is told, which may send from there. */
    free_packet(nf, packet - nf->packets);
    nf->ops->sent(nf->host, packet->token, packet->status);
}

bool netfront_tx_connect(struct netfront *nf, const struct netfront_ring_config *config) {
    netif_tx_sring_t *sring = nf->ops->alloc_page(nf->host);

    if (sring == NULL)
        return false;
    SHARED_RING_INIT_AT(sring, config->first);
    FRONT_RING_ATTACH(&nf->tx, sring, config->first, RING_OCTETS(sring, config->nr_ents));
    nf->tx_gref = nf->ops->grant_access(nf->host, sring, false);
    return nf->tx_gref != NETFRONT_NO_GRANT && make_blocks(nf, config->buffers);
}

void netfront_tx_poll(struct netfront *nf) { POLL(nf, &nf->tx, netif_tx_response_t, tx_consume); }
