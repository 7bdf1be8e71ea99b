#include "media/image.h"

#include <string.h>

#include <libavutil/pixdesc.h>
#include <libswscale/swscale.h>

#include "base/alloc.h"
#include "media/media.h"

static const int SCALING = SWS_BICUBIC | SWS_ACCURATE_RND | SWS_FULL_CHR_H_INT | SWS_FULL_CHR_H_INP;

static const struct {
    enum AVCodecID codec;
    size_t size;
    const char *bytes;
} signatures[] = {
    {AV_CODEC_ID_PNG, 8, "\x89PNG\r\n\x1a\n"},
    {AV_CODEC_ID_MJPEG, 3, "\xff\xd8\xff"},
};

static const AVCodec *find_codec(const uint8_t *data, size_t size)
{
    for (size_t i = 0; i < sizeof(signatures) / sizeof(signatures[0]); i++) {
        if (size > signatures[i].size && memcmp(data, signatures[i].bytes, signatures[i].size) == 0)
            return avcodec_find_decoder(signatures[i].codec);
    }
    return NULL;
}

/* Called when the decoder knows the size, and before memory is spent on it. */
static int get_buffer(AVCodecContext *context, AVFrame *frame, int flags)
{
    struct mk_info_image *info = context->opaque;

    info->width_px = frame->width;
    info->height_px = frame->height;
    if (frame->width > MK_IMAGE_MAX_WIDTH || frame->height > MK_IMAGE_MAX_HEIGHT)
        return AVERROR(ERANGE);
    return avcodec_default_get_buffer2(context, frame, flags);
}

static int decode(AVCodecContext *context, const AVCodec *codec, const uint8_t *data, size_t size,
                  AVFrame *frame)
{
    AVPacket *packet = av_packet_alloc();
    int av = packet ? av_new_packet(packet, (int)size) : AVERROR(ENOMEM);

    if (av >= 0) {
        memcpy(packet->data, data, size);
        av = avcodec_open2(context, codec, NULL);
    }
    if (av >= 0)
        av = avcodec_send_packet(context, packet);
    if (av >= 0)
        av = avcodec_send_packet(context, NULL);
    if (av >= 0)
        av = avcodec_receive_frame(context, frame);
    av_packet_free(&packet);
    return av;
}

/* To planes of red, green, blue and, where it has one, alpha. */
static mockets_status convert(const AVFrame *frame, AVFrame **out, struct mockets_error *err)
{
    const AVPixFmtDescriptor *from = av_pix_fmt_desc_get(frame->format);
    struct SwsContext *scaler = NULL;
    AVFrame *made = av_frame_alloc();
    mockets_status rc = MOCKETS_OK;

    if (!made)
        return mk_fail_nomem(err);
    made->width = frame->width;
    made->height = frame->height;
    made->format = from && from->flags & AV_PIX_FMT_FLAG_ALPHA ? AV_PIX_FMT_GBRAP : AV_PIX_FMT_GBRP;
    if (av_frame_get_buffer(made, 0) < 0)
        rc = mk_fail_nomem(err);
    if (!rc) {
        scaler = sws_getContext(frame->width, frame->height, frame->format, frame->width,
                                frame->height, made->format, SCALING, NULL, NULL, NULL);
        if (!scaler || sws_scale(scaler, (const uint8_t *const *)frame->data, frame->linesize, 0,
                                 frame->height, made->data, made->linesize) < 0)
            rc = mk_fail(err, MOCKETS_E_MEDIA, "the picture's pixels cannot be converted");
    }
    sws_freeContext(scaler);
    if (!rc) {
        *out = made;
        made = NULL;
    }
    av_frame_free(&made);
    return rc;
}

mockets_status mk_image_decode(const uint8_t *data, size_t size_bytes, AVFrame **out,
                               struct mk_info_image *info, struct mockets_error *err)
{
    const AVCodec *codec = find_codec(data, size_bytes);
    AVCodecContext *context;
    AVFrame *frame;
    mockets_status rc;
    int av;

    *info = (struct mk_info_image){0, 0};
    if (!codec || size_bytes > INT_MAX)
        return mk_fail(err, MOCKETS_E_MEDIA, "the picture is neither PNG nor JPEG");
    context = avcodec_alloc_context3(codec);
    frame = av_frame_alloc();
    av = context && frame ? 0 : AVERROR(ENOMEM);
    if (av >= 0) {
        context->opaque = info;
        context->get_buffer2 = get_buffer;
        context->thread_count = 1;
        if (codec->id ==
            AV_CODEC_ID_PNG) /* JPEG has no checksums, only what decoders put up with */
            context->err_recognition = AV_EF_CRCCHECK | AV_EF_EXPLODE;
        av = decode(context, codec, data, size_bytes, frame);
    }
    if (info->width_px > MK_IMAGE_MAX_WIDTH || info->height_px > MK_IMAGE_MAX_HEIGHT)
        rc = MOCKETS_OK;
    else if (av >= 0)
        rc = convert(frame, out, err);
    else if (av == AVERROR(ENOMEM))
        rc = mk_fail_nomem(err);
    else
        rc = mk_fail(err, MOCKETS_E_MEDIA, "the picture cannot be decoded: %s", av_err2str(av));
    av_frame_free(&frame);
    avcodec_free_context(&context);
    return rc;
}

