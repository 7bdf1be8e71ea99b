#include "model/pipeline.h"
#include "service/service.h"

/* The failures of one test, as the answer lists them. */
struct findings {
    struct mk_arena *arena;
    const char *role;
    const char **messages;
    size_t count;
    bool failed; /* out of memory */
};

static void find(struct findings *findings, const char *kind, const char *name)
{
    const char *message =
        mk_arena_printf(findings->arena, "The role %s does not have access to the %s: %s",
                        findings->role, kind, name);

    findings->messages[findings->count++] = message;
    findings->failed |= !message;
}

static mockets_status check_bucket(mockets_engine *engine, struct findings *findings,
                                   const char *bucket, struct mockets_error *err)
{
    mockets_status rc = mk_storage_check_bucket(engine->storage, bucket, err);

    if (rc == MOCKETS_E_NOT_FOUND || rc == MOCKETS_E_DENIED || rc == MOCKETS_E_INVALID) {
        find(findings, "bucket", bucket);
        return MOCKETS_OK;
    }
    return rc;
}

static void emit(const struct findings *findings, struct mk_buf *reply)
{
    mk_buf_printf(reply, "{\"Success\":\"%s\",\"Messages\":[", findings->count ? "false" : "true");
    for (size_t i = 0; i < findings->count; i++) {
        if (i)
            mk_buf_putc(reply, ',');
        mk_model_emit_string(findings->messages[i], reply);
    }
    mk_buf_puts(reply, "]}");
}

/* Roles have no powers here: what is tested is whether the buckets and topics lead anywhere. */
mockets_status mk_service_test_role(mockets_engine *engine, const struct mockets_call *call,
                                    struct mk_arena *arena, struct mk_buf *reply,
                                    struct mockets_error *err)
{
    struct mk_test_role request = {0};
    struct findings findings = {.arena = arena};
    mockets_status rc = mk_service_parse(&mk_shape_test_role, call, arena, &request, err);

    if (!rc)
        rc = mk_service_check(MK_TEST_ROLE, call, &request, err);
    if (!rc)
        rc = mk_rules_test_role(&request, err);
    if (rc)
        return rc;
    findings.role = request.role;
    findings.messages = mk_arena_array(arena, request.topic_count + 2, sizeof(char *));
    if (!findings.messages)
        return mk_fail_nomem(err);
    rc = check_bucket(engine, &findings, request.input_bucket, err);
    if (!rc)
        rc = check_bucket(engine, &findings, request.output_bucket, err);
    for (size_t i = 0; !rc && i < request.topic_count; i++) {
        if (!mk_notify_delivers(engine->notify, request.topics[i]))
            find(&findings, "topic", request.topics[i]);
    }
    if (!rc && findings.failed)
        rc = mk_fail_nomem(err);
    if (!rc)
        emit(&findings, reply);
    return rc;
}
