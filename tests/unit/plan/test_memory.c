#include "check.h"
#include "plan/effort.h"
#include "plan/memory.h"

enum { MOST = 8 };

/* A plan of films, each of a picture of its own. */
struct films {
    struct mk_plan_picture pictures[MOST];
    struct mk_plan_encode encodes[MOST];
    struct mk_plan plan;
};

struct size {
    int width, height;
};

static const struct size sizes[MOST] = {{3840, 2160}, {2560, 1440}, {1920, 1080}, {1280, 720},
                                        {960, 540},   {854, 480},   {640, 360},   {426, 240}};

/* The sizes from @p first on. */
static void prepare(struct films *f, size_t first, size_t count, struct mk_plan_effort effort)
{
    *f = (struct films){.plan = {.pictures = f->pictures,
                                 .encodes = f->encodes,
                                 .picture_count = count,
                                 .encode_count = count}};
    for (size_t i = 0; i < count; i++) {
        f->pictures[i].width_px = sizes[first + i].width;
        f->pictures[i].height_px = sizes[first + i].height;
        f->encodes[i] = (struct mk_plan_encode){
            .kind = MK_VIDEO, .codec = MK_CODEC_H264, .of = (unsigned)i, .effort = effort};
    }
}

/* Only plans with a film beyond 1440p are large. */
static void who_is_large(void **state)
{
    static const struct {
        struct size size;
        enum mk_codec codec;
        bool copies, large;
    } rows[] = {
        {{1920, 1080}, MK_CODEC_H264, false, false}, {{2560, 1440}, MK_CODEC_H264, false, false},
        {{2560, 1442}, MK_CODEC_H264, false, true},  {{3840, 2160}, MK_CODEC_H264, false, true},
        {{2160, 3840}, MK_CODEC_VP9, false, true},   {{3840, 2160}, MK_CODEC_H264, true, false},
        {{3840, 2160}, MK_CODEC_PNG, false, false},
    };

    (void)state;
    for (size_t i = 0; i < CHECK_COUNT(rows); i++) {
        struct films f;

        prepare(&f, 0, 1, (struct mk_plan_effort){0});
        f.pictures[0].width_px = rows[i].size.width;
        f.pictures[0].height_px = rows[i].size.height;
        f.encodes[0].codec = rows[i].codec;
        f.encodes[0].copies = rows[i].copies;
        if (mk_memory_is_large(&f.plan) != rows[i].large)
            fail_msg("row %zu", i);
    }
}

/* What encoders look ahead at, refer to and hold back, the first of them and the last. */
static void what_fits(void **state)
{
    static const struct {
        size_t first, count;
        const char *preset;
        int references, b_frames;
        bool pinned;
        int lookahead, references_of_first, references_of_last, b_frames_left;
        size_t waiting;
    } rows[] = {
        /* 1080p and 1440p are left alone */
        {2, 6, "faster", 3, 4, false, 0, 3, 3, 4, 0},
        {1, 7, "faster", 3, 4, false, 0, 3, 3, 4, 0},
        {1, 7, "medium", 3, 0, true, 0, 3, 3, 0, 0},
        /* the more films there are the less each looks ahead */
        {0, 1, "faster", 3, 0, false, 8, 2, 2, 0, 1},
        {0, 2, "faster", 3, 0, false, 6, 2, 3, 0, 1},
        {0, 8, "faster", 3, 0, false, 4, 2, 3, 0, 1},
        {0, 8, "veryfast", 3, 4, false, 4, 2, 3, 3, 1},
        {0, 1, "superfast", 1, 0, false, 0, 1, 1, 0, 1}, /* does not look ahead */
        {0, 1, "medium", 4, 4, false, 8, 3, 3, 3, 1},
        {0, 1, "slow", 0, 0, false, 8, 0, 0, 0, 1}, /* as many as the film may have */
        /* of x264's own presets only the lookahead changes */
        {0, 8, "medium", 3, 0, true, 4, 3, 3, 0, 1},
        {0, 1, "ultrafast", 1, 0, true, 0, 1, 1, 0, 1},
    };

    (void)state;
    for (size_t i = 0; i < CHECK_COUNT(rows); i++) {
        struct films f, first;
        struct mk_plan_effort effort = {.preset = rows[i].preset,
                                        .references = rows[i].references,
                                        .b_frames = rows[i].b_frames};

        prepare(&f, rows[i].first, rows[i].count, effort);
        prepare(&first, 6, 1, effort);
        f.plan.first = &first.plan;
        mk_memory_fit(&f.plan, rows[i].pinned);
        for (size_t k = 0; k < rows[i].count; k++) {
            if (f.encodes[k].effort.lookahead != rows[i].lookahead)
                fail_msg("row %zu: encode %zu looks ahead %d", i, k, f.encodes[k].effort.lookahead);
            assert_int_equal(f.encodes[k].effort.b_frames, rows[i].b_frames_left);
        }
        assert_int_equal(f.encodes[0].effort.references, rows[i].references_of_first);
        assert_int_equal(f.encodes[rows[i].count - 1].effort.references,
                         rows[i].references_of_last);
        assert_int_equal(f.plan.pictures_waiting, rows[i].waiting);
        assert_int_equal(f.encodes[0].slices, rows[i].waiting > 0);
        /* both passes agree, or x264 refuses the statistics */
        assert_int_equal(first.encodes[0].effort.b_frames, rows[i].b_frames_left);
    }
}

/* The budget cannot starve many large films of what they choose B frames from. */
static void many_large_films(void **state)
{
    struct films f;

    (void)state;
    prepare(&f, 0, MOST, (struct mk_plan_effort){.preset = "faster"});
    for (size_t i = 0; i < MOST; i++)
        f.encodes[i].of = 0;
    mk_memory_fit(&f.plan, false);
    assert_int_equal(f.encodes[0].effort.lookahead, 4);
}

/* Other codecs have no such lookahead. */
static void others_are_left_alone(void **state)
{
    struct films f;

    (void)state;
    prepare(&f, 0, 2, (struct mk_plan_effort){.preset = "4"});
    f.encodes[0].codec = f.encodes[1].codec = MK_CODEC_VP9;
    mk_memory_fit(&f.plan, false);
    assert_int_equal(f.encodes[0].effort.lookahead, 0);
    assert_int_equal(f.plan.pictures_waiting, 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(who_is_large),
        cmocka_unit_test(what_fits),
        cmocka_unit_test(many_large_films),
        cmocka_unit_test(others_are_left_alone),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
