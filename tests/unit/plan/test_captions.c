#include "check.h"
#include "plan/captions.h"
#include "plan/make.h"

/* Languages of up to two tracks; upper case: beside the film. */
struct languages {
    const char *codes[2];
};

static struct mk_caption_tracks tracks_of(const struct languages *languages,
                                          struct mk_caption_track *room)
{
    size_t count = 0;

    while (count < 2 && languages->codes[count]) {
        room[count].language = languages->codes[count];
        count++;
    }
    return (struct mk_caption_tracks){room, count};
}

static void merges(void **state)
{
    static const struct {
        enum mk_merge merge;
        struct languages embedded, sidecars;
        const char *wanted;
    } rows[] = {
        {MK_MERGE_SIDECAR_WINS, {{"eng", "fra"}}, {{"EN"}}, "fra EN "},
        {MK_MERGE_EMBEDDED_WINS, {{"eng", "fra"}}, {{"EN", "DE"}}, "eng fra DE "},
        {MK_MERGE_SIDECAR_ONLY, {{"eng"}}, {{"DE"}}, "DE "},
        {MK_MERGE_EMBEDDED_WINS, {{"eng", "en"}}, {{NULL}}, "eng "},
        {MK_MERGE_SIDECAR_WINS, {{NULL}}, {{"DE", "GER"}}, "DE "},
        {MK_MERGE_SIDECAR_ONLY, {{"eng"}}, {{NULL}}, ""},
    };

    (void)state;
    for (size_t i = 0; i < CHECK_COUNT(rows); i++) {
        struct mk_caption_track out[4], room[2][2];
        size_t count = mk_captions_merge(rows[i].merge, tracks_of(&rows[i].embedded, room[0]),
                                         tracks_of(&rows[i].sidecars, room[1]), out);
        char found[64] = "";

        for (size_t k = 0; k < count; k++) {
            strcat(found, out[k].language);
            strcat(found, " ");
        }
        assert_string_equal(found, rows[i].wanted);
    }
}

static void picks_policies(void **state)
{
    static const struct mk_input_captions retain = {.merge_policy = "MergeRetain"};
    static const struct mk_input_captions nothing = {.merge_policy = NULL};
    static struct mk_captions override = {.merge_policy = "Override"}, none;
    static const struct {
        const struct mk_input_captions *input;
        struct mk_captions *output;
        enum mk_merge merge;
    } rows[] = {
        {&retain, &override, MK_MERGE_EMBEDDED_WINS}, {&nothing, &override, MK_MERGE_SIDECAR_ONLY},
        {NULL, &override, MK_MERGE_SIDECAR_ONLY},     {NULL, &none, MK_MERGE_EMBEDDED_WINS},
        {NULL, NULL, MK_MERGE_EMBEDDED_WINS},
    };

    (void)state;
    for (size_t i = 0; i < CHECK_COUNT(rows); i++) {
        const struct mk_job_input input = {.input_captions =
                                               (struct mk_input_captions *)rows[i].input};
        const struct mk_job_output output = {.captions = rows[i].output};

        assert_int_equal(mk_captions_merge_of(&input, &output), rows[i].merge);
    }
}

static void names_files(void **state)
{
    static const struct {
        const char *prefix, *pattern, *key;
    } keys[] = {
        {"p/", "a-{language}-b", "p/a-en-b"}, {NULL, "a{language}", "aen"}, {"p/", "a-", "p/a-en"},
        {"p/", "", "p/film.mp4-en"},          {NULL, NULL, "film.mp4-en"},
    };
    static const struct {
        const char *from, *to, *path;
    } paths[] = {
        {"list.m3u8", "subs/en", "subs/en"},
        {"p/list.m3u8", "p/en", "en"},
        {"p/a/list.m3u8", "p/b/en", "../b/en"},
        {"p/a/b/list.m3u8", "en", "../../../en"},
    };
    static const struct {
        const char *format, *container, *extension;
    } extensions[] = {{"webvtt", "ts", "vtt"},  {"webvtt", "fmp4", "vtt"}, {"dfxp", "mp4", "dfxp"},
                      {"dfxp", "fmp4", "ismt"}, {"srt", "mp4", "srt"},     {"scc", "ts", "scc"},
                      {"mov-text", "mp4", NULL}};
    struct mk_arena arena = {0};

    (void)state;
    for (size_t i = 0; i < CHECK_COUNT(keys); i++)
        assert_string_equal(
            mk_captions_key(keys[i].prefix, keys[i].pattern, "film.mp4", "en", &arena),
            keys[i].key);
    for (size_t i = 0; i < CHECK_COUNT(paths); i++)
        assert_string_equal(mk_captions_path(paths[i].from, paths[i].to, &arena), paths[i].path);
    for (size_t i = 0; i < CHECK_COUNT(extensions); i++) {
        const char *found = mk_captions_extension(extensions[i].format, extensions[i].container);

        assert_true(found == extensions[i].extension ||
                    strcmp(found, extensions[i].extension) == 0);
    }
    mk_arena_fini(&arena);
}

