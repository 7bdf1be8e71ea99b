#include "check.h"

#include <stdio.h>

#include "base/buf.h"
#include "media/encoder.h"
#include "media/nal.h"
#include "media/wide_code.h"

enum { FRAMES = 30, RATE = 25, GRAIN_PX = 4 };

/* A texture in which every place is different. */
static uint8_t texture(int x, int y)
{
    uint32_t cell = (uint32_t)(x / GRAIN_PX) * 2654435761u ^ (uint32_t)(y / GRAIN_PX) * 2246822519u;

    cell ^= cell >> 15;
    cell *= 2654435761u;
    return (uint8_t)(64 + (cell >> 24) / 2);
}

/* The camera moves across it, faster and faster. */
static AVFrame *make_frame(int width, int height, int number)
{
    AVFrame *frame = av_frame_alloc();

    assert_non_null(frame);
    frame->format = AV_PIX_FMT_YUV420P;
    frame->width = width;
    frame->height = height;
    frame->pts = number;
    frame->time_base = (AVRational){1, RATE};
    assert_true(av_frame_get_buffer(frame, 0) >= 0);
    for (int y = 0; y < height; y++) {
        for (int x = 0; x < width; x++)
            frame->data[0][y * frame->linesize[0] + x] =
                texture(x + number * number * 3, y + number * number);
    }
    for (int plane = 1; plane < 3; plane++)
        memset(frame->data[plane], 128, (size_t)frame->linesize[plane] * (size_t)(height / 2));
    return frame;
}

/* What the parameter sets say is not compared. */
static void add_slices(const AVPacket *packet, struct mk_buf *to)
{
    struct mk_nals nals = {.at = packet->data, .end = packet->data + packet->size};
    struct mk_nal nal;

    while (mk_nal_next(&nals, &nal)) {
        if (mk_nal_type(&nal) <= MK_NAL_IDR)
            mk_buf_append(to, nal.data, nal.size);
    }
}

static void receive(AVCodecContext *context, AVPacket *packet, struct mk_buf *slices)
{
    while (avcodec_receive_packet(context, packet) >= 0) {
        add_slices(packet, slices);
        av_packet_unref(packet);
    }
}

static const char LIMIT[] = ":mvrange=";

static bool has_limit(const AVDictionary *options)
{
    return strstr(av_dict_get(options, "x264-params", NULL, 0)->value, LIMIT);
}

static void take_limit_out(AVDictionary **options)
{
    char params[256], *limit, *rest;

    snprintf(params, sizeof(params), "%s", av_dict_get(*options, "x264-params", NULL, 0)->value);
    limit = strstr(params, LIMIT);
    assert_non_null(limit);
    rest = limit + strlen(LIMIT);
    rest += strcspn(rest, ":");
    memmove(limit, rest, strlen(rest) + 1);
    av_dict_set(options, "x264-params", params, 0);
}

/* @return whether vectors are limited, but for @p far_vectors */
static bool encode(const struct mk_plan_encode *plan, int width, int height, bool far_vectors,
                   struct mk_buf *slices)
{
    const AVCodec *codec = avcodec_find_encoder_by_name("libx264");
    AVCodecContext *context = avcodec_alloc_context3(codec);
    AVPacket *packet = av_packet_alloc();
    AVDictionary *options = NULL;
    struct mockets_error err;
    bool limited = false;

    mk_buf_init(slices, 4 << 20);
    for (int i = 0; i < FRAMES; i++) {
        AVFrame *frame = make_frame(width, height, i);

        if (i == 0) {
            assert_int_equal(mk_encoder_configure(context, plan, frame, (AVRational){RATE, 1}, NULL,
                                                  &options, &err),
                             MOCKETS_OK);
            limited = has_limit(options);
            if (far_vectors)
                take_limit_out(&options);
            assert_true(avcodec_open2(context, codec, &options) >= 0);
            assert_int_equal(av_dict_count(options), 0);
            av_dict_free(&options);
        }
        assert_true(avcodec_send_frame(context, frame) >= 0);
        av_frame_free(&frame);
        receive(context, packet, slices);
    }
    assert_true(avcodec_send_frame(context, NULL) >= 0);
    receive(context, packet, slices);
    av_packet_free(&packet);
    avcodec_free_context(&context);
    assert_false(slices->failed);
    return limited;
}

