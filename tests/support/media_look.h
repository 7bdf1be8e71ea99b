#ifndef MK_TESTS_MEDIA_LOOK_H
#define MK_TESTS_MEDIA_LOOK_H

/* Looks into what the media tests made: packets, timestamps, pixels, parameter sets. */

#include "media/av.h"
#include "media_host.h"

enum { LOOK_PACKETS = 4096 };

struct look_packet {
    int64_t pts, dts, duration; /* in time_base */
    bool key;
};

struct look_track {
    AVRational time_base;
    size_t count;
    struct look_packet packets[LOOK_PACKETS];
};

/** The packets of the first picture and the first sound of @p path, added to what is there. */
static inline void look_packets(const char *path, struct look_track *video,
                                struct look_track *audio)
{
    AVFormatContext *format = NULL;
    AVPacket *packet = av_packet_alloc();

    if (avformat_open_input(&format, path, NULL, NULL) < 0)
        fail_msg("%s cannot be opened", path);
    assert_true(avformat_find_stream_info(format, NULL) >= 0);
    while (av_read_frame(format, packet) >= 0) {
        AVStream *stream = format->streams[packet->stream_index];
        struct look_track *track =
            stream->codecpar->codec_type == AVMEDIA_TYPE_VIDEO ? video : audio;

        if (track) {
            assert_true(track->count < LOOK_PACKETS);
            track->time_base = stream->time_base;
            track->packets[track->count++] = (struct look_packet){
                packet->pts, packet->dts, packet->duration, packet->flags & AV_PKT_FLAG_KEY};
        }
        av_packet_unref(packet);
    }
    av_packet_free(&packet);
    avformat_close_input(&format);
}

static inline double look_seconds(const struct look_track *track, int64_t value)
{
    return (double)value * av_q2d(track->time_base);
}

static int look_by_pts(const void *a, const void *b)
{
    int64_t x = ((const struct look_packet *)a)->pts, y = ((const struct look_packet *)b)->pts;

    return (x > y) - (x < y);
}

/** Are the packets one behind the other, each @p step seconds long? */
static inline void look_contiguous(struct look_track *track, double step)
{
    struct look_packet *sorted = track->packets;

    for (size_t i = 1; i < track->count; i++)
        assert_true(sorted[i].dts > sorted[i - 1].dts);
    qsort(sorted, track->count, sizeof(*sorted), look_by_pts);
    for (size_t i = 1; i < track->count; i++) {
        double gap = look_seconds(track, sorted[i].pts - sorted[i - 1].pts);

        if (gap < step - 0.00003 || gap > step + 0.00003)
            fail_msg("packet %zu comes %f s after the one before, not %f", i, gap, step);
    }
}

struct look_frames {
    size_t count;
    size_t interlaced, top_first;
    int64_t first_pts;
    AVRational time_base;
    AVFrame *first; /* release with av_frame_free() */
};

/** Decode all pictures of @p path. */
static inline struct look_frames look_decode(const char *path)
{
    struct look_frames out = {0};
    AVFormatContext *format = NULL;
    AVPacket *packet = av_packet_alloc();
    AVFrame *frame = av_frame_alloc();
    AVCodecContext *decoder;
    const AVCodec *codec = NULL;
    int stream, av = 0;

    if (avformat_open_input(&format, path, NULL, NULL) < 0)
        fail_msg("%s cannot be opened", path);
    assert_true(avformat_find_stream_info(format, NULL) >= 0);
    stream = av_find_best_stream(format, AVMEDIA_TYPE_VIDEO, -1, -1, &codec, 0);
    assert_true(stream >= 0);
    decoder = avcodec_alloc_context3(codec);
    avcodec_parameters_to_context(decoder, format->streams[stream]->codecpar);
    assert_int_equal(avcodec_open2(decoder, codec, NULL), 0);
    out.time_base = format->streams[stream]->time_base;
    while (av >= 0) {
        av = av_read_frame(format, packet);
        if (av >= 0 && packet->stream_index != stream) {
            av_packet_unref(packet);
            continue;
        }
        assert_true(avcodec_send_packet(decoder, av >= 0 ? packet : NULL) >= 0);
        av_packet_unref(packet);
        while (avcodec_receive_frame(decoder, frame) >= 0) {
            if (out.count++ == 0) {
                out.first = av_frame_clone(frame);
                out.first_pts = frame->best_effort_timestamp;
            }
            out.interlaced += mk_av_frame_interlaced(frame);
            out.top_first += mk_av_frame_top_first(frame);
        }
    }
    av_frame_free(&frame);
    av_packet_free(&packet);
    avcodec_free_context(&decoder);
    avformat_close_input(&format);
    return out;
}

/** What a sequence parameter set of H.264 says. */
struct look_sps {
    unsigned profile, constraints, level, references;
    bool frames_only;
};

struct look_bits {
    const uint8_t *data;
    size_t size, at;
};

static inline unsigned look_bit(struct look_bits *bits)
{
    unsigned bit = 0;

    if (bits->at / 8 < bits->size)
        bit = bits->data[bits->at / 8] >> (7 - bits->at % 8) & 1;
    bits->at++;
    return bit;
}

static inline unsigned look_golomb(struct look_bits *bits)
{
    unsigned zeros = 0, value = 1;

    while (!look_bit(bits) && zeros < 31)
        zeros++;
    for (unsigned i = 0; i < zeros; i++)
        value = value << 1 | look_bit(bits);
    return value - 1;
}

/** @p data begins with the NAL unit's head; it has no emulation bytes in its first part. */
static inline struct look_sps look_parse_sps(const uint8_t *data, size_t size)
{
    struct look_sps sps = {data[1], data[2], data[3], 0, false};
    struct look_bits bits = {data + 4, size - 4, 0};
    unsigned order;

    look_golomb(&bits); /* id */
    if (sps.profile >= 100) {
        look_golomb(&bits);                     /* chroma */
        look_golomb(&bits), look_golomb(&bits); /* depths */
        look_bit(&bits), look_bit(&bits);       /* lossless, scaling */
    }
    look_golomb(&bits); /* frame_num */
    order = look_golomb(&bits);
    assert_int_not_equal(order, 1);
    if (order == 0)
        look_golomb(&bits);
    sps.references = look_golomb(&bits);
    look_bit(&bits);
    look_golomb(&bits), look_golomb(&bits); /* size */
    sps.frames_only = look_bit(&bits);
    return sps;
}

/** The sequence parameter set in the index of an MP4. */
static inline struct look_sps look_mp4_sps(const char *path)
{
    AVFormatContext *format = NULL;
    const AVCodecParameters *par;
    struct look_sps sps;
    int stream;

    if (avformat_open_input(&format, path, NULL, NULL) < 0)
        fail_msg("%s cannot be opened", path);
    stream = av_find_best_stream(format, AVMEDIA_TYPE_VIDEO, -1, -1, NULL, 0);
    assert_true(stream >= 0);
    par = format->streams[stream]->codecpar;
    assert_true(par->extradata_size > 12);
    sps = look_parse_sps(par->extradata + 8, (size_t)par->extradata_size - 8);
    avformat_close_input(&format);
    return sps;
}

#endif
