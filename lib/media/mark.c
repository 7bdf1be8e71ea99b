#include "media/mark.h"

#include <math.h>

#include <libavutil/pixdesc.h>

#include "media/graph.h"
#include "media/image.h"

/* What a mark has to be for overlay, and what overlay calls the frames. */
struct layout {
    enum AVPixelFormat format;
    const char *name;
    int shift_x, shift_y; /* of the chroma */
};

static struct layout layout_of(enum AVPixelFormat frames)
{
    const AVPixFmtDescriptor *found = av_pix_fmt_desc_get(frames);
    int x = found ? found->log2_chroma_w : 1, y = found ? found->log2_chroma_h : 1;

    if (found && found->flags & AV_PIX_FMT_FLAG_RGB)
        return (struct layout){AV_PIX_FMT_RGBA, "rgb", 0, 0};
    if (y)
        return (struct layout){AV_PIX_FMT_YUVA420P, "yuv420", 1, 1};
    if (x)
        return (struct layout){AV_PIX_FMT_YUVA422P, "yuv422", 1, 0};
    return (struct layout){AV_PIX_FMT_YUVA444P, "yuv444", 0, 0};
}

static const struct {
    double red, blue; /* their share of luma */
} matrices[] = {
    [MK_MATRIX_UNKNOWN] = {0.299, 0.114}, [MK_MATRIX_BT601] = {0.299, 0.114},
    [MK_MATRIX_BT709] = {0.2126, 0.0722}, [MK_MATRIX_BT2020] = {0.2627, 0.0593},
    [MK_MATRIX_RGB] = {0.299, 0.114}, /* not asked for */
};

struct canvas {
    const struct mk_raster *raster;
    AVFrame *frame;
    int left, top; /* where the raster begins in it */
    double red, green, blue, opacity;
    bool full_range;
};

/* Where overlay puts a mark: a multiple of the chroma's raster, rounded down. */
static int origin(int position, int shift)
{
    return position & ~((1 << shift) - 1);
}

static int round_up(int size, int shift)
{
    return (size + (1 << shift) - 1) & ~((1 << shift) - 1);
}

static uint8_t to_byte(double value)
{
    return value <= 0 ? 0 : value >= 255 ? 255 : (uint8_t)(value + 0.5);
}

/* The sum over a block of the canvas: red, green, blue times alpha, and alpha; 1 = full. */
static void add_up(const struct canvas *canvas, int x, int y, int width, int height, double sum[4])
{
    const struct mk_raster *raster = canvas->raster;

    sum[0] = sum[1] = sum[2] = sum[3] = 0;
    for (int row = y - canvas->top; row < y - canvas->top + height; row++) {
        for (int at = x - canvas->left; at < x - canvas->left + width; at++) {
            if (row < 0 || row >= raster->height || at < 0 || at >= raster->width)
                continue;
            for (int i = 0; i < 4; i++)
                sum[i] += mk_raster_row(raster, i, row)[at] / 65535.0;
        }
    }
    for (int i = 0; i < 3 && sum[3] > 0; i++)
        sum[i] /= sum[3];
}

static void draw_rgb(const struct canvas *canvas)
{
    AVFrame *frame = canvas->frame;
    double rgba[4];

    for (int y = 0; y < frame->height; y++) {
        uint8_t *to = frame->data[0] + (ptrdiff_t)y * frame->linesize[0];

        for (int x = 0; x < frame->width; x++, to += 4) {
            add_up(canvas, x, y, 1, 1, rgba);
            for (int i = 0; i < 3; i++)
                to[i] = to_byte(rgba[i] * 255);
            to[3] = to_byte(rgba[3] * canvas->opacity * 255);
        }
    }
}

static double luma_of(const struct canvas *canvas, const double *rgb)
{
    return canvas->red * rgb[0] + canvas->green * rgb[1] + canvas->blue * rgb[2];
}

static void draw_luma(const struct canvas *canvas)
{
    AVFrame *frame = canvas->frame;
    double rgba[4];

    for (int y = 0; y < frame->height; y++) {
        uint8_t *luma = frame->data[0] + (ptrdiff_t)y * frame->linesize[0];
        uint8_t *alpha = frame->data[3] + (ptrdiff_t)y * frame->linesize[3];

        for (int x = 0; x < frame->width; x++) {
            double value;

            add_up(canvas, x, y, 1, 1, rgba);
            value = luma_of(canvas, rgba);
            luma[x] = to_byte(canvas->full_range ? value * 255 : 16 + value * 219);
            alpha[x] = to_byte(rgba[3] * canvas->opacity * 255);
        }
    }
}

