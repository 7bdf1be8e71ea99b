#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/alloc.h"
#include "media/image.h"
#include "media/mark.h"

struct colour {
    uint8_t red, green, blue, alpha;
};

static AVFrame *make_image(int width, int height, struct colour left, struct colour right)
{
    AVFrame *image = av_frame_alloc();

    image->format = AV_PIX_FMT_GBRAP;
    image->width = width;
    image->height = height;
    assert_int_equal(av_frame_get_buffer(image, 0), 0);
    for (int y = 0; y < height; y++) {
        for (int x = 0; x < width; x++) {
            struct colour colour = x < width / 2 ? left : right;

            image->data[0][y * image->linesize[0] + x] = colour.green;
            image->data[1][y * image->linesize[1] + x] = colour.blue;
            image->data[2][y * image->linesize[2] + x] = colour.red;
            image->data[3][y * image->linesize[3] + x] = colour.alpha;
        }
    }
    return image;
}

static const struct colour red = {255, 0, 0, 255}, green = {0, 255, 0, 255},
                           blue = {0, 0, 255, 255}, white = {255, 255, 255, 255};

/* The colours of the standards, in 8 bits. */
static const struct {
    const struct colour *colour;
    enum mk_matrix matrix;
    enum AVPixelFormat frames;
    int components[3];
} colours[] = {
    {&red, MK_MATRIX_BT601, AV_PIX_FMT_YUV420P, {81, 90, 240}},
    {&green, MK_MATRIX_BT601, AV_PIX_FMT_YUV420P, {145, 54, 34}},
    {&blue, MK_MATRIX_BT601, AV_PIX_FMT_YUV422P, {41, 240, 110}},
    {&red, MK_MATRIX_BT709, AV_PIX_FMT_YUV420P, {63, 102, 240}},
    {&green, MK_MATRIX_BT709, AV_PIX_FMT_YUV444P, {173, 42, 26}},
    {&blue, MK_MATRIX_BT709, AV_PIX_FMT_YUV420P, {32, 240, 118}},
    {&white, MK_MATRIX_BT709, AV_PIX_FMT_YUV420P, {235, 128, 128}},
    {&white, MK_MATRIX_BT601, AV_PIX_FMT_YUVJ420P, {255, 128, 128}},
    {&red, MK_MATRIX_BT601, AV_PIX_FMT_YUVJ420P, {76, 85, 255}},
    {&red, MK_MATRIX_BT2020, AV_PIX_FMT_YUV420P, {74, 97, 240}},
};

static void takes_the_colours_of_the_frames(void **state)
{
    const struct mk_plan_mark mark = {.width_px = 4, .height_px = 4, .opacity = 1};

    (void)state;
    for (size_t i = 0; i < sizeof(colours) / sizeof(colours[0]); i++) {
        AVFrame *image = make_image(4, 4, *colours[i].colour, *colours[i].colour), *made = NULL;

        assert_int_equal(
            mk_mark_make(&mark, colours[i].matrix, colours[i].frames, image, &made, NULL), 0);
        for (int k = 0; k < 3; k++) {
            if (abs(made->data[k][0] - colours[i].components[k]) > 1)
                fail_msg("row %zu: component %d is %d", i, k, made->data[k][0]);
        }
        assert_int_equal(made->data[3][0], 255);
        av_frame_free(&image);
        av_frame_free(&made);
    }
}

