#include "check.h"
#include "plan/rate.h"

static const struct {
    const char *frame_rate, *max_frame_rate;
    struct mk_rational input;
    const char *wanted;
} rows[] = {
    {"29.97", NULL, {25, 1}, "29.97"},
    {"23.97", NULL, {60, 1}, "23.97"},
    {"60", NULL, {10, 1}, "60"},
    {"auto", NULL, {25, 1}, "25"},
    {"auto", NULL, {30, 1}, "30"},
    {"auto", NULL, {30000, 1001}, "29.97"},
    {"auto", NULL, {50, 1}, "25"}, /* the documented example */
    {"auto", "30", {60, 1}, "30"},
    {"auto", "60", {60, 1}, "60"},
    {"auto", "60", {60000, 1001}, "59.94"},
    {"auto", NULL, {60000, 1001}, "29.97"},
    {"auto", NULL, {48, 1}, "24"},
    {"auto", NULL, {120, 1}, "30"},
    {"auto", "15", {30, 1}, "15"},
    {"auto", NULL, {12500, 1000}, "12.5"},
    {"auto", NULL, {47500, 1000}, "30"}, /* nothing divides it: the maximum */
    {NULL, NULL, {24000, 1001}, "23.97"},
};

static void choices(void **state)
{
    struct mk_arena arena = {0};

    (void)state;
    for (size_t i = 0; i < CHECK_COUNT(rows); i++) {
        struct mk_rational rate =
            mk_rate_choose(rows[i].frame_rate, rows[i].max_frame_rate, rows[i].input);

        if (strcmp(mk_rate_name(rate, &arena), rows[i].wanted))
            fail_msg("row %zu: %d/%d, not %s", i, rate.num, rate.den, rows[i].wanted);
    }
    mk_arena_fini(&arena);
}

static const struct {
    struct mk_rational average, nominal;
    const char *wanted;
} streams[] = {
    {{25, 1}, {25, 1}, "25"},         {{30000, 1001}, {30, 1}, "29.97"},
    {{2997, 100}, {0, 1}, "29.97"},   {{27313, 1000}, {30, 1}, "30"}, /* a phone that aimed at 30 */
    {{8800, 1000}, {30, 1}, "8.8"},                                   /* a camera that did not */
    {{0, 1}, {0, 1}, "25"},           {{0, 0}, {24, 1}, "24"},
    {{90000, 1}, {90000, 1}, "1000"}, {{1, 60}, {1, 60}, "1"},
};

static void of_streams(void **state)
{
    struct mk_arena arena = {0};

    (void)state;
    for (size_t i = 0; i < CHECK_COUNT(streams); i++) {
        const struct mk_info_stream stream = {.frame_rate = streams[i].average,
                                              .nominal_rate = streams[i].nominal};

        assert_string_equal(mk_rate_name(mk_rate_of_stream(&stream), &arena), streams[i].wanted);
    }
    mk_arena_fini(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(choices),
        cmocka_unit_test(of_streams),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
