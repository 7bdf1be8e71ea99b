#ifndef MK_MEDIA_GRAPH_H
#define MK_MEDIA_GRAPH_H

#include <libavfilter/avfilter.h>

#include "base/buf.h"
#include "media/av.h"

/** Filters with a source, or one for each of a pair, and a sink. Zeroed = closed. Owner thread
 * only. */
struct mk_graph {
    AVFilterGraph *graph;
    AVFilterContext *source, *sink;
    AVFilterContext *right; /* the second of a pair; else NULL */
};

/** A frame that is there all the time, as an input of its own. */
struct mk_graph_still {
    const char *label; /**< its name among the filters */
    AVFrame *frame;    /**< borrowed */
};

/**
 * Build the chain for frames like @p frame (picture or sound, with its time base set).
 *
 * @param filters  "a=1,b=2"; only numbers from a user may have gone in; "" = none
 */
mockets_status mk_graph_open(struct mk_graph *graph, const AVFrame *frame, const char *filters,
                             struct mockets_error *err);

/** mk_graph_open(), where the filters have more inputs. */
mockets_status mk_graph_open_stills(struct mk_graph *graph, const AVFrame *frame,
                                    const struct mk_graph_still *stills, size_t still_count,
                                    const char *filters, struct mockets_error *err);
/** mk_graph_open(), where sound comes on two ways of the same format: "[in]" and "[right]". */
mockets_status mk_graph_open_pair(struct mk_graph *graph, const AVFrame *frame, const char *filters,
                                  struct mockets_error *err);

void mk_graph_close(struct mk_graph *graph);

/** Give a frame, of which the reference moves into the graph. */
mockets_status mk_graph_put(struct mk_graph *graph, AVFrame *frame, struct mockets_error *err);

/** The same on the second way. */
mockets_status mk_graph_put_right(struct mk_graph *graph, AVFrame *frame,
                                  struct mockets_error *err);

/** No more frames on one way; the other goes on. */
mockets_status mk_graph_end_side(struct mk_graph *graph, bool right, struct mockets_error *err);

/** The time base of the frames that are put in. */
AVRational mk_graph_time_base(const struct mk_graph *graph);

/** No more frames; the last one ends at @p end_pts. */
mockets_status mk_graph_end(struct mk_graph *graph, int64_t end_pts, struct mockets_error *err);

/** @return whether there is a frame; *rc says why not, MOCKETS_OK: it wants more first. */
bool mk_graph_get(struct mk_graph *graph, AVFrame *frame, mockets_status *rc,
                  struct mockets_error *err);

/** Append a filter, with a comma before it if it is not the first. */
void mk_graph_add(struct mk_buf *filters, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

#endif
