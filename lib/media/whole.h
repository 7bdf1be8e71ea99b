#ifndef MK_MEDIA_WHOLE_H
#define MK_MEDIA_WHOLE_H

#include "media/graph.h"
#include "media/stage.h"

/** The deinterlacer takes no picture with a shorter side. */
enum { MK_WHOLE_LEAST_PX = 8 };

/** Makes decoded frames whole for several pictures, as one mk_plan_whole says. */
struct mk_whole {
    struct mk_stage stage;
    const struct mk_plan_whole *plan; /* set before start, then constant */
    struct mk_outlet outlet;          /* frames as a source gives them */
    /* owner thread only */
    struct mk_graph graph;
    struct mk_frame_shape shape; /* of the frames that the graph was built for */
    bool woven;                  /* the first of them was interlaced */
    AVFrame *made;
    AVFrame *held;       /* the last one that was made: how long it is seen is told at the end */
    int64_t end_pts;     /* of the last frame that came … */
    AVRational end_base; /* … and in what */
};

void *mk_whole_main(void *whole);

/** The filter that makes frames like @p frame whole, if they are to be. */
void mk_whole_filter(const struct mk_plan_lines *lines, const AVFrame *frame, struct mk_buf *to);

#endif
