#include <math.h>
#include <string.h>

#include "base/str.h"
#include "engine/run.h"
#include "plan/keys.h"

static const char *bucket_of(const struct mk_run *run, const struct mk_plan_package *package)
{
    return package->thumbnails ? run->thumbnail_bucket : run->content_bucket;
}

/* What went wrong with an object of output i becomes the output's error. */
static void fail_object(struct mk_run *run, size_t i, mockets_status rc, const char *bucket,
                        const char *key, const struct mockets_error *err)
{
    const struct mk_failure_object object = {.bucket = bucket, .key = key, .writing = true};

    mk_run_fail_output(run, i, mk_failure_of(rc, &object), &object, err->message);
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

static void describe(struct mk_run *run, size_t i, const struct mk_made *made)
{
    struct mk_job_output *output = &run->job.outputs[i];
    const struct mk_plan_output *planned = &run->plan->outputs[i];
    int64_t millis = (made->duration_us + 500) / 1000;

    output->status = "Complete";
    output->status_detail = planned->warning;
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

/* The package that is the output itself; the others are its thumbnails. */
static struct mk_made *main_package(const struct mk_run *run, size_t i)
{
    for (size_t p = 0; p < run->plan->package_count; p++) {
        if (run->plan->packages[p].output == i && !run->plan->packages[p].thumbnails)
            return &run->made[p];
    }
    return NULL;
}

static mockets_status publish_output(struct mk_run *run, size_t i, struct mockets_error *err)
{
    const char *id = run->job.outputs[i].id;
    bool replace = run->engine->overwrite || mk_context_published(&run->context, id);
    struct mockets_error reason;
    mockets_status rc;

    if (!packages_ok(run, i))
        return MOCKETS_OK;
    rc = mk_run_write_captions(run, i, main_package(run, i), &reason);
    if (rc) {
        fail_object(run, i, rc, run->content_bucket, run->job.outputs[i].key, &reason);
        return MOCKETS_OK;
    }
    if ((!replace && check_free(run, i, &reason)))
        return MOCKETS_OK;
    rc = mk_context_publish(&run->context, id, &run->arena, err);
    if (!rc)
        rc = mk_run_save(run, false, NULL, 0, err);
    if (!rc && !commit_files(run, i, replace))
        describe(run, i, main_package(run, i));
    return rc;
}

/* The output that a playlist names by its key; rules_job made sure that there is one. */
static size_t find_output(const struct mk_run *run, const char *key)
{
    size_t i = 0;

    while (i + 1 < run->job.output_count && !mk_str_eq(run->job.outputs[i].key, key))
        i++;
    return i;
}

static mockets_status master_text(struct mk_run *run, const struct mk_playlist *playlist,
                                  struct mk_buf *text, struct mockets_error *err)
{
    size_t count = playlist->output_key_count;
    struct mk_hls_variant *variants = mk_arena_array(&run->arena, count, sizeof(*variants));

    if (!variants)
        return mk_fail_nomem(err);
    for (size_t v = 0; v < count; v++) {
        const struct mk_made *made = main_package(run, find_output(run, playlist->output_keys[v]));

        variants[v] = (struct mk_hls_variant){
            .uri = mk_key_variant_uri(playlist->name, playlist->output_keys[v], &run->arena),
            .codecs = made->codecs,
            .width_px = made->width_px,
            .height_px = made->height_px,
            .frame_rate = made->frame_rate,
            .segments = made->segments,
            .segment_count = made->segment_count,
        };
        if (!variants[v].uri)
            return mk_fail_nomem(err);
    }
    mk_hls_master_playlist(variants, count, text);
    return text->failed ? mk_fail_nomem(err) : MOCKETS_OK;
}

static mockets_status write_master(struct mk_run *run, const struct mk_playlist *playlist,
                                   const char *key, bool replace, struct mockets_error *err)
{
    struct mk_writer *writer = NULL;
    struct mk_buf text;
    mockets_status rc;

    mk_buf_init(&text, 1 << 20);
    rc = master_text(run, playlist, &text, err);
    if (!rc)
        rc = mk_storage_write(run->engine->storage, run->content_bucket, key, false, &writer, err);
    if (!rc)
        rc = mk_writer_write(writer, 0, text.data, text.size, err);
    if (!rc)
        rc = mk_writer_finish(writer, err);
    if (!rc)
        rc = mk_writer_commit(writer, replace, err);
    mk_writer_close(&writer);
    mk_buf_fini(&text);
    return rc;
}

static bool outputs_complete(const struct mk_run *run, const struct mk_playlist *playlist)
{
    for (size_t k = 0; k < playlist->output_key_count; k++) {
        size_t i = find_output(run, playlist->output_keys[k]);

        if (!mk_str_eq(run->job.outputs[i].status, "Complete"))
            return false;
    }
    return true;
}

static void fail_playlist(struct mk_run *run, struct mk_playlist *playlist, enum mk_failure code,
                          const struct mk_failure_object *object, const char *reason)
{
    playlist->status = "Error";
    playlist->status_detail = mk_failure_detail(code, object, reason, &run->arena);
}

static void publish_playlist(struct mk_run *run, struct mk_playlist *playlist, bool replace)
{
    const char *key = mk_key_master(run->job.output_key_prefix, playlist->name, &run->arena);
    const struct mk_failure_object object = {
        .bucket = run->content_bucket, .key = key, .writing = true};
    struct mockets_error err;
    mockets_status rc;

    if (!outputs_complete(run, playlist)) {
        fail_playlist(run, playlist, MK_FAILURE_DEPENDENCY, &object, NULL);
        return;
    }
    rc = key ? write_master(run, playlist, key, replace, &err) : mk_fail_nomem(&err);
    if (rc)
        fail_playlist(run, playlist, mk_failure_of(rc, &object), &object, err.message);
    else
        playlist->status = "Complete";
}

mockets_status mk_run_publish(struct mk_run *run, struct mockets_error *err)
{
    static const char masters[] = "playlists";
    bool replace = run->engine->overwrite || mk_context_published(&run->context, masters);
    mockets_status rc = MOCKETS_OK;

    for (size_t i = 0; !rc && i < run->job.output_count; i++) {
        if (!run->done[i])
            rc = publish_output(run, i, err);
    }
    if (rc || !run->job.playlist_count)
        return rc;
    rc = mk_context_publish(&run->context, masters, &run->arena, err);
    if (!rc)
        rc = mk_run_save(run, false, NULL, 0, err);
    for (size_t i = 0; !rc && i < run->job.playlist_count; i++)
        publish_playlist(run, &run->job.playlists[i], replace);
    return rc;
}
