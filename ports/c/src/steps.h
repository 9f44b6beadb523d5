/*
 * What the files of the connection have in common: directory.c reads and writes XenStore, keys.c has the ring keys,
 * rings.c makes and releases the rings, steps.c has the front's actions in spec/ConnectionFront.tla, and connection.c says
 * which is next.
 */
#ifndef NETFRONT_STEPS_H
#define NETFRONT_STEPS_H

#include "connection.h"

#include <stdio.h>

/* What went wrong, if nothing has yet. As printf. */
void connection_fail(struct connection *c, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* One action. Either it is not due and changes nothing, or what it writes is one commit, and `done` follows. */
struct connection_step {
    /* Reads, decides, and writes. Nothing is changed but c->read. */
    bool (*decide)(struct connection *c);
    void (*done)(struct connection *c);
};
/* In the order in which they are tried. */
extern const struct connection_step connection_steps[];
extern const unsigned int connection_nr_steps;
/* After a migration: the directory is another one. */
extern const struct connection_step connection_claim;

enum connection_outcome { STEP_NOT_DUE, STEP_DONE, STEP_FAILED };
/* It is decided anew where what it has read has changed before it was written. */
enum connection_outcome connection_try(struct connection *c, const struct connection_step *step);

/* The front is between its first page and its Connected. */
static inline bool connection_sets_up(const struct connection *c) {
    return c->phase == CONNECTION_PREPARED || c->phase == CONNECTION_WRITTEN;
}

/* Of the directories, in a transaction. */
bool directory_exists(struct connection *c);
/* Is it there, and this front's? */
bool directory_is_own(struct connection *c);
void directory_claim(struct connection *c);
/* The path of the backend's directory, into c->read.back. False, with a failure: it names none. */
bool directory_back(struct connection *c);
/* The front's own state; the back's; Unknown, with a failure, where it is none. */
enum xenbus_state directory_state(struct connection *c);
enum xenbus_state directory_back_state(struct connection *c);
/* Its domain. False, with a failure: it is none. */
bool directory_backend_id(struct connection *c);
/* May the device open again after it was closed? Not where nothing says so: it may be one that is to go. */
bool directory_online(struct connection *c);
/* What the backend offers; nothing where its directory is gone, and no queues, with a failure, where it is unsound. */
struct connection_offer directory_offer(struct connection *c);
void directory_write(struct connection *c, const char *key, const char *value);
void directory_write_number(struct connection *c, const char *key, unsigned long value);
/* The number of one of its own keys, or 0. */
unsigned long directory_number(struct connection *c, const char *key);

/* The changes of the front's directory that name its rings, and no others. */
void keys_write(struct connection *c);

/* Grants rings, and opens ports, for the backend that was read. False, with a failure: then nothing is left. */
bool rings_make(struct connection *c);
/* Gives back all that can be. Pages that the backend has mapped are kept. */
void rings_release(struct connection *c);
/* Gives back what was kept and can be freed now. */
void rings_free_kept(struct connection *c);
/* Grants and ports are no more: what pages there are is freed, but those that the application holds. */
void rings_forget(struct connection *c);
/* Of all packets that are in rings: no answer will be taken. */
void rings_drop(struct connection *c);

/* Puts the packet that waits longest into its ring, or drops it if nobody will send it. False: neither can be done now. */
bool packets_pump(struct connection *c);

#endif
