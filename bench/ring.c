/*
 * The two-thread ring of test/stress/ in C, over Xen's own macros: the yardstick of bench/ring.ts.
 *
 * Front and back are two threads with one ring page between them. They do the same, check the same and sleep at the
 * same places as front.ts and back.ts; the event channel is a futex where those use Atomics.wait.
 *
 *     ring REQUESTS BATCH HOLD_OFF      prints: seconds, events of the front, events of the back
 */
#define _GNU_SOURCE
#include <linux/futex.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include <xenctrl.h> /* the barriers */
#include <xen/io/netif.h>

#define PAGE 4096
/* The indices are about to wrap, as in harness.ts. */
#define FIRST ((RING_IDX)-1000)

/* One end of the event channel, on a line of cache of its own. */
struct channel {
    _Alignas(256) atomic_uint pending;
    unsigned long sent;
};

static _Alignas(PAGE) char page[PAGE];
static struct channel to_front, to_back;
static unsigned long requests, batch;
static int hold_off;
static pthread_barrier_t begin;
static double seconds;

static void futex(atomic_uint *word, int op, unsigned value)
{
    syscall(SYS_futex, word, op | FUTEX_PRIVATE_FLAG, value, NULL, NULL, 0);
}

/* Sends an event. One that was not taken yet takes this one in. */
static void notify(struct channel *to)
{
    to->sent++;
    if (atomic_exchange(&to->pending, 1) == 0)
        futex(&to->pending, FUTEX_WAKE, 1);
}

/* Sleeps until there is an event, and takes it. */
static void wait_event(struct channel *own)
{
    while (atomic_exchange(&own->pending, 0) == 0)
        futex(&own->pending, FUTEX_WAIT, 0);
}

static void wrong(const char *what, unsigned long n)
{
    fprintf(stderr, "%s %lu is not what it should be\n", what, n);
    exit(1);
}

/* The request with this number: every field says which it is. */
static netif_tx_request_t request_of(unsigned long n)
{
    netif_tx_request_t request = {
        .gref = (grant_ref_t)n, .offset = n & 0xfff, .flags = 0, .id = n & 0xffff, .size = (n >> 3) & 0xffff
    };
    return request;
}

static double now(void)
{
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return time.tv_sec + time.tv_nsec / 1e9;
}

static void *run_front(void *unused)
{
    netif_tx_front_ring_t ring;
    unsigned long sent = 0, answered = 0;
    double begun;
    FRONT_RING_ATTACH(&ring, (netif_tx_sring_t *)page, FIRST, PAGE);
    pthread_barrier_wait(&begin);
    begun = now();

    while (answered < requests) {
        RING_IDX rsp_prod;
        int more, due;

        while (sent < requests && !RING_FULL(&ring)) {
            for (unsigned long i = 0; i < batch && sent < requests && !RING_FULL(&ring); i++)
                *RING_GET_REQUEST(&ring, ring.req_prod_pvt++) = request_of(sent++);
            RING_PUSH_REQUESTS_AND_CHECK_NOTIFY(&ring, due);
            if (due || !hold_off)
                notify(&to_back);
        }

        rsp_prod = ring.sring->rsp_prod;
        xen_rmb(); /* responses after rsp_prod */
        if (RING_RESPONSE_PROD_OVERFLOW(&ring, rsp_prod))
            wrong("rsp_prod", rsp_prod);
        if (ring.rsp_cons != rsp_prod) {
            for (; ring.rsp_cons != rsp_prod; ring.rsp_cons++, answered++) {
                netif_tx_response_t response;
                RING_COPY_RESPONSE(&ring, ring.rsp_cons, &response);
                if (response.id != (answered & 0xffff) || response.status != NETIF_RSP_OKAY)
                    wrong("response", answered);
            }
            continue;
        }
        RING_FINAL_CHECK_FOR_RESPONSES(&ring, more);
        if (!more)
            wait_event(&to_front);
    }
    seconds = now() - begun;
    return unused;
}

static void *run_back(void *unused)
{
    netif_tx_back_ring_t ring;
    unsigned long taken = 0;
    BACK_RING_ATTACH(&ring, (netif_tx_sring_t *)page, FIRST, PAGE);
    pthread_barrier_wait(&begin);

    while (taken < requests) {
        RING_IDX req_prod = ring.sring->req_prod;
        int more, due;

        xen_rmb(); /* requests after req_prod */
        if (RING_REQUEST_PROD_OVERFLOW(&ring, req_prod))
            wrong("req_prod", req_prod);
        if (ring.req_cons != req_prod) {
            for (; ring.req_cons != req_prod; taken++) {
                netif_tx_request_t request, expected = request_of(taken);
                netif_tx_response_t response = { .status = NETIF_RSP_OKAY };
                RING_COPY_REQUEST(&ring, ring.req_cons, &request);
                ring.req_cons++;
                if (memcmp(&request, &expected, sizeof(request)) != 0)
                    wrong("request", taken);
                response.id = request.id;
                *RING_GET_RESPONSE(&ring, ring.rsp_prod_pvt++) = response;
            }
            RING_PUSH_RESPONSES_AND_CHECK_NOTIFY(&ring, due);
            if (due || !hold_off)
                notify(&to_front);
            continue;
        }
        RING_FINAL_CHECK_FOR_REQUESTS(&ring, more);
        if (!more)
            wait_event(&to_back);
    }
    return unused;
}

int main(int argc, char **argv)
{
    netif_tx_sring_t *sring = (netif_tx_sring_t *)page;
    pthread_t front, back;

    if (argc != 4) {
        fprintf(stderr, "usage: ring REQUESTS BATCH HOLD_OFF\n");
        return 2;
    }
    requests = strtoul(argv[1], NULL, 10);
    batch = strtoul(argv[2], NULL, 10);
    hold_off = atoi(argv[3]);

    SHARED_RING_INIT(sring);
    sring->req_prod = sring->rsp_prod = FIRST;
    sring->req_event = sring->rsp_event = FIRST + 1;

    pthread_barrier_init(&begin, NULL, 2);
    if (pthread_create(&front, NULL, run_front, NULL) != 0 || pthread_create(&back, NULL, run_back, NULL) != 0) {
        fprintf(stderr, "a thread cannot be created\n");
        return 1;
    }
    pthread_join(front, NULL);
    pthread_join(back, NULL);
    printf("%.6f %lu %lu\n", seconds, to_back.sent, to_front.sent);
    return 0;
}
