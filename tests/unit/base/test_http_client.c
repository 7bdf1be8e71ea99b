#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "base/clock.h"
#include "base/http_client.h"
#include "http_stub.h"

#define HELLO "HTTP/1.1 200 OK\r\nContent-Length: 5\r\nConnection: close\r\n\r\nhello"

static struct http_stub stub;
static struct mockets_error err;

static mockets_status get(const char *url, size_t ceiling_bytes, struct mk_http_response *out)
{
    const struct mk_http_request request = {
        .method = "GET", .url = url, .timeout_ms = 10000, .ceiling_bytes = ceiling_bytes};

    memset(&err, 0, sizeof(err));
    return mk_http_send(&request, out, &err);
}

static void requests_say_what_they_were_told(void **state)
{
    const struct mk_http_header headers[] = {{"X-One", "a b"}, {"X-Empty", ""}};
    struct mk_http_request request = {.method = "POST",
                                      .headers = headers,
                                      .header_count = 2,
                                      .body = "{\"x\":1}",
                                      .body_size = 7,
                                      .timeout_ms = 10000,
                                      .ceiling_bytes = 100};
    struct mk_http_response response = {0};

    (void)state;
    http_stub_start(&stub, HELLO);
    request.url = stub.url;
    assert_int_equal(mk_http_send(&request, &response, &err), MOCKETS_OK);
    http_stub_stop(&stub);
    assert_int_equal(response.status, 200);
    assert_string_equal(response.body.data, "hello");
    mk_http_response_fini(&response);
    assert_null(response.body.data);
    assert_ptr_equal(strstr(stub.request, "POST /hook?a=1 HTTP/1.1\r\n"), stub.request);
    assert_non_null(strstr(stub.request, "\r\nX-One: a b\r\n"));
    assert_non_null(strstr(stub.request, "\r\nX-Empty:\r\n"));
    assert_non_null(strstr(stub.request, "\r\nContent-Length: 7\r\n"));
    assert_null(strstr(stub.request, "Expect"));
    assert_string_equal(strstr(stub.request, "\r\n\r\n"), "\r\n\r\n{\"x\":1}");
}

static void every_status_is_an_answer(void **state)
{
    static const struct {
        const char *answer;
        int status;
    } rows[] = {
        {"HTTP/1.1 204 No Content\r\n\r\n", 204},
        {"HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1:1/\r\nContent-Length: 0\r\n\r\n", 302},
        {"HTTP/1.1 404 Not Found\r\nContent-Length: 2\r\n\r\nno", 404},
        {"HTTP/1.1 503 Slow Down\r\nContent-Length: 0\r\n\r\n", 503},
    };

    (void)state;
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct mk_http_response response = {0};

        http_stub_start(&stub, rows[i].answer);
        assert_int_equal(get(stub.url, 10, &response), MOCKETS_OK);
        http_stub_stop(&stub);
        assert_int_equal(response.status, rows[i].status);
        assert_int_equal(stub.count, 1);
        mk_http_response_fini(&response);
    }
}

static void answers_have_a_ceiling(void **state)
{
    struct mk_http_response response = {.status = 77};

    (void)state;
    http_stub_start(&stub, HELLO);
    assert_int_equal(get(stub.url, 4, &response), MOCKETS_E_IO);
    assert_non_null(strstr(err.message, "larger"));
    assert_int_equal(response.status, 77);
    assert_int_equal(get(stub.url, 5, &response), MOCKETS_OK);
    assert_int_equal(response.body.size, 5);
    mk_http_response_fini(&response);
    assert_int_equal(get(stub.url, 0, &response), MOCKETS_OK);
    assert_int_equal(response.body.size, 0);
    mk_http_response_fini(&response);
    http_stub_stop(&stub);
}

static void broken_answers_are_io_errors(void **state)
{
    struct mk_http_response response;
    char url[64];

    (void)state;
    http_stub_start(&stub, "HTTP/1.1 200 OK\r\nContent-Length: 500\r\n\r\nhello");
    assert_int_equal(get(stub.url, 1000, &response), MOCKETS_E_IO);
    strcpy(url, stub.url);
    http_stub_stop(&stub);
    assert_int_equal(get(url, 1000, &response), MOCKETS_E_IO); /* nobody listens any more */
    assert_true(err.message[0]);
}

static void bad_requests_are_refused(void **state)
{
    static const char *const urls[] = {"", "http://", "ftp://127.0.0.1/x", "file:///etc/passwd",
                                       "http://127.0.0.1:99999/"};
    static const struct mk_http_header headers[] = {
        {"X", "a\r\nY: b"}, {"X", "a\nb"}, {"X\r\nY", "b"}, {"", "x"}, {"X:", "y"}};
    struct mk_http_response response;

    (void)state;
    for (size_t i = 0; i < sizeof(urls) / sizeof(urls[0]); i++)
        assert_int_equal(get(urls[i], 10, &response), MOCKETS_E_INVALID);
    for (size_t i = 0; i < sizeof(headers) / sizeof(headers[0]); i++) {
        const struct mk_http_request request = {.method = "GET",
                                                .url = "http://127.0.0.1:1/",
                                                .headers = &headers[i],
                                                .header_count = 1,
                                                .timeout_ms = 1000};

        assert_int_equal(mk_http_send(&request, &response, &err), MOCKETS_E_INVALID);
    }
}

static void waiting_has_an_end(void **state)
{
    struct mk_http_request request = {.method = "GET", .timeout_ms = 30};
    struct mk_http_response response;

    (void)state;
    http_stub_start(&stub, NULL);
    request.url = stub.url;
    assert_int_equal(mk_http_send(&request, &response, &err), MOCKETS_E_TIMEOUT);
    http_stub_stop(&stub);
}

static void *cancel_when_asked(void *argument)
{
    http_stub_wait(&stub);
    mk_cancel_set(argument);
    return NULL;
}

static void a_cancel_wakes_it_up(void **state)
{
    struct mk_cancel cancel;
    struct mk_http_request request = {.method = "GET", .cancel = &cancel};
    struct mk_http_response response;
    pthread_t thread;

    (void)state;
    mk_cancel_init(&cancel);
    http_stub_start(&stub, NULL);
    request.url = stub.url;
    pthread_create(&thread, NULL, cancel_when_asked, &cancel);
    assert_int_equal(mk_http_send(&request, &response, &err), MOCKETS_E_CANCELED);
    pthread_join(thread, NULL);
    assert_int_equal(mk_http_send(&request, &response, &err), MOCKETS_E_CANCELED);
    http_stub_stop(&stub);
    mk_cancel_fini(&cancel);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(requests_say_what_they_were_told),
        cmocka_unit_test(every_status_is_an_answer),
        cmocka_unit_test(answers_have_a_ceiling),
        cmocka_unit_test(broken_answers_are_io_errors),
        cmocka_unit_test(bad_requests_are_refused),
        cmocka_unit_test(waiting_has_an_end),
        cmocka_unit_test(a_cancel_wakes_it_up),
    };

    setenv("no_proxy", "127.0.0.1", 1);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
