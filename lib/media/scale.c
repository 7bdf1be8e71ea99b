#include "media/scale.h"

#include <libavutil/buffer.h>
#include <libavutil/imgutils.h>

#include "base/alloc.h"
#include "media/scale_lines.h"

enum { PLANES = 3, ALIGN = 64 };

/* Where chroma of a type 0 lies (ITU-T H.264, figure E.1). */
static const double left = -0.25;

struct mk_scale {
    struct mk_scale_sizes sizes;
    struct mk_scale_lines planes[2]; /* luma, chroma */
    AVBufferPool *pool;
};

bool mk_scale_can(const struct mk_scale_sizes *sizes)
{
    const int all[] = {sizes->from_width, sizes->from_height, sizes->to_width, sizes->to_height};

    for (size_t i = 0; i < sizeof(all) / sizeof(all[0]); i++) {
        if (all[i] % 2)
            return false;
    }
    return mk_scale_lines_can(sizes->from_width / 2, sizes->from_height / 2, sizes->to_width / 2,
                              sizes->to_height / 2);
}

mockets_status mk_scale_new(const struct mk_scale_sizes *sizes, enum mk_kernel kernel,
                            struct mk_scale **out, struct mockets_error *err)
{
    struct mk_scale *scale = mk_alloc(sizeof(*scale));
    mockets_status rc = scale ? MOCKETS_OK : mk_fail_nomem(err);
    int bytes =
        av_image_get_buffer_size(AV_PIX_FMT_YUV420P, sizes->to_width, sizes->to_height, ALIGN);

    if (!rc && bytes < 0)
        rc = mk_fail_av(err, bytes, "no pictures of %d x %d", sizes->to_width, sizes->to_height);
    for (int i = 0; i < 2 && !rc; i++) {
        int part = 1 + i;

        rc = mk_scale_lines_init(&scale->planes[i], kernel, i ? left : 0, sizes->from_width / part,
                                 sizes->from_height / part, sizes->to_width / part,
                                 sizes->to_height / part, err);
    }
    if (!rc) {
        scale->sizes = *sizes;
        scale->pool = av_buffer_pool_init((size_t)bytes + ALIGN, NULL);
        rc = scale->pool ? MOCKETS_OK : mk_fail_nomem(err);
    }
    if (rc)
        mk_scale_free(&scale);
    else
        *out = scale;
    return rc;
}

void mk_scale_free(struct mk_scale **scale)
{
    if (!*scale)
        return;
    for (int i = 0; i < 2; i++)
        mk_scale_lines_fini(&(*scale)->planes[i]);
    av_buffer_pool_uninit(&(*scale)->pool);
    mk_free(*scale);
    *scale = NULL;
}

/* Pixels keep the shape that they have on the screen. */
static AVRational pixel_shape(const struct mk_scale_sizes *sizes, AVRational before)
{
    AVRational by = {sizes->to_height, sizes->from_height};

    if (before.num == 0)
        return before;
    return av_mul_q(av_mul_q(before, by), (AVRational){sizes->from_width, sizes->to_width});
}

static mockets_status blank(struct mk_scale *scale, const AVFrame *from, AVFrame *to,
                            struct mockets_error *err)
{
    int av = av_frame_copy_props(to, from);
    uint8_t *data;

    to->buf[0] = av < 0 ? NULL : av_buffer_pool_get(scale->pool);
    if (!to->buf[0])
        return mk_fail_nomem(err);
    to->format = AV_PIX_FMT_YUV420P;
    to->width = scale->sizes.to_width;
    to->height = scale->sizes.to_height;
    to->sample_aspect_ratio = pixel_shape(&scale->sizes, from->sample_aspect_ratio);
    to->crop_top = to->crop_bottom = to->crop_left = to->crop_right = 0;
    data = to->buf[0]->data + (-(uintptr_t)to->buf[0]->data & (ALIGN - 1));
    av = av_image_fill_arrays(to->data, to->linesize, data, AV_PIX_FMT_YUV420P, to->width,
                              to->height, ALIGN);
    return av < 0 ? mk_fail_av(err, av, "no picture to scale to") : MOCKETS_OK;
}

mockets_status mk_scale_frame(struct mk_scale *scale, const AVFrame *from, AVFrame *to,
                              struct mockets_error *err)
{
    mockets_status rc = blank(scale, from, to, err);

    if (rc) {
        av_frame_unref(to);
        return rc;
    }
    for (int i = 0; i < PLANES; i++)
        mk_scale_lines_run(&scale->planes[i > 0], from->data[i], from->linesize[i], to->data[i],
                           to->linesize[i]);
    return MOCKETS_OK;
}
