#include "base/http_client.h"

#include <curl/curl.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>

#include "base/str.h"

enum { WAIT_MS = 1000, LINE_BYTES = 16384 };

struct exchange {
    const struct mk_http_request *request;
    CURLM *multi;
    CURL *easy;
    struct curl_slist *headers;
    struct mk_buf body;
    char reason[CURL_ERROR_SIZE];
};

static CURLcode global_code = CURLE_FAILED_INIT; /* set once, then constant */

static void init_global(void)
{
    global_code = curl_global_init(CURL_GLOBAL_DEFAULT);
}

static mockets_status fail_curl(struct exchange *self, CURLcode code, struct mockets_error *err)
{
    const char *reason = self->reason[0] ? self->reason : curl_easy_strerror(code);

    switch (code) {
    case CURLE_OUT_OF_MEMORY:
        return mk_fail_nomem(err);
    case CURLE_UNSUPPORTED_PROTOCOL:
    case CURLE_URL_MALFORMAT:
        return mk_fail(err, MOCKETS_E_INVALID, "\"%s\" is not a URL that can be used: %s",
                       self->request->url, reason);
    case CURLE_OPERATION_TIMEDOUT:
        return mk_fail(err, MOCKETS_E_TIMEOUT, "no answer from %s in time", self->request->url);
    case CURLE_WRITE_ERROR:
        return mk_fail(err, MOCKETS_E_IO, "the answer from %s is larger than %zu bytes",
                       self->request->url, self->request->ceiling_bytes);
    default:
        return mk_fail(err, MOCKETS_E_IO, "no answer from %s: %s", self->request->url, reason);
    }
}

static size_t take_body(char *data, size_t one, size_t size, void *context)
{
    struct exchange *self = context;

    (void)one;
    if (self->request->ceiling_bytes)
        mk_buf_append(&self->body, data, size);
    return self->body.failed ? 0 : size;
}

static bool is_line(const char *text)
{
    return !strpbrk(text, "\r\n");
}

static mockets_status add_line(struct exchange *self, const char *line, struct mockets_error *err)
{
    struct curl_slist *longer = curl_slist_append(self->headers, line);

    if (!longer)
        return mk_fail_nomem(err);
    self->headers = longer;
    return MOCKETS_OK;
}

static mockets_status add_headers(struct exchange *self, struct mockets_error *err)
{
    const struct mk_http_request *request = self->request;
    /* No "Expect: 100-continue": few servers answer it, and everybody waits. */
    mockets_status rc = add_line(self, "Expect:", err);

    for (size_t i = 0; !rc && i < request->header_count; i++) {
        const struct mk_http_header *header = &request->headers[i];
        struct mk_buf line;

        if (mk_str_empty(header->name) || strpbrk(header->name, ":; \r\n") ||
            !is_line(header->value))
            return mk_fail(err, MOCKETS_E_INVALID, "a header of the request is not legal");
        mk_buf_init(&line, LINE_BYTES);
        /* The library's way to say that a header is empty, not absent. */
        if (header->value[0])
            mk_buf_printf(&line, "%s: %s", header->name, header->value);
        else
            mk_buf_printf(&line, "%s;", header->name);
        rc = line.failed ? mk_fail_nomem(err) : add_line(self, line.data, err);
        mk_buf_fini(&line);
    }
    return rc;
}

static CURLcode set_method(struct exchange *self)
{
    const struct mk_http_request *request = self->request;
    CURLcode code = curl_easy_setopt(self->easy, CURLOPT_CUSTOMREQUEST, request->method);

    if (!code && !strcmp(request->method, "HEAD"))
        code = curl_easy_setopt(self->easy, CURLOPT_NOBODY, 1L);
    if (code || !request->body)
        return code;
    code =
        curl_easy_setopt(self->easy, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)request->body_size);
    return code ? code : curl_easy_setopt(self->easy, CURLOPT_POSTFIELDS, request->body);
}

static CURLcode set_options(struct exchange *self)
{
    CURL *easy = self->easy;
    CURLcode code = curl_easy_setopt(easy, CURLOPT_URL, self->request->url);

    curl_easy_setopt(easy, CURLOPT_ERRORBUFFER, self->reason);
    curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(easy, CURLOPT_FOLLOWLOCATION, 0L);
    curl_easy_setopt(easy, CURLOPT_TIMEOUT_MS, (long)self->request->timeout_ms);
    curl_easy_setopt(easy, CURLOPT_HTTPHEADER, self->headers);
    curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, take_body);
    curl_easy_setopt(easy, CURLOPT_WRITEDATA, self);
    if (!code)
        code = curl_easy_setopt(easy, CURLOPT_USERAGENT, "mockets/" MOCKETS_VERSION);