static mockets_status read_all(struct mk_reader *reader, uint8_t **out, struct mockets_error *err)
{
    size_t size = (size_t)reader->size_bytes, done = 0;
    mockets_status rc = MOCKETS_OK;
    uint8_t *data;

    if (reader->size_bytes > MK_IMAGE_MAX_BYTES)
        return mk_fail(err, MOCKETS_E_MEDIA, "the picture's file is too large");
    data = mk_alloc(size + 1);
    if (!data)
        return mk_fail_nomem(err);
    while (!rc && done < size) {
        size_t got = 0;

        rc = mk_reader_read(reader, (int64_t)done, data + done, size - done, &got, err);
        if (!rc && !got)
            rc = mk_fail(err, MOCKETS_E_MEDIA, "the picture's file ends early");
        done += got;
    }
    if (rc)
        mk_free(data);
    else
        *out = data;
    return rc;
}

static mockets_status look(struct mk_reader *reader, AVFrame **out, struct mk_info_image *info,
                           struct mockets_error *err)
{
    uint8_t *data = NULL;
    mockets_status rc = read_all(reader, &data, err);

    if (!rc)
        rc = mk_image_decode(data, (size_t)reader->size_bytes, out, info, err);
    mk_free(data);
    return rc;
}

mockets_status mk_image_read(struct mk_reader *reader, AVFrame **out, struct mockets_error *err)
{
    struct mk_info_image info;
    AVFrame *made = NULL;
    mockets_status rc = look(reader, &made, &info, err);

    if (!rc && !made)
        rc = mk_fail(err, MOCKETS_E_MEDIA, "the picture is too large");
    if (!rc)
        *out = made;
    return rc;
}

mockets_status mk_media_probe_image(struct mk_reader *reader, struct mk_info_image *out,
                                    struct mockets_error *err)
{
    struct mk_info_image info;
    AVFrame *made = NULL;
    mockets_status rc = look(reader, &made, &info, err);

    av_frame_free(&made);
    if (!rc)
        *out = info;
    return rc;
}

static AVFrame *new_plane(int width, int height)
{
    AVFrame *plane = av_frame_alloc();

    if (plane) {
        plane->format = AV_PIX_FMT_GRAY16;
        plane->width = width;
        plane->height = height;
        if (av_frame_get_buffer(plane, 0) < 0)
            av_frame_free(&plane);
    }
    return plane;
}

static uint16_t *row_of(AVFrame *plane, int y)
{
    return (uint16_t *)(void *)(plane->data[0] + (ptrdiff_t)y * plane->linesize[0]);
}

/* One component in 16 bits, times alpha if it is a colour. */
static AVFrame *extract(const AVFrame *image, int component)
{
    static const int at[] = {2, 0, 1, 3}; /* red, green, blue, alpha in AV_PIX_FMT_GBRAP */
    bool has_alpha = image->format == AV_PIX_FMT_GBRAP;
    AVFrame *plane = new_plane(image->width, image->height);

    for (int y = 0; plane && y < image->height; y++) {
        uint16_t *to = row_of(plane, y);
        const uint8_t *from =
            component < 3 || has_alpha
                ? image->data[at[component]] + (ptrdiff_t)y * image->linesize[at[component]]
                : NULL;
        const uint8_t *alpha =
            component < 3 && has_alpha ? image->data[3] + (ptrdiff_t)y * image->linesize[3] : NULL;

        /* 255 * 255 * 257 / 255 = 65535 */
        for (int x = 0; x < image->width; x++)
            to[x] =
                (uint16_t)(((from ? from[x] : 255u) * (alpha ? alpha[x] : 255u) * 257 + 127) / 255);
    }
    return plane;
}

static AVFrame *scale_plane(AVFrame *plane, int width, int height)
{
    struct SwsContext *scaler;
    AVFrame *made;

    if (!plane || (plane->width == width && plane->height == height))
        return plane;
    made = new_plane(width, height);
    scaler = sws_getContext(plane->width, plane->height, plane->format, width, height,
                            plane->format, SCALING, NULL, NULL, NULL);
    if (!made || !scaler ||
        sws_scale(scaler, (const uint8_t *const *)plane->data, plane->linesize, 0, plane->height,
                  made->data, made->linesize) < 0)
        av_frame_free(&made);
    sws_freeContext(scaler);
    av_frame_free(&plane);
    return made;
}

/* A sharp scaler swings over: no colour is stronger than its alpha. */
static void clamp(struct mk_raster *raster, int component)
{
    for (int y = 0; y < raster->height; y++) {
        const uint16_t *alpha = mk_raster_row(raster, 3, y);
        uint16_t *to = row_of(raster->planes[component], y);

        for (int x = 0; x < raster->width; x++)
            to[x] = to[x] > alpha[x] ? alpha[x] : to[x];
    }
}

mockets_status mk_raster_scale(const AVFrame *image, int width, int height, struct mk_raster *out,
                               struct mockets_error *err)
{
    *out = (struct mk_raster){.width = width, .height = height};
    for (int i = 3; i >= 0; i--) {
        out->planes[i] = scale_plane(extract(image, i), width, height);
        if (!out->planes[i])
            return mk_fail_nomem(err);
        if (i < 3)
            clamp(out, i);
    }
    return MOCKETS_OK;
}

void mk_raster_fini(struct mk_raster *raster)
{
    for (int i = 0; i < 4; i++)
        av_frame_free(&raster->planes[i]);
}