/* Of the block's pixels those count that can be seen, or the border would get a fringe. */
static void draw_chroma(const struct canvas *canvas, int shift_x, int shift_y)
{
    AVFrame *frame = canvas->frame;
    double span = canvas->full_range ? 255 : 224, rgba[4];

    for (int y = 0; y < frame->height >> shift_y; y++) {
        uint8_t *u = frame->data[1] + (ptrdiff_t)y * frame->linesize[1];
        uint8_t *v = frame->data[2] + (ptrdiff_t)y * frame->linesize[2];

        for (int x = 0; x < frame->width >> shift_x; x++) {
            double value;

            add_up(canvas, x << shift_x, y << shift_y, 1 << shift_x, 1 << shift_y, rgba);
            value = luma_of(canvas, rgba);
            u[x] = to_byte(128 + span * (rgba[2] - value) / (2 - 2 * canvas->blue));
            v[x] = to_byte(128 + span * (rgba[0] - value) / (2 - 2 * canvas->red));
        }
    }
}

static AVFrame *new_frame(const struct layout *layout, const struct mk_plan_mark *mark)
{
    AVFrame *frame = av_frame_alloc();

    if (!frame)
        return NULL;
    frame->format = layout->format;
    frame->width = round_up(mark->width_px + mark->x_px - origin(mark->x_px, layout->shift_x),
                            layout->shift_x);
    frame->height = round_up(mark->height_px + mark->y_px - origin(mark->y_px, layout->shift_y),
                             layout->shift_y);
    frame->sample_aspect_ratio = (AVRational){1, 1};
    if (av_frame_get_buffer(frame, 0) < 0)
        av_frame_free(&frame);
    return frame;
}

static bool is_full_range(enum AVPixelFormat frames)
{
    return frames == AV_PIX_FMT_YUVJ420P || frames == AV_PIX_FMT_YUVJ422P ||
           frames == AV_PIX_FMT_YUVJ444P;
}

mockets_status mk_mark_make(const struct mk_plan_mark *mark, enum mk_matrix matrix,
                            enum AVPixelFormat frames, const AVFrame *image, AVFrame **out,
                            struct mockets_error *err)
{
    const struct layout layout = layout_of(frames);
    double red = matrices[matrix].red, blue = matrices[matrix].blue;
    struct mk_raster raster;
    mockets_status rc = mk_raster_scale(image, mark->width_px, mark->height_px, &raster, err);
    struct canvas canvas = {
        .raster = &raster,
        .left = mark->x_px - origin(mark->x_px, layout.shift_x),
        .top = mark->y_px - origin(mark->y_px, layout.shift_y),
        .red = red,
        .green = 1 - red - blue,
        .blue = blue,
        .opacity = mark->opacity,
        .full_range = is_full_range(frames),
    };

    if (!rc) {
        canvas.frame = new_frame(&layout, mark);
        if (!canvas.frame)
            rc = mk_fail_nomem(err);
    }
    if (!rc && layout.format == AV_PIX_FMT_RGBA) {
        draw_rgb(&canvas);
    } else if (!rc) {
        draw_luma(&canvas);
        draw_chroma(&canvas, layout.shift_x, layout.shift_y);
    }
    mk_raster_fini(&raster);
    if (!rc)
        *out = canvas.frame;
    return rc;
}

void mk_mark_filters(const struct mk_plan_picture *plan, enum AVPixelFormat frames,
                     struct mk_buf *to)
{
    const struct layout layout = layout_of(frames);

    for (size_t i = 0; i < plan->mark_count; i++) {
        const struct mk_plan_mark *mark = &plan->marks[i];

        mk_buf_printf(to, "[under%u];[under%u][" MK_MARK_LABEL "]overlay=%d:%d:eval=init:format=%s",
                      (unsigned)i, (unsigned)i, (unsigned)i, origin(mark->x_px, layout.shift_x),
                      origin(mark->y_px, layout.shift_y), layout.name);
    }
}
