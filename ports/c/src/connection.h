/*
 * A network device of the guest through all of its connections: a front that finds its backend through XenStore, connects,
 * loses it, closes, and connects again. It is the front of spec/ConnectionFront.tla; the rings of a connection are a
 * struct netfront for each queue.
 *
 *     waiting -> prepared -> written -> connecting -> up
 *        ^                                            |
 *        +------------- released <---------------- closed
 *
 * As in netfront.h: no memory of its own but this struct, no locks and no threads, and calls from one place at a time.
 */
#ifndef NETFRONT_CONNECTION_H
#define NETFRONT_CONNECTION_H

#include "netfront.h"

#include <xen/event_channel.h>
#include <xen/io/xenbus.h>

/* Queues of a connection, at most. */
#define CONNECTION_QUEUES 4
/* Packets that wait for a connection or for room on a ring. */
#define CONNECTION_HELD 1024
/* Pages of connections that have ended, which a backend has mapped or the application holds. */
#define CONNECTION_KEPT (2 * CONNECTION_QUEUES * (2 + NETFRONT_MAX / 2 + NETFRONT_MAX))
/* Octets of a path or a value of XenStore, the last 0 included. */
#define CONNECTION_TEXT 256
#define CONNECTION_NO_PORT 0

/* How a transaction ended. */
enum connection_commit {
    CONNECTION_DONE,
    CONNECTION_AGAIN, /* EAGAIN: something that it read has changed, and nothing was written */
    CONNECTION_FAILED /* nothing was written, and it is of no use to try at once */
};

/* Which page of which connection a fragment is in, to give it back. */
struct connection_loan {
    unsigned int incarnation, queue;
};

/* What it needs of the kernel round it. `host` is whatever the kernel gave to connection_attach. */
struct connection_ops {
    /* As in netfront_ops, for a backend in this domain. */
    void *(*alloc_page)(void *host);
    void (*free_page)(void *host, void *page);
    grant_ref_t (*grant_access)(void *host, domid_t domid, void *page, bool readonly);
    bool (*end_access)(void *host, grant_ref_t gref);
    /* EVTCHNOP_alloc_unbound; CONNECTION_NO_PORT where there is none. */
    evtchn_port_t (*open_port)(void *host, domid_t domid);
    void (*close_port)(void *host, evtchn_port_t port);
    void (*notify)(void *host, evtchn_port_t port);

    /* XenStore, one transaction at a time. What it has read is still so where it is committed. */
    void (*begin)(void *host);
    /* False: there is no such key. */
    bool (*read)(void *host, const char *path, char value[CONNECTION_TEXT]);
    /* NULL removes the key, and all below it. */
    void (*write)(void *host, const char *path, const char *value);
    enum connection_commit (*end)(void *host, bool commits);
    /* connection_watched is to be called whenever something changes there. */
    void (*watch)(void *host, const char *path);
    void (*unwatch)(void *host, const char *path);

    /* A packet is done, and its octets are the caller's again: a backend has answered it. */
    void (*sent)(void *host, uintptr_t token, int status);
    /* A packet is done: no backend has answered it, and none will. It may have been sent. */
    void (*dropped)(void *host, uintptr_t token);
    /* As in netfront_ops; a page goes back with connection_return. */
    void (*received)(void *host, const struct connection_loan *loan, const struct netfront_fragment *fragments,
                     unsigned int count, const struct netfront_offload *offload);
};

struct connection_config {
    struct netfront_config rings; /* of each queue */
    unsigned int queues;          /* at most; fewer where the backend offers fewer */
    bool split;                   /* an event channel for each ring, where the backend offers that */
};

/* What a backend offers: netif.h has a paragraph on each key. */
struct connection_offer {
    bool sg, tcpv4, tcpv6, split;
    unsigned int queues; /* 0: it cannot be used */
};

enum connection_phase {
    CONNECTION_WAITING,    /* for the back's InitWait; its own state is Initialising */
    CONNECTION_PREPARED,   /* it has read the features, and granted rings */
    CONNECTION_WRITTEN,    /* the ring keys are committed */
    CONNECTION_CONNECTING, /* its state is Connected */
    CONNECTION_UP,         /* and the back's is */
    CONNECTION_CLOSING,    /* it has asked for a close, and waits for an answer */
    CONNECTION_CLOSED,     /* its state is Closed; the rings are still there */
    CONNECTION_RELEASED,   /* the rings are not */
    CONNECTION_RESTARTING, /* its kernel began anew, and it leads the back to Closed */
    CONNECTION_GONE        /* there is no device */
};

