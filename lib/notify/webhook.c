#include "notify/webhook.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>
#include <time.h>

#include "base/buf.h"
#include "base/clock.h"
#include "base/http_client.h"
#include "base/id.h"
#include "base/str.h"

enum { TIMEOUT_MS = 15000, BODY_BYTES = 4 << 20 };

bool mk_webhook_accepts(const char *url)
{
    return !strncasecmp(url, "http://", 7) || !strncasecmp(url, "https://", 8);
}

static void put_string(struct mk_buf *buf, const char *text)
{
    mk_buf_putc(buf, '"');
    for (; *text; text++) {
        if (*text == '"' || *text == '\\')
            mk_buf_printf(buf, "\\%c", *text);
        else if (*text == '\n')
            mk_buf_puts(buf, "\\n");
        else if ((unsigned char)*text < 0x20)
            mk_buf_printf(buf, "\\u%04x", (unsigned)*text);
        else
            mk_buf_putc(buf, *text);
    }
    mk_buf_putc(buf, '"');
}

static void put_member(struct mk_buf *buf, const char *name, const char *value)
{
    mk_buf_printf(buf, "%s\n  \"%s\" : ", buf->size > 1 ? "," : "", name);
    put_string(buf, value);
}

static void format_now(char *out, size_t size)
{
    int64_t now_ms = mk_clock_wall_ms();
    time_t seconds = (time_t)(now_ms / 1000);
    struct tm utc;
    char head[32];

    gmtime_r(&seconds, &utc);
    strftime(head, sizeof(head), "%Y-%m-%dT%H:%M:%S", &utc);
    snprintf(out, size, "%s.%03dZ", head, (int)(now_ms % 1000));
}

static void put_body(struct mk_buf *buf, const char *id, const struct mk_notice *notice)
{
    char now[48];

    format_now(now, sizeof(now));
    mk_buf_putc(buf, '{');
    put_member(buf, "Type", "Notification");
    put_member(buf, "MessageId", id);
    put_member(buf, "TopicArn", notice->topic);
    if (!mk_str_empty(notice->subject))
        put_member(buf, "Subject", notice->subject);
    put_member(buf, "Message", notice->message);
    put_member(buf, "Timestamp", now);
    mk_buf_puts(buf, "\n}");
}

static mockets_status post(const char *url, const char *id, const char *topic,
                           const struct mk_buf *body, struct mk_cancel *cancel,
                           struct mockets_error *err)
{
    const struct mk_http_header headers[] = {
        {"Content-Type", "text/plain; charset=UTF-8"},
        {"x-amz-sns-message-type", "Notification"},
        {"x-amz-sns-message-id", id},
        {"x-amz-sns-topic-arn", topic},
    };
    const struct mk_http_request request = {
        .method = "POST",
        .url = url,
        .headers = headers,
        .header_count = sizeof(headers) / sizeof(headers[0]),
        .body = body->data,
        .body_size = body->size,
        .timeout_ms = TIMEOUT_MS,
        .cancel = cancel,
    };
    struct mk_http_response response = {0};
    mockets_status rc = mk_http_send(&request, &response, err);

    if (!rc && response.status / 100 != 2)
        rc = mk_fail(err, MOCKETS_E_IO, "%s answered with status %d", url, response.status);
    mk_http_response_fini(&response);
    return rc;
}

mockets_status mk_webhook_deliver(const char *url, const struct mk_notice *notice,
                                  struct mk_cancel *cancel, struct mockets_error *err)
{
    char fresh[MK_UUID_SIZE];
    const char *id = notice->id ? notice->id : fresh;
    struct mk_buf body;
    mockets_status rc = notice->id ? MOCKETS_OK : mk_uuid_new(fresh, err);

    if (rc)
        return rc;
    mk_buf_init(&body, BODY_BYTES);
    put_body(&body, id, notice);
    rc = body.failed ? mk_fail_nomem(err) : post(url, id, notice->topic, &body, cancel, err);
    mk_buf_fini(&body);
    if (rc && rc != MOCKETS_E_CANCELED && rc != MOCKETS_E_IO) {
        /* Whatever it was, it can only be tried again. */
        rc = MOCKETS_E_IO;
        if (err)
            err->status = rc;
    }
    return rc;
}
