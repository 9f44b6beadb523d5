/* The end of a netfront: its packets are dropped, and what it has of the guest is given back. */
#include "internal.h"

void netfront_drop(struct netfront *nf) {
    /* Nothing is sent or posted any more, whatever the application returns. */
    nf->broken = true;
    for (unsigned int k = 0; k < NETFRONT_MAX; k++) {
        if (nf->packets[k].left == 0)
            continue;
        nf->packets[k].left = 0;
        nf->ops->dropped(nf->host, nf->packets[k].token);
    }
}

/* P73: a page that the backend has mapped is not free, whatever has become of the connection. */
static void give_back(struct netfront *nf, void *page, grant_ref_t gref, unsigned int number) {
    if (gref != NETFRONT_NO_GRANT && !nf->ops->end_access(nf->host, gref))
        nf->ops->keep(nf->host, page, gref, number);
    else
        nf->ops->free_page(nf->host, page);
}

void netfront_disconnect(struct netfront *nf) {
    if (nf->tx.sring != NULL)
        give_back(nf, nf->tx.sring, nf->tx_gref, NONE);
    for (unsigned int b = 0; b < NETFRONT_MAX && nf->blocks[b].octets != NULL; b += NETFRONT_PAGE / NETFRONT_BLOCK)
        give_back(nf, nf->blocks[b].octets, nf->blocks[b].gref, NONE);
    if (nf->rx.sring != NULL)
        give_back(nf, nf->rx.sring, nf->rx_gref, NONE);
    for (unsigned int p = 0; p < NETFRONT_MAX && nf->pages[p].octets != NULL; p++)
        if (nf->pages[p].lent)
            nf->ops->keep(nf->host, nf->pages[p].octets, NETFRONT_NO_GRANT, p);
        else
            give_back(nf, nf->pages[p].octets, nf->pages[p].gref, p);
    memset(nf, 0, sizeof(*nf));
}
