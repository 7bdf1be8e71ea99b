#include <stdlib.h>

#include "check.h"
#include "plan/make.h"

/* A 1080p25 film with stereo sound, as probing would describe it. */
static struct mk_info_stream streams[3] = {
    {.index = 0,
     .kind = MK_VIDEO,
     .decodable = true,
     .start_us = 0,
     .width_px = 1920,
     .height_px = 1080,
     .sar = {1, 1},
     .frame_rate = {25, 1},
     .nominal_rate = {25, 1}},
    {.index = 1,
     .kind = MK_AUDIO,
     .decodable = true,
     .start_us = 40000,
     .sample_rate_hz = 48000,
     .channels = 2},
};

/* What the job says of it. */
static struct mk_job_input input;

static const char hls_720p[] = "1351620000002-000720", hls_480p[] = "1351620000002-000480",
                  web[] = "1351620000001-100070", audio_only[] = "1351620000001-200060",
                  video_only[] = "1351620000001-200015", webm[] = "1351620000001-100240",
                  interlaced[] = "1351620000001-100190", generic_480p[] = "1351620000001-000020";

enum { OUTPUTS = 4 };

struct fixture {
    struct mk_arena arena;
    struct mk_info info;
    struct mk_job_input input;
    struct mk_job_output outputs[OUTPUTS];
    const struct mk_preset *presets[OUTPUTS];
    struct mk_job job;
    struct mk_plan *plan;
};

static struct fixture *make_with(const char *const *preset_ids, const char *segment,
                                 const struct mk_plan_encoder *encoders)
{
    struct fixture *f = calloc(1, sizeof(*f));
    struct mk_plan_request request = {
        .infos = &f->info, .info_count = 1, .cores = 2, .encoders = encoders};

    f->info = (struct mk_info){.streams = streams,
                               .stream_count = streams[2].kind == MK_AUDIO ? 3 : 2,
                               .duration_us = 10000000};
    f->input = input;
    f->job = (struct mk_job){
        .inputs = &f->input, .input_count = 1, .outputs = f->outputs, .output_key_prefix = "p/"};
    while (f->job.output_count < OUTPUTS && preset_ids[f->job.output_count]) {
        size_t i = f->job.output_count++;

        f->presets[i] = mk_system_preset_find(preset_ids[i], false);
        assert_non_null(f->presets[i]);
        f->outputs[i] = (struct mk_job_output){.key = "k", .segment_duration = segment};
    }
    request.job = &f->job;
    request.presets = f->presets;
    assert_int_equal(mk_plan_make(&request, &f->arena, &f->plan, NULL), MOCKETS_OK);
    return f;
}

static struct fixture *make(const char *const *preset_ids, const char *segment)
{
    return make_with(preset_ids, segment, NULL);
}

static void drop(struct fixture *f)
{
    mk_arena_fini(&f->arena);
    free(f);
}

static void ladder_shares_sound_and_source(void **state)
{
    const char *const ids[] = {hls_720p, hls_480p, NULL};
    struct fixture *f = make(ids, "3.0");

    (void)state;
    assert_int_equal(f->plan->source_count, 1);
    assert_int_equal(f->plan->sources[0].parts[0].video_stream, 0);
    assert_int_equal(f->plan->sources[0].parts[0].audio_stream, 1);
    assert_int_equal(f->plan->sources[0].parts[0].start_us, 0);
    assert_int_equal(f->plan->picture_count, 2);
    assert_int_equal(f->plan->sound_count, 1);
    assert_int_equal(f->plan->encode_count, 3);
    assert_int_equal(f->plan->package_count, 2);
    assert_int_equal(f->plan->packages[0].encodes[1], f->plan->packages[1].encodes[1]);
    assert_int_equal(f->plan->packages[0].segment_us, 3000000);
    assert_string_equal(f->plan->packages[0].key, "p/k");
    assert_int_equal(f->plan->pictures[1].width_px, 854);
    assert_string_equal(f->plan->outputs[0].frame_rate, "25");
    drop(f);
}

