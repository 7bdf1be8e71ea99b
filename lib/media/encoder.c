#include "media/encoder.h"

#include <stdio.h>
#include <stdlib.h>

#include <libavutil/cpu.h>

#include "media/media.h"
#include "media/wide_code.h"

/* What constant quality means, in the scale of each codec. */
enum { H264_CRF = 21, VP8_CRF = 10, VP9_CRF = 31, MPEG2_QUALITY = 3, JPEG_QUALITY = 3 };

static const char *const names[MK_CODECS] = {
    [MK_CODEC_H264] = "libx264",      [MK_CODEC_VP8] = "libvpx",
    [MK_CODEC_VP9] = "libvpx-vp9",    [MK_CODEC_MPEG2] = "mpeg2video",
    [MK_CODEC_GIF] = "gif",           [MK_CODEC_AAC] = "aac",
    [MK_CODEC_AAC_HE] = "libfdk_aac", [MK_CODEC_AAC_HE2] = "libfdk_aac",
    [MK_CODEC_MP3] = "libmp3lame",    [MK_CODEC_MP2] = "mp2",
    [MK_CODEC_VORBIS] = "libvorbis",  [MK_CODEC_FLAC] = "flac",
    [MK_CODEC_FLAC24] = "flac",       [MK_CODEC_PCM_S8] = "pcm_s8",
    [MK_CODEC_PCM_U8] = "pcm_u8",     [MK_CODEC_PCM_S16] = "pcm_s16le",
    [MK_CODEC_PCM_U16] = "pcm_u16le", [MK_CODEC_PCM_S24] = "pcm_s24le",
    [MK_CODEC_PCM_U24] = "pcm_u24le", [MK_CODEC_PCM_S32] = "pcm_s32le",
    [MK_CODEC_PCM_U32] = "pcm_u32le", [MK_CODEC_PNG] = "png",
    [MK_CODEC_JPEG] = "mjpeg",
};

const char *mk_encoder_name(enum mk_codec codec)
{
    return names[codec];
}

mockets_status mk_media_find_encoder(enum mk_codec codec, const char **name, bool *there,
                                     struct mockets_error *err)
{
    (void)err;
    *name = names[codec];
    *there = avcodec_find_encoder_by_name(*name) != NULL;
    return MOCKETS_OK;
}

static void set_text(AVDictionary **options, const char *name, const char *value)
{
    if (value)
        av_dict_set(options, name, value, 0);
}

static void set_rate_control(AVCodecContext *context, const struct mk_plan_encode *plan)
{
    int64_t buffer_bits = plan->buffer_bits > 0 ? plan->buffer_bits : plan->max_rate_bps;

    context->bit_rate = plan->bit_rate_bps;
    context->rc_max_rate = plan->max_rate_bps;
    context->rc_min_rate = plan->min_rate_bps;
    /* A rate without a buffer means nothing to an encoder: one second then. */
    context->rc_buffer_size = (int)(buffer_bits < INT32_MAX ? buffer_bits : INT32_MAX);
}

static void set_gop(AVCodecContext *context, const struct mk_plan_encode *plan)
{
    if (plan->gop_frames > 0)
        context->gop_size = plan->gop_frames;
    if (plan->fixed_gop)
        context->keyint_min = plan->gop_frames;
}

static void set_fields(AVCodecContext *context, const struct mk_plan_encode *plan)
{
    if (plan->fields == MK_FIELDS_PROGRESSIVE)
        return;
    context->flags |= AV_CODEC_FLAG_INTERLACED_DCT | AV_CODEC_FLAG_INTERLACED_ME;
    context->field_order = plan->fields == MK_FIELDS_TOP_FIRST ? AV_FIELD_TT : AV_FIELD_BB;
}

static void set_references(AVCodecContext *context, const struct mk_plan_encode *plan,
                           AVDictionary **options)
{
    if (plan->reference_frames <= 0)
        return;
    context->refs = plan->reference_frames;
    if (plan->effort.references > 0 && plan->effort.references < context->refs)
        context->refs = plan->effort.references;
    /* What x264 writes is never less than its B frames need: 4 with a pyramid, 2 without. */
    if (plan->reference_frames < 4)
        av_dict_set(options, "b-pyramid", "none", 0);
    if (plan->reference_frames < 2)
        context->max_b_frames = 0;
}

/*
 * x264 spreads what blocks are worth over the frames before (mbtree) eight blocks at a time. Where
 * a row of them is no multiple of that, its AVX-512 code takes in what lies behind the row, memory
 * that nobody has written among it. A second pass reads what they are worth from the statistics.
 */
