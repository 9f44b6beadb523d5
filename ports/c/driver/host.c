#include "host.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

static void list_room(struct list *list, size_t more) {
    if (list->length + more < list->room)
        return;
    list->room = 2 * (list->length + more);
    list->text = realloc(list->text, list->room);
    if (list->text == NULL)
        abort();
}

void list_add_string(struct list *list, const char *text) {
    list_room(list, 6 * strlen(text) + 8);
    list->text[list->length++] = '"';
    for (; *text != '\0'; text++) {
        unsigned char c = *text;

        if (c < 0x20)
            list->length += sprintf(list->text + list->length, "\\u%04x", c);
        else {
            if (c == '"' || c == '\\')
                list->text[list->length++] = '\\';
            list->text[list->length++] = c;
        }
    }
    list->text[list->length++] = '"';
    list->text[list->length] = '\0';
}

static void append(struct list *list, const char *format, va_list args) {
    list_room(list, 256);
    list->length += vsnprintf(list->text + list->length, 250, format, args);
}

void list_append(struct list *list, const char *format, ...) {
    va_list args;

    va_start(args, format);
    append(list, format, args);
    va_end(args);
}

void list_add(struct list *list, const char *format, ...) {
    va_list args;

    if (list->length > 0)
        list_append(list, ",");
    va_start(args, format);
    append(list, format, args);
    va_end(args);
}

void list_add_octets(struct list *list, const uint8_t *octets, size_t count) {
    static const char digits[] = "0123456789abcdef";

    list_room(list, 2 * count + 8);
    for (size_t i = 0; i < count; i++) {
        list->text[list->length++] = digits[octets[i] >> 4];
        list->text[list->length++] = digits[octets[i] & 15];
    }
    list->text[list->length] = '\0';
}

static void forget_notes(struct host *host) {
    host->sent.length = host->received.length = host->dropped.length = 0;
    host->notified_ports.length = host->commits.length = 0;
    host->notified = 0;
}

void host_reset(struct host *host) {
    if (host->pages == NULL && (host->pages = calloc(HOST_PAGES, NETFRONT_PAGE)) == NULL)
        abort();
    host->nr_pages = host->nr_free_pages = host->nr_grefs = 0;
    memset(host->grants, 0, sizeof(host->grants));
    memset(host->ports, 0, sizeof(host->ports));
    host->grant_fails = host->port_fails = (struct host_failure){ 0 };
    forget_notes(host);
}

void host_crash(struct host *host) {
    bool is_mapped[HOST_PAGES] = { false };

    for (grant_ref_t gref = 0; gref < host->nr_grefs; gref++) {
        struct host_grant *grant = &host->grants[gref];

        if (grant->page == NULL || grant->mapped == 0)
            *grant = (struct host_grant){ 0 };
        else {
            grant->is_stale = true;
            is_mapped[(grant->page - host->pages[0]) / NETFRONT_PAGE] = true;
        }
    }
    host->nr_free_pages = 0;
    for (unsigned int p = 0; p < host->nr_pages; p++)
        if (!is_mapped[p])
            host->free_pages[host->nr_free_pages++] = host->pages[p];
    memset(host->ports, 0, sizeof(host->ports));
    forget_notes(host);
}

void host_move(struct host *host) {
    memset(host->grants, 0, sizeof(host->grants));
    memset(host->ports, 0, sizeof(host->ports));
    host->nr_grefs = 0;
}

void *host_alloc_page(void *opaque) {
    struct host *host = opaque;
    uint8_t *page = host->nr_free_pages > 0         ? host->free_pages[--host->nr_free_pages]
                    : host->nr_pages < HOST_PAGES ? host->pages[host->nr_pages++]
                                                    : NULL;

    return page == NULL ? NULL : memset(page, 0, NETFRONT_PAGE);
}

void host_free_page(void *opaque, void *page) {
    struct host *host = opaque;

    if (host->nr_free_pages < HOST_PAGES)
        host->free_pages[host->nr_free_pages++] = page;
}

