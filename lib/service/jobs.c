#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "base/str.h"
#include "engine/context.h"
#include "model/job.h"
#include "model/status.h"
#include "service/limits.h"
#include "service/service.h"

static const char placeholder_pipeline[] = "your-pipeline-id";
static const char placeholder_preset[] = "preset-id";

/* Length of a segment where a playlist needs one and a placeholder preset says nothing. */
static const char placeholder_segment[] = "6";

static void emit(const char *document, struct mk_buf *reply)
{
    mk_buf_reserve(reply, strlen(document) + sizeof("{\"Job\":}"));
    mk_buf_puts(reply, "{\"Job\":");
    mk_buf_puts(reply, document);
    mk_buf_putc(reply, '}');
}

/* Input and Output are the older spellings of one-element Inputs and Outputs. */
static mockets_status fold(struct mk_job *job, struct mockets_error *err)
{
    if (job->input && job->input_count)
        return mk_fail_field(err, "/Input", "Input and Inputs are mutually exclusive.");
    if (job->output && job->output_count)
        return mk_fail_field(err, "/Output", "Output and Outputs are mutually exclusive.");
    if (job->input) {
        job->inputs = job->input;
        job->input_count = 1;
    }
    if (job->output) {
        job->outputs = job->output;
        job->output_count = 1;
    }
    if (!job->input_count)
        return mk_fail_field(err, "/Inputs", "A job must have an input: Inputs cannot be empty.");
    if (!job->output_count)
        return mk_fail_field(err, "/Outputs",
                             "A job must have an output: Outputs cannot be empty.");
    return MOCKETS_OK;
}

static bool in_playlist(const struct mk_job *job, const char *key)
{
    for (size_t p = 0; p < job->playlist_count; p++) {
        for (size_t k = 0; k < job->playlists[p].output_key_count; k++) {
            if (mk_str_eq(job->playlists[p].output_keys[k], key))
                return true;
        }
    }
    return false;
}

static void fill_placeholder(const struct mk_job *job, struct mk_job_output *output)
{
    if (!mk_str_eq(output->preset_id, placeholder_preset))
        return;
    output->preset_id = mk_system_preset_for_key(output->key ? output->key : "")->id;
    if (mk_str_empty(output->segment_duration) && in_playlist(job, output->key))
        output->segment_duration = placeholder_segment;
}

/* What tutorials leave for the reader to fill in gets a meaning, so that they run as they stand. */
static void fill_placeholders(struct mk_job *job)
{
    if (!job->pipeline_id || mk_str_eq(job->pipeline_id, placeholder_pipeline))
        job->pipeline_id = mk_default_pipeline_id;
    if (job->output)
        fill_placeholder(job, job->output);
    for (size_t i = 0; i < job->output_count; i++)
        fill_placeholder(job, &job->outputs[i]);
}

static mockets_status check_pipeline(mockets_engine *engine, const char *id, struct mk_arena *arena,
                                     struct mockets_error *err)
{
    struct mk_record record;
    mockets_status rc = engine->store.ops->record_get(engine->store.self, MK_RECORD_PIPELINE, id,
                                                      arena, &record, err);

    return rc == MOCKETS_E_NOT_FOUND ? mk_service_no_pipeline(engine, id, err) : rc;
}

/* The presets of a job's outputs. */
struct choice {
    const struct mk_preset **presets; /* of each output */
    const char **documents;           /* each distinct preset once, for the snapshot */
    size_t document_count;
};

/* The first output that has the same preset as this one. */
static size_t first_with_preset(const struct mk_job *job, size_t index)
{
    size_t i = 0;

    while (!mk_str_eq(job->outputs[i].preset_id, job->outputs[index].preset_id))
        i++;
    return i;
}

static mockets_status find_preset(mockets_engine *engine, const char *id, struct mk_arena *arena,
                                  const struct mk_preset **out, const char **document,
                                  struct mockets_error *err)
{
    mockets_status rc = mk_service_find_preset(engine, id, arena, out, document, err);
    struct mk_preset renamed;

    if (rc || mk_str_eq((*out)->id, id))
        return rc;
    /* A retired id leads to its successor; the job keeps the id that it was given. */
    renamed = **out;
    renamed.id = id;
    *document = mk_model_text(&mk_shape_preset, &renamed, arena);
    return *document ? MOCKETS_OK : mk_fail_nomem(err);
}

static mockets_status find_presets(mockets_engine *engine, const struct mk_job *job,
                                   struct mk_arena *arena, struct choice *out,
                                   struct mockets_error *err)
{
    mockets_status rc = MOCKETS_OK;

