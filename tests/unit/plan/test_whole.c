#include <stdlib.h>

#include "check.h"
#include "plan/make.h"
#include "plan/whole.h"

enum { MOST = 5, PARTS = 2 };

enum word { NONE, KEEP, TOP, BOTTOM, DOUBLE, MARKED };

static const struct mk_plan_lines words[] = {
    [NONE] = {MK_DEINTERLACE_NONE, false, false}, [KEEP] = {MK_DEINTERLACE_KEEP, false, false},
    [TOP] = {MK_DEINTERLACE_ALL, false, true},    [BOTTOM] = {MK_DEINTERLACE_ALL, false, false},
    [DOUBLE] = {MK_DEINTERLACE_ALL, true, true},  [MARKED] = {MK_DEINTERLACE_MARKED, false, false},
};

/* How a picture takes its two parts, what it is made of then, and what is left to do. */
struct wish {
    enum word lines[PARTS];
    unsigned source;
    int64_t interval_us;
    unsigned whole;
    enum mk_deinterlace left[PARTS];
};

#define OF(first, second)   .lines = {first, second}
#define LEFT(first, second) .left = {MK_DEINTERLACE_##first, MK_DEINTERLACE_##second}

static const struct row {
    struct wish wishes[MOST];
    size_t count, wholes;
} rows[] = {
    {{{OF(NONE, NONE)}, {OF(NONE, NONE)}}, 2, 0},
    {{{OF(TOP, TOP), .whole = 1}, {OF(TOP, TOP), .whole = 1}, {OF(TOP, TOP), .whole = 1}}, 3, 1},
    /* one alone does it as it always did */
    {{{OF(TOP, TOP), LEFT(ALL, ALL)}}, 1, 0},
    {{{OF(TOP, TOP), LEFT(ALL, ALL)},
      {OF(DOUBLE, DOUBLE), .whole = 1},
      {OF(DOUBLE, DOUBLE), .whole = 1}},
     3,
     1},
    {{{OF(TOP, TOP), .whole = 1},
      {OF(DOUBLE, DOUBLE), .whole = 2},
      {OF(TOP, TOP), .whole = 1},
      {OF(DOUBLE, DOUBLE), .whole = 2}},
     4,
     2},
    {{{OF(TOP, TOP), LEFT(ALL, ALL)}, {OF(BOTTOM, BOTTOM), LEFT(ALL, ALL)}}, 2, 0},
    /* other clips are other frames */
    {{{OF(TOP, TOP), .whole = 1},
      {OF(TOP, TOP), .source = 1, .whole = 2},
      {OF(TOP, TOP), .source = 1, .whole = 2},
      {OF(TOP, TOP), .whole = 1}},
     4,
     2},
    /* joined inputs: all parts have to be alike */
    {{{OF(TOP, NONE), .whole = 1}, {OF(TOP, NONE), .whole = 1}}, 2, 1},
    {{{OF(TOP, NONE), LEFT(ALL, NONE)}, {OF(NONE, TOP), LEFT(NONE, ALL)}}, 2, 0},
    {{{OF(MARKED, TOP), .whole = 1}, {OF(MARKED, TOP), .whole = 1}}, 2, 1},
    /* fields that are kept */
    {{{OF(KEEP, KEEP), LEFT(KEEP, KEEP)},
      {OF(KEEP, KEEP), LEFT(KEEP, KEEP)},
      {OF(TOP, TOP), LEFT(ALL, ALL)}},
     3,
     0},
    {{{OF(KEEP, BOTTOM), .whole = 1, LEFT(KEEP, NONE)}, {OF(NONE, BOTTOM), .whole = 1}}, 2, 1},
    /* thumbnails take a field of a frame here and there */
    {{{OF(TOP, TOP), LEFT(ALL, ALL)},
      {OF(TOP, TOP), .interval_us = 60000000, LEFT(ALL, ALL)},
      {OF(TOP, TOP), .interval_us = 60000000, LEFT(ALL, ALL)}},
     3,
     0},
};

static struct mk_plan_picture picture_of(const struct wish *wish, unsigned part)
{
    const struct mk_plan_lines *lines = &words[wish->lines[part]];

    return (struct mk_plan_picture){.source = wish->source,
                                    .interval_us = wish->interval_us,
                                    .deinterlace = lines->deinterlace,
                                    .every_field = lines->every_field,
                                    .top_field_first = lines->top_field_first};
}

