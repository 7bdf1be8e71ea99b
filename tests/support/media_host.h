#ifndef MK_TESTS_MEDIA_HOST_H
#define MK_TESTS_MEDIA_HOST_H

/* What the media tests share: clips, a host on plain files, and plans made by hand. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/alloc.h"
#include "base/clock.h"
#include "media/media.h"

enum { TEST_SOURCES = 4, TEST_PARTS = 4, TEST_PACKAGES = 8, TEST_SEGMENTS = 64 };

/* ---- clips ---- */

/** Make @p name with the program clip. @return @p name */
static inline const char *test_clip(const char *name, const char *options)
{
    char command[2048];

    snprintf(command, sizeof(command), "%s %s %s", MK_CLIP, name, options);
    assert_int_equal(system(command), 0);
    return name;
}

/* ---- files ---- */

struct test_reader {
    struct mk_reader base;
    FILE *file;
    pthread_mutex_t lock;
    _Atomic int64_t *count_bytes;
};

static mockets_status test_reader_read(struct mk_reader *self, int64_t offset, void *data,
                                       size_t size, size_t *got, struct mockets_error *err)
{
    struct test_reader *reader = (struct test_reader *)self;

    (void)err;
    pthread_mutex_lock(&reader->lock);
    fseeko(reader->file, offset, SEEK_SET);
    *got = fread(data, 1, size, reader->file);
    pthread_mutex_unlock(&reader->lock);
    if (reader->count_bytes)
        *reader->count_bytes += (int64_t)*got;
    return MOCKETS_OK;
}

static void test_reader_close(struct mk_reader *self)
{
    struct test_reader *reader = (struct test_reader *)self;

    fclose(reader->file);
    pthread_mutex_destroy(&reader->lock);
    mk_free(reader);
}

static inline mockets_status test_reader_open(const char *path, _Atomic int64_t *count_bytes,
                                              struct mk_reader **out, struct mockets_error *err)
{
    static const struct mk_reader_ops ops = {.read = test_reader_read, .close = test_reader_close};
    struct test_reader *reader;
    FILE *file = fopen(path, "rb");

    if (!file)
        return mk_fail(err, MOCKETS_E_NOT_FOUND, "%s is not there", path);
    reader = mk_alloc(sizeof(*reader));
    fseeko(file, 0, SEEK_END);
    reader->base = (struct mk_reader){.ops = &ops, .size_bytes = ftello(file)};
    reader->file = file;
    reader->count_bytes = count_bytes;
    pthread_mutex_init(&reader->lock, NULL);
    *out = &reader->base;
    return MOCKETS_OK;
}

struct test_writer {
    struct mk_writer base;
    FILE *file;
    char path[512], part[520];
    int64_t fail_at_bytes;
    bool seek, finished;
};

static mockets_status test_writer_write(struct mk_writer *self, int64_t offset, const void *data,
                                        size_t size, struct mockets_error *err)
{
    struct test_writer *writer = (struct test_writer *)self;

    assert_false(writer->finished);
    assert_true(writer->seek || offset == self->size_bytes);
    assert_true(offset <= self->size_bytes);
    if (writer->fail_at_bytes && offset + (int64_t)size > writer->fail_at_bytes)
        return mk_fail(err, MOCKETS_E_IO, "the disk is full");
    fseeko(writer->file, offset, SEEK_SET);
    assert_int_equal(fwrite(data, 1, size, writer->file), size);
    return MOCKETS_OK;
}

static mockets_status test_writer_read(struct mk_writer *self, int64_t offset, void *data,
                                       size_t size, size_t *got, struct mockets_error *err)
{
    struct test_writer *writer = (struct test_writer *)self;

    if (!writer->seek)
        return mk_fail(err, MOCKETS_E_UNSUPPORTED, "no seeking here");
    fseeko(writer->file, offset, SEEK_SET);
    *got = fread(data, 1, size, writer->file);
    return MOCKETS_OK;
}

