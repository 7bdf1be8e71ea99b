#include "server/http.h"

#include <inttypes.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include <microhttpd.h>

#include "server/listener.h"
#include "server/logger.h"
#include "server/request.h"
#include "server/request_id.h"
#include "server/response.h"
#include "server/text.h"

enum {
    /** A body past the ceiling is still read up to here, so that the client can hear why. */
    DRAIN_MAX = 16 << 20,
    STREAM_BLOCK = 64 << 10,
    CONNECTIONS_MAX = 4096,
    IDLE_SECONDS = 75,
};

_Static_assert(RESPONSE_STREAM_BROKEN == MHD_CONTENT_READER_END_WITH_ERROR,
               "streams are handed to libmicrohttpd as they are");

struct http {
    size_t count;
    struct {
        struct MHD_Daemon *daemon;
        int fd;
        bool quiet; /**< no longer accepting */
    } listeners[];
};

/** One request and all it needs, in one piece of memory but for the body. */
struct exchange {
    struct request request;
    bool headed;    /**< the head has been looked at */
    bool too_large; /**< the body is thrown away */
    char *body;
    size_t body_capacity;
    size_t declared;  /**< Content-Length, 0 if there is none */
    size_t received;  /**< bytes of the body so far */
    int64_t begin_us; /**< for the access log; 0 without one */
    char target[];    /**< and behind it the scratch memory of the same size */
};

/** What the head says about the body. */
struct framing {
    unsigned lengths, encodings; /**< how many Content-Length and Transfer-Encoding there are */
    bool unknown;                /**< a Transfer-Encoding is not "chunked" */
    bool blank;                  /**< there is a blank in the name of a header */
    bool expect;                 /**< the client waits for 100 Continue */
    unsigned long long length;
};

static int64_t now_us(void)
{
    struct timespec now;

    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000000 + now.tv_nsec / 1000;
}

static const char *find_header(const struct request *request, const char *name)
{
    return MHD_lookup_connection_value(request->header_context, MHD_HEADER_KIND, name);
}

/** Called with the raw target before libmicrohttpd decodes it in place. */
static void *begin_exchange(void *context, const char *uri, struct MHD_Connection *connection)
{
    struct app *app = context;
    size_t size = strlen(uri) + 1;
    struct exchange *exchange = malloc(sizeof(*exchange) + 2 * size);

    if (!exchange)
        return NULL;
    memset(exchange, 0, sizeof(*exchange));
    memcpy(exchange->target, uri, size);
    exchange->request.app = app;
    exchange->request.target = exchange->target;
    exchange->request.scratch = exchange->target + size;
    exchange->request.header = find_header;
    exchange->request.header_context = connection;
    if (app->logger->level >= MOCKETS_LOG_DEBUG)
        exchange->begin_us = now_us();
    return exchange;
}

static void end_exchange(void *context, struct MHD_Connection *connection, void **slot,
                         enum MHD_RequestTerminationCode code)
{
    struct exchange *exchange = *slot;

    (void)context;
    (void)connection;
    (void)code;
    if (exchange)
        free(exchange->body);
    free(exchange);
    *slot = NULL;
}

/** Hand the content of @p response to libmicrohttpd. NULL: it still is in @p response. */
static struct MHD_Response *take_content(struct response *response)
{
    const struct response_stream *stream = &response->stream;
    static char nothing[] = "";
    struct MHD_Response *out;

    if (stream->close)
        out = MHD_create_response_from_callback(stream->size, STREAM_BLOCK, stream->read,
                                                stream->context, stream->close);
    else if (response->release)
        out = MHD_create_response_from_buffer_with_free_callback(response->body_size,
                                                                 response->body, response->release);
    else
        out = MHD_create_response_from_buffer(
            response->body_size, response->body ? response->body : nothing, MHD_RESPMEM_PERSISTENT);
    if (out) {
        response->release = NULL;
        response->stream.close = NULL;
    }
    return out;
}

static void log_access(const struct exchange *exchange, const struct response *response,
                       const char *id)
{
    const struct request *request = &exchange->request;
    uint64_t size = response->stream.read ? response->stream.size : response->body_size;

    if (exchange->begin_us)
        logger_write(request->app->logger, MOCKETS_LOG_DEBUG,
                     "%s %s %d %" PRIu64 " bytes %" PRId64 " us %s", request->method,
                     request->target, response->status, size, now_us() - exchange->begin_us, id);
}

