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
static size_t last_size;
static unsigned int last_page;
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
static void notify(void *host) {
    (void)host;
    events++;
}
static void sent(void *host, uintptr_t token, int status) {
    (void)host;
    nr_sent++;
    last_token = token;
    last_status = status;
}
static void received(void *host, const uint8_t *octets, size_t size, unsigned int page) {
    (void)host, (void)octets;
    nr_received++;
    last_size = size;
    last_page = page;
}
static const struct netfront_ops ops = { alloc_page, grant_access, end_access, notify, sent, received };

static bool connect(unsigned int tx, unsigned int tx_buffers, unsigned int rx, unsigned int rx_buffers, bool copy) {
    struct netfront_config config = { { tx, LAST, tx_buffers }, { rx, LAST, rx_buffers }, copy };

    memset(memory, 0, sizeof(memory));
    nr_pages = grants = ends = events = nr_sent = nr_received = mapped = 0;
    return netfront_connect(&nf, &config, &ops, NULL);
}

static bool send(uintptr_t token) { return netfront_send(&nf, "a frame of 14.", 14, token); }

/* The backend answers with any id, and publishes. */
static void tx_answer(uint16_t id, int16_t status) {
    netif_tx_sring_t *sring = nf.tx.sring;
    netif_tx_response_t *response = RING_GET_RESPONSE(&nf.tx, sring->rsp_prod);

    response->id = id;
    response->status = status;
    sring->rsp_prod++;
}
static void rx_answer(uint16_t id, uint16_t offset, int16_t status) {
    netif_rx_sring_t *sring = nf.rx.sring;
    *RING_GET_RESPONSE(&nf.rx, sring->rsp_prod) = (netif_rx_response_t){ .id = id, .offset = offset, .status = status };
    sring->rsp_prod++;
}
static uint16_t tx_id(RING_IDX idx) { return RING_GET_REQUEST(&nf.tx, idx)->id; }
static uint16_t rx_id(RING_IDX idx) { return RING_GET_REQUEST(&nf.rx, idx)->id; }

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
    CHECK(!netfront_send(&nf, memory, NETFRONT_BLOCK + 1, 4));
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
    CHECK(nr_received == 0 && nf.rx.sring->req_prod == LAST + 3);
}

static void a_frame_beyond_its_page_is_not_delivered(void) {
    CHECK(connect(0, 0, 2, 2, true));
    rx_answer(rx_id(LAST), 4090, 60);
    netfront_poll(&nf);
    CHECK(nr_received == 0 && nf.ignored == 1 && nf.rx.sring->req_prod == LAST + 3);
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

int main(void) {
    most_pages = 64;
    a_ring_has_the_size_that_was_asked_for();
    without_memory_it_does_not_connect();
    blocks_of_one_page_share_its_grant_and_not_their_ids();
    the_event_test_is_that_of_ring_h();
    a_full_ring_and_an_empty_pool_refuse();
    an_error_frees_its_block();
    answers_to_nothing_are_stepped_over();
    responses_that_were_not_asked_for_are_not_believed();
    all_free_pages_are_posted_across_the_wrap();
    an_error_is_no_length_and_its_page_is_posted_again();
    a_frame_beyond_its_page_is_not_delivered();
    a_page_that_stays_mapped_is_never_used_again();
    a_lent_page_is_posted_when_it_is_returned_and_once();
    printf("ok  13 tests, %lu checks\n", checks);
    return 0;
}
