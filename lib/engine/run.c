#include "engine/run.h"

#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/clock.h"
#include "base/str.h"
#include "model/message.h"
#include "model/status.h"

void mk_run_fail_output(struct mk_run *run, size_t i, enum mk_failure code,
                        const struct mk_failure_object *object, const char *reason)
{
    struct mk_job_output *output = &run->job.outputs[i];

    output->status = "Error";
    output->status_detail = mk_failure_detail(code, object, reason, &run->arena);
    run->done[i] = true;
}

void mk_run_fail_all(struct mk_run *run, enum mk_failure code,
                     const struct mk_failure_object *object, const char *reason)
{
    for (size_t i = 0; i < run->job.output_count; i++) {
        if (!run->done[i])
            mk_run_fail_output(run, i, code, object, reason);
    }
}

/* How the store takes the state of a job. */
enum keeping { NOTE, SAVE, RELEASE };

static mockets_status keep(struct mk_run *run, enum keeping how, const struct mk_event *events,
                           size_t event_count, struct mockets_error *err)
{
    const char *owner = run->engine->owner;
    struct mk_store *store = &run->engine->store;
    struct mk_arena arena = {0};
    struct mk_job_record record = {
        .id = run->job.id,
        .pipeline_id = run->job.pipeline_id,
        .state = run->job.status,
        .document = mk_model_text(&mk_shape_job, &run->job, &arena),
        .context = mk_model_text(&mk_shape_job_context, &run->context, &arena),
    };
    mockets_status rc;

    if (!record.document || !record.context)
        rc = mk_fail_nomem(err);
    else if (how == NOTE)
        rc = store->ops->job_note(store->self, &record, owner, events, event_count, err);
    else
        rc = store->ops->job_update(store->self, &record, owner, NULL, how == RELEASE, events,
                                    event_count, err);
    mk_arena_fini(&arena);
    if (!rc)
        mk_engine_changed(run->engine);
    if (!rc && event_count)
        mk_engine_posted(run->engine);
    return rc;
}

mockets_status mk_run_note(struct mk_run *run, struct mockets_error *err)
{
    return keep(run, NOTE, NULL, 0, err);
}

mockets_status mk_run_save(struct mk_run *run, struct mockets_error *err)
{
    return keep(run, SAVE, NULL, 0, err);
}

static const char *topic_of(const struct mk_notifications *topics, enum mockets_job_state state)
{
    if (!topics)
        return NULL;
    switch (state) {
    case MOCKETS_JOB_PROGRESSING:
        return topics->progressing;
    case MOCKETS_JOB_COMPLETE:
        return topics->completed;
    case MOCKETS_JOB_ERROR:
        return topics->error;
    default:
        return NULL;
    }
}

/* What a job that is done has to be told of besides. */
static mockets_status add_warning(struct mk_run *run, struct mk_event *events, size_t *count,
                                  struct mockets_error *err)
{
    const struct mk_notifications *topics = run->pipeline.notifications;
    struct mk_event event = {.job_id = run->job.id, .topic = topics ? topics->warning : NULL};
    mockets_status rc;

    if (mk_str_empty(event.topic))
        return MOCKETS_OK;
    rc = mk_message_warning(&run->job, &run->arena, &event.subject, &event.message, err);
    if (!rc && event.message)
        events[(*count)++] = event;
    return rc;
}

/* Enter a state: store it together with its events. */
static mockets_status enter(struct mk_run *run, enum mockets_job_state state, enum keeping how,
                            struct mockets_error *err)
{
    struct mk_event events[2],
        event = {.job_id = run->job.id, .topic = topic_of(run->pipeline.notifications, state)};
    size_t count = 0;
    mockets_status rc = MOCKETS_OK;

    run->job.status = mk_job_state_name(state);
    if (state == MOCKETS_JOB_COMPLETE)
        rc = add_warning(run, events, &count, err);
    if (!rc && !mk_str_empty(event.topic)) {
        rc = mk_message_job(&run->job, state, &run->arena, &event.subject, &event.message, err);
        events[count++] = event;
    }
    return rc ? rc : keep(run, how, events, count, err);
}

static mockets_status read_pipeline(struct mk_run *run, struct mockets_error *err)
{
    struct mk_store *store = &run->engine->store;
    struct mk_record record;
    mockets_status rc = store->ops->record_get(store->self, MK_RECORD_PIPELINE,
                                               run->job.pipeline_id, &run->arena, &record, err);

    if (rc == MOCKETS_E_NOT_FOUND)
        return MOCKETS_OK; /* mk_run_transcode() makes it an error of the outputs */
    if (!rc)
        rc = mk_model_parse(&mk_shape_pipeline, record.document, strlen(record.document), false,
                            &run->arena, &run->pipeline, err);
    if (rc)
        return rc;
    run->content_bucket = run->pipeline.content_config->bucket;
    run->thumbnail_bucket = run->pipeline.thumbnail_config->bucket;
    return MOCKETS_OK;
}

/* Read back what CreateJob stored. An output that a run before this one ended starts anew. */
static mockets_status load(struct mk_run *run, const struct mk_job_record *record,
                           struct mockets_error *err)
{
    size_t outputs;
    mockets_status rc = mk_model_parse(&mk_shape_job, record->document, strlen(record->document),
                                       false, &run->arena, &run->job, err);

