#include <stdlib.h>

#include "check.h"
#include "plan/make.h"

/* Sound with two pictures: a PNG and a JPEG. What is special is changed by the rows. */
static const char bytes[] = "picture";

#define EMBEDDED(codec_, w, h, data)                                                               \
    {                                                                                              \
        .kind = MK_VIDEO, .decodable = true, .attached_picture = true, .codec = codec_,            \
        .width_px = (w), .height_px = (h), .picture = (data), .picture_bytes = sizeof(bytes)       \
    }
#define SOUND                                                                                      \
    {                                                                                              \
        .kind = MK_AUDIO, .decodable = true, .sample_rate_hz = 44100, .channels = 2                \
    }

static struct mk_info_stream with[] = {SOUND, EMBEDDED("png", 10, 20, bytes),
                                       EMBEDDED("mjpeg", 30, 40, bytes)};
static struct mk_info_stream without[] = {SOUND};
static struct mk_info_stream broken[] = {SOUND, EMBEDDED("mjpeg", 0, 0, NULL)};
static struct mk_info_stream large[] = {SOUND, EMBEDDED("mjpeg", 4096, 3073, NULL)};

static const struct mk_artwork artworks[21] = {
    {.input_key = "a.png"},
    {.input_key = "b.jpg",
     .max_width = "200",
     .max_height = "100",
     .album_art_format = "png",
     .sizing_policy = "Fit",
     .padding_policy = "Pad"},
};

/* J<i>: artwork i of the job; E<i>: picture i of the input. */
static const struct {
    const char *policy;
    int artwork_count; /* -1: no list */
    struct mk_info_stream *streams;
    size_t stream_count;
    int code;
    const char *arts;
} rows[] = {
    {"Replace", 2, with, 3, 0, "J0 J1 "},
    {"Replace", 0, with, 3, 0, ""},
    {"Replace", -1, with, 3, 0, ""},
    {"Prepend", 2, with, 3, 0, "J0 J1 E0 E1 "},
    {"Prepend", 0, with, 3, 0, "E0 E1 "},
    {"Prepend", -1, with, 3, 0, ""},
    {"Append", 2, with, 3, 0, "E0 E1 J0 J1 "},
    {"Append", 0, with, 3, 0, "E0 E1 "},
    {"Append", 2, without, 1, 0, "J0 J1 "},
    {"Fallback", 2, with, 3, 0, "E0 E1 "},
    {"Fallback", 0, with, 3, 0, "E0 E1 "},
    {"Fallback", 2, without, 1, 0, "J0 J1 "},
    {NULL, -1, with, 3, 0, ""},
    {"Append", 18, without, 1, 0, NULL},
    {"Append", 18, with, 3, 0, NULL},
    {"Append", 19, with, 3, 4009, NULL},
    {"Fallback", 20, with, 3, 0, "E0 E1 "},
    {"Append", 0, broken, 2, 4011, NULL},
    {"Append", 0, large, 2, 4013, NULL},
    {"Fallback", 1, large, 2, 4013, NULL},
    {"Replace", 1, large, 2, 0, "J0 "},
    {"Replace", 1, broken, 2, 0, "J0 "},
};

static void tell(const struct mk_plan_package *package, char *to)
{
    *to = '\0';
    for (size_t i = 0; i < package->art_count; i++) {
        const struct mk_plan_art *art = &package->arts[i];

        if (art->data) {
            strcat(to, art->codec == MK_CODEC_PNG ? "E0 " : "E1 ");
            assert_int_equal(art->size_bytes, sizeof(bytes));
            assert_int_equal(art->width_px, art->codec == MK_CODEC_PNG ? 10 : 30);
        } else {
            strcat(to, art->image ? "J1 " : "J0 ");
            assert_int_equal(art->codec, MK_CODEC_PNG);
        }
    }
}

