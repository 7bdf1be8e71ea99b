#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "base/heap.h"
#include "base/thread.h"
#include "engine/engine.h"

/*
 * Runners claim for themselves: a claim is one short transaction, and between jobs they sleep on
 * `work`. The time-out is for jobs that nobody in this process announces: those of other nodes,
 * and leases that run out.
 *
 * Making a job's media takes processors, publishing it hardly any: it waits for disks. So there
 * may be more runners than workers, and a job that is being published gives its room to the next,
 * as does a brief one.
 */
enum { LOOK_AGAIN_MS = 2000 };

/* Wait for a job that may be there, and for room to make it. @return false at the stop */
static bool find_room(mockets_engine *engine, uint64_t *submitted)
{
    bool found;

    pthread_mutex_lock(&engine->lock);
    while (!engine->stopping &&
           (engine->making == engine->workers || engine->exhausted == engine->submitted)) {
        if (pthread_cond_timedwait(&engine->work, &engine->lock, &engine->look_again) != ETIMEDOUT)
            continue;
        engine->look_again = mk_clock_deadline(LOOK_AGAIN_MS);
        if (engine->making < engine->workers)
            break;
    }
    found = !engine->stopping;
    engine->making += found;
    *submitted = engine->submitted;
    pthread_mutex_unlock(&engine->lock);
    return found;
}

/* The engine's lock is held. */
static void give_room(mockets_engine *engine)
{
    engine->making--;
    if (engine->exhausted != engine->submitted)
        pthread_cond_signal(&engine->work);
}

void mk_running_give_room(mockets_engine *engine, struct mk_running *running)
{
    pthread_mutex_lock(&engine->lock);
    if (!running->gave_room)
        give_room(engine);
    running->gave_room = true;
    pthread_mutex_unlock(&engine->lock);
}

/* There was nothing to claim after so many were submitted. */
static void find_nothing(mockets_engine *engine, uint64_t submitted)
{
    pthread_mutex_lock(&engine->lock);
    if (engine->exhausted < submitted)
        engine->exhausted = submitted;
    if (engine->taken < submitted)
        engine->taken = submitted;
    engine->look_again = mk_clock_deadline(LOOK_AGAIN_MS);
    give_room(engine);
    pthread_mutex_unlock(&engine->lock);
}

static void enlist(mockets_engine *engine, struct mk_running *running)
{
    pthread_mutex_lock(&engine->lock);
    running->next = engine->running;
    engine->running = running;
    engine->taken += engine->taken < engine->submitted;
    engine->running_count++;
    engine->begun++;
    /* Claimed while the stop was under way: hand it back. */
    if (engine->cut_off)
        mk_cancel_set(&running->cancel);
    pthread_mutex_unlock(&engine->lock);
}

static void delist(mockets_engine *engine, struct mk_running *running)
{
    pthread_mutex_lock(&engine->lock);
    for (struct mk_running **at = &engine->running; *at; at = &(*at)->next) {
        if (*at == running) {
            *at = running->next;
            break;
        }
    }
    engine->running_count--;
    if (engine->stopping)
        pthread_cond_broadcast(&engine->stopped);
    pthread_mutex_unlock(&engine->lock);
}

static void run_claimed(mockets_engine *engine, const struct mk_job_record *record)
{
    struct mk_running running = {.started_us = mk_clock_mono_us()};

    snprintf(running.id, sizeof(running.id), "%s", record->id);
    mk_cancel_init(&running.cancel);
    enlist(engine, &running);
    mk_run_job(engine, &running, record);
    mk_running_give_room(engine, &running);
    delist(engine, &running);
    mk_cancel_fini(&running.cancel);
}

void *mk_runner_main(void *argument)
{
    mockets_engine *engine = argument;
    uint64_t submitted;

    while (find_room(engine, &submitted)) {
        struct mk_arena arena = {0};
        struct mk_job_record record = {0};
        struct mockets_error err;
        mockets_status rc =
            engine->store.ops->job_claim(engine->store.self, engine->owner, mk_clock_wall_ms(),
                                         MK_LEASE_MS, &arena, &record, &err);

        if (!rc)
            run_claimed(engine, &record);
        else
            find_nothing(engine, submitted);
        if (rc && rc != MOCKETS_E_NOT_FOUND)
            mk_log(&engine->log, MOCKETS_LOG_ERROR, "cannot claim a job: %s", err.message);
        mk_arena_fini(&arena);
    }
    return NULL;
}

/* Renew one claim; a job that is not ours any more is given up. */
static void renew(mockets_engine *engine, const char *id)
{
    struct mockets_error err;
    mockets_status rc = engine->store.ops->job_renew(engine->store.self, id, engine->owner,
                                                     mk_clock_wall_ms() + MK_LEASE_MS, &err);

    if (!rc)
        return;
    mk_log(&engine->log, MOCKETS_LOG_WARNING, "job %s: cannot renew the claim: %s", id,
           err.message);
    if (rc != MOCKETS_E_IN_USE && rc != MOCKETS_E_NOT_FOUND)
        return;
    pthread_mutex_lock(&engine->lock);
    for (struct mk_running *run = engine->running; run; run = run->next) {
        if (strcmp(run->id, id) == 0)
            mk_cancel_set(&run->cancel);
    }
    pthread_mutex_unlock(&engine->lock);
}

/* The ids of what runs, copied: no lock is held during SQL. */
static unsigned list_running(mockets_engine *engine, char (*ids)[32], unsigned room)
{
    unsigned count = 0;

    pthread_mutex_lock(&engine->lock);
    for (struct mk_running *run = engine->running; run && count < room; run = run->next)
        memcpy(ids[count++], run->id, sizeof(run->id));
    pthread_mutex_unlock(&engine->lock);
    return count;
}

/* Keeps the claims of running jobs alive, also while they drain, and tidies up when none come. */
void *mk_keeper_main(void *argument)
{
    mockets_engine *engine = argument;
    uint64_t seen = 0, tidied = 0; /* of the jobs that have begun */
    bool done = false;

    while (!done) {
        struct timespec deadline = mk_clock_deadline(MK_RENEW_MS);
        char ids[MK_RUNNERS][32];
        bool idle;
        unsigned count;
        int waited = 0;

        pthread_mutex_lock(&engine->lock);
        while (waited != ETIMEDOUT && !(engine->stopping && !engine->running_count))
            waited = pthread_cond_timedwait(&engine->stopped, &engine->lock, &deadline);
        done = engine->stopping && !engine->running_count;
        idle = !engine->stopping && !engine->running_count && engine->begun == seen;
        seen = engine->begun;
        pthread_mutex_unlock(&engine->lock);
        count = done ? 0 : list_running(engine, ids, MK_RUNNERS);
        for (unsigned i = 0; i < count; i++)
            renew(engine, ids[i]);
        if (idle && tidied != seen) {
            mk_heap_give_back(true);
            tidied = seen;
        }
    }
    return NULL;
}
