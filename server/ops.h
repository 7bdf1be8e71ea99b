#ifndef SERVER_OPS_H
#define SERVER_OPS_H

#include "server/router.h"

/** GET /_mockets/health: the process is up. */
void ops_health(struct request *request, struct response *response);

/** GET /_mockets/ready: the engine can work. */
void ops_ready(struct request *request, struct response *response);

/** GET /_mockets/jobs/ID: how far the job is. */
void ops_job(struct request *request, struct response *response);

/** Everything under /_mockets/. */
extern const struct own_route own_routes[];
extern const size_t own_route_count;

#endif
