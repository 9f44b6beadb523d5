/* The driver's copy of XenStore: what the runner changes, and what the frontend reads, writes and watches. */
#ifndef STORE_H
#define STORE_H

#include "connection.h"
#include "host.h"

/* Nothing is there but the keys of this object of JSON, and no watch is set. */
void store_reset(const char *keys);
/* The changes of a message `store`: now, or just before the next commit if it has "at". */
void store_change(const char *message);
/* Somebody's change came just before a commit, since this was asked last. */
bool store_raced(void);
/* Is a watch called for this path? */
bool store_is_watched(const char *path);
/* The watches are gone with whoever had set them. */
void store_forget_watches(void);
/* A commit fails. */
extern struct host_failure store_fails;
/* Every commit is noted here. */
extern struct list *store_commits;

/* As in connection_ops. */
void store_begin(void *host);
bool store_read(void *host, const char *path, char value[CONNECTION_TEXT]);
void store_write(void *host, const char *path, const char *value);
enum connection_commit store_end(void *host, bool commits);
void store_watch(void *host, const char *path);
void store_unwatch(void *host, const char *path);

#endif
