#include "media/picture.h"

#include <stdio.h>
#include <string.h>

#include <libavfilter/buffersink.h>
#include <libavutil/pixdesc.h>

#include "media/mark.h"
#include "media/whole.h"

static const struct {
    enum AVPixelFormat format;
    enum AVColorRange range;
    const char *name, *range_option;
} pixels[] = {
    [MK_PIXELS_YUV420P] = {AV_PIX_FMT_YUV420P, AVCOL_RANGE_MPEG, "yuv420p", ":out_range=tv"},
    [MK_PIXELS_YUV422P] = {AV_PIX_FMT_YUV422P, AVCOL_RANGE_MPEG, "yuv422p", ":out_range=tv"},
    [MK_PIXELS_RGB24] = {AV_PIX_FMT_RGB24, AVCOL_RANGE_JPEG, "rgb24", ""},
    [MK_PIXELS_YUVJ420P] = {AV_PIX_FMT_YUVJ420P, AVCOL_RANGE_JPEG, "yuvj420p", ":out_range=pc"},
    [MK_PIXELS_PALETTE] = {AV_PIX_FMT_RGB24, AVCOL_RANGE_JPEG, "rgb24", ""}, /* see add_palette() */
};

static const struct {
    const char *name;
    enum AVColorSpace space;
} matrices[] = {
    [MK_MATRIX_UNKNOWN] = {"auto", AVCOL_SPC_UNSPECIFIED},
    [MK_MATRIX_BT601] = {"bt601", AVCOL_SPC_SMPTE170M},
    [MK_MATRIX_BT709] = {"bt709", AVCOL_SPC_BT709},
    [MK_MATRIX_BT2020] = {"bt2020", AVCOL_SPC_BT2020_NCL},
    [MK_MATRIX_RGB] = {NULL, AVCOL_SPC_RGB},
};

static bool converts_matrix(const struct mk_plan_picture *plan)
{
    return plan->matrix_in && plan->matrix_out && plan->matrix_in != plan->matrix_out;
}

static void add_turn(const struct mk_plan_picture *plan, struct mk_buf *to)
{
    if (plan->rotation_deg == 90)
        mk_graph_add(to, "transpose=clock");
    else if (plan->rotation_deg == 180)
        mk_graph_add(to, "hflip,vflip");
    else if (plan->rotation_deg == 270)
        mk_graph_add(to, "transpose=cclock");
    if (plan->mirror)
        mk_graph_add(to, "hflip");
}

static void add_rate(const struct mk_plan_picture *plan, int64_t frames_before, struct mk_buf *to)
{
    int64_t start_us;

    if (plan->rate.num <= 0)
        return;
    start_us = av_rescale(frames_before, plan->rate.den * INT64_C(1000000), plan->rate.num);
    mk_graph_add(to, "fps=%d/%d:start_time=%f", plan->rate.num * (plan->weave ? 2 : 1),
                 plan->rate.den, (double)start_us / 1e6);
}

/* Are the frames in the right format and range already? */
static bool fits_format(const struct mk_plan_picture *plan, const AVFrame *frame)
{
    bool full = frame->color_range == AVCOL_RANGE_JPEG;

    return frame->format == pixels[plan->pixels].format &&
           full == (pixels[plan->pixels].range == AVCOL_RANGE_JPEG);
}

/* From one matrix to another there is a straight way, better than over RGB, for 8 bits of limited
 * range; what has to be rounded to that first is better off with one step. */
static bool straight(const struct mk_plan_picture *plan, const AVFrame *frame)
{
    const AVPixFmtDescriptor *found = av_pix_fmt_desc_get(frame->format);
    bool rgb = found && found->flags & (AV_PIX_FMT_FLAG_RGB | AV_PIX_FMT_FLAG_PAL);

    return converts_matrix(plan) && found && !rgb && found->comp[0].depth == 8 &&
           frame->color_range != AVCOL_RANGE_JPEG && !strstr(found->name, "yuvj") &&
           matrices[plan->matrix_in].name && pixels[plan->pixels].range == AVCOL_RANGE_MPEG;
}

