#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "engine/engine.h"
#include "model/status.h"

/* The numbers of a running job; false if it does not run here. */
static bool live(mockets_engine *engine, const char *id, struct mockets_job_progress *out)
{
    int64_t started_us = 0, elapsed_us;
    bool found = false;

    pthread_mutex_lock(&engine->lock);
    for (struct mk_running *run = engine->running; run && !found; run = run->next) {
        if (strcmp(run->id, id))
            continue;
        found = true;
        started_us = run->started_us;
        out->done_ms = atomic_load_explicit(&run->done_us, memory_order_relaxed) / 1000;
        out->total_ms = atomic_load_explicit(&run->total_us, memory_order_relaxed) / 1000;
    }
    pthread_mutex_unlock(&engine->lock);
    if (!found || out->done_ms <= 0)
        return found;
    elapsed_us = mk_clock_mono_us() - started_us;
    if (elapsed_us > 0)
        out->speed = (double)out->done_ms * 1000 / (double)elapsed_us;
    if (out->total_ms > 0) {
        if (out->done_ms > out->total_ms)
            out->done_ms = out->total_ms;
        out->fraction = (double)out->done_ms / (double)out->total_ms;
        out->remaining_ms = (int64_t)((double)(out->total_ms - out->done_ms) / out->speed);
    }
    return true;
}

static mockets_status stored_state(mockets_engine *engine, const char *id,
                                   enum mockets_job_state *state, struct mockets_error *err)
{
    struct mk_arena arena = {0};
    struct mk_job_record record;
    mockets_status rc = engine->store.ops->job_get(engine->store.self, id, &arena, &record, err);

    if (rc == MOCKETS_E_NOT_FOUND)
        rc = mk_fail(err, rc, "The specified job was not found: account=%s, jobId=%s.",
                     engine->account_id, id);
    else if (!rc && !mk_job_state_parse(record.state, state))
        rc = mk_fail(err, MOCKETS_E_INTERNAL, "job %s has an unknown state in the store", id);
    mk_arena_fini(&arena);
    return rc;
}

mockets_status mockets_job_progress(mockets_engine *engine, const char *id,
                                    struct mockets_job_progress *out, struct mockets_error *err)
{
    struct mockets_job_progress progress = {.remaining_ms = -1};
    mockets_status rc = stored_state(engine, id, &progress.state, err);

    if (rc)
        return rc;
    snprintf(progress.id, sizeof(progress.id), "%s", id);
    live(engine, id, &progress);
    if (progress.state == MOCKETS_JOB_COMPLETE) {
        progress.fraction = 1;
        progress.remaining_ms = 0;
    }
    *out = progress;
    return MOCKETS_OK;
}

static bool ended(enum mockets_job_state state)
{
    return state != MOCKETS_JOB_SUBMITTED && state != MOCKETS_JOB_PROGRESSING;
}

/*
 * What this process changes is announced; a job that another node runs is looked at every second.
 */
mockets_status mockets_job_wait(mockets_engine *engine, const char *id, int64_t timeout_ms,
                                enum mockets_job_state *state, struct mockets_error *err)
{
    enum { LOOK_AGAIN_MS = 1000 };
    int64_t until_us = mk_clock_mono_us() + timeout_ms * 1000;
    enum mockets_job_state now = MOCKETS_JOB_SUBMITTED;

    for (;;) {
        int64_t left_ms = timeout_ms < 0 ? LOOK_AGAIN_MS : (until_us - mk_clock_mono_us()) / 1000;
        struct timespec deadline;
        uint64_t seen;
        mockets_status rc;

        pthread_mutex_lock(&engine->lock);
        seen = engine->changes;
        pthread_mutex_unlock(&engine->lock);
        rc = stored_state(engine, id, &now, err);
        if (rc)
            return rc;
        if (ended(now))
            break;
        if (left_ms <= 0)
            return mk_fail(err, MOCKETS_E_TIMEOUT, "job %s has not ended yet", id);
        deadline = mk_clock_deadline(left_ms < LOOK_AGAIN_MS ? left_ms : LOOK_AGAIN_MS);
        pthread_mutex_lock(&engine->lock);
        while (engine->changes == seen) {
            if (pthread_cond_timedwait(&engine->news, &engine->lock, &deadline) == ETIMEDOUT)
                break;
        }
        pthread_mutex_unlock(&engine->lock);
    }
    if (state)
        *state = now;
    return MOCKETS_OK;
}
