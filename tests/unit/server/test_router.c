#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "server/request.h"
#include "server/response.h"

static const struct mockets_operation operations[] = {
    {"CreatePipeline", "POST", "/2012-09-25/pipelines", 201},
    {"ListPipelines", "GET", "/2012-09-25/pipelines", 200},
    {"ReadPipeline", "GET", "/2012-09-25/pipelines/{Id}", 200},
    {"UpdatePipeline", "PUT", "/2012-09-25/pipelines/{Id}", 200},
    {"UpdatePipelineStatus", "POST", "/2012-09-25/pipelines/{Id}/status", 200},
    {"CreateJob", "POST", "/2012-09-25/jobs", 201},
    {"ReadJob", "GET", "/2012-09-25/jobs/{Id}", 200},
    {"CancelJob", "DELETE", "/2012-09-25/jobs/{Id}", 202},
    {"ListJobsByPipeline", "GET", "/2012-09-25/jobsByPipeline/{PipelineId}", 200},
    {"TestRole", "POST", "/2012-09-25/roleTests", 200},
};

static void plain(struct request *request, struct response *response)
{
    (void)request;
    (void)response;
}

static const struct own_route own[] = {
    {"health", OWN_PLAIN, plain},
    {"jobs", OWN_ID, plain},
    {"files", OWN_OBJECT, plain},
};

/** What a request line comes to: a fault, or an operation (NULL: a path of the program's own). */
struct row {
    const char *method, *target;
    int fault;
    const char *operation, *id;
};

