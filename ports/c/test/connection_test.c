/*
 * Unit tests of the connection, each a sentence. The guest is that of the driver; toolstack and backend are played by hand.
 * What needs whole runs is the corpus' affair (netfront conform).
 */
#include "host.h"
#include "store.h"

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

#define FRONT "device/vif/0/"
#define BACK "/local/domain/1/backend/vif/7/0/"
#define NEW_DEVICE                                                               \
    "\"" FRONT "backend\":\"/local/domain/1/backend/vif/7/0\",\"" FRONT "backend-id\":\"1\",\"" FRONT "state\":\"1\"," \
    "\"" BACK "online\":\"1\",\"" BACK "feature-rx-copy\":\"1\",\"" BACK "feature-sg\":\"1\",\"" BACK "state\":\"1\""

static unsigned long checks;
static struct host host;
static struct connection c;
static unsigned int nr_sent, nr_dropped, nr_received;
static uintptr_t last_dropped;
static struct connection_loan last_loan;
static unsigned int last_page;

static void on_sent(void *opaque, uintptr_t token, int status) {
    (void)opaque, (void)token, (void)status;
    nr_sent++;
}
static void on_dropped(void *opaque, uintptr_t token) {
    (void)opaque;
    nr_dropped++;
    last_dropped = token;
}
static void on_received(void *opaque, const struct connection_loan *loan, const struct netfront_fragment *fragments,
                        unsigned int count, const struct netfront_offload *offload) {
    (void)opaque, (void)count, (void)offload;
    nr_received++;
    last_loan = *loan;
    last_page = fragments[0].page;
}

static const struct connection_ops ops = {
    .alloc_page = host_alloc_page,
    .free_page = host_free_page,
    .grant_access = host_grant_to,
    .end_access = host_end_access,
    .open_port = host_open_port,
    .close_port = host_close_port,
    .notify = host_notify_port,
    .begin = store_begin,
    .read = store_read,
    .write = store_write,
    .end = store_end,
    .watch = store_watch,
    .unwatch = store_unwatch,
    .sent = on_sent,
    .dropped = on_dropped,
    .received = on_received,
};

/* Somebody else changes the store. */
static void change(const char *set) {
    char message[2048];

    snprintf(message, sizeof(message), "{\"set\":{%s}}", set);
    store_change(message);
}
static void back_is(const char *state) {
    char set[128];

    snprintf(set, sizeof(set), "\"" BACK "state\":\"%s\"", state);
    change(set);
    connection_watched(&c);
}
static bool is(const char *path, const char *value) {
    char found[CONNECTION_TEXT];

    store_begin(NULL);
    return store_read(NULL, path, found) ? value != NULL && strcmp(found, value) == 0 : value == NULL;
}
static unsigned int granted(void) {
    unsigned int count = 0;

    for (grant_ref_t gref = 0; gref < HOST_GREFS; gref++)
        count += host.grants[gref].page != NULL;
    return count;
}
static unsigned int open_ports(void) {
    unsigned int count = 0;

    for (evtchn_port_t port = 0; port < HOST_PORTS; port++)
        count += host.ports[port].is_open;
    return count;
}
/* Pages that somebody has. */
static unsigned int pages(void) { return host.nr_pages - host.nr_free_pages; }

static void plug(bool copy) {
    struct connection_config config = { { { 4, 0, 4 }, { 4, 0, 4 }, copy }, 2, true };

    host_reset(&host);
    store_commits = &host.commits;
    store_reset("{" NEW_DEVICE "}");
    nr_sent = nr_dropped = nr_received = 0;
    CHECK(connection_attach(&c, "device/vif/0", &config, &ops, &host));
}
static void come_up(void) {
    back_is("2");
    CHECK(is(FRONT "state", "4"));
    back_is("4");
    CHECK(c.phase == CONNECTION_UP);
}
static bool send(uintptr_t token) { return connection_send(&c, "a frame of 14.", 14, NULL, token) == NETFRONT_SENT; }
static unsigned int in_ring(void) {
    const struct netfront *nf = &c.queues[0].netfront;
    return nf->tx.sring->req_prod - nf->tx.sring->rsp_prod;
}

static void what_waits_is_sent_once_both_ends_are_connected(void) {
    plug(true);
    CHECK(send(1));
    back_is("2");
    CHECK(is(FRONT "state", "4") && in_ring() == 0);
    back_is("4");
    CHECK(in_ring() == 1 && nr_dropped == 0);
}

static void a_set_up_that_fails_leaves_nothing_and_is_tried_again(void) {
    struct host_failure *failures[] = { &host.grant_fails, &host.port_fails, &store_fails };
    const unsigned int counts[] = { 8, 1, 2 };

    for (unsigned int kind = 0; kind < 3; kind++)
        for (unsigned int k = 0; k < counts[kind]; k++) {
            plug(true);
            *failures[kind] = (struct host_failure){ true, k };
            back_is("2");
            CHECK(is(FRONT "state", "6") && granted() == 0 && open_ports() == 0 && pages() == 0);
            CHECK(c.failure[0] != '\0');
            back_is("5");
            back_is("6");
            connection_tick(&c);
            CHECK(is(FRONT "state", "1"));
            come_up();
            CHECK(granted() == 8 && open_ports() == 1);
        }
}