static enum MHD_Result send_response(const struct exchange *exchange,
                                     struct MHD_Connection *connection, struct response *response,
                                     bool last)
{
    char id[REQUEST_ID_SIZE];
    struct MHD_Response *out = take_content(response);
    enum MHD_Result result;

    if (!out) {
        response_fini(response);
        return MHD_NO;
    }
    request_id_new(id);
    if (response->content_type)
        MHD_add_response_header(out, "Content-Type", response->content_type);
    MHD_add_response_header(out, "x-amzn-RequestId", id);
    /* Scripts of any page may use the service, as its own CORS rules let them. */
    MHD_add_response_header(out, "Access-Control-Allow-Origin", "*");
    MHD_add_response_header(out, "Access-Control-Expose-Headers", "*");
    for (size_t i = 0; i < response->header_count; i++)
        MHD_add_response_header(out, response->headers[i].name, response->headers[i].value);
    if (last || exchange->request.app->stopping)
        MHD_add_response_header(out, "Connection", "close");
    result = MHD_queue_response(connection, (unsigned)response->status, out);
    MHD_destroy_response(out);
    log_access(exchange, response, id);
    return result;
}

static enum MHD_Result send_fault(const struct exchange *exchange,
                                  struct MHD_Connection *connection, int kind, const char *message,
                                  bool last)
{
    struct response response;

    response_init(&response);
    response_fault(&response, kind, message);
    return send_response(exchange, connection, &response, last);
}

static enum MHD_Result read_framing(void *context, enum MHD_ValueKind kind, const char *name,
                                    const char *value)
{
    struct framing *framing = context;

    (void)kind;
    framing->blank = framing->blank || strpbrk(name, " \t");
    if (!strcasecmp(name, "Content-Length")) {
        framing->lengths++;
        framing->length = strtoull(value ? value : "", NULL, 10);
    } else if (!strcasecmp(name, "Transfer-Encoding")) {
        framing->encodings++;
        framing->unknown = framing->unknown || !value || strcasecmp(value, "chunked") != 0;
    } else if (!strcasecmp(name, "Expect")) {
        framing->expect = true;
    }
    return MHD_YES;
}

static const char too_large[] = "The request body is larger than 1 MiB.";

/** Look at a head. Whatever is refused here is refused before its body is read. */
static enum MHD_Result check_head(struct exchange *exchange, struct MHD_Connection *connection)
{
    struct framing framing = {0};

    exchange->headed = true;
    MHD_get_connection_values(connection, MHD_HEADER_KIND, read_framing, &framing);
    /* A proxy in front might see another end of this request than we do. */
    if (framing.blank)
        return send_fault(exchange, connection, FAULT_BAD_REQUEST,
                          "The name of a header has a blank in it or behind it.", true);
    if (framing.lengths + framing.encodings > 1)
        return send_fault(exchange, connection, FAULT_BAD_REQUEST,
                          "The request says more than once how long its body is.", true);
    /* libmicrohttpd would take all that ever comes for the body, and nobody would be answered. */
    if (framing.unknown)
        return send_fault(exchange, connection, FAULT_BAD_REQUEST,
                          "A Transfer-Encoding other than chunked is not understood here.", true);
    if (framing.length <= HTTP_BODY_MAX) {
        exchange->declared = (size_t)framing.length;
        return MHD_YES;
    }
    exchange->too_large = true;
    if (framing.expect || framing.length > DRAIN_MAX)
        return send_fault(exchange, connection, FAULT_BODY_TOO_LARGE, too_large, true);
    return MHD_YES;
}

/** Make room for @p size more bytes of the body. */
static bool reserve(struct exchange *exchange, size_t size)
{
    size_t needed = exchange->received + size, capacity = exchange->body_capacity;
    char *body;

    if (needed <= capacity)
        return true;
    capacity = exchange->declared > 2 * capacity ? exchange->declared : 2 * capacity;
    if (capacity < needed)
        capacity = needed;
    body = realloc(exchange->body, capacity);
    if (!body)
        return false;
    exchange->body = body;
    exchange->body_capacity = capacity;
    return true;
}

/** Keep a piece of the body, or throw it away. MHD_NO breaks the connection off. */
static enum MHD_Result add_body(struct exchange *exchange, const char *data, size_t size)
{
    exchange->too_large = exchange->too_large || exchange->received + size > HTTP_BODY_MAX;
    if (!exchange->too_large) {
        if (!reserve(exchange, size))
            return MHD_NO;
        memcpy(exchange->body + exchange->received, data, size);
    }
    exchange->received += size;
    return exchange->received <= DRAIN_MAX ? MHD_YES : MHD_NO;
}

static enum MHD_Result answer(struct exchange *exchange, struct MHD_Connection *connection)
{
    struct response response;