static void add_matrix(const struct mk_plan_picture *plan, struct mk_buf *to)
{
    if (matrices[plan->matrix_in].name)
        mk_buf_printf(to, ":in_color_matrix=%s", matrices[plan->matrix_in].name);
    if (matrices[plan->matrix_out].name)
        mk_buf_printf(to, ":out_color_matrix=%s", matrices[plan->matrix_out].name);
}

/* Planes of 8 bits that are not interlaced, of even sizes and not tiny, and no change of colours. */
static bool is_plain(const struct mk_plan_picture *plan, const AVFrame *frame)
{
    enum { LEAST_PX = 16 };
    const int sides[] = {frame->width, frame->height, plan->scale_width_px, plan->scale_height_px};

    for (size_t i = 0; i < sizeof(sides) / sizeof(sides[0]); i++) {
        if (sides[i] < LEAST_PX || sides[i] % 2)
            return false;
    }
    return frame->format == AV_PIX_FMT_YUV420P && plan->pixels == MK_PIXELS_YUV420P &&
           frame->color_range != AVCOL_RANGE_JPEG && frame->colorspace != AVCOL_SPC_RGB &&
           plan->deinterlace != MK_DEINTERLACE_KEEP && !mk_frame_was_interlaced(frame);
}

/* zimg takes less than half of swscale's time for the same kernel (docs/performance.md). It is
 * left what it does without a question. */
static bool by_zimg(const struct mk_plan_picture *plan, const AVFrame *frame)
{
    return is_plain(plan, frame) && avfilter_get_by_name("zscale");
}

/* Has either field as many lines of chroma? Filters take it for granted, and read or write them. */
static bool has_even_fields(enum AVPixelFormat format, int height)
{
    const AVPixFmtDescriptor *found = av_pix_fmt_desc_get(format);

    return found && height % (2 << found->log2_chroma_h) == 0;
}

static bool scales_fields(const struct mk_plan_picture *plan, const AVFrame *frame)
{
    return plan->deinterlace == MK_DEINTERLACE_KEEP &&
           has_even_fields(frame->format, frame->height) &&
           has_even_fields(pixels[plan->pixels].format, plan->scale_height_px);
}

/* As each of them calls it; the bicubic one is swscale's own. */
struct kernel {
    enum mk_kernel own;
    const char *zimg, *swscale;
};

/* Bilinear blurs: a small first pass foretells more by it (docs/performance.md). */
static const struct kernel *kernel_of(const struct mk_plan_picture *plan)
{
    static const struct kernel bicubic = {MK_KERNEL_BICUBIC, "bicubic:param_a=0:param_b=0.6",
                                          "bicubic"};
    static const struct kernel bilinear = {MK_KERNEL_BILINEAR, "bilinear", "bilinear"};

    return plan->draft ? &bilinear : &bicubic;
}

static struct mk_scale_sizes sizes_of(const struct mk_plan_picture *plan, const AVFrame *frame)
{
    bool turned = plan->rotation_deg % 180 != 0;

    return (struct mk_scale_sizes){.from_width = turned ? frame->height : frame->width,
                                   .from_height = turned ? frame->width : frame->height,
                                   .to_width = plan->scale_width_px,
                                   .to_height = plan->scale_height_px};
}

static bool scales(const struct mk_scale_sizes *sizes)
{
    return sizes->from_width != sizes->to_width || sizes->from_height != sizes->to_height;
}

static bool is_framed(const struct mk_plan_picture *plan)
{
    return plan->crop_width_px < plan->scale_width_px ||
           plan->crop_height_px < plan->scale_height_px || plan->crop_width_px < plan->width_px ||
           plan->crop_height_px < plan->height_px;
}

bool mk_picture_scales_last(const struct mk_plan_picture *plan, const AVFrame *frame)
{
    struct mk_scale_sizes sizes = sizes_of(plan, frame);
    bool left = frame->chroma_location == AVCHROMA_LOC_LEFT ||
                frame->chroma_location == AVCHROMA_LOC_UNSPECIFIED;

    return scales(&sizes) && is_plain(plan, frame) && left && plan->interval_us <= 0 &&
           !converts_matrix(plan) && !is_framed(plan) && plan->mark_count == 0 && !plan->weave &&
           mk_scale_can(&sizes);
}

