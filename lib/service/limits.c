#include "service/limits.h"

#include <inttypes.h>

#include "base/clock.h"

enum { MAX_PIPELINES = 4, MAX_PRESETS = 50, MAX_BACKLOG = 1000000 };

/* Requests a second, and how many may come at once. */
static const struct rate {
    double per_second, burst;
} create_job_rate = {2, 100}, read_job_rate = {4, 50};

mockets_status mk_limit_records(mockets_engine *engine, enum mk_record_kind kind,
                                struct mockets_error *err)
{
    bool pipelines = kind == MK_RECORD_PIPELINE;
    const char *what = pipelines ? "pipelines" : "presets";
    int64_t max = pipelines ? MAX_PIPELINES : MAX_PRESETS, count;
    mockets_status rc;

    if (!engine->aws_limits)
        return MOCKETS_OK;
    rc = engine->store.ops->record_count(engine->store.self, kind, &count, err);
    if (rc || count < max)
        return rc;
    return mk_fail(err, MOCKETS_E_LIMIT,
                   "The account already has the maximum number of %s allowed: account=%s, maximum "
                   "number of %s=%" PRId64,
                   what, engine->account_id, what, max);
}

mockets_status mk_limit_backlog(mockets_engine *engine, const char *pipeline_id,
                                struct mockets_error *err)
{
    int64_t count;
    mockets_status rc;

    if (!engine->aws_limits)
        return MOCKETS_OK;
    rc = engine->store.ops->job_count_active(engine->store.self, pipeline_id, &count, err);
    if (rc || count < MAX_BACKLOG)
        return rc;
    return mk_fail(
        err, MOCKETS_E_LIMIT,
        "The account already has the maximum number of jobs per pipeline in the backlog: "
        "account=%s, maximum number of jobs in backlog for pipeline=%d",
        engine->account_id, MAX_BACKLOG);
}

/* A bucket that fills with so many tokens a second; a request takes one. */
static bool take(mockets_engine *engine, struct mk_rate_limit *limit, const struct rate *rate)
{
    int64_t now_us = mk_clock_mono_us();
    bool taken;

    pthread_mutex_lock(&engine->lock);
    if (limit->filled_us)
        limit->tokens += (double)(now_us - limit->filled_us) / 1e6 * rate->per_second;
    if (!limit->filled_us || limit->tokens > rate->burst)
        limit->tokens = rate->burst;
    limit->filled_us = now_us;
    taken = limit->tokens >= 1;
    if (taken)
        limit->tokens -= 1;
    pthread_mutex_unlock(&engine->lock);
    return taken;
}

static mockets_status throttle(mockets_engine *engine, struct mk_rate_limit *limit,
                               const struct rate *rate, struct mockets_error *err)
{
    if (!engine->aws_limits || take(engine, limit, rate))
        return MOCKETS_OK;
    return mk_fail(err, MOCKETS_E_THROTTLED, "Rate of requests exceeds the allowed throughput.");
}

mockets_status mk_limit_create_job(mockets_engine *engine, struct mockets_error *err)
{
    return throttle(engine, &engine->create_job_rate, &create_job_rate, err);
}

mockets_status mk_limit_read_job(mockets_engine *engine, struct mockets_error *err)
{
    return throttle(engine, &engine->read_job_rate, &read_job_rate, err);
}
