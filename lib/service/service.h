#ifndef MK_SERVICE_SERVICE_H
#define MK_SERVICE_SERVICE_H

#include <mockets/operation.h>

#include "base/arena.h"
#include "base/buf.h"
#include "engine/engine.h"
#include "model/operation.h"
#include "model/table.h"

/**
 * One operation of the API. Appends the response body to @p reply; what it needs on the way comes
 * from @p arena, which the caller releases.
 */
typedef mockets_status mk_service_fn(mockets_engine *engine, const struct mockets_call *call,
                                     struct mk_arena *arena, struct mk_buf *reply,
                                     struct mockets_error *err);

mk_service_fn mk_service_create_pipeline, mk_service_delete_pipeline, mk_service_list_pipelines,
    mk_service_read_pipeline, mk_service_update_pipeline, mk_service_update_pipeline_notifications,
    mk_service_update_pipeline_status, mk_service_test_role;
mk_service_fn mk_service_create_preset, mk_service_delete_preset, mk_service_list_presets,
    mk_service_read_preset;
mk_service_fn mk_service_cancel_job, mk_service_create_job, mk_service_read_job,
    mk_service_list_jobs_by_pipeline, mk_service_list_jobs_by_status;

/** Items of one page of a listing. The service's own figure is not known (reference 21). */
enum { MK_PAGE_ITEMS = 50 };

/**
 * All constraints of the path and the query of a call, and of its body.
 *
 * @param request  the parsed body, if the operation has one
 */
mockets_status mk_service_check(enum mk_operation operation, const struct mockets_call *call,
                                const void *request, struct mockets_error *err);

/** Ascending and PageToken of a call; @p ascending is what holds when nothing is said. */
struct mk_page mk_service_page(const struct mockets_call *call, bool ascending);

/** Append {"NAME":[documents],"NextPageToken":…}. */
void mk_service_emit_page(const char *name, const struct mk_page_result *page, struct mk_buf *to);

/** Parse the body as @p shape: MOCKETS_E_SERIALIZATION if it is none. */
mockets_status mk_service_parse(const struct mk_shape *shape, const struct mockets_call *call,
                                struct mk_arena *arena, void *out, struct mockets_error *err);

/** Append {"Pipeline":document}. */
void mk_service_emit_pipeline(const char *document, struct mk_buf *to);

/** Append {"Pipeline":document,"Warnings":[…]}. */
mockets_status mk_service_emit_warned(const mockets_engine *engine, const char *document,
                                      struct mk_arena *arena, struct mk_buf *to,
                                      struct mockets_error *err);

/** Create the buckets that a pipeline names and that are missing; none with --strict. */
struct mk_pipeline;
mockets_status mk_service_make_buckets(mockets_engine *engine, const struct mk_pipeline *pipeline,
                                       struct mockets_error *err);

/** What DELETE answers. */
void mk_service_emit_success(struct mk_buf *to);

/** The documented texts for an id that nothing has. */
mockets_status mk_service_no_job(const mockets_engine *engine, const char *id,
                                 struct mockets_error *err);
mockets_status mk_service_no_pipeline(const mockets_engine *engine, const char *id,
                                      struct mockets_error *err);
mockets_status mk_service_no_preset(const mockets_engine *engine, const char *id,
                                    struct mockets_error *err);

/**
 * A preset by id, the account's own or everybody's, and the document of it that is answered. Only
 * the document of a system preset has its ARN.
 */
struct mk_preset;
mockets_status mk_service_find_preset(mockets_engine *engine, const char *id,
                                      struct mk_arena *arena, const struct mk_preset **out,
                                      const char **document, struct mockets_error *err);

#endif
