#ifndef MK_BASE_HTTP_CLIENT_H
#define MK_BASE_HTTP_CLIENT_H

#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/cancel.h"
#include "base/error.h"

struct mk_http_header {
    const char *name;
    const char *value;
};

/** One exchange; borrowed for the call. */
struct mk_http_request {
    const char *method; /**< "POST" */
    const char *url;    /**< http or https; redirects are not followed */
    const struct mk_http_header *headers;
    size_t header_count;
    const void *body; /**< NULL: none */
    size_t body_size;
    int64_t timeout_ms;       /**< for the whole exchange; 0: as long as it takes */
    size_t ceiling_bytes;     /**< of the answer's body; 0: it is thrown away, whatever its size */
    struct mk_cancel *cancel; /**< may be NULL */
};

/** Zeroed = empty. */
struct mk_http_response {
    int status;
    struct mk_buf body;
};

/**
 * Send a request and wait for the whole answer, whatever its status is. Thread-safe.
 *
 * @param out  on success filled; release it with mk_http_response_fini()
 *
 * @retval MOCKETS_E_INVALID   the URL or a header is not legal
 * @retval MOCKETS_E_TIMEOUT   there was no whole answer in time
 * @retval MOCKETS_E_CANCELED  the cancel was set meanwhile
 * @retval MOCKETS_E_IO        no connection, a broken one, or an answer above the ceiling
 */
mockets_status mk_http_send(const struct mk_http_request *request, struct mk_http_response *out,
                            struct mockets_error *err);
void mk_http_response_fini(struct mk_http_response *response);

#endif
