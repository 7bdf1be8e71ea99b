#include <errno.h>
#include <stdio.h>

#include "base/clock.h"
#include "engine/engine.h"

/*
 * Drains the outbox, in order per job. A message that cannot be delivered is tried again, later
 * each time, and given up after the last attempt.
 */
enum { ATTEMPTS = 12, FIRST_DELAY_MS = 500, LONGEST_DELAY_MS = 300000, LOOK_AGAIN_MS = 1000 };

static int64_t delay_ms(int attempts)
{
    int64_t delay = FIRST_DELAY_MS;

    while (attempts-- > 0 && delay < LONGEST_DELAY_MS)
        delay *= 2;
    return delay < LONGEST_DELAY_MS ? delay : LONGEST_DELAY_MS;
}

/* The MessageId: the same at every attempt, so that receivers can tell a repetition (FNV-1a). */
static void name_event(const struct mk_event *event, char out[MK_UUID_SIZE])
{
    uint64_t hash = 14695981039346656037U, number = (uint64_t)event->sequence;

    for (const char *at = event->job_id; *at; at++)
        hash = (hash ^ (unsigned char)*at) * 1099511628211U;
    snprintf(out, MK_UUID_SIZE, "%08x-%04x-8%03x-8%03x-%012llx", (unsigned)(hash >> 32),
             (unsigned)(hash >> 16) & 0xFFFF, (unsigned)(hash >> 4) & 0xFFF, (unsigned)hash & 0xFFF,
             (unsigned long long)(number & 0xFFFFFFFFFFFF));
}

static void deliver(mockets_engine *engine, const struct mk_event *event)
{
    char id[MK_UUID_SIZE];
    const struct mk_notice notice = {
        .id = id, .topic = event->topic, .subject = event->subject, .message = event->message};
    struct mk_store *store = &engine->store;
    struct mockets_error err;
    mockets_status rc;

    name_event(event, id);
    rc = mk_notify_deliver(engine->notify, &notice, NULL, &err);

    if (!rc || event->attempts + 1 >= ATTEMPTS) {
        if (rc)
            mk_log(&engine->log, MOCKETS_LOG_ERROR, "job %s: a message to %s is given up: %s",
                   event->job_id, event->topic, err.message);
        rc = store->ops->event_done(store->self, event->sequence, &err);
    } else {
        mk_log(&engine->log, MOCKETS_LOG_WARNING, "job %s: no message to %s yet: %s", event->job_id,
               event->topic, err.message);
        rc = store->ops->event_retry(store->self, event->sequence,
                                     mk_clock_wall_ms() + delay_ms(event->attempts), &err);
    }
    if (rc)
        mk_log(&engine->log, MOCKETS_LOG_ERROR, "the outbox cannot be written: %s", err.message);
}

static void wait_for_mail(mockets_engine *engine, uint64_t *seen)
{
    struct timespec deadline = mk_clock_deadline(LOOK_AGAIN_MS);

    pthread_mutex_lock(&engine->lock);
    while (!engine->stopping && engine->posted == *seen) {
        if (pthread_cond_timedwait(&engine->mail, &engine->lock, &deadline) == ETIMEDOUT)
            break;
    }
    *seen = engine->posted;
    pthread_mutex_unlock(&engine->lock);
}

void *mk_mailer_main(void *argument)
{
    mockets_engine *engine = argument;
    uint64_t seen = 0;
    bool done = false;

    while (!done) {
        struct mk_arena arena = {0};
        struct mk_event event;
        struct mockets_error err;
        mockets_status rc = engine->store.ops->event_next(engine->store.self, mk_clock_wall_ms(),
                                                          &arena, &event, &err);

        if (!rc)
            deliver(engine, &event);
        else if (rc != MOCKETS_E_NOT_FOUND)
            mk_log(&engine->log, MOCKETS_LOG_ERROR, "the outbox cannot be read: %s", err.message);
        mk_arena_fini(&arena);
        if (rc)
            wait_for_mail(engine, &seen);
        pthread_mutex_lock(&engine->lock);
        done = engine->stopping && !engine->running_count;
        pthread_mutex_unlock(&engine->lock);
    }
    return NULL;
}
