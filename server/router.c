#include "server/router.h"

#include <assert.h>
#include <ctype.h>
#include <string.h>
#include <strings.h>

#include "server/request.h"

/** A piece of the raw target. */
struct span {
    const char *text;
    size_t size;
};

static bool span_is(struct span span, const char *text)
{
    return span.size == strlen(text) && !memcmp(span.text, text, span.size);
}

/** Cut @p path, which begins with a slash, behind its first segment, which is returned. */
static struct span cut_segment(struct span *path)
{
    const char *slash = memchr(path->text + 1, '/', path->size - 1);
    size_t size = slash ? (size_t)(slash - path->text) : path->size;
    struct span segment = {path->text + 1, size - 1};

    path->text += size;
    path->size -= size;
    return segment;
}

static const struct {
    const char *name;
    unsigned bit;
} methods[] = {
    {"GET", METHOD_GET}, {"HEAD", METHOD_HEAD},     {"POST", METHOD_POST},
    {"PUT", METHOD_PUT}, {"DELETE", METHOD_DELETE}, {"OPTIONS", METHOD_OPTIONS},
};

unsigned router_method(const char *method)
{
    for (size_t i = 0; i < sizeof(methods) / sizeof(methods[0]); i++)
        if (!strcmp(method, methods[i].name))
            return methods[i].bit;
    return 0;
}

void router_methods(unsigned allowed, char out[64])
{
    size_t used = 0;

    out[0] = '\0';
    for (size_t i = 0; i < sizeof(methods) / sizeof(methods[0]); i++) {
        if (!(allowed & methods[i].bit))
            continue;
        if (used) {
            memcpy(out + used, ", ", 3);
            used += 2;
        }
        strcpy(out + used, methods[i].name);
        used += strlen(methods[i].name);
    }
}

static int hex_value(char digit)
{
    if (digit >= '0' && digit <= '9')
        return digit - '0';
    digit |= 0x20;
    return digit >= 'a' && digit <= 'f' ? digit - 'a' + 10 : -1;
}

long percent_decode(const char *raw, size_t size, bool plus, char *out)
{
    char *at = out;

    for (size_t i = 0; i < size; i++) {
        char byte = raw[i];

        if (byte == '+' && plus)
            byte = ' ';
        if (raw[i] == '%') {
            bool whole = size - i > 2;
            int high = whole ? hex_value(raw[i + 1]) : -1;
            int low = whole ? hex_value(raw[i + 2]) : -1;

            if (high < 0 || low < 0 || !(high | low))
                return -1;
            byte = (char)(high << 4 | low);
            i += 2;
        }
        *at++ = byte;
    }
    *at = '\0';
    return at - out;
}

/** Take "/2012-09-25/jobs/{Id}" apart. */
static void compile(struct operation_route *row, const struct mockets_operation *operation)
{
    const char *at = operation->path + strlen("/" MOCKETS_API_VERSION);

    *row = (struct operation_route){.operation = operation, .parameter = -1};
    row->method = router_method(operation->method);
    while (*at == '/') {
        size_t size = strcspn(at + 1, "/");
        bool parameter = at[1] == '{';

        assert(row->count < ROUTER_SEGMENTS_MAX && size < sizeof(row->segments[0]));
        if (parameter)
            row->parameter = (int)row->count;
        else
            memcpy(row->segments[row->count], at + 1, size);
        row->count++;
        at += 1 + size;
    }
}

void router_init(struct router *router, const struct mockets_operation *operations, size_t count,
                 const struct own_route *own, size_t own_count)
{
    assert(count <= ROUTER_OPERATIONS_MAX);
    *router = (struct router){.operation_count = count, .own = own, .own_count = own_count};
    for (size_t i = 0; i < count; i++)
        compile(&router->operations[i], &operations[i]);
}

/** Decode one piece to the request's scratch memory, which @p used counts. NULL: broken. */
static const char *decode(const struct request *request, struct span piece, bool plus, size_t *used)
{
    char *out = request->scratch + *used;
    long size = percent_decode(piece.text, piece.size, plus, out);

    if (size < 0)
        return NULL;
    *used += (size_t)size + 1;
    return out;
}

/** Does the path, cut in segments, have the row's form? */
static bool fits(const struct operation_route *row, const char *const *segments, size_t count)
{
    if (row->count != count)
        return false;
    for (size_t i = 0; i < count; i++)
        if ((int)i != row->parameter && strcmp(row->segments[i], segments[i]) != 0)
            return false;
    return true;
}

/** Find the operation of this path and method; route->allowed gets all methods of the path. */
static bool find_operation(const struct router *router, unsigned method,
                           const char *const *segments, size_t count, struct route *route)
{
    for (size_t i = 0; i < router->operation_count; i++) {
        const struct operation_route *row = &router->operations[i];

        if (!fits(row, segments, count))
            continue;
        route->allowed |= row->method;
        if (row->method != method || route->operation)
            continue;
        route->operation = row->operation;
        if (row->parameter >= 0)
            route->id = segments[row->parameter];
    }
    return route->operation;
}

