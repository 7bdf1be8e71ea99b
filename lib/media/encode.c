#include "media/encode.h"

#include "base/thread.h"
#include "media/encoder.h"

enum { ROUNDING_US = 100 };

/* Whatever libavcodec calls it, it is not the input's fault. */
static mockets_status fail_encoder(struct mk_encode *encode, int av, mockets_status status,
                                   const char *what)
{
    if (av == AVERROR(ENOMEM))
        return mk_fail_nomem(&encode->stage.error);
    return mk_fail(&encode->stage.error, status, "the encoder %s %s: %s",
                   mk_encoder_name(encode->plan->codec), what, av_err2str(av));
}

/* The packages read the parameters as soon as they have the first packet. */
static mockets_status publish(struct mk_encode *encode)
{
    if (encode->parameters) /* of an earlier stretch, and the same */
        return MOCKETS_OK;
    encode->parameters = avcodec_parameters_alloc();
    if (!encode->parameters ||
        avcodec_parameters_from_context(encode->parameters, encode->context) < 0)
        return mk_fail_nomem(&encode->stage.error);
    encode->time_base = encode->context->time_base;
    return MOCKETS_OK;
}

/* Most encoders of sound want the same number of samples every time, but for the last. */
static bool takes_portions(const struct mk_encode *encode)
{
    const AVCodecContext *context = encode->context;

    return context->codec_type == AVMEDIA_TYPE_AUDIO && context->frame_size > 0 &&
           !(context->codec->capabilities & AV_CODEC_CAP_VARIABLE_FRAME_SIZE);
}

static mockets_status open_portions(struct mk_encode *encode, const AVFrame *frame)
{
    encode->samples = av_audio_fifo_alloc(frame->format, frame->ch_layout.nb_channels,
                                          2 * encode->context->frame_size);
    encode->portion = av_frame_alloc();
    encode->portion_pts = frame->pts;
    if (!encode->samples || !encode->portion)
        return mk_fail_nomem(&encode->stage.error);
    return MOCKETS_OK;
}

/*
 * A film begins with a buffer that is nearly full. A stretch begins with what the one before left,
 * which nobody knows yet: where segments end, x264 left half of it at least and most often three
 * quarters in the films that were measured, and it never took the last tenth.
 */
static void expect_less(AVCodecContext *context)
{
    enum { PERCENT = 50 };

    context->rc_initial_buffer_occupancy = context->rc_buffer_size / 100 * PERCENT;
}

static mockets_status open_encoder(struct mk_encode *encode, const AVFrame *frame)
{
    struct mockets_error *err = &encode->stage.error;
    const char *name = mk_encoder_name(encode->plan->codec);
    const AVCodec *codec = avcodec_find_encoder_by_name(name);
    const AVDictionaryEntry *left;
    AVDictionary *options = NULL;
    mockets_status rc;
    int av;

    if (!codec)
        return mk_fail(err, MOCKETS_E_UNSUPPORTED, "this build has no encoder %s", name);
    encode->context = avcodec_alloc_context3(codec);
    if (!encode->context)
        return mk_fail_nomem(err);
    if (encode->global_header)
        encode->context->flags |= AV_CODEC_FLAG_GLOBAL_HEADER;
    rc = mk_encoder_configure(encode->context, encode->plan, frame, encode->frame_rate,
                              encode->statistics, &options, err);
    if (rc)
        goto out;
    if (encode->lanes && encode->stretch > 0)
        expect_less(encode->context);
    av = avcodec_open2(encode->context, codec, &options);
    left = av_dict_get(options, "", NULL, AV_DICT_IGNORE_SUFFIX);
    if (av < 0)
        rc = fail_encoder(encode, av, MOCKETS_E_UNSUPPORTED, "cannot be opened");
    else if (left)
        rc = mk_fail(err, MOCKETS_E_INTERNAL, "the encoder %s knows no \"%s\"", name, left->key);
    else
        rc = publish(encode);
    if (!rc && takes_portions(encode))
        rc = open_portions(encode, frame);

out:
    av_dict_free(&options);
    return rc;
}