static void check(const struct row *row, size_t number, const struct mk_plan *plan)
{
    if (plan->whole_count != row->wholes)
        fail_msg("row %zu: %zu wholes", number, plan->whole_count);
    for (size_t i = 0; i < row->count; i++) {
        const struct mk_plan_picture *got = &plan->pictures[i];

        if (got->whole != row->wishes[i].whole)
            fail_msg("row %zu: picture %zu is made of %u", number, i, got->whole);
        assert_int_equal(got->deinterlace, row->wishes[i].left[0]);
        for (size_t p = 0; p < PARTS; p++) {
            enum word word = row->wishes[i].lines[p];
            const struct mk_plan_lines *wanted = &words[word == KEEP ? NONE : word], *made;

            if (got->views[p].deinterlace != row->wishes[i].left[p])
                fail_msg("row %zu: picture %zu, part %zu", number, i, p);
            if (!got->whole)
                continue;
            assert_false(got->views[p].every_field);
            assert_int_equal(plan->wholes[got->whole - 1].source, got->source);
            made = &plan->wholes[got->whole - 1].parts[p];
            if (made->deinterlace != wanted->deinterlace ||
                made->every_field != wanted->every_field ||
                made->top_field_first != wanted->top_field_first)
                fail_msg("row %zu: picture %zu gets others of part %zu", number, i, p);
        }
    }
}

static void what_is_made_once(void **state)
{
    (void)state;
    for (size_t r = 0; r < CHECK_COUNT(rows); r++) {
        struct mk_plan_source sources[2] = {{.part_count = PARTS}, {.part_count = PARTS}};
        struct mk_plan_picture pictures[MOST], views[MOST][PARTS];
        struct mk_plan plan = {.sources = sources, .source_count = 2, .pictures = pictures};
        struct mk_arena arena = {0};

        for (size_t i = 0; i < rows[r].count; i++) {
            for (unsigned p = 0; p < PARTS; p++)
                views[i][p] = picture_of(&rows[r].wishes[i], p);
            pictures[i] = views[i][0];
            pictures[i].views = views[i];
        }
        plan.picture_count = rows[r].count;
        assert_int_equal(mk_whole_share(&plan, &arena, NULL), MOCKETS_OK);
        check(&rows[r], r, &plan);
        mk_arena_fini(&arena);
    }
}

static const char hls_720p[] = "1351620000002-000720", hls_480p[] = "1351620000002-000480",
                  hls_360p[] = "1351620000002-000360", baseline[] = "1351620000001-000061",
                  as_it_is[] = "1351620000001-100190", faster[] = "1351620000001-000010";

/* Of a ladder: how many pictures there are, and how many of them are made of the one whole. */
static void ladders(void **state)
{
    static const struct {
        const char *ids[4];
        bool interlaced;
        size_t wholes, shared, first_wholes, first_shared;
    } table[] = {
        {{hls_720p, hls_480p, hls_360p}, true, 1, 3, 0, 0},
        {{hls_720p, hls_480p, hls_360p}, false, 0, 0, 0, 0},
        {{hls_720p}, true, 0, 0, 0, 0},
        /* one that keeps the fields beside the ladder */
        {{as_it_is, hls_480p, hls_360p}, true, 1, 2, 0, 0},
        /* with two first passes */
        {{hls_720p, baseline}, true, 1, 2, 1, 2},
        /* 29.97 frames a second are made of all fields */
        {{faster, hls_720p, hls_480p}, true, 1, 2, 0, 0},
    };

    (void)state;
    for (size_t r = 0; r < CHECK_COUNT(table); r++) {
        struct mk_info_stream stream = {.kind = MK_VIDEO,
                                        .decodable = true,
                                        .width_px = 1920,
                                        .height_px = 1080,
                                        .sar = {1, 1},
                                        .frame_rate = {25, 1},
                                        .nominal_rate = {25, 1},
                                        .interlaced = table[r].interlaced,
                                        .top_field_first = true};
        struct mk_info info = {.streams = &stream, .stream_count = 1, .duration_us = 60000000};
        struct mk_job_output outputs[4];
        const struct mk_preset *presets[4];
        struct mk_job_input input = {0};
        struct mk_job job = {.inputs = &input, .input_count = 1, .outputs = outputs};
        struct mk_plan_request request = {
            .job = &job, .presets = presets, .infos = &info, .info_count = 1, .cores = 2};
        struct mk_arena arena = {0};
        struct mk_plan *plan;

        for (; job.output_count < 4 && table[r].ids[job.output_count]; job.output_count++) {
            presets[job.output_count] =
                mk_system_preset_find(table[r].ids[job.output_count], false);
            assert_non_null(presets[job.output_count]);
            outputs[job.output_count] = (struct mk_job_output){.key = "k"};
        }
        assert_int_equal(mk_plan_make(&request, &arena, &plan, NULL), MOCKETS_OK);
        for (int pass = 0; pass < 2; pass++) {
            const struct mk_plan *one = pass ? plan->first : plan;
            size_t shared = 0;

            for (size_t i = 0; one && i < one->picture_count; i++)
                shared += one->pictures[i].whole == 1;
            if ((one ? one->whole_count : 0) != (pass ? table[r].first_wholes : table[r].wholes) ||
                shared != (pass ? table[r].first_shared : table[r].shared))
                fail_msg("row %zu, pass %d: %zu wholes of %zu pictures", r, pass,
                         one ? one->whole_count : 0, shared);
        }
        mk_arena_fini(&arena);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_made_once),
        cmocka_unit_test(ladders),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
