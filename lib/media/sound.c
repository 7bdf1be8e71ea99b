#include "media/sound.h"

#include <inttypes.h>

/* Two mono streams lie side by side in a file: one that is so far behind has ended. */
enum { BEHIND_S = 10 };

static const char *const formats[] = {
    [MK_SAMPLES_FLOAT_PLANAR] = "fltp",
    [MK_SAMPLES_U8] = "u8",
    [MK_SAMPLES_S16] = "s16",
    [MK_SAMPLES_S32] = "s32",
};

static mockets_status deliver_all(struct mk_sound *sound)
{
    AVFrame *frame = sound->filtered;
    mockets_status rc = MOCKETS_OK;

    while (!rc && mk_graph_get(&sound->graph, frame, &rc, &sound->stage.error)) {
        frame->pts = sound->made;
        frame->time_base = (AVRational){1, frame->sample_rate};
        sound->made += frame->nb_samples;
        rc = mk_outlet_frame(&sound->outlet, frame, &sound->stage.error);
        av_frame_unref(frame);
    }
    return rc;
}

static mockets_status flush(struct mk_sound *sound)
{
    mockets_status rc;

    if (!sound->graph.graph)
        return MOCKETS_OK;
    rc = mk_graph_end(&sound->graph, AV_NOPTS_VALUE, &sound->stage.error);
    if (!rc)
        rc = deliver_all(sound);
    mk_graph_close(&sound->graph);
    return rc;
}

/* @return false: there is no layout of so many channels */
static bool name_layout(const struct mk_plan_sound *plan, char *name, size_t size)
{
    AVChannelLayout layout = {0};

    if (!plan->layout || av_channel_layout_from_mask(&layout, plan->layout) < 0)
        av_channel_layout_default(&layout, plan->channels);
    return av_channel_layout_describe(&layout, name, size) >= 0;
}

/* Does the frame come of one of two mono streams? */
static bool is_pair(const struct mk_sound *sound, const AVFrame *frame)
{
    const struct mk_plan_source *source = &sound->stage.run->plan->sources[sound->plan->source];

    return source->parts[mk_frame_part(frame)].right_stream > 0;
}

/* Gaps and a late start become silence. The start is counted in samples of the input. */
static void add_start(const struct mk_sound *sound, const AVFrame *frame, struct mk_buf *to)
{
    mk_buf_printf(to, "aresample=%d:async=1:first_pts=%" PRId64, sound->plan->sample_rate_hz,
                  av_rescale(sound->made, frame->sample_rate, sound->plan->sample_rate_hz));
}

static mockets_status add_filters(const struct mk_sound *sound, const AVFrame *frame,
                                  struct mk_buf *to, struct mockets_error *err)
{
    const struct mk_plan_sound *plan = sound->plan;
    char layout[64];

    if (!name_layout(plan, layout, sizeof(layout)))
        return mk_fail(err, MOCKETS_E_UNSUPPORTED, "%d channels of sound", plan->channels);
    if (is_pair(sound, frame)) {
        mk_buf_puts(to, "[in]");
        add_start(sound, frame, to);
        mk_buf_puts(to, ",pan=stereo|c0=c0,aformat=sample_fmts=dblp[l];[right]");
        add_start(sound, frame, to);
        mk_buf_puts(to, ",pan=stereo|c1=c0,aformat=sample_fmts=dblp[r];"
                        "[l][r]amix=inputs=2:duration=longest:normalize=0");
    } else {
        add_start(sound, frame, to);
    }
    mk_graph_add(to, "aformat=sample_fmts=%s:channel_layouts=%s", formats[plan->samples], layout);
    if (plan->only_channel)
        mk_graph_add(to, "pan=mono|c0=c%d", plan->only_channel - 1);
    if (plan->silent)
        mk_graph_add(to, "volume=0");
    if (plan->only_channel || plan->silent)
        mk_graph_add(to, "aformat=sample_fmts=%s", formats[plan->samples]);
    return to->failed ? mk_fail_nomem(err) : MOCKETS_OK;
}