static mockets_status test_writer_finish(struct mk_writer *self, struct mockets_error *err)
{
    struct test_writer *writer = (struct test_writer *)self;

    (void)err;
    assert_false(writer->finished);
    writer->finished = true;
    fflush(writer->file);
    return MOCKETS_OK;
}

static mockets_status test_writer_commit(struct mk_writer *self, bool replace,
                                         struct mockets_error *err)
{
    struct test_writer *writer = (struct test_writer *)self;

    (void)replace, (void)err;
    assert_true(writer->finished);
    assert_int_equal(rename(writer->part, writer->path), 0);
    return MOCKETS_OK;
}

static void test_writer_close(struct mk_writer *self)
{
    struct test_writer *writer = (struct test_writer *)self;

    fclose(writer->file);
    remove(writer->part);
    mk_free(writer);
}

static inline mockets_status test_writer_open(const char *path, bool seek, int64_t fail_at_bytes,
                                              struct mk_writer **out, struct mockets_error *err)
{
    static const struct mk_writer_ops ops = {test_writer_write, test_writer_read,
                                             test_writer_finish, test_writer_commit,
                                             test_writer_close};
    struct test_writer *writer = mk_alloc(sizeof(*writer));

    writer->base.ops = &ops;
    snprintf(writer->path, sizeof(writer->path), "%s", path);
    snprintf(writer->part, sizeof(writer->part), "%s.part", path);
    writer->seek = seek;
    writer->fail_at_bytes = fail_at_bytes;
    writer->file = fopen(writer->part, "w+b");
    if (!writer->file) {
        mk_free(writer);
        return mk_fail(err, MOCKETS_E_IO, "%s cannot be made", path);
    }
    *out = &writer->base;
    return MOCKETS_OK;
}

/* ---- probing ---- */

struct test_info {
    struct mk_arena arena;
    struct mk_info info;
    const struct mk_info_stream *video, *audio;
};

static inline mockets_status test_probe_status(const char *path)
{
    struct mk_reader *reader = NULL;
    struct mk_arena arena = {0};
    struct mk_info info;
    mockets_status rc;

    assert_int_equal(test_reader_open(path, NULL, &reader, NULL), 0);
    rc = mk_media_probe(reader, NULL, &arena, &info, NULL, NULL);
    mk_reader_close(&reader);
    mk_arena_fini(&arena);
    return rc;
}

/** Probe a file that must be good; release it with mk_arena_fini(&info.arena). */
static inline struct test_info test_probe(const char *path)
{
    struct test_info out = {0};
    struct mockets_error error = {0};
    struct mk_reader *reader = NULL;

    assert_int_equal(test_reader_open(path, NULL, &reader, &error), 0);
    if (mk_media_probe(reader, NULL, &out.arena, &out.info, NULL, &error))
        fail_msg("%s: %s", path, error.message);
    mk_reader_close(&reader);
    for (size_t i = 0; i < out.info.stream_count; i++) {
        const struct mk_info_stream *stream = &out.info.streams[i];

        if (stream->kind == MK_VIDEO && !out.video)
            out.video = stream;
        if (stream->kind == MK_AUDIO && !out.audio)
            out.audio = stream;
    }
    return out;
}

/* ---- host ---- */

struct test_made {
    bool reported;
    struct mk_made made; /* without its pointers */
    struct mk_made_segment segments[TEST_SEGMENTS];
};

struct test_host {
    const char *inputs[TEST_SOURCES];
    const char *images[TEST_SOURCES];
    /* of struct mk_media_host; or NULL */
    bool (*take_input)(void *context, unsigned input, struct mk_reader **reader,
                       struct mk_input **out);
    int64_t fail_at_bytes[TEST_PACKAGES];  /* 0 = never */
    struct mk_cancel *cancel_when_opening; /* or NULL */
    _Atomic int64_t canceled_at_us;
    _Atomic int64_t read_bytes;
    _Atomic int64_t done_us;
    _Atomic int opened_files;
    int first_passes;                     /* that have ended */
    struct test_made made[TEST_PACKAGES]; /* each written by one package's thread */
};