static void merges(void **state)
{
    (void)state;
    for (size_t i = 0; i < CHECK_COUNT(rows); i++) {
        struct mk_artwork list[21];
        struct mk_album_art art = {.merge_policy = rows[i].policy};
        struct mk_job_output output = {.key = "k", .album_art = &art};
        struct mk_job_input input = {.key = "i"};
        const struct mk_job job = {
            .inputs = &input, .input_count = 1, .outputs = &output, .output_count = 1};
        const struct mk_preset *preset = mk_system_preset_find("1351620000001-100110", true);
        const struct mk_info info = {.streams = rows[i].streams,
                                     .stream_count = rows[i].stream_count};
        struct mk_auxiliary images[] = {
            {.kind = MK_AUXILIARY_ARTWORK, .key = "a.png", .info = {100, 50}},
            {.kind = MK_AUXILIARY_ARTWORK, .key = "b.jpg", .info = {100, 100}},
        };
        const struct mk_plan_request request = {.job = &job,
                                                .presets = &preset,
                                                .infos = &info,
                                                .info_count = 1,
                                                .auxiliaries = images,
                                                .auxiliary_count = 2,
                                                .cores = 1};
        struct mk_arena arena = {0};
        struct mk_plan *plan;
        char text[256];

        for (size_t k = 0; k < CHECK_COUNT(list); k++)
            list[k] = artworks[k < 2 ? k : 0];
        if (rows[i].artwork_count >= 0) {
            art.artwork = list;
            art.artwork_count = (size_t)rows[i].artwork_count;
        }
        assert_int_equal(mk_plan_make(&request, &arena, &plan, NULL), 0);
        if (plan->outputs[0].error_code != rows[i].code)
            fail_msg("row %zu: %d", i, plan->outputs[0].error_code);
        assert_int_equal(plan->package_count, !rows[i].code);
        if (rows[i].arts) {
            tell(&plan->packages[0], text);
            if (strcmp(text, rows[i].arts))
                fail_msg("row %zu: %s", i, text);
        }
        mk_arena_fini(&arena);
    }
}

/* 600x600 where nothing is said; padding on all sides. */
static void sizes(void **state)
{
    struct mk_artwork list[] = {artworks[0], artworks[1]};
    struct mk_album_art art = {"Replace", list, 2};
    struct mk_job_output output = {.key = "k", .album_art = &art};
    struct mk_job_input input = {.key = "i"};
    const struct mk_job job = {
        .inputs = &input, .input_count = 1, .outputs = &output, .output_count = 1};
    const struct mk_preset *preset = mk_system_preset_find("1351620000001-100110", true);
    const struct mk_info info = {.streams = without, .stream_count = 1};
    struct mk_auxiliary images[] = {
        {.kind = MK_AUXILIARY_ARTWORK, .key = "a.png", .info = {100, 50}},
        {.kind = MK_AUXILIARY_ARTWORK, .key = "b.jpg", .info = {300, 300}},
    };
    const struct mk_plan_request request = {.job = &job,
                                            .presets = &preset,
                                            .infos = &info,
                                            .info_count = 1,
                                            .auxiliaries = images,
                                            .auxiliary_count = 2,
                                            .cores = 1};
    struct mk_arena arena = {0};
    struct mk_plan *plan;
    const struct mk_plan_art *arts;

    (void)state;
    assert_int_equal(mk_plan_make(&request, &arena, &plan, NULL), 0);
    arts = plan->packages[0].arts;
    assert_int_equal(plan->packages[0].art_count, 2);
    assert_int_equal(arts[0].scale_width_px, 600);
    assert_int_equal(arts[0].width_px, 600);
    assert_int_equal(arts[0].height_px, 300);
    assert_int_equal(arts[1].scale_width_px, 100);
    assert_int_equal(arts[1].crop_height_px, 100);
    assert_int_equal(arts[1].width_px, 200);
    assert_int_equal(arts[1].height_px, 100);
    assert_int_equal(plan->image_count, 2);
    mk_arena_fini(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(merges),
        cmocka_unit_test(sizes),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
