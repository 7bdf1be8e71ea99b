#include "server/request.h"

#include <stdio.h>

#include "server/logger.h"
#include "server/response.h"

/** Long enough for what a person needs to see of a path. */
enum { SENTENCE_SIZE = 512 };

/** The sentence of a failure that the router found. */
static void refuse(const struct request *request, int fault, struct response *response)
{
    char sentence[SENTENCE_SIZE], allowed[64];

    router_methods(request->route.allowed, allowed);
    switch (fault) {
    case FAULT_METHOD:
        response_header(response, "Allow", "%s", allowed);
        snprintf(sentence, sizeof(sentence), "%.16s is not a method of this path, which takes %s.",
                 request->method, allowed);
        break;
    case FAULT_BAD_PATH:
        snprintf(sentence, sizeof(sentence),
                 "A percent sign in the path or query is not followed by two hexadecimal digits "
                 "other than 00.");
        break;
    case FAULT_API_VERSION:
        snprintf(sentence, sizeof(sentence),
                 "The version of the API in the path is not " MOCKETS_API_VERSION
                 ", the only one that is spoken here.");
        break;
    default:
        snprintf(sentence, sizeof(sentence),
                 "Nothing is at %.256s: the Elastic Transcoder API is under /" MOCKETS_API_VERSION
                 "/ (pipelines, presets, jobs), see docs/api.md.",
                 request->target);
        break;
    }
    response_fault(response, fault, sentence);
}

static void run_operation(struct request *request, struct response *response)
{
    const struct route *route = &request->route;
    const struct mockets_call call = {
        .id = route->id,
        .ascending = route->ascending,
        .page_token = route->page_token,
        .body = request->body,
        .body_size = request->body_size,
    };
    struct mockets_reply reply = {0};
    struct mockets_error err;
    mockets_status rc =
        mockets_operation_run(request->app->engine, route->operation, &call, &reply, &err);

    if (!rc) {
        response_json_take(response, route->operation->success, reply.text, reply.size,
                           mockets_free);
        return;
    }
    response_fault(response, rc, err.message);
    if (response->status >= 500)
        logger_write(request->app->logger, MOCKETS_LOG_ERROR, "%s: %s", route->operation->name,
                     err.message);
}

/** A browser asks whether a script may send the request that it has in mind. */
static void allow(struct request *request, struct response *response)
{
    const char *headers = request->header(request, "Access-Control-Request-Headers");
    char methods[64];

    router_methods(request->route.allowed, methods);
    response_header(response, "Allow", "%s", methods);
    response_header(response, "Access-Control-Allow-Methods", "%s", methods);
    response_header(response, "Access-Control-Allow-Headers", "%s", headers ? headers : "*");
    response_header(response, "Access-Control-Max-Age", "86400");
}

void request_serve(struct request *request, struct response *response)
{
    int fault = router_match(&request->app->router, request);

    if (fault)
        refuse(request, fault, response);
    else if (request->route.preflight)
        allow(request, response);
    else if (request->route.operation)
        run_operation(request, response);
    else
        request->route.handler(request, response);
}