static void add_scale(const struct mk_plan_picture *plan, const AVFrame *frame, bool halved,
                      struct mk_buf *to)
{
    struct mk_scale_sizes sizes = sizes_of(plan, frame);
    bool by_scale = converts_matrix(plan) && !straight(plan, frame);

    if (!scales(&sizes) && !halved && fits_format(plan, frame) && !by_scale)
        return;
    if (!by_scale && !halved && by_zimg(plan, frame)) {
        mk_graph_add(to, "zscale=%d:%d:filter=%s", plan->scale_width_px, plan->scale_height_px,
                     kernel_of(plan)->zimg);
        return;
    }
    mk_graph_add(to, "scale=%d:%d:flags=%s+accurate_rnd+full_chroma_int%s%s", plan->scale_width_px,
                 plan->scale_height_px, kernel_of(plan)->swscale,
                 scales_fields(plan, frame) ? ":interl=1" : "", pixels[plan->pixels].range_option);
    if (by_scale)
        add_matrix(plan, to);
}

static void add_frame(const struct mk_plan_picture *plan, struct mk_buf *to)
{
    int width = plan->crop_width_px, height = plan->crop_height_px;

    if (width < plan->scale_width_px || height < plan->scale_height_px)
        mk_graph_add(to, "crop=%d:%d:%d:%d", width, height,
                     mk_plan_middle(plan->scale_width_px, width),
                     mk_plan_middle(plan->scale_height_px, height));
    if (width < plan->width_px || height < plan->height_px)
        mk_graph_add(to, "pad=%d:%d:%d:%d:black", plan->width_px, plan->height_px,
                     mk_plan_middle(plan->width_px, width),
                     mk_plan_middle(plan->height_px, height));
}

/*
 * Every frame has the palette that is best for it: the next ones need not be known. 256 colours of
 * its own need little noise between them, and stronger noise costs likeness and bytes (SSIM 0.99
 * here, 0.96 with a scale of 3).
 */
static void add_palette(struct mk_buf *to)
{
    mk_graph_add(to, "split[a][b];[a]palettegen=stats_mode=single[p];"
                     "[b][p]paletteuse=new=1:dither=bayer:bayer_scale=5");
}

/* @return whether only one field of every frame is left */
static bool add_deinterlace(const struct mk_plan_picture *plan, const AVFrame *frame,
                            struct mk_buf *to)
{
    const struct mk_plan_lines lines = {plan->deinterlace, plan->every_field,
                                        plan->top_field_first};
    bool all = plan->deinterlace == MK_DEINTERLACE_ALL;
    bool marked = plan->deinterlace == MK_DEINTERLACE_MARKED, top;

    if (plan->interval_us <= 0) {
        mk_whole_filter(&lines, frame, to);
        return false;
    }
    /* Single frames have no neighbours to deinterlace from: one field will do. */
    if (!(all || (marked && mk_av_frame_interlaced(frame))) || frame->width < MK_WHOLE_LEAST_PX ||
        frame->height < MK_WHOLE_LEAST_PX)
        return false;
    top = all ? plan->top_field_first : mk_av_frame_top_first(frame);
    mk_graph_add(to, "field=%s",
                 top || !has_even_fields(frame->format, frame->height) ? "top" : "bottom");
    return true;
}

/* What can be seen through is seen on black. */
static void add_ground(const AVFrame *frame, struct mk_buf *to)
{
    const AVPixFmtDescriptor *found = av_pix_fmt_desc_get(frame->format);

    if (found && found->flags & AV_PIX_FMT_FLAG_ALPHA)
        mk_graph_add(to, "premultiply=inplace=1");
}

