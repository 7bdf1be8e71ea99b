#include "server/response.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "server/fault.h"
#include "server/text.h"

static const char json_type[] = "application/json";

void response_init(struct response *response)
{
    response->status = 204;
    response->content_type = NULL;
    response->body = NULL;
    response->body_size = 0;
    response->release = NULL;
    response->stream = (struct response_stream){0};
    response->header_count = 0;
    response->text_used = 0;
}

void response_fini(struct response *response)
{
    if (response->release)
        response->release(response->body);
    if (response->stream.close)
        response->stream.close(response->stream.context);
    response_init(response);
}

void response_header(struct response *response, const char *name, const char *format, ...)
{
    size_t room = RESPONSE_TEXT_SIZE - response->text_used;
    char *value = response->text + response->text_used;
    va_list args;
    int size;

    va_start(args, format);
    size = vsnprintf(value, room, format, args);
    va_end(args);
    if (size < 0 || (size_t)size >= room || response->header_count == RESPONSE_HEADERS_MAX)
        return;
    response->text_used += (size_t)size + 1;
    response->headers[response->header_count++] = (struct response_header){name, value};
}

void response_json_take(struct response *response, int status, char *text, size_t size,
                        void (*release)(void *))
{
    response->status = status;
    response->content_type = json_type;
    response->body = text;
    response->body_size = size;
    response->release = release;
}

void response_json(struct response *response, int status, const char *format, ...)
{
    char *text = NULL;
    va_list args;
    int size;

    va_start(args, format);
    size = vasprintf(&text, format, args);
    va_end(args);
    if (size < 0)
        response_json_take(response, 500, NULL, 0, NULL);
    else
        response_json_take(response, status, text, (size_t)size, free);
}

void response_fault(struct response *response, int kind, const char *message)
{
    const struct fault *fault = fault_find(kind);
    size_t size = json_escape(message, NULL, 0);
    char *escaped = malloc(size + 1);

    response_header(response, "x-amzn-ErrorType", "%s", fault->exception);
    if (escaped)
        json_escape(message, escaped, size + 1);
    response_json(response, fault->http, "{\"%s\":\"%s\"}", fault->key, escaped ? escaped : "");
    free(escaped);
}
