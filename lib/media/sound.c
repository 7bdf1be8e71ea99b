#include "media/sound.h"

#include <inttypes.h>

/* Send what fits the encoders' frames; with @p all the rest too. */
static mockets_status deliver(struct mk_sound *sound, bool all)
{
    AVFrame *frame = sound->framed;
    mockets_status rc = MOCKETS_OK;

    while (!rc) {
        int samples = av_audio_fifo_size(sound->samples);

        if (samples == 0 || (samples < sound->frame_samples && !all))
            break;
        frame->nb_samples = samples < sound->frame_samples ? samples : sound->frame_samples;
        frame->format = av_get_sample_fmt(sound->sample_format);
        frame->sample_rate = sound->plan->sample_rate_hz;
        av_channel_layout_default(&frame->ch_layout, sound->plan->channels);
        if (av_frame_get_buffer(frame, 0) < 0 ||
            av_audio_fifo_read(sound->samples, (void **)frame->extended_data, frame->nb_samples) <
                0)
            return mk_fail_nomem(&sound->stage.error);
        frame->pts = sound->sent;
        frame->time_base = (AVRational){1, frame->sample_rate};
        sound->sent += frame->nb_samples;
        rc = mk_outlet_frame(&sound->outlet, frame, &sound->stage.error);
        av_frame_unref(frame);
    }
    return rc;
}

static mockets_status deliver_all(struct mk_sound *sound)
{
    AVFrame *frame = sound->filtered;
    mockets_status rc = MOCKETS_OK;

    while (!rc && mk_graph_get(&sound->graph, frame, &rc, &sound->stage.error)) {
        if (av_audio_fifo_write(sound->samples, (void **)frame->extended_data, frame->nb_samples) <
            0)
            rc = mk_fail_nomem(&sound->stage.error);
        sound->made += frame->nb_samples;
        av_frame_unref(frame);
        if (!rc)
            rc = deliver(sound, false);
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

static mockets_status open_graph(struct mk_sound *sound, const AVFrame *frame)
{
    AVChannelLayout layout;
    char name[64];
    struct mk_buf filters;
    mockets_status rc;

    av_channel_layout_default(&layout, sound->plan->channels);
    if (av_channel_layout_describe(&layout, name, sizeof(name)) < 0)
        return mk_fail(&sound->stage.error, MOCKETS_E_UNSUPPORTED, "%d channels of sound",
                       sound->plan->channels);
    mk_buf_init(&filters, 1024);
    /* Gaps and a late start become silence. The start is counted in samples of the input. */
    mk_graph_add(&filters, "aresample=%d:async=1:first_pts=%" PRId64, sound->plan->sample_rate_hz,
                 av_rescale(sound->made, frame->sample_rate, sound->plan->sample_rate_hz));
    mk_graph_add(&filters, "aformat=sample_fmts=%s:channel_layouts=%s", sound->sample_format, name);
    if (filters.failed)
        rc = mk_fail_nomem(&sound->stage.error);
    else
        rc = mk_graph_open(&sound->graph, frame, filters.data, &sound->stage.error);
    mk_buf_fini(&filters);
    if (rc)
        return rc;
    sound->sample_rate = frame->sample_rate;
    sound->format = frame->format;
    if (av_channel_layout_copy(&sound->layout, &frame->ch_layout) < 0)
        return mk_fail_nomem(&sound->stage.error);
    return MOCKETS_OK;
}

static mockets_status take(struct mk_sound *sound, AVFrame *frame)
{
    mockets_status rc = MOCKETS_OK;

    if (frame->ch_layout.order == AV_CHANNEL_ORDER_UNSPEC)
        av_channel_layout_default(&frame->ch_layout, frame->ch_layout.nb_channels);
    if (sound->graph.graph &&
        (frame->sample_rate != sound->sample_rate || frame->format != sound->format ||
         av_channel_layout_compare(&frame->ch_layout, &sound->layout)))
        rc = flush(sound);
    if (!rc && !sound->graph.graph)
        rc = open_graph(sound, frame);
    if (!rc)
        rc = mk_graph_put(&sound->graph, frame, &sound->stage.error);
    return rc ? rc : deliver_all(sound);
}

static mockets_status run(struct mk_sound *sound)
{
    mockets_status rc;

    sound->filtered = av_frame_alloc();
    sound->framed = av_frame_alloc();
    sound->samples = av_audio_fifo_alloc(av_get_sample_fmt(sound->sample_format),
                                         sound->plan->channels, sound->frame_samples);
    if (!sound->filtered || !sound->framed || !sound->samples)
        return mk_fail_nomem(&sound->stage.error);
    for (;;) {
        struct mk_item item;

        rc = mk_stage_get(&sound->stage, &item);
        if (rc)
            return rc;
        if (item.kind == MK_ITEM_END) {
            if (!item.error) {
                rc = flush(sound);
                return rc ? rc : deliver(sound, true);
            }
            sound->stage.error = *item.error;
            return item.error->status;
        }
        rc = take(sound, item.frame);
        mk_item_free(&item);
        if (rc)
            return rc;
    }
}

void *mk_sound_main(void *argument)
{
    struct mk_sound *sound = argument;
    mockets_status rc = run(sound);

    mk_queue_leave(&sound->stage.inbox);
    mk_graph_close(&sound->graph);
    av_channel_layout_uninit(&sound->layout);
    av_audio_fifo_free(sound->samples);
    av_frame_free(&sound->framed);
    av_frame_free(&sound->filtered);
    mk_outlet_end(&sound->outlet, rc ? &sound->stage.error : NULL);
    return NULL;
}
