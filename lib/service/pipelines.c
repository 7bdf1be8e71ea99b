#include <string.h>

#include "base/clock.h"
#include "base/str.h"
#include "model/pipeline.h"
#include "service/limits.h"
#include "service/service.h"

void mk_service_emit_pipeline(const char *document, struct mk_buf *to)
{
    mk_buf_puts(to, "{\"Pipeline\":");
    mk_buf_puts(to, document);
    mk_buf_putc(to, '}');
}

mockets_status mk_service_emit_warned(const mockets_engine *engine, const char *document,
                                      struct mk_arena *arena, struct mk_buf *to,
                                      struct mockets_error *err)
{
    const struct mk_warning *warnings = NULL;
    struct mk_pipeline pipeline = {0};
    size_t count = 0;
    mockets_status rc = mk_model_parse(&mk_shape_pipeline, document, strlen(document), false, arena,
                                       &pipeline, err);

    if (!rc)
        rc = mk_pipeline_warnings(&pipeline, engine->region, arena, &warnings, &count, err);
    if (rc)
        return rc;
    mk_buf_puts(to, "{\"Pipeline\":");
    mk_buf_puts(to, document);
    mk_buf_puts(to, ",\"Warnings\":[");
    for (size_t i = 0; i < count; i++) {
        if (i)
            mk_buf_putc(to, ',');
        mk_model_emit(&mk_shape_warning, &warnings[i], to);
    }
    mk_buf_puts(to, "]}");
    return MOCKETS_OK;
}

mockets_status mk_service_make_buckets(mockets_engine *engine, const struct mk_pipeline *pipeline,
                                       struct mockets_error *err)
{
    const char *names[] = {pipeline->input_bucket, pipeline->content_config->bucket,
                           pipeline->thumbnail_config->bucket};
    mockets_status rc = MOCKETS_OK;

    if (engine->strict)
        return MOCKETS_OK;
    for (size_t i = 0; !rc && i < sizeof(names) / sizeof(names[0]); i++)
        rc = mk_storage_create_bucket(engine->storage, names[i], err);
    return rc;
}

mockets_status mk_service_create_pipeline(mockets_engine *engine, const struct mockets_call *call,
                                          struct mk_arena *arena, struct mk_buf *reply,
                                          struct mockets_error *err)
{
    struct mk_pipeline pipeline = {0};
    struct mk_record record = {0};
    char id[MK_ID_SIZE];
    mockets_status rc = mk_service_parse(&mk_shape_create_pipeline, call, arena, &pipeline, err);

    if (!rc)
        rc = mk_service_check(MK_CREATE_PIPELINE, call, &pipeline, err);
    if (!rc)
        rc = mk_rules_pipeline(&pipeline, arena, err);
    if (!rc)
        rc = mk_limit_records(engine, MK_RECORD_PIPELINE, err);
    if (!rc)
        rc = mk_id_new(mk_clock_wall_ms(), id, err);
    if (!rc)
        rc = mk_service_make_buckets(engine, &pipeline, err);
    if (rc)
        return rc;
    pipeline.id = id;
    pipeline.arn = mk_engine_arn(engine, "pipeline", id, arena);
    pipeline.status = "Active";
    record.id = id;
    record.document = mk_model_text(&mk_shape_pipeline, &pipeline, arena);
    if (!pipeline.arn || !record.document)
        return mk_fail_nomem(err);
    rc = engine->store.ops->record_insert(engine->store.self, MK_RECORD_PIPELINE, &record, err);
    return rc ? rc : mk_service_emit_warned(engine, record.document, arena, reply, err);
}

mockets_status mk_service_read_pipeline(mockets_engine *engine, const struct mockets_call *call,
                                        struct mk_arena *arena, struct mk_buf *reply,
                                        struct mockets_error *err)
{
    struct mk_record record;
    mockets_status rc = mk_service_check(MK_READ_PIPELINE, call, NULL, err);

    if (rc)
        return rc;
    rc = engine->store.ops->record_get(engine->store.self, MK_RECORD_PIPELINE, call->id, arena,
                                       &record, err);
    if (rc == MOCKETS_E_NOT_FOUND)
        return mk_service_no_pipeline(engine, call->id, err);
    return rc ? rc : mk_service_emit_warned(engine, record.document, arena, reply, err);
}

mockets_status mk_service_list_pipelines(mockets_engine *engine, const struct mockets_call *call,
                                         struct mk_arena *arena, struct mk_buf *reply,
                                         struct mockets_error *err)
{
    const struct mk_page page = mk_service_page(call, true);
    struct mk_page_result result = {0};
    mockets_status rc = mk_service_check(MK_LIST_PIPELINES, call, NULL, err);

    if (!rc)
        rc = engine->store.ops->record_list(engine->store.self, MK_RECORD_PIPELINE, &page, arena,
                                            &result, err);
    if (rc == MOCKETS_E_NOT_FOUND)
        return mk_fail(err, MOCKETS_E_INVALID, "The PageToken '%s' is not valid.", page.after);
    if (!rc)
        mk_service_emit_page("Pipelines", &result, reply);
    return rc;
}
