#include <stdlib.h>
#include <string.h>

#include "base/fs.h"
#include "base/heap.h"
#include "base/thread.h"
#include "engine/encoders.h"
#include "engine/protect.h"
#include "engine/run.h"
#include "plan/copy.h"
#include "plan/keys.h"
#include "plan/layout.h"
#include "plan/rate.h"

static void fail_read(struct mk_run *run, const char *key, mockets_status rc,
                      const struct mockets_error *err)
{
    struct mk_failure_object object = {.bucket = run->pipeline.input_bucket, .key = key};

    object.bucket_missing =
        rc == MOCKETS_E_NOT_FOUND &&
        mk_storage_check_bucket(run->engine->storage, object.bucket, NULL) == MOCKETS_E_NOT_FOUND;
    mk_run_fail_all(run, mk_failure_of_input(rc, &object), &object, err->message);
}

static mockets_status detect(struct mk_run *run, size_t i, struct mockets_error *err)
{
    struct mk_detected_properties *found = mk_arena_alloc(&run->arena, sizeof(*found));
    const struct mk_info *info = &run->infos[i];

    if (!found)
        return mk_fail_nomem(err);
    found->file_size = (struct mk_integer){!info->once, info->size_bytes};
    if (info->duration_us)
        found->duration_millis = (struct mk_integer){true, (info->duration_us + 500) / 1000};
    for (size_t s = 0; s < info->stream_count; s++) {
        const struct mk_info_stream *stream = &info->streams[s];

        if (stream->kind != MK_VIDEO || stream->attached_picture || found->width.set)
            continue;
        found->width = (struct mk_integer){true, stream->width_px};
        found->height = (struct mk_integer){true, stream->height_px};
        found->frame_rate = mk_rate_name(mk_rate_of_stream(stream), &run->arena);
    }
    run->job.inputs[i].detected_properties = found;
    return MOCKETS_OK;
}

/* What the inputs may weigh: one of them, and all that are joined. */
static const int64_t MAX_INPUT_BYTES = INT64_C(1) << 40, MAX_JOINED_BYTES = INT64_C(1) << 41;

/* Looked at before anything is read. @return whether one fails all outputs */
static bool too_large(struct mk_run *run)
{
    int64_t all_bytes = 0;

    for (size_t i = 0; i < run->job.input_count; i++) {
        struct mk_reader *reader = NULL;
        int64_t bytes = 0;

        /* One that cannot be opened is told of when it is probed. */
        if (!mk_storage_read(run->engine->storage, run->pipeline.input_bucket,
                             run->job.inputs[i].key, &reader, NULL))
            bytes = reader->size_bytes;
        mk_reader_close(&reader);
        if (bytes > MAX_INPUT_BYTES) {
            mk_run_fail_all(run, MK_FAILURE_FILE_SIZE, NULL,
                            mk_arena_printf(&run->arena,
                                            "The input %s is larger than Amazon Elastic "
                                            "Transcoder can process.",
                                            run->job.inputs[i].key));
            return true;
        }
        all_bytes += bytes;
        if (all_bytes > MAX_JOINED_BYTES) {
            mk_run_fail_all(run, MK_FAILURE_JOINED_SIZE, NULL,
                            "The inputs together are larger than Amazon Elastic Transcoder can "
                            "join.");
            return true;
        }
    }
    return false;
}

void mk_run_drop_probed(struct mk_run *run)
{
    for (size_t i = 0; run->probed && i < run->job.input_count; i++) {
        mk_input_close(&run->probed[i].input);
        mk_reader_close(&run->probed[i].reader);
    }
}

/* What comes through a pipe can be a film and nothing else: all else is read more than once. */
static mockets_status open_film(struct mk_run *run, const struct mk_job_input *input,
                                struct mk_reader **out, struct mockets_error *err)
{
    mockets_status rc = mk_storage_read_stream(run->engine->storage, run->pipeline.input_bucket,
                                               input->key, out, err);

