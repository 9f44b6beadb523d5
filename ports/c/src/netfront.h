/*
 * A netfront for a kernel or unikernel: both rings of netif.h, one slot a frame, over Xen's own ring.h.
 *
 * It has no memory of its own but this struct, no locks and no threads. Whoever uses it calls it from one place at a
 * time, gives it pages, grants and an event channel (struct netfront_ops), and calls netfront_poll at every event.
 *
 * Transmit: a frame is copied into a block, half a page of a pool whose pages are granted for life. The id of a
 * request is the number of its block, which is in at most one request at a time.
 * Receive: a free page is granted, posted, and its grant ended before anybody looks at what is in it.
 */
#ifndef NETFRONT_H
#define NETFRONT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

/* The headers of 2006 and earlier used other names for barriers; a kernel says itself what it is written for. */
#ifndef __XEN_INTERFACE_VERSION__
#define __XEN_INTERFACE_VERSION__ 0x00030208
#endif

/* ring.h leaves the barriers to whoever includes it. */
#define xen_mb() __atomic_thread_fence(__ATOMIC_SEQ_CST)
#define xen_rmb() __atomic_thread_fence(__ATOMIC_ACQUIRE)
#define xen_wmb() __atomic_thread_fence(__ATOMIC_RELEASE)

#include <xen/xen.h>
#include <xen/grant_table.h>
#include <xen/io/netif.h>

#define NETFRONT_PAGE 4096
#define NETFRONT_BLOCK (NETFRONT_PAGE / 2)
/* Slots of a ring, and buffers of its pool, at most. */
#define NETFRONT_MAX 256

/* What it needs of the kernel round it. `host` is whatever the kernel gave to netfront_connect. */
struct netfront_ops {
    /* A page for good, all zero; NULL where there is none. */
    void *(*alloc_page)(void *host);
    /* gnttab_grant_foreign_access */
    grant_ref_t (*grant_access)(void *host, void *page, bool readonly);
    /* gnttab_end_foreign_access_ref: false where the backend has the page mapped; then the grant stays. */
    bool (*end_access)(void *host, grant_ref_t gref);
    /* notify_remote_via_evtchn */
    void (*notify)(void *host);
    /* The frontend has let go of the frame that was sent with this token. status: NETIF_RSP_*. */
    void (*sent)(void *host, uintptr_t token, int status);
    /*
     * A frame has come. With `copy` it is there until the call returns; otherwise it is the caller's until it gives
     * `page` back with netfront_return.
     */
    void (*received)(void *host, const uint8_t *octets, size_t size, unsigned int page);
};

struct netfront_ring_config {
    unsigned int nr_ents; /* slots, a power of two up to 256; 0: this ring is not used */
    RING_IDX first;       /* where the indices start: 0, or near 2^32 to see them wrap soon */
    unsigned int buffers; /* blocks, or pages */
};

struct netfront_config {
    struct netfront_ring_config tx, rx;
    bool copy; /* received frames: see netfront_ops.received */
};

struct netfront_tx_block {
    uint8_t *octets;
    grant_ref_t gref; /* of the page, which two blocks share: NOT unique, and so no id */
    uint16_t offset;  /* of the block in its page */
    bool in_flight;   /* there is a request for it that is not answered */
    uintptr_t token;
    unsigned int next; /* in the free list */
#ifdef NETFRONT_FAULTS
    uint16_t id;
    unsigned int since;
#endif
};

struct netfront_rx_page {
    uint8_t *octets;
    grant_ref_t gref;
    bool in_flight;
    bool lent; /* the application has it */
    unsigned int next;
};

struct netfront {
    const struct netfront_ops *ops;
    void *host;
    bool copy;
    /* The backend did what no backend may. Nothing is sent or posted any more. */
    bool broken;
    /* Responses to no request of ours, or with a frame that is in no page. They are stepped over. */
    unsigned long ignored;

    netif_tx_front_ring_t tx;
    grant_ref_t tx_gref;
    struct netfront_tx_block blocks[NETFRONT_MAX];
    unsigned int nr_blocks, free_block;

    netif_rx_front_ring_t rx;
    grant_ref_t rx_gref;
    struct netfront_rx_page pages[NETFRONT_MAX];
    unsigned int nr_pages, free_page;
#ifdef NETFRONT_FAULTS
    unsigned int ids, next_id, sends;
#endif
};

/* Makes and grants both rings, posts pages, and is ready. False: out of memory, or the config cannot be. */
bool netfront_connect(struct netfront *nf, const struct netfront_config *config, const struct netfront_ops *ops,
                      void *host);

/* Copies the frame and sends it. False: there is no room now; try again after the next `sent`. */
bool netfront_send(struct netfront *nf, const void *frame, size_t size, uintptr_t token);

/* An event came: consumes what there is on both rings, posts what is free, and asks for the next event. */
void netfront_poll(struct netfront *nf);

/* The application has done with a page. */
void netfront_return(struct netfront *nf, unsigned int page);

#endif
