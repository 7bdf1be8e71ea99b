#include "check.h"
#include "plan/watermark.h"

/* A frame of 640x480 with a film of 640x360 in it: bars of 60 above and below. */
static const struct mk_plan_picture frame = {
    .crop_width_px = 640, .crop_height_px = 360, .width_px = 640, .height_px = 480};

#define SLOT(w, h, policy, area)                                                                   \
    .max_width = (w), .max_height = (h), .sizing_policy = (policy), .target = (area)
#define AT(h_align, h_offset, v_align, v_offset)                                                   \
    .horizontal_align = (h_align), .horizontal_offset = (h_offset), .vertical_align = (v_align),   \
    .vertical_offset = (v_offset)

static const struct {
    struct mk_preset_watermark slot;
    struct mk_info_image image;
    int x, y, width, height;
    double opacity;
} rows[] = {
    /* the four slots of the system presets */
    {{SLOT("10%", "10%", "ShrinkToFit", "Content"), AT("Left", "10%", "Top", "10%"),
      .opacity = "100"},
     {100, 100},
     64,
     60 + 36,
     36,
     36,
     1},
    {{SLOT("10%", "10%", "ShrinkToFit", "Content"), AT("Right", "10%", "Bottom", "10%"),
      .opacity = "100"},
     {100, 100},
     640 - 36 - 64,
     60 + 360 - 36 - 36,
     36,
     36,
     1},
    {{SLOT("10%", "10%", "ShrinkToFit", "Content"), AT("Right", "10%", "Top", "10%"),
      .opacity = "100"},
     {20, 10},
     640 - 20 - 64,
     60 + 36,
     20,
     10,
     1},
    /* the same in the frame: percents are of 640x480 */
    {{SLOT("10%", "10%", "ShrinkToFit", "Frame"), AT("Left", "10%", "Bottom", "10%"),
      .opacity = "50"},
     {100, 100},
     64,
     480 - 48 - 48,
     48,
     48,
     0.5},
    /* sizing: up and down, down only, exactly */
    {{SLOT("200px", "100px", "Fit", "Frame"), AT("Left", "0px", "Top", "0px")},
     {10, 10},
     0,
     0,
     100,
     100,
     1},
    {{SLOT("200px", "100px", "Fit", "Frame"), AT("Left", "0px", "Top", "0px")},
     {4000, 1000},
     0,
     0,
     200,
     50,
     1},
    {{SLOT("200px", "100px", "ShrinkToFit", "Frame"), AT("Left", "0px", "Top", "0px")},
     {10, 10},
     0,
     0,
     10,
     10,
     1},
    {{SLOT("200px", "100px", "Stretch", "Frame"), AT("Left", "0px", "Top", "0px")},
     {10, 10},
     0,
     0,
     200,
     100,
     1},
    {{SLOT("100%", "100%", "ShrinkToFit", "Content"), AT("Center", NULL, "Center", NULL)},
     {31, 51},
     304,
     60 + 154,
     31,
     51,
     1},
    {{SLOT("100%", "100%", "Stretch", "Content"), AT("Center", NULL, "Center", NULL)},
     {31, 51},
     0,
     60,
     640,
     360,
     1},
    /* a thin picture keeps a pixel */
    {{SLOT("16px", "16px", "Fit", "Frame"), AT("Left", "0px", "Top", "0px")},
     {1000, 10},
     0,
     0,
     16,
     1,
     1},
    /* rounded to the nearest pixel */
    {{SLOT("33.3%", "100%", "Stretch", "Frame"), AT("Left", "0.1%", "Top", "0.5%")},
     {10, 10},
     1,
     2,
     213,
     480,
     1},
    /* pushed over the border of the content, and of the frame */
    {{SLOT("50px", "50px", "Fit", "Content"), AT("Left", "0px", "Bottom", "100%")},
     {50, 50},
     0,
     60 - 50,
     50,
     50,
     1},
    {{SLOT("50px", "50px", "Fit", "Content"), AT("Right", "100%", "Top", "360px")},
     {50, 50},
     -50,
     420,
     50,
     50,
     1},
    {{SLOT("50px", "50px", "Fit", "Frame"), AT("Left", "630px", "Top", "450px")},
     {50, 50},
     630,
     450,
     50,
     50,
     1},
    /* what is not set */
    {{.id = "x"}, {1280, 360}, 0, 60, 640, 180, 1},
    {{.id = "x", .opacity = "12.5"}, {640, 360}, 0, 60, 640, 360, 0.125},
};

static void places(void **state)
{
    (void)state;
    for (size_t i = 0; i < CHECK_COUNT(rows); i++) {
        struct mk_plan_mark mark = mk_watermark_place(&rows[i].slot, &frame, &rows[i].image);

        if (mark.x_px != rows[i].x || mark.y_px != rows[i].y || mark.width_px != rows[i].width ||
            mark.height_px != rows[i].height || mark.opacity < rows[i].opacity - 1e-9 ||
            mark.opacity > rows[i].opacity + 1e-9)
            fail_msg("row %zu: %dx%d at %d,%d, %f", i, mark.width_px, mark.height_px, mark.x_px,
                     mark.y_px, mark.opacity);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(places),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
