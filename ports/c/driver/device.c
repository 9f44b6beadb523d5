/* The messages of a device (A device, in traces/PORTING.md): the guest has a store, event channels, and a connection. */
#include "driver.h"
#include "json.h"
#include "store.h"

#include <stdio.h>
#include <stdlib.h>

/* An application would use more. Two are enough to be several. */
#define QUEUES 2

static struct connection device;
static char *directory; /* NULL: there is no device */
static struct connection_config config;
static bool was_broken;

/* What the application has sent, of which it was not told yet. */
static struct waiting *unsettled[QUEUE];
static unsigned int nr_unsettled;

static void settle(struct waiting *w) {
    for (unsigned int n = 0; n < nr_unsettled; n++)
        if (unsettled[n] == w) {
            unsettled[n] = unsettled[--nr_unsettled];
            free(w);
            return;
        }
}

static void on_sent(void *opaque, uintptr_t token, int status) {
    struct waiting *w = (struct waiting *)token;

    (void)opaque;
    list_add(&host.sent, "{\"send\":%lu,\"status\":%d}", (unsigned long)w->send, status);
    settle(w);
    maybe_pause();
}

static void on_dropped(void *opaque, uintptr_t token) {
    struct waiting *w = (struct waiting *)token;

    (void)opaque;
    list_add(&host.dropped, "%lu", (unsigned long)w->send);
    settle(w);
}

static void on_received(void *opaque, const struct connection_loan *loan, const struct netfront_fragment *fragments,
                        unsigned int count, const struct netfront_offload *offload) {
    (void)opaque;
    receive(loan, fragments, count, offload);
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

bool device_is_there(void) { return directory != NULL; }

void device_forget(void) {
    while (nr_unsettled > 0)
        free(unsettled[--nr_unsettled]);
    free(directory);
    directory = NULL;
    was_broken = false;
}

static bool attach(void) {
    was_broken = false;
    return connection_attach(&device, directory, &config, &ops, &host);
}

bool device_start(const char *message) {
    char path[CONNECTION_TEXT];

    store_commits = &host.commits;
    store_reset(json_member(message, "store"));
    json_text(json_member(message, "device"), path, sizeof(path));
    directory = strdup(path);
    config = (struct connection_config){ rings_of(message), QUEUES, true };
    if (directory == NULL)
        abort();
    return attach();
}

void device_send(struct waiting *w) {
    if (nr_unsettled == QUEUE)
        abort();
    unsettled[nr_unsettled++] = w;
    if (connection_send(&device, w->frame, w->size, &w->offload, (uintptr_t)w) != NETFRONT_SENT)
        on_dropped(NULL, (uintptr_t)w);
}

void device_return(const struct connection_loan *loan, unsigned int page) { connection_return(&device, loan, page); }

static void crash(void) {
    char *path = strdup(directory);

    device_forget();
    directory = path;
    host_crash(&host);
    store_forget_watches();
    attach();
}

/* Without a store it is cancelled, and everything is as it was. */
static void suspend(const char *message) {
    const char *store = json_member(message, "store");

    if (store == NULL)
        return;
    host_move(&host);
    store_reset(store);
    connection_resumed(&device);
}

static void fail(const char *message) {
    const char *what = json_member(message, "what");
    struct host_failure *failure = json_is(what, "grant")  ? &host.grant_fails
                                   : json_is(what, "port") ? &host.port_fails
                                                           : &store_fails;

    *failure = (struct host_failure){ true, json_number(json_member(message, "after"), 0) };
}

bool device_message(const char *message, const char *what) {
    if (!device_is_there())
        return false;
    if (json_is(what, "store"))
        store_change(message);
    else if (json_is(what, "watch")) {
        static char path[4096];

        json_text(json_member(message, "path"), path, sizeof(path));
        if (store_is_watched(path))
            connection_watched(&device);
    } else if (json_is(what, "event"))
        connection_event(&device, json_number(json_member(message, "port"), CONNECTION_NO_PORT));
    else if (json_is(what, "tick"))
        connection_tick(&device);
    else if (json_is(what, "close"))
        connection_close(&device);
    else if (json_is(what, "open"))
        connection_open(&device);
    else if (json_is(what, "crash"))
        crash();
    else if (json_is(what, "suspend"))
        suspend(message);
    else if (json_is(what, "fail"))
        fail(message);
    else
        return false;
    return true;
}

static void answer_ports(bool *first, const char *name, bool is_opened) {
    bool is_first = true;

    for (evtchn_port_t port = 0; port < HOST_PORTS; port++) {
        const struct host_port *p = &host.ports[port];

        for (unsigned int times = is_opened ? p->was_opened : p->closes; times > 0; times--) {
            if (is_first)
                answer_member(first, "\"%s\":[", name);
            printf(is_opened ? "%s{\"port\":%u,\"domid\":%u}" : "%s%u", is_first ? "" : ",", port, p->domid);
            is_first = false;
        }
    }
    printf("%s", is_first ? "" : "]");
}

void device_answer(bool *first) {
    if (!device_is_there())
        return;
    answer_ports(first, "closed", false);
    answer_ports(first, "opened", true);
    if (store_raced())
        answer_member(first, "\"raced\":true");
    if (device.is_broken && !was_broken)
        answer_member(first, "\"broken\":true");
    was_broken = device.is_broken;
}
