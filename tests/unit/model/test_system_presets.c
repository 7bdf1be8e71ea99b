#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>
#include <jansson.h>

#include "base/arena.h"
#include "base/str.h"
#include "model/preset.h"

/* The catalogue as it is known, beside the tests. The program runs in a scratch directory. */
static json_t *load_catalogue(void)
{
    static const char file[] = __FILE__;
    char path[1024];
    json_error_t error;
    json_t *catalogue;

    snprintf(path, sizeof(path), "%.*s/../../data/system-presets.json",
             (int)(strrchr(file, '/') - file), file);
    catalogue = json_load_file(path, 0, &error);
    if (!catalogue)
        fail_msg("%s: %s", path, error.text);
    return catalogue;
}

/* Everything that is set in a is the same in b; what is not set is null, absent or []. */
static bool covers(const json_t *b, const json_t *a)
{
    const char *key;
    json_t *value;
    size_t i;

    if (json_is_array(a)) {
        json_array_foreach(a, i, value)
        {
            if (!covers(json_array_get(b, i), value))
                return false;
        }
        return json_array_size(a) == json_array_size(b);
    }
    if (!json_is_object(a))
        return json_equal(a, b);
    json_object_foreach((json_t *)a, key, value)
    {
        bool unset = json_is_null(value) || (json_is_array(value) && !json_array_size(value));

        if (!unset && !covers(json_object_get(b, key), value)) {
            print_error("%s differs\n", key);
            return false;
        }
    }
    return json_is_object(b);
}

static json_t *as_json(const struct mk_preset *preset)
{
    struct mk_arena arena = {0};
    char *text = mk_model_text(&mk_shape_preset, preset, &arena);
    json_t *json = json_loads(text, 0, NULL);

    assert_non_null(json);
    mk_arena_fini(&arena);
    return json;
}

static void is_the_catalogue(void **state)
{
    json_t *catalogue = load_catalogue();
    const struct mk_preset *presets;
    size_t count;

    (void)state;
    presets = mk_system_presets(&count);
    assert_int_equal(mk_system_presets_own_from(), json_array_size(catalogue));
    assert_int_equal(count, json_array_size(catalogue) + 5);
    for (size_t i = 0; i < json_array_size(catalogue); i++) {
        json_t *expected = json_array_get(catalogue, i), *actual = as_json(&presets[i]);

        if (!covers(actual, expected) || !covers(expected, actual))
            fail_msg("%s", presets[i].id);
        assert_true(i == 0 || strcmp(presets[i - 1].id, presets[i].id) < 0);
        json_decref(actual);
    }
    json_decref(catalogue);
}

/* The service's own names exceed its limit three times; all else fits the table. */
static void fits_the_shape(void **state)
{
    const struct mk_preset *presets;
    struct mockets_error err;
    unsigned wrong = 0;
    size_t count;

    (void)state;
    presets = mk_system_presets(&count);
    for (size_t i = 0; i < count; i++) {
        if (!mk_model_check(&mk_shape_preset, &presets[i], &err))
            continue;
        assert_non_null(strstr(err.message, "1 validation error detected"));
        assert_string_equal(err.field, "/Name");
        wrong++;
    }
    assert_int_equal(wrong, 3);
}

