#include "check.h"
#include "plan/size.h"

/* Every row of the documented and recorded sizes (reference 11). */
static const struct {
    const char *policy, *padding;
    int width, height;
    struct mk_rational sar;
    const char *box_width, *box_height;
    int wanted[6]; /* scale, crop, canvas; the pixels are square */
} rows[] = {
    {"Fit", "NoPad", 200, 200, {1, 1}, "300", "400", {300, 300, 300, 300, 300, 300}},
    {"Fit", "Pad", 200, 200, {1, 1}, "300", "400", {300, 300, 300, 300, 300, 400}},
    {"Fill", "NoPad", 200, 200, {1, 1}, "300", "400", {400, 400, 300, 400, 300, 400}},
    {"Fill", "Pad", 200, 200, {1, 1}, "300", "400", {400, 400, 300, 400, 300, 400}},
    {"Stretch", "NoPad", 200, 200, {1, 1}, "300", "400", {300, 400, 300, 400, 300, 400}},
    {"Keep", "NoPad", 400, 200, {1, 1}, "300", "300", {400, 200, 300, 200, 300, 200}},
    {"Keep", "Pad", 400, 200, {1, 1}, "300", "300", {400, 200, 300, 200, 300, 300}},
    {"ShrinkToFit", "NoPad", 400, 400, {1, 1}, "200", "300", {200, 200, 200, 200, 200, 200}},
    {"ShrinkToFit", "Pad", 400, 400, {1, 1}, "200", "300", {200, 200, 200, 200, 200, 300}},
    {"ShrinkToFill", "NoPad", 400, 200, {1, 1}, "200", "300", {400, 200, 200, 200, 200, 200}},
    {"ShrinkToFill", "Pad", 400, 200, {1, 1}, "200", "300", {400, 200, 200, 200, 200, 300}},
    /* recorded with ShrinkToFit and NoPad */
    {"ShrinkToFit", "NoPad", 1280, 720, {1, 1}, "480", "320", {480, 270, 480, 270, 480, 270}},
    {"ShrinkToFit", "NoPad", 1280, 720, {1, 1}, "640", "432", {640, 360, 640, 360, 640, 360}},
    {"ShrinkToFit", "NoPad", 1920, 1080, {1, 1}, "1024", "768", {1024, 576, 1024, 576, 1024, 576}},
    {"ShrinkToFit", "NoPad", 1920, 1080, {1, 1}, "854", "480", {854, 480, 854, 480, 854, 480}},
    {"ShrinkToFit", "NoPad", 1920, 1080, {1, 1}, "426", "240", {426, 240, 426, 240, 426, 240}},
    {"ShrinkToFit", "NoPad", 560, 320, {1, 1}, "400", "288", {400, 228, 400, 228, 400, 228}},
    {"ShrinkToFit", "NoPad", 480, 640, {1, 1}, "400", "288", {216, 288, 216, 288, 216, 288}},
    {"ShrinkToFit", "NoPad", 480, 640, {1, 1}, "640", "432", {324, 432, 324, 432, 324, 432}},
    {"ShrinkToFit", "NoPad", 1880, 800, {1, 1}, "400", "288", {400, 170, 400, 170, 400, 170}},
    /* a tie between two even numbers goes up, as seen in 2019 */
    {"ShrinkToFit", "NoPad", 1280, 720, {1, 1}, "400", "288", {400, 226, 400, 226, 400, 226}},
    /* nothing to scale: cut to even, never up */
    {"ShrinkToFit", "NoPad", 641, 359, {1, 1}, "1280", "720", {641, 359, 640, 358, 640, 358}},
    {"ShrinkToFit", "NoPad", 2, 2, {1, 1}, "1280", "720", {2, 2, 2, 2, 2, 2}},
    {"ShrinkToFit", "NoPad", 1, 1, {1, 1}, "1280", "720", {2, 2, 2, 2, 2, 2}},
    {"ShrinkToFit", "NoPad", 1, 9, {1, 1}, "1280", "720", {2, 10, 2, 10, 2, 10}},
    /* NTSC DV: pixels are not square in the file, and are in the output */
    {"ShrinkToFit", "NoPad", 720, 480, {8, 9}, "1280", "720", {640, 480, 640, 480, 640, 480}},
    {"Fit", "NoPad", 720, 576, {64, 45}, "1024", "576", {1024, 576, 1024, 576, 1024, 576}},
    /* "auto" and a missing side are the API's default */
    {"ShrinkToFit",
     "NoPad",
     3840,
     2160,
     {0, 1},
     "auto",
     NULL,
     {1920, 1080, 1920, 1080, 1920, 1080}},
};

