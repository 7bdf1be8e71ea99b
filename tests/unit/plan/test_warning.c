#include "check.h"
#include "plan/warning.h"

static struct mk_video_parameters video = {.codec = "H.264"};
static struct mk_audio_parameters audio = {.codec = "AAC", .channels = "2"};

/* Half more than the preset says is nothing unusual. */
static const struct {
    const char *video_rate, *audio_rate;
    int64_t highest_bps, average_bps;
    bool told;
} rows[] = {
    {"300", "64", 546000, 300000, false}, {"300", "64", 547000, 300000, true},
    {"300", "64", 547000, 547000, false}, /* all are alike */
    {"300", NULL, 451000, 300000, true},  {NULL, "64", 97000, 64000, true},
    {NULL, "64", 96000, 64000, false},    {"auto", "64", 9000000, 300000, false},
    {"300", "64", 0, 0, false}, /* no segments */
};

static void fast_segments_are_told_of(void **state)
{
    (void)state;
    for (size_t i = 0; i < CHECK_COUNT(rows); i++) {
        const struct mk_preset preset = {
            .video = rows[i].video_rate ? &video : NULL,
            .audio = rows[i].audio_rate ? &audio : NULL,
        };
        const char *text;

        video.bit_rate = rows[i].video_rate;
        audio.bit_rate = rows[i].audio_rate;
        text = mk_warning_segments(&preset, rows[i].highest_bps, rows[i].average_bps);
        if (!text != !rows[i].told)
            fail_msg("row %zu: %s", i, text ? text : "nothing");
    }
}

static void several_are_joined_by_a_blank(void **state)
{
    struct mk_arena arena = {0};

    (void)state;
    assert_null(mk_warning_join(NULL, NULL, &arena));
    assert_string_equal(mk_warning_join("a", NULL, &arena), "a");
    assert_string_equal(mk_warning_join(NULL, "b", &arena), "b");
    assert_string_equal(mk_warning_join("a", "b", &arena), "a b");
    mk_arena_fini(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(fast_segments_are_told_of),
        cmocka_unit_test(several_are_joined_by_a_blank),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
