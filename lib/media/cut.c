#include "media/cut.h"

#include <libavutil/samplefmt.h>

/* Timestamps are rounded by containers; a picture that is seen for less is not missed. */
enum { ROUNDING_US = 1000, GLIMPSE_US = 10 * 1000 };

/* Coarser time bases could not say where a part begins. */
enum { TICKS_PER_SECOND = 10000 };

void mk_cut_init(struct mk_cut *cut, const struct mk_plan_part *plan, unsigned part,
                 int64_t offset_us, bool lane, struct mk_outlet *outlet)
{
    *cut = (struct mk_cut){
        .part = part,
        .outlet = outlet,
        .duration_us = plan->duration_us,
        .skips = plan->skip_us > 0,
        .lane = lane,
        .offset_us = offset_us,
    };
}

void mk_cut_fini(struct mk_cut *cut)
{
    av_frame_free(&cut->held);
    av_frame_free(&cut->last);
}

static int64_t to_us(const AVFrame *frame, int64_t value)
{
    return av_rescale_q(value, frame->time_base, AV_TIME_BASE_Q);
}

/* The same time in ticks fine enough to shift it. */
static void refine(AVFrame *frame)
{
    AVRational base = frame->time_base;
    int64_t factor = (INT64_C(1) * base.num * TICKS_PER_SECOND + base.den - 1) / base.den;

    if (factor <= 1 || base.den > INT32_MAX / factor)
        return;
    frame->time_base.den *= (int)factor;
    frame->pts *= factor;
    mk_av_frame_set_duration(frame, mk_av_frame_duration(frame) * factor);
}

static mockets_status deliver(struct mk_cut *cut, AVFrame *frame, struct mockets_error *err)
{
    int64_t end_us = to_us(frame, frame->pts + mk_av_frame_duration(frame));

    if (cut->duration_us > 0 && end_us > cut->duration_us)
        end_us = cut->duration_us;
    if (end_us > cut->end_us)
        cut->end_us = end_us;
    cut->begun = true;
    if (cut->duration_us > 0) {
        int64_t left =
            av_rescale_q(cut->duration_us, AV_TIME_BASE_Q, frame->time_base) - frame->pts;

        if (mk_av_frame_duration(frame) > left)
            mk_av_frame_set_duration(frame, left > 0 ? left : 1);
    }
    refine(frame);
    frame->pts += av_rescale_q(cut->offset_us, AV_TIME_BASE_Q, frame->time_base);
    mk_frame_set_part(frame, cut->part, cut->right);
    return mk_outlet_frame(cut->outlet, frame, err);
}

/* The held picture is what is seen at 0. */
static mockets_status deliver_held(struct mk_cut *cut, struct mockets_error *err)
{
    int64_t end = cut->held->pts + mk_av_frame_duration(cut->held);
    mockets_status rc;

    cut->held->pts = 0;
    mk_av_frame_set_duration(cut->held, end > 0 ? end : 1);
    rc = deliver(cut, cut->held, err);
    av_frame_free(&cut->held);
    return rc;
}

/* The picture that is seen until the part ends, though the input has none for that long. */
static mockets_status fill(struct mk_cut *cut, struct mockets_error *err)
{
    AVRational base;

    if (!cut->last || cut->end_us >= cut->duration_us - ROUNDING_US)
        return MOCKETS_OK;
    base = cut->last->time_base;
    cut->last->pts = av_rescale_q(cut->end_us, AV_TIME_BASE_Q, base);
    mk_av_frame_set_duration(cut->last,
                             av_rescale_q(cut->duration_us - cut->end_us, AV_TIME_BASE_Q, base));
    return deliver(cut, cut->last, err);
}

static mockets_status keep(struct mk_cut *cut, const AVFrame *frame, struct mockets_error *err)
{
    if (!cut->last && !(cut->last = av_frame_alloc()))
        return mk_fail_nomem(err);
    av_frame_unref(cut->last);
    return av_frame_ref(cut->last, frame) < 0 ? mk_fail_nomem(err) : MOCKETS_OK;
}

static mockets_status put_picture(struct mk_cut *cut, AVFrame *frame, struct mockets_error *err)
{
    int64_t now_us = to_us(frame, frame->pts);
    mockets_status rc = MOCKETS_OK;

    if (cut->duration_us > 0 && now_us > cut->duration_us - ROUNDING_US) {
        cut->ended = true;
        if (!cut->begun && cut->held)
            rc = deliver_held(cut, err);
        return rc ? rc : fill(cut, err);
    }
    if (cut->skips && now_us < -ROUNDING_US) {
        if (!cut->held && !(cut->held = av_frame_alloc()))
            return mk_fail_nomem(err);
        av_frame_unref(cut->held);
        av_frame_move_ref(cut->held, frame);
        return MOCKETS_OK;
    }
    if (cut->held && now_us > (cut->lane ? ROUNDING_US : GLIMPSE_US))
        rc = deliver_held(cut, err);
    av_frame_free(&cut->held);
    if (cut->skips && frame->pts < 0)
        frame->pts = 0;
    if (!rc && cut->lane)
        rc = keep(cut, frame, err);
    return rc ? rc : deliver(cut, frame, err);
}

/* Take samples off the front. */
static void drop_samples(AVFrame *frame, int64_t count)
{
    int planes = frame->ch_layout.nb_channels;
    int64_t bytes = count * av_get_bytes_per_sample(frame->format);

    if (!av_sample_fmt_is_planar(frame->format)) {
        bytes *= planes;
        planes = 1;
    }
    for (int i = 0; i < planes; i++) {
        frame->extended_data[i] += bytes;
        if (frame->extended_data != frame->data && i < AV_NUM_DATA_POINTERS)
            frame->data[i] += bytes;
    }
    frame->nb_samples -= (int)count;
}

static mockets_status put_sound(struct mk_cut *cut, AVFrame *frame, struct mockets_error *err)
{
    const AVRational sample = {1, frame->sample_rate};
    int64_t early = av_rescale_q(-frame->pts, frame->time_base, sample);
    int64_t room = frame->nb_samples;

    if (cut->skips && early > 0) {
        if (early >= frame->nb_samples)
            return MOCKETS_OK;
        drop_samples(frame, early);
        frame->pts = 0;
    }
    if (cut->duration_us > 0)
        room = av_rescale_q(cut->duration_us, AV_TIME_BASE_Q, sample) -
               av_rescale_q(frame->pts, frame->time_base, sample);
    if (room <= 0) {
        cut->ended = true;
        return MOCKETS_OK;
    }
    if (room < frame->nb_samples)
        frame->nb_samples = (int)room;
    mk_av_frame_set_duration(frame, av_rescale_q(frame->nb_samples, sample, frame->time_base));
    return deliver(cut, frame, err);
}

mockets_status mk_cut_put(struct mk_cut *cut, AVFrame *frame, struct mockets_error *err)
{
    if (cut->ended)
        return MOCKETS_OK;
    return frame->nb_samples > 0 ? put_sound(cut, frame, err) : put_picture(cut, frame, err);
}

mockets_status mk_cut_end(struct mk_cut *cut, struct mockets_error *err)
{
    bool seen = cut->held && !cut->begun && !cut->ended &&
                cut->held->pts + mk_av_frame_duration(cut->held) > 0;

    return seen ? deliver_held(cut, err) : MOCKETS_OK;
}