#if LIBCURL_VERSION_NUM >= 0x075500
    if (!code)
        code = curl_easy_setopt(easy, CURLOPT_PROTOCOLS_STR, "http,https");
#else
    if (!code)
        code = curl_easy_setopt(easy, CURLOPT_PROTOCOLS, (long)(CURLPROTO_HTTP | CURLPROTO_HTTPS));
#endif
    return code ? code : set_method(self);
}

static mockets_status prepare(struct exchange *self, struct mockets_error *err)
{
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    CURLcode code;
    mockets_status rc;

    pthread_once(&once, init_global);
    if (global_code)
        return mk_fail(err, MOCKETS_E_INTERNAL, "libcurl: %s", curl_easy_strerror(global_code));
    self->multi = curl_multi_init();
    self->easy = curl_easy_init();
    if (!self->multi || !self->easy)
        return mk_fail_nomem(err);
    rc = add_headers(self, err);
    if (rc)
        return rc;
    code = set_options(self);
    return code ? fail_curl(self, code, err) : MOCKETS_OK;
}

static void wake(void *context)
{
    struct exchange *self = context;

    curl_multi_wakeup(self->multi);
}

static mockets_status fail_multi(CURLMcode code, struct mockets_error *err)
{
    if (code == CURLM_OUT_OF_MEMORY)
        return mk_fail_nomem(err);
    return mk_fail(err, MOCKETS_E_IO, "libcurl: %s", curl_multi_strerror(code));
}

static mockets_status transfer(struct exchange *self, struct mockets_error *err)
{
    CURLMcode multi_code = curl_multi_add_handle(self->multi, self->easy);
    CURLMsg *message;
    int running = 1, left;

    while (!multi_code && running && !mk_cancel_is_set(self->request->cancel)) {
        multi_code = curl_multi_perform(self->multi, &running);
        if (!multi_code && running)
            multi_code = curl_multi_poll(self->multi, NULL, 0, WAIT_MS, NULL);
    }
    if (multi_code)
        return fail_multi(multi_code, err);
    message = curl_multi_info_read(self->multi, &left);
    if (!message)
        return mk_fail(err, MOCKETS_E_CANCELED, "the request to %s was canceled",
                       self->request->url);
    if (message->data.result)
        return fail_curl(self, message->data.result, err);
    return MOCKETS_OK;
}

static void finish(struct exchange *self)
{
    if (self->multi && self->easy)
        curl_multi_remove_handle(self->multi, self->easy);
    curl_easy_cleanup(self->easy);
    if (self->multi)
        curl_multi_cleanup(self->multi);
    curl_slist_free_all(self->headers);
    mk_buf_fini(&self->body);
}

/* TLS writes with no MSG_NOSIGNAL: keep SIGPIPE from whoever's thread this is. */
static bool block_pipe(sigset_t *before)
{
    sigset_t pipe, pending;

    sigemptyset(&pipe);
    sigaddset(&pipe, SIGPIPE);
    pthread_sigmask(SIG_BLOCK, &pipe, before);
    sigpending(&pending);
    return sigismember(&pending, SIGPIPE);
}

static void unblock_pipe(const sigset_t *before, bool was_pending)
{
    const struct timespec now = {0};
    sigset_t pipe;

    sigemptyset(&pipe);
    sigaddset(&pipe, SIGPIPE);
    if (!was_pending)
        (void)sigtimedwait(&pipe, NULL, &now);
    pthread_sigmask(SIG_SETMASK, before, NULL);
}

mockets_status mk_http_send(const struct mk_http_request *request, struct mk_http_response *out,
                            struct mockets_error *err)
{
    struct exchange exchange = {.request = request};
    struct mk_cancel_watch watch = {.wake = wake, .context = &exchange};
    long status = 0;
    sigset_t before;
    bool pending = block_pipe(&before);
    mockets_status rc;

    mk_buf_init(&exchange.body, request->ceiling_bytes);
    rc = prepare(&exchange, err);
    if (!rc) {
        mk_cancel_watch(request->cancel, &watch);
        rc = transfer(&exchange, err);
        mk_cancel_unwatch(request->cancel, &watch);
    }
    if (!rc) {
        curl_easy_getinfo(exchange.easy, CURLINFO_RESPONSE_CODE, &status);
        *out = (struct mk_http_response){.status = (int)status, .body = exchange.body};
        mk_buf_init(&exchange.body, 0);
    }
    finish(&exchange);
    unblock_pipe(&before, pending);
    return rc;
}

void mk_http_response_fini(struct mk_http_response *response)
{
    mk_buf_fini(&response->body);
}
