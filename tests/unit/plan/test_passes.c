#include <stdlib.h>

#include "check.h"
#include "plan/effort.h"
#include "plan/make.h"

enum { MOST = 4, FILM_FPS = 25 };

static const char hls_720p[] = "1351620000002-000720", hls_480p[] = "1351620000002-000480",
                  hls_360p[] = "1351620000002-000360", hls_240p[] = "1351620000002-000240",
                  loose_720p[] = "1351620000001-000010", loose_360p[] = "1351620000001-000040",
                  hls_1080p[] = "1351620000002-001080", baseline[] = "1351620000001-000061",
                  webm[] = "1351620000001-100240", interlaced[] = "1351620000001-100190";

struct fixture {
    struct mk_arena arena;
    struct mk_info_stream stream;
    struct mk_info info;
    struct mk_job_input input;
    struct mk_job_output outputs[MOST];
    const struct mk_preset *presets[MOST];
    struct mk_job job;
    struct mk_plan_request request;
    struct mk_plan *plan;
};

static struct fixture *prepare(const char *const ids[MOST], int64_t duration_us, unsigned cores)
{
    struct fixture *f = calloc(1, sizeof(*f));

    f->stream = (struct mk_info_stream){.kind = MK_VIDEO,
                                        .decodable = true,
                                        .width_px = 1920,
                                        .height_px = 1080,
                                        .sar = {1, 1},
                                        .frame_rate = {FILM_FPS, 1},
                                        .nominal_rate = {FILM_FPS, 1}};
    f->info =
        (struct mk_info){.streams = &f->stream, .stream_count = 1, .duration_us = duration_us};
    f->job = (struct mk_job){.inputs = &f->input, .input_count = 1, .outputs = f->outputs};
    for (size_t i = 0; i < MOST && ids[i]; i++) {
        f->presets[i] = mk_system_preset_find(ids[i], false);
        assert_non_null(f->presets[i]);
        f->outputs[i] = (struct mk_job_output){.key = "k", .segment_duration = "3.0"};
        f->job.output_count++;
    }
    f->request = (struct mk_plan_request){
        .job = &f->job, .presets = f->presets, .infos = &f->info, .info_count = 1, .cores = cores};
    return f;
}

static void make(struct fixture *f)
{
    assert_int_equal(mk_plan_make(&f->request, &f->arena, &f->plan, NULL), MOCKETS_OK);
}

static void drop(struct fixture *f)
{
    mk_arena_fini(&f->arena);
    free(f);
}

/* Which passes the encodes have, and how many first ones there are. */
static void who_looks_twice(void **state)
{
    static const struct {
        const char *ids[MOST];
        int64_t seconds;
        const char *x264_preset;
        size_t firsts;
        bool second[MOST];
        enum mockets_speed speed;
    } rows[] = {
        {{hls_720p, hls_480p, hls_360p}, 10, NULL, 1, {true, true, true}, MOCKETS_SPEED_BALANCED},
        {{loose_720p}, 4, NULL, 1, {true}, MOCKETS_SPEED_BALANCED},
        {{loose_720p}, 4, NULL, 1, {true}, MOCKETS_SPEED_BEST},
        {{loose_720p}, 4, NULL, 0, {false}, MOCKETS_SPEED_FAST},
        {{loose_720p}, 3, NULL, 0, {false}, MOCKETS_SPEED_BALANCED},
        {{loose_720p}, 0, NULL, 0, {false}, MOCKETS_SPEED_BALANCED}, /* who knows how long it is */
        /* a tight peak leaves nothing to know; it saves time only beside the slowest way */
        {{hls_720p}, 10, NULL, 0, {false}, MOCKETS_SPEED_BALANCED},
        {{hls_1080p}, 10, NULL, 0, {false}, MOCKETS_SPEED_BALANCED},
        {{hls_720p}, 10, NULL, 1, {true}, MOCKETS_SPEED_BEST},
        {{hls_360p}, 10, NULL, 0, {false}, MOCKETS_SPEED_BEST},
        /* to decode a large film twice for a small one costs more than it gives */
        {{loose_360p}, 10, NULL, 0, {false}, MOCKETS_SPEED_BALANCED},
        {{loose_360p}, 10, NULL, 1, {true}, MOCKETS_SPEED_BEST},
        /* several must not keep too many pictures to look ahead at */
        {{hls_480p, hls_360p}, 10, NULL, 0, {false, false}, MOCKETS_SPEED_BALANCED},
        {{hls_720p, hls_240p}, 10, NULL, 2, {true, true}, MOCKETS_SPEED_BALANCED},
        {{hls_720p, hls_480p}, 10, "veryfast", 0, {false, false}, MOCKETS_SPEED_BALANCED},
        {{webm}, 10, NULL, 0, {false}, MOCKETS_SPEED_BALANCED},
        {{interlaced}, 10, NULL, 0, {false}, MOCKETS_SPEED_BALANCED},
        {{webm, loose_720p}, 10, NULL, 1, {false, true}, MOCKETS_SPEED_BALANCED},
        /* without B frames the film looks another way */
        {{hls_720p, baseline}, 10, NULL, 2, {true, true}, MOCKETS_SPEED_BALANCED},
    };

    (void)state;
    for (size_t i = 0; i < CHECK_COUNT(rows); i++) {
        struct fixture *f = prepare(rows[i].ids, rows[i].seconds * 1000000, 2);

        f->request.x264_preset = rows[i].x264_preset;
        f->request.speed = rows[i].speed;
        make(f);
        if ((f->plan->first ? f->plan->first->encode_count : 0) != rows[i].firsts)
            fail_msg("row %zu: another number of first passes", i);
        for (size_t k = 0; k < f->plan->encode_count; k++) {
            const struct mk_plan_encode *encode = &f->plan->encodes[k];

            if ((encode->pass == MK_PASS_SECOND) != rows[i].second[k])
                fail_msg("row %zu: encode %zu", i, k);
            if (encode->pass == MK_PASS_SECOND)
                assert_in_range(encode->statistics, 0, rows[i].firsts - 1);
        }
        drop(f);
    }
}

