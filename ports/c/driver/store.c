#include "store.h"

#include "json.h"

#include <stdio.h>
#include <stdlib.h>

/* Keys, changes of keys (NULL: removed), or paths alone. */
struct paths {
    struct entry {
        char *path, *value;
    } *entries;
    unsigned int count, room;
};

static struct paths keys, read, written, watches;
static char *at_commit; /* a change that is made just before the next commit */
static bool was_raced;
struct host_failure store_fails;
struct list *store_commits;

static char *copy_of(const char *text) {
    char *copy = text == NULL ? NULL : strdup(text);

    if (text != NULL && copy == NULL)
        abort();
    return copy;
}

static void add(struct paths *paths, const char *path, const char *value) {
    if (paths->count == paths->room) {
        paths->room = 2 * paths->room + 16;
        paths->entries = realloc(paths->entries, paths->room * sizeof(*paths->entries));
        if (paths->entries == NULL)
            abort();
    }
    paths->entries[paths->count++] = (struct entry){ copy_of(path), copy_of(value) };
}

static void take_out(struct paths *paths, unsigned int n) {
    free(paths->entries[n].path);
    free(paths->entries[n].value);
    memmove(&paths->entries[n], &paths->entries[n + 1], (--paths->count - n) * sizeof(*paths->entries));
}

static void clear(struct paths *paths) {
    while (paths->count > 0)
        take_out(paths, paths->count - 1);
}

/* Is the first path the second, or above it? */
static bool is_above(const char *path, const char *below) {
    size_t length = strlen(path);
    return strncmp(path, below, length) == 0 && (below[length] == '\0' || below[length] == '/');
}

/* Is there a key at the path, or below it? */
static bool is_there(const char *path) {
    for (unsigned int n = 0; n < keys.count; n++)
        if (is_above(path, keys.entries[n].path))
            return true;
    return false;
}

static void set(const char *path, const char *value) {
    for (unsigned int n = 0; n < keys.count; n++)
        if (strcmp(keys.entries[n].path, path) == 0) {
            take_out(&keys, n);
            break;
        }
    add(&keys, path, value);
}

static void take_away(const char *path) {
    for (unsigned int n = keys.count; n-- > 0;)
        if (is_above(path, keys.entries[n].path))
            take_out(&keys, n);
}

/* Has the transaction read something that a change of this path changes? */
static bool was_read(const char *path, bool is_removed) {
    for (unsigned int n = 0; n < read.count; n++)
        if (is_removed ? is_above(path, read.entries[n].path) : strcmp(read.entries[n].path, path) == 0)
            return true;
    return false;
}

/* Makes the changes of a message. True: the transaction has read something of it. */
static bool change(const char *message) {
    static char path[4096], value[4096];
    bool is_conflict = false;
    const char *at;

    /* What is removed goes first: a directory that is made anew stands in both. */
    for (at = json_first(json_member(message, "remove")); at != NULL; at = json_next(at)) {
        json_text(at, path, sizeof(path));
        is_conflict |= was_read(path, true);
        take_away(path);
    }
    for (at = json_first(json_member(message, "set")); at != NULL; at = json_next(at)) {
        json_text(at, path, sizeof(path));
        json_text(json_value(at), value, sizeof(value));
        is_conflict |= was_read(path, false);
        set(path, value);
    }
    return is_conflict;
}

void store_forget_watches(void) { clear(&watches); }

void store_reset(const char *object) {
    static char path[4096], value[4096];

    clear(&keys);
    clear(&watches);
    clear(&read);
    clear(&written);
    free(at_commit);
    at_commit = NULL;
    was_raced = false;
    store_fails = (struct host_failure){ 0 };
    for (const char *at = json_first(object); at != NULL; at = json_next(at)) {
        json_text(at, path, sizeof(path));
        json_text(json_value(at), value, sizeof(value));
        set(path, value);
    }
}

void store_change(const char *message) {
    if (!json_is(json_member(message, "at"), "commit")) {
        change(message);
        return;
    }
    free(at_commit);
    at_commit = copy_of(message);
}

bool store_raced(void) {
    bool raced = was_raced;

    was_raced = false;
    return raced;
}

bool store_is_watched(const char *path) {
    for (unsigned int n = 0; n < watches.count; n++) {
        const char *watch = watches.entries[n].path;

        if (is_above(watch, path) || (is_above(path, watch) && !is_there(path)))
            return true;
    }
    return false;
}

void store_begin(void *host) {
    (void)host;
    clear(&read);
    clear(&written);
}

bool store_read(void *host, const char *path, char value[CONNECTION_TEXT]) {
    const char *found = NULL;

    (void)host;
    add(&read, path, NULL);
    for (unsigned int n = 0; n < keys.count; n++)
        if (strcmp(keys.entries[n].path, path) == 0)
            found = keys.entries[n].value;
    if (found != NULL)
        snprintf(value, CONNECTION_TEXT, "%s", found);
    return found != NULL;
}

void store_write(void *host, const char *path, const char *value) {
    (void)host;
    add(&written, path, value);
}

/* Notes a commit; the keys that were not there to be removed are left out. */
static void note(void) {
    bool is_first = true;

    list_add(store_commits, "{");
    for (unsigned int n = 0; n < written.count; n++) {
        const struct entry *entry = &written.entries[n];

        if (entry->value == NULL && !is_there(entry->path))
            continue;
        list_append(store_commits, "%s", is_first ? "" : ",");
        list_add_string(store_commits, entry->path);
        list_append(store_commits, ":");
        if (entry->value == NULL)
            list_append(store_commits, "null");
        else
            list_add_string(store_commits, entry->value);
        is_first = false;
    }
    list_append(store_commits, "}");
}

enum connection_commit store_end(void *host, bool commits) {
    bool is_conflict;

    (void)host;
    if (!commits || written.count == 0)
        return CONNECTION_DONE;
    is_conflict = at_commit != NULL && change(at_commit);
    was_raced |= at_commit != NULL;
    free(at_commit);
    at_commit = NULL;
    if (is_conflict)
        return CONNECTION_AGAIN;
    if (host_fails(&store_fails))
        return CONNECTION_FAILED;
    note();
    for (unsigned int n = 0; n < written.count; n++)
        if (written.entries[n].value == NULL)
            take_away(written.entries[n].path);
        else
            set(written.entries[n].path, written.entries[n].value);
    return CONNECTION_DONE;
}

void store_watch(void *host, const char *path) {
    (void)host;
    add(&watches, path, NULL);
}

void store_unwatch(void *host, const char *path) {
    (void)host;
    for (unsigned int n = watches.count; n-- > 0;)
        if (strcmp(watches.entries[n].path, path) == 0)
            take_out(&watches, n);
}
