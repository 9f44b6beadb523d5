/*
 * The guest round the frontend: pages, a grant table, event channels, and notes of what left the guest since the last answer.
 */
#ifndef HOST_H
#define HOST_H

#include "netfront.h"

#include <xen/event_channel.h>

#define HOST_PAGES 4096
#define HOST_GREFS 8192
#define HOST_FIRST_GREF 8
#define HOST_PORTS 256
#define HOST_FIRST_PORT 4

struct host_grant {
    uint8_t *page; /* NULL: grants nothing */
    bool readonly;
    unsigned int mapped;
    domid_t domid;
    bool is_stale; /* a kernel before this one granted it, and it is there as long as it is mapped */
    /* Since the last answer. One that was ended may have been granted again. */
    bool was_granted, was_ended;
};

struct host_port {
    bool is_open;
    domid_t domid;
    bool was_opened;
    unsigned int closes; /* since the last answer: more than one, or one of a port that is not open, is a fault of the front */
};

/* Something fails once, after so many that do not. */
struct host_failure {
    bool is_due;
    uint32_t after;
};

struct host {
    uint8_t (*pages)[NETFRONT_PAGE];
    /* Those that are free, the last one freed on top; and how many were ever used. */
    uint8_t *free_pages[HOST_PAGES];
    unsigned int nr_free_pages, nr_pages;
    struct host_grant grants[HOST_GREFS];
    grant_ref_t nr_grefs; /* as far as there are any */
    struct host_port ports[HOST_PORTS];
    struct host_failure grant_fails, port_fails;
    /* The effects since the last answer, as the members of a JSON object. */
    struct list {
        char *text;
        size_t length, room;
    } sent, received, dropped, notified_ports, commits;
    unsigned int notified;
};

/* Everything that was is gone. */
void host_reset(struct host *host);
/* The kernel starts again. What is mapped stays so; nobody knows of it. */
void host_crash(struct host *host);
/* The guest goes on in a new domain: it has its pages, and no grant or port. */
void host_move(struct host *host);
void *host_alloc_page(void *host);
void host_free_page(void *host, void *page);
grant_ref_t host_grant_access(void *host, void *page, bool readonly);
grant_ref_t host_grant_to(void *host, domid_t domid, void *page, bool readonly);
bool host_end_access(void *host, grant_ref_t gref);
void host_unmap(struct host *host, grant_ref_t gref);
void host_notify(void *host, bool rx);
evtchn_port_t host_open_port(void *host, domid_t domid);
void host_close_port(void *host, evtchn_port_t port);
void host_notify_port(void *host, evtchn_port_t port);
/* The page that a reference grants, or NULL. */
uint8_t *host_page(struct host *host, uint32_t gref);
/* One thing more is asked for. True: this is the one that fails. */
bool host_fails(struct host_failure *failure);

/* The next reference that was granted (or ended) since the last answer, from `gref` on; HOST_GREFS: there is none. */
grant_ref_t host_granted(struct host *host, grant_ref_t gref);
grant_ref_t host_ended(struct host *host, grant_ref_t gref);
/* All was answered. */
void host_answered(struct host *host);

/* Appends to one of the lists, as printf does, with a comma where it is not the first. */
void list_add(struct list *list, const char *format, ...) __attribute__((format(printf, 2, 3)));
/* The same without a comma. */
void list_append(struct list *list, const char *format, ...) __attribute__((format(printf, 2, 3)));
/* Appends octets as hexadecimal digits, and nothing else. */
void list_add_octets(struct list *list, const uint8_t *octets, size_t count);
/* Appends a string of JSON. */
void list_add_string(struct list *list, const char *text);

#endif
