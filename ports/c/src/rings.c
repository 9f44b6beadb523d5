/* The rings of a connection: a netfront for each queue, from new pages, grants and ports; and what cannot be freed yet. */
#include "steps.h"

static void *queue_alloc_page(void *queue) {
    struct connection *c = ((struct connection_queue *)queue)->connection;
    return c->ops->alloc_page(c->host);
}

static void queue_free_page(void *queue, void *page) {
    struct connection *c = ((struct connection_queue *)queue)->connection;
    c->ops->free_page(c->host, page);
}

static grant_ref_t queue_grant_access(void *queue, void *page, bool readonly) {
    struct connection *c = ((struct connection_queue *)queue)->connection;
    return c->ops->grant_access(c->host, c->backend_id, page, readonly);
}

/* Of a domain that is no more nobody has a page mapped, and there is no grant to end. */
static bool queue_end_access(void *queue, grant_ref_t gref) {
    struct connection *c = ((struct connection_queue *)queue)->connection;
    return c->is_forgotten || c->ops->end_access(c->host, gref);
}

/* Nobody has bound the port before the front is Connected: the backend looks at the rings when it has. */
static void queue_notify(void *queue, bool rx) {
    struct connection_queue *q = queue;

    if (q->connection->phase == CONNECTION_CONNECTING || q->connection->phase == CONNECTION_UP)
        q->connection->ops->notify(q->connection->host, rx ? q->rx_port : q->tx_port);
}

static void queue_sent(void *queue, uintptr_t token, int status) {
    struct connection *c = ((struct connection_queue *)queue)->connection;
    c->ops->sent(c->host, token, status);
}

static void queue_dropped(void *queue, uintptr_t token) {
    struct connection *c = ((struct connection_queue *)queue)->connection;
    c->ops->dropped(c->host, token);
}

static struct connection_loan loan_of(const struct connection_queue *q) {
    return (struct connection_loan){ q->connection->incarnation, q - q->connection->queues };
}

static void queue_received(void *queue, const struct netfront_fragment *fragments, unsigned int count,
                           const struct netfront_offload *offload) {
    struct connection_queue *q = queue;
    struct connection_loan loan = loan_of(q);

    q->connection->ops->received(q->connection->host, &loan, fragments, count, offload);
}

/* There is room: rings_make has asked for it. */
static void queue_keep(void *queue, void *octets, grant_ref_t gref, unsigned int number) {
    struct connection_queue *q = queue;
    struct connection *c = q->connection;

    c->kept[c->nr_kept++] = (struct connection_page){ octets, gref, loan_of(q), number };
}

static const struct netfront_ops queue_ops = {
    .alloc_page = queue_alloc_page,
    .grant_access = queue_grant_access,
    .end_access = queue_end_access,
    .notify = queue_notify,
    .sent = queue_sent,
    .received = queue_received,
    .free_page = queue_free_page,
    .keep = queue_keep,
    .dropped = queue_dropped,
};

static unsigned int pages_of(const struct netfront_config *rings) {
    return 2 + (rings->tx.buffers + 1) / 2 + rings->rx.buffers;
}

static bool make_queue(struct connection *c, struct connection_queue *q) {
    q->connection = c;
    q->tx_port = q->rx_port = c->ops->open_port(c->host, c->backend_id);
    if (q->tx_port != CONNECTION_NO_PORT && c->agreed.split && c->config.split)
        q->rx_port = c->ops->open_port(c->host, c->backend_id);
    /* First the rings: what there is of them is given back whatever else there is not. */
    if (!netfront_connect(&q->netfront, &c->config.rings, &queue_ops, q))
        return false;
    return q->tx_port != CONNECTION_NO_PORT && q->rx_port != CONNECTION_NO_PORT;
}

bool rings_make(struct connection *c) {
    unsigned int count = c->agreed.queues < c->config.queues ? c->agreed.queues : c->config.queues;

    c->is_forgotten = false;
    if (c->nr_kept + count * pages_of(&c->config.rings) > CONNECTION_KEPT) {
        connection_fail(c, "%u pages of earlier connections are still in use: no more can be kept", c->nr_kept);
        return false;
    }
    while (c->nr_queues < count)
        if (!make_queue(c, &c->queues[c->nr_queues++])) {
            connection_fail(c, "queue %u cannot be made: there is no page, grant or port for it", c->nr_queues - 1);
            rings_release(c);
            return false;
        }
    return true;
}

static void close_port(struct connection *c, evtchn_port_t port) {
    if (port != CONNECTION_NO_PORT && !c->is_forgotten)
        c->ops->close_port(c->host, port);
}

void rings_release(struct connection *c) {
    for (unsigned int n = 0; n < c->nr_queues; n++) {
        struct connection_queue *q = &c->queues[n];

        close_port(c, q->tx_port);
        if (q->rx_port != q->tx_port)
            close_port(c, q->rx_port);
        netfront_disconnect(&q->netfront);
    }
    c->nr_queues = 0;
}

void rings_free_kept(struct connection *c) {
    unsigned int left = 0;

    for (unsigned int k = 0; k < c->nr_kept; k++) {
        struct connection_page *page = &c->kept[k];

        if (page->gref != NETFRONT_NO_GRANT && (c->is_forgotten || c->ops->end_access(c->host, page->gref)))
            c->ops->free_page(c->host, page->octets);
        else
            c->kept[left++] = *page;
    }
    c->nr_kept = left;
}

void rings_forget(struct connection *c) {
    c->is_forgotten = true;
    rings_release(c);
    rings_free_kept(c);
}

void rings_drop(struct connection *c) {
    for (unsigned int n = 0; n < c->nr_queues; n++)
        netfront_drop(&c->queues[n].netfront);
}

void connection_return(struct connection *c, const struct connection_loan *loan, unsigned int number) {
    if (loan->incarnation == c->incarnation && loan->queue < c->nr_queues) {
        netfront_return(&c->queues[loan->queue].netfront, number);
        return;
    }
    for (unsigned int k = 0; k < c->nr_kept; k++) {
        struct connection_page *page = &c->kept[k];

        if (page->gref != NETFRONT_NO_GRANT || page->loan.incarnation != loan->incarnation ||
            page->loan.queue != loan->queue || page->number != number)
            continue;
        c->ops->free_page(c->host, page->octets);
        *page = c->kept[--c->nr_kept];
        return;
    }
}
