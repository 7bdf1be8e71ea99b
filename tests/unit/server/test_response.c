#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "server/fault.h"
#include "server/logger.h"
#include "server/ops.h"
#include "server/request.h"
#include "server/request_id.h"
#include "server/response.h"
#include "server/text.h"

static const struct {
    int kind;
    int http;
    const char *exception;
} faults[] = {
    {MOCKETS_E_INVALID, 400, "ValidationException"},
    {MOCKETS_E_SERIALIZATION, 400, "SerializationException"},
    {MOCKETS_E_NOT_FOUND, 404, "ResourceNotFoundException"},
    {MOCKETS_E_IN_USE, 409, "ResourceInUseException"},
    {MOCKETS_E_LIMIT, 429, "LimitExceededException"},
    {MOCKETS_E_DENIED, 403, "AccessDeniedException"},
    {MOCKETS_E_IO, 500, "InternalServiceException"},
    {MOCKETS_E_NOMEM, 500, "InternalServiceException"},
    {MOCKETS_E_INTERNAL, 500, "InternalServiceException"},
    {FAULT_UNKNOWN_PATH, 404, "UnknownOperationException"},
    {FAULT_METHOD, 405, "MethodNotAllowedException"},
    {FAULT_API_VERSION, 400, "IncompatibleVersionException"},
    {FAULT_BODY_TOO_LARGE, 413, "RequestEntityTooLargeException"},
    {FAULT_RANGE, 416, "InvalidRange"},
    {12345, 500, "InternalServiceException"},
};

static const char *header_of(const struct response *response, const char *name)
{
    for (size_t i = 0; i < response->header_count; i++)
        if (!strcmp(response->headers[i].name, name))
            return response->headers[i].value;
    return NULL;
}

static void test_faults(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof(faults) / sizeof(faults[0]); i++) {
        const char *body = faults[i].kind == MOCKETS_E_SERIALIZATION
                               ? "{\"Message\":\"It's \\\"x\\\".\"}"
                               : "{\"message\":\"It's \\\"x\\\".\"}";
        struct response response;

        response_init(&response);
        response_fault(&response, faults[i].kind, "It's \"x\".");
        assert_int_equal(response.status, faults[i].http);
        assert_string_equal(header_of(&response, "x-amzn-ErrorType"), faults[i].exception);
        assert_string_equal(response.content_type, "application/json");
        assert_int_equal(response.body_size, strlen(body));
        assert_memory_equal(response.body, body, strlen(body));
        response_fini(&response);
    }
}

/** Every status has a row of its own: nobody forgot one. */
static void test_all_statuses(void **state)
{
    (void)state;
    for (int status = MOCKETS_E_INVALID; status <= MOCKETS_E_INTERNAL; status++)
        assert_int_equal(fault_find(status)->kind, status);
    for (int kind = FAULT_UNKNOWN_PATH; kind <= FAULT_UNAVAILABLE; kind++)
        assert_int_equal(fault_find(kind)->kind, kind);
}

static void test_escape(void **state)
{
    static const struct {
        const char *in, *out;
    } rows[] = {
        {"", ""},
        {"a\"b\\c/", "a\\\"b\\\\c/"},
        {"\b\f\n\r\t\x01\x1f\x7f", "\\b\\f\\n\\r\\t\\u0001\\u001f\\u007f"},
        {"\xC3\xA9\xE2\x82\xAC\xF0\x9F\x98\x80", "\xC3\xA9\xE2\x82\xAC\xF0\x9F\x98\x80"},
        {"a\xFFz", "a\xEF\xBF\xBDz"},
        {"\xC0\x80", "\xEF\xBF\xBD\xEF\xBF\xBD"},
        {"\xED\xA0\x80", "\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD"},
        {"\xE2\x82", "\xEF\xBF\xBD\xEF\xBF\xBD"},
    };
    char out[64];

    (void)state;
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        assert_int_equal(json_escape(rows[i].in, out, sizeof(out)), strlen(rows[i].out));
        assert_string_equal(out, rows[i].out);
    }
    assert_int_equal(json_escape("ab\xC3\xA9", out, 4), 4);
    assert_string_equal(out, "ab");
    assert_int_equal(json_escape("ab", NULL, 0), 2);
}

static void test_header_overflow(void **state)
{
    struct response response;
    char large[RESPONSE_TEXT_SIZE + 1];

    (void)state;
    memset(large, 'x', sizeof(large) - 1);
    large[sizeof(large) - 1] = '\0';
    response_init(&response);
    response_header(&response, "Large", "%s", large);
    response_header(&response, "Small", "%d", 5);
    assert_null(header_of(&response, "Large"));
    assert_string_equal(header_of(&response, "Small"), "5");
    for (int i = 0; i < 2 * RESPONSE_HEADERS_MAX; i++)
        response_header(&response, "More", "%d", i);
    assert_int_equal(response.header_count, RESPONSE_HEADERS_MAX);
    response_fini(&response);
}

static const char *no_header(const struct request *request, const char *name)
{
    (void)request;
    (void)name;
    return NULL;
}

/** Serve a request that needs no engine. */
static void serve(const char *method, const char *target, struct response *response)
{
    static const struct logger logger = {.fd = 2, .level = MOCKETS_LOG_ERROR};
    static const struct mockets_operation operation = {"ReadJob", "GET", "/2012-09-25/jobs/{Id}",
                                                       200};
    char scratch[128];
    struct app app = {.logger = &logger};
    struct request request = {
        .app = &app, .method = method, .target = target, .scratch = scratch, .header = no_header};

    router_init(&app.router, &operation, 1, own_routes, own_route_count);
    response_init(response);
    request_serve(&request, response);
}

static void test_serve(void **state)
{
    struct response response;

    (void)state;
    serve("GET", "/_mockets/health", &response);
    assert_int_equal(response.status, 200);
    assert_string_equal(response.body, "{\"status\":\"ok\"}");
    response_fini(&response);

    serve("GET", "/nowhere", &response);
    assert_int_equal(response.status, 404);
    assert_string_equal(header_of(&response, "x-amzn-ErrorType"), "UnknownOperationException");
    response_fini(&response);

    serve("PUT", "/2012-09-25/jobs/x", &response);
    assert_int_equal(response.status, 405);
    assert_string_equal(header_of(&response, "Allow"), "GET, HEAD, OPTIONS");
    response_fini(&response);

    serve("OPTIONS", "/2012-09-25/jobs/x", &response);
    assert_int_equal(response.status, 204);
    assert_string_equal(header_of(&response, "Access-Control-Allow-Methods"), "GET, HEAD, OPTIONS");
    response_fini(&response);
}

static void test_request_ids(void **state)
{
    char first[REQUEST_ID_SIZE], second[REQUEST_ID_SIZE];

    (void)state;
    request_id_new(first);
    request_id_new(second);
    assert_string_not_equal(first, second);
    assert_int_equal(strlen(first), 36);
    assert_int_equal(first[14], '4');
    assert_non_null(strchr("89ab", first[19]));
    for (int i = 0; i < 36; i++)
        assert_true(i == 8 || i == 13 || i == 18 || i == 23
                        ? first[i] == '-'
                        : strchr("0123456789abcdef", first[i]) != NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_faults), cmocka_unit_test(test_all_statuses),
        cmocka_unit_test(test_escape), cmocka_unit_test(test_header_overflow),
        cmocka_unit_test(test_serve),  cmocka_unit_test(test_request_ids),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
