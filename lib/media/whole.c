#include "media/whole.h"

#include <libavfilter/buffersink.h>

void mk_whole_filter(const struct mk_plan_lines *lines, const AVFrame *frame, struct mk_buf *to)
{
    bool all = lines->deinterlace == MK_DEINTERLACE_ALL;
    const char *parity = !all ? "auto" : lines->top_field_first ? "tff" : "bff";

    if ((!all && lines->deinterlace != MK_DEINTERLACE_MARKED) || frame->width < MK_WHOLE_LEAST_PX ||
        frame->height < MK_WHOLE_LEAST_PX)
        return;
    mk_graph_add(to, "bwdif=mode=%s:parity=%s:deint=%s",
                 lines->every_field ? "send_field" : "send_frame", parity,
                 all ? "all" : "interlaced");
}

static mockets_status send_held(struct mk_whole *whole)
{
    mockets_status rc;

    if (!whole->held->buf[0])
        return MOCKETS_OK;
    rc = mk_outlet_frame(&whole->outlet, whole->held, &whole->stage.error);
    av_frame_unref(whole->held);
    return rc;
}

static mockets_status deliver_all(struct mk_whole *whole)
{
    AVFrame *made = whole->made;
    mockets_status rc = MOCKETS_OK;

    while (!rc && mk_graph_get(&whole->graph, made, &rc, &whole->stage.error)) {
        made->time_base = av_buffersink_get_time_base(whole->graph.sink);
        mk_frame_set_part(made, whole->shape.part, false);
        if (whole->woven)
            mk_frame_set_woven(made);
        rc = send_held(whole);
        av_frame_move_ref(whole->held, made);
    }
    return rc;
}

static mockets_status flush(struct mk_whole *whole, int64_t end_pts)
{
    mockets_status rc;

    if (!whole->graph.graph)
        return MOCKETS_OK;
    rc = mk_graph_end(&whole->graph, end_pts, &whole->stage.error);
    if (!rc)
        rc = deliver_all(whole);
    mk_graph_close(&whole->graph);
    return rc;
}

static mockets_status open_graph(struct mk_whole *whole, const AVFrame *frame)
{
    struct mk_buf filter;
    mockets_status rc;

    whole->shape = mk_frame_shape_of(frame);
    whole->woven = mk_av_frame_interlaced(frame);
    mk_buf_init(&filter, 256);
    mk_whole_filter(&whole->plan->parts[whole->shape.part], frame, &filter);
    if (filter.failed)
        rc = mk_fail_nomem(&whole->stage.error);
    else
        rc = mk_graph_open(&whole->graph, frame, filter.size ? filter.data : "",
                           &whole->stage.error);
    mk_buf_fini(&filter);
    return rc;
}

/* Takes the reference. */
static mockets_status take(struct mk_whole *whole, AVFrame *frame)
{
    mockets_status rc = MOCKETS_OK;

    if (whole->graph.graph && !mk_frame_has_shape(frame, &whole->shape))
        rc = flush(whole,
                   av_rescale_q(frame->pts, frame->time_base, mk_graph_time_base(&whole->graph)));
    if (!rc && !whole->graph.graph)
        rc = open_graph(whole, frame);
    if (rc)
        return rc;
    whole->end_pts = frame->pts + mk_av_frame_duration(frame);
    whole->end_base = frame->time_base;
    rc = mk_graph_put(&whole->graph, frame, &whole->stage.error);
    return rc ? rc : deliver_all(whole);
}

/* The last frame ends where the source does; a field made up may even come after that. */
static mockets_status end(struct mk_whole *whole)
{
    mockets_status rc = flush(whole, whole->end_pts);

    if (!rc && whole->held->buf[0])
        mk_av_frame_set_duration(
            whole->held, av_rescale_q(whole->end_pts, whole->end_base, whole->held->time_base) -
                             whole->held->pts);
    return rc ? rc : send_held(whole);
}

static mockets_status run(struct mk_whole *whole)
{
    mockets_status rc = MOCKETS_OK;
    struct mk_item item;

    whole->made = av_frame_alloc();
    whole->held = av_frame_alloc();
    if (!whole->made || !whole->held)
        return mk_fail_nomem(&whole->stage.error);
    while (!rc && mk_stage_next(&whole->stage, &item, &rc)) {
        rc = take(whole, item.frame);
        mk_item_free(&item);
    }
    return rc ? rc : end(whole);
}

void *mk_whole_main(void *argument)
{
    struct mk_whole *whole = argument;
    mockets_status rc = run(whole);

    mk_queue_leave(&whole->stage.inbox);
    mk_graph_close(&whole->graph);
    av_frame_free(&whole->made);
    av_frame_free(&whole->held);
    mk_outlet_end(&whole->outlet, rc ? &whole->stage.error : NULL);
    return NULL;
}
