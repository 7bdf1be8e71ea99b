#ifndef MK_ENGINE_RUN_H
#define MK_ENGINE_RUN_H

#include "engine/captions.h"
#include "engine/context.h"
#include "engine/engine.h"
#include "engine/failure.h"
#include "engine/secret.h"
#include "media/media.h"
#include "model/job.h"
#include "model/pipeline.h"
#include "plan/make.h"

/** An input that was probed, with its reader; both NULL: not kept. */
struct mk_probed {
    struct mk_reader *reader;
    struct mk_input *input;
};

/** One job on its way from claim to end. Owned by its runner's thread. */
struct mk_run {
    mockets_engine *engine;
    struct mk_running *running;
    struct mk_arena arena;
    struct mk_job job;
    struct mk_job_context context;
    const struct mk_preset **presets; /**< one per output */
    struct mk_pipeline pipeline;
    const char *content_bucket, *thumbnail_bucket; /**< NULL: the pipeline is gone */
    struct mk_info *infos;                         /**< one per input */
    struct mk_auxiliary *auxiliaries;              /**< what the outputs need beside the inputs */
    size_t auxiliary_count;
    struct mk_run_captions captions;
    struct mk_plan *plan;      /**< NULL until made */
    struct mk_secret *secrets; /**< every key of the job; complete before the media is made */
    bool *done;                /**< one per output: nothing more is to be made for it */

    pthread_mutex_t lock;
    struct mk_made *made;     /**< guarded by lock; one per package of the plan */
    struct mk_probed *probed; /**< guarded by lock; one per input */
};

/** Give output @p i the state Error with this detail. */
void mk_run_fail_output(struct mk_run *run, size_t i, enum mk_failure code,
                        const struct mk_failure_object *object, const char *reason);

/** mk_run_fail_output() for every output that has not failed yet. */
void mk_run_fail_all(struct mk_run *run, enum mk_failure code,
                     const struct mk_failure_object *object, const char *reason);

/** Store the job as it is now. MOCKETS_E_IN_USE: the job is not ours any more. */
mockets_status mk_run_save(struct mk_run *run, struct mockets_error *err);

/** The same, where it may be lost with the power: the job then starts anew. */
mockets_status mk_run_note(struct mk_run *run, struct mockets_error *err);

/**
 * The package that is output @p i itself, not its thumbnails. A ts output may be made in both ways
 * at once: @p one_file prefers the one of HLSv4.
 *
 * @return NULL if there is none
 */
struct mk_made *mk_run_made_output(const struct mk_run *run, size_t i, bool one_file);

/**
 * Write the playlists, when all outputs have ended, and set their members.
 *
 * @retval MOCKETS_OK  all playlists are Complete or Error
 * @retval other       the store failed, or the job is not ours any more
 */
mockets_status mk_run_publish_playlists(struct mk_run *run, struct mockets_error *err);

/**
 * Make the objects of the outputs and playlists visible, and set their members. An object that
 * cannot be is an Error of its output or playlist.
 *
 * @retval MOCKETS_OK  all outputs and playlists are Complete or Error
 * @retval other       the store failed, or the job is not ours any more
 */
mockets_status mk_run_publish(struct mk_run *run, struct mockets_error *err);

/**
 * Probe the inputs, plan, and make the media. What an output can be blamed for becomes its Error.
 *
 * @retval MOCKETS_E_CANCELED  the job is to be handed back
 * @retval other               no output is to blame: it fails all that are left
 */
mockets_status mk_run_transcode(struct mk_run *run, struct mockets_error *err);

/** The output that a playlist names by its key; rules_job made sure that there is one. */
size_t mk_run_find_output(const struct mk_run *run, const char *key);

/** Open and look at the auxiliary objects; one that will not do is an Error of its outputs. */
mockets_status mk_run_probe_auxiliaries(struct mk_run *run, struct mockets_error *err);

/** Open an auxiliary object; the one way to read any of them. */
mockets_status mk_run_open_auxiliary(struct mk_run *run, const struct mk_auxiliary *object,
                                     struct mk_reader **out, struct mockets_error *err);

/** Close the inputs that were probed and that nobody has taken over. */
void mk_run_drop_probed(struct mk_run *run);

/** Release what the packages made and nobody wants. */
void mk_run_drop_made(struct mk_run *run);

#endif
