#ifndef MK_MEDIA_FRAME_H
#define MK_MEDIA_FRAME_H

#include "media/av.h"

/* What a decoded frame says of where it comes from; copied with every reference. */

enum { MK_FRAME_RIGHT = 1, MK_FRAME_WOVEN = 2, MK_FRAME_PART = 4 };

/** Which part of its source it comes from, and whether it is a right channel. */
static inline void mk_frame_set_part(AVFrame *frame, unsigned part, bool right)
{
    frame->opaque = (void *)((uintptr_t)part * MK_FRAME_PART | (right ? MK_FRAME_RIGHT : 0));
}

static inline unsigned mk_frame_part(const AVFrame *frame)
{
    return (unsigned)((uintptr_t)frame->opaque / MK_FRAME_PART);
}

static inline bool mk_frame_is_right(const AVFrame *frame)
{
    return (uintptr_t)frame->opaque & MK_FRAME_RIGHT;
}

/** It is whole by now, but was not when it was decoded. */
static inline void mk_frame_set_woven(AVFrame *frame)
{
    frame->opaque = (void *)((uintptr_t)frame->opaque | MK_FRAME_WOVEN);
}

/** Was it interlaced when it was decoded? */
static inline bool mk_frame_was_interlaced(const AVFrame *frame)
{
    return mk_av_frame_interlaced(frame) || (uintptr_t)frame->opaque & MK_FRAME_WOVEN;
}

/** What a graph of filters is built for. */
struct mk_frame_shape {
    unsigned part;
    int width, height, format, range;
};

static inline struct mk_frame_shape mk_frame_shape_of(const AVFrame *frame)
{
    return (struct mk_frame_shape){mk_frame_part(frame), frame->width, frame->height, frame->format,
                                   frame->color_range};
}

static inline bool mk_frame_has_shape(const AVFrame *frame, const struct mk_frame_shape *shape)
{
    return mk_frame_part(frame) == shape->part && frame->width == shape->width &&
           frame->height == shape->height && frame->format == shape->format &&
           (int)frame->color_range == shape->range;
}

#endif