static mockets_status test_open_input(void *context, unsigned input, struct mk_reader **out,
                                      struct mockets_error *err)
{
    struct test_host *host = context;

    return test_reader_open(host->inputs[input], &host->read_bytes, out, err);
}

static mockets_status test_open_image(void *context, unsigned image, struct mk_reader **out,
                                      struct mockets_error *err)
{
    struct test_host *host = context;

    return test_reader_open(host->images[image], &host->read_bytes, out, err);
}

static mockets_status test_open_file(void *context, unsigned package, const char *key, bool seek,
                                     struct mk_writer **out, struct mockets_error *err)
{
    struct test_host *host = context;

    host->opened_files++;
    if (host->cancel_when_opening) {
        host->canceled_at_us = mk_clock_mono_us();
        mk_cancel_set(host->cancel_when_opening);
    }
    return test_writer_open(key, seek, host->fail_at_bytes[package], out, err);
}

static void test_made(void *context, struct mk_made *made)
{
    struct test_host *host = context;
    struct test_made *copy = &host->made[made->package];

    assert_false(copy->reported);
    copy->reported = true;
    copy->made = *made;
    for (size_t i = 0; i < made->file_count; i++)
        assert_int_equal(mk_writer_commit(made->files[i].writer, true, NULL), 0);
    assert_true(made->segment_count <= TEST_SEGMENTS);
    if (made->segment_count > 0)
        memcpy(copy->segments, made->segments, made->segment_count * sizeof(*made->segments));
    copy->made.files = NULL;
    copy->made.segments = NULL;
    copy->made.tracks = NULL;
}

static void test_first_done(void *context)
{
    struct test_host *host = context;

    assert_int_equal(host->opened_files, 0);
    host->first_passes++;
}

static void test_progress(void *context, int64_t done_us)
{
    struct test_host *host = context;

    host->done_us = done_us;
}

static void test_log(void *context, enum mockets_log_level level, const char *message)
{
    (void)context, (void)level;
    fprintf(stderr, "log: %s\n", message);
}

static inline mockets_status test_run(struct test_host *host, const struct mk_plan *plan,
                                      struct mk_cancel *cancel, struct mockets_error *err)
{
    struct mk_log log = {test_log, NULL, MOCKETS_LOG_INFO};

    mockets_log_capture_libav(NULL, NULL);
    struct mk_media_host media = {.context = host,
                                  .open_input = test_open_input,
                                  .take_input = host->take_input,
                                  .open_image = test_open_image,
                                  .open_file = test_open_file,
                                  .made = test_made,
                                  .first_done = test_first_done,
                                  .progress = test_progress,
                                  .scratch = ".",
                                  .log = &log};

    return mk_media_run(plan, &media, cancel, err);
}

/* ---- plans ---- */

struct test_plan {
    struct mk_plan plan;
    struct mk_plan_source sources[TEST_SOURCES];
    struct mk_plan_part parts[TEST_SOURCES][TEST_PARTS];
    struct mk_plan_whole wholes[2];
    struct mk_plan_picture pictures[8];
    struct mk_plan_sound sounds[8];
    struct mk_plan_encode encodes[16];
    struct mk_plan_package packages[TEST_PACKAGES];
    unsigned package_encodes[TEST_PACKAGES][4];
};

static inline void test_plan_init(struct test_plan *t)
{
    memset(t, 0, sizeof(*t));
    t->plan.sources = t->sources;
    t->plan.wholes = t->wholes;
    t->plan.pictures = t->pictures;
    t->plan.sounds = t->sounds;
    t->plan.encodes = t->encodes;
    t->plan.packages = t->packages;
}

/** One more part for a source, from input @p input of the host, as the probe finds it. */
static inline struct mk_plan_part *test_add_part(struct test_plan *t, unsigned source,
                                                 unsigned input, const char *path)
{
    struct test_info info = test_probe(path);
    struct mk_plan_part *part = &t->parts[source][t->sources[source].part_count++];

    *part = (struct mk_plan_part){
        .input = input,
        .video_stream = info.video ? info.video->index : -1,
        .audio_stream = info.audio ? info.audio->index : -1,
        .start_us = info.info.start_us,
    };
    t->sources[source].duration_us += info.info.duration_us;
    mk_arena_fini(&info.arena);
    return part;
}

