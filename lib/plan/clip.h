#ifndef MK_PLAN_CLIP_H
#define MK_PLAN_CLIP_H

#include <stdbool.h>

#include "model/job.h"

/** A stretch of time. */
struct mk_clip_span {
    int64_t start_us;
    int64_t duration_us; /**< 0: to the end */
};

/** "HH:mm:ss.SSS", "mm:ss", "sssss.SSS" to microseconds; 0 for NULL, "" and nonsense. */
int64_t mk_clip_time_us(const char *text);

/** What a TimeSpan means; NULL: everything. */
struct mk_clip_span mk_clip_span_of(const struct mk_time_span *span);

/**
 * Take the stretch @p inner of the stretch @p outer of something @p length_us long (0: unknown).
 *
 * @param inner   counted from the start of @p outer
 * @param out     counted from the start of the thing
 * @param beyond  set to true if the stretch ends after the thing does; else left alone
 *
 * @return false: it begins where nothing is left
 */
bool mk_clip_cut(struct mk_clip_span outer, struct mk_clip_span inner, int64_t length_us,
                 struct mk_clip_span *out, bool *beyond);

#endif
