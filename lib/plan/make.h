#ifndef MK_PLAN_MAKE_H
#define MK_PLAN_MAKE_H

#include "base/arena.h"
#include "base/error.h"
#include "model/job.h"
#include "plan/plan.h"

/** All that a plan depends on. Borrowed; the plan points into it. */
struct mk_plan_request {
    const struct mk_job *job;
    const struct mk_preset *const *presets; /**< one per output of the job */
    const struct mk_info *infos;            /**< one per input of the job */
    size_t info_count;
    const bool *skip; /**< one per output: make nothing for it; NULL = make all */
    const struct mk_plan_hls_key *const *hls_keys; /**< one per output; NULL = none has one */
    const struct mk_plan_cenc *const *cencs;       /**< the same */
    unsigned cores;    /**< processors that the job may fill, at least 1 */
    const char *speed; /**< effort of the encoders, x264's name for it */
};

/**
 * Turn a job, its presets and what its inputs hold into a plan. Pure: no I/O, no clock. An output
 * that cannot be made has its error in plan->outputs and no packages.
 *
 * @param arena  the plan is built in it
 *
 * @retval MOCKETS_E_NOMEM  nothing else can go wrong
 */
mockets_status mk_plan_make(const struct mk_plan_request *request, struct mk_arena *arena,
                            struct mk_plan **out, struct mockets_error *err);

#endif