/* What comes through a pipe is looked at once, whatever else that costs. */
static void what_comes_once_has_one_pass(void **state)
{
    static const struct {
        int width_px, height_px;
        bool once[2]; /* of two that are joined */
    } rows[] = {
        {1920, 1080, {false, false}}, {1920, 1080, {true, false}},  {1920, 1080, {false, true}},
        {1920, 1080, {true, true}},   {3840, 2160, {false, false}}, {3840, 2160, {true, true}},
    };
    const char *const ids[MOST] = {hls_720p, hls_480p, hls_360p};

    (void)state;
    for (size_t i = 0; i < CHECK_COUNT(rows); i++) {
        struct fixture *f = prepare(ids, 10000000, 2);
        struct mk_info infos[2] = {f->info, f->info};
        struct mk_job_input inputs[2] = {{0}};
        bool once = rows[i].once[0] || rows[i].once[1];

        f->stream.width_px = rows[i].width_px;
        f->stream.height_px = rows[i].height_px;
        infos[0].once = rows[i].once[0];
        infos[1].once = rows[i].once[1];
        f->job.inputs = inputs;
        f->request.infos = infos;
        f->job.input_count = f->request.info_count = 2;
        make(f);
        if (!f->plan->first != once)
            fail_msg("row %zu: another number of passes", i);
        for (size_t k = 0; k < f->plan->encode_count; k++)
            assert_int_equal(f->plan->encodes[k].pass, once ? MK_PASS_ONLY : MK_PASS_SECOND);
        drop(f);
    }
}

