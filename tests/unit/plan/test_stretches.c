#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "check.h"
#include "plan/make.h"

/* One film, 640x360 unless said otherwise, and what is made of it. */

enum { OUTPUTS = 2, STREAMS = 2, KEYS = 20000, KEY_S = 5 };

static const char hls_360p[] = "1351620000002-000360", hls_720p[] = "1351620000002-000720",
                  loose_360p[] = "1351620000001-000040", webm[] = "1351620000001-100240";

struct fixture {
    struct mk_arena arena;
    int64_t keys_us[KEYS];
    struct mk_info_stream streams[STREAMS];
    struct mk_info info;
    struct mk_job_input input;
    struct mk_job_output outputs[OUTPUTS];
    const struct mk_preset *presets[OUTPUTS];
    struct mk_job job;
    struct mk_plan_request request;
    struct mk_plan *plan;
};

static struct fixture *prepare(int64_t seconds, unsigned cores)
{
    struct fixture *f = calloc(1, sizeof(*f));

    for (int i = 0; i < KEYS; i++)
        f->keys_us[i] = INT64_C(1000000) * KEY_S * i;
    f->streams[0] = (struct mk_info_stream){.kind = MK_VIDEO,
                                            .decodable = true,
                                            .width_px = 640,
                                            .height_px = 360,
                                            .sar = {1, 1},
                                            .duration_us = seconds * 1000000,
                                            .keys_us = f->keys_us,
                                            .key_count = (size_t)(seconds / KEY_S + 1),
                                            .frame_rate = {30000, 1001},
                                            .nominal_rate = {30000, 1001}};
    f->streams[1] = (struct mk_info_stream){.index = 1,
                                            .kind = MK_AUDIO,
                                            .decodable = true,
                                            .codec = "aac",
                                            .sample_rate_hz = 48000,
                                            .channels = 2};
    f->info = (struct mk_info){.format = "mov,mp4,m4a,3gp,3g2,mj2",
                               .streams = f->streams,
                               .stream_count = 1,
                               .duration_us = seconds * 1000000};
    f->job = (struct mk_job){
        .inputs = &f->input, .input_count = 1, .outputs = f->outputs, .output_count = 1};
    f->presets[0] = mk_system_preset_find(hls_360p, false);
    f->outputs[0] = (struct mk_job_output){.key = "k", .segment_duration = "3.0"};
    f->request = (struct mk_plan_request){
        .job = &f->job, .presets = f->presets, .infos = &f->info, .info_count = 1, .cores = cores};
    return f;
}

static void add_output(struct fixture *f, const char *id)
{
    f->presets[f->job.output_count] = mk_system_preset_find(id, false);
    f->outputs[f->job.output_count++] =
        (struct mk_job_output){.key = "l", .segment_duration = "3.0"};
}

static void make(struct fixture *f)
{
    assert_int_equal(mk_plan_make(&f->request, &f->arena, &f->plan, NULL), MOCKETS_OK);
    assert_int_equal(f->plan->outputs[0].error_code, 0);
}

static void drop(struct fixture *f)
{
    mk_arena_fini(&f->arena);
    free(f);
}

static const struct mk_plan_encode *join_of(const struct fixture *f)
{
    return f->plan->encodes[0].lanes ? &f->plan->encodes[0] : NULL;
}

/* So many lanes, with so many threads each; 0: the film is made in one piece. */
static void lanes(void **state)
{
    static const struct {
        int64_t seconds;
        unsigned cores;
        int width_px, height_px; /* of the film */
        const char *preset;
        size_t lanes;
        int threads;
    } rows[] = {
        {120, 2, 640, 360, hls_360p, 2, 1},
        {119, 2, 640, 360, hls_360p, 0, 2},
        {120, 1, 640, 360, hls_360p, 0, 1},
        {3600, 4, 640, 360, hls_360p, 4, 1},
        {3600, 64, 640, 360, hls_360p, 8, 6},
        {120, 8, 640, 360, hls_360p, 2, 3},   /* too short for more */
        {90000, 2, 640, 360, hls_360p, 0, 2}, /* longer than anything that is meant */
        {0, 2, 640, 360, hls_360p, 0, 2},     /* who knows how long it is */
        {120, 2, 1920, 1080, hls_360p, 0, 1}, /* decoding is the most */
        {120, 2, 1280, 720, hls_720p, 2, 1},
        {120, 2, 640, 360, loose_360p, 0, 2}, /* the whole film is looked at */
        {120, 2, 640, 360, webm, 0, 2},
    };

    (void)state;
    for (size_t i = 0; i < CHECK_COUNT(rows); i++) {
        struct fixture *f = prepare(rows[i].seconds, rows[i].cores);
        const struct mk_plan_encode *join;

        f->streams[0].width_px = rows[i].width_px;
        f->streams[0].height_px = rows[i].height_px;
        f->presets[0] = mk_system_preset_find(rows[i].preset, false);
        make(f);
        join = join_of(f);
        if ((join ? join->lanes : 0) != rows[i].lanes)
            fail_msg("row %zu: %zu lanes", i, join ? join->lanes : 0);
        assert_int_equal(f->plan->encodes[join ? join->of : 0].threads, rows[i].threads);
        drop(f);
    }
}

