#include "media/picture.h"

#include <libavfilter/buffersink.h>
#include <libavutil/pixdesc.h>

static const struct {
    enum AVPixelFormat format;
    const char *name, *range;
} pixels[] = {
    [MK_PIXELS_YUV420P] = {AV_PIX_FMT_YUV420P, "yuv420p", ":out_range=tv"},
    [MK_PIXELS_YUV422P] = {AV_PIX_FMT_YUV422P, "yuv422p", ":out_range=tv"},
    [MK_PIXELS_RGB24] = {AV_PIX_FMT_RGB24, "rgb24", ""},
    [MK_PIXELS_YUVJ420P] = {AV_PIX_FMT_YUVJ420P, "yuvj420p", ":out_range=pc"},
};

static const struct {
    const char *name;
    enum AVColorSpace space;
} matrices[] = {
    [MK_MATRIX_UNKNOWN] = {"auto", AVCOL_SPC_UNSPECIFIED},
    [MK_MATRIX_BT601] = {"bt601", AVCOL_SPC_SMPTE170M},
    [MK_MATRIX_BT709] = {"bt709", AVCOL_SPC_BT709},
    [MK_MATRIX_BT2020] = {"bt2020", AVCOL_SPC_BT2020_NCL},
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

static void add_scale(const struct mk_plan_picture *plan, const AVFrame *frame, bool halved,
                      struct mk_buf *to)
{
    bool turned = plan->rotation_deg % 180 != 0;
    int width = turned ? frame->height : frame->width;
    int height = turned ? frame->width : frame->height;

    if (width == plan->scale_width_px && height == plan->scale_height_px && !halved &&
        frame->format == pixels[plan->pixels].format && !converts_matrix(plan))
        return;
    mk_graph_add(to, "scale=%d:%d:flags=bicubic+accurate_rnd+full_chroma_int%s",
                 plan->scale_width_px, plan->scale_height_px, pixels[plan->pixels].range);
    if (converts_matrix(plan))
        mk_buf_printf(to, ":in_color_matrix=%s:out_color_matrix=%s", matrices[plan->matrix_in].name,
                      matrices[plan->matrix_out].name);
}

/* Chroma is coarser than luma: offsets are even. */
static int middle(int outer, int inner)
{
    return (outer - inner) / 2 & ~1;
}

static void add_frame(const struct mk_plan_picture *plan, struct mk_buf *to)
{
    int width = plan->crop_width_px, height = plan->crop_height_px;

    if (width < plan->scale_width_px || height < plan->scale_height_px)
        mk_graph_add(to, "crop=%d:%d:%d:%d", width, height, middle(plan->scale_width_px, width),
                     middle(plan->scale_height_px, height));
    if (width < plan->width_px || height < plan->height_px)
        mk_graph_add(to, "pad=%d:%d:%d:%d:black", plan->width_px, plan->height_px,
                     middle(plan->width_px, width), middle(plan->height_px, height));
}

void mk_picture_filters(const struct mk_plan_picture *plan, const AVFrame *frame,
                        int64_t frames_before, struct mk_buf *to)
{
    /* Single frames have no neighbours to deinterlace from: one field will do. */
    bool halved = plan->deinterlace && plan->interval_us > 0;

    if (halved)
        mk_graph_add(to, "field=%s", plan->top_field_first ? "top" : "bottom");
    else if (plan->deinterlace)
        mk_graph_add(to, "bwdif=mode=%s:parity=%s:deint=all",
                     plan->weave ? "send_field" : "send_frame",
                     plan->top_field_first ? "tff" : "bff");
    add_turn(plan, to);
    add_rate(plan, frames_before, to);
    add_scale(plan, frame, halved, to);
    mk_graph_add(to, "format=%s", pixels[plan->pixels].name);
    add_frame(plan, to);
    if (plan->weave && plan->fields != MK_FIELDS_PROGRESSIVE)
        mk_graph_add(to, "interlace=scan=%s:lowpass=linear",
                     plan->fields == MK_FIELDS_TOP_FIRST ? "tff" : "bff");
    if (plan->sar.num > 0 && plan->sar.den > 0)
        mk_graph_add(to, "setsar=%d/%d", plan->sar.num, plan->sar.den);
}

/* Say of the frame what the plan says; the filters do not know all of it. */
static mockets_status deliver(struct mk_picture *picture, AVFrame *frame)
{
    const struct mk_plan_picture *plan = picture->plan;

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

static mockets_status deliver_all(struct mk_picture *picture)
{
    mockets_status rc = MOCKETS_OK;

    while (!rc && mk_graph_get(&picture->graph, picture->filtered, &rc, &picture->stage.error)) {
        rc = deliver(picture, picture->filtered);
        av_frame_unref(picture->filtered);
    }
    return rc;
}

static mockets_status flush(struct mk_picture *picture, int64_t end_pts)
{
    mockets_status rc;

    if (!picture->graph.graph)
        return MOCKETS_OK;
    rc = mk_graph_end(&picture->graph, end_pts, &picture->stage.error);
    if (!rc)
        rc = deliver_all(picture);
    mk_graph_close(&picture->graph);
    return rc;
}

static mockets_status open_graph(struct mk_picture *picture, const AVFrame *frame)
{
    struct mk_buf filters;
    mockets_status rc;

    mk_buf_init(&filters, 4096);
    mk_picture_filters(picture->plan, frame, picture->sent, &filters);
    if (filters.failed)
        rc = mk_fail_nomem(&picture->stage.error);
    else
        rc = mk_graph_open(&picture->graph, frame, filters.data, &picture->stage.error);
    mk_buf_fini(&filters);
    picture->width = frame->width;
    picture->height = frame->height;
    picture->format = frame->format;
    return rc;
}

/* Is this the first frame at or after the next multiple of the interval? */
static bool selects(struct mk_picture *picture, const AVFrame *frame)
{
    int64_t interval_us = picture->plan->interval_us;
    int64_t now_us;

    if (interval_us <= 0)
        return true;
    now_us = av_rescale_q(frame->pts, frame->time_base, AV_TIME_BASE_Q);
    if (picture->selected_before && now_us < picture->next_us)
        return false;
    picture->selected_before = true;
    picture->next_us = now_us < 0 ? interval_us : (now_us / interval_us + 1) * interval_us;
    return true;
}

static mockets_status take(struct mk_picture *picture, AVFrame *frame)
{
    mockets_status rc = MOCKETS_OK;

    if (!selects(picture, frame))
        return MOCKETS_OK;
    if (picture->graph.graph &&
        (frame->width != picture->width || frame->height != picture->height ||
         frame->format != picture->format))
        rc = flush(picture, frame->pts);
    if (!rc && !picture->graph.graph)
        rc = open_graph(picture, frame);
    if (rc)
        return rc;
    picture->end_pts = frame->pts + mk_av_frame_duration(frame);
    rc = mk_graph_put(&picture->graph, frame, &picture->stage.error);
    return rc ? rc : deliver_all(picture);
}

static mockets_status run(struct mk_picture *picture)
{
    mockets_status rc;

    picture->filtered = av_frame_alloc();
    if (!picture->filtered)
        return mk_fail_nomem(&picture->stage.error);
    for (;;) {
        struct mk_item item;

        rc = mk_stage_get(&picture->stage, &item);
        if (rc)
            return rc;
        if (item.kind == MK_ITEM_END) {
            if (!item.error)
                return flush(picture, picture->end_pts);
            picture->stage.error = *item.error;
            return item.error->status;
        }
        rc = take(picture, item.frame);
        mk_item_free(&item);
        if (rc)
            return rc;
    }
}

void *mk_picture_main(void *argument)
{
    struct mk_picture *picture = argument;
    mockets_status rc = run(picture);

    mk_queue_leave(&picture->stage.inbox);
    mk_graph_close(&picture->graph);
    av_frame_free(&picture->filtered);
    mk_outlet_end(&picture->outlet, rc ? &picture->stage.error : NULL);
    return NULL;
}
