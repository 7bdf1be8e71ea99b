#include "engine/run.h"

#include <string.h>

/* Watermarks and artwork: where they are opened, and what can be wrong with them. */

mockets_status mk_run_open_auxiliary(struct mk_run *run, const struct mk_auxiliary *object,
                                     struct mk_reader **out, struct mockets_error *err)
{
    return mk_run_open_input(run, object->key, object->encryption, out, err);
}

static enum mk_failure uninterpretable(const struct mk_auxiliary *object)
{
    return object->kind == MK_AUXILIARY_WATERMARK ? MK_FAILURE_BAD_WATERMARK
                                                  : MK_FAILURE_BAD_ARTWORK;
}

/* Fail the outputs that need it; the others go on without it. */
static void fail_users(struct mk_run *run, const struct mk_auxiliary *object, enum mk_failure code,
                       const struct mk_failure_object *place, const char *reason)
{
    for (size_t i = 0; i < run->job.output_count; i++) {
        if (!run->done[i] && mk_auxiliary_is_used(object, &run->job.outputs[i]))
            mk_run_fail_output(run, i, code, place, reason);
    }
}

static void fail_read(struct mk_run *run, const struct mk_auxiliary *object, mockets_status rc,
                      const char *reason)
{
    struct mk_failure_object place = {
        .kind = mk_auxiliary_name(object->kind),
        .bucket = run->pipeline.input_bucket,
        .key = object->key,
    };

    place.bucket_missing =
        rc == MOCKETS_E_NOT_FOUND &&
        mk_storage_check_bucket(run->engine->storage, place.bucket, NULL) == MOCKETS_E_NOT_FOUND;
    fail_users(run, object,
               rc == MOCKETS_E_MEDIA ? uninterpretable(object) : mk_failure_of(rc, &place), &place,
               reason);
}

static void fail_size(struct mk_run *run, const struct mk_auxiliary *object, enum mk_failure code,
                      int64_t size_bytes)
{
    const struct mk_failure_object place = {
        .kind = mk_auxiliary_name(object->kind),
        .bucket = run->pipeline.input_bucket,
        .key = object->key,
        .size_bytes = size_bytes,
        .max_bytes = MK_IMAGE_MAX_BYTES,
        .width_px = object->info.width_px,
        .height_px = object->info.height_px,
    };

    fail_users(run, object, code, &place, NULL);
}

static mockets_status look_at(struct mk_run *run, struct mk_auxiliary *object)
{
    struct mk_reader *reader = NULL;
    struct mockets_error reason;
    mockets_status rc = mk_run_open_auxiliary(run, object, &reader, &reason);
    int64_t size_bytes = rc ? 0 : reader->size_bytes;
    bool fits = size_bytes <= MK_IMAGE_MAX_BYTES;
    int too_large;

    if (!rc && fits)
        rc = mk_media_probe_image(reader, &object->info, &reason);
    mk_reader_close(&reader);
    if (rc == MOCKETS_E_CANCELED || rc == MOCKETS_E_NOMEM)
        return rc;
    too_large = mk_auxiliary_check_size(object);
    if (rc)
        fail_read(run, object, rc, reason.message);
    else if (!fits)
        fail_size(run, object, MK_FAILURE_AUXILIARY_SIZE, size_bytes);
    else if (too_large)
        fail_size(run, object, (enum mk_failure)too_large, size_bytes);
    return MOCKETS_OK;
}

mockets_status mk_run_probe_auxiliaries(struct mk_run *run, struct mockets_error *err)
{
    mockets_status rc = mk_auxiliary_list(&run->job, run->done, &run->arena, &run->auxiliaries,
                                          &run->auxiliary_count, err);

    for (size_t i = 0; !rc && i < run->auxiliary_count; i++) {
        rc = look_at(run, &run->auxiliaries[i]);
        if (rc)
            return mk_fail(err, rc, "the %s %s cannot be read",
                           mk_auxiliary_name(run->auxiliaries[i].kind), run->auxiliaries[i].key);
    }
    return rc;
}
