#include "engine/captions.h"

#include <string.h>

#include "base/buf.h"
#include "captions/text.h"
#include "captions/time.h"
#include "engine/run.h"
#include "plan/captions.h"

/* A film's text is some 100 KiB. */
enum { MAX_FILE_BYTES = 16 << 20 };

/* Sources of captions, and the outputs that need them. */
struct sources {
    const struct mk_caption_source *items;
    size_t count;
    const bool *users; /* one per output */
};

static void fail_users(struct mk_run *run, const bool *users, enum mk_failure code,
                       const struct mk_failure_object *object, const char *reason)
{
    for (size_t i = 0; i < run->job.output_count; i++) {
        if (users[i] && !run->done[i])
            mk_run_fail_output(run, i, code, object, reason);
    }
}

/* The one place where a caption file is opened for reading. */
static mockets_status open_source(struct mk_run *run, const struct mk_caption_source *source,
                                  struct mk_reader **out, struct mockets_error *err)
{
    return mk_run_open_input(run, source->key, source->encryption, out, err);
}

static mockets_status read_bytes(struct mk_reader *reader, char **out, size_t *size,
                                 struct mk_arena *arena, struct mockets_error *err)
{
    char *bytes = mk_arena_alloc(arena, (size_t)reader->size_bytes + 1);
    size_t used = 0, got = 1;
    mockets_status rc = MOCKETS_OK;

    if (!bytes)
        return mk_fail_nomem(err);
    while (!rc && got && used < (size_t)reader->size_bytes) {
        rc = mk_reader_read(reader, (int64_t)used, bytes + used, (size_t)reader->size_bytes - used,
                            &got, err);
        used += rc ? 0 : got;
    }
    *out = bytes;
    *size = used;
    return rc;
}

static void fail_file(struct mk_run *run, const bool *users, const struct mk_caption_source *source,
                      mockets_status rc, enum mk_caption_fault fault,
                      const struct mockets_error *err)
{
    struct mk_failure_object object = {.bucket = run->pipeline.input_bucket, .key = source->key};
    enum mk_failure code = mk_failure_of(rc, &object);
    const char *reason = err->message;

    if (fault == MK_CAPTION_NOT_UTF8) {
        code = MK_FAILURE_CAPTION_NOT_UTF8;
        reason = mk_arena_printf(&run->arena,
                                 "Amazon Elastic Transcoder requires caption files in UTF-8: "
                                 "bucket=%s, key=%s.",
                                 object.bucket, object.key);
    } else if (fault == MK_CAPTION_BROKEN) {
        code = MK_FAILURE_CAPTION_FILE;
        reason = mk_arena_printf(&run->arena,
                                 "Amazon Elastic Transcoder could not interpret the caption file: "
                                 "bucket=%s, key=%s (%s).",
                                 object.bucket, object.key, err->message);
    }
    fail_users(run, users, code, &object, reason);
}

static void fail_size(struct mk_run *run, const bool *users, const char *key, int64_t size)
{
    const struct mk_failure_object object = {.bucket = run->pipeline.input_bucket,
                                             .key = key,
                                             .kind = "caption file",
                                             .size_bytes = size,
                                             .max_bytes = MAX_FILE_BYTES};

    fail_users(run, users, MK_FAILURE_AUXILIARY_SIZE, &object, NULL);
}

/* Read one file; false if that failed its users. */
static bool read_source(struct mk_run *run, const bool *users,
                        const struct mk_caption_source *source, struct mk_caption_track *track)
{
    enum mk_caption_fault fault = MK_CAPTION_FINE;
    struct mk_reader *reader = NULL;
    struct mk_cue_list shifted = {.arena = &run->arena};
    struct mockets_error err;
    struct mk_cues cues;
    char *bytes = NULL;
    size_t size = 0;
    mockets_status rc = open_source(run, source, &reader, &err);

    if (!rc && reader->size_bytes > MAX_FILE_BYTES) {
        fail_size(run, users, source->key, reader->size_bytes);
        mk_reader_close(&reader);
        return false;
    }
    if (!rc)
        rc = read_bytes(reader, &bytes, &size, &run->arena, &err);
    mk_reader_close(&reader);
    if (!rc)
        rc = mk_caption_read(bytes, size, &run->arena, &cues, &fault, &err);
    if (!rc) {
        mk_cues_place(cues,
                      (struct mk_cue_place){.shift_us = mk_caption_offset_us(source->time_offset),
                                            .from_us = 0,
                                            .until_us = MK_CUE_OPEN},
                      &shifted);
        rc = mk_cue_list_finish(&shifted, &cues, &err);
    }
    if (rc)
        fail_file(run, users, source, rc, fault, &err);
    else
        *track = (struct mk_caption_track){source->language, source->label, cues};
    return !rc;
}

static mockets_status read_sources(struct mk_run *run, const struct sources *sources,
                                   struct mk_caption_tracks *out, struct mockets_error *err)
{
    struct mk_caption_track *tracks =
        mk_arena_array(&run->arena, sources->count + 1, sizeof(*tracks));
    bool fine = true;