/* A smaller table of what vectors cost must not be seen in the film. */
static void short_vectors_change_no_slice(void **state)
{
    static const struct {
        int width, height;
        const char *level, *preset;
        bool limited;
    } rows[] = {
        {160, 90, "4", "medium", true},   {464, 64, "4", "medium", true},
        {96, 464, "3.1", "slow", true},   {160, 90, "4", "veryfast", true},
        {480, 270, "4", "medium", false}, {160, 90, "3", "medium", false},
        {160, 90, NULL, "medium", false},
    };

    (void)state;
    for (size_t i = 0; i < CHECK_COUNT(rows); i++) {
        const struct mk_plan_encode plan = {.kind = MK_VIDEO,
                                            .codec = MK_CODEC_H264,
                                            .bit_rate_bps = 800000,
                                            .profile = "high",
                                            .level = rows[i].level,
                                            .effort = {.preset = rows[i].preset},
                                            .reference_frames = 4,
                                            .gop_frames = 2 * RATE,
                                            .threads = 1,
                                            .exact = true};
        struct mk_buf as_planned, without;

        if (encode(&plan, rows[i].width, rows[i].height, false, &as_planned) != rows[i].limited)
            fail_msg("row %zu: vectors are %slimited", i, rows[i].limited ? "not " : "");
        assert_true(as_planned.size > 0);
        if (rows[i].limited) {
            encode(&plan, rows[i].width, rows[i].height, true, &without);
            assert_int_equal(as_planned.size, without.size);
            assert_memory_equal(as_planned.data, without.data, without.size);
            mk_buf_fini(&without);
        }
        mk_buf_fini(&as_planned);
    }
}

/* Which of x264's code is used must not be seen in the film either. */
static void other_code_changes_no_slice(void **state)
{
    static const struct mk_plan_effort efforts[] = {
        {.preset = "veryfast", .params = "subme=4"},
        {.preset = "veryfast", .params = "subme=4", .compares = true},
        {.preset = "veryfast", .params = "subme=4:asm=AVX2,FMA3,BMI2,LZCNT"},
    };
    struct mk_plan_encode plan = {.kind = MK_VIDEO,
                                  .codec = MK_CODEC_H264,
                                  .bit_rate_bps = 800000,
                                  .profile = "high",
                                  .reference_frames = 4,
                                  .gop_frames = 2 * RATE,
                                  .threads = 1,
                                  .exact = true};
    struct mk_buf slices[CHECK_COUNT(efforts)];

    (void)state;
    for (size_t i = 0; i < CHECK_COUNT(efforts); i++) {
        plan.effort = efforts[i];
        encode(&plan, 256, 144, false, &slices[i]);
        assert_true(slices[i].size > 0);
        assert_int_equal(slices[i].size, slices[0].size);
        assert_memory_equal(slices[i].data, slices[0].data, slices[0].size);
    }
    for (size_t i = 0; i < CHECK_COUNT(efforts); i++)
        mk_buf_fini(&slices[i]);
}

static bool leaves_wide_code(const struct mk_plan_encode *plan)
{
    AVCodecContext *context = avcodec_alloc_context3(avcodec_find_encoder_by_name("libx264"));
    AVFrame *frame = make_frame(256, 144, 0);
    AVDictionary *options = NULL;
    struct mockets_error err;
    bool leaves;

    assert_int_equal(
        mk_encoder_configure(context, plan, frame, (AVRational){RATE, 1}, NULL, &options, &err),
        MOCKETS_OK);
    leaves = strstr(av_dict_get(options, "x264-params", NULL, 0)->value, ":asm=AVX2");
    av_dict_free(&options);
    av_frame_free(&frame);
    avcodec_free_context(&context);
    return leaves;
}

/* Only where it drags, and only by those to whom that matters. */
static void who_leaves_wide_code(void **state)
{
    struct mk_plan_encode plan = {.kind = MK_VIDEO, .codec = MK_CODEC_H264, .threads = 1};

    (void)state;
    assert_false(leaves_wide_code(&plan));
    plan.effort.compares = true;
    assert_int_equal(leaves_wide_code(&plan), mk_wide_code_drags());
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(short_vectors_change_no_slice),
        cmocka_unit_test(other_code_changes_no_slice),
        cmocka_unit_test(who_leaves_wide_code),
    };

    av_log_set_level(AV_LOG_ERROR);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
