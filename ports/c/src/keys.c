/* The keys with which a front says where its rings are, and what it takes itself. */
#include "steps.h"

#include <stdio.h>

/* The most queues whose keys are looked for, and removed. */
#define MOST_QUEUES 256

/* What our front can receive. */
static const char *const requests[] = {
    "request-rx-copy",   "feature-rx-notify", "feature-sg", "feature-gso-tcpv4",
    "feature-gso-tcpv6", "feature-ipv6-csum-offload",
};

static void write_key(struct connection *c, const char *at, const char *key, bool is_there, unsigned long value) {
    char path[64];

    snprintf(path, sizeof(path), "%s%s", at, key);
    if (is_there)
        directory_write_number(c, path, value);
    else
        directory_write(c, path, NULL);
}

/* The keys of a queue; without one they are removed. */
static void write_queue(struct connection *c, const char *at, const struct connection_queue *q) {
    bool is_split = q != NULL && q->tx_port != q->rx_port;

    write_key(c, at, "tx-ring-ref", q != NULL, q == NULL ? 0 : q->netfront.tx_gref);
    write_key(c, at, "rx-ring-ref", q != NULL, q == NULL ? 0 : q->netfront.rx_gref);
    /* P81. A backend that finds split channels takes them, whatever else there is: those of an earlier connection must go. */
    write_key(c, at, "event-channel", q != NULL && !is_split, q == NULL ? 0 : q->tx_port);
    write_key(c, at, "event-channel-tx", is_split, q == NULL ? 0 : q->tx_port);
    write_key(c, at, "event-channel-rx", is_split, q == NULL ? 0 : q->rx_port);
}

void keys_write(struct connection *c) {
    unsigned long before = directory_number(c, "multi-queue-num-queues");
    bool is_flat = c->nr_queues == 1; /* P80 */
    char at[32];

    for (size_t i = 0; i < sizeof(requests) / sizeof(requests[0]); i++)
        directory_write(c, requests[i], "1");
    directory_write_number(c, "multi-queue-num-queues", c->nr_queues);
    for (unsigned int n = is_flat ? 0 : c->nr_queues; n < (before < MOST_QUEUES ? before : MOST_QUEUES); n++) {
        snprintf(at, sizeof(at), "queue-%u", n);
        directory_write(c, at, NULL);
    }
    write_queue(c, "", is_flat ? &c->queues[0] : NULL);
    for (unsigned int n = 0; !is_flat && n < c->nr_queues; n++) {
        snprintf(at, sizeof(at), "queue-%u/", n);
        write_queue(c, at, &c->queues[n]);
    }
}