static void has_its_own_behind(void **state)
{
    static const char *const rows[][7] = {
        {"1351620000002-001080", "mockets: HLS 1080p", "5000", "5350", "7500", "1920", "1080"},
        {"1351620000002-000720", "mockets: HLS 720p", "2400", "2568", "3600", "1280", "720"},
        {"1351620000002-000480", "mockets: HLS 480p", "1200", "1284", "1800", "854", "480"},
        {"1351620000002-000360", "mockets: HLS 360p", "700", "749", "1050", "640", "360"},
        {"1351620000002-000240", "mockets: HLS 240p", "400", "428", "600", "426", "240"},
    };
    const struct mk_preset *presets;
    size_t count;

    (void)state;
    presets = mk_system_presets(&count);
    for (size_t i = 0; i < 5; i++) {
        const struct mk_preset *preset = &presets[mk_system_presets_own_from() + i];

        assert_string_equal(preset->id, rows[i][0]);
        assert_string_equal(preset->name, rows[i][1]);
        assert_string_equal(preset->container, "ts");
        assert_string_equal(preset->type, "System");
        assert_string_equal(preset->video->bit_rate, rows[i][2]);
        assert_string_equal(mk_video_option(preset->video, "MaxBitRate"), rows[i][3]);
        assert_string_equal(mk_video_option(preset->video, "BufferSize"), rows[i][4]);
        assert_string_equal(preset->video->max_width, rows[i][5]);
        assert_string_equal(preset->video->max_height, rows[i][6]);
        assert_string_equal(preset->video->max_frame_rate, "30");
        assert_string_equal(preset->audio->bit_rate, i == 4 ? "96" : "128");
        assert_ptr_equal(mk_system_preset_find(preset->id, false), preset);
        assert_null(mk_system_preset_find(preset->id, true));
    }
}

static const struct {
    const char *id, *found;
} ids[] = {
    {"1351620000001-000001", "1351620000001-000001"},
    {"1351620000001-500060", "1351620000001-500060"},
    {"1351620000001-000060", "1351620000001-000061"},
    {"1351620000001-100010", "1351620000001-100020"},
    {"1351620000001-100140", "1351620000001-100141"},
    {"1351620000001-200070", "1351620000001-200071"},
    {"1351620000000-000010", "1351620000001-000010"},
    {"1351620000000-000060", "1351620000001-000061"},
    {"1351620000000-100100", "1351620000001-100080"},
    {"1351620000000-000002", NULL},
    {"1351620000001-000720", NULL},
    {"1351620000001-", NULL},
    {"1351620000001-0000011", NULL},
    {"1351620000003-000001", NULL},
    {"", NULL},
};

static void finds_by_id(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof(ids) / sizeof(ids[0]); i++) {
        for (int strict = 0; strict < 2; strict++) {
            const struct mk_preset *preset = mk_system_preset_find(ids[i].id, strict);

            if (!mk_str_eq(preset ? preset->id : NULL, ids[i].found))
                fail_msg("%s", ids[i].id);
        }
    }
}

static const struct {
    const char *key, *height;
} keys[] = {
    {"video-720p", "720"},
    {"video-1080p.mp4", "1080"},
    {"a/480P/seg", "480"},
    {"360p", "360"},
    {"240p_", "240"},
    {"", "720"},
    {"movie.mp4", "720"},
    {"1080", "720"},
    {"2160p", "720"},
    {"x11080p", "720"},
    {"480pixels", "720"},
    {"480p60", "720"},
    {"480p-to-240p.ts", "240"},
    {"240p/480p", "480"},
    {"v1080p/v480p2/x", "1080"},
    {"hls/out_360p_1", "360"},
    {"1080p/480px/360p0", "1080"},
};

static void reads_the_height_of_a_key(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof(keys) / sizeof(keys[0]); i++) {
        const struct mk_preset *preset = mk_system_preset_for_key(keys[i].key);

        if (strcmp(preset->video->max_height, keys[i].height) != 0)
            fail_msg("%s gives %s", keys[i].key, preset->video->max_height);
    }
}

static void reads_codec_options(void **state)
{
    const struct mk_pair pairs[] = {{"Level", "3"}, {"BufferSize", ""}};
    const struct mk_video_parameters video = {.codec_options = pairs, .codec_option_count = 2};

    (void)state;
    assert_string_equal(mk_video_option(&video, "Level"), "3");
    assert_null(mk_video_option(&video, "BufferSize"));
    assert_null(mk_video_option(&video, "Profile"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(is_the_catalogue),          cmocka_unit_test(fits_the_shape),
        cmocka_unit_test(has_its_own_behind),        cmocka_unit_test(finds_by_id),
        cmocka_unit_test(reads_the_height_of_a_key), cmocka_unit_test(reads_codec_options),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
