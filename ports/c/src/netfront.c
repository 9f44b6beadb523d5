/* See netfront.h. Transmit is in tx.c, receive in rx.c, and what they have in common in internal.h. */
#include "internal.h"

static bool is_power_of_two(unsigned int n) { return n != 0 && (n & (n - 1)) == 0; }

static bool fits(const struct netfront_ring_config *ring) {
    return ring->nr_ents == 0 || (is_power_of_two(ring->nr_ents) && ring->nr_ents <= NETFRONT_MAX &&
                                  ring->buffers >= 1 && ring->buffers <= NETFRONT_MAX);
}

bool netfront_fits(const struct netfront_config *config) { return fits(&config->tx) && fits(&config->rx); }

bool netfront_connect(struct netfront *nf, const struct netfront_config *config, const struct netfront_ops *ops,
                      void *host) {
    memset(nf, 0, sizeof(*nf));
    nf->ops = ops;
    nf->host = host;
    nf->copy = config->copy;
    nf->free_block = nf->free_packet = nf->free_page = NONE;
    if (!netfront_fits(config))
        return false;
    return (config->tx.nr_ents == 0 || netfront_tx_connect(nf, &config->tx)) &&
           (config->rx.nr_ents == 0 || netfront_rx_connect(nf, &config->rx));
}

void netfront_poll(struct netfront *nf) {
    if (nf->tx.sring != NULL && !nf->broken)
        netfront_tx_poll(nf);
    if (nf->rx.sring != NULL && !nf->broken)
        netfront_rx_poll(nf);
}
