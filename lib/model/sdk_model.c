#include <mockets/sdk_model.h>

#include <string.h>

#include "base/buf.h"
#include "base/error.h"
#include "model/operation.h"
#include "model/sdk_endpoint.h"
#include "model/sdk_shapes.h"

/* The waiter of the service: ReadJob until the job has ended. */
enum { WAIT_SECONDS = 30, WAIT_ATTEMPTS = 120 };

static const struct {
    const char *status, *means;
} job_ends[] = {
    {"Complete", "success"},
    {"Canceled", "failure"},
    {"Error", "failure"},
};

static const struct {
    const char *key, *value;
} metadata[] = {
    {"apiVersion", MOCKETS_API_VERSION},
    {"endpointPrefix", "elastictranscoder"},
    {"protocol", "rest-json"},
    {"serviceFullName", "Amazon Elastic Transcoder"},
    {"serviceId", "Elastic Transcoder"},
    {"signatureVersion", "v4"},
    {"uid", "elastictranscoder-" MOCKETS_API_VERSION},
};

static const struct mockets_operation *operation_at(size_t i)
{
    size_t count;

    return &mockets_operations(&count)[i];
}

static void emit_list(struct mk_json *json, const char *key, const char *item)
{
    mk_json_open(json, key, '[');
    mk_json_string(json, NULL, item);
    mk_json_close(json, ']');
}

static void emit_metadata(struct mk_json *json)
{
    mk_json_open(json, "metadata", '{');
    for (size_t i = 0; i < sizeof(metadata) / sizeof(metadata[0]); i++)
        mk_json_string(json, metadata[i].key, metadata[i].value);
    emit_list(json, "protocols", "rest-json");
    emit_list(json, "auth", "aws.auth#sigv4");
    mk_json_close(json, '}');
}

/* "CreateJob" and "Request" in one word; good until the next use of the buffer. */
static const char *joined(const char *name, const char *suffix, char out[96])
{
    size_t size = strlen(name);

    memcpy(out, name, size);
    strcpy(out + size, suffix);
    return out;
}

static void emit_operation(struct mk_json *json, size_t i)
{
    const struct mockets_operation *operation = operation_at(i);
    const struct mk_operation_facts *facts = mk_operation_facts((enum mk_operation)i);
    const struct mk_api_error *errors;
    size_t count;
    char name[96];

    mk_json_open(json, operation->name, '{');
    mk_json_string(json, "name", operation->name);
    mk_json_open(json, "http", '{');
    mk_json_string(json, "method", operation->method);
    mk_json_string(json, "requestUri", operation->path);
    mk_json_number(json, "responseCode", (unsigned)operation->success);
    mk_json_close(json, '}');
    mk_json_pair(json, "input", "shape", joined(operation->name, "Request", name));
    mk_json_pair(json, "output", "shape", joined(operation->name, "Response", name));
    mk_json_open(json, "errors", '[');
    errors = mk_api_errors(&count);
    for (size_t e = 0; e < count; e++) {
        if (!errors[e].flag || facts->flags & errors[e].flag)
            mk_json_pair(json, NULL, "shape", errors[e].name);
    }
    mk_json_close(json, ']');
    if (facts->flags & MK_DEPRECATED)
        mk_json_bool(json, "deprecated", true);
    mk_json_close(json, '}');
}

/* SDKs check what a request itself must have; what is inside of it, the service checks. */
static void emit_required(struct mk_json *json, const struct mk_shape *const shapes[2])
{
    bool any = false;

    for (size_t s = 0; s < 2; s++) {
        for (size_t i = 0; shapes[s] && i < shapes[s]->field_count; i++) {
            if (!shapes[s]->fields[i].required)
                continue;
            if (!any)
                mk_json_open(json, "required", '[');
            any = true;
            mk_json_string(json, NULL, shapes[s]->fields[i].name);
        }
    }
    if (any)
        mk_json_close(json, ']');
}

static void emit_parameters(struct mk_sdk_types *types, size_t operation, const char *owner,
                            struct mk_json *json)
{
    const struct mk_shape *shape = mk_operation_facts((enum mk_operation)operation)->parameters;

    for (size_t i = 0; shape && i < shape->field_count; i++) {
        const struct mk_field *field = &shape->fields[i];
        bool in_path = mk_parameter_in_path((enum mk_operation)operation, field);

        mk_json_open(json, field->name, '{');
        mk_json_string(json, "shape", mk_sdk_type_of(types, owner, field, true));
        mk_json_string(json, "location", in_path ? "uri" : "querystring");
        mk_json_string(json, "locationName", field->name);
        mk_json_close(json, '}');
    }
}

static void emit_messages(struct mk_sdk_types *types, size_t i, struct mk_json *json)
{
    const struct mk_operation_facts *facts = mk_operation_facts((enum mk_operation)i);
    const struct mk_shape *const shapes[2] = {facts->parameters, facts->request};
    char name[96];

    mk_json_open(json, joined(operation_at(i)->name, "Request", name), '{');
    mk_json_string(json, "type", "structure");
    emit_required(json, shapes);
    mk_json_open(json, "members", '{');
    emit_parameters(types, i, name, json);
    if (facts->request)
        mk_sdk_members(types, name, facts->request, true, json);
    mk_json_close(json, '}');
    mk_json_close(json, '}');
    mk_json_open(json, joined(operation_at(i)->name, "Response", name), '{');
    mk_json_string(json, "type", "structure");
    mk_json_open(json, "members", '{');
    if (facts->answer)
        mk_sdk_members(types, name, facts->answer, false, json);
    mk_json_close(json, '}');
    mk_json_close(json, '}');
}