    if (!tracks)
        return mk_fail_nomem(err);
    for (size_t i = 0; fine && i < sources->count; i++)
        fine = read_source(run, sources->users, &sources->items[i], &tracks[i]);
    if (fine)
        *out = (struct mk_caption_tracks){tracks, sources->count};
    return MOCKETS_OK;
}

/* What is embedded in input i; the users are those outputs that do not override it. */
static mockets_status read_embedded(struct mk_run *run, size_t i, const bool *users,
                                    struct mockets_error *err)
{
    const struct mk_job_input *input = &run->job.inputs[i];
    const struct mk_failure_object object = {.bucket = run->pipeline.input_bucket,
                                             .key = input->key};
    struct mk_reader *reader = NULL;
    struct mockets_error reason;
    mockets_status rc;

    if (run->infos[i].once)
        rc =
            mk_fail(&reason, MOCKETS_E_INVALID,
                    "Captions inside of what comes through a pipe cannot be read: save \"%s\" as a "
                    "file, or give captions with the 'MergePolicy' 'Override'.",
                    input->key);
    else
        rc = mk_run_open_input(run, input->key, input->encryption, &reader, &reason);
    if (!rc)
        rc = mk_media_captions(reader, &run->infos[i], &run->running->cancel, &run->arena,
                               &run->captions.embedded[i], &reason);
    mk_reader_close(&reader);
    if (rc == MOCKETS_E_CANCELED)
        return mk_fail(err, rc, "%s", reason.message);
    if (rc == MOCKETS_E_MEDIA)
        fail_users(run, users, MK_FAILURE_CAPTIONS, NULL,
                   mk_arena_printf(&run->arena,
                                   "Amazon Elastic Transcoder could not interpret the captions "
                                   "that are embedded in the media file: %s.",
                                   reason.message));
    else if (rc)
        fail_users(run, users, mk_failure_of(rc, &object), &object, reason.message);
    return MOCKETS_OK;
}

static mockets_status read_input(struct mk_run *run, size_t i, struct mockets_error *err)
{
    const struct mk_job_input *input = &run->job.inputs[i];
    bool *wanting = mk_arena_array(&run->arena, run->job.output_count, sizeof(*wanting));
    bool *mixing = mk_arena_array(&run->arena, run->job.output_count, sizeof(*mixing));
    bool wanted = false, mixed = false;
    mockets_status rc = MOCKETS_OK;

    if (!wanting || !mixing)
        return mk_fail_nomem(err);
    for (size_t k = 0; k < run->job.output_count; k++) {
        const struct mk_job_output *output = &run->job.outputs[k];

        wanting[k] = !run->done[k] && mk_captions_wanted(output);
        mixing[k] = wanting[k] && mk_captions_merge_of(input, output) != MK_MERGE_SIDECAR_ONLY;
        wanted = wanted || wanting[k];
        mixed = mixed || mixing[k];
    }
    if (wanted && input->input_captions) {
        const struct sources sources = {input->input_captions->caption_sources,
                                        input->input_captions->caption_source_count, wanting};

        rc = read_sources(run, &sources, &run->captions.sidecars[i], err);
    }
    if (!rc && mixed)
        rc = read_embedded(run, i, mixing, err);
    return rc;
}

static mockets_status read_output(struct mk_run *run, size_t i, struct mockets_error *err)
{
    const struct mk_job_output *output = &run->job.outputs[i];
    bool *users = mk_arena_array(&run->arena, run->job.output_count, sizeof(*users));
    struct sources sources;

    if (!users)
        return mk_fail_nomem(err);
    if (run->done[i] || !mk_captions_own_sources(&run->job.inputs[0], output))
        return MOCKETS_OK;
    users[i] = true;
    sources = (struct sources){output->captions->caption_sources,
                               output->captions->caption_source_count, users};
    return read_sources(run, &sources, &run->captions.output_sidecars[i], err);
}

mockets_status mk_run_read_captions(struct mk_run *run, struct mockets_error *err)
{
    struct mk_run_captions *captions = &run->captions;
    size_t inputs = run->job.input_count, outputs = run->job.output_count;
    mockets_status rc = MOCKETS_OK;

    captions->embedded = mk_arena_array(&run->arena, inputs, sizeof(*captions->embedded));
    captions->sidecars = mk_arena_array(&run->arena, inputs, sizeof(*captions->sidecars));
    captions->output_sidecars =
        mk_arena_array(&run->arena, outputs, sizeof(*captions->output_sidecars));
    if (!captions->embedded || !captions->sidecars || !captions->output_sidecars)
        return mk_fail_nomem(err);
    for (size_t i = 0; !rc && i < inputs; i++)
        rc = read_input(run, i, err);
    for (size_t i = 0; !rc && i < outputs; i++)
        rc = read_output(run, i, err);
    return rc;
}
