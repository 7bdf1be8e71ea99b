#include "engine/run.h"
#include "media/playlist.h"
#include "plan/warning.h"

static const char *bucket_of(const struct mk_run *run, const struct mk_plan_package *package)
{
    return package->thumbnails ? run->thumbnail_bucket : run->content_bucket;
}

/* What went wrong with an object of output i becomes the output's error. */
static void fail_object(struct mk_run *run, size_t i, mockets_status rc, const char *bucket,
                        const char *key, const struct mockets_error *err)
{
    const struct mk_failure_object object = {.bucket = bucket, .key = key, .writing = true};

    /* It was probed well: what fails now is what lies inside. */
    mk_run_fail_output(run, i,
                       rc == MOCKETS_E_MEDIA ? MK_FAILURE_UNHANDLED : mk_failure_of(rc, &object),
                       &object, err->message);
}

/* Is one of the files there already? Looked at before the first one is made visible. */
static mockets_status check_free(struct mk_run *run, size_t i, struct mockets_error *err)
{
    for (size_t p = 0; p < run->plan->package_count; p++) {
        const struct mk_plan_package *package = &run->plan->packages[p];
        const char *bucket = bucket_of(run, package);

        for (size_t f = 0; package->output == i && f < run->made[p].file_count; f++) {
            const char *key = run->made[p].files[f].key;
            bool exists = false;
            mockets_status rc = mk_storage_exists(run->engine->storage, bucket, key, &exists, err);

            if (!rc && exists)
                rc = mk_fail(err, MOCKETS_E_EXISTS, "it exists");
            if (rc) {
                fail_object(run, i, rc, bucket, key, err);
                return rc;
            }
        }
    }
    return MOCKETS_OK;
}

/* Take back what has become visible of output i, up to file `last` of package `until`. */
static void withdraw(struct mk_run *run, size_t i, size_t until, size_t last)
{
    struct mockets_error err;

    for (size_t p = 0; p <= until; p++) {
        const struct mk_plan_package *package = &run->plan->packages[p];
        size_t count = p == until ? last : run->made[p].file_count;

        for (size_t f = 0; package->output == i && f < count; f++) {
            if (mk_storage_remove(run->engine->storage, bucket_of(run, package),
                                  run->made[p].files[f].key, &err))
                mk_log(&run->engine->log, MOCKETS_LOG_ERROR, "job %s: %s", run->job.id,
                       err.message);
        }
    }
}

static mockets_status commit_files(struct mk_run *run, size_t i, bool replace)
{
    struct mockets_error err;

    for (size_t p = 0; p < run->plan->package_count; p++) {
        const struct mk_plan_package *package = &run->plan->packages[p];

        for (size_t f = 0; package->output == i && f < run->made[p].file_count; f++) {
            struct mk_made_file *file = &run->made[p].files[f];
            mockets_status rc = mk_writer_commit(file->writer, replace, &err);

            if (rc) {
                fail_object(run, i, rc, bucket_of(run, package), file->key, &err);
                if (!replace)
                    withdraw(run, i, p, f);
                return rc;
            }
        }
    }
    return MOCKETS_OK;
}

/* The first package of the output that failed fails the output. */
static bool packages_ok(struct mk_run *run, size_t i)
{
    for (size_t p = 0; p < run->plan->package_count; p++) {
        const struct mk_plan_package *package = &run->plan->packages[p];
        const struct mk_made *made = &run->made[p];

        if (package->output != i || !made->status)
            continue;
        fail_object(run, i, made->status, bucket_of(run, package), package->key, &made->error);
        return false;
    }
    return true;
}

static void set_integer(struct mk_integer *to, int64_t value)
{
    *to = (struct mk_integer){.set = true, .value = value};
}

/* What the plan knew, and what only the segments tell. */
static const char *warn(struct mk_run *run, size_t i, const struct mk_made *made)
{
    int64_t average_bps, highest_bps = mk_playlist_peak(made, &average_bps);

    return mk_warning_join(run->plan->outputs[i].warning,
                           mk_warning_segments(run->presets[i], highest_bps, average_bps),
                           &run->arena);
}

static void describe(struct mk_run *run, size_t i, const struct mk_made *made)
{
    struct mk_job_output *output = &run->job.outputs[i];
    const struct mk_plan_output *planned = &run->plan->outputs[i];
    int64_t millis = (made->duration_us + 500) / 1000;

    output->status = "Complete";
    output->status_detail = warn(run, i, made);
    set_integer(&output->duration_millis, millis);
    set_integer(&output->duration, (millis + 999) / 1000);
    set_integer(&output->file_size, made->size_bytes);
    if (made->width_px) {
        set_integer(&output->width, made->width_px);
        set_integer(&output->height, made->height_px);
        output->frame_rate = planned->frame_rate;
        output->applied_color_space_conversion = planned->color_conversion;
    }
}

struct mk_made *mk_run_made_output(const struct mk_run *run, size_t i, bool one_file)
{
    struct mk_made *found = NULL;

    for (size_t p = 0; p < run->plan->package_count; p++) {
        const struct mk_plan_package *package = &run->plan->packages[p];

        if (package->output == i && !package->thumbnails &&
            (!found || package->one_file == one_file))
            found = &run->made[p];
    }
    return found;
}

static mockets_status publish_output(struct mk_run *run, size_t i, struct mockets_error *err)
{
    const char *id = run->job.outputs[i].id;
    bool replace = run->engine->overwrite || mk_context_published(&run->context, id);
    struct mockets_error reason;
    mockets_status rc;

    if (!packages_ok(run, i))
        return MOCKETS_OK;
    rc = mk_run_write_captions(run, i, mk_run_made_output(run, i, false), &reason);
    if (rc) {
        fail_object(run, i, rc, run->content_bucket, run->job.outputs[i].key, &reason);
        return MOCKETS_OK;
    }
    if ((!replace && check_free(run, i, &reason)))
        return MOCKETS_OK;
    rc = mk_context_publish(&run->context, id, &run->arena, err);
    if (!rc)
        rc = mk_run_save(run, err);
    if (!rc && !commit_files(run, i, replace))
        describe(run, i, mk_run_made_output(run, i, false));
    return rc;
}

mockets_status mk_run_publish(struct mk_run *run, struct mockets_error *err)
{
    mockets_status rc = MOCKETS_OK;

    for (size_t i = 0; !rc && i < run->job.output_count; i++) {
        if (!run->done[i])
            rc = publish_output(run, i, err);
    }
    return rc ? rc : mk_run_publish_playlists(run, err);
}