static void sizes(void **state)
{
    (void)state;
    for (size_t i = 0; i < CHECK_COUNT(rows); i++) {
        const struct mk_size_rule rule = {
            .max_width = rows[i].box_width,
            .max_height = rows[i].box_height,
            .sizing_policy = rows[i].policy,
            .padding_policy = rows[i].padding,
            .auto_width_px = 1920,
            .auto_height_px = 1080,
        };
        struct mk_size got = mk_size_apply(&rule, rows[i].width, rows[i].height, rows[i].sar);
        const int *w = rows[i].wanted;
        const struct mk_size wanted = {w[0], w[1], w[2], w[3], w[4], w[5], {1, 1}};

        if (memcmp(&got, &wanted, sizeof(got)))
            fail_msg("row %zu: %s %dx%d: scale %dx%d crop %dx%d canvas %dx%d", i, rows[i].policy,
                     rows[i].width, rows[i].height, got.scale_width_px, got.scale_height_px,
                     got.crop_width_px, got.crop_height_px, got.width_px, got.height_px);
    }
}

/* Heights that are multiples of 4: lines are cut off, nothing is squeezed. */
static const struct {
    const char *policy, *padding, *resolution;
    int width, height;
    const char *box_height;
    int wanted[6];
} stepped[] = {
    {"ShrinkToFit", "NoPad", NULL, 346, 270, "360", {346, 270, 346, 268, 346, 268}},
    {"ShrinkToFit", "NoPad", NULL, 720, 486, "486", {720, 486, 720, 484, 720, 484}},
    {"Fit", "NoPad", NULL, 346, 270, "360", {462, 360, 462, 360, 462, 360}},
    {"Fit", "NoPad", NULL, 346, 270, "358", {458, 358, 458, 356, 458, 356}},
    {"Fit", "Pad", NULL, 346, 270, "358", {458, 358, 458, 356, 720, 356}},
    {"Stretch", "NoPad", NULL, 346, 270, "358", {720, 358, 720, 356, 720, 356}},
    {"ShrinkToFit", "NoPad", NULL, 345, 271, "360", {345, 271, 344, 268, 344, 268}},
    {"ShrinkToFit", "NoPad", NULL, 346, 2, "360", {346, 4, 346, 4, 346, 4}},
    {NULL, NULL, "346x270", 346, 270, NULL, {346, 268, 346, 268, 346, 268}},
    {NULL, NULL, "auto", 346, 270, NULL, {346, 270, 346, 268, 346, 268}},
};

static void steps_of_height(void **state)
{
    (void)state;
    for (size_t i = 0; i < CHECK_COUNT(stepped); i++) {
        const struct mk_size_rule rule = {
            .max_width = stepped[i].resolution ? NULL : "720",
            .max_height = stepped[i].box_height,
            .sizing_policy = stepped[i].policy,
            .padding_policy = stepped[i].padding,
            .resolution = stepped[i].resolution,
            .height_step_px = 4,
        };
        struct mk_size got =
            mk_size_apply(&rule, stepped[i].width, stepped[i].height, (struct mk_rational){1, 1});
        const int *w = stepped[i].wanted;

        if (got.scale_width_px != w[0] || got.scale_height_px != w[1] ||
            got.crop_width_px != w[2] || got.crop_height_px != w[3] || got.width_px != w[4] ||
            got.height_px != w[5])
            fail_msg("row %zu: scale %dx%d crop %dx%d canvas %dx%d", i, got.scale_width_px,
                     got.scale_height_px, got.crop_width_px, got.crop_height_px, got.width_px,
                     got.height_px);
    }
}

