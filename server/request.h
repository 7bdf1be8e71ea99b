#ifndef SERVER_REQUEST_H
#define SERVER_REQUEST_H

#include "server/router.h"

/** What all requests share. Set before the first one, then constant, but for the flag. */
struct app {
    mockets_engine *engine; /**< borrowed */
    const struct logger *logger;
    struct router router;
    _Atomic bool stopping; /**< the server is draining: it is no longer ready */
};

/** One request, as far as a handler sees it. Everything in it is borrowed from the listener. */
struct request {
    struct app *app;
    const char *method; /**< upper case, as sent */
    const char *target; /**< raw, as sent: signatures are made of it */
    char *scratch;      /**< strlen(target) + 1 bytes, for what the router decodes */
    const char *body;   /**< not NUL-terminated; NULL if there is none */
    size_t body_size;
    /** @return value of a request header, NULL if it was not sent. */
    const char *(*header)(const struct request *request, const char *name);
    void *header_context;
    struct route route; /**< filled by router_match() */
};

/** Find the handler and let it answer; also answers everything that has no handler. */
void request_serve(struct request *request, struct response *response);

#endif
