#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include <libavutil/cpu.h>
#include <libavutil/mem.h>

#include "base/alloc.h"
#include "base/buf.h"
#include "media/graph.h"
#include "media/scale.h"
#include "media/taps.h"

enum { PLANES = 3, LOUD = 255 };

static const struct {
    struct mk_scale_sizes sizes;
    enum mk_kernel kernel;
    bool can;
} rows[] = {
    {{1920, 1080, 1280, 720}, MK_KERNEL_BICUBIC, true},
    {{1920, 1080, 854, 480}, MK_KERNEL_BICUBIC, true},
    {{1920, 1080, 640, 360}, MK_KERNEL_BICUBIC, true},
    {{1920, 1080, 640, 360}, MK_KERNEL_BILINEAR, true},
    {{1280, 720, 640, 360}, MK_KERNEL_BICUBIC, true},
    {{1280, 720, 342, 720}, MK_KERNEL_BICUBIC, true},  /* as narrow as it goes */
    {{640, 1080, 640, 68}, MK_KERNEL_BICUBIC, true},   /* and as low */
    {{640, 360, 640, 358}, MK_KERNEL_BICUBIC, true},   /* one way only, and hardly */
    {{1000, 562, 346, 194}, MK_KERNEL_BICUBIC, true},  /* no simple ratio, and a rest */
    {{320, 240, 640, 480}, MK_KERNEL_BICUBIC, true},   /* up */
    {{320, 240, 322, 484}, MK_KERNEL_BILINEAR, true},  /* the same by hardly anything */
    {{128, 32, 36, 32}, MK_KERNEL_BICUBIC, true},      /* as small as it goes */
    {{1280, 720, 340, 720}, MK_KERNEL_BICUBIC, false}, /* too narrow */
    {{640, 1080, 640, 66}, MK_KERNEL_BICUBIC, false},  /* too low */
    {{126, 128, 128, 128}, MK_KERNEL_BICUBIC, false},  /* too small */
    {{640, 360, 321, 180}, MK_KERNEL_BICUBIC, false},  /* odd */
};

static const char *const zimg_kernels[] = {
    [MK_KERNEL_BICUBIC] = "bicubic:param_a=0:param_b=0.6",
    [MK_KERNEL_BILINEAR] = "bilinear",
};

/* Where there is no such processor, it cannot: pictures go through zimg (unit.media.picture). */
static bool can_anything(void)
{
    return av_get_cpu_flags() & AV_CPU_FLAG_AVX512ICL;
}

/* Planes that have not a byte more than their pixels. */
static AVFrame *make_frame(int width, int height)
{
    AVFrame *frame = av_frame_alloc();

    frame->format = AV_PIX_FMT_YUV420P;
    frame->width = width;
    frame->height = height;
    frame->time_base = (AVRational){1, 25};
    frame->pts = 7;
    frame->sample_aspect_ratio = (AVRational){4, 3};
    frame->chroma_location = AVCHROMA_LOC_LEFT;
    frame->crop_left = 2;
    for (int i = 0; i < PLANES; i++) {
        int shift = i > 0;

        frame->linesize[i] = width >> shift;
        frame->buf[i] = av_buffer_alloc((size_t)(width >> shift) * (size_t)(height >> shift));
        frame->data[i] = frame->buf[i]->data;
    }
    return frame;
}

static uint32_t next_random(uint32_t *state)
{
    *state = *state * 1664525 + 1013904223;
    return *state >> 16;
}

/* Noise on a slope, between which and black and white there is room for what a kernel overshoots. */
static uint8_t soft(int x, int y, uint32_t *state)
{
    return (uint8_t)(90 + (x + y) / 2 % 40 + (int)(next_random(state) % 30));
}

/* Black and white, in blocks or as noise: edges at which a kernel goes far beyond both. */
static uint8_t hard(int x, int y, uint32_t *state)
{
    return next_random(state) % 8 ? (uint8_t)((x * 3 / 11 + y * 2 / 7) % 2 * LOUD)
                                  : (uint8_t)(next_random(state) % 2 * LOUD);
}

static void fill(AVFrame *frame, uint8_t (*pixel)(int, int, uint32_t *))
{
    uint32_t state = 1;

    for (int i = 0; i < PLANES; i++) {
        for (int y = 0; y < frame->height >> (i > 0); y++) {
            for (int x = 0; x < frame->linesize[i]; x++)
                frame->data[i][y * frame->linesize[i] + x] = pixel(x, y, &state);
        }
    }
}