static mockets_status receive(struct mk_encode *encode)
{
    struct mockets_error *err = &encode->stage.error;
    mockets_status rc = MOCKETS_OK;

    while (!rc) {
        int av = avcodec_receive_packet(encode->context, encode->packet);

        if (av == AVERROR(EAGAIN) || av == AVERROR_EOF)
            return MOCKETS_OK;
        if (av < 0)
            return fail_encoder(encode, av, MOCKETS_E_INTERNAL, "failed");
        if (encode->plan->pass == MK_PASS_FIRST) {
            av_packet_unref(encode->packet);
            continue;
        }
        if (encode->frame_rate.num > 0)
            encode->packet->duration =
                av_rescale_q(1, av_inv_q(encode->frame_rate), encode->time_base);
        encode->packet->time_base = encode->time_base;
        rc = mk_outlet_packet(&encode->outlet, encode->packet, err);
        av_packet_unref(encode->packet);
    }
    return rc;
}

static mockets_status send(struct mk_encode *encode, const AVFrame *frame)
{
    int av = avcodec_send_frame(encode->context, frame);

    if (av < 0)
        return fail_encoder(encode, av, MOCKETS_E_INTERNAL, "failed");
    return receive(encode);
}

/* Send what has come together in the encoder's portions; with @p all, the rest too. */
static mockets_status send_portions(struct mk_encode *encode, bool all)
{
    const AVCodecContext *context = encode->context;
    AVFrame *portion = encode->portion;
    mockets_status rc = MOCKETS_OK;

    while (!rc) {
        int samples = av_audio_fifo_size(encode->samples);

        if (samples == 0 || (samples < context->frame_size && !all))
            break;
        portion->nb_samples = samples < context->frame_size ? samples : context->frame_size;
        portion->format = context->sample_fmt;
        portion->sample_rate = context->sample_rate;
        if (av_channel_layout_copy(&portion->ch_layout, &context->ch_layout) < 0 ||
            av_frame_get_buffer(portion, 0) < 0 ||
            av_audio_fifo_read(encode->samples, (void **)portion->extended_data,
                               portion->nb_samples) < 0)
            return mk_fail_nomem(&encode->stage.error);
        portion->pts = encode->portion_pts;
        encode->portion_pts += portion->nb_samples;
        rc = send(encode, portion);
        av_frame_unref(portion);
    }
    return rc;
}

static mockets_status finish(struct mk_encode *encode)
{
    mockets_status rc = MOCKETS_OK;

    if (!encode->context)
        return MOCKETS_OK;
    if (encode->samples)
        rc = send_portions(encode, true);
    return rc ? rc : send(encode, NULL);
}

/* Stretches begin where segments do, if there are any. */
static bool begins_stretch(const struct mk_encode *encode)
{
    return encode->lanes && encode->stretch_frames == 1;
}

/*
 * The next stretch begins with a key frame, and two in a row must have different numbers (ITU-T
 * H.264, 7.4.3, idr_pic_id), of which encoders that begin anew know nothing.
 */
static bool ends_stretch(const struct mk_encode *encode)
{
    return encode->lanes && encode->stretch_frames > 1 &&
           encode->stretch_frames == encode->plan->stretches[encode->stretch].count;
}

/* A key frame where a segment starts: the frame that is nearest to the multiple. */
static void force_key(struct mk_encode *encode, AVFrame *frame)
{
    int64_t segment_us = encode->plan->segment_us;
    int64_t half_us, now_us;

    frame->pict_type = ends_stretch(encode) ? AV_PICTURE_TYPE_P : AV_PICTURE_TYPE_NONE;
    if (encode->plan->kind != MK_VIDEO || segment_us <= 0)
        return;
    half_us = av_rescale_q(1, encode->time_base, AV_TIME_BASE_Q) / 2;
    now_us = av_rescale_q(frame->pts, encode->time_base, AV_TIME_BASE_Q) + half_us;
    if (begins_stretch(encode))
        now_us += ROUNDING_US;
    if (now_us < encode->next_key_us)
        return;
    frame->pict_type = AV_PICTURE_TYPE_I;
    encode->next_key_us = (now_us / segment_us + 1) * segment_us;
}

/* The encoder writes them into the stream. */
static mockets_status add_captions(struct mk_encode *encode, AVFrame *frame)
{
    AVFrameSideData *data;

    if (!encode->cc)
        return MOCKETS_OK;
    data = av_frame_new_side_data(frame, AV_FRAME_DATA_A53_CC, MK_CC_FRAME_BYTES);
    if (!data)
        return mk_fail_nomem(&encode->stage.error);
    mk_cc_writer_frame(encode->cc, encode->frames, data->data);
    return MOCKETS_OK;
}