static void emit_errors(struct mk_json *json)
{
    size_t count;
    const struct mk_api_error *errors = mk_api_errors(&count);

    for (size_t i = 0; i < count; i++) {
        mk_json_open(json, errors[i].name, '{');
        mk_json_string(json, "type", "structure");
        mk_json_open(json, "members", '{');
        mk_json_close(json, '}');
        if (errors[i].http < 500) {
            mk_json_open(json, "error", '{');
            mk_json_number(json, "httpStatusCode", (unsigned)errors[i].http);
            mk_json_close(json, '}');
        }
        mk_json_bool(json, "exception", true);
        if (errors[i].http >= 500)
            mk_json_bool(json, "fault", true);
        mk_json_close(json, '}');
    }
}

static bool make_service(struct mk_json *json)
{
    struct mk_arena arena = {0};
    struct mk_sdk_types types = {.arena = &arena};

    mk_json_open(json, NULL, '{');
    mk_json_string(json, "version", "2.0");
    emit_metadata(json);
    mk_json_open(json, "operations", '{');
    for (size_t i = 0; i < MK_OPERATION_COUNT; i++)
        emit_operation(json, i);
    mk_json_close(json, '}');
    mk_json_open(json, "shapes", '{');
    for (size_t i = 0; i < MK_OPERATION_COUNT; i++)
        emit_messages(&types, i, json);
    emit_errors(json);
    mk_sdk_emit_types(&types, json);
    mk_json_close(json, '}');
    mk_json_close(json, '}');
    mk_arena_fini(&arena);
    return !types.failed;
}

/* Whatever takes a PageToken has pages. */
static bool make_paginators(struct mk_json *json)
{
    mk_json_open(json, NULL, '{');
    mk_json_open(json, "pagination", '{');
    for (size_t i = 0; i < MK_OPERATION_COUNT; i++) {
        const struct mk_operation_facts *facts = mk_operation_facts((enum mk_operation)i);

        if (!facts->parameters || !mk_shape_field(facts->parameters, "PageToken"))
            continue;
        mk_json_open(json, operation_at(i)->name, '{');
        mk_json_string(json, "input_token", "PageToken");
        mk_json_string(json, "output_token", "NextPageToken");
        mk_json_string(json, "result_key", facts->answer->fields[0].name);
        mk_json_close(json, '}');
    }
    mk_json_close(json, '}');
    mk_json_close(json, '}');
    return true;
}

static bool make_waiters(struct mk_json *json)
{
    mk_json_open(json, NULL, '{');
    mk_json_number(json, "version", 2);
    mk_json_open(json, "waiters", '{');
    mk_json_open(json, "JobComplete", '{');
    mk_json_number(json, "delay", WAIT_SECONDS);
    mk_json_string(json, "operation", operation_at(MK_READ_JOB)->name);
    mk_json_number(json, "maxAttempts", WAIT_ATTEMPTS);
    mk_json_open(json, "acceptors", '[');
    for (size_t i = 0; i < sizeof(job_ends) / sizeof(job_ends[0]); i++) {
        mk_json_open(json, NULL, '{');
        mk_json_string(json, "expected", job_ends[i].status);
        mk_json_string(json, "matcher", "path");
        mk_json_string(json, "state", job_ends[i].means);
        mk_json_string(json, "argument", "Job.Status");
        mk_json_close(json, '}');
    }
    mk_json_close(json, ']');
    mk_json_close(json, '}');
    mk_json_close(json, '}');
    mk_json_close(json, '}');
    return true;
}

static bool make_endpoints(struct mk_json *json)
{
    mk_sdk_endpoint_rules(json);
    return true;
}

static const char *const names[] = {
    "service-2.json",
    "paginators-1.json",
    "waiters-2.json",
    "endpoint-rule-set-1.json",
};

/* Each writes the file of the same place; false: out of memory. */
static bool (*const makers[])(struct mk_json *json) = {
    make_service,
    make_paginators,
    make_waiters,
    make_endpoints,
};

const char *const *mockets_sdk_model_files(size_t *count)
{
    *count = sizeof(names) / sizeof(names[0]);
    return names;
}

mockets_status mockets_sdk_model(const char *file_name, struct mockets_reply *file,
                                 struct mockets_error *err)
{
    struct mockets_reply made;
    struct mk_json json = {0};
    struct mk_buf text;
    size_t i = 0;
    bool whole;

    while (i < sizeof(names) / sizeof(names[0]) && strcmp(names[i], file_name) != 0)
        i++;
    if (i == sizeof(names) / sizeof(names[0]))
        return mk_fail(err, MOCKETS_E_NOT_FOUND, "the SDK's model has no file %s", file_name);
    mk_buf_init(&text, MK_JSON_CEILING);
    json.to = &text;
    whole = makers[i](&json);
    made.text = whole ? mk_buf_take(&text, &made.size) : NULL;
    mk_buf_fini(&text);
    if (!made.text)
        return mk_fail_nomem(err);
    *file = made;
    return MOCKETS_OK;
}
