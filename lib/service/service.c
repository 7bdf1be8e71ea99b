#include "service/service.h"

#include <assert.h>
#include <string.h>

#include <mockets/job.h>
#include <mockets/pipeline.h>
#include <mockets/preset.h>

#include "base/alloc.h"
#include "base/str.h"

static mk_service_fn *const services[MK_OPERATION_COUNT] = {
    [MK_CANCEL_JOB] = mk_service_cancel_job,
    [MK_CREATE_JOB] = mk_service_create_job,
    [MK_CREATE_PIPELINE] = mk_service_create_pipeline,
    [MK_CREATE_PRESET] = mk_service_create_preset,
    [MK_DELETE_PIPELINE] = mk_service_delete_pipeline,
    [MK_DELETE_PRESET] = mk_service_delete_preset,
    [MK_LIST_JOBS_BY_PIPELINE] = mk_service_list_jobs_by_pipeline,
    [MK_LIST_JOBS_BY_STATUS] = mk_service_list_jobs_by_status,
    [MK_LIST_PIPELINES] = mk_service_list_pipelines,
    [MK_LIST_PRESETS] = mk_service_list_presets,
    [MK_READ_JOB] = mk_service_read_job,
    [MK_READ_PIPELINE] = mk_service_read_pipeline,
    [MK_READ_PRESET] = mk_service_read_preset,
    [MK_TEST_ROLE] = mk_service_test_role,
    [MK_UPDATE_PIPELINE] = mk_service_update_pipeline,
    [MK_UPDATE_PIPELINE_NOTIFICATIONS] = mk_service_update_pipeline_notifications,
    [MK_UPDATE_PIPELINE_STATUS] = mk_service_update_pipeline_status,
};

static mockets_status run(mockets_engine *engine, mk_service_fn *service,
                          const struct mockets_call *call, struct mockets_reply *reply,
                          struct mockets_error *err)
{
    struct mk_arena arena = {0};
    struct mockets_reply made;
    struct mk_buf text;
    mockets_status rc;

    mk_buf_init(&text, MK_JSON_CEILING);
    rc = service(engine, call, &arena, &text, err);
    mk_arena_fini(&arena);
    if (!rc) {
        made.text = mk_buf_take(&text, &made.size);
        if (made.text)
            *reply = made;
        else
            rc = mk_fail_nomem(err);
    }
    mk_buf_fini(&text);
    return rc;
}

mockets_status mockets_operation_run(mockets_engine *engine,
                                     const struct mockets_operation *operation,
                                     const struct mockets_call *call, struct mockets_reply *reply,
                                     struct mockets_error *err)
{
    size_t count;
    ptrdiff_t place = operation - mockets_operations(&count);

    assert(place >= 0 && (size_t)place < count);
    return run(engine, services[place], call, reply, err);
}

mockets_status mockets_pipeline_create(mockets_engine *engine, const char *json,
                                       struct mockets_reply *reply, struct mockets_error *err)
{
    const struct mockets_call call = {.body = json, .body_size = strlen(json)};

    return run(engine, mk_service_create_pipeline, &call, reply, err);
}

mockets_status mockets_pipeline_read(mockets_engine *engine, const char *id,
                                     struct mockets_reply *reply, struct mockets_error *err)
{
    const struct mockets_call call = {.id = id};

    return run(engine, mk_service_read_pipeline, &call, reply, err);
}

mockets_status mockets_preset_read(mockets_engine *engine, const char *id,
                                   struct mockets_reply *reply, struct mockets_error *err)
{
    const struct mockets_call call = {.id = id};

    return run(engine, mk_service_read_preset, &call, reply, err);
}

mockets_status mockets_preset_list(mockets_engine *engine, const char *page_token,
                                   struct mockets_reply *reply, struct mockets_error *err)
{
    const struct mockets_call call = {.page_token = page_token};

    return run(engine, mk_service_list_presets, &call, reply, err);
}

mockets_status mockets_job_create(mockets_engine *engine, const char *json,
                                  struct mockets_reply *reply, struct mockets_error *err)
{
    const struct mockets_call call = {.body = json, .body_size = strlen(json)};

    return run(engine, mk_service_create_job, &call, reply, err);
}

mockets_status mockets_job_read(mockets_engine *engine, const char *id, struct mockets_reply *reply,
                                struct mockets_error *err)
{
    const struct mockets_call call = {.id = id};

    return run(engine, mk_service_read_job, &call, reply, err);
}

mockets_status mk_service_check(enum mk_operation operation, const struct mockets_call *call,
                                const void *request, struct mockets_error *err)
{
    const struct mk_operation_facts *facts = mk_operation_facts(operation);

    return mk_model_check_both(facts->parameters, call, facts->request, request, err);
}

struct mk_page mk_service_page(const struct mockets_call *call, bool ascending)
{
    return (struct mk_page){
        .ascending = call->ascending ? mk_str_eq(call->ascending, "true") : ascending,
        .after = call->page_token,
        .limit = MK_PAGE_ITEMS,
    };
}

void mk_service_emit_page(const char *name, const struct mk_page_result *page, struct mk_buf *to)
{
    size_t size = 128;

    for (size_t i = 0; i < page->count; i++)
        size += strlen(page->documents[i]) + 1;
    mk_buf_reserve(to, size);
    mk_buf_printf(to, "{\"%s\":[", name);
    for (size_t i = 0; i < page->count; i++) {
        if (i)
            mk_buf_putc(to, ',');
        mk_buf_puts(to, page->documents[i]);
    }
    mk_buf_puts(to, "],\"NextPageToken\":");
    mk_model_emit_string(page->next, to);
    mk_buf_putc(to, '}');
}

mockets_status mk_service_parse(const struct mk_shape *shape, const struct mockets_call *call,
                                struct mk_arena *arena, void *out, struct mockets_error *err)
{
    if (!call->body || !call->body_size)
        return mk_model_parse(shape, "{}", 2, true, arena, out, err);
    return mk_model_parse(shape, call->body, call->body_size, true, arena, out, err);
}

void mk_service_emit_success(struct mk_buf *to)
{
    mk_buf_puts(to, "{\"Success\":\"true\"}");
}

mockets_status mk_service_no_job(const mockets_engine *engine, const char *id,
                                 struct mockets_error *err)
{
    return mk_fail(err, MOCKETS_E_NOT_FOUND,
                   "The specified job was not found: account=%s, jobId=%s.", engine->account_id,
                   id);
}

mockets_status mk_service_no_pipeline(const mockets_engine *engine, const char *id,
                                      struct mockets_error *err)
{
    return mk_fail(err, MOCKETS_E_NOT_FOUND,
                   "The specified pipeline was not found: account=%s, pipelineId=%s.",
                   engine->account_id, id);
}

mockets_status mk_service_no_preset(const mockets_engine *engine, const char *id,
                                    struct mockets_error *err)
{
    return mk_fail(err, MOCKETS_E_NOT_FOUND,
                   "The specified preset was not found: account=%s, presetId=%s.",
                   engine->account_id, id);
}