/* A film of 30 frames a second that begins at 10 s, with as many captions inside as told. */
static void checks_limits(void **state)
{
    static const struct {
        const char *format, *rate;
        size_t tracks;
        bool listed;
        int error;
    } rows[] = {
        {"srt", "25", 300, true, 0},       {"srt", "25", 301, false, 4103},
        {"cea-708", "30", 6, false, 0},    {"cea-708", "29.97", 4, true, 0},
        {"cea-708", "30", 5, true, 4104},  {"cea-708", "25", 1, false, 4105},
        {"cea-708", "60", 1, false, 4105}, {"cea-708", "30", 7, false, 4106},
        {"cea-708", "25", 0, false, 0},    {"mov-text", "25", 300, false, 0},
    };
    static struct mk_info_stream stream = {.kind = MK_VIDEO,
                                           .decodable = true,
                                           .start_us = 10000000,
                                           .width_px = 320,
                                           .height_px = 240,
                                           .sar = {1, 1},
                                           .frame_rate = {30, 1},
                                           .nominal_rate = {30, 1}};
    static const char *const letters = "abcdefghijklmnopqrstuvwxyz";
    static char codes[301][4];
    static struct mk_caption_track tracks[301];
    static const struct mk_cue cue = {10500000, 12000000, "text"};

    (void)state;
    for (size_t i = 0; i < 301; i++) {
        memcpy(codes[i], (char[]){'q', letters[i / 26], letters[i % 26], 0}, 4);
        tracks[i] = (struct mk_caption_track){.language = codes[i], .cues = {&cue, 1}};
    }
    for (size_t i = 0; i < CHECK_COUNT(rows); i++) {
        const struct mk_info info = {.streams = &stream, .stream_count = 1, .duration_us = 5000000};
        const struct mk_caption_tracks embedded = {tracks, rows[i].tracks};
        const struct mk_caption_format format = {.format = rows[i].format};
        struct mk_captions captions = {.caption_formats = &format, .caption_format_count = 1};
        struct mk_job_input input = {.key = "in"};
        struct mk_job_output output = {.key = "k", .captions = &captions};
        const char *const key = "k";
        struct mk_playlist playlist = {.output_keys = &key, .output_key_count = 1};
        struct mk_job job = {.inputs = &input,
                             .input_count = 1,
                             .outputs = &output,
                             .output_count = 1,
                             .playlists = &playlist,
                             .playlist_count = rows[i].listed};
        const struct mk_preset *system = mk_system_preset_find("1351620000001-000040", false);
        struct mk_video_parameters video = *system->video;
        struct mk_preset preset = *system;
        const struct mk_preset *presets = &preset;
        const struct mk_plan_request request = {.job = &job,
                                                .presets = &presets,
                                                .infos = &info,
                                                .info_count = 1,
                                                .embedded = &embedded,
                                                .cores = 1};
        struct mk_arena arena = {0};
        struct mk_plan *plan;

        video.frame_rate = rows[i].rate;
        preset.video = &video;
        assert_int_equal(mk_plan_make(&request, &arena, &plan, NULL), MOCKETS_OK);
        assert_int_equal(plan->outputs[0].error_code, rows[i].error);
        assert_int_equal(plan->package_count, rows[i].error ? 0 : 1);
        if (!rows[i].error && rows[i].tracks) {
            assert_int_equal(plan->outputs[0].captions.count, rows[i].tracks);
            assert_int_equal(plan->outputs[0].captions.items[0].cues.items[0].start_us, 500000);
        }
        mk_arena_fini(&arena);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(merges),
        cmocka_unit_test(picks_policies),
        cmocka_unit_test(names_files),
        cmocka_unit_test(checks_limits),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
