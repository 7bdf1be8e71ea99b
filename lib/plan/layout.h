#ifndef MK_PLAN_LAYOUT_H
#define MK_PLAN_LAYOUT_H

#include "base/arena.h"
#include "model/job.h"

/** How the media of an output lies in files (reference 9.1); both may be wanted at once. */
struct mk_layout {
    bool files;    /**< one file, or a file a segment with its media playlist */
    bool one_file; /**< ts: one file whose ranges are the segments, for HLSv4 */
};

struct mk_layout mk_layout_of(const struct mk_job *job, const struct mk_preset *preset,
                              const struct mk_job_output *output);

/**
 * The first object that the output makes: the one that must not exist yet.
 *
 * @return its key, NULL: out of memory
 */
const char *mk_layout_first_key(const struct mk_job *job, const struct mk_preset *preset,
                                const struct mk_job_output *output, struct mk_arena *arena);

#endif