static AVFrame *by_zimg(const AVFrame *from, const struct mk_scale_sizes *sizes,
                        enum mk_kernel kernel)
{
    AVFrame *in = av_frame_clone(from), *out = av_frame_alloc();
    struct mk_graph graph = {0};
    mockets_status rc = MOCKETS_OK;
    struct mk_buf filters;

    in->crop_left = 0; /* filters would crop it */
    mk_buf_init(&filters, 4096);
    mk_graph_add(&filters, "zscale=%d:%d:filter=%s", sizes->to_width, sizes->to_height,
                 zimg_kernels[kernel]);
    assert_int_equal(mk_graph_open(&graph, in, filters.data, NULL), 0);
    assert_int_equal(mk_graph_put(&graph, in, NULL), 0);
    assert_int_equal(mk_graph_end(&graph, from->pts + 1, NULL), 0);
    assert_true(mk_graph_get(&graph, out, &rc, NULL));
    mk_graph_close(&graph);
    mk_buf_fini(&filters);
    av_frame_free(&in);
    return out;
}

/* What plain arithmetic makes of it: along lines first, nothing rounded on the way. */
static void scale_plane(const AVFrame *from, int i, enum mk_kernel kernel, AVFrame *to)
{
    enum { ONE = 1 << 24 };
    int shift = i > 0, width = to->width >> shift, height = from->height >> shift;
    double *lines = mk_alloc_array((size_t)width * (size_t)height, sizeof(*lines));
    struct mk_taps along, across;

    assert_int_equal(
        mk_taps_make(kernel, from->width >> shift, width, shift ? -0.25 : 0, ONE, &along, NULL), 0);
    assert_int_equal(mk_taps_make(kernel, height, to->height >> shift, 0, ONE, &across, NULL), 0);
    for (int y = 0; y < height; y++) {
        for (int x = 0; x < width; x++) {
            const uint8_t *line = from->data[i] + y * from->linesize[i] + along.first[x];

            for (int k = 0; k < along.count; k++)
                lines[y * width + x] += (double)line[k] * along.weights[x * along.count + k] / ONE;
        }
    }
    for (int y = 0; y < to->height >> shift; y++) {
        for (int x = 0; x < width; x++) {
            double sum = 0;

            for (int k = 0; k < across.count; k++)
                sum += lines[(across.first[y] + k) * width + x] *
                       across.weights[y * across.count + k] / ONE;
            to->data[i][y * to->linesize[i] + x] = (uint8_t)(sum < 0      ? 0
                                                             : sum > LOUD ? LOUD
                                                                          : lround(sum));
        }
    }
    mk_free(lines);
    mk_taps_fini(&along);
    mk_taps_fini(&across);
}

static AVFrame *by_arithmetic(const AVFrame *from, const struct mk_scale_sizes *sizes,
                              enum mk_kernel kernel)
{
    AVFrame *to = make_frame(sizes->to_width, sizes->to_height);

    for (int i = 0; i < PLANES; i++)
        scale_plane(from, i, kernel, to);
    to->sample_aspect_ratio =
        av_mul_q(from->sample_aspect_ratio, (AVRational){sizes->from_width * sizes->to_height,
                                                         sizes->from_height * sizes->to_width});
    return to;
}

static void assert_alike(const AVFrame *a, const AVFrame *b)
{
    int64_t differ = 0, all = 0;

    for (int i = 0; i < PLANES; i++) {
        for (int y = 0; y < a->height >> (i > 0); y++) {
            for (int x = 0; x < a->width >> (i > 0); x++) {
                int difference =
                    abs(a->data[i][y * a->linesize[i] + x] - b->data[i][y * b->linesize[i] + x]);

                assert_in_range(difference, 0, 1);
                differ += difference;
                all++;
            }
        }
    }
    assert_true(differ * 10 < all);
}

/* zimg rounds between lines and columns, and cuts off what is beyond black and white there. */
static const struct {
    uint8_t (*pixel)(int, int, uint32_t *);
    AVFrame *(*like)(const AVFrame *, const struct mk_scale_sizes *, enum mk_kernel);
} ways[] = {{soft, by_zimg}, {soft, by_arithmetic}, {hard, by_arithmetic}};