static const struct row rows[] = {
    {"GET", "/2012-09-25/pipelines", 0, "ListPipelines", NULL},
    {"POST", "/2012-09-25/pipelines", 0, "CreatePipeline", NULL},
    {"HEAD", "/2012-09-25/pipelines", 0, "ListPipelines", NULL},
    {"GET", "http://example.org/2012-09-25/pipelines", 0, "ListPipelines", NULL},
    {"GET", "/2012-09-25/pipelines/1-a", 0, "ReadPipeline", "1-a"},
    {"PUT", "/2012-09-25/pipelines/1-a", 0, "UpdatePipeline", "1-a"},
    {"POST", "/2012-09-25/pipelines/1-a/status", 0, "UpdatePipelineStatus", "1-a"},
    {"GET", "/2012-09-25/jobs/a%20b%2Fc%25%C3%A9+:*~", 0, "ReadJob", "a b/c%\xC3\xA9+:*~"},
    {"GET", "/2012-09-25/jobs/status", 0, "ReadJob", "status"},
    {"DELETE", "/2012-09-25/jobs/x", 0, "CancelJob", "x"},
    /* an empty id is an id */
    {"GET", "/2012-09-25/jobs/", 0, "ReadJob", ""},
    {"DELETE", "/2012-09-25/jobs/", 0, "CancelJob", ""},
    {"GET", "/2012-09-25/jobsByPipeline/", 0, "ListJobsByPipeline", ""},
    {"POST", "/2012-09-25/pipelines//status", 0, "UpdatePipelineStatus", ""},
    /* and where it cannot be one, the slash is overlooked */
    {"POST", "/2012-09-25/jobs/", 0, "CreateJob", NULL},
    {"POST", "/2012-09-25/roleTests/", 0, "TestRole", NULL},
    {"POST", "/2012-09-25/roleTests//", FAULT_UNKNOWN_PATH, NULL, NULL},
    {"GET", "/2012-09-25/jobs", FAULT_METHOD, NULL, NULL},
    {"PATCH", "/2012-09-25/jobs", FAULT_METHOD, NULL, NULL},
    {"get", "/2012-09-25/pipelines", FAULT_METHOD, NULL, NULL},
    {"PUT", "/2012-09-25/jobs/x", FAULT_METHOD, NULL, NULL},
    {"GET", "/2012-09-25/jobsByPipeline", FAULT_UNKNOWN_PATH, NULL, NULL},
    {"GET", "/2012-09-25/jobs/x/y", FAULT_UNKNOWN_PATH, NULL, NULL},
    {"GET", "/2012-09-25/jobs/x/", FAULT_UNKNOWN_PATH, NULL, NULL},
    {"GET", "/2012-09-25/a/b/c/d/e/f", FAULT_UNKNOWN_PATH, NULL, NULL},
    {"GET", "/2012-09-25//pipelines", FAULT_UNKNOWN_PATH, NULL, NULL},
    {"GET", "/2012-09-25", FAULT_UNKNOWN_PATH, NULL, NULL},
    {"GET", "/2012-09-25/", FAULT_UNKNOWN_PATH, NULL, NULL},
    {"GET", "/2012-09-25x/pipelines", FAULT_UNKNOWN_PATH, NULL, NULL},
    {"GET", "/2011-01-01/jobs/x", FAULT_API_VERSION, NULL, NULL},
    {"GET", "/2011-01-1/jobs/x", FAULT_UNKNOWN_PATH, NULL, NULL},
    {"GET", "/2012-09-25/jobs/%00", FAULT_BAD_PATH, NULL, NULL},
    {"GET", "/2012-09-25/jobs/x%00y", FAULT_BAD_PATH, NULL, NULL},
    {"GET", "/2012-09-25/jobs/%", FAULT_BAD_PATH, NULL, NULL},
    {"GET", "/2012-09-25/jobs/%4", FAULT_BAD_PATH, NULL, NULL},
    {"GET", "/2012-09-25/jobs/%4/5", FAULT_BAD_PATH, NULL, NULL},
    {"GET", "/2012-09-25/jobs/%g1", FAULT_BAD_PATH, NULL, NULL},
    {"GET", "/2012-09-25/jobs/%41", 0, "ReadJob", "A"},
    {"GET", "/", FAULT_UNKNOWN_PATH, NULL, NULL},
    {"GET", "", FAULT_UNKNOWN_PATH, NULL, NULL},
    {"GET", "*", FAULT_UNKNOWN_PATH, NULL, NULL},
    {"GET", "http://example.org", FAULT_UNKNOWN_PATH, NULL, NULL},
    {"OPTIONS", "*", 0, NULL, NULL},
    {"OPTIONS", "/2012-09-25/jobs", 0, NULL, NULL},
    {"OPTIONS", "/nowhere", FAULT_UNKNOWN_PATH, NULL, NULL},
    {"GET", "/_mockets/health", 0, NULL, NULL},
    {"HEAD", "/_mockets/health?x=1", 0, NULL, NULL},
    {"GET", "/_mockets/health/", FAULT_UNKNOWN_PATH, NULL, NULL},
    {"POST", "/_mockets/health", FAULT_METHOD, NULL, NULL},
    {"GET", "/_mockets", FAULT_UNKNOWN_PATH, NULL, NULL},
    {"GET", "/_mockets/", FAULT_UNKNOWN_PATH, NULL, NULL},
    {"GET", "/_mockets/other", FAULT_UNKNOWN_PATH, NULL, NULL},
    {"GET", "/_mockets/jobs/a%2Fb", 0, NULL, "a/b"},
    {"GET", "/_mockets/jobs/a/b", FAULT_UNKNOWN_PATH, NULL, NULL},
    {"GET", "/_mockets/jobs", FAULT_UNKNOWN_PATH, NULL, NULL},
    {"GET", "/_mockets/files/bucket", FAULT_UNKNOWN_PATH, NULL, NULL},
    {"GET", "/_mockets/files/bucket/", FAULT_UNKNOWN_PATH, NULL, NULL},
    {"GET", "/_mockets/files/bucket/%00", FAULT_BAD_PATH, NULL, NULL},
};

static struct router router;

static int match(struct request *request, const char *method, const char *target)
{
    static char scratch[256];

    *request = (struct request){.method = method, .target = target, .scratch = scratch};
    memset(scratch, 'x', sizeof(scratch));
    assert_true(strlen(target) + 1 < sizeof(scratch));
    int fault = router_match(&router, request);
    /* the router must keep to the memory it was promised */
    assert_int_equal(scratch[strlen(target) + 1], 'x');
    return fault;
}

