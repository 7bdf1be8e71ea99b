#ifndef MK_SERVICE_LIMITS_H
#define MK_SERVICE_LIMITS_H

#include "engine/engine.h"

/*
 * The account limits and request rates of the service (reference 7). Without aws_limits in the
 * options, all of these say MOCKETS_OK at once.
 */

/** MOCKETS_E_LIMIT if the account has as many pipelines, or custom presets, as it may have. */
mockets_status mk_limit_records(mockets_engine *engine, enum mk_record_kind kind,
                                struct mockets_error *err);

/** MOCKETS_E_LIMIT if the pipeline has as many waiting jobs as it may have. */
mockets_status mk_limit_backlog(mockets_engine *engine, const char *pipeline_id,
                                struct mockets_error *err);

/** MOCKETS_E_THROTTLED if there were too many CreateJob, or ReadJob, requests lately. */
mockets_status mk_limit_create_job(mockets_engine *engine, struct mockets_error *err);
mockets_status mk_limit_read_job(mockets_engine *engine, struct mockets_error *err);

#endif
