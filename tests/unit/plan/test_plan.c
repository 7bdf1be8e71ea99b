#include <stdlib.h>

#include "check.h"
#include "plan/make.h"

/* A 1080p25 film with stereo sound, as probing would describe it. */
static struct mk_info_stream streams[] = {
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

static const char hls_720p[] = "1351620000002-000720", hls_480p[] = "1351620000002-000480",
                  web[] = "1351620000001-100070", audio_only[] = "1351620000001-200060",
                  video_only[] = "1351620000001-200015", smooth[] = "1351620000001-400010",
                  interlaced[] = "1351620000001-100190", generic_480p[] = "1351620000001-000020";

enum { OUTPUTS = 4 };

struct fixture {
    struct mk_arena arena;
    struct mk_info info;
    struct mk_job_output outputs[OUTPUTS];
    const struct mk_preset *presets[OUTPUTS];
    struct mk_job job;
    struct mk_plan *plan;
};

static struct fixture *make(const char *const *preset_ids, const char *segment)
{
    struct fixture *f = calloc(1, sizeof(*f));
    struct mk_plan_request request = {.infos = &f->info, .info_count = 1, .cores = 2};

    f->info = (struct mk_info){.streams = streams, .stream_count = 2, .duration_us = 10000000};
    f->job = (struct mk_job){.outputs = f->outputs, .output_key_prefix = "p/"};
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
    assert_int_equal(f->plan->sources[0].video_stream, 0);
    assert_int_equal(f->plan->sources[0].audio_stream, 1);
    assert_int_equal(f->plan->sources[0].start_us, 0);
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
    assert_int_equal(film->bit_rate_bps, 2200000);
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

static void unsupported_preset_fails_only_its_output(void **state)
{
    const char *const ids[] = {smooth, web, NULL};
    struct fixture *f = make(ids, NULL);

    (void)state;
    assert_int_equal(f->plan->outputs[0].error_code, 1000);
    assert_non_null(strstr(f->plan->outputs[0].error_text, "fmp4"));
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
    assert_int_equal(f->plan->sources[0].audio_stream, -1);
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

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(ladder_shares_sound_and_source),
        cmocka_unit_test(equal_outputs_are_encoded_once),
        cmocka_unit_test(preset_settings),
        cmocka_unit_test(one_kind_only),
        cmocka_unit_test(unsupported_preset_fails_only_its_output),
        cmocka_unit_test(nothing_to_encode_is_4008),
        cmocka_unit_test(many_channels_are_warned_of),
        cmocka_unit_test(phone_film_stands_upright),
        cmocka_unit_test(interlaced_preset),
        cmocka_unit_test(thumbnails),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