    if (exchange->too_large)
        return send_fault(exchange, connection, FAULT_BODY_TOO_LARGE, too_large, false);
    exchange->request.body = exchange->body;
    exchange->request.body_size = exchange->received;
    response_init(&response);
    request_serve(&exchange->request, &response);
    return send_response(exchange, connection, &response, false);
}

/** Called once with the head, then with each piece of the body, then without one. */
static enum MHD_Result handle(void *context, struct MHD_Connection *connection, const char *url,
                              const char *method, const char *version, const char *data,
                              size_t *data_size, void **slot)
{
    struct exchange *exchange = *slot;
    enum MHD_Result result;

    (void)context;
    (void)url;
    (void)version;
    if (!exchange)
        return MHD_NO;
    exchange->request.method = method;
    if (!exchange->headed)
        return check_head(exchange, connection);
    if (!*data_size)
        return answer(exchange, connection);
    result = add_body(exchange, data, *data_size);
    *data_size = 0;
    return result;
}

static void log_library(void *context, const char *format, va_list args)
    __attribute__((format(printf, 2, 0)));

static void log_library(void *context, const char *format, va_list args)
{
    struct app *app = context;
    char message[512];

    vsnprintf(message, sizeof(message), format, args);
    message[strcspn(message, "\r\n")] = '\0';
    logger_write(app->logger, MOCKETS_LOG_DEBUG, "libmicrohttpd: %s", message);
}

/**
 * Handlers block: ReadJob for a store read of some microseconds, CreateJob until its commit is
 * durable, milliseconds on a slow disk. A pool of epoll threads serves keep-alive connections
 * cheaply, and costs nothing where its threads have nothing to do. It has many more of them than
 * there are cores, because as many commits as there are threads can be grouped into one.
 */
static unsigned pool_size(void)
{
    enum { POOL_MIN = 32 };
    cpu_set_t set;
    unsigned cores = sched_getaffinity(0, sizeof(set), &set) ? 1 : (unsigned)CPU_COUNT(&set);

    return 2 * cores > POOL_MIN ? 2 * cores : POOL_MIN;
}

static struct MHD_Daemon *start_daemon(struct app *app, int fd)
{
    unsigned flags = MHD_USE_EPOLL_INTERNAL_THREAD | MHD_USE_ITC | MHD_USE_ERROR_LOG;

    return MHD_start_daemon(flags, 0, NULL, NULL, handle, app, MHD_OPTION_EXTERNAL_LOGGER,
                            log_library, app, MHD_OPTION_LISTEN_SOCKET, fd,
                            MHD_OPTION_THREAD_POOL_SIZE, pool_size(), MHD_OPTION_CONNECTION_LIMIT,
                            (unsigned)CONNECTIONS_MAX, MHD_OPTION_CONNECTION_TIMEOUT,
                            (unsigned)IDLE_SECONDS, MHD_OPTION_URI_LOG_CALLBACK, begin_exchange,
                            app, MHD_OPTION_NOTIFY_COMPLETED, end_exchange, NULL, MHD_OPTION_END);
}

mockets_status http_start(struct app *app, const struct listener *listeners, size_t count,
                          struct http **out, struct mockets_error *err)
{
    struct http *http = calloc(1, sizeof(*http) + count * sizeof(http->listeners[0]));

    for (size_t i = 0; !http && i < count; i++)
        close(listeners[i].fd);
    if (!http)
        return error_set_nomem(err);
    http->count = count;
    for (size_t i = 0; i < count; i++)
        http->listeners[i].fd = listeners[i].fd;
    for (size_t i = 0; i < count; i++) {
        http->listeners[i].daemon = start_daemon(app, listeners[i].fd);
        if (!http->listeners[i].daemon) {
            http_stop(&http);
            return error_set(err, MOCKETS_E_IO, "The HTTP listener %s cannot be started.",
                             listeners[i].url);
        }
    }
    *out = http;
    return MOCKETS_OK;
}

void http_quiesce(struct http *http)
{
    for (size_t i = 0; i < http->count; i++) {
        if (!http->listeners[i].daemon || http->listeners[i].quiet)
            continue;
        http->listeners[i].quiet = true;
        MHD_quiesce_daemon(http->listeners[i].daemon);
        /* Without this the kernel would go on taking connections that nobody serves. */
        shutdown(http->listeners[i].fd, SHUT_RDWR);
    }
}

void http_stop(struct http **http)
{
    if (!*http)
        return;
    http_quiesce(*http);
    for (size_t i = 0; i < (*http)->count; i++) {
        if ((*http)->listeners[i].daemon)
            MHD_stop_daemon((*http)->listeners[i].daemon);
        close((*http)->listeners[i].fd);
    }
    free(*http);
    *http = NULL;
}
