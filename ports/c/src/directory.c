/* A device's directories in XenStore, as its front reads and writes them: in the transaction of a step. */
#include "steps.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

/* DOMID_FIRST_RESERVED is the next. */
#define LAST_DOMID (DOMID_FIRST_RESERVED - 1)

/*
 * The key that says which front a directory belongs to. Only fronts read it. A device that the toolstack makes anew has none,
 * so a front does not take it for the one that it served before.
 */
#define OWNER "netfront-owner"

void connection_fail(struct connection *c, const char *format, ...) {
    va_list args;

    if (c->failure[0] != '\0')
        return;
    va_start(args, format);
    vsnprintf(c->failure, sizeof(c->failure), format, args);
    va_end(args);
}

static bool read_own(struct connection *c, const char *key, char value[CONNECTION_TEXT]) {
    char path[CONNECTION_TEXT];

    snprintf(path, sizeof(path), "%s/%s", c->front, key);
    return c->ops->read(c->host, path, value);
}

/* "" where there is none, which no number is. */
static bool read_back(struct connection *c, const char *key, char path[CONNECTION_TEXT], char value[CONNECTION_TEXT]) {
    value[0] = '\0';
    if ((size_t)snprintf(path, CONNECTION_TEXT, "%s/%s", c->read.back, key) >= CONNECTION_TEXT)
        return false;
    return c->ops->read(c->host, path, value);
}

/* Digits and nothing else, of a number up to `most`. */
static bool is_number(const char *value, unsigned long most, unsigned long *number) {
    *number = 0;
    if (*value == '\0')
        return false;
    for (; *value != '\0'; value++) {
        if (*value < '0' || *value > '9' || *number > most)
            return false;
        *number = 10 * *number + (*value - '0');
    }
    return *number <= most;
}

void directory_write(struct connection *c, const char *key, const char *value) {
    char path[CONNECTION_TEXT];

    snprintf(path, sizeof(path), "%s/%s", c->front, key);
    c->ops->write(c->host, path, value);
}

void directory_write_number(struct connection *c, const char *key, unsigned long value) {
    char digits[24];

    snprintf(digits, sizeof(digits), "%lu", value);
    directory_write(c, key, digits);
}

unsigned long directory_number(struct connection *c, const char *key) {
    char value[CONNECTION_TEXT];
    unsigned long number;

    return read_own(c, key, value) && is_number(value, UINT32_MAX, &number) ? number : 0;
}

bool directory_exists(struct connection *c) {
    char value[CONNECTION_TEXT];

    return read_own(c, "state", value);
}

bool directory_is_own(struct connection *c) {
    return directory_exists(c) && c->claims != 0 && directory_number(c, OWNER) == c->claims;
}

void directory_claim(struct connection *c) { directory_write_number(c, OWNER, c->claims + 1); }

bool directory_back(struct connection *c) {
    if (!read_own(c, "backend", c->read.back) || c->read.back[0] == '\0') {
        c->read.back[0] = '\0';
        connection_fail(c, "%s/backend is missing: the directory of the backend is needed", c->front);
        return false;
    }
    return true;
}

/* What a key `state` says to those who only ask for its rings: Initialised is not yet Connected, and the others still are. */
static enum xenbus_state meaning(unsigned long state) {
    return state == XenbusStateInitialised      ? XenbusStateInitialising
           : state >= XenbusStateReconfiguring ? XenbusStateConnected
                                               : (enum xenbus_state)state;
}

static enum xenbus_state state_of(struct connection *c, const char *directory, const char *value) {
    unsigned long state;

    if (is_number(value, XenbusStateReconfigured, &state))
        return meaning(state);
    connection_fail(c, "%.120s/state is \"%.20s\": a state is a number from 0 to 8", directory, value);
    return XenbusStateUnknown;
}

enum xenbus_state directory_state(struct connection *c) {
    char value[CONNECTION_TEXT];

    return read_own(c, "state", value) ? state_of(c, c->front, value) : XenbusStateUnknown;
}

enum xenbus_state directory_back_state(struct connection *c) {
    char path[CONNECTION_TEXT], value[CONNECTION_TEXT];

    return directory_back(c) && read_back(c, "state", path, value) ? state_of(c, c->read.back, value) : XenbusStateUnknown;
}

bool directory_backend_id(struct connection *c) {
    char value[CONNECTION_TEXT] = "";
    unsigned long id;

    if (!read_own(c, "backend-id", value) || !is_number(value, LAST_DOMID, &id)) {
        connection_fail(c, "%s/backend-id is \"%.20s\": it must be a whole number from 0 to %u", c->front, value,
                        LAST_DOMID);
        return false;
    }
    c->read.backend_id = id;
    return true;
}

/* A number of the backend's directory, or `absent`. What is no such number makes *is_sound false. */
static unsigned long offered(struct connection *c, const char *key, unsigned long absent, unsigned long least,
                             bool *is_sound) {
    char path[CONNECTION_TEXT], value[CONNECTION_TEXT];
    unsigned long number;

    if (!read_back(c, key, path, value))
        return absent;
    if (is_number(value, UINT32_MAX, &number) && number >= least)
        return number;
    *is_sound = false;
    connection_fail(c, "%.120s is \"%.20s\": it must be a whole number from %lu to %u", path, value, least, UINT32_MAX);
    return absent;
}

bool directory_online(struct connection *c) {
    bool is_sound = true;

    return directory_back(c) && offered(c, "online", 0, 0, &is_sound) > 0 && is_sound;
}

struct connection_offer directory_offer(struct connection *c) {
    struct connection_offer offer = { .queues = 1 };
    bool is_sound = true;

    if (directory_back_state(c) == XenbusStateUnknown)
        return offer;
    if (offered(c, "feature-rx-copy", 0, 0, &is_sound) == 0) {
        connection_fail(c, "%.120s/feature-rx-copy is not 1: a backend that copies into our pages is needed", c->read.back);
        is_sound = false;
    }
    offer.sg = offered(c, "feature-sg", 0, 0, &is_sound) > 0;
    offer.tcpv4 = offered(c, "feature-gso-tcpv4", 0, 0, &is_sound) > 0;
    offer.tcpv6 = offered(c, "feature-gso-tcpv6", 0, 0, &is_sound) > 0;
    offer.split = offered(c, "feature-split-event-channels", 0, 0, &is_sound) > 0;
    offer.queues = offered(c, "multi-queue-max-queues", 1, 1, &is_sound);
    return is_sound ? offer : (struct connection_offer){ .queues = 0 };
}
