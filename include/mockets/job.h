#ifndef MOCKETS_JOB_H
#define MOCKETS_JOB_H

#include <stdint.h>

#include <mockets/operation.h>

#ifdef __cplusplus
extern "C" {
#endif

/** CreateJob: @p json is the request body, @p reply gets {"Job":…}. The job is durable then. */
MOCKETS_API mockets_status mockets_job_create(mockets_engine *engine, const char *json,
                                              struct mockets_reply *reply,
                                              struct mockets_error *err);

/** ReadJob: {"Job":…}. Errors as for mockets_operation_run(). Thread-safe. */
MOCKETS_API mockets_status mockets_job_read(mockets_engine *engine, const char *id,
                                            struct mockets_reply *reply, struct mockets_error *err);

/** The five states of a job (API: the same words without the prefix). */
enum mockets_job_state {
    MOCKETS_JOB_SUBMITTED,
    MOCKETS_JOB_PROGRESSING,
    MOCKETS_JOB_COMPLETE,
    MOCKETS_JOB_CANCELED,
    MOCKETS_JOB_ERROR,
};

/** How far a job is. */
struct mockets_job_progress {
    char id[32];
    enum mockets_job_state state;
    int64_t done_ms;      /**< media time that has been worked through, milliseconds */
    int64_t total_ms;     /**< media time in all, 0 while not known */
    double fraction;      /**< 0 to 1; 1 when Complete */
    double speed;         /**< media seconds per second, 0 while not known */
    int64_t remaining_ms; /**< estimate of the wall time left, -1 while not known */
};

/**
 * How far the job is: from the running job itself, or from its stored state.
 *
 * @retval MOCKETS_E_NOT_FOUND  no job has this id
 */
MOCKETS_API mockets_status mockets_job_progress(mockets_engine *engine, const char *id,
                                                struct mockets_job_progress *out,
                                                struct mockets_error *err);

/**
 * Block until the job is Complete, Canceled or Error, or until @p timeout_ms is over.
 *
 * @param timeout_ms  milliseconds; negative waits for ever
 * @param state       receives the final state; may be NULL
 *
 * @retval MOCKETS_OK           the job has ended, in whatever state
 * @retval MOCKETS_E_TIMEOUT    it has not
 * @retval MOCKETS_E_NOT_FOUND  no job has this id
 */
MOCKETS_API mockets_status mockets_job_wait(mockets_engine *engine, const char *id,
                                            int64_t timeout_ms, enum mockets_job_state *state,
                                            struct mockets_error *err);

#ifdef __cplusplus
}
#endif

#endif