/* Large films do at any length that gives statistics, for they take less memory so. */
static void large_films_look_twice(void **state)
{
    static const struct {
        const char *width, *height;
        int64_t duration_us;
        enum mockets_speed speed;
        bool twice, brief;
    } rows[] = {
        {"1920", "1080", 3000000, MOCKETS_SPEED_BALANCED, false, false},
        {"2560", "1440", 3000000, MOCKETS_SPEED_BALANCED, false, false},
        {"1920", "1080", 4000000, MOCKETS_SPEED_BALANCED, false, false}, /* tight */
        {"2560", "1440", 4000000, MOCKETS_SPEED_BALANCED, true, false},
        {"3840", "2160", 4000000, MOCKETS_SPEED_BALANCED, true, false},
        {"3840", "2160", 3999999, MOCKETS_SPEED_BALANCED, true, true},
        {"3840", "2160", 1000000, MOCKETS_SPEED_BALANCED, true, true},
        {"3840", "2160", 999999, MOCKETS_SPEED_BALANCED, false, false},
        {"3840", "2160", 0, MOCKETS_SPEED_BALANCED, true, false}, /* nobody knows how long */
        {"3840", "2160", 3000000, MOCKETS_SPEED_FAST, false, false},
    };
    const char *const ids[MOST] = {hls_720p};

    (void)state;
    for (size_t i = 0; i < CHECK_COUNT(rows); i++) {
        struct fixture *f = prepare(ids, rows[i].duration_us, 2);
        struct mk_preset preset = *f->presets[0];
        struct mk_video_parameters video = *preset.video;

        f->stream.width_px = 3840;
        f->stream.height_px = 2160;
        video.max_width = rows[i].width;
        video.max_height = rows[i].height;
        preset.video = &video;
        f->presets[0] = &preset;
        f->request.speed = rows[i].speed;
        make(f);
        if ((f->plan->encodes[0].pass == MK_PASS_SECOND) != rows[i].twice)
            fail_msg("row %zu", i);
        if (rows[i].twice)
            assert_string_equal(f->plan->encodes[0].effort.params,
                                mk_effort_second(rows[i].speed, rows[i].brief, INT64_MAX).params);
        drop(f);
    }
}

/* Statistics at the rate of a small film say little of a large one. */
static void large_films_have_their_own_statistics(void **state)
{
    const char *const ids[MOST] = {hls_720p, hls_480p, hls_360p};
    struct fixture *f = prepare(ids, 60000000, 2);
    struct mk_preset preset = *f->presets[0];
    struct mk_video_parameters video = *preset.video;
    const struct mk_plan_encode *encodes;

    (void)state;
    f->stream.width_px = 3840;
    f->stream.height_px = 2160;
    video.max_width = "3840";
    video.max_height = "2160";
    preset.video = &video;
    f->presets[0] = &preset;
    make(f);
    encodes = f->plan->encodes;
    assert_int_equal(f->plan->first->encode_count, 2);
    assert_int_not_equal(encodes[0].statistics, encodes[1].statistics);
    assert_int_equal(encodes[1].statistics, encodes[2].statistics);
    assert_int_equal(f->plan->first->encodes[encodes[0].statistics].gop_frames,
                     encodes[0].gop_frames);
    assert_int_equal(f->plan->first->pictures[1].width_px, 640);
    drop(f);
}

/* What must be equal in both passes, and what the first one leaves out. */
static void first_pass(void **state)
{
    const char *const ids[MOST] = {hls_1080p, hls_720p, hls_480p};
    struct fixture *f = prepare(ids, 60000000, 2);
    const struct mk_plan *first;

    (void)state;
    make(f);
    first = f->plan->first;
    assert_int_equal(first->package_count, 0);
    assert_int_equal(first->sound_count, 0);
    assert_int_equal(first->picture_count, 1);
    assert_true(first->sources[0].draft);
    assert_true(first->pictures[0].draft);
    assert_int_equal(first->sources[0].parts[0].audio_stream, -1);
    assert_int_equal(first->encodes[0].pass, MK_PASS_FIRST);
    /* the smallest of them, made smaller still, of the same shape */
    assert_int_equal(first->pictures[0].width_px, 640);
    assert_int_equal(first->pictures[0].height_px, 360);
    for (size_t i = 0; i < f->plan->encode_count; i++) {
        const struct mk_plan_encode *second = &f->plan->encodes[i], *one = &first->encodes[0];

        assert_int_equal(second->gop_frames, one->gop_frames);
        assert_int_equal(second->segment_us, one->segment_us);
        assert_int_equal(second->fixed_gop, one->fixed_gop);
        assert_int_equal(second->effort.b_frames, one->effort.b_frames);
        assert_int_equal(f->plan->pictures[second->of].rate.num, first->pictures[0].rate.num);
    }
    assert_false(f->plan->sources[0].draft);
    for (size_t i = 0; i < f->plan->picture_count; i++)
        assert_false(f->plan->pictures[i].draft);
    drop(f);
}