bool host_fails(struct host_failure *failure) {
    if (!failure->is_due || failure->after-- > 0)
        return false;
    failure->is_due = false;
    return true;
}

grant_ref_t host_grant_to(void *opaque, domid_t domid, void *page, bool readonly) {
    struct host *host = opaque;

    if (host_fails(&host->grant_fails))
        return NETFRONT_NO_GRANT;
    for (grant_ref_t gref = HOST_FIRST_GREF; gref < HOST_GREFS; gref++) {
        struct host_grant *grant = &host->grants[gref];

        if (grant->page != NULL)
            continue;
        *grant = (struct host_grant){
            .page = page, .readonly = readonly, .domid = domid, .was_granted = true, .was_ended = grant->was_ended
        };
        if (host->nr_grefs <= gref)
            host->nr_grefs = gref + 1;
        return gref;
    }
    fprintf(stderr, "driver: out of grant references\n");
    abort();
}

grant_ref_t host_grant_access(void *host, void *page, bool readonly) { return host_grant_to(host, 0, page, readonly); }

/* One that was granted and ended again was nothing; one that is ended twice is seen to be. */
bool host_end_access(void *opaque, grant_ref_t gref) {
    struct host *host = opaque;
    struct host_grant *grant = &host->grants[gref % HOST_GREFS];

    if (grant->mapped > 0)
        return false;
    if (grant->was_granted)
        grant->was_granted = false;
    else
        grant->was_ended = true;
    grant->page = NULL;
    if (host->nr_grefs <= gref)
        host->nr_grefs = gref + 1;
    return true;
}

void host_unmap(struct host *host, grant_ref_t gref) {
    struct host_grant *grant = &host->grants[gref];

    if (grant->mapped > 0)
        grant->mapped--;
    if (grant->mapped > 0 || !grant->is_stale)
        return;
    host_free_page(host, grant->page);
    *grant = (struct host_grant){ 0 };
}

void host_notify(void *opaque, bool rx) {
    (void)rx;
    ((struct host *)opaque)->notified++;
}

/* The lowest port that is free, as Xen does; but none that was closed since the last answer, to keep the two apart. */
evtchn_port_t host_open_port(void *opaque, domid_t domid) {
    struct host *host = opaque;

    if (host_fails(&host->port_fails))
        return 0;
    for (evtchn_port_t port = HOST_FIRST_PORT; port < HOST_PORTS; port++) {
        if (host->ports[port].is_open || host->ports[port].closes > 0)
            continue;
        host->ports[port] = (struct host_port){ .is_open = true, .domid = domid, .was_opened = true };
        return port;
    }
    return 0;
}

void host_close_port(void *opaque, evtchn_port_t port) {
    struct host_port *p = &((struct host *)opaque)->ports[port % HOST_PORTS];

    /* One that was opened since the last answer is in both lists: events may have been sent on it. */
    p->closes++;
    p->is_open = false;
}

void host_notify_port(void *opaque, evtchn_port_t port) { list_add(&((struct host *)opaque)->notified_ports, "%u", port); }

uint8_t *host_page(struct host *host, uint32_t gref) {
    return gref < HOST_GREFS ? host->grants[gref].page : NULL;
}

grant_ref_t host_granted(struct host *host, grant_ref_t gref) {
    while (gref < host->nr_grefs && !host->grants[gref].was_granted)
        gref++;
    return gref < host->nr_grefs ? gref : HOST_GREFS;
}

grant_ref_t host_ended(struct host *host, grant_ref_t gref) {
    while (gref < host->nr_grefs && !host->grants[gref].was_ended)
        gref++;
    return gref < host->nr_grefs ? gref : HOST_GREFS;
}

void host_answered(struct host *host) {
    for (grant_ref_t gref = 0; gref < host->nr_grefs; gref++)
        host->grants[gref].was_granted = host->grants[gref].was_ended = false;
    for (evtchn_port_t port = 0; port < HOST_PORTS; port++) {
        host->ports[port].was_opened = false;
        host->ports[port].closes = 0;
    }
    forget_notes(host);
}