static int64_t samples_of(const AVFrame *frame, int64_t pts)
{
    return av_rescale_q(pts, frame->time_base, (AVRational){1, frame->sample_rate});
}

static mockets_status open_graph(struct mk_sound *sound, const AVFrame *frame)
{
    struct mk_buf filters;
    mockets_status rc;

    mk_buf_init(&filters, 1024);
    rc = add_filters(sound, frame, &filters, &sound->stage.error);
    if (!rc)
        rc = (is_pair(sound, frame) ? mk_graph_open_pair : mk_graph_open)(
            &sound->graph, frame, filters.data, &sound->stage.error);
    mk_buf_fini(&filters);
    if (rc)
        return rc;
    sound->sample_rate = frame->sample_rate;
    sound->part = mk_frame_part(frame);
    sound->format = frame->format;
    for (int side = 0; side < 2; side++) {
        sound->side_samples[side] = samples_of(frame, frame->pts);
        sound->side_ended[side] = false;
    }
    if (av_channel_layout_copy(&sound->layout, &frame->ch_layout) < 0)
        return mk_fail_nomem(&sound->stage.error);
    return MOCKETS_OK;
}

/* The graph waits for both sides: it must not wait for ever. */
static mockets_status put_side(struct mk_sound *sound, AVFrame *frame)
{
    bool right = mk_frame_is_right(frame);
    int64_t *now = sound->side_samples;
    int64_t behind;
    mockets_status rc;

    if (sound->side_ended[right])
        return MOCKETS_OK;
    now[right] = samples_of(frame, frame->pts) + frame->nb_samples;
    behind = now[right] - now[!right];
    rc = (right ? mk_graph_put_right : mk_graph_put)(&sound->graph, frame, &sound->stage.error);
    if (rc || sound->side_ended[!right] || behind < BEHIND_S * (int64_t)sound->sample_rate)
        return rc;
    sound->side_ended[!right] = true;
    return mk_graph_end_side(&sound->graph, !right, &sound->stage.error);
}

static mockets_status take(struct mk_sound *sound, AVFrame *frame)
{
    mockets_status rc = MOCKETS_OK;

    if (frame->ch_layout.order == AV_CHANNEL_ORDER_UNSPEC)
        av_channel_layout_default(&frame->ch_layout, frame->ch_layout.nb_channels);
    if (sound->graph.graph &&
        (mk_frame_part(frame) != sound->part || frame->sample_rate != sound->sample_rate ||
         frame->format != sound->format ||
         av_channel_layout_compare(&frame->ch_layout, &sound->layout)))
        rc = flush(sound);
    if (!rc && !sound->graph.graph)
        rc = open_graph(sound, frame);
    if (!rc && sound->graph.right)
        rc = put_side(sound, frame);
    else if (!rc)
        rc = mk_graph_put(&sound->graph, frame, &sound->stage.error);
    return rc ? rc : deliver_all(sound);
}

static mockets_status run(struct mk_sound *sound)
{
    mockets_status rc = MOCKETS_OK;
    struct mk_item item;

    sound->filtered = av_frame_alloc();
    if (!sound->filtered)
        return mk_fail_nomem(&sound->stage.error);
    while (!rc && mk_stage_next(&sound->stage, &item, &rc)) {
        rc = take(sound, item.frame);
        mk_item_free(&item);
    }
    return rc ? rc : flush(sound);
}

void *mk_sound_main(void *argument)
{
    struct mk_sound *sound = argument;
    mockets_status rc = run(sound);

    mk_queue_leave(&sound->stage.inbox);
    mk_graph_close(&sound->graph);
    av_channel_layout_uninit(&sound->layout);
    av_frame_free(&sound->filtered);
    mk_outlet_end(&sound->outlet, rc ? &sound->stage.error : NULL);
    return NULL;
}