/** A source of one whole input, the one with the source's own number. */
static inline unsigned test_add_source(struct test_plan *t, const char *path)
{
    unsigned index = (unsigned)t->plan.source_count++;

    t->sources[index].parts = t->parts[index];
    test_add_part(t, index, index, path);
    return index;
}

static inline unsigned test_add_picture(struct test_plan *t, unsigned source, int width, int height,
                                        int rate, int rate_den)
{
    unsigned index = (unsigned)t->plan.picture_count++;

    t->pictures[index] = (struct mk_plan_picture){
        .source = source,
        .rate = {rate, rate_den},
        .scale_width_px = width,
        .scale_height_px = height,
        .crop_width_px = width,
        .crop_height_px = height,
        .width_px = width,
        .height_px = height,
        .sar = {1, 1},
    };
    return index;
}

/** @param lines  for each part of the source; borrowed. @return what pictures name it by */
static inline unsigned test_add_whole(struct test_plan *t, unsigned source,
                                      const struct mk_plan_lines *lines)
{
    t->wholes[t->plan.whole_count++] = (struct mk_plan_whole){.source = source, .parts = lines};
    return (unsigned)t->plan.whole_count;
}

static inline unsigned test_add_sound(struct test_plan *t, unsigned source, int rate, int channels)
{
    unsigned index = (unsigned)t->plan.sound_count++;

    t->sounds[index] =
        (struct mk_plan_sound){.source = source, .sample_rate_hz = rate, .channels = channels};
    return index;
}

static inline unsigned test_add_h264(struct test_plan *t, unsigned picture, int64_t segment_us)
{
    unsigned index = (unsigned)t->plan.encode_count++;

    t->encodes[index] = (struct mk_plan_encode){
        .kind = MK_VIDEO,
        .of = picture,
        .codec = MK_CODEC_H264,
        .bit_rate_bps = 300000,
        .max_rate_bps = 450000,
        .buffer_bits = 600000,
        .profile = "main",
        .level = "3.1",
        .effort = {.preset = "veryfast"},
        .reference_frames = 3,
        .gop_frames = 90,
        .segment_us = segment_us,
        .threads = 1,
    };
    return index;
}

static inline unsigned test_add_aac(struct test_plan *t, unsigned sound)
{
    unsigned index = (unsigned)t->plan.encode_count++;

    t->encodes[index] = (struct mk_plan_encode){
        .kind = MK_AUDIO, .of = sound, .codec = MK_CODEC_AAC, .bit_rate_bps = 96000, .threads = 1};
    return index;
}

/** @param audio  an encode, or -1; as @p video */
static inline unsigned test_add_package(struct test_plan *t, enum mk_container container,
                                        const char *key, int64_t segment_us, int video, int audio)
{
    unsigned index = (unsigned)t->plan.package_count++;
    size_t count = 0;

    if (video >= 0)
        t->package_encodes[index][count++] = (unsigned)video;
    if (audio >= 0)
        t->package_encodes[index][count++] = (unsigned)audio;
    t->packages[index] = (struct mk_plan_package){
        .container = container,
        .encodes = t->package_encodes[index],
        .encode_count = count,
        .segment_us = segment_us,
        .key = key,
    };
    return index;
}

/** Run the plan; every package must come out well. */
static inline void test_run_well(struct test_host *host, struct test_plan *t)
{
    struct mockets_error error = {0};

    if (test_run(host, &t->plan, NULL, &error))
        fail_msg("%s", error.message);
    for (size_t i = 0; i < t->plan.package_count; i++) {
        assert_true(host->made[i].reported);
        if (host->made[i].made.status)
            fail_msg("package %zu: %s", i, host->made[i].made.error.message);
    }
}

#endif