static void scales_as_others(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        const struct mk_scale_sizes *sizes = &rows[i].sizes;
        struct mk_scale *scale = NULL;
        AVFrame *from, *to;

        assert_int_equal(mk_scale_can(sizes), rows[i].can && can_anything());
        if (!mk_scale_can(sizes))
            continue;
        from = make_frame(sizes->from_width, sizes->from_height);
        to = av_frame_alloc();
        assert_int_equal(mk_scale_new(sizes, rows[i].kernel, &scale, NULL), 0);
        for (size_t k = 0; k < sizeof(ways) / sizeof(ways[0]); k++) {
            AVFrame *like;

            fill(from, ways[k].pixel);
            like = ways[k].like(from, sizes, rows[i].kernel);
            assert_int_equal(mk_scale_frame(scale, from, to, NULL), 0);
            assert_int_equal(to->width, sizes->to_width);
            assert_int_equal(to->height, sizes->to_height);
            assert_int_equal(to->pts, from->pts);
            assert_int_equal(to->crop_left, 0);
            assert_int_equal(av_cmp_q(to->sample_aspect_ratio, like->sample_aspect_ratio), 0);
            assert_alike(to, like);
            av_frame_unref(to);
            av_frame_free(&like);
        }
        mk_scale_free(&scale);
        av_frame_free(&from);
        av_frame_free(&to);
    }
}

/* Each has its own memory, which lives as long as it does. */
static void pictures_outlive_their_maker(void **state)
{
    static const struct mk_scale_sizes sizes = {640, 360, 320, 180};
    struct mk_scale *scale = NULL;
    AVFrame *from = make_frame(640, 360), *first = av_frame_alloc(), *second = av_frame_alloc();

    (void)state;
    if (mk_scale_can(&sizes)) {
        fill(from, soft);
        assert_int_equal(mk_scale_new(&sizes, MK_KERNEL_BICUBIC, &scale, NULL), 0);
        assert_int_equal(mk_scale_frame(scale, from, first, NULL), 0);
        assert_int_equal(mk_scale_frame(scale, from, second, NULL), 0);
        mk_scale_free(&scale);
        assert_ptr_not_equal(first->data[0], second->data[0]);
        assert_alike(first, second);
    }
    av_frame_free(&from);
    av_frame_free(&first);
    av_frame_free(&second);
}

static void needs_the_processor(void **state)
{
    static const struct mk_scale_sizes sizes = {640, 360, 320, 180};
    int flags = av_get_cpu_flags();

    (void)state;
    av_force_cpu_flags(flags & ~AV_CPU_FLAG_AVX512ICL);
    assert_false(mk_scale_can(&sizes));
    av_force_cpu_flags(flags);
}

/* Samples of a line in order, seen from where each new one lies. */
static void weighs_what_is_near(void **state)
{
    static const struct {
        enum mk_kernel kernel;
        int from, to;
        double offset;
        int count, at, first, weights[6];
    } lines[] = {
        {MK_KERNEL_BILINEAR, 4, 4, 0, 2, 1, 1, {100, 0}},
        {MK_KERNEL_BILINEAR, 4, 2, 0, 4, 1, 0, {0, 13, 38, 49}}, /* the mirror image of 4 is 3 */
        {MK_KERNEL_BILINEAR, 2, 4, 0, 2, 1, 0, {75, 25}},
        {MK_KERNEL_BILINEAR, 2, 4, 0, 2, 0, 0, {100, 0}}, /* beyond the end */
        {MK_KERNEL_BILINEAR, 1, 4, 0, 1, 3, 0, {100}},
        {MK_KERNEL_BILINEAR, 4, 2, -0.25, 4, 1, 0, {0, 19, 43, 38}},
        {MK_KERNEL_BICUBIC, 6, 12, 0, 4, 5, 1, {-8, 87, 24, -3}},
    };

    (void)state;
    for (size_t i = 0; i < sizeof(lines) / sizeof(lines[0]); i++) {
        struct mk_taps taps;

        assert_int_equal(mk_taps_make(lines[i].kernel, lines[i].from, lines[i].to, lines[i].offset,
                                      100, &taps, NULL),
                         0);
        assert_int_equal(taps.count, lines[i].count);
        assert_int_equal(taps.first[lines[i].at], lines[i].first);
        assert_memory_equal(taps.weights + lines[i].at * taps.count, lines[i].weights,
                            (size_t)taps.count * sizeof(int));
        mk_taps_fini(&taps);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(scales_as_others),
        cmocka_unit_test(pictures_outlive_their_maker),
        cmocka_unit_test(needs_the_processor),
        cmocka_unit_test(weighs_what_is_near),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