/* A film that is known as it is needs fewer references than one of which a smaller one was seen. */
static void references(void **state)
{
    static const struct {
        const char *ids[MOST];
        enum mockets_speed speed;
        int references[MOST];
    } rows[] = {
        {{hls_720p, hls_480p, hls_360p}, MOCKETS_SPEED_BALANCED, {3, 3, 2}},
        {{hls_720p, hls_480p, hls_360p}, MOCKETS_SPEED_BEST, {4, 4, 4}},
        {{hls_720p, hls_480p}, MOCKETS_SPEED_BALANCED, {3, 3}},
    };

    (void)state;
    for (size_t i = 0; i < CHECK_COUNT(rows); i++) {
        struct fixture *f = prepare(rows[i].ids, 10000000, 2);
        size_t films = 0;

        f->request.speed = rows[i].speed;
        make(f);
        for (size_t k = 0; k < f->plan->encode_count; k++) {
            const struct mk_plan_encode *encode = &f->plan->encodes[k];

            if (encode->kind == MK_VIDEO &&
                encode->effort.references != rows[i].references[films++])
                fail_msg("row %zu: encode %zu has %d", i, k, encode->effort.references);
        }
        assert_true(films > 0);
        drop(f);
    }
}

/* The largest that need not be shrunk, else the smallest: what one speed has no time for, the other
 * looks at. */
static void whom_the_first_pass_is_of(void **state)
{
    static const struct {
        const char *ids[MOST];
        enum mockets_speed speed;
        int width_px, height_px;
    } rows[] = {
        {{hls_720p, hls_480p, hls_360p}, MOCKETS_SPEED_BALANCED, 640, 360},
        {{hls_720p, hls_480p, hls_360p}, MOCKETS_SPEED_BEST, 854, 480},
        {{hls_360p, hls_480p, hls_720p}, MOCKETS_SPEED_BALANCED, 640, 360},
        {{hls_360p, hls_480p, hls_720p}, MOCKETS_SPEED_BEST, 854, 480},
        {{hls_1080p, hls_720p}, MOCKETS_SPEED_BALANCED, 640, 360},
        {{hls_1080p, hls_720p}, MOCKETS_SPEED_BEST, 854, 480},
        {{hls_720p, hls_360p}, MOCKETS_SPEED_BEST, 640, 360},
    };

    (void)state;
    for (size_t i = 0; i < CHECK_COUNT(rows); i++) {
        struct fixture *f = prepare(rows[i].ids, 60000000, 2);
        const struct mk_plan_picture *picture;

        f->request.speed = rows[i].speed;
        make(f);
        assert_int_equal(f->plan->first->encode_count, 1);
        picture = &f->plan->first->pictures[0];
        if (picture->width_px != rows[i].width_px || picture->height_px != rows[i].height_px)
            fail_msg("row %zu: %d x %d", i, picture->width_px, picture->height_px);
        assert_int_equal(picture->draft, rows[i].speed == MOCKETS_SPEED_BALANCED);
        drop(f);
    }
}

/* Who has the processors to itself, and what it does with them. */
static void alone(void **state)
{
    static const struct {
        const char *ids[MOST];
        enum mockets_speed speed;
        const char *x264_preset;
        unsigned cores, fixed;
        int threads, lookahead_threads, references, source_nice;
    } rows[] = {
        {{hls_1080p}, MOCKETS_SPEED_BALANCED, NULL, 2, 0, 2, 2, 3, 8},
        {{hls_1080p}, MOCKETS_SPEED_BALANCED, NULL, 4, 0, 4, 4, 3, 8},
        {{hls_1080p}, MOCKETS_SPEED_BALANCED, NULL, 1, 0, 1, 0, 3, 0},
        {{hls_1080p}, MOCKETS_SPEED_FAST, NULL, 2, 0, 4, 2, 2, 0},
        {{hls_1080p}, MOCKETS_SPEED_FAST, NULL, 2, 2, 1, 0, 3, 0},
        {{hls_1080p}, MOCKETS_SPEED_FAST, "medium", 2, 0, 3, 2, 3, 8},
        {{loose_720p}, MOCKETS_SPEED_BALANCED, NULL, 2, 0, 2, 0, 3, 8}, /* the film is known */
        {{hls_720p, hls_480p}, MOCKETS_SPEED_FAST, NULL, 2, 0, 1, 0, 3, 4},
        {{hls_360p}, MOCKETS_SPEED_FAST, NULL, 2, 0, 1, 0, 3, 0}, /* decoding is the most */
    };

    (void)state;
    for (size_t i = 0; i < CHECK_COUNT(rows); i++) {
        struct fixture *f = prepare(rows[i].ids, 10000000, rows[i].cores);
        const struct mk_plan_encode *encode;

        f->request.encoder_threads = rows[i].fixed;
        f->request.x264_preset = rows[i].x264_preset;
        f->request.speed = rows[i].speed;
        make(f);
        encode = &f->plan->encodes[0];
        if (encode->threads != rows[i].threads ||
            encode->effort.lookahead_threads != rows[i].lookahead_threads)
            fail_msg("row %zu: %d threads, %d for the lookahead", i, encode->threads,
                     encode->effort.lookahead_threads);
        assert_int_equal(encode->effort.references, rows[i].references);
        assert_int_equal(f->plan->sources[0].nice, rows[i].source_nice);
        drop(f);
    }
}

