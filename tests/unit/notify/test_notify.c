#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>
#include <regex.h>

#include "http_stub.h"
#include "notify/notify.h"

#define OK_ANSWER "HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
#define TOPIC     "arn:aws:sns:us-east-1:000000000000:done"

static struct http_stub stub;
static struct mockets_error err;

static struct mk_notify *open_for(const char *url)
{
    const struct mockets_topic topics[] = {{"arn:other", "http://127.0.0.1:1/"}, {TOPIC, url}};
    struct mk_notify *notify = NULL;

    assert_int_equal(mk_notify_open(topics, 2, NULL, &notify, &err), MOCKETS_OK);
    return notify;
}

static void assert_matches(const char *text, const char *pattern)
{
    regex_t regex;

    assert_int_equal(regcomp(&regex, pattern, REG_EXTENDED | REG_NOSUB), 0);
    if (regexec(&regex, text, 0, NULL, 0))
        fail_msg("%s does not match %s", text, pattern);
    regfree(&regex);
}

static void messages_look_like_sns(void **state)
{
    const struct mk_notice notice = {.id = "0f5a",
                                     .topic = TOPIC,
                                     .subject = "Job \"1\" is done",
                                     .message = "{\n  \"a\\b\" : \"\x01ö\"\n}"};
    struct mk_notify *notify;

    (void)state;
    http_stub_start(&stub, OK_ANSWER);
    notify = open_for(stub.url);
    assert_int_equal(mk_notify_deliver(notify, &notice, NULL, &err), MOCKETS_OK);
    http_stub_stop(&stub);
    mk_notify_close(&notify);
    assert_null(notify);
    assert_matches(stub.request, "^POST /hook\\?a=1 HTTP/1.1");
    assert_matches(stub.request, "\r\nContent-Type: text/plain; charset=UTF-8\r\n");
    assert_matches(stub.request, "\r\nx-amz-sns-message-type: Notification\r\n");
    assert_matches(stub.request, "\r\nx-amz-sns-message-id: 0f5a\r\n");
    assert_matches(stub.request, "\r\nx-amz-sns-topic-arn: " TOPIC "\r\n");
    assert_matches(stub.request,
                   "\r\n\r\n\\{\n"
                   "  \"Type\" : \"Notification\",\n"
                   "  \"MessageId\" : \"0f5a\",\n"
                   "  \"TopicArn\" : \"" TOPIC "\",\n"
                   "  \"Subject\" : \"Job \\\\\"1\\\\\" is done\",\n"
                   "  \"Message\" : \"\\{\\\\n  \\\\\"a\\\\\\\\b\\\\\" : \\\\\"\\\\u0001ö\\\\\""
                   "\\\\n\\}\",\n"
                   "  \"Timestamp\" : \"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9:]{8}\\.[0-9]{3}Z\"\n"
                   "\\}$");
}

static void messages_without_an_id_get_one(void **state)
{
    const struct mk_notice notice = {.topic = TOPIC, .message = ""};
    struct mk_notify *notify;

    (void)state;
    http_stub_start(&stub, OK_ANSWER);
    notify = open_for(stub.url);
    assert_int_equal(mk_notify_deliver(notify, &notice, NULL, &err), MOCKETS_OK);
    http_stub_stop(&stub);
    mk_notify_close(&notify);
    assert_matches(stub.request, "\r\nx-amz-sns-message-id: [0-9a-f]{8}-[0-9a-f-]{27}\r\n");
    assert_matches(stub.request, "\"MessageId\" : \"[0-9a-f]{8}-[0-9a-f-]{27}\"");
    assert_null(strstr(stub.request, "Subject"));
}

static void only_success_is_delivered(void **state)
{
    static const struct {
        const char *answer;
        mockets_status status;
    } rows[] = {
        {"HTTP/1.1 204 No Content\r\n\r\n", MOCKETS_OK},
        {"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello", MOCKETS_OK},
        {"HTTP/1.1 302 Found\r\nLocation: /\r\nContent-Length: 0\r\n\r\n", MOCKETS_E_IO},
        {"HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n", MOCKETS_E_IO},
        {"HTTP/1.1 500 Oops\r\nContent-Length: 0\r\n\r\n", MOCKETS_E_IO},
        {"nonsense\r\n\r\n", MOCKETS_E_IO},
    };
    const struct mk_notice notice = {.topic = TOPIC, .message = "m"};
    struct mk_notify *notify;

    (void)state;
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        http_stub_start(&stub, rows[i].answer);
        notify = open_for(stub.url);
        assert_int_equal(mk_notify_deliver(notify, &notice, NULL, &err), rows[i].status);
        http_stub_stop(&stub);
        assert_int_equal(stub.count, 1);
        mk_notify_close(&notify);
    }
    notify = open_for(stub.url); /* nobody listens any more */
    assert_int_equal(mk_notify_deliver(notify, &notice, NULL, &err), MOCKETS_E_IO);
    assert_int_equal(err.status, MOCKETS_E_IO);
    mk_notify_close(&notify);
}

static void a_cancel_ends_the_delivery(void **state)
{
    const struct mk_notice notice = {.topic = TOPIC, .message = "m"};
    struct mk_cancel cancel;
    struct mk_notify *notify;

    (void)state;
    mk_cancel_init(&cancel);
    mk_cancel_set(&cancel);
    http_stub_start(&stub, NULL);
    notify = open_for(stub.url);
    assert_int_equal(mk_notify_deliver(notify, &notice, &cancel, &err), MOCKETS_E_CANCELED);
    mk_notify_close(&notify);
    http_stub_stop(&stub);
    mk_cancel_fini(&cancel);
}

static void count_line(void *context, enum mockets_log_level level, const char *message)
{
    (void)level;
    assert_non_null(strstr(message, "arn:nobody-"));
    ++*(unsigned *)context;
}

static void topics_without_a_url_are_dropped(void **state)
{
    unsigned lines = 0;
    const struct mk_log log = {count_line, &lines, MOCKETS_LOG_DEBUG};
    struct mk_notify *notify = NULL;

    (void)state;
    assert_int_equal(mk_notify_open(NULL, 0, &log, &notify, &err), MOCKETS_OK);
    for (int i = 0; i < 10; i++) {
        const struct mk_notice notice = {.topic = i % 2 ? "arn:nobody-1" : "arn:nobody-2",
                                         .message = "m"};

        assert_int_equal(mk_notify_deliver(notify, &notice, NULL, &err), MOCKETS_OK);
    }
    assert_int_equal(lines, 2);
    mk_notify_close(&notify);
}

static void bad_topics_are_refused(void **state)
{
    static const struct mockets_topic rows[] = {{TOPIC, NULL},
                                                {TOPIC, ""},
                                                {TOPIC, "ftp://x/"},
                                                {TOPIC, "127.0.0.1"},
                                                {"", "http://127.0.0.1/"},
                                                {NULL, "http://127.0.0.1/"}};

    (void)state;
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct mk_notify *notify = NULL;

        assert_int_equal(mk_notify_open(&rows[i], 1, NULL, &notify, &err), MOCKETS_E_INVALID);
        assert_null(notify);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(messages_look_like_sns),
        cmocka_unit_test(messages_without_an_id_get_one),
        cmocka_unit_test(only_success_is_delivered),
        cmocka_unit_test(a_cancel_ends_the_delivery),
        cmocka_unit_test(topics_without_a_url_are_dropped),
        cmocka_unit_test(bad_topics_are_refused),
    };

    setenv("no_proxy", "127.0.0.1", 1);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
