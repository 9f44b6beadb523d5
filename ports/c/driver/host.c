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

void host_reset(struct host *host) {
    if (host->pages == NULL && (host->pages = calloc(HOST_PAGES, NETFRONT_PAGE)) == NULL)
        abort();
    memset(host->pages, 0, (size_t)host->nr_pages * NETFRONT_PAGE);
    host->nr_pages = 0;
    memset(host->grants, 0, sizeof(host->grants));
    host->granted.length = host->ended.length = host->sent.length = host->received.length = 0;
    host->notified = 0;
}

void *host_alloc_page(void *opaque) {
    struct host *host = opaque;
    return host->nr_pages < HOST_PAGES ? host->pages[host->nr_pages++] : NULL;
}

grant_ref_t host_grant_access(void *opaque, void *page, bool readonly) {
    struct host *host = opaque;

    for (grant_ref_t gref = HOST_FIRST_GREF; gref < HOST_GREFS; gref++)
        if (host->grants[gref].page == NULL) {
            host->grants[gref] = (struct host_grant){ .page = page, .readonly = readonly };
            list_add(&host->granted, "{\"gref\":%u,\"access\":\"%s\"}", gref, readonly ? "read-only" : "writable");
            return gref;
        }
    fprintf(stderr, "driver: out of grant references\n");
    abort();
}

bool host_end_access(void *opaque, grant_ref_t gref) {
    struct host *host = opaque;

    if (host->grants[gref].mapped > 0)
        return false;
    host->grants[gref].page = NULL;
    list_add(&host->ended, "%u", gref);
    return true;
}

void host_notify(void *opaque) { ((struct host *)opaque)->notified++; }

uint8_t *host_page(struct host *host, uint32_t gref) {
    return gref < HOST_GREFS ? host->grants[gref].page : NULL;
}
