#include <string.h>

#include "base/str.h"
#include "engine/protect.h"
#include "engine/run.h"
#include "media/playlist.h"
#include "plan/keys.h"

/* FILES: the most of a format. HLS: the key may stand beside them. */
enum { FILES = 2, ALL_FILES = FILES + 1, HLS_KEY_BYTES = 16, MAX_TEXT_BYTES = 64 << 20 };

/* What each format of playlists consists of: files beside each other, in this order. */
static const struct format {
    const char *name;
    bool one_file; /* of ts: see struct mk_plan_package */
    bool (*fits)(const struct mk_listing *listing);
    struct {
        const char *ending;
        void (*write)(const struct mk_listing *listing, struct mk_buf *to);
    } files[FILES];
} formats[] = {
    {"HLSv3", false, mk_playlist_fits, {{".m3u8", mk_hls3_master_playlist}}},
    {"HLSv4", true, mk_playlist_fits, {{".m3u8", mk_hls4_master_playlist}}},
    {"MPEG-DASH", false, mk_playlist_fits, {{".mpd", mk_dash_presentation}}},
    {"Smooth",
     false,
     mk_smooth_fits,
     {{".ism", mk_smooth_server_manifest}, {".ismc", mk_smooth_client_manifest}}},
};

/* One playlist on its way. */
struct work {
    struct mk_run *run;
    struct mk_playlist *playlist;
    const struct format *format;
    struct mk_listing listing;
    bool replace;
    const char *keys[ALL_FILES]; /* of its files */
    struct mk_writer *writers[ALL_FILES];
    size_t file_count;
    struct mk_failure_object object; /* what is being written */
};

static void fail(struct work *work, enum mk_failure code, const char *reason)
{
    work->playlist->status = "Error";
    work->playlist->status_detail =
        mk_failure_detail(code, &work->object, reason, &work->run->arena);
}

size_t mk_run_find_output(const struct mk_run *run, const char *key)
{
    size_t i = 0;

    while (i + 1 < run->job.output_count && !mk_str_eq(run->job.outputs[i].key, key))
        i++;
    return i;
}

static bool outputs_complete(const struct work *work)
{
    const struct mk_playlist *playlist = work->playlist;

    for (size_t k = 0; k < playlist->output_key_count; k++) {
        size_t i = mk_run_find_output(work->run, playlist->output_keys[k]);

        if (!mk_str_eq(work->run->job.outputs[i].status, "Complete"))
            return false;
    }
    return true;
}

/* All outputs of a playlist have the same captions; those of the first that has some count. */
static mockets_status find_captions(struct work *work, struct mockets_error *err)
{
    struct mk_run *run = work->run;
    mockets_status rc = MOCKETS_OK;

    for (size_t k = 0; !rc && k < work->playlist->output_key_count; k++) {
        size_t i = mk_run_find_output(run, work->playlist->output_keys[k]);

        if (work->listing.caption_count == 0)
            rc = mk_run_caption_renditions(run, i, work->keys[0], &work->listing.captions,
                                           &work->listing.caption_count, err);
    }
    return rc;
}

static mockets_status find_parts(struct work *work, struct mockets_error *err)
{
    struct mk_run *run = work->run;
    const struct mk_playlist *playlist = work->playlist;
    size_t count = playlist->output_key_count;
    struct mk_variant *variants = mk_arena_array(&run->arena, count, sizeof(*variants));
    mockets_status rc;

    if (!variants)
        return mk_fail_nomem(err);
    for (size_t v = 0; v < count; v++) {
        const char *key = playlist->output_keys[v];

        variants[v].path = mk_key_beside(playlist->name, key);
        variants[v].made =
            mk_run_made_output(run, mk_run_find_output(run, key), work->format->one_file);
    }
    work->listing.name = mk_key_beside(playlist->name, playlist->name);
    work->listing.variants = variants;
    work->listing.variant_count = count;
    for (size_t f = 0; f < FILES && work->format->files[f].ending; f++) {
        work->keys[f] = mk_key_playlist(run->job.output_key_prefix, playlist->name,
                                        work->format->files[f].ending, &run->arena);
        if (!work->keys[work->file_count++])
            return mk_fail_nomem(err);
    }
    rc = mk_run_play_ready(run, playlist, &work->listing.protection, err);
    if (rc)
        return rc;
    if (mk_run_hls_stored_key(run, playlist)) {
        work->keys[work->file_count] = mk_key_playlist(run->job.output_key_prefix, playlist->name,
                                                       MK_HLS_KEY_ENDING, &run->arena);
        if (!work->keys[work->file_count++])
            return mk_fail_nomem(err);
    }
    return find_captions(work, err);
}

