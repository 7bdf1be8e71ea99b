#ifndef MK_ENGINE_CONTEXT_H
#define MK_ENGINE_CONTEXT_H

#include "model/preset.h"

/** What is stored with a job besides the Job: its presets as they were, and its publishing. */
struct mk_job_context {
    const struct mk_preset *presets; /**< each distinct one once */
    size_t preset_count;
    /**
     * Ids of the outputs, and "playlists", whose objects this job has begun to make visible. A
     * run after a crash may replace those, and only those.
     */
    const char **published;
    size_t published_count;
};

extern const struct mk_shape mk_shape_job_context;

/**
 * The text of a new job's context: nothing is published, and the documents of its presets are as
 * they are answered. NULL if memory is out.
 */
char *mk_context_text(const char *const *presets, size_t count, struct mk_arena *arena);

/** @return the snapshot of the preset, or NULL. */
const struct mk_preset *mk_context_preset(const struct mk_job_context *context, const char *id);

bool mk_context_published(const struct mk_job_context *context, const char *what);

/** Add @p what to the published ones. */
mockets_status mk_context_publish(struct mk_job_context *context, const char *what,
                                  struct mk_arena *arena, struct mockets_error *err);

#endif
