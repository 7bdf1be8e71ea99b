#ifndef MK_MEDIA_AV_H
#define MK_MEDIA_AV_H

/* The one place that knows that the libav versions differ, and how AVERROR becomes a status. */

#include <stdbool.h>

#include <libavcodec/avcodec.h>
#include <libavfilter/buffersrc.h>
#include <libavformat/avformat.h>
#include <libavutil/display.h>
#include <libavutil/frame.h>
#include <libavutil/mem.h>

#include "base/error.h"

/** Map @p av (an AVERROR) to a status and add its text: "cannot open x: Invalid data". */
mockets_status mk_fail_av(struct mockets_error *err, int av, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* What the write callback of an AVIOContext is given. */
#if LIBAVFORMAT_VERSION_MAJOR >= 61
typedef const uint8_t mk_av_bytes;
#else
typedef uint8_t mk_av_bytes;
#endif

static inline void mk_av_frame_set_fields(AVFrame *frame, bool interlaced, bool top_first)
{
#if LIBAVUTIL_VERSION_INT >= AV_VERSION_INT(58, 7, 100)
    frame->flags &= ~(AV_FRAME_FLAG_INTERLACED | AV_FRAME_FLAG_TOP_FIELD_FIRST);
    if (interlaced)
        frame->flags |= AV_FRAME_FLAG_INTERLACED;
    if (top_first)
        frame->flags |= AV_FRAME_FLAG_TOP_FIELD_FIRST;
#else
    frame->interlaced_frame = interlaced;
    frame->top_field_first = top_first;
#endif
}

static inline bool mk_av_frame_interlaced(const AVFrame *frame)
{
#if LIBAVUTIL_VERSION_INT >= AV_VERSION_INT(58, 7, 100)
    return frame->flags & AV_FRAME_FLAG_INTERLACED;
#else
    return frame->interlaced_frame;
#endif
}

static inline bool mk_av_frame_top_first(const AVFrame *frame)
{
#if LIBAVUTIL_VERSION_INT >= AV_VERSION_INT(58, 7, 100)
    return frame->flags & AV_FRAME_FLAG_TOP_FIELD_FIRST;
#else
    return frame->top_field_first;
#endif
}

/** In the units of the frame's time base; 0 if unknown. */
static inline int64_t mk_av_frame_duration(const AVFrame *frame)
{
#if LIBAVUTIL_VERSION_INT >= AV_VERSION_INT(57, 30, 100)
    return frame->duration;
#else
    return frame->pkt_duration;
#endif
}

static inline void mk_av_frame_set_duration(AVFrame *frame, int64_t duration)
{
#if LIBAVUTIL_VERSION_INT >= AV_VERSION_INT(57, 30, 100)
    frame->duration = duration;
#else
    frame->pkt_duration = duration;
#endif
}

/** The stream's display matrix, NULL if it has none. */
static inline const int32_t *mk_av_stream_matrix(const AVStream *stream)
{
#if LIBAVCODEC_VERSION_INT >= AV_VERSION_INT(60, 30, 101)
    const AVPacketSideData *data =
        av_packet_side_data_get(stream->codecpar->coded_side_data,
                                stream->codecpar->nb_coded_side_data, AV_PKT_DATA_DISPLAYMATRIX);

    return data && data->size >= 9 * sizeof(int32_t) ? (const int32_t *)data->data : NULL;
#else
    size_t size = 0;
    const uint8_t *data = av_stream_get_side_data(stream, AV_PKT_DATA_DISPLAYMATRIX, &size);

    return data && size >= 9 * sizeof(int32_t) ? (const int32_t *)data : NULL;
#endif
}

/** Room for a display matrix on the stream, or NULL. */
static inline int32_t *mk_av_stream_new_matrix(AVStream *stream)
{
#if LIBAVCODEC_VERSION_INT >= AV_VERSION_INT(60, 30, 101)
    AVPacketSideData *data = av_packet_side_data_new(
        &stream->codecpar->coded_side_data, &stream->codecpar->nb_coded_side_data,
        AV_PKT_DATA_DISPLAYMATRIX, 9 * sizeof(int32_t), 0);

    return data ? (int32_t *)data->data : NULL;
#else
    return (int32_t *)av_stream_new_side_data(stream, AV_PKT_DATA_DISPLAYMATRIX,
                                              9 * sizeof(int32_t));
#endif
}

/** Tell a video source filter what colours to expect of @p frame, where it wants to know. */
static inline void mk_av_source_color(AVBufferSrcParameters *source, const AVFrame *frame)
{
#if LIBAVFILTER_VERSION_INT >= AV_VERSION_INT(9, 16, 100)
    source->color_space = frame->colorspace;
    source->color_range = frame->color_range;
#else
    (void)source;
    (void)frame;
#endif
}

#endif