void mk_picture_filters(const struct mk_plan_picture *plan, const AVFrame *frame,
                        int64_t frames_before, bool scaled_last, struct mk_buf *to)
{
    bool halved = add_deinterlace(plan, frame, to);

    add_turn(plan, to);
    add_rate(plan, frames_before, to);
    add_ground(frame, to);
    if (!scaled_last)
        add_scale(plan, frame, halved, to);
    mk_graph_add(to, "format=%s", pixels[plan->pixels].name);
    if (straight(plan, frame))
        mk_graph_add(to, "colormatrix=%s:%s", matrices[plan->matrix_in].name,
                     matrices[plan->matrix_out].name);
    add_frame(plan, to);
    mk_mark_filters(plan, pixels[plan->pixels].format, to);
    if (plan->weave && plan->fields != MK_FIELDS_PROGRESSIVE)
        mk_graph_add(to, "interlace=scan=%s:lowpass=linear",
                     plan->fields == MK_FIELDS_TOP_FIRST ? "tff" : "bff");
    if (plan->sar.num > 0 && plan->sar.den > 0)
        mk_graph_add(to, "setsar=%d/%d", plan->sar.num, plan->sar.den);
    if (plan->pixels == MK_PIXELS_PALETTE)
        add_palette(to);
}

/* Say of the frame what the plan says; the filters do not know all of it. */
static mockets_status deliver(struct mk_picture *picture, AVFrame *frame)
{
    const struct mk_plan_picture *plan = picture->view;

    if (plan->rate.num > 0) {
        frame->pts = picture->sent;
        frame->time_base = (AVRational){plan->rate.den, plan->rate.num};
    } else {
        frame->time_base = av_buffersink_get_time_base(picture->graph.sink);
    }
    picture->sent++;
    frame->pict_type = AV_PICTURE_TYPE_NONE;
    mk_av_frame_set_fields(frame, plan->fields != MK_FIELDS_PROGRESSIVE,
                           plan->fields == MK_FIELDS_TOP_FIRST);
    if (converts_matrix(plan))
        frame->colorspace = matrices[plan->matrix_out].space;
    av_frame_remove_side_data(frame, AV_FRAME_DATA_DISPLAYMATRIX);
    av_frame_remove_side_data(frame, AV_FRAME_DATA_A53_CC); /* the plan says which it gets */
    return mk_outlet_frame(&picture->outlet, frame, &picture->stage.error);
}

static mockets_status scale_and_deliver(struct mk_picture *picture)
{
    AVFrame *scaled = picture->scaled;
    struct mk_rational sar = picture->view->sar;
    mockets_status rc =
        mk_scale_frame(picture->scale, picture->filtered, scaled, &picture->stage.error);

    if (sar.num > 0 && sar.den > 0) /* what the filters said was of the picture before */
        scaled->sample_aspect_ratio = (AVRational){sar.num, sar.den};
    if (!rc)
        rc = deliver(picture, scaled);
    av_frame_unref(scaled);
    return rc;
}

static mockets_status deliver_all(struct mk_picture *picture)
{
    mockets_status rc = MOCKETS_OK;

    while (!rc && mk_graph_get(&picture->graph, picture->filtered, &rc, &picture->stage.error)) {
        rc = picture->scale ? scale_and_deliver(picture) : deliver(picture, picture->filtered);
        av_frame_unref(picture->filtered);
    }
    return rc;
}

static void close_graph(struct mk_picture *picture)
{
    mk_graph_close(&picture->graph);
    mk_scale_free(&picture->scale);
}

static mockets_status flush(struct mk_picture *picture, int64_t end_pts)
{
    mockets_status rc;

    if (!picture->graph.graph)
        return MOCKETS_OK;
    rc = mk_graph_end(&picture->graph, end_pts, &picture->stage.error);
    if (!rc)
        rc = deliver_all(picture);
    close_graph(picture);
    return rc;
}

static const struct mk_plan_picture *view_of(const struct mk_picture *picture, const AVFrame *frame)
{
    const struct mk_plan_picture *plan = picture->plan;

    return plan->views ? &plan->views[mk_frame_part(frame)] : plan;
}

static void free_marks(struct mk_picture *picture)
{
    for (size_t i = 0; i < MK_PLAN_MARKS; i++)
        av_frame_free(&picture->marks[i]);
}