/* Whatever comes in: even, inside the box, and as large as the padding says. */
static void any_size(void **state)
{
    static const char *const policies[] = {"Fit",  "Fill",        "Stretch",
                                           "Keep", "ShrinkToFit", "ShrinkToFill"};

    (void)state;
    for (size_t p = 0; p < CHECK_COUNT(policies); p++) {
        for (int width = 1; width < 5000; width += 97) {
            for (int height = 1; height < 5000; height += 89) {
                const struct mk_size_rule rule = {.max_width = "854",
                                                  .max_height = "480",
                                                  .sizing_policy = policies[p],
                                                  .padding_policy = "Pad"};
                struct mk_size size =
                    mk_size_apply(&rule, width, height, (struct mk_rational){1, 1});

                assert_int_equal(size.width_px, 854);
                assert_int_equal(size.height_px, 480);
                assert_true(size.crop_width_px >= 2 && size.crop_width_px % 2 == 0);
                assert_true(size.crop_height_px >= 2 && size.crop_height_px % 2 == 0);
                assert_true(size.crop_width_px <= 854 && size.crop_height_px <= 480);
            }
        }
    }
}

/* The old way (reference 10): a canvas as asked for, bars where the picture has another shape. */
static const struct {
    const char *resolution, *aspect_ratio;
    bool still;
    int width, height;
    struct mk_rational sar;
    struct mk_size wanted;
} old_rows[] = {
    {"640x480", "4:3", false, 1280, 720, {1, 1}, {640, 360, 640, 360, 640, 480, {1, 1}}},
    {"640x360", "16:9", false, 640, 480, {1, 1}, {480, 360, 480, 360, 640, 360, {1, 1}}},
    {"640x360", "16:9", false, 320, 180, {1, 1}, {640, 360, 640, 360, 640, 360, {1, 1}}},
    {"640x360", "1:1", false, 640, 360, {1, 1}, {640, 202, 640, 202, 640, 360, {9, 16}}},
    {"720x480", "16:9", false, 1920, 1080, {1, 1}, {720, 480, 720, 480, 720, 480, {32, 27}}},
    {"720x480", "4:3", false, 1920, 1080, {1, 1}, {720, 360, 720, 360, 720, 480, {8, 9}}},
    {"720x480", "3:2", false, 480, 720, {1, 1}, {320, 480, 320, 480, 720, 480, {1, 1}}},
    /* "auto": shown as the input is */
    {"640x480", "auto", false, 1280, 720, {1, 1}, {640, 480, 640, 480, 640, 480, {4, 3}}},
    {"640x480", NULL, false, 720, 576, {64, 45}, {640, 480, 640, 480, 640, 480, {4, 3}}},
    {"640x360", "auto", false, 1280, 720, {0, 1}, {640, 360, 640, 360, 640, 360, {1, 1}}},
    {"auto", "auto", false, 720, 576, {16, 15}, {720, 576, 720, 576, 720, 576, {16, 15}}},
    {"auto", NULL, false, 641, 359, {1, 1}, {641, 359, 640, 358, 640, 358, {1, 1}}},
    {NULL, "auto", false, 640, 360, {1, 1}, {640, 360, 640, 360, 640, 360, {1, 1}}},
    /* the size of the input in another shape */
    {"auto", "4:3", false, 1280, 720, {1, 1}, {1280, 540, 1280, 540, 1280, 720, {3, 4}}},
    {NULL, "16:9", false, 640, 480, {1, 1}, {480, 480, 480, 480, 640, 480, {4, 3}}},
    /* stills: bars rather than pixels that are not square */
    {"192x144", "auto", true, 1280, 720, {1, 1}, {192, 108, 192, 108, 192, 144, {1, 1}}},
    {"192x108", "16:9", true, 720, 576, {16, 15}, {144, 108, 144, 108, 192, 108, {1, 1}}},
    {"192x144", "16:9", true, 1280, 720, {1, 1}, {192, 144, 192, 144, 192, 144, {4, 3}}},
};

