#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/alloc.h"
#include "media/picture.h"
#include "media/thumbs.h"

/* Everything is 640x360 unless a row says something else. */
#define SIZE(scale_w, scale_h, crop_w, crop_h, w, h)                                               \
    .scale_width_px = (scale_w), .scale_height_px = (scale_h), .crop_width_px = (crop_w),          \
    .crop_height_px = (crop_h), .width_px = (w), .height_px = (h)
#define ZIMG_320_180 "zscale=320:180:filter=bicubic:param_a=0:param_b=0.6"
#define SAME         SIZE(640, 360, 640, 360, 640, 360)
#define HALF         SIZE(320, 180, 320, 180, 320, 180)

static const struct {
    struct mk_plan_picture plan;
    int64_t frames_before;
    const char *filters;
} rows[] = {
    {{SAME, .rate = {30, 1}}, 0, "fps=30/1:start_time=0.000000,format=yuv420p"},
    {{SAME, .rate = {30000, 1001}, .sar = {1, 1}},
     30000,
     "fps=30000/1001:start_time=1001.000000,format=yuv420p,setsar=1/1"},
    {{SAME, .rate = {25, 1}, .matrix_in = MK_MATRIX_BT709, .matrix_out = MK_MATRIX_BT709},
     0,
     "fps=25/1:start_time=0.000000,format=yuv420p"},
    {{SAME, .rate = {25, 1}, .matrix_in = MK_MATRIX_BT601, .matrix_out = MK_MATRIX_BT709},
     0,
     "fps=25/1:start_time=0.000000,format=yuv420p,colormatrix=bt601:bt709"},
    {{SIZE(360, 640, 360, 640, 360, 640), .rate = {25, 1}, .rotation_deg = 90, .mirror = true},
     0,
     "transpose=clock,hflip,fps=25/1:start_time=0.000000,format=yuv420p"},
    {{SIZE(320, 180, 240, 180, 240, 240), .rate = {25, 1}},
     0,
     "fps=25/1:start_time=0.000000," ZIMG_320_180
     ",format=yuv420p,crop=240:180:40:0,pad=240:240:0:30:black"},
    /* what zimg is not asked to do: odd and tiny sizes */
    {{SIZE(320, 181, 320, 181, 320, 181), .rate = {25, 1}},
     0,
     "fps=25/1:start_time=0.000000,scale=320:181:flags=bicubic+accurate_rnd+full_chroma_int"
     ":out_range=tv,format=yuv420p"},
    {{SIZE(14, 8, 14, 8, 14, 8), .rate = {25, 1}},
     0,
     "fps=25/1:start_time=0.000000,scale=14:8:flags=bicubic+accurate_rnd+full_chroma_int"
     ":out_range=tv,format=yuv420p"},
    {{SAME, .rate = {25, 1}, .deinterlace = MK_DEINTERLACE_ALL, .top_field_first = true},
     0,
     "bwdif=mode=send_frame:parity=tff:deint=all,fps=25/1:start_time=0.000000,format=yuv420p"},
    {{SAME, .rate = {25, 1}, .fields = MK_FIELDS_BOTTOM_FIRST, .weave = true},
     0,
     "fps=50/1:start_time=0.000000,format=yuv420p,interlace=scan=bff:lowpass=linear"},
    /* marks are drawn on the finished picture, each on the ones before, at even places */
    {{SIZE(320, 180, 320, 180, 320, 240), .rate = {25, 1}, .sar = {1, 1}, .mark_count = 2,
      .marks = {{.x_px = 11, .y_px = -3}, {.x_px = 400, .y_px = 8}}},
     0,
     "fps=25/1:start_time=0.000000," ZIMG_320_180
     ",format=yuv420p,pad=320:240:0:30:black[under0];[under0][mark0]overlay=10:-4"
     ":eval=init:format=yuv420[under1];[under1][mark1]overlay=400:8:eval=init:format=yuv420,"
     "setsar=1/1"},
    {{SAME, .rate = {25, 1}, .pixels = MK_PIXELS_RGB24, .mark_count = 1, .marks = {{.x_px = 11}}},
     0,
     "fps=25/1:start_time=0.000000,scale=640:360:flags=bicubic+accurate_rnd+full_chroma_int,"
     "format=rgb24[under0];[under0][mark0]overlay=11:0:eval=init:format=rgb"},
    {{SAME, .rate = {0, 1}, .interval_us = 60000000, .pixels = MK_PIXELS_RGB24},
     0,
     "scale=640:360:flags=bicubic+accurate_rnd+full_chroma_int,format=rgb24"},
    {{SAME, .rate = {0, 1}, .interval_us = 60000000, .deinterlace = MK_DEINTERLACE_ALL},
     0,
     "field=bottom,scale=640:360:flags=bicubic+accurate_rnd+full_chroma_int:out_range=tv,"
     "format=yuv420p"},
    {{SAME, .rate = {50, 1}, .deinterlace = MK_DEINTERLACE_MARKED, .every_field = true},
     0,
     "bwdif=mode=send_field:parity=auto:deint=interlaced,fps=50/1:start_time=0.000000,"
     "format=yuv420p"},
    {{SIZE(320, 360, 320, 360, 320, 360), .rate = {25, 1}, .deinterlace = MK_DEINTERLACE_KEEP,
      .fields = MK_FIELDS_TOP_FIRST},
     0,
     "fps=25/1:start_time=0.000000,scale=320:360:flags=bicubic+accurate_rnd+full_chroma_int"
     ":interl=1:out_range=tv,format=yuv420p"},
    /* one field has a line of chroma more: they are not scaled apart */
    {{SIZE(640, 358, 640, 358, 640, 358), .rate = {25, 1}, .deinterlace = MK_DEINTERLACE_KEEP,
      .fields = MK_FIELDS_TOP_FIRST},
     0,
     "fps=25/1:start_time=0.000000,scale=640:358:flags=bicubic+accurate_rnd+full_chroma_int"
     ":out_range=tv,format=yuv420p"},
    {{SIZE(320, 358, 320, 358, 320, 358), .rate = {25, 1}, .pixels = MK_PIXELS_YUV422P,
      .deinterlace = MK_DEINTERLACE_KEEP, .fields = MK_FIELDS_TOP_FIRST},
     0,
     "fps=25/1:start_time=0.000000,scale=320:358:flags=bicubic+accurate_rnd+full_chroma_int"
     ":interl=1:out_range=tv,format=yuv422p"},
    {{SAME, .rate = {0, 1}, .interval_us = 60000000, .pixels = MK_PIXELS_YUVJ420P,
      .matrix_in = MK_MATRIX_BT709, .matrix_out = MK_MATRIX_BT601},
     0,
     "scale=640:360:flags=bicubic+accurate_rnd+full_chroma_int:out_range=pc"
     ":in_color_matrix=bt709:out_color_matrix=bt601,format=yuvj420p"},
};

