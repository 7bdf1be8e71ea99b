#ifndef MK_PLAN_HINTS_H
#define MK_PLAN_HINTS_H

#include "model/job.h"
#include "plan/info.h"

/**
 * A video stream as the job describes it: FrameRate, AspectRatio and Interlaced of the input stand
 * in for what probing found (reference 4.1). Resolution is always "auto", Container a mere hint:
 * the file itself tells.
 */
struct mk_info_stream mk_hints_apply(const struct mk_job_input *input,
                                     const struct mk_info_stream *found);

#endif
