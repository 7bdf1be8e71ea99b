#include "media/media.h"

#include <stdio.h>

#include <libavutil/pixdesc.h>

#include "media/image.h"
#include "media/input.h"

static int64_t to_us(int64_t value, AVRational base, int64_t unknown)
{
    return value == AV_NOPTS_VALUE ? unknown : av_rescale_q(value, base, AV_TIME_BASE_Q);
}

static struct mk_rational rational(AVRational value)
{
    return value.num > 0 && value.den > 0 ? (struct mk_rational){value.num, value.den}
                                          : (struct mk_rational){0, 1};
}

/* The matrix takes (x, y) to (x a + y c, x b + y d), y pointing down. A mirror is told by the
 * determinant; it is taken off first, then the x axis tells the turn. */
static void read_rotation(const int32_t *matrix, struct mk_info_stream *out)
{
    double a = matrix[0], b = matrix[1], c = matrix[3], d = matrix[4];

    out->mirrored = a * d - b * c < 0;
    if (out->mirrored)
        a = -a;
    if (a * a >= b * b)
        out->rotation_deg = a >= 0 ? 0 : 180;
    else
        out->rotation_deg = b > 0 ? 90 : 270;
}

static enum mk_matrix matrix_of(const AVCodecParameters *par)
{
    const AVPixFmtDescriptor *pixels = av_pix_fmt_desc_get(par->format);

    if (pixels && pixels->flags & (AV_PIX_FMT_FLAG_RGB | AV_PIX_FMT_FLAG_PAL))
        return MK_MATRIX_RGB;
    switch (par->color_space) {
    case AVCOL_SPC_BT709:
        return MK_MATRIX_BT709;
    case AVCOL_SPC_BT470BG:
    case AVCOL_SPC_SMPTE170M:
        return MK_MATRIX_BT601;
    case AVCOL_SPC_BT2020_NCL:
    case AVCOL_SPC_BT2020_CL:
        return MK_MATRIX_BT2020;
    default:
        return MK_MATRIX_UNKNOWN;
    }
}

/* Can a stream of this codec be interlaced without saying so before its frames? */
static bool hides_fields(enum AVCodecID id)
{
    static const enum AVCodecID ids[] = {
        AV_CODEC_ID_H264,  AV_CODEC_ID_MPEG2VIDEO, AV_CODEC_ID_MPEG4,  AV_CODEC_ID_VC1,
        AV_CODEC_ID_MJPEG, AV_CODEC_ID_DVVIDEO,    AV_CODEC_ID_PRORES, AV_CODEC_ID_FFV1,
    };

    for (size_t i = 0; i < sizeof(ids) / sizeof(ids[0]); i++) {
        if (ids[i] == id)
            return true;
    }
    return false;
}

static void describe_video(AVFormatContext *format, AVStream *stream, struct mk_info_stream *out)
{
    const AVCodecParameters *par = stream->codecpar;
    enum AVFieldOrder order = par->field_order;
    const int32_t *matrix = mk_av_stream_matrix(stream);

    out->width_px = par->width;
    out->height_px = par->height;
    out->sar = rational(av_guess_sample_aspect_ratio(format, stream, NULL));
    out->frame_rate = rational(stream->avg_frame_rate);
    out->nominal_rate = rational(stream->r_frame_rate);
    out->interlaced = order != AV_FIELD_UNKNOWN && order != AV_FIELD_PROGRESSIVE;
    out->top_field_first = order == AV_FIELD_TT || order == AV_FIELD_BT;
    out->fields_unknown = order == AV_FIELD_UNKNOWN && hides_fields(par->codec_id);
    out->matrix = matrix_of(par);
    if (matrix)
        read_rotation(matrix, out);
}

/* How many attached pictures are looked at: more than may be kept. */
enum { MAX_PICTURES = MK_ARTWORKS_MAX + 1 };

