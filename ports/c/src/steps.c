/*
 * What a front does with its device: its actions in spec/ConnectionFront.tla, by their names. Each reads XenStore anew and
 * decides in one transaction, and what it does beside XenStore follows the commit.
 */
#include "steps.h"

static void write_state(struct connection *c, enum xenbus_state state) { directory_write_number(c, "state", state); }

/* It says Closed, and looks anew: a Closed that it saw before may be of a backend that has gone on since. */
static void closed_was_said(struct connection *c) {
    c->look_due = true;
    c->saw = CONNECTION_SAW_NOTHING;
}

static bool has_connection(const struct connection *c) {
    return c->phase >= CONNECTION_PREPARED && c->phase <= CONNECTION_UP;
}

static bool is_same_offer(const struct connection_offer *a, const struct connection_offer *b) {
    return a->sg == b->sg && a->tcpv4 == b->tcpv4 && a->tcpv6 == b->tcpv6 && a->split == b->split &&
           a->queues == b->queues;
}

/*
 * What the front reads as the end of its connection. InitWait or Initialising is one too where it was up: another backend is
 * there now. So is a backend that is Connected, and offers something else than the one that the front prepared for.
 */
static bool sees_end(struct connection *c) {
    if (c->saw == XenbusStateClosing || c->saw == XenbusStateClosed || c->saw == XenbusStateUnknown)
        return true;
    if (c->phase == CONNECTION_CONNECTING && c->saw == XenbusStateConnected) {
        c->read.offer = directory_offer(c);
        return !is_same_offer(&c->read.offer, &c->agreed);
    }
    return c->phase == CONNECTION_UP && (c->saw == XenbusStateInitWait || c->saw == XenbusStateInitialising);
}

static bool is_back_closed(const struct connection *c) {
    return c->saw == XenbusStateClosed || c->saw == XenbusStateUnknown;
}

/* FrontReadState. The back's state, and whether the directory is still the front's. */
static bool reads_state(struct connection *c) {
    if (!c->look_due)
        return false;
    c->read.saw = directory_back_state(c);
    if (!directory_is_own(c))
        c->read.saw = CONNECTION_SAW_REMOVED;
    return true;
}

/* Another backend may be named now. It is watched before it is read for good. */
static bool watches_another(struct connection *c) {
    char path[CONNECTION_TEXT] = "";

    if (c->read.saw != CONNECTION_SAW_REMOVED && c->read.back[0] != '\0')
        snprintf(path, sizeof(path), "%.240s/state", c->read.back);
    if (strcmp(path, c->watched) == 0)
        return false;
    if (c->watched[0] != '\0')
        c->ops->unwatch(c->host, c->watched);
    memcpy(c->watched, path, sizeof(path));
    if (path[0] != '\0')
        c->ops->watch(c->host, path);
    return path[0] != '\0';
}

static void has_read_state(struct connection *c) {
    c->saw = c->read.saw;
    c->look_due = watches_another(c);
}

/* FrontGone. Its directory is not there any more: everything is taken back, and nothing is written. */
static bool is_gone(struct connection *c) { return c->saw == CONNECTION_SAW_REMOVED && c->phase != CONNECTION_GONE; }
static void has_gone(struct connection *c) {
    rings_drop(c);
    rings_release(c);
    c->phase = CONNECTION_GONE;
}

/* FrontProbe. A device is there, and no driver serves it. What another driver has left of it is led to Closed. */
static bool claims(struct connection *c) {
    if (!directory_exists(c) || directory_is_own(c) || !directory_back(c) || !directory_backend_id(c))
        return false;
    c->read.state = directory_state(c);
    directory_claim(c);
    return true;
}
static bool probes(struct connection *c) { return c->phase == CONNECTION_GONE && claims(c); }
static void has_claimed(struct connection *c) {
    c->claims++;
    c->failure[0] = '\0';
    c->phase = c->read.state == XenbusStateInitialising ? CONNECTION_WAITING : CONNECTION_RESTARTING;
    closed_was_said(c);
}

/* FrontSetUpFails. What there is was given back when it failed, but for rings whose keys could not be written. */
static bool set_up_fails(struct connection *c) {
    if (!connection_sets_up(c) || c->failure[0] == '\0' || !directory_is_own(c))
        return false;
    write_state(c, XenbusStateClosed);
    return true;
}
static void set_up_failed(struct connection *c) {
    closed_was_said(c);
    c->waits_to_retry = true;
    rings_release(c);
    c->phase = CONNECTION_RELEASED;
}

/*
 * FrontAnswerClose. It answers a close with Closed, whatever it was at. Before it has begun a connection, a back at Closed may
 * be one that has not looked yet: then it closes only if the device is to go.
 */
static bool answers_close(struct connection *c) {
    bool is_due = c->phase == CONNECTION_WAITING
                      ? c->saw == XenbusStateClosing || (c->saw == XenbusStateClosed && !directory_online(c))
                      : has_connection(c) && sees_end(c);

    if (!is_due || !directory_is_own(c))
        return false;
    write_state(c, XenbusStateClosed);
    return true;
}
static void has_closed(struct connection *c) {
    closed_was_said(c);
    c->phase = CONNECTION_CLOSED;
    rings_drop(c);
}