static void equal_outputs_are_encoded_once(void **state)
{
    const char *const ids[] = {hls_720p, hls_720p, hls_720p, NULL};
    struct fixture *f = make(ids, "3.0");

    (void)state;
    assert_int_equal(f->plan->picture_count, 1);
    assert_int_equal(f->plan->encode_count, 2);
    assert_int_equal(f->plan->package_count, 3);
    /* one film, two processors: both are for it */
    assert_int_equal(f->plan->encodes[0].threads, 2);
    drop(f);
}

/* What comes through a pipe is read by one source: other outputs share it, or fail. */
static void what_comes_once_is_read_once(void **state)
{
    static const struct {
        bool once;
        const char *starts[OUTPUTS]; /* of the outputs' clips */
        size_t sources;
        bool failed[OUTPUTS];
    } rows[] = {
        {true, {NULL, NULL, NULL}, 1, {false, false, false}},
        {true, {"1", "1", "1"}, 1, {false, false, false}},
        {true, {"1", NULL, "1"}, 1, {false, true, false}},
        {true, {NULL, "1", "2"}, 1, {false, true, true}},
        {false, {NULL, "1", "2"}, 3, {false, false, false}},
    };
    const char *const ids[] = {hls_720p, hls_480p, hls_720p, NULL};

    (void)state;
    for (size_t i = 0; i < CHECK_COUNT(rows); i++) {
        struct mk_time_span spans[OUTPUTS] = {{0}};
        struct mk_clip clips[OUTPUTS] = {{0}};
        struct fixture *f = make(ids, "3.0");
        struct mk_plan_request request = {
            .job = &f->job, .presets = f->presets, .infos = &f->info, .info_count = 1, .cores = 2};

        f->info.once = rows[i].once;
        f->input.key = "film.ts";
        for (size_t k = 0; k < 3; k++) {
            spans[k].start_time = rows[i].starts[k];
            clips[k].time_span = &spans[k];
            f->outputs[k].composition = &clips[k];
            f->outputs[k].composition_count = 1;
        }
        assert_int_equal(mk_plan_make(&request, &f->arena, &f->plan, NULL), MOCKETS_OK);
        assert_int_equal(f->plan->source_count, rows[i].sources);
        for (size_t k = 0; k < 3; k++) {
            const struct mk_plan_output *output = &f->plan->outputs[k];

            assert_int_equal(output->error_code, rows[i].failed[k] ? 1000 : 0);
            if (rows[i].failed[k])
                assert_non_null(strstr(output->error_text, "\"film.ts\" comes through a pipe"));
        }
        drop(f);
    }
}

static void preset_settings(void **state)
{
    const char *const ids[] = {web, NULL};
    struct fixture *f = make(ids, NULL);
    const struct mk_plan_encode *film = &f->plan->encodes[f->plan->packages[0].encodes[0]];
    const struct mk_plan_encode *track = &f->plan->encodes[f->plan->packages[0].encodes[1]];

    (void)state;
    assert_string_equal(film->profile, "main");
    assert_string_equal(film->level, "3.1");
    assert_int_equal(film->reference_frames, 3);
    assert_int_equal(film->gop_frames, 90);
    assert_false(film->fixed_gop);
    assert_int_equal(film->bit_rate_bps, 2200000 * 977LL / 1000);
    assert_int_equal(film->max_rate_bps, 3300000);
    assert_int_equal(film->segment_us, 0);
    assert_int_equal(track->bit_rate_bps, 160000);
    assert_int_equal(f->plan->pictures[0].rate.num, 30);
    assert_int_equal(f->plan->pictures[0].width_px, 1280);
    assert_int_equal(f->plan->sounds[0].sample_rate_hz, 44100);
    drop(f);
}

static void one_kind_only(void **state)
{
    const char *const ids[] = {audio_only, video_only, NULL};
    struct fixture *f = make(ids, "3.0");

    (void)state;
    assert_int_equal(f->plan->packages[0].encode_count, 1);
    assert_int_equal(f->plan->packages[1].encode_count, 1);
    assert_int_equal(f->plan->encodes[f->plan->packages[0].encodes[0]].kind, MK_AUDIO);
    assert_int_equal(f->plan->encodes[f->plan->packages[1].encodes[0]].kind, MK_VIDEO);
    assert_null(f->plan->outputs[0].frame_rate);
    drop(f);
}