/* Keep a picture that is beside the sound, if it is one that can be shown. */
static mockets_status keep_picture(const AVStream *stream, struct mk_arena *arena,
                                   struct mk_info_stream *out, struct mockets_error *err)
{
    const AVPacket *packet = &stream->attached_pic;
    struct mk_info_image info;
    AVFrame *image = NULL;

    if (packet->size <= 0 || packet->size > MK_IMAGE_MAX_BYTES)
        return MOCKETS_OK;
    if (mk_image_decode(packet->data, (size_t)packet->size, &image, &info, NULL)) {
        out->width_px = out->height_px = 0;
        return MOCKETS_OK;
    }
    out->width_px = info.width_px;
    out->height_px = info.height_px;
    if (!image)
        return MOCKETS_OK;
    av_frame_free(&image);
    out->picture = mk_arena_memdup(arena, packet->data, (size_t)packet->size);
    out->picture_bytes = (size_t)packet->size;
    return out->picture ? MOCKETS_OK : mk_fail_nomem(err);
}

static mockets_status keep_pictures(const AVFormatContext *format, struct mk_arena *arena,
                                    struct mk_info *info, struct mockets_error *err)
{
    mockets_status rc = MOCKETS_OK;
    int kept = 0;

    for (size_t i = 0; i < info->stream_count && !rc; i++) {
        if (info->streams[i].attached_picture && kept++ < MAX_PICTURES)
            rc = keep_picture(format->streams[i], arena, &info->streams[i], err);
    }
    return rc;
}

/* A decoder alone will not do: a stream without a single packet, say, has no size. */
static bool decodable(const AVCodecParameters *par)
{
    if (!avcodec_find_decoder(par->codec_id))
        return false;
    switch (par->codec_type) {
    case AVMEDIA_TYPE_VIDEO:
        return par->width > 0 && par->height > 0;
    case AVMEDIA_TYPE_AUDIO:
        return par->sample_rate > 0 && par->ch_layout.nb_channels > 0;
    default:
        return true;
    }
}

/* Is everything in the index, from the beginning to the end? If it is read bit by bit it is not. */
static bool index_is_whole(AVStream *stream, int count)
{
    int64_t first, last;

    if (count < 1 || stream->duration <= 0)
        return false;
    first = avformat_index_get_entry(stream, 0)->timestamp;
    last = avformat_index_get_entry(stream, count - 1)->timestamp;
    return last - first >= stream->duration - stream->duration / 10;
}

static mockets_status list_keys(AVStream *stream, struct mk_arena *arena,
                                struct mk_info_stream *out, struct mockets_error *err)
{
    static const int64_t least_us = 500 * 1000;
    int count = avformat_index_get_entries_count(stream);
    size_t most, found = 0;
    int64_t *keys;

    if (out->kind != MK_VIDEO || !index_is_whole(stream, count))
        return MOCKETS_OK;
    most = (size_t)(out->duration_us / least_us) + 2;
    if (most > (size_t)count)
        most = (size_t)count;
    keys = mk_arena_array(arena, most, sizeof(*keys));
    if (!keys)
        return mk_fail_nomem(err);
    for (int i = 0; i < count; i++) {
        const AVIndexEntry *entry = avformat_index_get_entry(stream, i);
        int64_t us = to_us(entry->timestamp, stream->time_base, 0);

        if (!(entry->flags & AVINDEX_KEYFRAME) || (found > 0 && us < keys[found - 1] + least_us))
            continue;
        if (found == most)
            break;
        keys[found++] = us;
    }
    out->keys_us = keys;
    out->key_count = found;
    return MOCKETS_OK;
}

