#include "engine/captions.h"

#include <stdio.h>
#include <string.h>

#include "base/alloc.h"
#include "base/str.h"
#include "captions/text.h"
#include "engine/run.h"
#include "plan/captions.h"
#include "plan/keys.h"

enum { MAX_TEXT_BYTES = 256 << 20 };

/* The captions of one output in one format and language. */
struct work {
    struct mk_run *run;
    struct mk_made *made; /* of the output's main package */
    const struct mk_job_output *output;
    const struct mk_caption_format *format;
    struct mk_caption_file file;
    bool segmented;
};

static void write_srt(const struct work *work, struct mk_cues cues, struct mk_buf *to)
{
    (void)work;
    mk_srt_write(cues, to);
}

static void write_webvtt(const struct work *work, struct mk_cues cues, struct mk_buf *to)
{
    char map[80];

    snprintf(map, sizeof(map), "X-TIMESTAMP-MAP=MPEGTS:%d,LOCAL:00:00:00.000", MK_TS_ZERO_90KHZ);
    mk_webvtt_write(cues, work->segmented ? map : NULL, to);
}

static void write_dfxp(const struct work *work, struct mk_cues cues, struct mk_buf *to)
{
    mk_dfxp_write(cues, work->file.track->language, to);
}

static void write_scc(const struct work *work, struct mk_cues cues, struct mk_buf *to)
{
    (void)work;
    mk_scc_write(cues, to);
}

static const struct {
    const char *format;
    void (*write)(const struct work *work, struct mk_cues cues, struct mk_buf *to);
} writers[] = {
    {"srt", write_srt},
    {"webvtt", write_webvtt},
    {"dfxp", write_dfxp},
    {"scc", write_scc},
};

/* The one place where a caption file is opened for writing. */
static mockets_status open_file(const struct work *work, const char *key, struct mk_writer **out,
                                struct mockets_error *err)
{
    return mk_run_open_output(work->run, work->run->content_bucket, key,
                              mk_str_ends(key, ".m3u8") ? NULL : work->format->encryption, false,
                              out, err);
}

/* Write the file and put it down as made. */
static mockets_status add_file(const struct work *work, const char *key, const struct mk_buf *text,
                               struct mockets_error *err)
{
    struct mk_made *made = work->made;
    struct mk_made_file *files =
        mk_realloc(made->files, (made->file_count + 1) * sizeof(*made->files));
    struct mk_writer *writer = NULL;
    char *copy;
    mockets_status rc;

    if (!files || !key || text->failed)
        return mk_fail_nomem(err);
    made->files = files;
    rc = open_file(work, key, &writer, err);
    if (!rc && text->size)
        rc = mk_writer_write(writer, 0, text->data, text->size, err);
    if (!rc)
        rc = mk_writer_finish(writer, err);
    copy = rc ? NULL : mk_strdup(key);
    if (!rc && !copy)
        rc = mk_fail_nomem(err);
    if (rc)
        mk_writer_close(&writer);
    else
        files[made->file_count++] = (struct mk_made_file){copy, writer};
    return rc;
}

static mockets_status write_part(struct work *work, const char *key, int64_t from_us,
                                 int64_t until_us, struct mockets_error *err)
{
    struct mk_arena arena = {0};
    struct mk_cue_list list = {.arena = &arena};
    struct mk_cues cues;
    struct mk_buf text;
    mockets_status rc;

    mk_buf_init(&text, MAX_TEXT_BYTES);
    mk_cues_place(work->file.track->cues, (struct mk_cue_place){0, from_us, until_us}, &list);
    rc = mk_cue_list_finish(&list, &cues, err);
    for (size_t i = 0; !rc && i < sizeof(writers) / sizeof(writers[0]); i++) {
        if (mk_str_eq(writers[i].format, work->format->format))
            writers[i].write(work, cues, &text);
    }
    if (!rc)
        rc = add_file(work, key, &text, err);
    work->file.size_bytes += (int64_t)text.size;
    mk_buf_fini(&text);
    mk_arena_fini(&arena);
    return rc;
}

static mockets_status write_playlist(const struct work *work, struct mockets_error *err)
{
    const char *key = work->file.key, *slash = strrchr(key, '/');
    struct mk_buf text;
    mockets_status rc;

    mk_buf_init(&text, MAX_TEXT_BYTES);
    mk_hls_caption_playlist(work->made->segments, work->made->segment_count,
                            slash ? slash + 1 : key, &text);
    rc = add_file(work, mk_arena_printf(&work->run->arena, "%s.m3u8", key), &text, err);
    mk_buf_fini(&text);
    return rc;
}

