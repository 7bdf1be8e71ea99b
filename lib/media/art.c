#include "media/art.h"

#include <string.h>

#include <libswscale/swscale.h>

enum { JPEG_QUALITY = 2 };

static const struct {
    enum AVCodecID id;
    enum AVPixelFormat opaque, alpha; /* what the encoder gets */
} formats[] = {
    [MK_CODEC_PNG] = {AV_CODEC_ID_PNG, AV_PIX_FMT_RGB24, AV_PIX_FMT_RGBA},
    [MK_CODEC_JPEG] = {AV_CODEC_ID_MJPEG, AV_PIX_FMT_YUVJ420P, AV_PIX_FMT_NONE},
};

static AVFrame *new_frame(enum AVPixelFormat format, int width, int height)
{
    AVFrame *frame = av_frame_alloc();

    if (frame) {
        frame->format = format;
        frame->width = width;
        frame->height = height;
        frame->sample_aspect_ratio = (AVRational){1, 1};
        if (av_frame_get_buffer(frame, 0) < 0)
            av_frame_free(&frame);
    }
    return frame;
}

/* A pixel of the raster on white, or with its alpha kept. */
static void put_pixel(const struct mk_raster *raster, int x, int y, bool keep_alpha, uint8_t *to)
{
    unsigned alpha = mk_raster_row(raster, 3, y)[x];

    for (int i = 0; i < 3; i++) {
        unsigned colour = mk_raster_row(raster, i, y)[x];

        if (!keep_alpha)
            to[i] = (uint8_t)((colour + 65535 - alpha + 128) / 257);
        else
            to[i] = alpha ? (uint8_t)((colour * UINT64_C(255) + alpha / 2) / alpha) : 255;
    }
    if (keep_alpha)
        to[3] = (uint8_t)((alpha + 128) / 257);
}

/* The picture, cut out of the middle of the raster and put in the middle of white. */
static AVFrame *draw(const struct mk_plan_art *art, const struct mk_raster *raster, bool keep_alpha)
{
    AVFrame *frame =
        new_frame(keep_alpha ? AV_PIX_FMT_RGBA : AV_PIX_FMT_RGB24, art->width_px, art->height_px);
    int left = (art->width_px - art->crop_width_px) / 2;
    int top = (art->height_px - art->crop_height_px) / 2;
    int from_x = (art->scale_width_px - art->crop_width_px) / 2;
    int from_y = (art->scale_height_px - art->crop_height_px) / 2;
    ptrdiff_t pixel = keep_alpha ? 4 : 3;

    for (int y = 0; frame && y < frame->height; y++)
        memset(frame->data[0] + (ptrdiff_t)y * frame->linesize[0], 255,
               (size_t)(frame->width * pixel));
    for (int y = 0; frame && y < art->crop_height_px; y++) {
        uint8_t *to = frame->data[0] + (ptrdiff_t)(top + y) * frame->linesize[0] + left * pixel;

        for (int x = 0; x < art->crop_width_px; x++, to += pixel)
            put_pixel(raster, from_x + x, from_y + y, keep_alpha, to);
    }
    return frame;
}

static AVFrame *convert(AVFrame *frame, enum AVPixelFormat format)
{
    const int flags = SWS_BICUBIC | SWS_ACCURATE_RND | SWS_FULL_CHR_H_INP;
    struct SwsContext *scaler;
    AVFrame *made;

    if (!frame || frame->format == (int)format)
        return frame;
    made = new_frame(format, frame->width, frame->height);
    scaler = sws_getContext(frame->width, frame->height, frame->format, frame->width, frame->height,
                            format, flags, NULL, NULL, NULL);
    if (!made || !scaler ||
        sws_scale(scaler, (const uint8_t *const *)frame->data, frame->linesize, 0, frame->height,
                  made->data, made->linesize) < 0)
        av_frame_free(&made);
    if (made)
        made->color_range = AVCOL_RANGE_JPEG;
    sws_freeContext(scaler);
    av_frame_free(&frame);
    return made;
}

