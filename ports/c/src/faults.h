/*
 * Faults that drivers have had, for the test driver alone: the library is built without NETFRONT_FAULTS, and then
 * FAULT(x) is 0 and nothing of them is left. The corpus must catch each (ports/README.md).
 */
#ifndef NETFRONT_FAULTS_H
#define NETFRONT_FAULTS_H

#ifndef NETFRONT_FAULTS

#define FAULT(name) 0
#define FAULTY_ID(nf, b) ((void)(nf))
#define FAULTY_LOOKUP(nf, id) ((void)0)

#else

enum netfront_fault {
    NO_FAULT,
    SHARED_GREF_AS_ID,   /* the id is the page's grant, which two blocks share (MSA00); the oldest is answered */
    NEWEST_WAKER_FIRST,  /* the same, and the newest request with an id is taken for the answered one (MSA00) */
    COUNTER_UNCHECKED,   /* ids count up and come round, whatever is in flight */
    FREE_LIST_UNCHECKED, /* a response to no request puts its id into the free list once more */
    LESS_THAN,           /* < for != on indices */
    SIGNED_NOTIFY,       /* the event test of RING_PUSH_REQUESTS_AND_CHECK_NOTIFY, signed */
    NO_FINAL_CHECK,      /* asks for the next response and sleeps */
    STATUS_UNSIGNED,     /* an error is a great length, and OKAY enough for a sender */
    ERROR_NOT_RECOVERED, /* the buffer of a request that failed is lost */
    REFILL_AT_WRAP,      /* posts up to an end that has wrapped */
    RSP_PROD_UNBOUNDED,  /* believes any rsp_prod */
};

extern enum netfront_fault netfront_fault;

#define FAULT(name) (netfront_fault == (name))

#define FAULTY_ID(nf, b)                                                             \
    do {                                                                             \
        (nf)->blocks[b].since = (nf)->sends++;                                       \
        if (FAULT(SHARED_GREF_AS_ID) || FAULT(NEWEST_WAKER_FIRST))                   \
            return (nf)->blocks[b].id = (nf)->blocks[b].gref;                        \
        if (FAULT(COUNTER_UNCHECKED))                                                \
            return (nf)->blocks[b].id = (nf)->next_id++ % (nf)->ids;                 \
    } while (0)

#define FAULTY_LOOKUP(nf, wanted)                                                    \
    do {                                                                             \
        unsigned int found = NETFRONT_MAX;                                           \
        if (!FAULT(SHARED_GREF_AS_ID) && !FAULT(NEWEST_WAKER_FIRST) && !FAULT(COUNTER_UNCHECKED)) \
            break;                                                                   \
        for (unsigned int b = 0; b < (nf)->nr_blocks; b++)                           \
            if ((nf)->blocks[b].in_flight && (nf)->blocks[b].id == (wanted) &&       \
                (found == NETFRONT_MAX ||                                            \
                 ((nf)->blocks[b].since < (nf)->blocks[found].since) != FAULT(NEWEST_WAKER_FIRST))) \
                found = b;                                                           \
        return found;                                                                \
    } while (0)

#endif
#endif