static void filters_do_only_what_is_needed(void **state)
{
    AVFrame *frame = av_frame_alloc();

    (void)state;
    frame->width = 640;
    frame->height = 360;
    frame->format = AV_PIX_FMT_YUV420P;
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct mk_buf text;

        mk_buf_init(&text, 4096);
        mk_picture_filters(&rows[i].plan, frame, rows[i].frames_before, false, &text);
        assert_string_equal(text.data, rows[i].filters);
        mk_buf_fini(&text);
    }
    av_frame_free(&frame);
}

/* Of a frame whose fields have not as many lines of chroma, no filter takes both apart. */
static void spares_uneven_fields(void **state)
{
    static const struct {
        struct mk_plan_picture plan;
        const char *filters;
    } uneven[] = {
        {{SAME, .rate = {25, 1}, .deinterlace = MK_DEINTERLACE_KEEP},
         "fps=25/1:start_time=0.000000,scale=640:360:flags=bicubic+accurate_rnd+full_chroma_int"
         ":out_range=tv,format=yuv420p"},
        {{SAME, .rate = {0, 1}, .interval_us = 60000000, .deinterlace = MK_DEINTERLACE_ALL},
         "field=top,scale=640:360:flags=bicubic+accurate_rnd+full_chroma_int:out_range=tv,"
         "format=yuv420p"},
    };
    AVFrame *frame = av_frame_alloc();

    (void)state;
    frame->width = 640;
    frame->height = 358;
    frame->format = AV_PIX_FMT_YUV420P;
    for (size_t i = 0; i < sizeof(uneven) / sizeof(uneven[0]); i++) {
        struct mk_buf text;

        mk_buf_init(&text, 4096);
        mk_picture_filters(&uneven[i].plan, frame, 0, false, &text);
        assert_string_equal(text.data, uneven[i].filters);
        mk_buf_fini(&text);
    }
    av_frame_free(&frame);
}

