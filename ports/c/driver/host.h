/* The guest round the frontend: pages, a grant table, and notes of what left the guest since the last answer. */
#ifndef HOST_H
#define HOST_H

#include "netfront.h"

#define HOST_PAGES 1024
#define HOST_GREFS 2048
#define HOST_FIRST_GREF 8

struct host_grant {
    uint8_t *page; /* NULL: grants nothing */
    bool readonly;
    unsigned int mapped;
};

struct host {
    uint8_t (*pages)[NETFRONT_PAGE];
    unsigned int nr_pages;
    struct host_grant grants[HOST_GREFS];
    /* The effects since the last answer, as the members of a JSON object. */
    struct list {
        char *text;
        size_t length, room;
    } granted, ended, sent, received;
    unsigned int notified;
};

/* Everything that was is gone. */
void host_reset(struct host *host);
void *host_alloc_page(void *host);
grant_ref_t host_grant_access(void *host, void *page, bool readonly);
bool host_end_access(void *host, grant_ref_t gref);
void host_notify(void *host);
/* The page that a reference grants, or NULL. */
uint8_t *host_page(struct host *host, uint32_t gref);

/* Appends to one of the lists, as printf does, with a comma where it is not the first. */
void list_add(struct list *list, const char *format, ...) __attribute__((format(printf, 2, 3)));
/* The same without a comma. */
void list_append(struct list *list, const char *format, ...) __attribute__((format(printf, 2, 3)));
/* Appends octets as hexadecimal digits, and nothing else. */
void list_add_octets(struct list *list, const uint8_t *octets, size_t count);

#endif
