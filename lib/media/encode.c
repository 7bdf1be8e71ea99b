#include "media/encode.h"

#include <inttypes.h>
#include <string.h>

#include <libavutil/opt.h>

enum { CRF = 21, JPEG_QUALITY = 3 };

static const struct mk_encoder encoders[] = {
    [MK_CODEC_H264] = {"libx264", NULL, 0},
    [MK_CODEC_AAC] = {"aac", "fltp", 1024},
    [MK_CODEC_PNG] = {"png", NULL, 0},
    [MK_CODEC_JPEG] = {"mjpeg", NULL, 0},
};

const struct mk_encoder *mk_encoder_of(enum mk_codec codec)
{
    return &encoders[codec];
}

bool mk_media_can_encode(enum mk_codec codec, const char **name)
{
    *name = encoders[codec].name;
    return avcodec_find_encoder_by_name(*name) != NULL;
}

static void set_text(AVDictionary **options, const char *name, const char *value)
{
    if (value)
        av_dict_set(options, name, value, 0);
}

static void set_rate_control(AVCodecContext *context, const struct mk_plan_encode *plan,
                             AVDictionary **options)
{
    context->bit_rate = plan->bit_rate_bps;
    if (plan->bit_rate_bps == 0)
        av_dict_set_int(options, "crf", CRF, 0);
    context->rc_max_rate = plan->max_rate_bps;
    /* A rate without a buffer means nothing to x264: one second then. */
    context->rc_buffer_size = (int)(plan->buffer_bits > 0 ? plan->buffer_bits : plan->max_rate_bps);
}

static void set_references(AVCodecContext *context, const struct mk_plan_encode *plan,
                           AVDictionary **options)
{
    if (plan->reference_frames <= 0)
        return;
    context->refs = plan->reference_frames;
    /* What x264 writes is never less than its B frames need: 4 with a pyramid, 2 without. */
    if (plan->reference_frames < 4)
        av_dict_set(options, "b-pyramid", "none", 0);
    if (plan->reference_frames < 2)
        context->max_b_frames = 0;
}

static void set_h264(AVCodecContext *context, const struct mk_plan_encode *plan,
                     AVDictionary **options)
{
    av_dict_set(options, "preset", plan->speed ? plan->speed : "medium", 0);
    /* x264's lookahead thread counts the references of frames without a lock: with more than one
     * thread a frame is lost now and then. Without that thread nobody else counts. */
    av_dict_set(options, "x264-params", "sync-lookahead=0", 0);
    set_text(options, "profile", plan->profile);
    set_text(options, "level", plan->level);
    set_rate_control(context, plan, options);
    set_references(context, plan, options);
    if (plan->gop_frames > 0)
        context->gop_size = plan->gop_frames;
    if (plan->fixed_gop) {
        context->keyint_min = plan->gop_frames;
        av_dict_set_int(options, "sc_threshold", 0, 0);
    }
    av_dict_set_int(options, "forced-idr", 1, 0);
    if (plan->fields != MK_FIELDS_PROGRESSIVE) {
        context->flags |= AV_CODEC_FLAG_INTERLACED_DCT | AV_CODEC_FLAG_INTERLACED_ME;
        context->field_order = AV_FIELD_TT;
    }
    if (plan->fields == MK_FIELDS_BOTTOM_FIRST) {
        context->field_order = AV_FIELD_BB;
        av_dict_set(options, "x264-params", ":bff=1", AV_DICT_APPEND); /* else told too late */
    }
}

static void set_picture(struct mk_encode *encode, const AVFrame *frame)
{
    AVCodecContext *context = encode->context;

    context->width = frame->width;
    context->height = frame->height;
    context->pix_fmt = frame->format;
    context->sample_aspect_ratio = frame->sample_aspect_ratio;
    context->color_range = frame->color_range;
    context->color_primaries = frame->color_primaries;
    context->color_trc = frame->color_trc;
    context->colorspace = frame->colorspace;
    context->chroma_sample_location = frame->chroma_location;
    context->framerate = encode->frame_rate;
    if (encode->plan->codec == MK_CODEC_JPEG) {
        context->flags |= AV_CODEC_FLAG_QSCALE;
        context->global_quality = JPEG_QUALITY * FF_QP2LAMBDA;
    }
}