/* zimg is not asked to scale what was interlaced, whoever made it whole. */
static void remembers_what_was_interlaced(void **state)
{
    static const struct mk_plan_picture plan = {SIZE(320, 180, 320, 180, 320, 180),
                                                .rate = {25, 1}};
    AVFrame *frame = av_frame_alloc();
    struct mk_buf text;

    (void)state;
    frame->width = 640;
    frame->height = 360;
    frame->format = AV_PIX_FMT_YUV420P;
    mk_frame_set_part(frame, 3, false);
    mk_frame_set_woven(frame);
    assert_int_equal(mk_frame_part(frame), 3);
    assert_false(mk_frame_is_right(frame));
    mk_buf_init(&text, 4096);
    mk_picture_filters(&plan, frame, 0, false, &text);
    assert_string_equal(text.data, "fps=25/1:start_time=0.000000,scale=320:180:flags=bicubic+"
                                   "accurate_rnd+full_chroma_int:out_range=tv,format=yuv420p");
    mk_buf_fini(&text);
    av_frame_free(&frame);
}

/* Only where nothing is done with the picture afterwards. */
static void scales_last_what_is_simple(void **state)
{
    static const struct {
        struct mk_plan_picture plan;
        enum AVPixelFormat format;
        enum AVChromaLocation chroma;
        bool last;
    } simple[] = {
        {{HALF, .rate = {25, 1}}, AV_PIX_FMT_YUV420P, AVCHROMA_LOC_LEFT, true},
        {{HALF, .rate = {25, 1}, .sar = {1, 1}},
         AV_PIX_FMT_YUV420P,
         AVCHROMA_LOC_UNSPECIFIED,
         true},
        {{HALF, .draft = true}, AV_PIX_FMT_YUV420P, AVCHROMA_LOC_LEFT, true},
        {{SIZE(180, 320, 180, 320, 180, 320), .rotation_deg = 90},
         AV_PIX_FMT_YUV420P,
         AVCHROMA_LOC_LEFT,
         true},
        {{HALF, .deinterlace = MK_DEINTERLACE_ALL}, AV_PIX_FMT_YUV420P, AVCHROMA_LOC_LEFT, true},
        {{SAME}, AV_PIX_FMT_YUV420P, AVCHROMA_LOC_LEFT, false},
        {{HALF}, AV_PIX_FMT_YUV422P, AVCHROMA_LOC_LEFT, false},
        {{HALF}, AV_PIX_FMT_YUV420P10, AVCHROMA_LOC_LEFT, false},
        {{HALF}, AV_PIX_FMT_YUV420P, AVCHROMA_LOC_CENTER, false},
        {{HALF}, AV_PIX_FMT_YUV420P, AVCHROMA_LOC_TOPLEFT, false},
        {{HALF, .pixels = MK_PIXELS_RGB24}, AV_PIX_FMT_YUV420P, AVCHROMA_LOC_LEFT, false},
        {{HALF, .deinterlace = MK_DEINTERLACE_KEEP}, AV_PIX_FMT_YUV420P, AVCHROMA_LOC_LEFT, false},
        {{HALF, .interval_us = 60000000}, AV_PIX_FMT_YUV420P, AVCHROMA_LOC_LEFT, false},
        {{HALF, .weave = true}, AV_PIX_FMT_YUV420P, AVCHROMA_LOC_LEFT, false},
        {{HALF, .mark_count = 1}, AV_PIX_FMT_YUV420P, AVCHROMA_LOC_LEFT, false},
        {{HALF, .matrix_in = MK_MATRIX_BT601, .matrix_out = MK_MATRIX_BT709},
         AV_PIX_FMT_YUV420P,
         AVCHROMA_LOC_LEFT,
         false},
        {{SIZE(320, 180, 240, 180, 240, 180)}, AV_PIX_FMT_YUV420P, AVCHROMA_LOC_LEFT, false},
        {{SIZE(320, 180, 320, 180, 320, 240)}, AV_PIX_FMT_YUV420P, AVCHROMA_LOC_LEFT, false},
    };
    enum { SAME_SIZE = 5 };
    static const struct mk_scale_sizes half = {640, 360, 320, 180};
    AVFrame *frame = av_frame_alloc();

    (void)state;
    frame->width = 640;
    frame->height = 360;
    for (size_t i = 0; i < sizeof(simple) / sizeof(simple[0]); i++) {
        struct mk_buf text;

        frame->format = simple[i].format;
        frame->chroma_location = simple[i].chroma;
        assert_int_equal(mk_picture_scales_last(&simple[i].plan, frame),
                         simple[i].last && mk_scale_can(&half));
        mk_buf_init(&text, 4096);
        mk_picture_filters(&simple[i].plan, frame, 0, simple[i].last, &text);
        assert_int_equal(!strstr(text.data, "scale="), simple[i].last || i == SAME_SIZE);
        mk_buf_fini(&text);
    }
    av_frame_free(&frame);
}

