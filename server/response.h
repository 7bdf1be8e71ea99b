#ifndef SERVER_RESPONSE_H
#define SERVER_RESPONSE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

enum { RESPONSE_HEADERS_MAX = 8, RESPONSE_TEXT_SIZE = 1024 };

/** What a stream's read() returns when the answer has to be broken off. */
enum { RESPONSE_STREAM_BROKEN = -2 };

struct response_header {
    const char *name;
    const char *value;
};

/** A body that is read piece by piece while it is sent. */
struct response_stream {
    /** @return bytes put to @p out, at least 1, or RESPONSE_STREAM_BROKEN. */
    ssize_t (*read)(void *context, uint64_t offset, char *out, size_t capacity);
    void (*close)(void *context); /**< runs once; NULL where there is no stream */
    void *context;
    uint64_t size; /**< bytes */
};

/** What a handler answers with. */
struct response {
    int status;
    const char *content_type; /**< static; NULL for none */
    char *body;               /**< NULL for none, or when there is a stream */
    size_t body_size;         /**< bytes */
    void (*release)(void *);  /**< of the body; NULL: it is static */
    struct response_stream stream;
    struct response_header headers[RESPONSE_HEADERS_MAX];
    size_t header_count;
    size_t text_used;
    char text[RESPONSE_TEXT_SIZE]; /**< header values */
};

/** Begin an empty answer: 204. */
void response_init(struct response *response);

/** Release what has not been handed on. */
void response_fini(struct response *response);

/** Add a header. The value is copied; one that does not fit is left out. */
void response_header(struct response *response, const char *name, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/** Answer with JSON, which @p release (NULL: static text) gets in the end. */
void response_json_take(struct response *response, int status, char *text, size_t size,
                        void (*release)(void *));

/** Answer with formatted JSON. */
void response_json(struct response *response, int status, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/**
 * Answer with a failure, in the service's form.
 *
 * @param kind     a mockets_status or an enum fault_kind
 * @param message  one sentence
 */
void response_fault(struct response *response, int kind, const char *message);

#endif