static mockets_status open_captions(struct mk_encode *encode)
{
    if (!encode->plan->captions.count)
        return MOCKETS_OK;
    return mk_cc_writer_new(encode->plan->captions, encode->frame_rate.num, encode->frame_rate.den,
                            &encode->arena, &encode->cc, &encode->stage.error);
}

/* Every stretch has an encoder of its own, and its packets a place where they wait for their turn. */
static mockets_status change_stretch(struct mk_encode *encode, size_t stretch)
{
    struct mk_lanes *lanes = encode->lanes;
    mockets_status rc = finish(encode);

    if (rc)
        return rc;
    avcodec_free_context(&encode->context);
    mk_outlet_end(&encode->outlet, NULL);
    encode->outlet.count = 0;
    if (stretch == MK_NO_STRETCH)
        return MOCKETS_OK;
    encode->outlet.edges[encode->outlet.count++] =
        (struct mk_edge){.to = &lanes->slots[stretch % lanes->slot_count], .port = encode->lane};
    encode->stretch = stretch;
    encode->stretch_frames = 0;
    return MOCKETS_OK;
}

/* Which frame of the film it is. False: it is one of the next stretch. */
static bool place(struct mk_encode *encode, AVFrame *frame)
{
    const struct mk_plan_stretch *stretch;

    if (!encode->lanes)
        return true;
    stretch = &encode->plan->stretches[encode->stretch];
    if (encode->stretch_frames == stretch->count)
        return false;
    frame->pts = stretch->first + encode->stretch_frames++;
    return true;
}

static mockets_status take(struct mk_encode *encode, AVFrame *frame)
{
    mockets_status rc = MOCKETS_OK;

    if (!place(encode, frame))
        return MOCKETS_OK;
    if (!encode->context)
        rc = open_encoder(encode, frame);
    if (!rc && encode->frames == 0)
        rc = open_captions(encode);
    if (!rc)
        rc = add_captions(encode, frame);
    encode->frames++;
    if (rc)
        return rc;
    if (encode->samples) {
        if (av_audio_fifo_write(encode->samples, (void **)frame->extended_data, frame->nb_samples) <
            0)
            return mk_fail_nomem(&encode->stage.error);
        return send_portions(encode, false);
    }
    if (encode->plan->pass == MK_PASS_FIRST)
        mk_run_progress(encode->stage.run, encode->index,
                        av_rescale_q(frame->pts, encode->time_base, AV_TIME_BASE_Q));
    force_key(encode, frame);
    frame->quality = encode->context->global_quality;
    return send(encode, frame);
}

static mockets_status run(struct mk_encode *encode)
{
    mockets_status rc = MOCKETS_OK;
    struct mk_item item;

    encode->packet = av_packet_alloc();
    if (!encode->packet)
        return mk_fail_nomem(&encode->stage.error);
    while (!rc && mk_stage_next(&encode->stage, &item, &rc)) {
        rc = item.kind == MK_ITEM_STRETCH ? change_stretch(encode, item.stretch)
                                          : take(encode, item.frame);
        mk_item_free(&item);
    }
    return rc ? rc : finish(encode);
}

/* Nobody makes what this lane had taken on: whichever stretch is waited for, that is the end. */
static void give_up(struct mk_encode *encode)
{
    struct mk_item item = {.kind = MK_ITEM_END, .port = encode->lane};

    item.error = &encode->stage.error;
    for (size_t i = 0; i < encode->lanes->slot_count; i++)
        mk_queue_put_take(&encode->lanes->slots[i], item);
}

void *mk_encode_main(void *argument)
{
    struct mk_encode *encode = argument;
    mockets_status rc;

    mk_thread_give_way(encode->plan->nice);
    rc = run(encode);

    mk_queue_leave(&encode->stage.inbox);
    avcodec_free_context(&encode->context);
    av_packet_free(&encode->packet);
    av_frame_free(&encode->portion);
    av_audio_fifo_free(encode->samples);
    mk_arena_fini(&encode->arena);
    if (rc && encode->lanes)
        give_up(encode);
    mk_outlet_end(&encode->outlet, rc ? &encode->stage.error : NULL);
    return NULL;
}