static mockets_status write_file(struct work *work, size_t f, struct mockets_error *err)
{
    struct mk_run *run = work->run;
    struct mk_writer **writer = &work->writers[f];
    struct mk_buf text;
    mockets_status rc = MOCKETS_OK;

    work->object.key = work->keys[f];
    mk_buf_init(&text, MAX_TEXT_BYTES);
    if (f < FILES && work->format->files[f].write)
        work->format->files[f].write(&work->listing, &text);
    else
        mk_buf_append(&text, mk_run_hls_stored_key(run, work->playlist), HLS_KEY_BYTES);
    if (text.failed)
        rc = mk_fail_nomem(err);
    if (!rc)
        rc = mk_storage_write(run->engine->storage, run->content_bucket, work->keys[f], NULL,
                              writer, err);
    if (!rc)
        rc = mk_writer_write(*writer, 0, text.data, text.size, err);
    if (!rc)
        rc = mk_writer_finish(*writer, err);
    if (text.data)
        mk_wipe(text.data, text.size);
    mk_buf_fini(&text);
    return rc;
}

/* All files or none. */
static mockets_status commit(struct work *work, struct mockets_error *err)
{
    struct mk_run *run = work->run;
    mockets_status rc = MOCKETS_OK;
    size_t f;

    for (f = 0; !rc && f < work->file_count; f++) {
        work->object.key = work->keys[f];
        rc = mk_writer_commit(work->writers[f], work->replace, err);
    }
    if (!rc || work->replace)
        return rc;
    for (size_t back = 0; back + 1 < f; back++) {
        struct mockets_error error;

        if (mk_storage_remove(run->engine->storage, run->content_bucket, work->keys[back], &error))
            mk_log(&run->engine->log, MOCKETS_LOG_ERROR, "job %s: %s", run->job.id, error.message);
    }
    return rc;
}

static mockets_status make(struct work *work, struct mockets_error *err)
{
    mockets_status rc = MOCKETS_OK;

    for (size_t f = 0; !rc && f < work->file_count; f++)
        rc = write_file(work, f, err);
    if (!rc)
        rc = commit(work, err);
    for (size_t f = 0; f < work->file_count; f++)
        mk_writer_close(&work->writers[f]);
    return rc;
}

static const struct format *find_format(const char *name)
{
    const struct format *format = formats;

    while (!mk_str_eq(format->name, name)) /* CreateJob takes no others */
        format++;
    return format;
}

static void publish(struct mk_run *run, struct mk_playlist *playlist, bool replace)
{
    struct work work = {
        .run = run,
        .playlist = playlist,
        .format = find_format(playlist->format),
        .replace = replace,
        .object = {.bucket = run->content_bucket, .writing = true},
    };
    struct mockets_error err;
    mockets_status rc;

    if (!outputs_complete(&work)) {
        fail(&work, MK_FAILURE_DEPENDENCY, NULL);
        return;
    }
    rc = find_parts(&work, &err);
    if (!rc && !work.format->fits(&work.listing)) {
        fail(&work, MK_FAILURE_SEGMENTS, NULL);
        return;
    }
    if (!rc)
        rc = make(&work, &err);
    if (rc)
        fail(&work, mk_failure_of(rc, &work.object), err.message);
    else
        playlist->status = "Complete";
}

mockets_status mk_run_publish_playlists(struct mk_run *run, struct mockets_error *err)
{
    static const char masters[] = "playlists";
    bool replace = run->engine->overwrite || mk_context_published(&run->context, masters);
    mockets_status rc;

    if (!run->job.playlist_count)
        return MOCKETS_OK;
    rc = mk_context_publish(&run->context, masters, &run->arena, err);
    if (!rc)
        rc = mk_run_save(run, err);
    for (size_t i = 0; !rc && i < run->job.playlist_count; i++)
        publish(run, &run->job.playlists[i], replace);
    return rc;
}