/* What was read of the back beside its state: that the front's own device is gone; or nothing yet. */
enum { CONNECTION_SAW_NOTHING = -2, CONNECTION_SAW_REMOVED = -1 };

struct connection_queue {
    struct connection *connection;
    struct netfront netfront;
    evtchn_port_t tx_port, rx_port; /* the same one where there is one channel */
};

/* A page that cannot be freed yet. */
struct connection_page {
    void *octets;
    grant_ref_t gref; /* NETFRONT_NO_GRANT: the application holds it */
    struct connection_loan loan;
    unsigned int number;
};

/* A packet that waits. Its octets are the caller's memory. */
struct connection_packet {
    const void *octets;
    size_t size;
    struct netfront_offload offload;
    uintptr_t token;
};

struct connection {
    const struct connection_ops *ops;
    void *host;
    struct connection_config config;

    char front[CONNECTION_TEXT / 2];  /* the device's directory */
    char watched[CONNECTION_TEXT];    /* the key of the backend that is watched; "" if none is */
    unsigned int claims;              /* the number of the last one is in the directory if it is this front's */
    enum connection_phase phase;
    bool is_open;  /* the application wants it so */
    bool look_due; /* a watch was called, or the front wrote something after which it looks anew */
    int saw;       /* the back's enum xenbus_state when last read, or one of the above */

    unsigned int incarnation; /* connections begun */
    struct connection_offer agreed;
    domid_t backend_id;
    bool is_broken;    /* this backend did what no backend may */
    bool is_forgotten; /* the domain is another now: there are no grants and ports to give back */
    struct connection_queue queues[CONNECTION_QUEUES];
    unsigned int nr_queues; /* 0: there are no rings */
    struct connection_page kept[CONNECTION_KEPT];
    unsigned int nr_kept;

    struct connection_packet held[CONNECTION_HELD];
    unsigned int held_in, held_out;

    bool is_running;
    bool is_patience_over, waits_for_close; /* a backend has so long to answer a close */
    bool waits_to_retry;                    /* while this is so, nothing begins again */
    bool are_kept_due;
    char failure[CONNECTION_TEXT]; /* what is wrong with the device, or went wrong at a set-up; "" if nothing */
    /* What the step that is being decided has read. */
    struct {
        int saw;
        char back[CONNECTION_TEXT];
        enum xenbus_state state;
        struct connection_offer offer;
        domid_t backend_id;
    } read;
};

/*
 * Attaches to the device whose directory is `front`, such as device/vif/0, and does what is due. One that was left in another
 * state by a kernel before this one is led to Closed first. False: the config cannot be.
 */
bool connection_attach(struct connection *c, const char *front, const struct connection_config *config,
                       const struct connection_ops *ops, void *host);

/* A watch was called: for whichever reason. */
void connection_watched(struct connection *c);

/* An event came on a port. One that is closed, or another's, is passed over. */
void connection_event(struct connection *c, evtchn_port_t port);

/*
 * Time has passed: a few seconds, as in Linux, which polls for five. A close is not waited for any longer, a set-up that
 * failed is tried again, and pages that were mapped are given back if they are not.
 */
void connection_tick(struct connection *c);

/*
 * Sends a packet when there is a connection. Its octets stay the caller's memory, unchanged until `sent` or `dropped`.
 * NETFRONT_NO_ROOM: too many wait already. NETFRONT_NEVER: the device is closed.
 */
enum netfront_send connection_send(struct connection *c, const void *octets, size_t size,
                                   const struct netfront_offload *offload, uintptr_t token);

/* The application has done with a page, of whichever connection. */
void connection_return(struct connection *c, const struct connection_loan *loan, unsigned int page);

/* The application closes the device, and opens it again. A close ends whatever the backend does: see connection_tick. */
void connection_close(struct connection *c);
void connection_open(struct connection *c);

/* The guest goes on in a new domain: grants and ports of before are no more, nothing is mapped, and no watch is set. */
void connection_resumed(struct connection *c);

#endif