    if (rc == MOCKETS_E_NOT_FOUND)
        return mk_run_open_input(run, input->key, input->encryption, out, err);
    if (!rc && mk_secret_of(run, input->encryption)) {
        mk_reader_close(out);
        rc = mk_fail(err, MOCKETS_E_INVALID,
                     "What comes through a pipe cannot be decrypted: save \"%s\" as a file.",
                     input->key);
    }
    return rc;
}

/* An input is kept open for the run where it is the only one, or could not be opened again. */
static mockets_status probe_input(struct mk_run *run, size_t i, struct mockets_error *err)
{
    struct mk_probed *probed = &run->probed[i];
    struct mk_reader *reader = NULL;
    mockets_status rc = open_film(run, &run->job.inputs[i], &reader, err);
    bool keep;

    if (rc)
        return rc;
    keep = run->job.input_count == 1 || reader->once;
    rc = mk_media_probe(reader, &run->running->cancel, &run->arena, &run->infos[i],
                        keep ? &probed->input : NULL, err);
    if (probed->input)
        probed->reader = reader;
    else
        mk_reader_close(&reader);
    return rc;
}

/* Open and probe the inputs; one that cannot be fails all outputs. */
static mockets_status probe(struct mk_run *run, struct mockets_error *err)
{
    if (too_large(run))
        return MOCKETS_OK;
    for (size_t i = 0; i < run->job.input_count; i++) {
        struct mockets_error reason;
        mockets_status rc = probe_input(run, i, &reason);

        if (rc == MOCKETS_E_CANCELED)
            return mk_fail(err, rc, "%s", reason.message);
        if (rc) {
            fail_read(run, run->job.inputs[i].key, rc, &reason);
            return MOCKETS_OK;
        }
        rc = detect(run, i, err);
        if (rc)
            return rc;
    }
    return MOCKETS_OK;
}

/* Where streams may be copied: read the packets of the input once, to see whether they can be. What
 * goes wrong here is told of when they are read to be encoded. */
static mockets_status scan(struct mk_run *run, struct mockets_error *err)
{
    const struct mk_job_input *input = &run->job.inputs[0];
    struct mk_reader *reader = NULL;
    struct mockets_error reason;
    mockets_status rc;

    if (!run->engine->copy || !mk_copy_is_possible(&run->job, run->presets))
        return MOCKETS_OK;
    if (run->infos[0].once)
        rc = mk_fail(&reason, MOCKETS_E_UNSUPPORTED, "the input comes through a pipe");
    else
        rc = mk_run_open_input(run, input->key, input->encryption, &reader, &reason);
    if (!rc)
        rc = mk_media_scan(reader, &run->infos[0], &run->running->cancel, &run->arena, &reason);
    mk_reader_close(&reader);
    if (rc == MOCKETS_E_CANCELED)
        return mk_fail(err, rc, "%s", reason.message);
    if (rc)
        mk_log(&run->engine->log, MOCKETS_LOG_WARNING, "job %s: nothing will be copied: %s",
               run->job.id, reason.message);
    return MOCKETS_OK;
}

/* An output whose place is taken is not worth encoding; publishing looks at every object again. */
static void check_places(struct mk_run *run)
{
    for (size_t i = 0; i < run->job.output_count; i++) {
        const struct mk_job_output *output = &run->job.outputs[i];
        const char *key = mk_layout_first_key(&run->job, run->presets[i], output, &run->arena);
        struct mk_failure_object object = {
            .bucket = run->content_bucket, .key = key, .writing = true};
        struct mockets_error err;
        bool exists = false;
        mockets_status rc;

        if (run->done[i] || run->engine->overwrite || !key ||
            mk_context_published(&run->context, output->id))
            continue;
        rc = mk_storage_exists(run->engine->storage, object.bucket, object.key, &exists, &err);
        object.bucket_missing = rc == MOCKETS_E_NOT_FOUND;
        if (!rc && exists)
            rc = mk_fail(&err, MOCKETS_E_EXISTS, "it exists");
        if (rc)
            mk_run_fail_output(run, i, mk_failure_of(rc, &object), &object, err.message);
    }
}