static bool is_inexact(const AVCodecContext *context, const struct mk_plan_encode *plan)
{
    enum { BLOCK_PX = 16, AT_A_TIME = 8 };
    int blocks = (context->width + BLOCK_PX - 1) / BLOCK_PX;

    return plan->exact && plan->pass != MK_PASS_SECOND && blocks % AT_A_TIME;
}

/* x264 is told to leave AVX-512 alone where that is better. */
static void choose_code(const AVCodecContext *context, const struct mk_plan_encode *plan,
                        AVDictionary **options)
{
    bool narrow = is_inexact(context, plan) || (plan->effort.compares && mk_wide_code_drags());

    if (narrow && av_get_cpu_flags() & AV_CPU_FLAG_AVX512)
        av_dict_set(options, "x264-params", ":asm=AVX2,FMA3,BMI2,LZCNT", AV_DICT_APPEND);
}

static void set_effort(AVCodecContext *context, const struct mk_plan_effort *effort,
                       AVDictionary **options)
{
    char option[32];

    av_dict_set(options, "preset", effort->preset ? effort->preset : "medium", 0);
    /* x264's lookahead thread counts the references of frames without a lock: with more than one
     * thread a frame is lost now and then. Without that thread nobody else counts. */
    av_dict_set(options, "x264-params", "sync-lookahead=0", 0);
    if (effort->params) {
        av_dict_set(options, "x264-params", ":", AV_DICT_APPEND);
        av_dict_set(options, "x264-params", effort->params, AV_DICT_APPEND);
    }
    if (effort->stray_percent > 0) {
        snprintf(option, sizeof(option), ":ratetol=%d.%02d", effort->stray_percent / 100,
                 effort->stray_percent % 100);
        av_dict_set(options, "x264-params", option, AV_DICT_APPEND);
    }
    if (effort->lookahead_threads > 0) {
        snprintf(option, sizeof(option), ":lookahead-threads=%d", effort->lookahead_threads);
        av_dict_set(options, "x264-params", option, AV_DICT_APPEND);
    }
    if (effort->b_frames > 0)
        context->max_b_frames = effort->b_frames;
    if (effort->lookahead > 0)
        av_dict_set_int(options, "rc-lookahead", effort->lookahead, 0);
}

static void set_pass(AVCodecContext *context, const struct mk_plan_encode *plan,
                     const char *statistics, AVDictionary **options)
{
    if (plan->pass == MK_PASS_ONLY || !statistics)
        return;
    context->flags |= plan->pass == MK_PASS_FIRST ? AV_CODEC_FLAG_PASS1 : AV_CODEC_FLAG_PASS2;
    av_dict_set(options, "stats", statistics, 0);
}

/*
 * x264 makes a table of what vectors cost, as long as the level lets them be, for every quantizer: a
 * good part of what it takes to open. None can be longer than the picture and its padding.
 */
static void limit_vectors(const AVCodecContext *context, const struct mk_plan_encode *plan,
                          AVDictionary **options)
{
    enum { PADDING_PX = 24, BLOCK_PX = 16, LONGEST_PX = 512 }; /* ITU-T H.264, table A-1 */
    int longest_px = (context->width > context->height ? context->width : context->height) +
                     BLOCK_PX + PADDING_PX;
    bool far = plan->level && strtod(plan->level, NULL) >= 3.1; /* below it may be less */
    char option[32];

    if (!far || plan->fields != MK_FIELDS_PROGRESSIVE || longest_px >= LONGEST_PX)
        return;
    snprintf(option, sizeof(option), ":mvrange=%d", longest_px);
    av_dict_set(options, "x264-params", option, AV_DICT_APPEND);
}

static void set_h264(AVCodecContext *context, const struct mk_plan_encode *plan,
                     AVDictionary **options)
{
    set_effort(context, &plan->effort, options);
    choose_code(context, plan, options);
    if (plan->slices)
        context->thread_type = FF_THREAD_SLICE;
    set_text(options, "profile", plan->profile);
    set_text(options, "level", plan->level);
    set_rate_control(context, plan);
    if (plan->bit_rate_bps == 0)
        av_dict_set_int(options, "crf", H264_CRF, 0);
    set_references(context, plan, options);
    set_gop(context, plan);
    if (plan->fixed_gop)
        av_dict_set_int(options, "sc_threshold", 0, 0);
    av_dict_set_int(options, "forced-idr", 1, 0);
    set_fields(context, plan);
    limit_vectors(context, plan, options);
    if (plan->fields == MK_FIELDS_BOTTOM_FIRST)
        av_dict_set(options, "x264-params", ":bff=1", AV_DICT_APPEND); /* else told too late */
}

/* libvpx: the better the less time is left out. VP9 shares one picture between threads by tiles
 * and rows. */
