#include "server/files.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include <mockets/object.h>

#include "server/content_type.h"
#include "server/range.h"
#include "server/request.h"
#include "server/response.h"

/** The part of an object that is being sent. */
struct sending {
    mockets_object *object;
    uint64_t first;
    uint64_t size;
};

static ssize_t read_part(void *context, uint64_t offset, char *out, size_t capacity)
{
    struct sending *sending = context;
    size_t got = 0;

    if (offset >= sending->size)
        return RESPONSE_STREAM_BROKEN;
    if (capacity > sending->size - offset)
        capacity = (size_t)(sending->size - offset);
    if (mockets_object_read(sending->object, (int64_t)(sending->first + offset), out, capacity,
                            &got, NULL) ||
        !got)
        return RESPONSE_STREAM_BROKEN;
    return (ssize_t)got;
}

static void close_part(void *context)
{
    struct sending *sending = context;

    mockets_object_close(&sending->object);
    free(sending);
}

static const char *type_of(const char *key, mockets_object *object)
{
    const char *type = content_type_of_key(key);
    char start[CONTENT_TYPE_SNIFF_SIZE];
    size_t got = 0;

    if (type)
        return type;
    if (mockets_object_read(object, 0, start, sizeof(start), &got, NULL))
        got = 0;
    return content_type_sniff(start, got);
}

static bool not_modified(const struct request *request, time_t modified)
{
    const char *since = request->header(request, "If-Modified-Since");
    time_t date = since ? http_date_parse(since) : -1;

    return date >= 0 && modified <= date;
}

/** The Range header, unless If-Range says that the client's part is of an older object. */
static const char *range_of(const struct request *request, const char *modified)
{
    const char *condition = request->header(request, "If-Range");

    if (condition && strcmp(condition, modified) != 0)
        return NULL;
    return request->header(request, "Range");
}

/** Answer with the object, which is taken. */
static void send_object(struct request *request, struct sending *sending, struct response *response)
{
    uint64_t size = (uint64_t)mockets_object_size(sending->object), last = 0;
    time_t modified = (time_t)mockets_object_modified(sending->object);
    char date[HTTP_DATE_SIZE];
    enum range_kind kind;

    http_date_format(modified, date);
    response_header(response, "Accept-Ranges", "bytes");
    response_header(response, "Last-Modified", "%s", date);
    if (not_modified(request, modified)) {
        response->status = 304;
        close_part(sending);
        return;
    }
    kind = range_parse(range_of(request, date), size, &sending->first, &last);
    if (kind == RANGE_NONE) {
        response_header(response, "Content-Range", "bytes */%" PRIu64, size);
        response_fault(response, FAULT_RANGE, "The range lies outside of the file.");
        close_part(sending);
        return;
    }
    response->status = 200;
    sending->size = size;
    if (kind == RANGE_PART) {
        response->status = 206;
        sending->size = last - sending->first + 1;
        response_header(response, "Content-Range", "bytes %" PRIu64 "-%" PRIu64 "/%" PRIu64,
                        sending->first, last, size);
    }
    response->content_type = type_of(request->route.key, sending->object);
    response->stream = (struct response_stream){read_part, close_part, sending, sending->size};
}

void files_read(struct request *request, struct response *response)
{
    struct sending *sending = calloc(1, sizeof(*sending));
    struct mockets_error err;
    mockets_status rc;

    if (!sending) {
        response_fault(response, MOCKETS_E_NOMEM, "There is not enough memory.");
        return;
    }
    rc = mockets_object_open(request->app->engine, request->route.bucket, request->route.key,
                             &sending->object, &err);
    if (!rc) {
        send_object(request, sending, response);
        return;
    }
    free(sending);
    response_fault(response, rc, err.message);
}
