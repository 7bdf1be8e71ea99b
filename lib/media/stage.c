#include "media/stage.h"

static mockets_status send(struct mk_outlet *outlet, const AVFrame *frame, const AVPacket *packet,
                           struct mockets_error *err)
{
    bool heard = false;

    for (size_t i = 0; i < outlet->count; i++) {
        struct mk_edge *edge = &outlet->edges[i];
        struct mk_item item = {.kind = frame ? MK_ITEM_FRAME : MK_ITEM_PACKET, .port = edge->port};

        if (edge->stopped)
            continue;
        if (frame)
            item.frame = av_frame_clone(frame);
        else
            item.packet = av_packet_clone(packet);
        if (frame ? !item.frame : !item.packet)
            return mk_fail_nomem(err);
        edge->stopped = !mk_queue_put_take(edge->to, item);
        heard = heard || !edge->stopped;
    }
    return heard ? MOCKETS_OK : mk_fail(err, MOCKETS_E_CANCELED, "nobody needs this any more");
}

mockets_status mk_outlet_frame(struct mk_outlet *outlet, const AVFrame *frame,
                               struct mockets_error *err)
{
    return send(outlet, frame, NULL, err);
}

mockets_status mk_outlet_packet(struct mk_outlet *outlet, const AVPacket *packet,
                                struct mockets_error *err)
{
    return send(outlet, NULL, packet, err);
}

static void tell(struct mk_outlet *outlet, struct mk_item item)
{
    for (size_t i = 0; i < outlet->count; i++) {
        struct mk_edge *edge = &outlet->edges[i];

        item.port = edge->port;
        if (!edge->stopped)
            edge->stopped = !mk_queue_put_take(edge->to, item) || item.kind == MK_ITEM_END;
    }
}

void mk_outlet_stretch(struct mk_outlet *outlet, size_t stretch)
{
    struct mk_item item = {.kind = MK_ITEM_STRETCH};

    item.stretch = stretch;
    tell(outlet, item);
}

void mk_outlet_end(struct mk_outlet *outlet, const struct mockets_error *error)
{
    struct mk_item item = {.kind = MK_ITEM_END};

    item.error = error;
    tell(outlet, item);
}

bool mk_outlet_wanted(const struct mk_outlet *outlet)
{
    for (size_t i = 0; i < outlet->count; i++) {
        if (!outlet->edges[i].stopped)
            return true;
    }
    return false;
}

mockets_status mk_stage_get(struct mk_stage *stage, struct mk_item *out)
{
    if (mk_queue_get(&stage->inbox, out))
        return MOCKETS_OK;
    return mk_fail(&stage->error, MOCKETS_E_CANCELED, "canceled");
}

bool mk_stage_next(struct mk_stage *stage, struct mk_item *out, mockets_status *rc)
{
    *rc = mk_stage_get(stage, out);
    if (*rc || out->kind != MK_ITEM_END)
        return !*rc;
    if (out->error) {
        stage->error = *out->error;
        *rc = out->error->status;
    }
    return false;
}