/* FrontClosing. The application closes: it is the front that asks. */
static bool asks_for_close(struct connection *c) {
    if (!has_connection(c) || c->is_open || sees_end(c) || !directory_is_own(c))
        return false;
    write_state(c, XenbusStateClosing);
    return true;
}
static void has_asked_for_close(struct connection *c) { c->phase = CONNECTION_CLOSING; }

/* FrontClosed, or FrontTimeout: a backend that does not answer is not waited for without end. */
static bool closes(struct connection *c) {
    if (c->phase != CONNECTION_CLOSING || !directory_is_own(c) ||
        !(c->saw == XenbusStateClosing || is_back_closed(c) || c->is_patience_over))
        return false;
    write_state(c, XenbusStateClosed);
    return true;
}

/* FrontPrepare. The back offers: the front reads its features, and grants rings for each queue. */
static bool prepares(struct connection *c) {
    if (c->phase != CONNECTION_WAITING || !c->is_open || c->saw != XenbusStateInitWait)
        return false;
    c->failure[0] = '\0';
    c->read.offer = directory_offer(c);
    directory_backend_id(c);
    return true;
}
static void has_prepared(struct connection *c) {
    c->incarnation++;
    c->is_broken = false;
    c->agreed = c->read.offer;
    c->backend_id = c->read.backend_id;
    c->phase = CONNECTION_PREPARED;
    if (c->failure[0] == '\0')
        rings_make(c);
}

/* FrontWriteKeys. */
static bool writes_keys(struct connection *c) {
    if (c->phase != CONNECTION_PREPARED || c->failure[0] != '\0' || !directory_is_own(c))
        return false;
    keys_write(c);
    return true;
}
static void has_written_keys(struct connection *c) { c->phase = CONNECTION_WRITTEN; }

/* FrontConnect. Only now (P70): the back looks at the keys when it sees this. */
static bool connects(struct connection *c) {
    if (c->phase != CONNECTION_WRITTEN || c->failure[0] != '\0' || !directory_is_own(c))
        return false;
    write_state(c, XenbusStateConnected);
    return true;
}
static void has_connected(struct connection *c) { c->phase = CONNECTION_CONNECTING; }

/* FrontSeeConnected. Another backend may have taken the place of the one whose features were read: they are read again. */
static bool sees_connected(struct connection *c) {
    if (c->phase != CONNECTION_CONNECTING || c->saw != XenbusStateConnected)
        return false;
    c->read.offer = directory_offer(c);
    return is_same_offer(&c->read.offer, &c->agreed);
}
static void is_up(struct connection *c) { c->phase = CONNECTION_UP; }

/* FrontReset. The kernel began anew: the back is led to Closed, and has unmapped the rings when it says so. */
static bool resets(struct connection *c) {
    if (c->phase != CONNECTION_RESTARTING || !directory_is_own(c) || directory_state(c) == XenbusStateClosed)
        return false;
    write_state(c, XenbusStateClosed);
    return true;
}

/* FrontRestarted. */
static bool restarts(struct connection *c) {
    if (c->phase != CONNECTION_RESTARTING || !is_back_closed(c) || !directory_is_own(c) ||
        directory_state(c) != XenbusStateClosed)
        return false;
    write_state(c, XenbusStateInitialising);
    return true;
}
static void waits(struct connection *c) { c->phase = CONNECTION_WAITING; }

/* FrontRelease. The rings go: the back has said Closed or is gone, or it was waited for long enough. */
static bool releases(struct connection *c) {
    return c->phase == CONNECTION_CLOSED &&
           (c->is_patience_over || is_back_closed(c) || c->saw == CONNECTION_SAW_REMOVED);
}
static void has_released(struct connection *c) {
    rings_release(c);
    c->phase = CONNECTION_RELEASED;
}

/*
 * FrontReopen. It begins again once it has seen the back at Closed, after it has said Closed itself. InitWait is not enough: a
 * backend that was restarted may have read the front's Connected of before.
 */
static bool reopens(struct connection *c) {
    if (c->phase != CONNECTION_RELEASED || !c->is_open || c->waits_to_retry || c->saw != XenbusStateClosed ||
        !directory_online(c) || !directory_is_own(c))
        return false;
    write_state(c, XenbusStateInitialising);
    return true;
}

const struct connection_step connection_steps[] = {
    { reads_state, has_read_state },
    { is_gone, has_gone },
    { probes, has_claimed },
    { set_up_fails, set_up_failed },
    { answers_close, has_closed },
    { asks_for_close, has_asked_for_close },
    { closes, has_closed },
    { prepares, has_prepared },
    { writes_keys, has_written_keys },
    { connects, has_connected },
    { sees_connected, is_up },
    { resets, closed_was_said },
    { restarts, waits },
    { releases, has_released },
    { reopens, waits },
};
const unsigned int connection_nr_steps = sizeof(connection_steps) / sizeof(connection_steps[0]);

const struct connection_step connection_claim = { claims, has_claimed };
