/* See packet.h. Whoever calls from outside writes the octets to where outgoing_octets says, then describes them. */
#include "packet.h"

struct packet outgoing, incoming;

EXPORT(outgoing_octets) uint8_t *outgoing_octets(void)
{
    return outgoing.octets;
}

/* A new outgoing packet without extras. */
EXPORT(outgoing_begin) void outgoing_begin(unsigned size, int csum_blank, int data_validated)
{
    outgoing.size = size;
    outgoing.csum_blank = csum_blank;
    outgoing.data_validated = data_validated;
    outgoing.nr_extras = 0;
}

static netif_extra_info_t *next_extra(unsigned type)
{
    netif_extra_info_t *extra = &outgoing.extras[outgoing.nr_extras];

    if (outgoing.nr_extras++ == MOST_EXTRAS)
        __builtin_trap();
    memset(extra, 0, sizeof(*extra));
    extra->type = type;
    return extra;
}

EXPORT(outgoing_gso) void outgoing_gso(unsigned type, unsigned size)
{
    netif_extra_info_t *extra = next_extra(XEN_NETIF_EXTRA_TYPE_GSO);

    extra->u.gso.type = type;
    extra->u.gso.size = size;
}

/* An extra of another type, with u as it is. */
EXPORT(outgoing_other) void outgoing_other(unsigned type, unsigned u0, unsigned u1, unsigned u2)
{
    netif_extra_info_t *extra = next_extra(type);

    extra->u.pad[0] = u0;
    extra->u.pad[1] = u1;
    extra->u.pad[2] = u2;
}

unsigned slots_of_outgoing(unsigned cut)
{
    return (outgoing.size + cut - 1) / cut + outgoing.nr_extras;
}

netif_extra_info_t outgoing_extra(unsigned number)
{
    netif_extra_info_t extra = outgoing.extras[number];

    extra.flags = number + 1 < outgoing.nr_extras ? XEN_NETIF_EXTRA_FLAG_MORE : 0;
    return extra;
}

void hand_over(void)
{
    for (unsigned i = 0; i < incoming.nr_extras; i++) {
        const netif_extra_info_t *extra = &incoming.extras[i];

        host_extra(extra->type, extra->u.gso.type, extra->u.gso.size, (const uint8_t *)&extra->u);
    }
    host_packet(incoming.octets, incoming.size, incoming.csum_blank, incoming.data_validated);
}