static void begins_and_ends_at_even_places(void **state)
{
    static const struct {
        enum AVPixelFormat frames;
        int x, y, width, height, made_width, made_height, left, top;
    } rows[] = {
        {AV_PIX_FMT_YUV420P, 0, 0, 4, 4, 4, 4, 0, 0}, {AV_PIX_FMT_YUV420P, 1, 2, 4, 4, 6, 4, 1, 0},
        {AV_PIX_FMT_YUV420P, 7, 9, 3, 5, 4, 6, 1, 1}, {AV_PIX_FMT_YUV420P, -3, 0, 4, 3, 6, 4, 1, 0},
        {AV_PIX_FMT_YUV422P, 1, 1, 3, 3, 4, 3, 1, 0}, {AV_PIX_FMT_YUV444P, 1, 1, 3, 3, 3, 3, 0, 0},
        {AV_PIX_FMT_RGB24, 1, 1, 3, 3, 3, 3, 0, 0},
    };

    (void)state;
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        const struct mk_plan_mark mark = {.x_px = rows[i].x,
                                          .y_px = rows[i].y,
                                          .width_px = rows[i].width,
                                          .height_px = rows[i].height,
                                          .opacity = 0.5};
        AVFrame *image = make_image(8, 8, red, red), *made = NULL;
        bool rgb = rows[i].frames == AV_PIX_FMT_RGB24;

        assert_int_equal(mk_mark_make(&mark, MK_MATRIX_BT601, rows[i].frames, image, &made, NULL),
                         0);
        assert_int_equal(made->width, rows[i].made_width);
        assert_int_equal(made->height, rows[i].made_height);
        for (int y = 0; y < made->height; y++) {
            for (int x = 0; x < made->width; x++) {
                bool inside = x >= rows[i].left && x < rows[i].left + rows[i].width &&
                              y >= rows[i].top && y < rows[i].top + rows[i].height;
                const uint8_t *alpha = rgb ? made->data[0] + y * made->linesize[0] + 4 * x + 3
                                           : made->data[3] + y * made->linesize[3] + x;

                assert_int_equal(*alpha, inside ? 128 : 0);
            }
        }
        /* a block that is only half covered is as red as the others */
        if (rows[i].frames == AV_PIX_FMT_YUV420P)
            assert_in_range(made->data[2][0], 239, 240);
        av_frame_free(&image);
        av_frame_free(&made);
    }
}

/* Scaling mixes colours only as far as they can be seen. */
static void scaling_makes_no_fringe(void **state)
{
    const struct colour hidden = {255, 0, 0, 0};
    const struct mk_plan_mark mark = {.width_px = 40, .height_px = 40, .opacity = 1};
    AVFrame *image = make_image(8, 8, white, hidden), *made = NULL;

    (void)state;
    assert_int_equal(mk_mark_make(&mark, MK_MATRIX_BT601, AV_PIX_FMT_RGB24, image, &made, NULL), 0);
    for (int x = 0; x < 40; x++) {
        const uint8_t *pixel = made->data[0] + 20 * made->linesize[0] + 4 * x;

        if (pixel[3] < 3)
            continue;
        for (int i = 0; i < 3; i++)
            assert_in_range(pixel[i], 250, 255);
    }
    assert_int_equal(made->data[0][20 * made->linesize[0] + 4 * 4 + 3], 255);
    assert_int_equal(made->data[0][20 * made->linesize[0] + 4 * 36 + 3], 0);
    av_frame_free(&image);
    av_frame_free(&made);
}

/* A picture in a file, made by libavcodec. */
static AVPacket *make_file(enum AVCodecID id, enum AVPixelFormat format, int width, int height)
{
    AVCodecContext *context = avcodec_alloc_context3(avcodec_find_encoder(id));
    AVFrame *frame = av_frame_alloc();
    AVPacket *packet = av_packet_alloc();

    context->width = frame->width = width;
    context->height = frame->height = height;
    context->pix_fmt = frame->format = format;
    context->time_base = (AVRational){1, 1};
    assert_int_equal(av_frame_get_buffer(frame, 0), 0);
    for (int p = 0; p < 4 && frame->data[p]; p++)
        memset(frame->data[p], 100, (size_t)frame->linesize[p] * (size_t)(p ? height / 2 : height));
    assert_int_equal(avcodec_open2(context, NULL, NULL), 0);
    assert_int_equal(avcodec_send_frame(context, frame), 0);
    avcodec_send_frame(context, NULL);
    assert_int_equal(avcodec_receive_packet(context, packet), 0);
    avcodec_free_context(&context);
    av_frame_free(&frame);
    return packet;
}

