/* What driver.c, which speaks the protocol, and device.c, which has the messages of a device, have of each other. */
#ifndef DRIVER_H
#define DRIVER_H

#include "connection.h"
#include "host.h"

#define QUEUE 65536

/* What the application has still to send, or has sent and not been told of. */
struct waiting {
    uintptr_t send;
    struct netfront_offload offload;
    size_t size;
    uint8_t frame[];
};

extern struct host host;

/* The frame of a message `send`. */
struct waiting *waiting_of(const char *message);
/* The sizes of a message `start`. */
struct netfront_config rings_of(const char *message);
/* The one place where the backend gets its turn while the frontend is at work: see Pause in PORTING.md. */
void maybe_pause(void);
/* The application has a frame; with `loan`, of a device. */
void receive(const struct connection_loan *loan, const struct netfront_fragment *fragments, unsigned int count,
             const struct netfront_offload *offload);
/* A member of an answer. */
void answer_member(bool *first, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* Is there a device in this case? */
bool device_is_there(void);
/* The device of a message `start`. False: its sizes cannot be. */
bool device_start(const char *message);
/* There is no device in this case. */
void device_forget(void);
void device_send(struct waiting *w);
void device_return(const struct connection_loan *loan, unsigned int page);
/* A message that is only of a device. False: it is none. */
bool device_message(const char *message, const char *what);
/* Its effects beside the others. */
void device_answer(bool *first);

#endif