    if (!rc)
        rc = mk_model_parse(&mk_shape_job_context, record->context, strlen(record->context), false,
                            &run->arena, &run->context, err);
    if (!rc)
        rc = read_pipeline(run, err);
    if (rc)
        return rc;
    outputs = run->job.output_count;
    run->job.input = run->job.inputs;
    run->job.output = run->job.outputs;
    run->presets = mk_arena_array(&run->arena, outputs, sizeof(*run->presets));
    run->done = mk_arena_array(&run->arena, outputs, sizeof(*run->done));
    run->infos = mk_arena_array(&run->arena, run->job.input_count, sizeof(*run->infos));
    run->probed = mk_arena_array(&run->arena, run->job.input_count, sizeof(*run->probed));
    if (!run->presets || !run->done || !run->infos || !run->probed)
        return mk_fail_nomem(err);
    for (size_t i = 0; i < outputs; i++) {
        run->presets[i] = mk_context_preset(&run->context, run->job.outputs[i].preset_id);
        if (!run->presets[i])
            return mk_fail(err, MOCKETS_E_INTERNAL, "the snapshot of preset %s is missing",
                           run->job.outputs[i].preset_id);
    }
    return MOCKETS_OK;
}

/* Jobs start in the order in which they are claimed, whichever runner is quicker. */
static mockets_status begin(struct mk_run *run, int64_t claimed_ms, struct mockets_error *err)
{
    const char *progressing = mk_job_state_name(MOCKETS_JOB_PROGRESSING);

    for (size_t i = 0; i < run->job.output_count; i++) {
        run->job.outputs[i].status = progressing;
        run->job.outputs[i].status_detail = NULL;
    }
    for (size_t i = 0; i < run->job.playlist_count; i++) {
        run->job.playlists[i].status = progressing;
        run->job.playlists[i].status_detail = NULL;
    }
    if (!run->job.timing->start_time_millis.set)
        run->job.timing->start_time_millis = (struct mk_integer){true, claimed_ms};
    return enter(run, MOCKETS_JOB_PROGRESSING, NOTE, err);
}

void mk_run_drop_made(struct mk_run *run)
{
    for (size_t p = 0; run->made && p < run->plan->package_count; p++)
        mk_made_fini(&run->made[p]);
}

static mockets_status end(struct mk_run *run, struct mockets_error *err)
{
    enum mockets_job_state state = MOCKETS_JOB_COMPLETE;

    for (size_t i = 0; i < run->job.output_count; i++) {
        if (!mk_str_eq(run->job.outputs[i].status, "Complete"))
            state = MOCKETS_JOB_ERROR;
    }
    for (size_t i = 0; i < run->job.playlist_count; i++) {
        if (!mk_str_eq(run->job.playlists[i].status, "Complete"))
            state = MOCKETS_JOB_ERROR;
    }
    run->job.timing->finish_time_millis = (struct mk_integer){true, mk_clock_wall_ms()};
    return enter(run, state, RELEASE, err);
}

/* What cannot be blamed on an output: a bug or lack of memory ends the job, a stop hands it back. */
static mockets_status settle(struct mk_run *run, mockets_status rc, struct mockets_error *err)
{
    if (rc == MOCKETS_E_CANCELED || rc == MOCKETS_E_IN_USE)
        return rc;
    if (rc)
        mk_run_fail_all(run, mk_failure_of(rc, &(struct mk_failure_object){0}), NULL, err->message);
    mk_running_give_room(run->engine, run->running);
    rc = mk_run_publish(run, err);
    return rc ? rc : end(run, err);
}

/* A job that takes the whole process down with it must not do so for ever. */
enum { ATTEMPTS = 5 };

static mockets_status give_up(struct mockets_error *err)
{
    return mk_fail(err, MOCKETS_E_INTERNAL,
                   "Amazon Elastic Transcoder was cut off %d times while processing this job.",
                   ATTEMPTS);
}

static void hand_back(struct mk_run *run)
{
    struct mockets_error err;

    if (keep(run, RELEASE, NULL, 0, &err))
        mk_log(&run->engine->log, MOCKETS_LOG_WARNING, "job %s is not handed back: %s",
               run->running->id, err.message);
    else
        mk_log(&run->engine->log, MOCKETS_LOG_INFO, "job %s is handed back to the queue",
               run->running->id);
}

void mk_run_job(mockets_engine *engine, struct mk_running *running,
                const struct mk_job_record *record)
{
    struct mk_run run = {.engine = engine, .running = running};
    struct mockets_error err;
    mockets_status rc;

    pthread_mutex_init(&run.lock, NULL);
    mk_log(&engine->log, MOCKETS_LOG_INFO, "job %s starts", record->id);
    rc = load(&run, record, &err);
    if (!rc)
        rc = begin(&run, record->claimed_ms, &err);
    if (!rc) {
        rc = record->attempts > ATTEMPTS ? give_up(&err) : mk_run_transcode(&run, &err);
        rc = settle(&run, rc, &err);
    }
    if (rc == MOCKETS_E_CANCELED)
        hand_back(&run);
    else if (rc)
        mk_log(&engine->log, MOCKETS_LOG_ERROR, "job %s: %s", record->id, err.message);
    else
        mk_log(&engine->log, MOCKETS_LOG_INFO, "job %s ends: %s", record->id, run.job.status);
    mk_run_drop_made(&run);
    mk_run_drop_probed(&run);
    mk_secrets_wipe(&run);
    pthread_mutex_destroy(&run.lock);
    mk_arena_fini(&run.arena);
}