static double aq_strength(const char *params)
{
    const char *at = strstr(params, "aq-strength=");

    return at ? strtod(strchr(at, '=') + 1, NULL) : 1; /* x264's own */
}

/* x264 compares the B frames of both passes and refuses what differs; of adaptive quantization it
 * takes the first pass's for some frames and the second's for others. */
static void speeds_agree_in_both_passes(void **state)
{
    (void)state;
    for (int speed = MOCKETS_SPEED_BALANCED; speed <= MOCKETS_SPEED_BEST; speed++) {
        struct mk_plan_effort first = mk_effort_first((enum mockets_speed)speed);

        if (!mk_effort_looks_twice((enum mockets_speed)speed))
            continue;
        assert_true(first.b_frames > 0);
        for (int brief = 0; brief < 2; brief++) {
            struct mk_plan_effort second =
                mk_effort_second((enum mockets_speed)speed, brief, INT64_MAX);

            assert_int_equal(second.b_frames, first.b_frames);
            assert_true(aq_strength(second.params) == aq_strength(first.params));
        }
    }
}

static void pinned_presets_are_x264s(void **state)
{
    struct mk_plan_effort effort = mk_effort_alone(MK_CODEC_H264, MOCKETS_SPEED_BEST, "veryfast");

    (void)state;
    assert_string_equal(effort.preset, "veryfast");
    assert_int_equal(effort.references, 1);
    assert_null(effort.params);
    assert_int_equal(effort.b_frames, 0);
    effort = mk_effort_alone(MK_CODEC_VP9, MOCKETS_SPEED_FAST, "veryfast");
    assert_string_equal(effort.preset, "5"); /* VPX has no such presets */
    effort = mk_effort_alone(MK_CODEC_MPEG2, MOCKETS_SPEED_FAST, "veryfast");
    assert_null(effort.preset);
}

/* 0 = the preset's own, which "veryfast" has at 2. */
static int subme(const struct mk_plan_effort *effort)
{
    static const char name[] = "subme=";
    const char *found = effort->params ? strstr(effort->params, name) : NULL;

    return found ? atoi(found + strlen(name)) : 0;
}

/* Those between the first look and twice its pixels: it costs little there. */
static void middle_pictures_are_searched_closer(void **state)
{
    static const struct {
        int64_t pixels;
        int subme, references;
    } rows[] = {{640 * 360, 3, 2}, {854 * 480, 4, 3}, {1280 * 720, 3, 3}};

    (void)state;
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct mk_plan_effort effort =
            mk_effort_second(MOCKETS_SPEED_BALANCED, false, rows[i].pixels);

        assert_int_equal(subme(&effort), rows[i].subme);
        assert_int_equal(effort.references, rows[i].references);
    }
}

static void check_compares(const struct mk_plan_effort *effort)
{
    if (effort->compares != (subme(effort) >= 3 && subme(effort) <= 6))
        fail_msg("%s, %s", effort->preset, effort->params);
}

