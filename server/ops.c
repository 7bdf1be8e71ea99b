#include "server/ops.h"

#include <stdio.h>

#include <mockets/job.h>

#include "server/files.h"
#include "server/request.h"
#include "server/response.h"

const struct own_route own_routes[] = {
    {"health", OWN_PLAIN, ops_health},
    {"ready", OWN_PLAIN, ops_ready},
    {"jobs", OWN_ID, ops_job},
    {"files", OWN_OBJECT, files_read},
};
const size_t own_route_count = sizeof(own_routes) / sizeof(own_routes[0]);

void ops_health(struct request *request, struct response *response)
{
    static char ok[] = "{\"status\":\"ok\"}";

    (void)request;
    response_json_take(response, 200, ok, sizeof(ok) - 1, NULL);
}

void ops_ready(struct request *request, struct response *response)
{
    static char ready[] = "{\"status\":\"ready\"}";
    struct mockets_error err;

    if (request->app->stopping)
        response_fault(response, FAULT_UNAVAILABLE, "The server is stopping.");
    else if (mockets_engine_check(request->app->engine, &err))
        response_fault(response, FAULT_UNAVAILABLE, err.message);
    else
        response_json_take(response, 200, ready, sizeof(ready) - 1, NULL);
}

void ops_job(struct request *request, struct response *response)
{
    static const char *const states[] = {"Submitted", "Progressing", "Complete", "Canceled",
                                         "Error"};
    struct mockets_job_progress progress;
    struct mockets_error err;
    char remaining[24] = "null";
    mockets_status rc =
        mockets_job_progress(request->app->engine, request->route.id, &progress, &err);

    if (rc) {
        response_fault(response, rc, err.message);
        return;
    }
    if (progress.remaining_ms >= 0)
        snprintf(remaining, sizeof(remaining), "%lld", (long long)progress.remaining_ms);
    response_json(response, 200,
                  "{\"Id\":\"%s\",\"Status\":\"%s\",\"DoneMillis\":%lld,\"TotalMillis\":%lld,"
                  "\"Fraction\":%.4f,\"Speed\":%.3f,\"RemainingMillis\":%s}",
                  progress.id, states[progress.state], (long long)progress.done_ms,
                  (long long)progress.total_ms, progress.fraction, progress.speed, remaining);
}
