/*
 * What all of the peer has in common: Xen's own headers, the barriers they ask for, and what is imported.
 *
 * There is no C library here. xen.h has to be told an architecture, and WebAssembly is none that it knows; ring.h and
 * netif.h use nothing of it, so the compiler is given -D__i386__.
 */
#ifndef PEER_H
#define PEER_H

#include <stddef.h>
#include <stdint.h>

/* Fences of WebAssembly: each is atomic.fence, which orders everything on either side of it. */
#define xen_mb() __atomic_thread_fence(__ATOMIC_SEQ_CST)
#define xen_rmb() __atomic_thread_fence(__ATOMIC_ACQUIRE)
#define xen_wmb() __atomic_thread_fence(__ATOMIC_RELEASE)
#define memset __builtin_memset
#define memcpy __builtin_memcpy

#define __XEN_INTERFACE_VERSION__ __XEN_LATEST_INTERFACE_VERSION__
#include <xen/io/netif.h>

#define PAGE 4096
#define RING 256
#define ETH_HLEN 14

#define TX_RING_SIZE __CONST_RING_SIZE(netif_tx, PAGE)
#define RX_RING_SIZE __CONST_RING_SIZE(netif_rx, PAGE)
_Static_assert(TX_RING_SIZE == RING && RX_RING_SIZE == RING, "both rings have as many slots");

#define EXPORT(name) __attribute__((export_name(#name)))
#define HOST(name) __attribute__((import_module("host"), import_name(#name)))

/* GNTTABOP_map_grant_ref: where the page is, or 0 where it is not granted. */
HOST(map) uint8_t *host_map(grant_ref_t gref);
HOST(unmap) void host_unmap(grant_ref_t gref);
/* EVTCHNOP_send to the other end, and the own event taken. */
HOST(notify) void host_notify(void);
HOST(clear_pending) void host_clear_pending(void);
/* A guest's memory: a page of its own, granted, and taken back. 0 from end_access: the other end has it mapped. */
HOST(allocate_page) uint8_t *host_allocate_page(void);
HOST(grant_access) grant_ref_t host_grant_access(const uint8_t *page, int readonly);
HOST(end_access) int host_end_access(grant_ref_t gref);
/* A packet has come; its extras were told before it, each with u as its six octets too. */
HOST(extra) void host_extra(unsigned type, unsigned gso_type, unsigned gso_size, const uint8_t *u);
HOST(packet) void host_packet(const uint8_t *octets, unsigned size, int csum_blank, int data_validated);
/* A packet that was sent under this token is answered; the status is the worst of its slots'. */
HOST(sent) void host_sent(unsigned token, int status);

#endif