static void set_vpx(AVCodecContext *context, const struct mk_plan_encode *plan,
                    AVDictionary **options)
{
    bool vp9 = plan->codec == MK_CODEC_VP9;

    set_rate_control(context, plan);
    set_gop(context, plan);
    if (plan->bit_rate_bps == 0) {
        context->bit_rate = plan->max_rate_bps; /* the ceiling of constant quality */
        av_dict_set_int(options, "crf", vp9 ? VP9_CRF : VP8_CRF, 0);
    }
    if (plan->profile)
        context->profile = plan->profile[0] - '0';
    av_dict_set(options, "deadline", "good", 0);
    set_text(options, "cpu-used", plan->effort.preset);
    if (!vp9)
        return;
    av_dict_set_int(options, "row-mt", 1, 0);
    av_dict_set_int(options, "tile-columns", 2, 0);
}

/* What broadcasters set: better tables where the profile has them, the whole range of quantizers,
 * and GOPs that are exactly as long as they should be. */
static void set_mpeg2(AVCodecContext *context, const struct mk_plan_encode *plan,
                      AVDictionary **options)
{
    enum { NEVER = 1000000000, B_FRAMES = 2, COARSEST = 28 /* of the non-linear ones */ };

    set_rate_control(context, plan);
    set_gop(context, plan);
    context->max_b_frames = plan->gop_frames > B_FRAMES ? B_FRAMES : 0;
    set_fields(context, plan);
    if (plan->bit_rate_bps == 0) {
        context->flags |= AV_CODEC_FLAG_QSCALE;
        context->global_quality = MPEG2_QUALITY * FF_QP2LAMBDA;
    }
    context->qmin = 1;
    context->qmax = COARSEST;
    av_dict_set_int(options, "lmin", FF_QP2LAMBDA, 0);
    av_dict_set(options, "mpv_flags", "+strict_gop", 0);
    av_dict_set_int(options, "non_linear_quant", 1, 0);
    av_dict_set_int(options, "intra_vlc", 1, 0);
    /* B frames that are shown before a key frame but sent behind it make the first GOP longer. */
    if (plan->fixed_gop) {
        av_dict_set_int(options, "sc_threshold", NEVER, 0);
        context->flags |= AV_CODEC_FLAG_CLOSED_GOP;
    } else {
        context->gop_size -= context->max_b_frames;
    }
}

static void set_picture(AVCodecContext *context, const AVFrame *frame, AVRational frame_rate)
{
    context->width = frame->width;
    context->height = frame->height;
    context->pix_fmt = frame->format;
    context->sample_aspect_ratio = frame->sample_aspect_ratio;
    context->color_range = frame->color_range;
    context->color_primaries = frame->color_primaries;
    context->color_trc = frame->color_trc;
    context->colorspace = frame->colorspace;
    context->chroma_sample_location = frame->chroma_location;
    context->framerate = frame_rate;
}

static mockets_status set_sound(AVCodecContext *context, const struct mk_plan_encode *plan,
                                const AVFrame *frame, struct mockets_error *err)
{
    context->bit_rate = plan->bit_rate_bps;
    context->sample_fmt = frame->format;
    context->sample_rate = frame->sample_rate;
    if (plan->codec == MK_CODEC_AAC_HE)
        context->profile = FF_PROFILE_AAC_HE;
    else if (plan->codec == MK_CODEC_AAC_HE2)
        context->profile = FF_PROFILE_AAC_HE_V2;
    else if (plan->codec == MK_CODEC_FLAC24)
        context->bits_per_raw_sample = 24;
    if (av_channel_layout_copy(&context->ch_layout, &frame->ch_layout) < 0)
        return mk_fail_nomem(err);
    return MOCKETS_OK;
}

mockets_status mk_encoder_configure(AVCodecContext *context, const struct mk_plan_encode *plan,
                                    const AVFrame *frame, AVRational frame_rate,
                                    const char *statistics, AVDictionary **options,
                                    struct mockets_error *err)
{
    context->time_base = frame->time_base;
    context->thread_count = plan->threads > 0 ? plan->threads : 1;
    if (plan->kind == MK_AUDIO)
        return set_sound(context, plan, frame, err);
    set_picture(context, frame, frame_rate);
    switch (plan->codec) {
    case MK_CODEC_H264:
        set_h264(context, plan, options);
        set_pass(context, plan, statistics, options);
        break;
    case MK_CODEC_VP8:
    case MK_CODEC_VP9:
        set_vpx(context, plan, options);
        break;
    case MK_CODEC_MPEG2:
        set_mpeg2(context, plan, options);
        break;
    case MK_CODEC_JPEG:
        context->flags |= AV_CODEC_FLAG_QSCALE;
        context->global_quality = JPEG_QUALITY * FF_QP2LAMBDA;
        break;
    default:
        break;
    }
    return MOCKETS_OK;
}