static void what_was_read_is_still_so_when_something_is_written(void) {
    plug(true);
    store_change("{\"remove\":[\"device/vif/0\"],\"at\":\"commit\"}");
    back_is("2");
    CHECK(store_raced() && is(FRONT "state", NULL) && is(FRONT "tx-ring-ref", NULL));
    connection_watched(&c);
    CHECK(c.phase == CONNECTION_GONE && granted() == 0 && pages() == 0);
}

static void another_device_at_the_same_place_is_not_taken_for_the_old_one(void) {
    plug(true);
    come_up();
    CHECK(send(7));
    store_change("{\"remove\":[\"device/vif/0\",\"/local/domain/1/backend/vif/7/0\"],\"set\":{" NEW_DEVICE "}}");
    connection_watched(&c);
    CHECK(is(FRONT "state", "1") && is(FRONT "tx-ring-ref", NULL));
    CHECK(nr_dropped == 1 && last_dropped == 7 && granted() == 0);
    come_up();
}

static void mapped_pages_are_kept_and_freed_at_a_tick(void) {
    grant_ref_t gref;

    plug(true);
    come_up();
    gref = c.queues[0].netfront.tx_gref;
    host.grants[gref].mapped = 1;
    back_is("5");
    back_is("6");
    CHECK(is(FRONT "state", "1") && granted() == 1 && c.nr_kept == 1 && pages() == 1);
    come_up();
    CHECK(granted() == 9 && c.queues[0].netfront.tx_gref != gref);
    connection_tick(&c);
    CHECK(granted() == 9);
    host_unmap(&host, gref);
    connection_tick(&c);
    CHECK(granted() == 8 && c.nr_kept == 0);
}

static void receive_frame(void) {
    struct netfront *nf = &c.queues[0].netfront;
    netif_rx_request_t request = *RING_GET_REQUEST(&nf->rx, nf->rx.sring->rsp_prod);

    *RING_GET_RESPONSE(&nf->rx, nf->rx.sring->rsp_prod) = (netif_rx_response_t){ .id = request.id, .status = 60 };
    nf->rx.sring->rsp_prod++;
    connection_event(&c, c.queues[0].rx_port);
}

static void a_lent_page_outlives_its_connection(void) {
    plug(false);
    come_up();
    receive_frame();
    CHECK(nr_received == 1);
    back_is("5");
    back_is("6");
    CHECK(granted() == 0 && pages() == 1 && c.nr_kept == 1);
    come_up();
    connection_tick(&c);
    CHECK(c.nr_kept == 1);
    connection_return(&c, &last_loan, last_page);
    connection_return(&c, &last_loan, last_page);
    CHECK(c.nr_kept == 0 && pages() == granted());
}

static void a_close_ends_though_the_backend_says_nothing(void) {
    plug(true);
    come_up();
    CHECK(send(1));
    connection_close(&c);
    CHECK(is(FRONT "state", "5") && !send(2));
    connection_tick(&c);
    CHECK(is(FRONT "state", "6") && c.phase == CONNECTION_RELEASED);
    CHECK(nr_dropped == 1 && last_dropped == 1 && granted() == 0 && open_ports() == 0);
    back_is("6");
    CHECK(is(FRONT "state", "6"));
    connection_open(&c);
    CHECK(is(FRONT "state", "1"));
    come_up();
}

static void a_device_that_is_to_go_is_not_opened_again(void) {
    plug(true);
    come_up();
    change("\"" BACK "online\":\"0\"");
    back_is("5");
    back_is("6");
    connection_tick(&c);
    CHECK(is(FRONT "state", "6") && c.phase == CONNECTION_RELEASED);
}

static void nothing_is_ended_or_closed_of_a_domain_that_is_no_more(void) {
    plug(true);
    come_up();
    CHECK(send(1));
    host_answered(&host);
    host_move(&host);
    store_reset("{" NEW_DEVICE "}");
    connection_resumed(&c);
    CHECK(nr_dropped == 1 && pages() == 0 && host_ended(&host, 0) == HOST_GREFS);
    come_up();
    CHECK(granted() == 8);
}

static void a_kernel_that_begins_anew_leads_the_backend_to_closed(void) {
    struct connection_config config = { { { 4, 0, 4 }, { 4, 0, 4 }, true }, 1, false };

    plug(true);
    come_up();
    host_crash(&host);
    CHECK(connection_attach(&c, "device/vif/0", &config, &ops, &host));
    CHECK(is(FRONT "state", "6"));
    back_is("5");
    CHECK(is(FRONT "state", "6"));
    back_is("6");
    CHECK(is(FRONT "state", "1"));
    come_up();
}

