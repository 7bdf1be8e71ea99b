#ifndef MOCKETS_PIPELINE_H
#define MOCKETS_PIPELINE_H

#include <mockets/operation.h>

#ifdef __cplusplus
extern "C" {
#endif

/** CreatePipeline: @p json is the request body, @p reply gets {"Pipeline":…,"Warnings":[…]}. */
MOCKETS_API mockets_status mockets_pipeline_create(mockets_engine *engine, const char *json,
                                                   struct mockets_reply *reply,
                                                   struct mockets_error *err);

/** ReadPipeline. Errors as for mockets_operation_run(). Thread-safe. */
MOCKETS_API mockets_status mockets_pipeline_read(mockets_engine *engine, const char *id,
                                                 struct mockets_reply *reply,
                                                 struct mockets_error *err);

#ifdef __cplusplus
}
#endif

#endif
