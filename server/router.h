#ifndef SERVER_ROUTER_H
#define SERVER_ROUTER_H

#include <stdbool.h>
#include <stddef.h>

#include <mockets/operation.h>

#include "server/fault.h"

struct request;
struct response;

/** Answers one kind of request. It blocks its listener thread, so it must not take long. */
typedef void (*handler)(struct request *request, struct response *response);

/** Methods as bits, so that a path can say which ones it takes. */
enum method {
    METHOD_GET = 1,
    METHOD_HEAD = 2,
    METHOD_POST = 4,
    METHOD_PUT = 8,
    METHOD_DELETE = 16,
    METHOD_OPTIONS = 32,
};

/** A path of the program's own, under /_mockets/. */
struct own_route {
    const char *name; /**< first segment behind /_mockets/ */
    enum {
        OWN_PLAIN,  /**< nothing follows */
        OWN_ID,     /**< one more segment */
        OWN_OBJECT, /**< a bucket, and a key with any number of segments */
    } shape;
    handler handler;
};

enum { ROUTER_OPERATIONS_MAX = 32, ROUTER_SEGMENTS_MAX = 4 };

/** An operation's path template, taken apart. */
struct operation_route {
    const struct mockets_operation *operation;
    unsigned method;                        /**< enum method */
    size_t count;                           /**< of segments, without the version */
    char segments[ROUTER_SEGMENTS_MAX][32]; /**< a parameter is "" */
    int parameter;                          /**< index of the parameter, -1 for none */
};

struct router {
    struct operation_route operations[ROUTER_OPERATIONS_MAX];
    size_t operation_count;
    const struct own_route *own;
    size_t own_count;
};

/** Where a request goes. The texts are in the request's scratch memory. */
struct route {
    const struct mockets_operation *operation; /**< or NULL */
    handler handler;                           /**< of the program's own paths, or NULL */
    const char *id;         /**< path parameter, decoded; NULL if the path has none */
    const char *bucket;     /**< of OWN_OBJECT, decoded */
    const char *key;        /**< of OWN_OBJECT, decoded */
    const char *ascending;  /**< query parameter Ascending, decoded; or NULL */
    const char *page_token; /**< query parameter PageToken, decoded; or NULL */
    unsigned allowed;       /**< methods that the path takes */
    bool preflight;         /**< OPTIONS: neither operation nor handler is asked */
};

/**
 * Prepare the table.
 *
 * @param operations  as from mockets_operations()
 * @param own         the program's own paths; borrowed for the router's life
 */
void router_init(struct router *router, const struct mockets_operation *operations, size_t count,
                 const struct own_route *own, size_t own_count);

/**
 * Find where the raw target of @p request goes and fill its route.
 *
 * The target is split at slashes first and each piece is decoded by itself, so that an id may hold
 * any character. An empty id is an id: "/2012-09-25/jobs/" is ReadJob of "". Where no operation
 * takes such an id with this method, one slash behind a collection is overlooked.
 *
 * @return 0, or the enum fault_kind
 */
int router_match(const struct router *router, struct request *request);

/** Write the methods in @p allowed as a header value: "GET, HEAD, OPTIONS". */
void router_methods(unsigned allowed, char out[64]);

/** @return the enum method of @p method, 0 for one that nothing here takes. */
unsigned router_method(const char *method);

/**
 * Decode the @p size bytes at @p raw to @p out, which has room for as many and a NUL.
 *
 * @param plus  a plus sign is a space, as in queries
 *
 * @return bytes written without the NUL, or -1 if an escape is broken or stands for NUL
 */
long percent_decode(const char *raw, size_t size, bool plus, char *out);

#endif
