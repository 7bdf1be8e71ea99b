#ifndef MK_MEDIA_PICTURE_H
#define MK_MEDIA_PICTURE_H

#include "media/graph.h"
#include "media/scale.h"
#include "media/stage.h"

/** Turns decoded frames into those of one mk_plan_picture. */
struct mk_picture {
    struct mk_stage stage;
    const struct mk_plan_picture *plan; /* set before start, then constant */
    struct mk_outlet outlet;
    /* owner thread only */
    struct mk_graph graph;
    struct mk_scale *scale;      /* what its frames go through then; NULL: they are done */
    struct mk_frame_shape shape; /* of the frames that the graph was built for */
    bool interlaced;
    const struct mk_plan_picture *view; /* the plan, for their part */
    AVFrame *filtered, *scaled;
    AVFrame *marks[MK_PLAN_MARKS]; /* as they are drawn; NULL: not made yet */
    int64_t sent;                  /* frames so far */
    int64_t end_pts;               /* of the last frame that came */
    /* pictures at an interval */
    AVFrame *held;   /* the last frame that came: seen until the next one does */
    AVFrame *shown;  /* it, at the time of a multiple */
    int64_t next_us; /* the next multiple */
};

void *mk_picture_main(void *picture);

/** Is scaling the last that has to be done with frames like this, and can mk_scale_frame() do it? */
bool mk_picture_scales_last(const struct mk_plan_picture *plan, const AVFrame *frame);

/**
 * The filters for frames like @p frame, as text.
 *
 * @param scaled_last  what comes of them is scaled then: mk_picture_scales_last()
 */
void mk_picture_filters(const struct mk_plan_picture *plan, const AVFrame *frame,
                        int64_t frames_before, bool scaled_last, struct mk_buf *to);

#endif