/* Marks are made once for every part, and belong to the frames that they are drawn on. */
static mockets_status make_marks(struct mk_picture *picture, const AVFrame *frame)
{
    const struct mk_plan_picture *plan = picture->view;
    struct mockets_error *err = &picture->stage.error;
    mockets_status rc = MOCKETS_OK;

    for (size_t i = 0; i < plan->mark_count && !rc; i++) {
        const struct mk_plan_mark *mark = &plan->marks[i];
        const AVFrame *image;

        if (!picture->marks[i]) {
            rc = mk_images_get(&picture->stage.run->images, mark->image, &image, err);
            if (!rc)
                rc = mk_mark_make(mark, plan->mark_matrix, pixels[plan->pixels].format, image,
                                  &picture->marks[i], err);
        }
        if (!rc) {
            picture->marks[i]->colorspace =
                converts_matrix(plan) ? matrices[plan->matrix_out].space : frame->colorspace;
            picture->marks[i]->color_range = frame->color_range;
        }
    }
    return rc;
}

static mockets_status open_filters(struct mk_picture *picture, const AVFrame *frame,
                                   const char *filters)
{
    struct mk_graph_still stills[MK_PLAN_MARKS];
    char labels[MK_PLAN_MARKS][16];
    mockets_status rc = make_marks(picture, frame);

    if (rc)
        return rc;
    for (size_t i = 0; i < picture->view->mark_count; i++) {
        snprintf(labels[i], sizeof(labels[i]), MK_MARK_LABEL, (unsigned)i);
        stills[i] = (struct mk_graph_still){labels[i], picture->marks[i]};
    }
    return mk_graph_open_stills(&picture->graph, frame, stills, picture->view->mark_count, filters,
                                &picture->stage.error);
}

static mockets_status open_scale(struct mk_picture *picture, const AVFrame *frame)
{
    struct mk_scale_sizes sizes = sizes_of(picture->view, frame);

    return mk_scale_new(&sizes, kernel_of(picture->view)->own, &picture->scale,
                        &picture->stage.error);
}

static mockets_status open_graph(struct mk_picture *picture, const AVFrame *frame)
{
    struct mk_buf filters;
    mockets_status rc = MOCKETS_OK;
    bool scaled_last;

    mk_buf_init(&filters, 4096);
    if (picture->view != view_of(picture, frame)) /* marks may stand elsewhere in another part */
        free_marks(picture);
    picture->view = view_of(picture, frame);
    scaled_last = mk_picture_scales_last(picture->view, frame);
    mk_picture_filters(picture->view, frame, picture->sent, scaled_last, &filters);
    if (filters.failed)
        rc = mk_fail_nomem(&picture->stage.error);
    else if (scaled_last)
        rc = open_scale(picture, frame);
    if (!rc)
        rc = open_filters(picture, frame, filters.data);
    mk_buf_fini(&filters);
    picture->shape = mk_frame_shape_of(frame);
    picture->interlaced = mk_av_frame_interlaced(frame);
    return rc;
}

/* Must the graph be built anew for this frame? */
static bool differs(const struct mk_picture *picture, const AVFrame *frame)
{
    return !mk_frame_has_shape(frame, &picture->shape) ||
           (picture->plan->interval_us > 0 && mk_av_frame_interlaced(frame) != picture->interlaced);
}

/* When the frames of the graph end, in their time: another part may count in other ticks. */
static int64_t end_before(const struct mk_picture *picture, const AVFrame *next)
{
    const AVFilterLink *from = picture->graph.source->outputs[0];

    return av_rescale_q(next->pts, next->time_base, from->time_base);
}

/* Takes the reference. */
static mockets_status filter(struct mk_picture *picture, AVFrame *frame)
{
    mockets_status rc = MOCKETS_OK;

    if (picture->graph.graph && differs(picture, frame))
        rc = flush(picture, end_before(picture, frame));
    if (!rc && !picture->graph.graph)
        rc = open_graph(picture, frame);
    if (rc)
        return rc;
    picture->end_pts = frame->pts + mk_av_frame_duration(frame);
    rc = mk_graph_put(&picture->graph, frame, &picture->stage.error);
    return rc ? rc : deliver_all(picture);
}