/* One frame of 640x360 and square pixels through a whole stage. */
static AVFrame *made_by(const struct mk_plan_picture *plan)
{
    struct mk_run run = {0};
    struct mk_queue found;
    struct mk_edge edge = {.to = &found};
    struct mk_picture picture = {
        .stage.run = &run, .plan = plan, .outlet = {.edges = &edge, .count = 1}};
    struct mk_item end = {.kind = MK_ITEM_END}, item = {.kind = MK_ITEM_FRAME};
    AVFrame *frame = av_frame_alloc();

    frame->width = 640;
    frame->height = 360;
    frame->format = AV_PIX_FMT_YUV420P;
    frame->sample_aspect_ratio = (AVRational){1, 1};
    frame->time_base = (AVRational){1, 25};
    frame->pts = 0;
    assert_int_equal(av_frame_get_buffer(frame, 0), 0);
    for (int plane = 0; plane < 3; plane++)
        memset(frame->data[plane], 128,
               (size_t)frame->linesize[plane] * (size_t)(plane ? 180 : 360));
    assert_int_equal(mk_queue_init(&picture.stage.inbox, 1, 1, NULL, NULL), 0);
    assert_int_equal(mk_queue_init(&found, 4, 1, NULL, NULL), 0);
    item.frame = frame;
    assert_true(mk_queue_put_take(&picture.stage.inbox, item));
    assert_true(mk_queue_put_take(&picture.stage.inbox, end));
    mk_picture_main(&picture);
    assert_true(mk_queue_get(&found, &item));
    assert_int_equal(item.kind, MK_ITEM_FRAME);
    mk_queue_fini(&found);
    mk_queue_fini(&picture.stage.inbox);
    return item.frame;
}

/* Whoever scales: mockets itself, zimg or swscale. */
static void gives_pixels_their_shape(void **state)
{
    static const struct {
        struct mk_plan_picture plan;
        AVRational sar;
    } shapes[] = {
        {{HALF, .rate = {25, 1}}, {1, 1}},
        {{HALF, .rate = {25, 1}, .sar = {64, 45}}, {64, 45}},
        {{SAME, .rate = {25, 1}, .sar = {64, 45}}, {64, 45}},
        {{SIZE(320, 360, 320, 360, 320, 360), .rate = {25, 1}}, {2, 1}},
        {{SIZE(320, 360, 320, 360, 320, 360), .rate = {25, 1}, .sar = {1, 1}}, {1, 1}},
        {{SIZE(320, 180, 320, 180, 320, 240), .rate = {25, 1}, .sar = {4, 3}}, {4, 3}},
        {{HALF, .rate = {25, 1}, .sar = {4, 3}, .pixels = MK_PIXELS_YUV422P}, {4, 3}},
    };

    (void)state;
    for (size_t i = 0; i < sizeof(shapes) / sizeof(shapes[0]); i++) {
        AVFrame *frame = made_by(&shapes[i].plan);

        assert_int_equal(frame->width, shapes[i].plan.width_px);
        assert_int_equal(frame->height, shapes[i].plan.height_px);
        assert_int_equal(frame->sample_aspect_ratio.num, shapes[i].sar.num);
        assert_int_equal(frame->sample_aspect_ratio.den, shapes[i].sar.den);
        av_frame_free(&frame);
    }
}

static void names_pictures(void **state)
{
    static const struct {
        const char *pattern, *ending, *key;
        size_t count;
    } names[] = {
        {"t/{count}", ".png", "t/00001.png", 1},
        {"{resolution}-{count}", ".jpg", "320x180-12345.jpg", 12345},
        {"{count}{count}{coun}{", ".png", "0000700007{coun}{.png", 7},
        {"a.png", ".png", "a.png.png", 1},
    };

    (void)state;
    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        char *key = mk_thumbs_key(names[i].pattern, names[i].count, 320, 180, names[i].ending);

        assert_string_equal(key, names[i].key);
        mk_free(key);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(filters_do_only_what_is_needed),
        cmocka_unit_test(spares_uneven_fields),
        cmocka_unit_test(remembers_what_was_interlaced),
        cmocka_unit_test(scales_last_what_is_simple),
        cmocka_unit_test(gives_pixels_their_shape),
        cmocka_unit_test(names_pictures),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
