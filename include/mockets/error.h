#ifndef MOCKETS_ERROR_H
#define MOCKETS_ERROR_H

#include <mockets/version.h>

#ifdef __cplusplus
extern "C" {
#endif

/** What a call came to. 0 is success; the values are stable. */
typedef enum mockets_status {
    MOCKETS_OK = 0,
    MOCKETS_E_INVALID = 1,        /**< a value is missing, malformed or does not fit another one */
    MOCKETS_E_SERIALIZATION = 2,  /**< the text is not JSON, or JSON of the wrong shape */
    MOCKETS_E_NOT_FOUND = 3,      /**< no such pipeline, preset, job, bucket or object */
    MOCKETS_E_EXISTS = 4,         /**< an object by that name is there already */
    MOCKETS_E_IN_USE = 5,         /**< the resource is busy: the call would have to wait */
    MOCKETS_E_LIMIT = 6,          /**< an account limit is reached */
    MOCKETS_E_DENIED = 7,         /**< not allowed */
    MOCKETS_E_UNSUPPORTED = 8,    /**< this build or version cannot do it */
    MOCKETS_E_MEDIA = 9,          /**< the input cannot be interpreted as media */
    MOCKETS_E_CANCELED = 10,      /**< somebody asked to stop */
    MOCKETS_E_TIMEOUT = 11,       /**< the time that the caller gave is over */
    MOCKETS_E_IO = 12,            /**< disk, network or store failed */
    MOCKETS_E_NOMEM = 13,         /**< out of memory */
    MOCKETS_E_INTERNAL = 14,      /**< a bug, or a library that broke its own rules */
    MOCKETS_E_THROTTLED = 15,     /**< too many requests: try again later */
    MOCKETS_E_UNDECRYPTABLE = 16, /**< the key does not fit what it is to decrypt */
} mockets_status;

/**
 * Why a call failed. Flat: it can be copied, also across threads, and owns nothing.
 * It is filled on failure only; on success it keeps what it held.
 */
struct mockets_error {
    mockets_status status;
    char field[128];    /**< JSON pointer of the member that is wrong ("/Outputs/0/Key"), or "" */
    char message[2048]; /**< one sentence, UTF-8, NUL-terminated */
};

/** @return the name of @p status, "MOCKETS_E_IO" for example. Static storage. */
MOCKETS_API const char *mockets_status_name(mockets_status status);

#ifdef __cplusplus
}
#endif

#endif