static void old_sizes(void **state)
{
    (void)state;
    for (size_t i = 0; i < CHECK_COUNT(old_rows); i++) {
        const struct mk_size_rule rule = {.auto_width_px = 1920,
                                          .auto_height_px = 1080,
                                          .resolution = old_rows[i].resolution,
                                          .aspect_ratio = old_rows[i].aspect_ratio,
                                          .still = old_rows[i].still};
        struct mk_size got =
            mk_size_apply(&rule, old_rows[i].width, old_rows[i].height, old_rows[i].sar);

        if (memcmp(&got, &old_rows[i].wanted, sizeof(got)))
            fail_msg("row %zu: scale %dx%d crop %dx%d canvas %dx%d pixels %d:%d", i,
                     got.scale_width_px, got.scale_height_px, got.crop_width_px, got.crop_height_px,
                     got.width_px, got.height_px, got.sar.num, got.sar.den);
    }
}

/* A preset that has both ways, as the service's own Generic 1080p: the new one counts. */
static void new_way_wins(void **state)
{
    const struct mk_size_rule rule = {.max_width = "1920",
                                      .max_height = "1080",
                                      .sizing_policy = "ShrinkToFit",
                                      .padding_policy = "NoPad",
                                      .aspect_ratio = "16:9"};
    struct mk_size got = mk_size_apply(&rule, 640, 480, (struct mk_rational){1, 1});

    (void)state;
    assert_int_equal(got.width_px, 640);
    assert_int_equal(got.height_px, 480);
    assert_int_equal(got.sar.num, got.sar.den);
}

/* Memory is bounded by the box, whatever shape a file claims to have. */
static void stripes_stay_small(void **state)
{
    static const char *const policies[] = {"Fill", "Keep", "ShrinkToFill", "Fit"};

    (void)state;
    for (size_t p = 0; p < CHECK_COUNT(policies); p++) {
        const struct mk_size_rule rule = {
            .max_width = "854", .max_height = "480", .sizing_policy = policies[p]};
        struct mk_size got = mk_size_apply(&rule, 8192, 2, (struct mk_rational){2000000000, 1});

        assert_true(got.scale_width_px <= 16384 && got.scale_height_px <= 16384);
        assert_true(got.width_px <= 854 && got.height_px <= 480);
        got = mk_size_apply(&rule, 2, 8192, (struct mk_rational){1, 2000000000});
        assert_true(got.scale_width_px <= 16384 && got.scale_height_px <= 16384);
        assert_true(got.width_px >= 2 && got.height_px >= 2);
    }
}

static void sample_aspect(void **state)
{
    struct mk_rational sar = mk_size_sar("16:9", 720, 480);

    (void)state;
    assert_int_equal(sar.num, 32);
    assert_int_equal(sar.den, 27);
    sar = mk_size_sar("16:9", 1920, 1080);
    assert_int_equal(sar.num, sar.den);
    sar = mk_size_sar("auto", 720, 480);
    assert_int_equal(sar.num, sar.den);
    sar = mk_size_sar(NULL, 720, 480);
    assert_int_equal(sar.num, sar.den);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(sizes),         cmocka_unit_test(steps_of_height),
        cmocka_unit_test(any_size),      cmocka_unit_test(old_sizes),
        cmocka_unit_test(new_way_wins),  cmocka_unit_test(stripes_stay_small),
        cmocka_unit_test(sample_aspect),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
