#include <string.h>

#include "base/str.h"
#include "model/pipeline.h"
#include "service/service.h"

/* One change of a stored pipeline: what is asked for, and how it is applied. */
struct change {
    enum mk_operation operation;
    struct mk_pipeline asked;
    /** Make the pipeline to store from the stored one. */
    mockets_status (*apply)(const struct change *change, const struct mk_pipeline *stored,
                            struct mk_arena *arena, struct mk_pipeline *out,
                            struct mockets_error *err);
};

/* Somebody else's change in between is a reason to look again, not to overwrite it. */
enum { ATTEMPTS = 16 };

static mockets_status try_change(mockets_engine *engine, const char *id,
                                 const struct change *change, struct mk_arena *arena,
                                 const char **document, struct mockets_error *err)
{
    struct mk_store *store = &engine->store;
    struct mk_pipeline stored = {0}, made = {0};
    struct mk_record before, after = {.id = id};
    mockets_status rc =
        store->ops->record_get(store->self, MK_RECORD_PIPELINE, id, arena, &before, err);

    if (rc == MOCKETS_E_NOT_FOUND)
        return mk_service_no_pipeline(engine, id, err);
    if (!rc)
        rc = mk_model_parse(&mk_shape_pipeline, before.document, strlen(before.document), false,
                            arena, &stored, err);
    if (!rc)
        rc = change->apply(change, &stored, arena, &made, err);
    if (!rc && change->operation == MK_UPDATE_PIPELINE)
        rc = mk_service_make_buckets(engine, &made, err);
    if (rc)
        return rc;
    after.held = mk_str_eq(made.status, "Paused");
    after.document = mk_model_text(&mk_shape_pipeline, &made, arena);
    if (!after.document)
        return mk_fail_nomem(err);
    *document = after.document;
    return store->ops->record_update(store->self, MK_RECORD_PIPELINE, &after, before.document, err);
}

static mockets_status make_change(mockets_engine *engine, const struct mockets_call *call,
                                  struct change *change, struct mk_arena *arena,
                                  const char **document, struct mockets_error *err)
{
    mockets_status rc = mk_service_parse(mk_operation_facts(change->operation)->request, call,
                                         arena, &change->asked, err);

    if (!rc)
        rc = mk_service_check(change->operation, call, &change->asked, err);
    if (rc)
        return rc;
    for (int i = 0; i < ATTEMPTS; i++) {
        rc = try_change(engine, call->id, change, arena, document, err);
        if (rc != MOCKETS_E_IN_USE)
            break;
    }
    /* A pipeline that is active again may have jobs that waited for it. */
    if (!rc)
        mk_engine_submitted(engine);
    return rc;
}

static mockets_status apply_update(const struct change *change, const struct mk_pipeline *stored,
                                   struct mk_arena *arena, struct mk_pipeline *out,
                                   struct mockets_error *err)
{
    return mk_rules_pipeline_update(stored, &change->asked, arena, out, err);
}

mockets_status mk_service_update_pipeline(mockets_engine *engine, const struct mockets_call *call,
                                          struct mk_arena *arena, struct mk_buf *reply,
                                          struct mockets_error *err)
{
    struct change change = {.operation = MK_UPDATE_PIPELINE, .apply = apply_update};
    const char *document = NULL;
    mockets_status rc = make_change(engine, call, &change, arena, &document, err);

    return rc ? rc : mk_service_emit_warned(engine, document, arena, reply, err);
}

static mockets_status apply_notifications(const struct change *change,
                                          const struct mk_pipeline *stored, struct mk_arena *arena,
                                          struct mk_pipeline *out, struct mockets_error *err)
{
    const struct mk_pipeline only = {.notifications = change->asked.notifications};

    return mk_rules_pipeline_update(stored, &only, arena, out, err);
}

mockets_status mk_service_update_pipeline_notifications(mockets_engine *engine,
                                                        const struct mockets_call *call,
                                                        struct mk_arena *arena,
                                                        struct mk_buf *reply,
                                                        struct mockets_error *err)
{
    struct change change = {.operation = MK_UPDATE_PIPELINE_NOTIFICATIONS,
                            .apply = apply_notifications};
    const char *document = NULL;
    mockets_status rc = make_change(engine, call, &change, arena, &document, err);

    if (!rc)
        mk_service_emit_pipeline(document, reply);
    return rc;
}

static mockets_status apply_status(const struct change *change, const struct mk_pipeline *stored,
                                   struct mk_arena *arena, struct mk_pipeline *out,
                                   struct mockets_error *err)
{
    (void)arena;
    (void)err;
    *out = *stored;
    out->status = change->asked.status;
    return MOCKETS_OK;
}

mockets_status mk_service_update_pipeline_status(mockets_engine *engine,
                                                 const struct mockets_call *call,
                                                 struct mk_arena *arena, struct mk_buf *reply,
                                                 struct mockets_error *err)
{
    struct change change = {.operation = MK_UPDATE_PIPELINE_STATUS, .apply = apply_status};
    const char *document = NULL;
    mockets_status rc = make_change(engine, call, &change, arena, &document, err);

    if (!rc)
        mk_service_emit_pipeline(document, reply);
    return rc;
}

mockets_status mk_service_delete_pipeline(mockets_engine *engine, const struct mockets_call *call,
                                          struct mk_arena *arena, struct mk_buf *reply,
                                          struct mockets_error *err)
{
    mockets_status rc = mk_service_check(MK_DELETE_PIPELINE, call, NULL, err);

    (void)arena;
    if (rc)
        return rc;
    rc = engine->store.ops->record_delete(engine->store.self, MK_RECORD_PIPELINE, call->id, err);
    if (rc == MOCKETS_E_NOT_FOUND)
        return mk_service_no_pipeline(engine, call->id, err);
    if (rc == MOCKETS_E_IN_USE)
        return mk_fail(err, rc, "The pipeline contains active jobs: account=%s, pipeline=%s.",
                       engine->account_id, call->id);
    if (!rc)
        mk_service_emit_success(reply);
    return rc;
}