/** The query's parameters that list operations know; the first of a name counts. */
static int read_query(struct request *request, const char *query, size_t *used)
{
    struct route *route = &request->route;

    while (*query && *query != '#') {
        size_t size = strcspn(query, "&#"), name = 0;
        const char **out = NULL;

        while (name < size && query[name] != '=')
            name++;
        if (name == 9 && !memcmp(query, "Ascending", name))
            out = &route->ascending;
        else if (name == 9 && !memcmp(query, "PageToken", name))
            out = &route->page_token;
        if (out && !*out) {
            struct span value = {query + name, 0};

            if (name < size)
                value = (struct span){query + name + 1, size - name - 1};
            *out = decode(request, value, true, used);
            if (!*out)
                return FAULT_BAD_PATH;
        }
        query += size + (query[size] == '&');
    }
    return 0;
}

/** Everything behind "/2012-09-25". */
static int match_api(const struct router *router, struct request *request, struct span path,
                     const char *query, unsigned method)
{
    const char *segments[ROUTER_SEGMENTS_MAX];
    struct route *route = &request->route;
    size_t count = 0, used = 0;
    bool found;

    while (path.size) {
        if (count == ROUTER_SEGMENTS_MAX)
            return FAULT_UNKNOWN_PATH;
        segments[count] = decode(request, cut_segment(&path), false, &used);
        if (!segments[count++])
            return FAULT_BAD_PATH;
    }
    found = find_operation(router, method, segments, count, route);
    if (!found && count == 2 && !segments[1][0])
        found = find_operation(router, method, segments, 1, route);
    if (!route->allowed)
        return FAULT_UNKNOWN_PATH;
    if (found && query && method == METHOD_GET)
        return read_query(request, query, &used);
    return 0;
}

/** BUCKET/KEY: a slash in the key is part of it, escaped or not. */
static int match_object(struct request *request, struct span path)
{
    struct route *route = &request->route;
    struct span bucket = cut_segment(&path);
    size_t used = 0;

    if (path.size < 2)
        return FAULT_UNKNOWN_PATH;
    route->bucket = decode(request, bucket, false, &used);
    route->key = decode(request, (struct span){path.text + 1, path.size - 1}, false, &used);
    return route->bucket && route->key ? 0 : FAULT_BAD_PATH;
}

static int match_id(struct request *request, struct span path)
{
    struct span id = cut_segment(&path);
    size_t used = 0;

    if (path.size)
        return FAULT_UNKNOWN_PATH;
    request->route.id = decode(request, id, false, &used);
    return request->route.id ? 0 : FAULT_BAD_PATH;
}

/** Everything behind "/_mockets". */
static int match_own(const struct router *router, struct request *request, struct span path)
{
    const struct own_route *row = NULL;
    struct span name;
    int fault = 0;

    if (!path.size)
        return FAULT_UNKNOWN_PATH;
    name = cut_segment(&path);
    for (size_t i = 0; i < router->own_count && !row; i++)
        if (span_is(name, router->own[i].name))
            row = &router->own[i];
    if (!row || (row->shape == OWN_PLAIN) != !path.size)
        return FAULT_UNKNOWN_PATH;
    if (row->shape == OWN_ID)
        fault = match_id(request, path);
    else if (row->shape == OWN_OBJECT)
        fault = match_object(request, path);
    request->route.handler = row->handler;
    request->route.allowed = METHOD_GET;
    return fault;
}

/** "2011-01-01" is a version of the API that is not spoken here. */
static bool is_version(struct span segment)
{
    static const char form[] = "0000-00-00";

    if (segment.size != sizeof(form) - 1)
        return false;
    for (size_t i = 0; i < segment.size; i++)
        if (form[i] == '0' ? !isdigit((unsigned char)segment.text[i]) : segment.text[i] != form[i])
            return false;
    return true;
}

/** The path of a target, which may be a whole URL: "GET http://host/path". */
static struct span path_of(const char *target)
{
    if (!strncasecmp(target, "http://", 7))
        target += 7 + strcspn(target + 7, "/?#");
    else if (!strncasecmp(target, "https://", 8))
        target += 8 + strcspn(target + 8, "/?#");
    return (struct span){target, strcspn(target, "?#")};
}

int router_match(const struct router *router, struct request *request)
{
    struct route *route = &request->route;
    struct span path = path_of(request->target), root;
    const char *end = path.text + path.size;
    unsigned method = router_method(request->method);
    unsigned wanted = method == METHOD_HEAD ? METHOD_GET : method;
    int fault;

    *route = (struct route){0};
    route->preflight = method == METHOD_OPTIONS;
    if (span_is(path, "*") && route->preflight) {
        route->allowed = METHOD_GET | METHOD_HEAD | METHOD_POST | METHOD_PUT | METHOD_DELETE;
        return 0;
    }
    if (!path.size || path.text[0] != '/')
        return FAULT_UNKNOWN_PATH;
    root = cut_segment(&path);
    if (span_is(root, MOCKETS_API_VERSION))
        fault = match_api(router, request, path, *end == '?' ? end + 1 : NULL, wanted);
    else if (span_is(root, "_mockets"))
        fault = match_own(router, request, path);
    else
        fault = is_version(root) ? FAULT_API_VERSION : FAULT_UNKNOWN_PATH;
    if (fault)
        return fault;
    if (route->allowed & METHOD_GET)
        route->allowed |= METHOD_HEAD;
    route->allowed |= METHOD_OPTIONS;
    return route->allowed & method ? 0 : FAULT_METHOD;
}
