/*
 * A netfront for a kernel or unikernel: both rings of netif.h, with packets of several slots and segmentation offload,
 * over Xen's own ring.h.
 *
 * It has no memory of its own but this struct, no locks and no threads. Whoever uses it calls it from one place at a
 * time, gives it pages, grants and an event channel (struct netfront_ops), and calls netfront_poll at every event.
 *
 * Transmit: a frame is copied into blocks, each half a page of a pool whose pages are granted for life. The id of a
 * request is the number of its block, which is in at most one request at a time. A frame's requests are published
 * together, or none is.
 * Receive: a free page is granted, posted, and its grant ended before anybody looks at what is in it. What comes is
 * handed up when the whole packet is there.
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
/* Xen keeps this reference for itself. */
#define NETFRONT_NO_GRANT 0

/* What is said of a packet beside its octets, in either direction. */
struct netfront_offload {
    bool csum_blank;   /* the transport protocol's checksum is still to be filled in */
    uint16_t gso_size; /* the packet is to be cut into segments of so many octets of payload; 0: it is not */
    uint8_t gso_type;  /* XEN_NETIF_GSO_TYPE_TCPV4 or _TCPV6 */
};

/* Octets of a packet that has come, in one page. */
struct netfront_fragment {
    const uint8_t *octets;
    size_t size;
    unsigned int page;
};

/* What it needs of the kernel round it. `host` is whatever the kernel gave to netfront_connect. */
struct netfront_ops {
    /* A page for good, all zero; NULL where there is none. */
    void *(*alloc_page)(void *host);
    /* gnttab_grant_foreign_access; NETFRONT_NO_GRANT where there is no reference left */
    grant_ref_t (*grant_access)(void *host, void *page, bool readonly);
    /* gnttab_end_foreign_access_ref: false where the backend has the page mapped; then the grant stays. */
    bool (*end_access)(void *host, grant_ref_t gref);
    /* notify_remote_via_evtchn, on the channel of the receive ring or of the transmit ring; they may be one */
    void (*notify)(void *host, bool rx);
    /*
     * The frontend has let go of the frame that was sent with this token. status: NETIF_RSP_OKAY only if the backend
     * said so of each of its requests.
     */
    void (*sent)(void *host, uintptr_t token, int status);
    /*
     * A packet has come, of one fragment to XEN_NETIF_NR_SLOTS_MIN; the array is there until the call returns. With
     * `copy` the octets are, too; otherwise each page is the caller's until it gives it back with netfront_return.
     */
    void (*received)(void *host, const struct netfront_fragment *fragments, unsigned int count,
                     const struct netfront_offload *offload);

    /* For netfront_drop and netfront_disconnect only. */
    void (*free_page)(void *host, void *page);
    /*
     * A page that is not free: the backend has it mapped, or the application holds it (then gref is NETFRONT_NO_GRANT, and
     * number is what `received` said). Whoever keeps it frees it when that is over.
     */
    void (*keep)(void *host, void *page, grant_ref_t gref, unsigned int number);
    /* The frontend has let go of the frame that was sent with this token, without an answer. */
    void (*dropped)(void *host, uintptr_t token);
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
    unsigned int packet;
    unsigned int next; /* in the free list */
};

/*
 * A frame some of whose blocks are in flight. It has a number of its own: its first block may be in another packet
 * before its last one is answered.
 */
struct netfront_tx_packet {
    uintptr_t token;
    unsigned int left; /* blocks in flight */
    int status;        /* of those that are not any more */
    unsigned int next; /* in the list of free numbers */
};

struct netfront_rx_page {
    uint8_t *octets;
    grant_ref_t gref; /* NETFRONT_NO_GRANT: it is not granted */
    bool in_flight;
    bool lent; /* the application has it */
    unsigned int next;
};

/* What has come of a packet. */
struct netfront_rx_chain {
    struct netfront_fragment fragments[XEN_NETIF_NR_SLOTS_MIN];
    unsigned int nr_fragments;
    unsigned int slots; /* extras included */
    size_t octets;
    struct netfront_offload offload;
    bool extra_due, data_due; /* what is to come: its extras first */
    bool dropped;             /* it is wrong: what comes of it is freed */
};

struct netfront {
    const struct netfront_ops *ops;
    void *host;
    bool copy;
    /* The backend did what no backend may. Nothing is sent or posted any more. */
    bool broken;
    /* Responses to no request of ours. They are stepped over. */
    unsigned long ignored;
    /* Packets that came and were wrong. */
    unsigned long dropped;
    /* A page could not be posted for want of a grant. It is tried again at each poll. */
    bool lacks_grant;

    netif_tx_front_ring_t tx;
    grant_ref_t tx_gref;
    struct netfront_tx_block blocks[NETFRONT_MAX];
    unsigned int nr_blocks, nr_free_blocks, free_block;
    struct netfront_tx_packet packets[NETFRONT_MAX];
    unsigned int free_packet;
    unsigned int extras_in_flight;

    netif_rx_front_ring_t rx;
    grant_ref_t rx_gref;
    struct netfront_rx_page pages[NETFRONT_MAX];
    unsigned int nr_pages, free_page;
    unsigned int posted[NETFRONT_MAX]; /* by slot: the page of the request there */
    struct netfront_rx_chain chain;
};

/* Can there be such rings? */
bool netfront_fits(const struct netfront_config *config);

/*
 * Makes and grants both rings, posts pages, and is ready. False: out of memory or grants, or the config cannot be; what there
 * is then is given back with netfront_disconnect.
 */
bool netfront_connect(struct netfront *nf, const struct netfront_config *config, const struct netfront_ops *ops,
                      void *host);

enum netfront_send {
    NETFRONT_SENT,
    NETFRONT_NO_ROOM, /* now; try again after the next `sent` */
    NETFRONT_NEVER,   /* too large for any packet, ring or pool; or no backend would take it */
};

/* Copies the frame and sends it. offload: NULL for none; segmentation only with csum_blank. */
enum netfront_send netfront_send(struct netfront *nf, const void *frame, size_t size,
                                 const struct netfront_offload *offload, uintptr_t token);

/* An event came: consumes what there is on both rings, posts what is free, and asks for the next event. */
void netfront_poll(struct netfront *nf);

/* The application has done with a page. */
void netfront_return(struct netfront *nf, unsigned int page);

/* The connection has ended. Each frame that is not answered is told of as dropped, once; nothing else may be called after. */
void netfront_drop(struct netfront *nf);

/* Ends all grants, and frees or keeps all pages. The struct is as if it had never been connected. */
void netfront_disconnect(struct netfront *nf);

#endif