static bool all_done(const struct mk_run *run)
{
    for (size_t i = 0; i < run->job.output_count; i++) {
        if (!run->done[i])
            return false;
    }
    return true;
}

/* Cores for this job: its share of the machine while others are made beside it, or soon will be. */
static unsigned core_share(mockets_engine *engine)
{
    unsigned cores = mk_thread_cores(), making = 0;

    pthread_mutex_lock(&engine->lock);
    for (const struct mk_running *run = engine->running; run; run = run->next)
        making += !run->gave_room;
    if (engine->taken < engine->submitted)
        making = engine->workers;
    pthread_mutex_unlock(&engine->lock);
    return making < cores ? cores / (making ? making : 1) : 1;
}

static void tell_copies(const struct mk_run *run)
{
    size_t copies = 0;

    for (size_t i = 0; i < run->plan->encode_count; i++)
        copies += run->plan->encodes[i].copies;
    if (copies)
        mk_log(&run->engine->log, MOCKETS_LOG_INFO, "job %s: %zu streams are copied", run->job.id,
               copies);
}

static mockets_status make_plan(struct mk_run *run, struct mockets_error *err)
{
    struct mk_plan_encoder encoders[MK_CODECS];
    struct mk_plan_request request = {
        .job = &run->job,
        .presets = run->presets,
        .infos = run->infos,
        .info_count = run->job.input_count,
        .auxiliaries = run->auxiliaries,
        .auxiliary_count = run->auxiliary_count,
        .embedded = run->captions.embedded,
        .sidecars = run->captions.sidecars,
        .output_sidecars = run->captions.output_sidecars,
        .skip = run->done,
        .cores = core_share(run->engine),
        .speed = run->engine->speed,
        .x264_preset = run->engine->x264_preset,
        .encoder_threads = run->engine->encoder_threads,
        .copy = run->engine->copy,
        .encoders = encoders,
    };
    mockets_status rc = mk_run_hls_keys(run, &request.hls_keys, err);

    if (!rc)
        rc = mk_engine_encoders(encoders, err);
    if (!rc)
        rc = mk_run_cencs(run, &request.cencs, err);
    if (!rc)
        rc = mk_plan_make(&request, &run->arena, &run->plan, err);
    if (!rc)
        tell_copies(run);
    for (size_t i = 0; !rc && i < run->job.output_count; i++) {
        const struct mk_plan_output *output = &run->plan->outputs[i];

        if (output->error_code)
            mk_run_fail_output(run, i, (enum mk_failure)output->error_code, NULL,
                               output->error_text);
    }
    return rc;
}

static mockets_status open_input(void *context, unsigned input, struct mk_reader **out,
                                 struct mockets_error *err)
{
    struct mk_run *run = context;

    return mk_run_open_input(run, run->job.inputs[input].key, run->job.inputs[input].encryption,
                             out, err);
}

static bool take_input(void *context, unsigned input, struct mk_reader **reader,
                       struct mk_input **out)
{
    struct mk_run *run = context;
    struct mk_probed probed;

    pthread_mutex_lock(&run->lock);
    probed = run->probed[input];
    run->probed[input] = (struct mk_probed){NULL, NULL};
    pthread_mutex_unlock(&run->lock);
    if (!probed.input)
        return false;
    *reader = probed.reader;
    *out = probed.input;
    return true;
}

static mockets_status open_image(void *context, unsigned image, struct mk_reader **out,
                                 struct mockets_error *err)
{
    struct mk_run *run = context;

    return mk_run_open_auxiliary(run, &run->auxiliaries[image], out, err);
}

static mockets_status open_file(void *context, unsigned package, const char *key, bool seek,
                                struct mk_writer **out, struct mockets_error *err)
{
    struct mk_run *run = context;
    const struct mk_plan_package *plan = &run->plan->packages[package];
    const struct mk_job_output *output = &run->job.outputs[plan->output];