    out->presets = mk_arena_array(arena, job->output_count, sizeof(*out->presets));
    out->documents = mk_arena_array(arena, job->output_count, sizeof(*out->documents));
    if (!out->presets || !out->documents)
        return mk_fail_nomem(err);
    for (size_t i = 0; !rc && i < job->output_count; i++) {
        size_t first = first_with_preset(job, i);

        if (first < i)
            out->presets[i] = out->presets[first];
        else
            rc = find_preset(engine, job->outputs[i].preset_id, arena, &out->presets[i],
                             &out->documents[out->document_count++], err);
    }
    return rc;
}

/* "2" -> "2.0": the service answers segment durations as decimals. */
static const char *decimal(const char *seconds, struct mk_arena *arena)
{
    double value;
    char rest;

    if (mk_str_empty(seconds) || sscanf(seconds, "%lf%c", &value, &rest) != 1)
        return seconds;
    if (fabs(value - round(value)) < 1e-9)
        return mk_arena_printf(arena, "%.1f", value);
    return mk_arena_printf(arena, "%g", value);
}

static mockets_status fill(mockets_engine *engine, struct mk_job *job, struct mk_arena *arena,
                           struct mockets_error *err)
{
    const char *submitted = mk_job_state_name(MOCKETS_JOB_SUBMITTED);
    int64_t now_ms = mk_clock_wall_ms();
    char id[MK_ID_SIZE];
    mockets_status rc = mk_id_new(now_ms, id, err);

    if (rc)
        return rc;
    job->id = mk_arena_strdup(arena, id);
    job->arn = mk_engine_arn(engine, "job", id, arena);
    job->timing = mk_arena_alloc(arena, sizeof(*job->timing));
    if (!job->id || !job->arn || !job->timing)
        return mk_fail_nomem(err);
    job->timing->submit_time_millis = (struct mk_integer){true, now_ms};
    job->status = submitted;
    job->input = job->inputs;
    job->output = job->outputs;
    for (size_t i = 0; i < job->output_count; i++) {
        struct mk_job_output *output = &job->outputs[i];

        output->id = mk_arena_printf(arena, "%zu", i + 1);
        output->status = submitted;
        output->segment_duration = decimal(output->segment_duration, arena);
        if (!output->id)
            return mk_fail_nomem(err);
    }
    for (size_t i = 0; i < job->playlist_count; i++)
        job->playlists[i].status = submitted;
    return MOCKETS_OK;
}

static mockets_status store_job(mockets_engine *engine, const struct mk_job *job,
                                const struct choice *choice, struct mk_arena *arena,
                                struct mk_buf *reply, struct mockets_error *err)
{
    const struct mk_job_record record = {
        .id = job->id,
        .pipeline_id = job->pipeline_id,
        .state = job->status,
        .document = mk_model_text(&mk_shape_job, job, arena),
        .context = mk_context_text(choice->documents, choice->document_count, arena),
    };
    mockets_status rc;

    if (!record.document || !record.context)
        return mk_fail_nomem(err);
    rc = engine->store.ops->job_insert(engine->store.self, &record, err);
    if (rc)
        return rc;
    mk_engine_submitted(engine);
    emit(record.document, reply);
    return MOCKETS_OK;
}

mockets_status mk_service_create_job(mockets_engine *engine, const struct mockets_call *call,
                                     struct mk_arena *arena, struct mk_buf *reply,
                                     struct mockets_error *err)
{
    struct choice choice = {0};
    struct mk_job job = {0};
    mockets_status rc = mk_limit_create_job(engine, err);

    if (!rc)
        rc = mk_service_parse(&mk_shape_create_job, call, arena, &job, err);
    if (!rc && !engine->strict)
        fill_placeholders(&job);
    if (!rc)
        rc = mk_service_check(MK_CREATE_JOB, call, &job, err);
    if (!rc)
        rc = fold(&job, err);
    if (!rc)
        rc = check_pipeline(engine, job.pipeline_id, arena, err);
    if (!rc)
        rc = find_presets(engine, &job, arena, &choice, err);
    if (!rc)
        rc = mk_rules_job(&job, choice.presets, err);
    if (!rc)
        rc = mk_limit_backlog(engine, job.pipeline_id, err);
    if (!rc)
        rc = fill(engine, &job, arena, err);
    return rc ? rc : store_job(engine, &job, &choice, arena, reply, err);
}

mockets_status mk_service_read_job(mockets_engine *engine, const struct mockets_call *call,
                                   struct mk_arena *arena, struct mk_buf *reply,
                                   struct mockets_error *err)
{
    const char *document;
    mockets_status rc = mk_limit_read_job(engine, err);

    if (!rc)
        rc = mk_service_check(MK_READ_JOB, call, NULL, err);
    if (rc)
        return rc;
    rc = engine->store.ops->job_document(engine->store.self, call->id, arena, &document, err);
    if (rc == MOCKETS_E_NOT_FOUND)
        return mk_service_no_job(engine, call->id, err);
    if (!rc)
        emit(document, reply);
    return rc;
}

