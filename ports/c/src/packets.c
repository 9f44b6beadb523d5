/* What the application sends waits here for a connection, and for room on its ring. */
#include "steps.h"

/* A number that is the same for all packets of a flow (FNV-1a): of its MAC addresses, and IP addresses and ports. */
static uint32_t flow_of(const uint8_t *octets, size_t size) {
    static const size_t parts[][2] = { { 0, 12 }, { 26, 38 } };
    uint32_t hash = 0x811c9dc5;

    for (unsigned int part = 0; part < 2; part++)
        for (size_t i = parts[part][0]; i < parts[part][1] && i < size; i++)
            hash = (hash ^ octets[i]) * 0x01000193;
    return hash;
}

/* P82: what this backend does not offer is not used. Which that is shows now, and not when the packet was sent. */
static bool is_taken(const struct connection_offer *offer, const struct connection_packet *packet) {
    const struct netfront_offload *offload = &packet->offload;

    if (offload->gso_size != 0 && !(offload->gso_type == XEN_NETIF_GSO_TYPE_TCPV4   ? offer->tcpv4
                                    : offload->gso_type == XEN_NETIF_GSO_TYPE_TCPV6 ? offer->tcpv6
                                                                                    : false))
        return false;
    return offer->sg || (offload->gso_size == 0 && packet->size <= NETFRONT_BLOCK);
}

bool packets_pump(struct connection *c) {
    const struct connection_packet *packet = &c->held[c->held_out % CONNECTION_HELD];
    enum netfront_send sent = NETFRONT_NEVER;
    uintptr_t token = packet->token;

    if (c->held_out == c->held_in)
        return false;
    if (c->phase == CONNECTION_UP && c->is_open) {
        struct netfront *nf = &c->queues[flow_of(packet->octets, packet->size) % c->nr_queues].netfront;

        if (is_taken(&c->agreed, packet))
            sent = netfront_send(nf, packet->octets, packet->size, &packet->offload, token);
    } else if (c->is_open && c->phase != CONNECTION_GONE)
        return false;
    if (sent == NETFRONT_NO_ROOM)
        return false;
    c->held_out++;
    if (sent == NETFRONT_NEVER)
        c->ops->dropped(c->host, token);
    return true;
}

enum netfront_send connection_send(struct connection *c, const void *octets, size_t size,
                                   const struct netfront_offload *offload, uintptr_t token) {
    static const struct netfront_offload nothing;

    if (!c->is_open)
        return NETFRONT_NEVER;
    if (c->held_in - c->held_out >= CONNECTION_HELD)
        return NETFRONT_NO_ROOM;
    c->held[c->held_in++ % CONNECTION_HELD] =
        (struct connection_packet){ octets, size, offload == NULL ? nothing : *offload, token };
    while (!c->is_running && packets_pump(c))
        ;
    return NETFRONT_SENT;
}
