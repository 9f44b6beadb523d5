/*
 * The port as a program that speaks the driver protocol (traces/PORTING.md): it is the guest, netfront conform is Xen
 * and the backend.
 */
#include "driver.h"
#include "json.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

struct host host;
static struct netfront nf;
/* What the application has still to send: the frontend had no room. */
static struct waiting *queue[QUEUE];
static unsigned int queue_in, queue_out;

/* Frames that the application holds: the pages that it was lent, or a copy of what was in them. */
static struct held {
    bool is_copy;
    struct connection_loan loan; /* of a device */
    unsigned int count;
    struct netfront_fragment fragments[XEN_NETIF_NR_SLOTS_MIN];
    uint8_t copy[];
} *held[QUEUE];
static unsigned int frames;

static bool wants_pause, is_paused, was_broken, gives_copies;

static void serve(void);

static void on_sent(void *opaque, uintptr_t send, int status) {
    (void)opaque;
    list_add(&host.sent, "{\"send\":%lu,\"status\":%d}", (unsigned long)send, status);
    maybe_pause();
}

static struct held *hold(const struct netfront_fragment *fragments, unsigned int count) {
    size_t size = 0;
    struct held *h;

    for (unsigned int i = 0; gives_copies && i < count; i++)
        size += fragments[i].size;
    if ((h = malloc(sizeof(*h) + size)) == NULL)
        abort();
    h->is_copy = gives_copies;
    h->count = count;
    memcpy(h->fragments, fragments, count * sizeof(*fragments));
    for (unsigned int i = 0, at = 0; gives_copies && i < count; at += fragments[i++].size)
        h->fragments[i].octets = memcpy(h->copy + at, fragments[i].octets, fragments[i].size);
    return h;
}

static void add_octets(struct list *list, const struct netfront_fragment *fragments, unsigned int count) {
    for (unsigned int i = 0; i < count; i++)
        list_add_octets(list, fragments[i].octets, fragments[i].size);
}

void receive(const struct connection_loan *loan, const struct netfront_fragment *fragments, unsigned int count,
             const struct netfront_offload *offload) {
    unsigned int frame = ++frames;
    struct held **h = &held[frame % QUEUE];

    free(*h);
    *h = hold(fragments, count);
    if (loan != NULL)
        (*h)->loan = *loan;
    list_add(&host.received, "{\"frame\":%u,\"octets\":\"", frame);
    add_octets(&host.received, fragments, count);
    list_append(&host.received, "\"%s", offload->csum_blank ? ",\"csum_blank\":true" : "");
    if (offload->gso_size != 0)
        list_append(&host.received, ",\"gso\":{\"size\":%u,\"type\":%u}", offload->gso_size, offload->gso_type);
    list_append(&host.received, "}");
    maybe_pause();
}

static void on_received(void *opaque, const struct netfront_fragment *fragments, unsigned int count,
                        const struct netfront_offload *offload) {
    (void)opaque;
    receive(NULL, fragments, count, offload);
}

static const struct netfront_ops ops = {
    .alloc_page = host_alloc_page,
    .grant_access = host_grant_access,
    .end_access = host_end_access,
    .notify = host_notify,
    .sent = on_sent,
    .received = on_received,
};

/* The application sends what waits, as far as there is room. */
static void send_waiting(void) {
    while (queue_out != queue_in) {
        struct waiting *w = queue[queue_out % QUEUE];
        enum netfront_send result = netfront_send(&nf, w->frame, w->size, &w->offload, w->send);

        if (result == NETFRONT_NO_ROOM)
            return;
        if (result == NETFRONT_NEVER)
            list_add(&host.sent, "{\"send\":%lu,\"status\":%d}", (unsigned long)w->send, NETIF_RSP_ERROR);
        free(w);
        queue_out++;
    }
}

static void answer_list(const char *name, struct list *list, bool *first) {
    if (list->length == 0)
        return;
    printf("%s\"%s\":[%.*s]", *first ? "" : ",", name, (int)list->length, list->text);
    *first = false;
}

void answer_member(bool *first, const char *format, ...) {
    va_list args;

    if (!*first)
        putchar(',');
    *first = false;
    va_start(args, format);
    vprintf(format, args);
    va_end(args);
}