static mockets_status configure(struct mk_encode *encode, const AVFrame *frame,
                                AVDictionary **options)
{
    const struct mk_plan_encode *plan = encode->plan;
    AVCodecContext *context = encode->context;

    context->time_base = frame->time_base;
    context->thread_count = plan->threads > 0 ? plan->threads : 1;
    if (encode->global_header)
        context->flags |= AV_CODEC_FLAG_GLOBAL_HEADER;
    if (plan->kind == MK_VIDEO) {
        set_picture(encode, frame);
        if (plan->codec == MK_CODEC_H264)
            set_h264(context, plan, options);
        return MOCKETS_OK;
    }
    context->bit_rate = plan->bit_rate_bps;
    context->sample_fmt = frame->format;
    context->sample_rate = frame->sample_rate;
    if (av_channel_layout_copy(&context->ch_layout, &frame->ch_layout) < 0)
        return mk_fail_nomem(&encode->stage.error);
    return MOCKETS_OK;
}

/* The packages read the parameters as soon as they have the first packet. */
static mockets_status publish(struct mk_encode *encode)
{
    encode->parameters = avcodec_parameters_alloc();
    if (!encode->parameters ||
        avcodec_parameters_from_context(encode->parameters, encode->context) < 0)
        return mk_fail_nomem(&encode->stage.error);
    encode->time_base = encode->context->time_base;
    return MOCKETS_OK;
}

static mockets_status open_encoder(struct mk_encode *encode, const AVFrame *frame)
{
    struct mockets_error *err = &encode->stage.error;
    const char *name = encoders[encode->plan->codec].name;
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
    rc = configure(encode, frame, &options);
    if (rc)
        goto out;
    av = avcodec_open2(encode->context, codec, &options);
    left = av_dict_get(options, "", NULL, AV_DICT_IGNORE_SUFFIX);
    if (av < 0)
        rc = mk_fail_av(err, av, "the encoder %s cannot be opened", name);
    else if (left)
        rc = mk_fail(err, MOCKETS_E_INTERNAL, "the encoder %s knows no \"%s\"", name, left->key);
    else
        rc = publish(encode);

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
            return mk_fail_av(err, av, "the encoder failed");
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
        return mk_fail_av(&encode->stage.error, av, "the encoder failed");
    return receive(encode);
}

/* A key frame where a segment starts: the frame that is nearest to the multiple. */
static void force_key(struct mk_encode *encode, AVFrame *frame)
{
    int64_t segment_us = encode->plan->segment_us;
    int64_t half_us, now_us;

    frame->pict_type = AV_PICTURE_TYPE_NONE;
    if (encode->plan->kind != MK_VIDEO || segment_us <= 0)
        return;
    half_us = av_rescale_q(1, encode->time_base, AV_TIME_BASE_Q) / 2;
    now_us = av_rescale_q(frame->pts, encode->time_base, AV_TIME_BASE_Q) + half_us;
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

static mockets_status take(struct mk_encode *encode, AVFrame *frame)
{
    mockets_status rc = encode->context ? MOCKETS_OK : open_encoder(encode, frame);

    if (!rc && encode->frames == 0)
        rc = open_captions(encode);
    if (!rc)
        rc = add_captions(encode, frame);
    encode->frames++;

    if (rc)
        return rc;
    force_key(encode, frame);
    frame->quality = encode->context->global_quality;
    return send(encode, frame);
}

static mockets_status run(struct mk_encode *encode)
{
    mockets_status rc;

    encode->packet = av_packet_alloc();
    if (!encode->packet)
        return mk_fail_nomem(&encode->stage.error);
    for (;;) {
        struct mk_item item;

        rc = mk_stage_get(&encode->stage, &item);
        if (rc)
            return rc;
        if (item.kind == MK_ITEM_END) {
            if (!item.error)
                return encode->context ? send(encode, NULL) : MOCKETS_OK;
            encode->stage.error = *item.error;
            return item.error->status;
        }
        rc = take(encode, item.frame);
        mk_item_free(&item);
        if (rc)
            return rc;
    }
}

void *mk_encode_main(void *argument)
{
    struct mk_encode *encode = argument;
    mockets_status rc = run(encode);

    mk_queue_leave(&encode->stage.inbox);
    avcodec_free_context(&encode->context);
    av_packet_free(&encode->packet);
    mk_arena_fini(&encode->arena);
    mk_outlet_end(&encode->outlet, rc ? &encode->stage.error : NULL);
    return NULL;
}
