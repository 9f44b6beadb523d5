/*
 * What tx.c and rx.c have in common. The names of steps in capitals are macros of ring.h; P1 and so on are properties
 * of spec/.
 */
#ifndef NETFRONT_INTERNAL_H
#define NETFRONT_INTERNAL_H

#include "netfront.h"

#define NONE NETFRONT_MAX

/* A ring of nr_ents slots is a ring page of this many octets. */
#define RING_OCTETS(sring, nr_ents) (offsetof(__typeof__(*(sring)), ring) + (nr_ents) * sizeof((sring)->ring[0]))

/* SHARED_RING_INIT starts at 0; we may start elsewhere. */
#define SHARED_RING_INIT_AT(sring, first)                                  \
    do {                                                                   \
        SHARED_RING_INIT(sring);                                           \
        (sring)->req_prod = (sring)->rsp_prod = (first);                   \
        (sring)->req_event = (sring)->rsp_event = (first) + 1;             \
    } while (0)

/* The backend may ask to be notified of any of the requests that are published here. */
#define PUSH_AND_NOTIFY(nf, ring)                                          \
    do {                                                                   \
        int due;                                                           \
        RING_PUSH_REQUESTS_AND_CHECK_NOTIFY(ring, due);                    \
        if (due)                                                           \
            (nf)->ops->notify((nf)->host, (void *)(ring) == &(nf)->rx);    \
    } while (0)

/*
 * Consumes responses until there are none, and asks to be notified of the next. rsp_prod is loaded once for each turn,
 * checked, and then believed: P8, it must not pass what was asked for, which is less than what
 * RING_RESPONSE_PROD_OVERFLOW lets through. The final check is for what comes before the request to be notified is seen.
 */
#define POLL(nf, front, response_t, consume)                               \
    do {                                                                   \
        int more = 0;                                                      \
        do {                                                               \
            RING_IDX prod = (front)->sring->rsp_prod;                      \
            xen_rmb();                                                     \
            if (prod - (front)->rsp_cons > (front)->req_prod_pvt - (front)->rsp_cons) { \
                (nf)->broken = true;                                       \
                break;                                                     \
            }                                                              \
            while ((front)->rsp_cons != prod) {                            \
                response_t response;                                       \
                RING_COPY_RESPONSE(front, (front)->rsp_cons, &response);   \
                (front)->rsp_cons++;                                       \
                consume(nf, &response);                                    \
                if ((nf)->broken)                                          \
                    break;                                                 \
            }                                                              \
            if ((nf)->broken)                                              \
                break;                                                     \
            RING_FINAL_CHECK_FOR_RESPONSES(front, more);                   \
        } while (more);                                                    \
    } while (0)

/* Makes the ring and what is behind it. False: out of memory. */
bool netfront_tx_connect(struct netfront *nf, const struct netfront_ring_config *config);
bool netfront_rx_connect(struct netfront *nf, const struct netfront_ring_config *config);

/* Consumes what there is. */
void netfront_tx_poll(struct netfront *nf);
/* The same, and posts what is free. */
void netfront_rx_poll(struct netfront *nf);

#endif
