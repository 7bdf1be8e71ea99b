#ifndef SERVER_FILES_H
#define SERVER_FILES_H

#include "server/router.h"

/** GET /_mockets/files/BUCKET/KEY: an object of a bucket, whole or in part. */
void files_read(struct request *request, struct response *response);

#endif