/* Where x264 compares blocks more than anything, other code of it is quicker. */
static void who_compares(void **state)
{
    static const struct {
        const char *preset;
        bool compares;
    } rows[] = {{"superfast", false}, {"veryfast", false}, {"faster", true},
                {"fast", true},       {"medium", false},   {"slow", false}};
    static const int64_t pixels[] = {1, 854 * 480, INT64_MAX};
    struct mk_plan_effort effort;

    (void)state;
    for (int speed = MOCKETS_SPEED_FAST; speed <= MOCKETS_SPEED_BEST; speed++) {
        effort = mk_effort_alone(MK_CODEC_H264, (enum mockets_speed)speed, NULL);
        check_compares(&effort);
        effort = mk_effort_first((enum mockets_speed)speed);
        check_compares(&effort);
        for (size_t i = 0; i < CHECK_COUNT(pixels); i++) {
            effort = mk_effort_second((enum mockets_speed)speed, false, pixels[i]);
            check_compares(&effort);
            effort = mk_effort_second((enum mockets_speed)speed, true, pixels[i]);
            check_compares(&effort);
        }
    }
    for (size_t i = 0; i < CHECK_COUNT(rows); i++) {
        effort = mk_effort_alone(MK_CODEC_H264, MOCKETS_SPEED_BALANCED, rows[i].preset);
        if (effort.compares != rows[i].compares)
            fail_msg("%s", rows[i].preset);
    }
}

/* One thread, but for those who would keep the others waiting. */
static void threads(void **state)
{
    static const struct {
        const char *ids[MOST];
        const char *x264_preset;
        unsigned cores, fixed;
        int threads[MOST];
        int decoder;
    } rows[] = {
        {{hls_720p}, NULL, 1, 0, {1}, 1},
        {{hls_720p}, NULL, 2, 0, {2}, 1},
        {{hls_720p, hls_480p, hls_360p}, NULL, 1, 0, {1, 1, 1}, 1},
        {{hls_720p, hls_480p, hls_360p}, NULL, 2, 0, {1, 1, 1}, 1},
        {{hls_720p, hls_480p, hls_360p, hls_240p}, NULL, 2, 0, {1, 1, 1, 1}, 1},
        {{hls_1080p, hls_240p}, NULL, 2, 0, {2, 1}, 1},
        /* a VBV and threads never give the same twice */
        {{hls_720p, hls_480p}, NULL, 2, 3, {1, 1}, 1},
        /* decoding takes longest */
        {{hls_240p}, NULL, 2, 0, {1}, 4},
        {{hls_240p}, NULL, 4, 0, {1}, 6},
        {{hls_240p}, NULL, 1, 0, {1}, 1},
        {{hls_720p, hls_480p, hls_360p}, "medium", 2, 0, {1, 1, 1}, 1},
        /* this one keeps a peak better with two */
        {{hls_720p, hls_480p, hls_360p}, "veryfast", 2, 0, {2, 1, 1}, 1},
        {{hls_720p, hls_480p, hls_360p}, "veryfast", 1, 0, {1, 1, 1}, 1},
    };

    (void)state;
    for (size_t i = 0; i < CHECK_COUNT(rows); i++) {
        struct fixture *f = prepare(rows[i].ids, 10000000, rows[i].cores);

        f->request.encoder_threads = rows[i].fixed;
        f->request.x264_preset = rows[i].x264_preset;
        make(f);
        for (size_t k = 0; k < f->plan->encode_count; k++) {
            if (f->plan->encodes[k].threads != rows[i].threads[k])
                fail_msg("row %zu: encode %zu has %d", i, k, f->plan->encodes[k].threads);
            assert_int_equal(f->plan->encodes[k].exact, rows[i].fixed > 0);
            if (f->plan->encodes[k].pass == MK_PASS_SECOND)
                assert_int_equal(f->plan->encodes[k].effort.stray_percent == 0,
                                 rows[i].threads[k] > 1);
            assert_int_equal(f->plan->encodes[k].slices,
                             f->plan->encodes[k].pass == MK_PASS_SECOND && rows[i].threads[k] > 1);
        }
        if (f->plan->sources[0].threads != rows[i].decoder)
            fail_msg("row %zu: the decoder has %d", i, f->plan->sources[0].threads);
        drop(f);
    }
}

/* A first look may take a little longer, if that saves time of the processors. */
static void first_decoder(void **state)
{
    static const struct {
        const char *ids[MOST];
        unsigned cores;
        int threads;
    } rows[] = {
        {{hls_720p, hls_480p, hls_360p}, 1, 1},
        {{hls_720p, hls_480p, hls_360p}, 2, 1},
        {{hls_720p, hls_480p, hls_360p}, 4, 2},
        {{hls_720p, hls_480p, hls_360p}, 8, 4},
    };

    (void)state;
    for (size_t i = 0; i < CHECK_COUNT(rows); i++) {
        struct fixture *f = prepare(rows[i].ids, 10000000, rows[i].cores);

        make(f);
        if (f->plan->first->sources[0].threads != rows[i].threads)
            fail_msg("row %zu: %d", i, f->plan->first->sources[0].threads);
        drop(f);
    }
}

