#include "check.h"
#include "plan/size.h"

/* Every row of the documented and recorded sizes (reference 11). */
static const struct {
    const char *policy, *padding;
    int width, height;
    struct mk_rational sar;
    const char *box_width, *box_height;
    struct mk_size wanted;
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
            rows[i].box_width, rows[i].box_height, rows[i].policy, rows[i].padding, 1920, 1080};
        struct mk_size got = mk_size_apply(&rule, rows[i].width, rows[i].height, rows[i].sar);

        if (memcmp(&got, &rows[i].wanted, sizeof(got)))
            fail_msg("row %zu: %s %dx%d: scale %dx%d crop %dx%d canvas %dx%d", i, rows[i].policy,
                     rows[i].width, rows[i].height, got.scale_width_px, got.scale_height_px,
                     got.crop_width_px, got.crop_height_px, got.width_px, got.height_px);
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
                const struct mk_size_rule rule = {"854", "480", policies[p], "Pad", 1920, 1080};
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
        cmocka_unit_test(sizes),
        cmocka_unit_test(any_size),
        cmocka_unit_test(sample_aspect),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
