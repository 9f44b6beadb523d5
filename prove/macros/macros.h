/*
 * What the compiler is told before ring.h.
 *
 * A barrier is a function from outside. The compiler knows nothing of it, so that each load and store stays on its side, and
 * a call shows in the compiled code where it stands.
 */
#ifndef MACROS_H
#define MACROS_H

#include <stddef.h>
#include <stdint.h>

#define BARRIER(name) __attribute__((import_module("xen"), import_name(#name)))
BARRIER(xen_mb) void xen_mb(void);
BARRIER(xen_wmb) void xen_wmb(void);

#define __XEN_INTERFACE_VERSION__ __XEN_LATEST_INTERFACE_VERSION__
#include <xen/xen.h>
#include <xen/io/ring.h>

/* No macro looks into a slot. */
DEFINE_RING_TYPES(any, uint32_t, uint32_t);

/* A function that is looked at: what it is called, and on whose ring it is. */
#define FRONT(name) __attribute__((export_name(#name))) unsigned front_##name(any_front_ring_t *ring)
#define BACK(name) __attribute__((export_name(#name))) unsigned back_##name(any_back_ring_t *ring)
/* The same of an index that the macro is asked about. */
#define FRONT_OF(name) __attribute__((export_name(#name))) unsigned front_##name(any_front_ring_t *ring, RING_IDX index)
#define BACK_OF(name) __attribute__((export_name(#name))) unsigned back_##name(any_back_ring_t *ring, RING_IDX index)

#endif
