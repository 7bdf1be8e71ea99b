#ifndef MK_MODEL_MESSAGE_H
#define MK_MODEL_MESSAGE_H

#include <mockets/job.h>

#include "base/arena.h"
#include "model/job.h"

/**
 * The notification that a job has come to a state.
 *
 * @param state    of the event; a PROGRESSING message shows every output and playlist as such
 * @param subject  of the SNS message; NULL for the states that nobody is told of
 *                 (SUBMITTED, CANCELED)
 * @param body     pretty-printed JSON, what is not set is left out; NULL like @p subject
 *
 * @retval MOCKETS_E_NOMEM  out of memory
 */
mockets_status mk_message_job(const struct mk_job *job, enum mockets_job_state state,
                              struct mk_arena *arena, const char **subject, const char **body,
                              struct mockets_error *err);

/**
 * The notification that outputs of a job are made, but not all as they should be: those that are
 * Complete with a StatusDetail. @p subject and @p body are NULL if there are none.
 */
mockets_status mk_message_warning(const struct mk_job *job, struct mk_arena *arena,
                                  const char **subject, const char **body,
                                  struct mockets_error *err);

#endif