/* What would not be the same in stretches is made in one piece. */
static void whole_films(void **state)
{
    (void)state;
    for (int row = 0; row < 13; row++) {
        struct fixture *f = prepare(120, 2);
        struct mk_job_input inputs[2] = {{0}};
        struct mk_info infos[2];

        infos[0] = infos[1] = f->info;
        switch (row) {
        case 0: /* nothing is wrong with it */
            break;
        case 1:
            f->request.encoder_threads = 1;
            break;
        case 2:
            snprintf(f->info.format, sizeof(f->info.format), "mpegts");
            break;
        case 3:
            f->info.duration_is_guess = true;
            break;
        case 4:
            f->streams[0].interlaced = true;
            break;
        case 5: /* another rate than its own */
            f->streams[0].frame_rate = f->streams[0].nominal_rate = (struct mk_rational){120, 1};
            break;
        case 6:
            add_output(f, hls_360p);
            f->presets[1] = mk_system_preset_find(webm, false);
            break;
        case 7:
            f->outputs[0].thumbnail_pattern = "{count}";
            break;
        case 8:
            f->request.infos = infos;
            f->request.info_count = 2;
            f->job.inputs = inputs;
            f->job.input_count = 2;
            break;
        case 9: /* nobody knows what would have to be decoded first */
            f->streams[0].key_count = 0;
            break;
        case 10: /* much would have to be */
            f->keys_us[2] = f->keys_us[1];
            f->keys_us[3] = f->keys_us[4];
            break;
        case 11: /* behind its last key frame too */
            f->streams[0].key_count -= 3;
            break;
        case 12: /* it comes through a pipe */
            f->info.once = true;
            break;
        default:
            fail();
        }
        make(f);
        if (!join_of(f) != (row > 0))
            fail_msg("row %d", row);
        drop(f);
    }
}

/* Every frame is in one stretch, and key frames of segments are where they are in one piece. */
static void frames(void **state)
{
    static const double fps = 30000 / 1001.0, segment_s = 3;
    struct fixture *f = prepare(600, 3);
    const struct mk_plan_encode *join;
    const struct mk_plan_source *source;

    (void)state;
    make(f);
    join = join_of(f);
    assert_non_null(join);
    source = &f->plan->sources[f->plan->pictures[f->plan->encodes[join->of].of].source];
    assert_int_equal(source->part_count, join->stretch_count);
    for (size_t i = 0; i < join->stretch_count; i++) {
        const struct mk_plan_stretch *stretch = &join->stretches[i];
        double segment = (double)stretch->first / fps / segment_s;
        double off_frames = (segment - round(segment)) * segment_s * fps;
        int64_t next = i + 1 < join->stretch_count ? stretch[1].first : INT64_MAX;
        int64_t begin_us = (stretch->first * 1001000000 + 15000) / 30000;

        assert_int_equal(stretch->count, next < INT64_MAX ? next - stretch->first : INT64_MAX);
        assert_true(fabs(off_frames) <= 0.5);
        assert_int_equal(source->parts[i].start_us, begin_us);
        assert_int_equal(source->parts[i].skip_us, begin_us);
        if (i > 0)
            assert_int_equal(source->parts[i - 1].duration_us,
                             begin_us - source->parts[i - 1].start_us);
    }
    assert_int_equal(join->stretches[0].first, 0);
    assert_int_equal(source->parts[join->stretch_count - 1].duration_us, 0);
    drop(f);
}

/* Long at first and shorter at the end; they begin where little is decoded twice. */
static void lengths(void **state)
{
    enum { SEGMENT_S = 3 };
    struct fixture *f = prepare(600, 4);
    const struct mk_plan_encode *join;
    double twice_s = 0, before_s = INFINITY;

    (void)state;
    f->streams[0].frame_rate = f->streams[0].nominal_rate = (struct mk_rational){30, 1};
    make(f);
    join = join_of(f);
    assert_non_null(join);
    for (size_t i = 0; i < join->stretch_count; i++) {
        const struct mk_plan_stretch *stretch = &join->stretches[i];
        double begin_s = (double)stretch->first / 30;
        double length_s = stretch->count < INT64_MAX ? (double)stretch->count / 30 : 600 - begin_s;

        assert_true(length_s <= 40 && length_s >= 7);
        assert_true(begin_s < 400 || length_s <= fmax(before_s, 15) + SEGMENT_S);
        twice_s += fmod(begin_s, KEY_S);
        before_s = length_s;
    }
    assert_true(join->stretch_count >= 15);
    /* it would be half the distance of key frames, if it were left to chance */
    assert_true(twice_s / (double)join->stretch_count < 0.5);
    drop(f);
}

/* Sound has a source of its own, which waits for the film; without sound there is none. */
static void sound(void **state)
{
    (void)state;
    for (int sounds = 0; sounds < 2; sounds++) {
        struct fixture *f = prepare(120, 2);

        f->info.stream_count += (size_t)sounds;
        make(f);
        assert_non_null(join_of(f));
        assert_int_equal(f->plan->source_count, 2 + sounds);
        assert_int_equal(f->plan->sources[0].paced, sounds);
        for (size_t s = 0; s < f->plan->source_count; s++) {
            const struct mk_plan_source *source = &f->plan->sources[s];

            assert_int_equal(source->parts[0].video_stream, source->lane ? 0 : -1);
            assert_int_equal(source->parts[0].audio_stream, source->lane ? -1 : 1);
        }
        assert_int_equal(f->plan->packages[0].encodes[0], 0);
        drop(f);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(lanes),   cmocka_unit_test(whole_films), cmocka_unit_test(frames),
        cmocka_unit_test(lengths), cmocka_unit_test(sound),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
