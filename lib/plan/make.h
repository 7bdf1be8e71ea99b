#ifndef MK_PLAN_MAKE_H
#define MK_PLAN_MAKE_H

#include "base/arena.h"
#include <mockets/engine.h>

#include "base/error.h"
#include "model/job.h"
#include "plan/auxiliary.h"
#include "plan/plan.h"

/** What a codec is made with. */
struct mk_plan_encoder {
    const char *name;
    bool missing; /**< this build has no such encoder */
};

/** All that a plan depends on. Borrowed; the plan points into it. */
struct mk_plan_request {
    const struct mk_job *job;
    const struct mk_preset *const *presets; /**< one per output of the job */
    const struct mk_info *infos;            /**< one per input of the job */
    size_t info_count;
    /** Captions found in the inputs, in their own time; one per input. NULL = none were looked
     * for, as below. */
    const struct mk_caption_tracks *embedded;
    const struct mk_caption_tracks *sidecars; /**< of InputCaptions, from the input's begin on */
    /** Of the deprecated Captions.CaptionSources; one per output, for the first input. */
    const struct mk_caption_tracks *output_sidecars;
    const struct mk_auxiliary *auxiliaries; /**< of the job, looked at; media's images */
    size_t auxiliary_count;
    const bool *skip; /**< one per output: make nothing for it; NULL = make all */
    const struct mk_plan_hls_key *const *hls_keys; /**< one per output; NULL = none has one */
    const struct mk_plan_cenc *const *cencs;       /**< the same */
    unsigned cores; /**< processors that the job may fill, at least 1 */
    enum mockets_speed speed;
    const char *x264_preset;  /**< exactly this one, in one pass; NULL = what speed means */
    bool copy;                /**< streams that are as they are wanted are passed on */
    unsigned encoder_threads; /**< of every encoder of film; 0 = what fills the processors */
    const struct mk_plan_encoder *encoders; /**< MK_CODECS of them; NULL = all are there */
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