static mockets_status cancelled(const struct mk_job_record *record, struct mk_arena *arena,
                                const char **document, struct mockets_error *err)
{
    const char *canceled = mk_job_state_name(MOCKETS_JOB_CANCELED);
    struct mk_job job = {0};
    mockets_status rc = mk_model_parse(&mk_shape_job, record->document, strlen(record->document),
                                       false, arena, &job, err);

    if (rc)
        return rc;
    job.input = job.inputs;
    job.output = job.outputs;
    job.status = canceled;
    for (size_t i = 0; i < job.output_count; i++)
        job.outputs[i].status = canceled;
    for (size_t i = 0; i < job.playlist_count; i++)
        job.playlists[i].status = canceled;
    job.timing->finish_time_millis = (struct mk_integer){true, mk_clock_wall_ms()};
    *document = mk_model_text(&mk_shape_job, &job, arena);
    return *document ? MOCKETS_OK : mk_fail_nomem(err);
}

/* Only a job that waits can be cancelled; a runner that is about to begin it finds it taken. */
mockets_status mk_service_cancel_job(mockets_engine *engine, const struct mockets_call *call,
                                     struct mk_arena *arena, struct mk_buf *reply,
                                     struct mockets_error *err)
{
    struct mk_store *store = &engine->store;
    struct mk_job_record record;
    mockets_status rc = mk_service_check(MK_CANCEL_JOB, call, NULL, err);

    if (rc)
        return rc;
    rc = store->ops->job_get(store->self, call->id, arena, &record, err);
    if (rc == MOCKETS_E_NOT_FOUND)
        return mk_service_no_job(engine, call->id, err);
    if (!rc)
        rc = cancelled(&record, arena, &record.document, err);
    if (rc)
        return rc;
    record.state = mk_job_state_name(MOCKETS_JOB_CANCELED);
    record.context = NULL;
    rc = store->ops->job_update(store->self, &record, NULL,
                                mk_job_state_name(MOCKETS_JOB_SUBMITTED), true, NULL, 0, err);
    if (rc == MOCKETS_E_IN_USE)
        return mk_fail(err, rc, "The job was already in use: accountId=%s, resourceId=%s.",
                       engine->account_id, call->id);
    if (rc)
        return rc;
    mk_engine_changed(engine);
    mk_service_emit_success(reply);
    return MOCKETS_OK;
}

/* Listings forget jobs after half a year (reference 1.6); their ids begin with the time. */
enum { REMEMBERED_DAYS = 183, DAY_MS = 86400000 };

static mockets_status list(mockets_engine *engine, const char *pipeline_id, const char *state,
                           const struct mockets_call *call, struct mk_arena *arena,
                           struct mk_buf *reply, struct mockets_error *err)
{
    struct mk_page page = mk_service_page(call, false);
    struct mk_page_result result = {0};
    char oldest[MK_ID_SIZE];
    mockets_status rc;

    snprintf(oldest, sizeof(oldest), "%013" PRId64,
             mk_clock_wall_ms() - (int64_t)REMEMBERED_DAYS * DAY_MS);
    page.oldest = oldest;
    rc = engine->store.ops->job_list(engine->store.self, pipeline_id, state, &page, arena, &result,
                                     err);
    if (rc == MOCKETS_E_NOT_FOUND)
        return mk_fail(err, MOCKETS_E_INVALID, "The PageToken '%s' is not valid.", page.after);
    if (!rc)
        mk_service_emit_page("Jobs", &result, reply);
    return rc;
}

mockets_status mk_service_list_jobs_by_pipeline(mockets_engine *engine,
                                                const struct mockets_call *call,
                                                struct mk_arena *arena, struct mk_buf *reply,
                                                struct mockets_error *err)
{
    struct mockets_call meant = *call;
    mockets_status rc;

    if (!engine->strict && mk_str_eq(meant.id, placeholder_pipeline))
        meant.id = mk_default_pipeline_id;
    rc = mk_service_check(MK_LIST_JOBS_BY_PIPELINE, &meant, NULL, err);
    if (!rc)
        rc = check_pipeline(engine, meant.id, arena, err);
    return rc ? rc : list(engine, meant.id, NULL, &meant, arena, reply, err);
}

mockets_status mk_service_list_jobs_by_status(mockets_engine *engine,
                                              const struct mockets_call *call,
                                              struct mk_arena *arena, struct mk_buf *reply,
                                              struct mockets_error *err)
{
    mockets_status rc = mk_service_check(MK_LIST_JOBS_BY_STATUS, call, NULL, err);

    return rc ? rc : list(engine, NULL, call->id, call, arena, reply, err);
}