static void missing_encoder_fails_only_its_output(void **state)
{
    static const char *const ids[] = {webm, web, NULL};
    struct mk_plan_encoder encoders[MK_CODECS] = {
        [MK_CODEC_VP8] = {.name = "libvpx", .missing = true}};
    struct fixture *f = make_with(ids, NULL, encoders);

    (void)state;
    assert_int_equal(f->plan->outputs[0].error_code, 1000);
    assert_non_null(strstr(f->plan->outputs[0].error_text, "libvpx"));
    assert_int_equal(f->plan->outputs[1].error_code, 0);
    assert_int_equal(f->plan->package_count, 1);
    assert_int_equal(f->plan->packages[0].output, 1);
    drop(f);
}

static void nothing_to_encode_is_4008(void **state)
{
    const char *const ids[] = {audio_only, web, NULL};
    struct fixture *f;

    (void)state;
    streams[1].decodable = false;
    f = make(ids, NULL);
    streams[1].decodable = true;
    assert_int_equal(f->plan->outputs[0].error_code, 4008);
    assert_int_equal(f->plan->outputs[1].error_code, 0);
    assert_int_equal(f->plan->packages[0].encode_count, 1);
    assert_int_equal(f->plan->sources[0].parts[0].audio_stream, -1);
    drop(f);
}

static void many_channels_are_warned_of(void **state)
{
    const char *const ids[] = {web, NULL};
    struct fixture *f;

    (void)state;
    streams[1].channels = 6;
    f = make(ids, NULL);
    streams[1].channels = 2;
    assert_string_equal(f->plan->outputs[0].warning,
                        "The input file for this job contains 6 audio channels and the preset is "
                        "configured for 2 audio channels. Amazon Elastic Transcoder audio-channel "
                        "mapping may not result in the desired audio.");
    drop(f);
}

/* Two mono streams that belong together are one stereo sound. */
static void pairs(void **state)
{
    static const struct {
        struct mk_info_stream left, right;
        int right_stream;
    } rows[] = {
        {{.channels = 1}, {.channels = 1}, 2},
        {{.channels = 1}, {.channels = 1, .is_default = true}, 2},
        {{.channels = 1, .language = "eng"}, {.channels = 1, .language = "eng"}, 2},
        {{.channels = 1, .language = "eng"}, {.channels = 1, .language = "deu"}, 0},
        {{.channels = 2}, {.channels = 1}, 0},
        {{.channels = 1}, {.channels = 1, .sample_rate_hz = 44100}, 0},
        {{.channels = 1}, {.channels = 1, .codec = "mp3"}, 0},
        {{.channels = 1}, {.channels = 1, .start_us = 5000000}, 0},
        {{.channels = 1}, {.channels = 1, .start_us = INT64_MIN}, 0},
    };
    static const struct mk_info_stream nothing;
    const struct mk_info_stream before = streams[1];

    (void)state;
    for (size_t i = 0; i < CHECK_COUNT(rows); i++) {
        const char *const ids[] = {web, NULL};
        struct fixture *f;

        streams[1] = rows[i].left;
        streams[2] = rows[i].right;
        for (int k = 1; k <= 2; k++) {
            streams[k].index = k;
            streams[k].kind = MK_AUDIO;
            streams[k].decodable = true;
            streams[k].sample_rate_hz += streams[k].sample_rate_hz ? 0 : 48000;
        }
        f = make(ids, NULL);
        if (f->plan->sources[0].parts[0].right_stream != rows[i].right_stream)
            fail_msg("row %zu: %d", i, f->plan->sources[0].parts[0].right_stream);
        assert_int_equal(f->plan->sources[0].parts[0].audio_stream, 1);
        assert_int_equal(f->plan->sounds[0].channels, 2);
        drop(f);
    }
    streams[1] = before;
    streams[2] = nothing;
}