static int compress(AVFrame *frame, enum AVCodecID id, AVPacket *packet)
{
    const AVCodec *codec = avcodec_find_encoder(id);
    AVCodecContext *context = codec ? avcodec_alloc_context3(codec) : NULL;
    int av = codec ? AVERROR(ENOMEM) : AVERROR_ENCODER_NOT_FOUND;

    if (context) {
        context->width = frame->width;
        context->height = frame->height;
        context->pix_fmt = frame->format;
        context->color_range = frame->color_range;
        context->time_base = (AVRational){1, 1};
        context->thread_count = 1;
        context->flags |= AV_CODEC_FLAG_QSCALE;
        context->global_quality = JPEG_QUALITY * FF_QP2LAMBDA;
        frame->quality = context->global_quality;
        frame->pts = 0;
        av = avcodec_open2(context, codec, NULL);
    }
    if (av >= 0)
        av = avcodec_send_frame(context, frame);
    if (av >= 0)
        av = avcodec_send_frame(context, NULL);
    if (av >= 0)
        av = avcodec_receive_packet(context, packet);
    avcodec_free_context(&context);
    return av;
}

static mockets_status make(const struct mk_plan_art *art, const AVFrame *image, AVPacket *packet,
                           struct mockets_error *err)
{
    bool keep_alpha =
        image->format == AV_PIX_FMT_GBRAP && formats[art->codec].alpha != AV_PIX_FMT_NONE;
    AVFrame *frame = NULL;
    struct mk_raster raster;
    mockets_status rc =
        mk_raster_scale(image, art->scale_width_px, art->scale_height_px, &raster, err);
    int av;

    if (!rc) {
        frame = convert(draw(art, &raster, keep_alpha),
                        keep_alpha ? formats[art->codec].alpha : formats[art->codec].opaque);
        av = frame ? compress(frame, formats[art->codec].id, packet) : AVERROR(ENOMEM);
        if (av < 0)
            rc = mk_fail_av(err, av, "the artwork cannot be encoded");
    }
    mk_raster_fini(&raster);
    av_frame_free(&frame);
    return rc;
}

static mockets_status fill(const struct mk_plan_art *art, const struct mk_images *images,
                           AVPacket *packet, struct mockets_error *err)
{
    const AVFrame *image = NULL;
    mockets_status rc;

    if (!art->data) {
        rc = mk_images_get(images, art->image, &image, err);
        return rc ? rc : make(art, image, packet, err);
    }
    if (av_new_packet(packet, (int)art->size_bytes) < 0)
        return mk_fail_nomem(err);
    memcpy(packet->data, art->data, art->size_bytes);
    return MOCKETS_OK;
}

mockets_status mk_art_add(AVFormatContext *mux, const struct mk_plan_package *plan,
                          const struct mk_images *images, struct mockets_error *err)
{
    mockets_status rc = MOCKETS_OK;

    for (size_t i = 0; i < plan->art_count && !rc; i++) {
        const struct mk_plan_art *art = &plan->arts[i];
        AVStream *stream = avformat_new_stream(mux, NULL);

        if (!stream)
            return mk_fail_nomem(err);
        stream->codecpar->codec_type = AVMEDIA_TYPE_VIDEO;
        stream->codecpar->codec_id = formats[art->codec].id;
        stream->codecpar->width = art->width_px;
        stream->codecpar->height = art->height_px;
        stream->disposition = AV_DISPOSITION_ATTACHED_PIC;
        stream->time_base = (AVRational){1, 90000};
        rc = fill(art, images, &stream->attached_pic, err);
        stream->attached_pic.stream_index = stream->index;
    }
    return rc;
}

int mk_art_write(AVFormatContext *mux)
{
    int av = 0;

    for (unsigned i = 0; i < mux->nb_streams && av >= 0; i++) {
        AVStream *stream = mux->streams[i];

        if (!(stream->disposition & AV_DISPOSITION_ATTACHED_PIC))
            continue;
        stream->attached_pic.pts = stream->attached_pic.dts = 0;
        stream->attached_pic.flags |= AV_PKT_FLAG_KEY;
        av = av_write_frame(mux, &stream->attached_pic);
    }
    return av;
}
