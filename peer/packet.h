/*
 * A packet on its way through the peer: its octets in one piece, and what is said of it beside them.
 */
#ifndef PACKET_H
#define PACKET_H

#include "peer.h"

/* As many as fit a packet of the promised length with one slot of data. */
#define MOST_EXTRAS (XEN_NETIF_NR_SLOTS_MIN - 1)

struct packet {
    unsigned size;
    int csum_blank, data_validated;
    unsigned nr_extras;
    netif_extra_info_t extras[MOST_EXTRAS];
    uint8_t octets[XEN_NETIF_MAX_TX_SIZE];
};

/* A fault for the tests: on the receive ring these two are the other way round. */
#ifdef FAULT_FLAGS_OF_TX
#define RX_csum_blank NETTXF_csum_blank
#define RX_data_validated NETTXF_data_validated
#else
#define RX_csum_blank NETRXF_csum_blank
#define RX_data_validated NETRXF_data_validated
#endif

/* The packet that is given to the peer to pass on, whichever end it is. */
extern struct packet outgoing;

/* The packet that the peer assembles. */
extern struct packet incoming;

/* Hands the incoming packet over. */
void hand_over(void);

/* In how many slots the outgoing packet goes if each has at most `cut` octets, extras included. */
unsigned slots_of_outgoing(unsigned cut);

/* The extra with this number as it goes onto a ring: the last one without the flag. */
netif_extra_info_t outgoing_extra(unsigned number);

static inline int is_known_extra(netif_extra_info_t extra)
{
    return extra.type != XEN_NETIF_EXTRA_TYPE_NONE && extra.type < XEN_NETIF_EXTRA_TYPE_MAX;
}

#endif
