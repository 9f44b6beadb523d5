/* The life of a device: which step is next, what waits for a tick, and what the application sends. See connection.h. */
#include "steps.h"

/* So often a step is decided. A store in which somebody else writes each time is not waited for. */
#define MOST_TRIES 100

enum connection_outcome connection_try(struct connection *c, const struct connection_step *step) {
    for (unsigned int tries = 0; tries < MOST_TRIES; tries++) {
        enum connection_commit ended;
        bool is_due;

        c->ops->begin(c->host);
        is_due = step->decide(c);
        ended = c->ops->end(c->host, is_due);
        if (!is_due)
            return STEP_NOT_DUE;
        if (ended == CONNECTION_DONE) {
            step->done(c);
            return STEP_DONE;
        }
        if (ended == CONNECTION_FAILED)
            break;
    }
    return STEP_FAILED;
}

/* A set-up that fails ends. Anything else is tried again later. True: there is something to do about it now. */
static bool has_failed(struct connection *c) {
    bool ends_set_up = c->failure[0] == '\0' && connection_sets_up(c);

    connection_fail(c, "%s cannot be written", c->front);
    if (!ends_set_up)
        c->waits_to_retry = true;
    return ends_set_up;
}

/* One step that is due, or a packet that can go. False: there is none, or none that can be done now. */
static bool next(struct connection *c) {
    for (unsigned int n = 0; n < connection_nr_steps; n++)
        switch (connection_try(c, &connection_steps[n])) {
        case STEP_DONE:
            return true;
        case STEP_FAILED:
            return has_failed(c);
        case STEP_NOT_DUE:
            break;
        }
    return packets_pump(c);
}

/* Does all that is due. */
static void run(struct connection *c) {
    if (c->is_running)
        return;
    c->is_running = true;
    while (next(c))
        ;
    if (c->are_kept_due)
        rings_free_kept(c);
    c->are_kept_due = false;
    c->is_running = false;

    c->waits_for_close = c->phase == CONNECTION_CLOSING || c->phase == CONNECTION_CLOSED;
    if (!c->waits_for_close)
        c->is_patience_over = false;
}

bool connection_attach(struct connection *c, const char *front, const struct connection_config *config,
                       const struct connection_ops *ops, void *host) {
    char path[CONNECTION_TEXT];

    memset(c, 0, sizeof(*c));
    c->ops = ops;
    c->host = host;
    c->config = *config;
    if (strlen(front) >= sizeof(c->front) || config->queues == 0 || config->queues > CONNECTION_QUEUES ||
        !netfront_fits(&config->rings))
        return false;
    strcpy(c->front, front);
    c->is_open = true;
    c->saw = CONNECTION_SAW_NOTHING;
    c->phase = CONNECTION_GONE;
    snprintf(path, sizeof(path), "%s/state", front);
    ops->watch(host, path);
    run(c);
    return true;
}

void connection_watched(struct connection *c) {
    c->look_due = true;
    run(c);
}

/* Takes what has come on the rings, and posts what is free. */
static void poll(struct connection *c, struct connection_queue *q) {
    /* P74: from the first word of a close on nothing is taken from the rings. */
    if (c->phase != CONNECTION_CONNECTING && c->phase != CONNECTION_UP)
        return;
    /* What the application does meanwhile waits, so that the rings do not go while they are looked at. */
    c->is_running = true;
    netfront_poll(&q->netfront);
    c->is_running = false;
    if (!q->netfront.broken)
        return;
    c->is_broken = true;
    connection_fail(c, "the backend broke the protocol of queue %u: the device closes, and can be opened again",
                    (unsigned int)(q - c->queues));
    c->is_open = false;
}

void connection_event(struct connection *c, evtchn_port_t port) {
    for (unsigned int n = 0; port != CONNECTION_NO_PORT && n < c->nr_queues; n++)
        if (c->queues[n].tx_port == port || c->queues[n].rx_port == port)
            poll(c, &c->queues[n]);
    run(c);
}

void connection_tick(struct connection *c) {
    c->is_patience_over = c->waits_for_close;
    c->waits_to_retry = false;
    c->are_kept_due = true;
    if (!connection_sets_up(c))
        c->failure[0] = '\0';
    for (unsigned int n = 0; n < c->nr_queues; n++)
        poll(c, &c->queues[n]);
    run(c);
}

void connection_close(struct connection *c) {
    c->is_open = false;
    run(c);
}

void connection_open(struct connection *c) {
    c->is_open = true;
    c->look_due = true;
    run(c);
}

void connection_resumed(struct connection *c) {
    char path[CONNECTION_TEXT];

    rings_drop(c);
    rings_forget(c);
    c->phase = CONNECTION_GONE;
    c->watched[0] = '\0';
    c->claims++; /* What was copied with the guest is not this front's. */
    snprintf(path, sizeof(path), "%s/state", c->front);
    c->ops->watch(c->host, path);
    c->look_due = true;
    run(c);
}
