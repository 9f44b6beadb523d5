/*
 * Unit tests of the C port, each a sentence. The backend is played by hand, on the same ring; what needs whole runs is
 * the corpus' affair (netfront conform).
 */
#include "netfront.h"

#include <stdio.h>
#include <stdlib.h>

#define CHECK(condition)                                                        \
    do {                                                                        \
        if (!(condition)) {                                                     \
            printf("NOT ok  %s: %s:%d: %s\n", __func__, __FILE__, __LINE__, #condition); \
            exit(1);                                                            \
        }                                                                       \
        checks++;                                                               \
    } while (0)

#define LAST 0xffffffffu

static unsigned long checks;

/* A guest of a few pages. */
static uint8_t memory[64][NETFRONT_PAGE] __attribute__((aligned(NETFRONT_PAGE)));
static unsigned int nr_pages, most_pages, grants, ends, events, nr_sent, nr_received, mapped;
static int last_status;
static uintptr_t last_token;
static size_t last_size; /* of all its fragments */
static unsigned int last_page, last_count;
static struct netfront_fragment last[XEN_NETIF_NR_SLOTS_MIN];
static struct netfront_offload last_offload;
static RING_IDX published; /* on the transmit ring, when the backend was last notified */
static struct netfront nf;

static void *alloc_page(void *host) {
    (void)host;
    return nr_pages < most_pages ? memory[nr_pages++] : NULL;
}
static grant_ref_t grant_access(void *host, void *page, bool readonly) {
    (void)host, (void)readonly;
    grants++;
    return 100 + (grant_ref_t)(((uint8_t *)page - memory[0]) / NETFRONT_PAGE);
}
static bool end_access(void *host, grant_ref_t gref) {
    (void)host;
    if (gref == mapped)
        return false;
    ends++;
    return true;
}
static void notify(void *host, bool rx) {
    (void)host, (void)rx;
    events++;
    published = nf.tx.sring == NULL ? 0 : nf.tx.sring->req_prod;
}
static void sent(void *host, uintptr_t token, int status) {
    (void)host;
    nr_sent++;
    last_token = token;
    last_status = status;
}
static void received(void *host, const struct netfront_fragment *fragments, unsigned int count,
                     const struct netfront_offload *offload) {
    (void)host;
    nr_received++;
    memcpy(last, fragments, count * sizeof(*fragments));
    last_count = count;
    last_offload = *offload;
    last_size = 0;
    for (unsigned int i = 0; i < count; i++)
        last_size += fragments[i].size;
    last_page = fragments[0].page;
}
static const struct netfront_ops ops = {
    .alloc_page = alloc_page,
    .grant_access = grant_access,
    .end_access = end_access,
    .notify = notify,
    .sent = sent,
    .received = received,
};

static bool connect(unsigned int tx, unsigned int tx_buffers, unsigned int rx, unsigned int rx_buffers, bool copy) {
    struct netfront_config config = { { tx, LAST, tx_buffers }, { rx, LAST, rx_buffers }, copy };

    memset(memory, 0, sizeof(memory));
    nr_pages = grants = ends = events = nr_sent = nr_received = mapped = 0;
    return netfront_connect(&nf, &config, &ops, NULL);
}

static bool send(uintptr_t token) {
    return netfront_send(&nf, "a frame of 14.", 14, NULL, token) == NETFRONT_SENT;
}

static const struct netfront_offload segments = { true, 1448, XEN_NETIF_GSO_TYPE_TCPV4 };

/* A packet of so many blocks, the last one not full; its octets are unlike in each. */
static uint8_t packet[XEN_NETIF_MAX_TX_SIZE + 1];
static size_t size_of(unsigned int blocks) { return blocks * NETFRONT_BLOCK - 100; }
static enum netfront_send send_blocks(unsigned int blocks, const struct netfront_offload *offload, uintptr_t token) {
    for (size_t i = 0; i < sizeof(packet); i++)
        packet[i] = i / NETFRONT_BLOCK + i;
    return netfront_send(&nf, packet, size_of(blocks), offload, token);
}

/* The backend answers with any id, and publishes. */
static void tx_answer(uint16_t id, int16_t status) {
    netif_tx_sring_t *sring = nf.tx.sring;
    netif_tx_response_t *response = RING_GET_RESPONSE(&nf.tx, sring->rsp_prod);

    response->id = id;
    response->status = status;
    sring->rsp_prod++;
}
static void rx_answer_flags(uint16_t id, uint16_t offset, int16_t status, uint16_t flags) {
    netif_rx_sring_t *sring = nf.rx.sring;
    *RING_GET_RESPONSE(&nf.rx, sring->rsp_prod) =
        (netif_rx_response_t){ .id = id, .offset = offset, .flags = flags, .status = status };
    sring->rsp_prod++;
}
static void rx_answer(uint16_t id, uint16_t offset, int16_t status) { rx_answer_flags(id, offset, status, 0); }
/* The extra overwrites the id of the request whose slot it takes. */
static void rx_extra(uint8_t type, uint8_t flags, uint16_t gso_size, uint8_t gso_type) {
    netif_rx_sring_t *sring = nf.rx.sring;
    netif_extra_info_t extra = { .type = type, .flags = flags };

    extra.u.gso.size = gso_size;
    extra.u.gso.type = gso_type;
    memcpy(RING_GET_RESPONSE(&nf.rx, sring->rsp_prod), &extra, sizeof(extra));
    sring->rsp_prod++;
}
static uint16_t tx_id(RING_IDX idx) { return RING_GET_REQUEST(&nf.tx, idx)->id; }
static uint16_t rx_id(RING_IDX idx) { return RING_GET_REQUEST(&nf.rx, idx)->id; }
/* Pages that the backend has not answered. */
static unsigned int rx_posted(void) { return nf.rx.sring->req_prod - nf.rx.sring->rsp_prod; }

static void a_ring_has_the_size_that_was_asked_for(void) {
    for (unsigned int nr_ents = 1; nr_ents <= 16; nr_ents *= 2) {
        CHECK(connect(nr_ents, 4, nr_ents, 4, true));
        CHECK(RING_SIZE(&nf.tx) == nr_ents && RING_SIZE(&nf.rx) == nr_ents);
        CHECK(nf.tx.sring->req_prod == LAST && nf.tx.sring->rsp_event == 0);
    }
    CHECK(!connect(3, 4, 0, 0, true));
    CHECK(!connect(512, 4, 0, 0, true));
    CHECK(!connect(4, NETFRONT_MAX + 1, 0, 0, true));
    CHECK(!connect(4, 0, 0, 0, true));
}

static void without_memory_it_does_not_connect(void) {
    most_pages = 2;
    CHECK(!connect(2, 8, 0, 0, true));
    CHECK(!connect(0, 0, 2, 4, true));
    most_pages = 64;
}

static void blocks_of_one_page_share_its_grant_and_not_their_ids(void) {
    CHECK(connect(4, 4, 0, 0, true));
    CHECK(send(1) && send(2));
    CHECK(RING_GET_REQUEST(&nf.tx, LAST)->gref == RING_GET_REQUEST(&nf.tx, 0)->gref);
    CHECK(RING_GET_REQUEST(&nf.tx, LAST)->offset != RING_GET_REQUEST(&nf.tx, 0)->offset);
    CHECK(tx_id(LAST) != tx_id(0));
}

static void the_event_test_is_that_of_ring_h(void) {
    CHECK(connect(4, 4, 0, 0, true));
    CHECK(send(1) && events == 1);
    CHECK(send(2) && events == 1); /* it has not asked again */
    nf.tx.sring->req_event = nf.tx.sring->req_prod + 2;
    CHECK(send(3) && events == 1);
    CHECK(send(4) && events == 2);
}

static void a_full_ring_and_an_empty_pool_refuse(void) {
    CHECK(connect(2, 4, 0, 0, true));
    CHECK(send(1) && send(2) && !send(3));
    CHECK(connect(4, 2, 0, 0, true));
    CHECK(send(1) && send(2) && !send(3));
    tx_answer(tx_id(0), NETIF_RSP_OKAY);
    netfront_poll(&nf);
    CHECK(nr_sent == 1 && last_token == 2);
    CHECK(send(3) && !send(4));
}

static void a_packet_is_a_chain_and_its_extra_is_second(void) {
    netif_tx_request_t first, third, last_one;
    netif_extra_info_t extra;

    CHECK(connect(8, 8, 0, 0, true));
    memset(RING_GET_REQUEST(&nf.tx, 0), 0xff, sizeof(first)); /* what was there before */
    CHECK(send_blocks(3, &segments, 1) == NETFRONT_SENT);
    CHECK(nf.tx.sring->req_prod == LAST + 4 && events == 1 && published == LAST + 4);
    first = *RING_GET_REQUEST(&nf.tx, LAST);
    memcpy(&extra, RING_GET_REQUEST(&nf.tx, 0), sizeof(extra));
    third = *RING_GET_REQUEST(&nf.tx, 1);
    last_one = *RING_GET_REQUEST(&nf.tx, 2);
    CHECK(first.size == size_of(3) && third.size == NETFRONT_BLOCK && last_one.size == NETFRONT_BLOCK - 100);
    CHECK(first.flags == (NETTXF_csum_blank | NETTXF_data_validated | NETTXF_extra_info | NETTXF_more_data));
    CHECK(third.flags == NETTXF_more_data && last_one.flags == 0);
    CHECK(extra.type == XEN_NETIF_EXTRA_TYPE_GSO && extra.flags == 0);
    CHECK(extra.u.gso.size == 1448 && extra.u.gso.type == XEN_NETIF_GSO_TYPE_TCPV4);
    CHECK(extra.u.gso.pad == 0 && extra.u.gso.features == 0);
    CHECK(first.id != third.id && third.id != last_one.id && first.id != last_one.id);
    CHECK(memcmp(nf.blocks[first.id].octets, packet, NETFRONT_BLOCK) == 0);
    CHECK(memcmp(nf.blocks[last_one.id].octets, packet + 2 * NETFRONT_BLOCK, last_one.size) == 0);
}

static void a_block_that_is_just_full_is_one_request(void) {
    CHECK(connect(4, 4, 0, 0, true));
    CHECK(netfront_send(&nf, packet, NETFRONT_BLOCK, NULL, 1) == NETFRONT_SENT && nf.tx.sring->req_prod == LAST + 1);
    CHECK(netfront_send(&nf, packet, NETFRONT_BLOCK + 1, NULL, 2) == NETFRONT_SENT);
    CHECK(nf.tx.sring->req_prod == LAST + 3 && RING_GET_REQUEST(&nf.tx, 1)->size == 1);
}

static void without_slots_or_blocks_for_all_of_a_packet_nothing_of_it_is_written(void) {
    CHECK(connect(4, 8, 0, 0, true));
    CHECK(send(1) && send_blocks(3, &segments, 2) == NETFRONT_NO_ROOM);
    CHECK(nf.tx.req_prod_pvt == LAST + 1 && nf.nr_free_blocks == 7);
    CHECK(send_blocks(3, NULL, 2) == NETFRONT_SENT);
    CHECK(connect(8, 4, 0, 0, true));
    CHECK(send(1) && send(2) && send_blocks(3, NULL, 3) == NETFRONT_NO_ROOM);
    CHECK(nf.tx.req_prod_pvt == LAST + 2 && nf.nr_free_blocks == 2);
    CHECK(send_blocks(2, NULL, 3) == NETFRONT_SENT);
}

static void what_no_backend_takes_is_refused_for_good(void) {
    struct netfront_offload odd = segments;

    CHECK(connect(256, 64, 0, 0, true));
    CHECK(send_blocks(18, NULL, 1) == NETFRONT_SENT && send_blocks(17, &segments, 2) == NETFRONT_SENT);
    CHECK(send_blocks(19, NULL, 3) == NETFRONT_NEVER && send_blocks(18, &segments, 4) == NETFRONT_NEVER);
    CHECK(netfront_send(&nf, packet, 0, NULL, 5) == NETFRONT_NEVER);
    odd.csum_blank = false;
    CHECK(send_blocks(1, &odd, 6) == NETFRONT_NEVER);
    odd = segments;
    odd.gso_type = XEN_NETIF_GSO_TYPE_NONE;
    CHECK(send_blocks(1, &odd, 7) == NETFRONT_NEVER);
    CHECK(nf.tx.req_prod_pvt == LAST + 36);
    CHECK(connect(2, 8, 0, 0, true));
    CHECK(send_blocks(3, NULL, 1) == NETFRONT_NEVER);
    CHECK(connect(8, 2, 0, 0, true));
    CHECK(send_blocks(3, NULL, 1) == NETFRONT_NEVER);
}

static void a_null_frees_nothing_whatever_its_id_is(void) {
    uint16_t id;

    CHECK(connect(4, 4, 0, 0, true));
    CHECK(send_blocks(1, &segments, 1) == NETFRONT_SENT);
    id = tx_id(LAST);
    tx_answer(id, NETIF_RSP_NULL);
    netfront_poll(&nf);
    CHECK(nr_sent == 0 && nf.nr_free_blocks == 3 && nf.ignored == 0);
    tx_answer(id, NETIF_RSP_NULL); /* there is no second extra */
    netfront_poll(&nf);
    CHECK(nr_sent == 0 && nf.nr_free_blocks == 3 && nf.ignored == 1);
}

static void a_packet_is_told_of_once_with_the_worst_that_was_said(void) {
    static const int16_t said[][4] = { { 0, 0, 0, 0 }, { -1, 0, 0, -1 }, { 0, -2, 0, -2 }, { 0, 0, -2, -2 },
                                       { -2, 0, -1, -1 }, { -2, -2, 0, -2 }, { -7, 0, 0, -7 } };

    for (unsigned int i = 0; i < sizeof(said) / sizeof(said[0]); i++) {
        uint16_t ids[3];

        CHECK(connect(4, 4, 0, 0, true));
        CHECK(send_blocks(3, NULL, 5) == NETFRONT_SENT);
        for (unsigned int slot = 0; slot < 3; slot++)
            ids[slot] = tx_id(LAST + slot);
        for (unsigned int slot = 0; slot < 3; slot++) {
            CHECK(nr_sent == 0 && nf.nr_free_blocks == 1 + slot);
            tx_answer(ids[slot], said[i][slot]);
            netfront_poll(&nf);
        }
        CHECK(nr_sent == 1 && last_token == 5 && last_status == said[i][3] && nf.nr_free_blocks == 4);
    }
}

static void a_block_may_be_in_another_packet_before_its_first_one_is_told_of(void) {
    uint16_t first, second;

    CHECK(connect(4, 2, 0, 0, true));
    CHECK(send_blocks(2, NULL, 1) == NETFRONT_SENT);
    first = tx_id(LAST);
    second = tx_id(0);
    tx_answer(first, NETIF_RSP_ERROR);
    netfront_poll(&nf);
    CHECK(nr_sent == 0 && send(2) && tx_id(1) == first);
    tx_answer(first, NETIF_RSP_OKAY);
    netfront_poll(&nf);
    CHECK(nr_sent == 1 && last_token == 2 && last_status == NETIF_RSP_OKAY);
    tx_answer(second, NETIF_RSP_OKAY);
    netfront_poll(&nf);
    CHECK(nr_sent == 2 && last_token == 1 && last_status == NETIF_RSP_ERROR);
}

static void an_error_frees_its_block(void) {
    CHECK(connect(2, 1, 0, 0, true));
    CHECK(send(1) && !send(2));
    tx_answer(tx_id(LAST), NETIF_RSP_DROPPED);
    netfront_poll(&nf);
    CHECK(nr_sent == 1 && last_status == NETIF_RSP_DROPPED);
    CHECK(send(2));
}

static void answers_to_nothing_are_stepped_over(void) {
    CHECK(connect(4, 4, 0, 0, true));
    CHECK(send(1) && send(2));
    tx_answer(65535, NETIF_RSP_OKAY);
    netfront_poll(&nf);
    CHECK(!nf.broken && nf.ignored == 1 && nr_sent == 0);
    tx_answer(tx_id(0), NETIF_RSP_OKAY);
    netfront_poll(&nf);
    CHECK(nr_sent == 1 && nf.tx.sring->rsp_event == 2);
}

static void responses_that_were_not_asked_for_are_not_believed(void) {
    CHECK(connect(4, 4, 0, 0, true));
    CHECK(send(1));
    nf.tx.sring->rsp_prod += 2; /* RING_RESPONSE_PROD_OVERFLOW would let this through */
    netfront_poll(&nf);
    CHECK(nf.broken && nr_sent == 0 && !send(2));
}

static void all_free_pages_are_posted_across_the_wrap(void) {
    CHECK(connect(0, 0, 4, 3, true));
    CHECK(nf.rx.sring->req_prod == LAST + 3 && events == 1);
    rx_answer(rx_id(LAST), 0, 60);
    netfront_poll(&nf);
    CHECK(nr_received == 1 && last_size == 60 && ends == 1);
    CHECK(nf.rx.sring->req_prod == LAST + 4);
}

static void an_error_is_no_length_and_its_page_is_posted_again(void) {
    CHECK(connect(0, 0, 2, 2, true));
    rx_answer(rx_id(LAST), 0, NETIF_RSP_ERROR);
    netfront_poll(&nf);
    CHECK(nr_received == 0 && nf.dropped == 1 && nf.rx.sring->req_prod == LAST + 3);
}

static void a_frame_beyond_its_page_is_not_delivered(void) {
    CHECK(connect(0, 0, 2, 2, true));
    rx_answer(rx_id(LAST), 4090, 60);
    netfront_poll(&nf);
    CHECK(nr_received == 0 && nf.dropped == 1 && nf.rx.sring->req_prod == LAST + 3);
}

static void a_page_that_stays_mapped_is_never_used_again(void) {
    CHECK(connect(0, 0, 2, 2, true));
    mapped = RING_GET_REQUEST(&nf.rx, LAST)->gref;
    rx_answer(rx_id(LAST), 0, 60);
    netfront_poll(&nf);
    CHECK(nf.broken && nr_received == 0);
}

static void a_lent_page_is_posted_when_it_is_returned_and_once(void) {
    CHECK(connect(0, 0, 2, 2, false));
    rx_answer(rx_id(LAST), 0, 60);
    netfront_poll(&nf);
    CHECK(nr_received == 1 && nf.rx.sring->req_prod == LAST + 2);
    netfront_return(&nf, last_page);
    CHECK(nf.rx.sring->req_prod == LAST + 3);
    netfront_return(&nf, last_page);
    netfront_return(&nf, NETFRONT_MAX);
    CHECK(nf.rx.sring->req_prod == LAST + 3);
}

static void what_comes_in_parts_waits_for_the_rest(void) {
    uint16_t ids[2];

    CHECK(connect(0, 0, 4, 4, false));
    ids[0] = rx_id(LAST);
    ids[1] = rx_id(0);
    nf.pages[ids[0]].octets[100] = 'a';
    nf.pages[ids[1]].octets[0] = 'b';
    rx_answer_flags(ids[0], 100, 60, NETRXF_more_data | NETRXF_csum_blank);
    netfront_poll(&nf);
    CHECK(nr_received == 0 && rx_posted() == 3);
    rx_answer(ids[1], 0, NETFRONT_PAGE);
    netfront_poll(&nf);
    CHECK(nr_received == 1 && last_count == 2 && last_size == 60 + NETFRONT_PAGE);
    CHECK(last[0].page == ids[0] && last[0].size == 60 && last[0].octets[0] == 'a');
    CHECK(last[1].page == ids[1] && last[1].size == NETFRONT_PAGE && last[1].octets[0] == 'b');
    CHECK(last_offload.csum_blank && last_offload.gso_size == 0 && rx_posted() == 2);
    netfront_return(&nf, last[0].page);
    netfront_return(&nf, last[1].page);
    CHECK(rx_posted() == 4);
    rx_answer(rx_id(1), 0, 60);
    netfront_poll(&nf);
    CHECK(nr_received == 2 && last_count == 1 && !last_offload.csum_blank);
}

static void the_page_of_an_extra_is_that_of_its_slot(void) {
    uint16_t ids[4];

    CHECK(connect(0, 0, 4, 4, false));
    for (unsigned int i = 0; i < 4; i++)
        ids[i] = rx_id(LAST + i);
    rx_answer(ids[0], 0, 60);
    rx_answer_flags(ids[1], 0, 60, NETRXF_extra_info | NETRXF_more_data | NETRXF_csum_blank);
    rx_extra(XEN_NETIF_EXTRA_TYPE_GSO, 0, 1448, XEN_NETIF_GSO_TYPE_TCPV6);
    rx_answer(ids[3], 0, 61);
    netfront_poll(&nf);
    CHECK(nr_received == 2 && last_count == 2 && last[0].page == ids[1] && last[1].page == ids[3]);
    CHECK(last_offload.csum_blank && last_offload.gso_size == 1448);
    CHECK(last_offload.gso_type == XEN_NETIF_GSO_TYPE_TCPV6);
    /* It held nothing, and is the one that was posted again. */
    CHECK(rx_posted() == 1 && rx_id(3) == ids[2] && nf.pages[ids[2]].in_flight && ends == 4);
}

static void a_packet_with_a_slot_that_is_wrong_is_dropped_whole(void) {
    enum { ERROR_FIRST, ERROR_LAST, UNKNOWN_EXTRA, NO_SIZE, NO_TYPE, TWO_GSO, GSO_PREFIX, NOBODYS_ID, WAYS };

    for (int way = 0; way < WAYS; way++) {
        uint16_t ids[4];

        CHECK(connect(0, 0, 4, 4, true));
        for (unsigned int i = 0; i < 4; i++)
            ids[i] = rx_id(LAST + i);
        rx_answer_flags(ids[0], 0, way == ERROR_FIRST ? NETIF_RSP_ERROR : 60,
                        NETRXF_extra_info | NETRXF_more_data | (way == GSO_PREFIX ? NETRXF_gso_prefix : 0));
        rx_extra(way == UNKNOWN_EXTRA ? XEN_NETIF_EXTRA_TYPE_MAX : XEN_NETIF_EXTRA_TYPE_GSO,
                 XEN_NETIF_EXTRA_FLAG_MORE, way == NO_SIZE ? 0 : 1448,
                 way == NO_TYPE ? XEN_NETIF_GSO_TYPE_NONE : XEN_NETIF_GSO_TYPE_TCPV4);
        rx_extra(way == TWO_GSO ? XEN_NETIF_EXTRA_TYPE_GSO : XEN_NETIF_EXTRA_TYPE_HASH, 0, 1448,
                 XEN_NETIF_GSO_TYPE_TCPV4);
        netfront_poll(&nf);
        CHECK(nr_received == 0);
        rx_answer(way == NOBODYS_ID ? 400 : ids[3], 0, way == ERROR_LAST ? NETIF_RSP_DROPPED : 60);
        netfront_poll(&nf);
        CHECK(nr_received == 0 && nf.dropped == 1);
        CHECK(way == NOBODYS_ID || rx_posted() == 4);
        /* And what comes then is a packet of its own. */
        rx_answer(rx_id(3), 0, 60);
        netfront_poll(&nf);
        CHECK(nr_received == 1 && nf.dropped == 1 && last_count == 1);
    }
}

static void a_packet_that_would_have_every_page_is_dropped(void) {
    CHECK(connect(0, 0, 4, 2, true));
    rx_answer_flags(rx_id(LAST), 0, 60, NETRXF_more_data);
    netfront_poll(&nf);
    CHECK(rx_posted() == 1);
    rx_answer_flags(rx_id(0), 0, 60, NETRXF_more_data);
    netfront_poll(&nf);
    CHECK(rx_posted() == 2 && nf.dropped == 1);
    rx_answer(rx_id(1), 0, 60);
    netfront_poll(&nf);
    CHECK(nr_received == 0 && nf.dropped == 1 && rx_posted() == 2);
    rx_answer(rx_id(2), 0, 60);
    netfront_poll(&nf);
    CHECK(nr_received == 1);
}

/* So many slots of so many octets each. */
static void rx_packet(unsigned int slots, int16_t size) {
    for (RING_IDX first = nf.rx.rsp_cons, i = 0; i < slots; i++)
        rx_answer_flags(rx_id(first + i), 0, size, i + 1 < slots ? NETRXF_more_data : 0);
    netfront_poll(&nf);
}

static void a_packet_that_is_too_long_is_dropped(void) {
    CHECK(connect(0, 0, 32, 32, true));
    rx_packet(XEN_NETIF_NR_SLOTS_MIN, 3640);
    CHECK(nr_received == 1 && last_count == XEN_NETIF_NR_SLOTS_MIN && last_size == 65520);
    rx_packet(XEN_NETIF_NR_SLOTS_MIN, 3641);
    CHECK(nr_received == 1 && nf.dropped == 1 && rx_posted() == 32);
    rx_packet(30, 60);
    CHECK(nr_received == 1 && nf.dropped == 2 && rx_posted() == 32);
    rx_packet(1, 60);
    CHECK(nr_received == 2);
}

int main(void) {
    most_pages = 64;
    a_ring_has_the_size_that_was_asked_for();
    without_memory_it_does_not_connect();
    blocks_of_one_page_share_its_grant_and_not_their_ids();
    the_event_test_is_that_of_ring_h();
    a_full_ring_and_an_empty_pool_refuse();
    a_packet_is_a_chain_and_its_extra_is_second();
    a_block_that_is_just_full_is_one_request();
    without_slots_or_blocks_for_all_of_a_packet_nothing_of_it_is_written();
    what_no_backend_takes_is_refused_for_good();
    a_null_frees_nothing_whatever_its_id_is();
    a_packet_is_told_of_once_with_the_worst_that_was_said();
    a_block_may_be_in_another_packet_before_its_first_one_is_told_of();
    an_error_frees_its_block();
    answers_to_nothing_are_stepped_over();
    responses_that_were_not_asked_for_are_not_believed();
    all_free_pages_are_posted_across_the_wrap();
    an_error_is_no_length_and_its_page_is_posted_again();
    a_frame_beyond_its_page_is_not_delivered();
    a_page_that_stays_mapped_is_never_used_again();
    a_lent_page_is_posted_when_it_is_returned_and_once();
    what_comes_in_parts_waits_for_the_rest();
    the_page_of_an_extra_is_that_of_its_slot();
    a_packet_with_a_slot_that_is_wrong_is_dropped_whole();
    a_packet_that_would_have_every_page_is_dropped();
    a_packet_that_is_too_long_is_dropped();
    printf("ok  25 tests, %lu checks\n", checks);
    return 0;
}