static void describe_stream(AVFormatContext *format, AVStream *stream, struct mk_info_stream *out)
{
    const AVCodecParameters *par = stream->codecpar;
    const AVDictionaryEntry *language;

    out->index = stream->index;
    out->attached_picture = stream->disposition & AV_DISPOSITION_ATTACHED_PIC;
    out->is_default = stream->disposition & AV_DISPOSITION_DEFAULT;
    out->decodable = decodable(par);
    snprintf(out->codec, sizeof(out->codec), "%s", avcodec_get_name(par->codec_id));
    out->start_us = to_us(stream->start_time, stream->time_base, INT64_MIN);
    out->duration_us = to_us(stream->duration, stream->time_base, 0);
    out->bit_rate_bps = par->bit_rate;
    switch (par->codec_type) {
    case AVMEDIA_TYPE_VIDEO:
        out->kind = MK_VIDEO;
        describe_video(format, stream, out);
        break;
    case AVMEDIA_TYPE_AUDIO:
        out->kind = MK_AUDIO;
        out->sample_rate_hz = par->sample_rate;
        out->channels = par->ch_layout.nb_channels;
        if (par->ch_layout.order == AV_CHANNEL_ORDER_NATIVE)
            out->layout = par->ch_layout.u.mask;
        language = av_dict_get(stream->metadata, "language", NULL, 0);
        if (language && strcmp(language->value, "und") != 0)
            snprintf(out->language, sizeof(out->language), "%s", language->value);
        break;
    case AVMEDIA_TYPE_SUBTITLE:
        out->kind = MK_SUBTITLE;
        break;
    default:
        out->kind = MK_DATA;
    }
}

/* Cover art alone is no film, and what nothing can decode is no sound. */
static mockets_status check(const AVFormatContext *format, const struct mk_info *info,
                            struct mockets_error *err)
{
    bool good = false, foreign = false;

    for (size_t i = 0; i < info->stream_count; i++) {
        const struct mk_info_stream *stream = &info->streams[i];

        if ((stream->kind != MK_VIDEO && stream->kind != MK_AUDIO) || stream->attached_picture)
            continue;
        if (stream->kind == MK_VIDEO &&
            (int64_t)stream->width_px * stream->height_px > MK_INPUT_MAX_PIXELS)
            return mk_fail(err, MOCKETS_E_LIMIT, "the picture has %d x %d pixels", stream->width_px,
                           stream->height_px);
        good = good || stream->decodable;
        foreign = foreign || !avcodec_find_decoder(format->streams[i]->codecpar->codec_id);
    }
    if (good)
        return MOCKETS_OK;
    if (foreign)
        return mk_fail(err, MOCKETS_E_UNSUPPORTED, "there is no decoder for the input");
    return mk_fail(err, MOCKETS_E_MEDIA, "the input has neither picture nor sound");
}

mockets_status mk_media_probe(struct mk_reader *reader, struct mk_cancel *cancel,
                              struct mk_arena *arena, struct mk_info *out, struct mk_input **keep,
                              struct mockets_error *err)
{
    struct mk_input *input = NULL;
    struct mk_info info = {.size_bytes = reader->size_bytes, .once = reader->once};
    mockets_status rc = mk_input_open(reader, cancel, &input, err);

    if (rc)
        return rc;
    info.streams = mk_arena_array(arena, input->format->nb_streams, sizeof(*info.streams));
    if (!info.streams) {
        rc = mk_fail_nomem(err);
        goto out;
    }
    snprintf(info.format, sizeof(info.format), "%s", input->format->iformat->name);
    info.start_us = to_us(input->format->start_time, AV_TIME_BASE_Q, 0);
    info.duration_us = to_us(input->format->duration, AV_TIME_BASE_Q, 0);
    info.stream_count = input->format->nb_streams;
    for (unsigned i = 0; i < input->format->nb_streams && !rc; i++) {
        describe_stream(input->format, input->format->streams[i], &info.streams[i]);
        rc = list_keys(input->format->streams[i], arena, &info.streams[i], err);
    }
    if (rc)
        goto out;
    info.duration_is_guess =
        input->format->duration_estimation_method == AVFMT_DURATION_FROM_BITRATE;
    rc = check(input->format, &info, err);
    if (!rc)
        rc = keep_pictures(input->format, arena, &info, err);
    if (!rc)
        *out = info;
    if (!rc && keep) {
        *keep = input;
        input = NULL;
    }

out:
    mk_input_close(&input);
    return rc;
}