static void answer_grants(bool *first) {
    const char *comma = "";

    for (grant_ref_t gref = host_granted(&host, 0); gref < HOST_GREFS; gref = host_granted(&host, gref + 1), comma = ",") {
        const struct host_grant *grant = &host.grants[gref];

        if (*comma == '\0')
            answer_member(first, "\"granted\":[");
        printf("%s{\"gref\":%u,\"access\":\"%s\"", comma, gref, grant->readonly ? "read-only" : "writable");
        printf(device_is_there() ? ",\"domid\":%u}" : "}", grant->domid);
    }
    printf("%s", *comma == '\0' ? "" : "]");
    comma = "";
    for (grant_ref_t gref = host_ended(&host, 0); gref < HOST_GREFS; gref = host_ended(&host, gref + 1), comma = ",") {
        if (*comma == '\0')
            answer_member(first, "\"ended\":[");
        printf("%s%u", comma, gref);
    }
    printf("%s", *comma == '\0' ? "" : "]");
}

/* Everything since the last answer, and after it whatever `start` has to say. */
static void answer_effects(bool started) {
    bool first = true;

    putchar('{');
    answer_grants(&first);
    answer_list("sent", &host.sent, &first);
    answer_list("received", &host.received, &first);
    answer_list("dropped", &host.dropped, &first);
    answer_list("ports", &host.notified_ports, &first);
    answer_list("commits", &host.commits, &first);
    device_answer(&first);
    if (host.notified > 0)
        answer_member(&first, "\"notified\":%u", host.notified);
    host_answered(&host);
    if (nf.broken && !was_broken)
        answer_member(&first, "\"broken\":true");
    was_broken = nf.broken;
    if (is_paused)
        answer_member(&first, "\"paused\":true");
    if (started && nf.tx.sring != NULL)
        answer_member(&first, "\"tx\":{\"gref\":%u,\"block\":%d}", nf.tx_gref, NETFRONT_BLOCK);
    if (started && nf.rx.sring != NULL)
        answer_member(&first, "\"rx\":{\"gref\":%u}", nf.rx_gref);
    if (started && device_is_there())
        answer_member(&first, "\"tx\":{\"block\":%d},\"rx\":{}", NETFRONT_BLOCK);
    printf("}\n");
}

void maybe_pause(void) {
    if (!wants_pause)
        return;
    wants_pause = false;
    is_paused = true;
    answer_effects(false);
    serve();
    is_paused = false;
}

static struct netfront_ring_config ring_config(const char *ring) {
    return (struct netfront_ring_config){
        .nr_ents = ring == NULL ? 0 : json_number(json_member(ring, "nr_ents"), NETFRONT_MAX),
        .first = json_number(json_member(ring, "first"), 0),
        .buffers = json_number(json_member(ring, "buffers"), NETFRONT_MAX),
    };
}

struct netfront_config rings_of(const char *message) {
    const char *tx = json_member(message, "tx"), *rx = json_member(message, "rx");

    return (struct netfront_config){ ring_config(tx), ring_config(rx), json_true(json_member(rx, "copy")) };
}

static void start(const char *message) {
    struct netfront_config config = rings_of(message);
    bool connected;

    while (queue_out != queue_in)
        free(queue[queue_out++ % QUEUE]);
    for (; frames > 0; frames--) {
        free(held[frames % QUEUE]);
        held[frames % QUEUE] = NULL;
    }
    was_broken = wants_pause = false;
    gives_copies = config.copy;
    memset(&nf, 0, sizeof(nf));
    host_reset(&host);
    device_forget();
    connected = json_member(message, "device") != NULL ? device_start(message)
                                                       : netfront_connect(&nf, &config, &ops, &host);
    if (connected)
        answer_effects(true);
    else
        printf("{\"cannot\":\"rings of 1, 2, 4 ... 256 slots, with 1 to %d buffers each\"}\n", NETFRONT_MAX);
}

struct waiting *waiting_of(const char *message) {
    const char *gso = json_member(message, "gso");
    size_t room = strlen(message) / 2; /* two digits an octet */
    struct waiting *w = malloc(sizeof(*w) + room);