static mockets_status write_track(struct work *work, struct mockets_error *err)
{
    const struct mk_caption_file *file = &work->file;
    struct mk_arena *arena = &work->run->arena;
    int64_t at_us = 0;
    mockets_status rc = MOCKETS_OK;

    if (!work->segmented)
        return write_part(work, mk_arena_printf(arena, "%s.%s", file->key, file->extension), 0,
                          work->made->duration_us, err);
    for (size_t s = 0; !rc && s < work->made->segment_count; s++) {
        int64_t until_us = at_us + work->made->segments[s].duration_us;

        rc = write_part(work, mk_arena_printf(arena, "%s%05zu.%s", file->key, s, file->extension),
                        at_us, until_us, err);
        at_us = until_us;
    }
    if (!rc && mk_str_eq(work->format->format, "webvtt"))
        rc = write_playlist(work, err);
    return rc;
}

/* The same file of another output of the job: all outputs of a playlist may name it alike. */
static const struct mk_caption_file *find_shared(const struct work *work)
{
    const struct mk_run *run = work->run;

    for (size_t i = 0; i < run->captions.file_count; i++) {
        const struct mk_caption_file *file = &run->captions.files[i];

        if (mk_str_eq(run->job.outputs[file->output].status, "Complete") &&
            file->track == work->file.track && mk_str_eq(file->key, work->file.key) &&
            mk_str_eq(file->extension, work->file.extension) &&
            mk_str_eq(run->job.outputs[file->output].segment_duration,
                      work->output->segment_duration))
            return file;
    }
    return NULL;
}

static mockets_status note_file(const struct work *work, struct mockets_error *err)
{
    struct mk_run_captions *captions = &work->run->captions;

    if (captions->file_count == captions->file_room) {
        size_t room = captions->file_room ? captions->file_room * 2 : 16;
        struct mk_caption_file *files = mk_arena_array(&work->run->arena, room, sizeof(*files));

        if (!files)
            return mk_fail_nomem(err);
        if (captions->file_count)
            memcpy(files, captions->files, captions->file_count * sizeof(*files));
        captions->files = files;
        captions->file_room = room;
    }
    captions->files[captions->file_count++] = work->file;
    return MOCKETS_OK;
}

mockets_status mk_run_write_captions(struct mk_run *run, size_t i, struct mk_made *made,
                                     struct mockets_error *err)
{
    const struct mk_job_output *output = &run->job.outputs[i];
    const struct mk_caption_tracks tracks = run->plan->outputs[i].captions;
    const char *container = run->presets[i]->container;
    size_t formats = tracks.count ? output->captions->caption_format_count : 0;
    mockets_status rc = MOCKETS_OK;

    for (size_t f = 0; !rc && f < formats * tracks.count; f++) {
        const struct mk_caption_file *shared;
        struct work work = {.run = run,
                            .made = made,
                            .output = output,
                            .format = &output->captions->caption_formats[f / tracks.count],
                            .segmented = made->segment_count && mk_str_eq(container, "ts")};

        work.file = (struct mk_caption_file){
            .extension = mk_captions_extension(work.format->format, container),
            .output = i,
            .track = &tracks.items[f % tracks.count],
        };
        if (!work.file.extension)
            continue;
        work.file.key = mk_captions_key(run->job.output_key_prefix, work.format->pattern,
                                        output->key, work.file.track->language, &run->arena);
        if (!work.file.key)
            return mk_fail_nomem(err);
        shared = find_shared(&work);
        if (shared)
            work.file.size_bytes = shared->size_bytes;
        else
            rc = write_track(&work, err);
        if (!rc)
            rc = note_file(&work, err);
    }
    return rc;
}

static size_t add_frames(const struct mk_run *run, size_t i, struct mk_caption_rendition *to)
{
    const struct mk_captions *captions = run->job.outputs[i].captions;
    const struct mk_caption_tracks *tracks = &run->plan->outputs[i].captions;
    size_t count = 0;

    for (size_t f = 0; captions && f < captions->caption_format_count; f++) {
        if (!mk_str_eq(captions->caption_formats[f].format, "cea-708"))
            continue;
        for (count = 0; count < tracks->count; count++)
            to[count] = (struct mk_caption_rendition){.language = tracks->items[count].language,
                                                      .label = tracks->items[count].label,
                                                      .service = count};
    }
    return count;
}

mockets_status mk_run_caption_renditions(struct mk_run *run, size_t i, const char *from,
                                         const struct mk_caption_rendition **out, size_t *count,
                                         struct mockets_error *err)
{
    const struct mk_run_captions *captions = &run->captions;
    size_t most = captions->file_count + run->plan->outputs[i].captions.count + 1, made = 0;
    struct mk_caption_rendition *to = mk_arena_array(&run->arena, most, sizeof(*to));

    if (!to || !from)
        return mk_fail_nomem(err);
    for (size_t f = 0; f < captions->file_count; f++) {
        const struct mk_caption_file *file = &captions->files[f];

        if (file->output != i || !mk_str_eq(file->extension, "vtt"))
            continue;
        to[made] = (struct mk_caption_rendition){.language = file->track->language,
                                                 .label = file->track->label,
                                                 .size_bytes = file->size_bytes};
        to[made].path = mk_captions_path(from, file->key, &run->arena);
        if (!to[made++].path)
            return mk_fail_nomem(err);
    }
    *count = made + add_frames(run, i, to + made);
    *out = to;
    return MOCKETS_OK;
}
