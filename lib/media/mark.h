#ifndef MK_MEDIA_MARK_H
#define MK_MEDIA_MARK_H

#include "base/buf.h"
#include "media/av.h"
#include "plan/plan.h"

/**
 * Make of an image what the overlay filter lays over frames: scaled, in their colours, with its
 * opacity in it. It begins at an even place; pixels before and behind it are transparent.
 *
 * @param frames  the format of the frames, 8 bits a component
 * @param matrix  how their colours are coded, if they are YUV
 * @param image   from mk_image_read()
 * @param out     release with av_frame_free()
 */
mockets_status mk_mark_make(const struct mk_plan_mark *mark, enum mk_matrix matrix,
                            enum AVPixelFormat frames, const AVFrame *image, AVFrame **out,
                            struct mockets_error *err);

/* The name of the still input that mark %u comes from. */
#define MK_MARK_LABEL "mark%u"

/** The filters that draw the marks of @p plan, behind those that are in @p to. */
void mk_mark_filters(const struct mk_plan_picture *plan, enum AVPixelFormat frames,
                     struct mk_buf *to);

#endif