static void the_keys_are_those_of_as_many_queues_as_there_are(void) {
    plug(true);
    change("\"" BACK "multi-queue-max-queues\":\"4\",\"" BACK "feature-split-event-channels\":\"1\"");
    come_up();
    CHECK(is(FRONT "multi-queue-num-queues", "2") && is(FRONT "tx-ring-ref", NULL) && open_ports() == 4);
    CHECK(!is(FRONT "queue-1/event-channel-tx", NULL) && is(FRONT "queue-1/event-channel", NULL));
    back_is("5");
    change("\"" BACK "multi-queue-max-queues\":\"1\",\"" BACK "feature-split-event-channels\":\"0\"");
    back_is("6");
    come_up();
    CHECK(is(FRONT "multi-queue-num-queues", "1") && !is(FRONT "tx-ring-ref", NULL) && open_ports() == 1);
    CHECK(is(FRONT "queue-0/tx-ring-ref", NULL) && is(FRONT "queue-1/tx-ring-ref", NULL));
    CHECK(!is(FRONT "event-channel", NULL) && is(FRONT "event-channel-tx", NULL));
}

static void what_this_backend_does_not_offer_is_not_used(void) {
    static uint8_t large[NETFRONT_BLOCK + 1];

    plug(true);
    CHECK(connection_send(&c, large, sizeof(large), NULL, 1) == NETFRONT_SENT);
    change("\"" BACK "feature-sg\":\"0\"");
    come_up();
    CHECK(nr_dropped == 1 && in_ring() == 0);
}

static void what_a_backend_offers_is_read_again_when_it_is_connected(void) {
    plug(true);
    back_is("2");
    change("\"" BACK "feature-sg\":\"0\"");
    back_is("4");
    CHECK(is(FRONT "state", "6"));
}

static void a_closed_that_was_read_before_its_own_is_not_believed(void) {
    plug(true);
    come_up();
    store_change("{\"at\":\"commit\",\"set\":{\"" BACK "state\":\"2\"}}");
    back_is("6");
    CHECK(is(FRONT "state", "6") && is(BACK "state", "2") && c.phase == CONNECTION_CLOSED);
}

static void a_key_that_cannot_be_is_named_and_the_next_device_works(void) {
    static const char *const wrong[][2] = {
        { BACK "multi-queue-max-queues", "0" },  { BACK "multi-queue-max-queues", "" },
        { BACK "multi-queue-max-queues", "no" }, { BACK "multi-queue-max-queues", "99999999999999999999" },
        { BACK "feature-sg", "-1" },             { BACK "feature-rx-copy", "0" },
        { FRONT "backend-id", "70000" },         { BACK "state", "9" },
    };

    for (unsigned int i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
        char set[256];

        plug(true);
        snprintf(set, sizeof(set), "\"" BACK "state\":\"2\",\"%s\":\"%s\"", wrong[i][0], wrong[i][1]);
        change(set);
        connection_watched(&c);
        CHECK(strstr(c.failure, wrong[i][0]) != NULL);
        CHECK(!is(FRONT "state", "4") && granted() == 0 && open_ports() == 0 && pages() == 0);
        store_change("{\"remove\":[\"device/vif/0\",\"/local/domain/1/backend/vif/7/0\"],\"set\":{" NEW_DEVICE "}}");
        connection_watched(&c);
        come_up();
    }
}

static void no_more_wait_than_there_is_room_for(void) {
    plug(true);
    for (unsigned int n = 0; n < CONNECTION_HELD; n++)
        CHECK(send(n));
    CHECK(connection_send(&c, "x", 1, NULL, 0) == NETFRONT_NO_ROOM);
    connection_close(&c);
    CHECK(nr_dropped == CONNECTION_HELD && connection_send(&c, "x", 1, NULL, 0) == NETFRONT_NEVER);
}

static void a_backend_that_breaks_the_protocol_is_closed(void) {
    plug(true);
    come_up();
    c.queues[0].netfront.tx.sring->rsp_prod += 9;
    connection_event(&c, c.queues[0].tx_port);
    CHECK(c.is_broken && is(FRONT "state", "5"));
}

int main(void) {
    what_waits_is_sent_once_both_ends_are_connected();
    a_set_up_that_fails_leaves_nothing_and_is_tried_again();
    what_was_read_is_still_so_when_something_is_written();
    another_device_at_the_same_place_is_not_taken_for_the_old_one();
    mapped_pages_are_kept_and_freed_at_a_tick();
    a_lent_page_outlives_its_connection();
    a_close_ends_though_the_backend_says_nothing();
    a_device_that_is_to_go_is_not_opened_again();
    nothing_is_ended_or_closed_of_a_domain_that_is_no_more();
    a_kernel_that_begins_anew_leads_the_backend_to_closed();
    the_keys_are_those_of_as_many_queues_as_there_are();
    what_this_backend_does_not_offer_is_not_used();
    what_a_backend_offers_is_read_again_when_it_is_connected();
    a_closed_that_was_read_before_its_own_is_not_believed();
    a_key_that_cannot_be_is_named_and_the_next_device_works();
    no_more_wait_than_there_is_room_for();
    a_backend_that_breaks_the_protocol_is_closed();
    printf("ok  17 tests, %lu checks\n", checks);
    return 0;
}
