/*
 * The barriers of ring.h, which leaves them to whoever includes it. OCaml has none. To its compiler, too, a call is one:
 * it moves no load or store across it.
 */
#include <caml/mlvalues.h>

CAMLprim value netfront_mb(value unit) {
    __atomic_thread_fence(__ATOMIC_SEQ_CST);
    return unit;
}

CAMLprim value netfront_rmb(value unit) {
    __atomic_thread_fence(__ATOMIC_ACQUIRE);
    return unit;
}

CAMLprim value netfront_wmb(value unit) {
    __atomic_thread_fence(__ATOMIC_RELEASE);
    return unit;
}
