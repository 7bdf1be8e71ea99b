#ifndef MK_PLAN_COPY_H
#define MK_PLAN_COPY_H

#include "model/job.h"
#include "plan/plan.h"

/*
 * Whether a stream of the input is already what an output wants, so that its packets can be passed
 * on and nothing be encoded. All that the preset asks for must be there; what is not known counts
 * as not there.
 */

/** Could anything of this job be copied, as far as the job and its presets tell? */
bool mk_copy_is_possible(const struct mk_job *job, const struct mk_preset *const *presets);

/** Can packets of a stream be put into files of @p container? */
bool mk_copy_fits(enum mk_container container);

/**
 * @param source   of the output
 * @param stream   the film in it, with its scan, if there is one
 * @param picture  what the film would be made to
 * @param encode   and how it would be encoded
 * @param out      receives how its packets are timed; untouched if it is not to be copied
 */
bool mk_copy_film(const struct mk_plan_source *source, const struct mk_info_stream *stream,
                  const struct mk_plan_picture *picture, const struct mk_plan_encode *encode,
                  struct mk_plan_copy *out);

/** The same for sound. */
bool mk_copy_sound(const struct mk_plan_source *source, const struct mk_info_stream *stream,
                   const struct mk_plan_sound *sound, const struct mk_plan_encode *encode,
                   struct mk_plan_copy *out);

/** What stands in the plan for @p encode. */
struct mk_plan_encode mk_copy_encode(const struct mk_plan_encode *encode, unsigned source,
                                     const struct mk_plan_copy *copy);

#endif
