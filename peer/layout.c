/*
 * What the compiler says of netif.h and ring.h: where each field lies, and what each name stands for. No number is
 * typed here, and the list of names in values.h is made from netif.h too.
 */
#include "peer.h"

struct entry {
    const char *name;
    int32_t value; /* of a name; of a field: where it begins, in octets */
    int32_t octets; /* of a field; 0 where the entry is a name */
};

#define SIZE_OF(type, member) sizeof(((type *)0)->member)
#define FIELD(type, member) { #type "." #member, offsetof(type, member), SIZE_OF(type, member) },
#define VALUE(name) { #name, name, 0 },
#define IS_SIGNED(type, member) { "signed(" #type "." #member ")", (__typeof__(((type *)0)->member))-1 < 0, 0 },
#define SIZE(type) { "sizeof(" #type ")", sizeof(type), 0 },
#define RING_OF(r)                                                                                                  \
    { "__CONST_RING_SIZE(" #r ")", __CONST_RING_SIZE(r, PAGE), 0 },                                              \
        { "sizeof(union " #r "_sring_entry)", sizeof(union r##_sring_entry), 0 },                                \
        FIELD(struct r##_sring, req_prod) FIELD(struct r##_sring, req_event)                                     \
        FIELD(struct r##_sring, rsp_prod) FIELD(struct r##_sring, rsp_event)                                     \
        FIELD(struct r##_sring, pvt) FIELD(struct r##_sring, __pad)                                              \
        FIELD(struct r##_sring, ring)

static const struct entry table[] = {
    RING_OF(netif_tx) RING_OF(netif_rx)

    SIZE(netif_tx_request_t)
    FIELD(netif_tx_request_t, gref) FIELD(netif_tx_request_t, offset) FIELD(netif_tx_request_t, flags)
    FIELD(netif_tx_request_t, id) FIELD(netif_tx_request_t, size)

    SIZE(netif_tx_response_t)
    FIELD(netif_tx_response_t, id) FIELD(netif_tx_response_t, status)
    IS_SIGNED(netif_tx_response_t, status)

    SIZE(netif_rx_request_t)
    FIELD(netif_rx_request_t, id) FIELD(netif_rx_request_t, pad) FIELD(netif_rx_request_t, gref)

    SIZE(netif_rx_response_t)
    FIELD(netif_rx_response_t, id) FIELD(netif_rx_response_t, offset) FIELD(netif_rx_response_t, flags)
    FIELD(netif_rx_response_t, status) IS_SIGNED(netif_rx_response_t, status)

    SIZE(netif_extra_info_t)
    FIELD(netif_extra_info_t, type) FIELD(netif_extra_info_t, flags) FIELD(netif_extra_info_t, u)
    FIELD(netif_extra_info_t, u.gso.size) FIELD(netif_extra_info_t, u.gso.type) FIELD(netif_extra_info_t, u.gso.pad)
    FIELD(netif_extra_info_t, u.gso.features)
    FIELD(netif_extra_info_t, u.mcast.addr)
    FIELD(netif_extra_info_t, u.hash.type) FIELD(netif_extra_info_t, u.hash.algorithm)
    FIELD(netif_extra_info_t, u.hash.value)

#include "values.h"
};

/* No field is left out: those of each struct fill it. */
#define FILLED_BY(type, sum) _Static_assert(sizeof(type) == (sum), #type " has a field that the table has not")
FILLED_BY(netif_tx_request_t,
          SIZE_OF(netif_tx_request_t, gref) + SIZE_OF(netif_tx_request_t, offset) +
              SIZE_OF(netif_tx_request_t, flags) + SIZE_OF(netif_tx_request_t, id) + SIZE_OF(netif_tx_request_t, size));
FILLED_BY(netif_tx_response_t, SIZE_OF(netif_tx_response_t, id) + SIZE_OF(netif_tx_response_t, status));
FILLED_BY(netif_rx_request_t,
          SIZE_OF(netif_rx_request_t, id) + SIZE_OF(netif_rx_request_t, pad) + SIZE_OF(netif_rx_request_t, gref));
FILLED_BY(netif_rx_response_t,
          SIZE_OF(netif_rx_response_t, id) + SIZE_OF(netif_rx_response_t, offset) +
              SIZE_OF(netif_rx_response_t, flags) + SIZE_OF(netif_rx_response_t, status));
FILLED_BY(netif_extra_info_t,
          SIZE_OF(netif_extra_info_t, type) + SIZE_OF(netif_extra_info_t, flags) + SIZE_OF(netif_extra_info_t, u));

/* The entries, and how many there are. */
EXPORT(layout_table) const struct entry *layout_table(void)
{
    return table;
}

EXPORT(layout_entries) unsigned layout_entries(void)
{
    return sizeof(table) / sizeof(table[0]);
}