static void phone_film_stands_upright(void **state)
{
    const char *const ids[] = {web, NULL};
    struct fixture *f;

    (void)state;
    streams[0].rotation_deg = 90;
    f = make(ids, NULL);
    streams[0].rotation_deg = 0;
    assert_int_equal(f->plan->pictures[0].rotation_deg, 90);
    assert_int_equal(f->plan->pictures[0].width_px, 406);
    assert_int_equal(f->plan->pictures[0].height_px, 720);
    drop(f);
}

static void interlaced_preset(void **state)
{
    const char *const ids[] = {interlaced, NULL};
    struct fixture *f;

    (void)state;
    streams[0].frame_rate = (struct mk_rational){50, 1};
    streams[0].width_px = 720;
    streams[0].height_px = 576;
    streams[0].sar = (struct mk_rational){64, 45};
    f = make(ids, NULL);
    streams[0].frame_rate = (struct mk_rational){25, 1};
    streams[0].width_px = 1920;
    streams[0].height_px = 1080;
    streams[0].sar = (struct mk_rational){1, 1};
    assert_int_equal(f->plan->pictures[0].fields, MK_FIELDS_TOP_FIRST);
    assert_true(f->plan->pictures[0].weave);
    assert_int_equal(f->plan->pictures[0].width_px, 1920);
    assert_int_equal(f->plan->pictures[0].height_px, 1080);
    assert_string_equal(f->plan->outputs[0].color_conversion, "Bt601ToBt709");
    assert_int_equal(f->plan->pictures[0].matrix_out, MK_MATRIX_BT709);
    drop(f);
}

static void thumbnails(void **state)
{
    struct mk_plan_request request = {.info_count = 1, .cores = 2};
    const char *const ids[] = {generic_480p, NULL};
    struct fixture *f = make(ids, NULL);

    (void)state;
    assert_int_equal(f->plan->package_count, 1);
    f->outputs[0].thumbnail_pattern = "t-{count}";
    request.job = &f->job;
    request.presets = f->presets;
    request.infos = &f->info;
    assert_int_equal(mk_plan_make(&request, &f->arena, &f->plan, NULL), MOCKETS_OK);
    assert_int_equal(f->plan->package_count, 2);
    assert_true(f->plan->packages[1].thumbnails);
    assert_string_equal(f->plan->packages[1].key, "p/t-{count}");
    assert_int_equal(f->plan->pictures[1].interval_us, 60000000);
    assert_int_equal(f->plan->pictures[1].width_px, 192);
    assert_int_equal(f->plan->pictures[1].height_px, 108);
    drop(f);
}

/* From pictures that are decoded for the films, and those of equal settings once. */
static void equal_thumbnails_are_made_once(void **state)
{
    const char *const ids[] = {generic_480p, generic_480p, hls_480p, NULL};
    struct fixture *f = make(ids, NULL);
    struct mk_plan_request request = {
        .job = &f->job, .presets = f->presets, .infos = &f->info, .info_count = 1, .cores = 2};
    size_t before = f->plan->encode_count, count = 0;
    unsigned encode = 0;

    (void)state;
    for (size_t i = 0; ids[i]; i++)
        f->outputs[i].thumbnail_pattern = i ? "u-{count}" : "t-{count}";
    assert_int_equal(mk_plan_make(&request, &f->arena, &f->plan, NULL), MOCKETS_OK);
    assert_int_equal(f->plan->source_count, 1);
    assert_int_equal(f->plan->encode_count, before + 1);
    for (size_t i = 0; i < f->plan->package_count; i++) {
        const struct mk_plan_package *package = &f->plan->packages[i];

        if (!package->thumbnails)
            continue;
        encode = count++ ? encode : package->encodes[0];
        assert_int_equal(package->encodes[0], encode);
    }
    assert_int_equal(count, 3);
    drop(f);
}