    if (plan->thumbnails)
        return mk_run_open_output(run, run->thumbnail_bucket, key, output->thumbnail_encryption,
                                  seek, out, err);
    return mk_run_open_output(run, run->content_bucket, key,
                              mk_key_is_playlist(plan, key) ? NULL : output->encryption, seek, out,
                              err);
}

/* Keep what was made until all is; files and arrays change hands. */
static void keep_made(void *context, struct mk_made *made)
{
    struct mk_run *run = context;

    pthread_mutex_lock(&run->lock);
    run->made[made->package] = *made;
    pthread_mutex_unlock(&run->lock);
    made->files = NULL;
    made->segments = NULL;
    made->tracks = NULL;
    made->file_count = made->segment_count = made->track_count = 0;
}

static void note_progress(void *context, int64_t done_us)
{
    struct mk_run *run = context;

    atomic_store_explicit(&run->running->done_us, done_us, memory_order_relaxed);
}

/*
 * The pictures of the second pass are larger: many would not fit where those of the first were. And
 * what lies between them and is not used is a tenth of them in large pages.
 */
static void give_back(void *context)
{
    (void)context;
    mk_heap_give_back(false);
}

static mockets_status make_media(struct mk_run *run, struct mockets_error *err)
{
    const struct mk_media_host host = {
        .context = run,
        .open_input = open_input,
        .take_input = take_input,
        .open_image = open_image,
        .open_file = open_file,
        .made = keep_made,
        .first_done = give_back,
        .progress = note_progress,
        .log = &run->engine->log,
        .scratch = mk_arena_printf(&run->arena, "%s/%s", run->engine->scratch, run->job.id),
    };
    int64_t longest_us = 0;
    mockets_status rc = MOCKETS_OK;

    run->made = mk_arena_array(&run->arena, run->plan->package_count, sizeof(*run->made));
    if (!run->made || !host.scratch)
        return mk_fail_nomem(err);
    for (size_t s = 0; s < run->plan->source_count; s++) {
        if (run->plan->sources[s].duration_us > longest_us)
            longest_us = run->plan->sources[s].duration_us;
    }
    atomic_store(&run->running->total_us, longest_us);
    if (run->plan->first)
        rc = mk_fs_mkdirs(host.scratch, err);
    if (!rc)
        rc = mk_media_run(run->plan, &host, &run->running->cancel, err);
    if (run->plan->first)
        mk_fs_remove_tree(host.scratch, NULL);
    return rc;
}

/* Before it is told what was detected, a brief job has ended. */
static mockets_status give_room(struct mk_run *run)
{
    mk_running_give_room(run->engine, run->running);
    return MOCKETS_OK;
}

/* Pipelines with waiting jobs cannot be deleted, but a job may have slipped in. */
static mockets_status fail_orphan(const struct mk_run *run, struct mockets_error *err)
{
    return mk_fail(err, MOCKETS_E_INVALID, "The pipeline %s of this job has been deleted.",
                   run->job.pipeline_id);
}

mockets_status mk_run_transcode(struct mk_run *run, struct mockets_error *err)
{
    mockets_status rc = run->content_bucket ? mk_secrets_load(run, err) : fail_orphan(run, err);

    if (!rc && !all_done(run))
        rc = probe(run, err);
    if (!rc)
        check_places(run);
    if (!rc && !all_done(run))
        rc = mk_run_probe_auxiliaries(run, err);
    if (!rc && !all_done(run))
        rc = mk_run_read_captions(run, err);
    if (!rc && !all_done(run))
        rc = scan(run, err);
    if (!rc && !all_done(run))
        rc = make_plan(run, err);
    if (!rc && !all_done(run))
        rc = run->plan->brief ? give_room(run) : mk_run_note(run, err);
    if (!rc && !all_done(run))
        rc = make_media(run, err);
    return rc;
}