static void test_rows(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        const struct row *row = &rows[i];
        struct request request;
        int fault = match(&request, row->method, row->target);

        if (fault != row->fault)
            fail_msg("%s %s: %d instead of %d", row->method, row->target, fault, row->fault);
        if (fault)
            continue;
        assert_true(!row->operation == !request.route.operation);
        if (row->operation)
            assert_string_equal(request.route.operation->name, row->operation);
        assert_true(!row->id == !request.route.id);
        if (row->id)
            assert_string_equal(request.route.id, row->id);
    }
}

static void test_query(void **state)
{
    struct request request;

    (void)state;
    assert_int_equal(match(&request, "GET", "/2012-09-25/pipelines?Ascending=true"), 0);
    assert_string_equal(request.route.ascending, "true");
    assert_null(request.route.page_token);
    assert_int_equal(match(&request, "GET",
                           "/2012-09-25/jobsByPipeline/p?x=%zz&PageToken=a%2Fb%2Bc%3Dd+e%C3%A9&"
                           "Ascending=&PageToken=other#Ascending=true"),
                     0);
    assert_string_equal(request.route.id, "p");
    assert_string_equal(request.route.page_token, "a/b+c=d e\xC3\xA9");
    assert_string_equal(request.route.ascending, "");
    assert_int_equal(match(&request, "GET", "/2012-09-25/pipelines?Ascending"), 0);
    assert_string_equal(request.route.ascending, "");
    assert_int_equal(match(&request, "GET", "/2012-09-25/pipelines?&&=&ascending=true&"), 0);
    assert_null(request.route.ascending);
    assert_int_equal(match(&request, "GET", "/2012-09-25/pipelines?PageToken=%0"), FAULT_BAD_PATH);
    assert_int_equal(match(&request, "GET", "/2012-09-25/pipelines?PageToken=%00"), FAULT_BAD_PATH);
}

static void test_objects(void **state)
{
    struct request request;

    (void)state;
    assert_int_equal(match(&request, "GET", "/_mockets/files/out%20put/a/b%2Fc+d/e.m3u8?x"), 0);
    assert_string_equal(request.route.bucket, "out put");
    assert_string_equal(request.route.key, "a/b/c+d/e.m3u8");
    assert_int_equal(match(&request, "GET", "/_mockets/files/b/a/../../c"), 0);
    assert_string_equal(request.route.key, "a/../../c");
}

static void test_allowed(void **state)
{
    struct request request;
    char text[64];

    (void)state;
    match(&request, "PATCH", "/2012-09-25/pipelines");
    router_methods(request.route.allowed, text);
    assert_string_equal(text, "GET, HEAD, POST, OPTIONS");
    match(&request, "OPTIONS", "/2012-09-25/jobs/x");
    router_methods(request.route.allowed, text);
    assert_string_equal(text, "GET, HEAD, DELETE, OPTIONS");
    match(&request, "PUT", "/2012-09-25/jobs/");
    router_methods(request.route.allowed, text);
    assert_string_equal(text, "GET, HEAD, POST, DELETE, OPTIONS");
    router_methods(
        METHOD_GET | METHOD_HEAD | METHOD_POST | METHOD_PUT | METHOD_DELETE | METHOD_OPTIONS, text);
    assert_string_equal(text, "GET, HEAD, POST, PUT, DELETE, OPTIONS");
}

static int setup(void **state)
{
    (void)state;
    router_init(&router, operations, sizeof(operations) / sizeof(operations[0]), own,
                sizeof(own) / sizeof(own[0]));
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_rows),
        cmocka_unit_test(test_query),
        cmocka_unit_test(test_objects),
        cmocka_unit_test(test_allowed),
    };

    return cmocka_run_group_tests(tests, setup, NULL);
}
