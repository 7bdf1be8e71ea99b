#ifndef MK_PLAN_CAPTIONS_H
#define MK_PLAN_CAPTIONS_H

#include "captions/cue.h"
#include "model/job.h"

/* Rules of captions (reference 15), pure. */

/** Which captions of an input an output has (MergePolicy). */
enum mk_merge {
    MK_MERGE_SIDECAR_WINS,  /**< MergeOverride: both, a language twice from the sidecar */
    MK_MERGE_EMBEDDED_WINS, /**< MergeRetain; and where nothing is said: what is embedded */
    MK_MERGE_SIDECAR_ONLY,  /**< Override */
};

/** What holds for an output and an input: the input's captions, else the output's deprecated ones.
 */
enum mk_merge mk_captions_merge_of(const struct mk_job_input *input,
                                   const struct mk_job_output *output);

/** Does the output want captions at all? */
bool mk_captions_wanted(const struct mk_job_output *output);

/** Does the output have sources of its own, in the deprecated way, that hold for the input? */
bool mk_captions_own_sources(const struct mk_job_input *input, const struct mk_job_output *output);

/**
 * Append to @p out, which has room for all, one track per language. The tracks of one source come
 * in their order, embedded ones first; of two tracks of a source in one language the first counts.
 */
size_t mk_captions_merge(enum mk_merge merge, struct mk_caption_tracks embedded,
                         struct mk_caption_tracks sidecars, struct mk_caption_track *out);

/** What a caption file of this format is called behind its pattern: "srt", …; NULL: embedded. */
const char *mk_captions_extension(const char *format, const char *container);

/** The key @p to as the object @p from refers to it: relative. */
const char *mk_captions_path(const char *from, const char *to, struct mk_arena *arena);

/** The key of a caption file up to its count and extension: {language} replaced or appended. */
const char *mk_captions_key(const char *prefix, const char *pattern, const char *output_key,
                            const char *language, struct mk_arena *arena);

#endif