/* Pictures at an interval: give what was seen at every multiple before @p end_us. */
static mockets_status show(struct mk_picture *picture, int64_t end_us)
{
    mockets_status rc = MOCKETS_OK;

    for (; picture->held && picture->next_us < end_us && !rc;
         picture->next_us += picture->plan->interval_us) {
        if (av_frame_ref(picture->shown, picture->held) < 0)
            return mk_fail_nomem(&picture->stage.error);
        picture->shown->pts =
            av_rescale_q(picture->next_us, AV_TIME_BASE_Q, picture->held->time_base);
        rc = filter(picture, picture->shown);
        av_frame_unref(picture->shown);
    }
    return rc;
}

static int64_t frame_us(const AVFrame *frame, int64_t pts)
{
    return av_rescale_q(pts, frame->time_base, AV_TIME_BASE_Q);
}

static mockets_status take(struct mk_picture *picture, AVFrame *frame)
{
    mockets_status rc;

    if (picture->plan->interval_us <= 0)
        return filter(picture, frame);
    rc = show(picture, frame_us(frame, frame->pts));
    if (rc)
        return rc;
    if (!picture->held)
        picture->held = av_frame_alloc();
    if (!picture->held)
        return mk_fail_nomem(&picture->stage.error);
    av_frame_unref(picture->held);
    av_frame_move_ref(picture->held, frame);
    return MOCKETS_OK;
}

/* A film that is shorter than half a frame of its rate is one frame long. */
static int64_t least_end(const struct mk_picture *picture)
{
    const struct mk_plan_picture *plan = picture->plan;
    int64_t frame;

    if (!picture->graph.graph || picture->sent > 0 || plan->rate.num <= 0)
        return picture->end_pts;
    frame = av_rescale_q_rnd(1, (AVRational){plan->rate.den, plan->rate.num},
                             mk_graph_time_base(&picture->graph), AV_ROUND_UP);
    return picture->end_pts > frame ? picture->end_pts : frame;
}

static mockets_status end(struct mk_picture *picture)
{
    mockets_status rc = MOCKETS_OK;

    if (picture->held) {
        const AVFrame *last = picture->held;
        int64_t end_us = frame_us(last, last->pts + mk_av_frame_duration(last));
        int64_t seen_us = frame_us(last, last->pts) + 1; /* its duration may be unknown */

        rc = show(picture, end_us > seen_us ? end_us : seen_us);
    }
    return rc ? rc : flush(picture, least_end(picture));
}

/* A stretch is a film by itself. */
static mockets_status change_stretch(struct mk_picture *picture, size_t stretch)
{
    mockets_status rc = end(picture);

    picture->sent = 0;
    mk_outlet_stretch(&picture->outlet, stretch);
    return rc;
}

static mockets_status run(struct mk_picture *picture)
{
    mockets_status rc = MOCKETS_OK;
    struct mk_item item;

    picture->filtered = av_frame_alloc();
    picture->scaled = av_frame_alloc();
    picture->shown = av_frame_alloc();
    if (!picture->filtered || !picture->scaled || !picture->shown)
        return mk_fail_nomem(&picture->stage.error);
    while (!rc && mk_stage_next(&picture->stage, &item, &rc)) {
        rc = item.kind == MK_ITEM_STRETCH ? change_stretch(picture, item.stretch)
                                          : take(picture, item.frame);
        mk_item_free(&item);
    }
    return rc ? rc : end(picture);
}

void *mk_picture_main(void *argument)
{
    struct mk_picture *picture = argument;
    mockets_status rc = run(picture);

    mk_queue_leave(&picture->stage.inbox);
    close_graph(picture);
    av_frame_free(&picture->filtered);
    av_frame_free(&picture->scaled);
    av_frame_free(&picture->shown);
    av_frame_free(&picture->held);
    free_marks(picture);
    mk_outlet_end(&picture->outlet, rc ? &picture->stage.error : NULL);
    return NULL;
}