/*
 * The longer an encode takes, the sooner it is served: the more so, the less it can wait. What is
 * decoded for several gives way to the longest, too.
 */
static void longest_first(void **state)
{
    static const struct {
        const char *ids[MOST], *x264_preset;
        unsigned cores;
        int nice[MOST], source_nice;
    } rows[] = {
        {{hls_720p, hls_480p, hls_360p}, NULL, 2, {0, 5, 7}, 3},
        {{hls_720p, hls_480p, hls_360p}, "medium", 2, {0, 7, 9}, 4},
        {{hls_360p, hls_480p, hls_720p}, NULL, 4, {9, 7, 0}, 0},
        {{hls_720p, hls_480p, hls_360p}, NULL, 1, {0, 0, 0}, 0},
        {{hls_720p, hls_720p}, NULL, 2, {0, 0}, 8},
        {{hls_240p}, NULL, 1, {0}, 0},
    };

    (void)state;
    for (size_t i = 0; i < CHECK_COUNT(rows); i++) {
        struct fixture *f = prepare(rows[i].ids, 10000000, rows[i].cores);
        size_t films = 0;

        f->request.x264_preset = rows[i].x264_preset;
        make(f);
        for (size_t k = 0; k < f->plan->encode_count; k++) {
            const struct mk_plan_encode *encode = &f->plan->encodes[k];

            if (encode->kind != MK_VIDEO)
                assert_int_equal(encode->nice, 0);
            else if (encode->nice != rows[i].nice[films++])
                fail_msg("row %zu: encode %zu has %d", i, k, encode->nice);
        }
        assert_true(films > 0);
        if (f->plan->sources[0].nice != rows[i].source_nice)
            fail_msg("row %zu: the source has %d", i, f->plan->sources[0].nice);
        drop(f);
    }
}

/* A frame or a few of a small film: its job need not have a processor to itself, nor threads. */
static void brief(void **state)
{
    static const struct {
        const char *ids[MOST];
        int64_t duration_us;
        int width_px, height_px;
        bool brief;
    } rows[] = {
        {{hls_240p}, 40000, 64, 64, true},
        {{hls_240p}, 250000, 64, 64, true},
        {{hls_480p}, 250000, 854, 480, false}, /* too much of it */
        {{hls_240p}, 300000, 64, 64, false},
        {{hls_240p}, 0, 64, 64, false}, /* who knows how long it is */
        {{hls_240p}, 40000, 1920, 1080, true},
        {{hls_720p, hls_480p, hls_360p}, 40000, 1920, 1080, false},
    };

    (void)state;
    for (size_t i = 0; i < CHECK_COUNT(rows); i++) {
        struct fixture *f = prepare(rows[i].ids, rows[i].duration_us, 2);

        f->stream.width_px = rows[i].width_px;
        f->stream.height_px = rows[i].height_px;
        make(f);
        if (f->plan->brief != rows[i].brief)
            fail_msg("row %zu", i);
        for (size_t k = 0; k < f->plan->encode_count && rows[i].brief; k++)
            assert_int_equal(f->plan->encodes[k].threads, 1);
        if (rows[i].brief)
            assert_int_equal(f->plan->sources[0].threads, 1);
        drop(f);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(who_looks_twice),
        cmocka_unit_test(what_comes_once_has_one_pass),
        cmocka_unit_test(large_films_look_twice),
        cmocka_unit_test(large_films_have_their_own_statistics),
        cmocka_unit_test(first_pass),
        cmocka_unit_test(references),
        cmocka_unit_test(whom_the_first_pass_is_of),
        cmocka_unit_test(speeds_agree_in_both_passes),
        cmocka_unit_test(pinned_presets_are_x264s),
        cmocka_unit_test(middle_pictures_are_searched_closer),
        cmocka_unit_test(who_compares),
        cmocka_unit_test(threads),
        cmocka_unit_test(first_decoder),
        cmocka_unit_test(longest_first),
        cmocka_unit_test(brief),
        cmocka_unit_test(alone),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