    if (w == NULL)
        abort();
    w->send = json_number(json_member(message, "send"), 0);
    w->offload = (struct netfront_offload){
        .csum_blank = json_true(json_member(message, "csum_blank")),
        .gso_size = json_number(json_member(gso, "size"), 0),
        .gso_type = json_number(json_member(gso, "type"), XEN_NETIF_GSO_TYPE_NONE),
    };
    w->size = json_octets(json_member(message, "frame"), w->frame, room);
    return w;
}

static void send_frame(const char *message) {
    struct waiting *w = waiting_of(message);

    if (device_is_there())
        device_send(w);
    else {
        queue[queue_in++ % QUEUE] = w;
        send_waiting();
    }
    answer_effects(false);
}

static void event(const char *message) {
    wants_pause = json_true(json_member(message, "pause"));
    if (device_is_there())
        device_message(message, json_member(message, "do"));
    else
        netfront_poll(&nf);
    wants_pause = false;
    if (!device_is_there())
        send_waiting();
    answer_effects(false);
}

static void return_frame(unsigned int frame) {
    struct held **h = &held[frame % QUEUE];

    for (unsigned int i = 0; *h != NULL && !(*h)->is_copy && i < (*h)->count; i++)
        if (device_is_there())
            device_return(&(*h)->loan, (*h)->fragments[i].page);
        else
            netfront_return(&nf, (*h)->fragments[i].page);
    free(*h);
    *h = NULL;
    answer_effects(false);
}

static void answer_octets(const struct netfront_fragment *fragments, unsigned int count) {
    static struct list text;

    text.length = 0;
    add_octets(&text, fragments, count);
    printf("{\"octets\":\"%.*s\"}\n", (int)text.length, text.text);
}

/* What the backend does to the guest's memory and grants. */
static void access_page(const char *message, const char *what) {
    uint32_t gref = json_number(json_member(message, "gref"), 0);
    uint32_t offset = json_number(json_member(message, "offset"), 0);
    uint8_t *page = host_page(&host, gref);

    if (page == NULL || offset > NETFRONT_PAGE)
        printf("{\"refused\":\"grant %u grants no such octets\"}\n", gref);
    else if (json_is(what, "read")) {
        uint32_t length = json_number(json_member(message, "length"), 0), most = NETFRONT_PAGE - offset;
        answer_octets(&(struct netfront_fragment){ page + offset, length < most ? length : most, 0 }, 1);
    } else {
        if (json_is(what, "write"))
            json_octets(json_member(message, "octets"), page + offset, NETFRONT_PAGE - offset);
        else if (json_is(what, "map"))
            host.grants[gref].mapped++;
        else
            host_unmap(&host, gref);
        printf("{}\n");
    }
}

/* One line, one answer; until the frontend is to go on, or there are no more lines. */
static void serve(void) {
    static char *line;
    static size_t room;

    while (fflush(stdout), getline(&line, &room, stdin) > 0) {
        const char *what = json_member(line, "do");

        if (json_is(what, "hello"))
            printf("{\"version\":1,\"name\":\"netfront in C\","
                   "\"features\":[\"tx\",\"rx\",\"copy\",\"lend\",\"chains\",\"gso\",\"pause\","
                   "\"connection\",\"reopen\",\"plug\",\"close\",\"crash\",\"migrate\",\"queues\",\"split\"]}\n");
        else if (json_is(what, "start"))
            start(line);
        else if (json_is(what, "send"))
            send_frame(line);
        else if (json_is(what, "event"))
            event(line);
        else if (json_is(what, "resume") && is_paused)
            return;
        else if (json_is(what, "return"))
            return_frame(json_number(json_member(line, "frame"), 0));
        else if (json_is(what, "look")) {
            const struct held *h = held[json_number(json_member(line, "frame"), 0) % QUEUE];
            answer_octets(h == NULL ? NULL : h->fragments, h == NULL ? 0 : h->count);
        } else if (device_message(line, what))
            answer_effects(false);
        else
            access_page(line, what);
    }
    if (is_paused)
        exit(0);
}

int main(void) {
    serve();
    return 0;
}