/* One output of one preset, with other settings of its video. */
static struct mk_plan_picture film_of(struct mk_info_stream stream, const char *preset_id,
                                      const char *rate, const char *height, const char **conversion)
{
    const struct mk_info_stream before = streams[0];
    struct mk_preset preset = *mk_system_preset_find(preset_id, false);
    struct mk_video_parameters video = *preset.video;
    const char *const ids[] = {preset_id, NULL};
    struct mk_plan_request request = {.info_count = 1, .cores = 2};
    struct mk_plan_picture picture;
    struct fixture *f;

    streams[0] = stream;
    f = make(ids, NULL);
    video.frame_rate = rate ? rate : video.frame_rate;
    video.max_height = height ? height : video.max_height;
    preset.video = &video;
    f->presets[0] = &preset;
    request.job = &f->job;
    request.presets = f->presets;
    request.infos = &f->info;
    assert_int_equal(mk_plan_make(&request, &f->arena, &f->plan, NULL), MOCKETS_OK);
    streams[0] = before;
    picture = f->plan->pictures[0];
    if (conversion)
        *conversion = f->plan->outputs[0].color_conversion;
    drop(f);
    return picture;
}

/* What becomes of fields: progressive or interlaced in, progressive or interlaced out. */
static void fields(void **state)
{
    static const struct {
        bool in, unknown, bottom_first;
        int fps, height;
        const char *preset, *rate, *out_height;
        enum mk_deinterlace deinterlace;
        bool every_field, weave;
    } rows[] = {
        {false, false, false, 25, 1080, web, NULL, NULL, MK_DEINTERLACE_NONE, false, false},
        {true, false, false, 25, 1080, web, "25", NULL, MK_DEINTERLACE_ALL, false, false},
        {true, false, false, 25, 1080, web, "30", NULL, MK_DEINTERLACE_ALL, true, false},
        {true, false, false, 25, 1080, web, "50", NULL, MK_DEINTERLACE_ALL, true, false},
        {false, true, false, 25, 1080, web, "25", NULL, MK_DEINTERLACE_MARKED, false, false},
        /* into fields: from the moments of the source where it has enough */
        {false, false, false, 25, 1080, interlaced, NULL, NULL, MK_DEINTERLACE_NONE, false, false},
        {false, false, false, 50, 1080, interlaced, NULL, NULL, MK_DEINTERLACE_NONE, false, true},
        {true, false, false, 25, 576, interlaced, NULL, NULL, MK_DEINTERLACE_ALL, true, true},
        {true, false, false, 25, 1080, interlaced, "29.97", NULL, MK_DEINTERLACE_ALL, true, true},
        {true, false, true, 25, 1080, interlaced, NULL, NULL, MK_DEINTERLACE_ALL, true, true},
        {true, false, false, 25, 1080, interlaced, NULL, "1072", MK_DEINTERLACE_ALL, true, true},
        /* fields as they are wanted stay as they are */
        {true, false, false, 25, 1080, interlaced, NULL, NULL, MK_DEINTERLACE_KEEP, false, false},
        /* but for those that 4:2:0 cannot have */
        {true, false, false, 25, 1078, interlaced, NULL, NULL, MK_DEINTERLACE_ALL, true, true},
    };

    (void)state;
    for (size_t i = 0; i < CHECK_COUNT(rows); i++) {
        struct mk_info_stream stream = streams[0];
        struct mk_plan_picture got;

        stream.interlaced = rows[i].in;
        stream.fields_unknown = rows[i].unknown;
        stream.top_field_first = !rows[i].bottom_first;
        stream.frame_rate = stream.nominal_rate = (struct mk_rational){rows[i].fps, 1};
        stream.height_px = rows[i].height;
        got = film_of(stream, rows[i].preset, rows[i].rate, rows[i].out_height, NULL);
        if (got.deinterlace != rows[i].deinterlace || got.every_field != rows[i].every_field ||
            got.weave != rows[i].weave || (got.fields && got.height_px % 4))
            fail_msg("row %zu: deinterlace %d every %d weave %d height %d", i, (int)got.deinterlace,
                     got.every_field, got.weave, got.height_px);
    }
}