static void decodes_what_is_whole(void **state)
{
    static const struct {
        enum AVCodecID id;
        enum AVPixelFormat format, made;
    } rows[] = {
        {AV_CODEC_ID_PNG, AV_PIX_FMT_RGB24, AV_PIX_FMT_GBRP},
        {AV_CODEC_ID_PNG, AV_PIX_FMT_RGBA, AV_PIX_FMT_GBRAP},
        {AV_CODEC_ID_PNG, AV_PIX_FMT_GRAY8, AV_PIX_FMT_GBRP},
        {AV_CODEC_ID_PNG, AV_PIX_FMT_YA8, AV_PIX_FMT_GBRAP},
        {AV_CODEC_ID_PNG, AV_PIX_FMT_RGBA64BE, AV_PIX_FMT_GBRAP},
        {AV_CODEC_ID_PNG, AV_PIX_FMT_MONOBLACK, AV_PIX_FMT_GBRP},
        {AV_CODEC_ID_MJPEG, AV_PIX_FMT_YUVJ420P, AV_PIX_FMT_GBRP},
    };

    (void)state;
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        AVPacket *file = make_file(rows[i].id, rows[i].format, 66, 34);
        struct mk_info_image info;
        AVFrame *image = NULL;

        assert_int_equal(mk_image_decode(file->data, (size_t)file->size, &image, &info, NULL), 0);
        assert_int_equal(info.width_px, 66);
        assert_int_equal(info.height_px, 34);
        assert_int_equal(image->format, rows[i].made);
        if (rows[i].format == AV_PIX_FMT_YA8) {
            assert_in_range(image->data[0][0], 99, 101);
            assert_in_range(image->data[3][0], 99, 101);
        }
        av_frame_free(&image);
        av_packet_free(&file);
    }
}

static void survives_what_is_not(void **state)
{
    static const enum AVCodecID ids[] = {AV_CODEC_ID_PNG, AV_CODEC_ID_MJPEG};
    static const uint8_t nothing[] = "\x89PNG\r\n\x1a\n";
    struct mk_info_image info;
    AVFrame *image = NULL;
    uint32_t random = 1;

    (void)state;
    av_log_set_level(AV_LOG_QUIET);
    assert_int_equal(mk_image_decode(nothing, 0, &image, &info, NULL), MOCKETS_E_MEDIA);
    assert_int_equal(mk_image_decode(nothing, 8, &image, &info, NULL), MOCKETS_E_MEDIA);
    assert_int_equal(mk_image_decode((const uint8_t *)"GIF89a..", 8, &image, &info, NULL),
                     MOCKETS_E_MEDIA);
    for (int k = 0; k < 2; k++) {
        AVPacket *file = make_file(ids[k], k ? AV_PIX_FMT_YUVJ420P : AV_PIX_FMT_RGB24, 64, 64);

        for (int i = 0; i < 400; i++) {
            size_t size = (size_t)file->size;
            uint8_t *copy = mk_alloc(size);
            mockets_status rc;

            memcpy(copy, file->data, size);
            for (int flips = i % 5; flips >= 0; flips--) {
                random = random * 1664525 + 1013904223;
                copy[random % size] ^= (uint8_t)(1u << (random >> 29));
            }
            if (i % 2)
                size = random % size;
            rc = mk_image_decode(copy, size, &image, &info, NULL);
            assert_true(rc == MOCKETS_OK || rc == MOCKETS_E_MEDIA);
            assert_true(rc == MOCKETS_OK || !image);
            av_frame_free(&image);
            mk_free(copy);
        }
        av_packet_free(&file);
    }
}

/* The size of one that is too large is told, and nothing is decoded. */
static void tells_the_size_of_a_large_one(void **state)
{
    AVPacket *file = make_file(AV_CODEC_ID_PNG, AV_PIX_FMT_GRAY8, 4098, 2);
    struct mk_info_image info;
    AVFrame *image = NULL;

    (void)state;
    assert_int_equal(mk_image_decode(file->data, (size_t)file->size, &image, &info, NULL), 0);
    assert_null(image);
    assert_int_equal(info.width_px, 4098);
    assert_int_equal(info.height_px, 2);
    av_packet_free(&file);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(takes_the_colours_of_the_frames),
        cmocka_unit_test(begins_and_ends_at_even_places),
        cmocka_unit_test(scaling_makes_no_fringe),
        cmocka_unit_test(decodes_what_is_whole),
        cmocka_unit_test(survives_what_is_not),
        cmocka_unit_test(tells_the_size_of_a_large_one),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