/* ColorSpaceConversionMode "Auto" of the 1080i presets, and what comes without a matrix. */
static void colours(void **state)
{
    static const struct {
        int width, height;
        enum mk_matrix found;
        const char *preset, *rate;
        const char *conversion;
        enum mk_matrix in, out;
    } rows[] = {
        {720, 576, 0, interlaced, NULL, "Bt601ToBt709", MK_MATRIX_BT601, MK_MATRIX_BT709},
        {720, 480, 0, interlaced, "29.97", "Bt601ToBt709", MK_MATRIX_BT601, MK_MATRIX_BT709},
        {720, 480, 0, interlaced, "30", "None", 0, 0},
        {704, 480, 0, interlaced, NULL, "None", 0, 0},
        {1920, 1080, 0, interlaced, NULL, "None", 0, 0},
        {720, 576, 0, web, NULL, "None", 0, 0},
        {1920, 1080, MK_MATRIX_RGB, web, NULL, "None", MK_MATRIX_RGB, MK_MATRIX_BT709},
        {320, 240, MK_MATRIX_RGB, web, NULL, "None", MK_MATRIX_RGB, MK_MATRIX_BT601},
        {320, 240, MK_MATRIX_BT709, web, NULL, "None", 0, 0},
    };

    (void)state;
    for (size_t i = 0; i < CHECK_COUNT(rows); i++) {
        struct mk_info_stream stream = streams[0];
        struct mk_plan_picture got;
        const char *conversion;

        stream.width_px = rows[i].width;
        stream.height_px = rows[i].height;
        stream.matrix = rows[i].found;
        got = film_of(stream, rows[i].preset, rows[i].rate, NULL, &conversion);
        assert_string_equal(conversion, rows[i].conversion);
        if (got.matrix_in != rows[i].in || got.matrix_out != rows[i].out)
            fail_msg("row %zu: from %d to %d", i, (int)got.matrix_in, (int)got.matrix_out);
    }
}

/* FrameRate, AspectRatio and Interlaced of the input stand in for what was found. */
static void hints(void **state)
{
    const char *const ids[] = {hls_720p, NULL};
    struct fixture *f;

    (void)state;
    input = (struct mk_job_input){.frame_rate = "50",
                                  .aspect_ratio = "4:3",
                                  .interlaced = "true",
                                  .resolution = "auto",
                                  .container = "mpeg"};
    f = make(ids, NULL);
    assert_string_equal(f->plan->outputs[0].frame_rate, "25");
    assert_int_equal(f->plan->pictures[0].width_px, 960);
    assert_int_equal(f->plan->pictures[0].height_px, 720);
    assert_int_equal(f->plan->pictures[0].deinterlace, MK_DEINTERLACE_ALL);
    assert_true(f->plan->pictures[0].top_field_first);
    drop(f);

    input =
        (struct mk_job_input){.frame_rate = "auto", .aspect_ratio = "auto", .interlaced = "false"};
    streams[0].interlaced = true;
    f = make(ids, NULL);
    assert_int_equal(f->plan->pictures[0].deinterlace, MK_DEINTERLACE_NONE);
    assert_int_equal(f->plan->pictures[0].width_px, 1280);
    drop(f);
    input.interlaced = "auto";
    f = make(ids, NULL);
    assert_int_equal(f->plan->pictures[0].deinterlace, MK_DEINTERLACE_ALL);
    assert_false(f->plan->pictures[0].top_field_first);
    drop(f);
    streams[0].interlaced = false;
    input = (struct mk_job_input){0};
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(ladder_shares_sound_and_source),
        cmocka_unit_test(equal_outputs_are_encoded_once),
        cmocka_unit_test(what_comes_once_is_read_once),
        cmocka_unit_test(preset_settings),
        cmocka_unit_test(one_kind_only),
        cmocka_unit_test(missing_encoder_fails_only_its_output),
        cmocka_unit_test(nothing_to_encode_is_4008),
        cmocka_unit_test(many_channels_are_warned_of),
        cmocka_unit_test(pairs),
        cmocka_unit_test(phone_film_stands_upright),
        cmocka_unit_test(interlaced_preset),
        cmocka_unit_test(thumbnails),
        cmocka_unit_test(equal_thumbnails_are_made_once),
        cmocka_unit_test(fields),
        cmocka_unit_test(colours),
        cmocka_unit_test(hints),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
