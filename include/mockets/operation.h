#ifndef MOCKETS_OPERATION_H
#define MOCKETS_OPERATION_H

#include <mockets/engine.h>

#ifdef __cplusplus
extern "C" {
#endif

/** One operation of the Elastic Transcoder API, as the service model names it. */
struct mockets_operation {
    const char *name;   /**< "ReadJob" */
    const char *method; /**< "GET" */
    /** Path with the API version; a segment in braces is a parameter: "/2012-09-25/jobs/{Id}". */
    const char *path;
    int success; /**< HTTP status of a success: 200, 201 or 202 */
};

/** What a caller hands to an operation. Everything is borrowed for the call. */
struct mockets_call {
    const char *id;         /**< value of the path parameter, decoded; NULL if the path has none */
    const char *ascending;  /**< list operations: "true", "false" or NULL */
    const char *page_token; /**< list operations: NextPageToken of the page before, or NULL */
    const char *body;       /**< JSON, not NUL-terminated; NULL if there is none */
    size_t body_size;       /**< bytes */
};

/** A JSON text. Release @c text with mockets_free(). */
struct mockets_reply {
    char *text;  /**< UTF-8, NUL-terminated */
    size_t size; /**< bytes without the NUL */
};

/** All operations that this version offers, in the order of the model. Static storage. */
MOCKETS_API const struct mockets_operation *mockets_operations(size_t *count);

/**
 * Carry out one operation.
 *
 * @param operation  a row of mockets_operations()
 * @param reply      receives the response body; untouched on failure
 * @param err        filled on failure only; message is the service's own text where it is known
 *
 * @retval MOCKETS_E_INVALID        ValidationException
 * @retval MOCKETS_E_SERIALIZATION  SerializationException
 * @retval MOCKETS_E_NOT_FOUND      ResourceNotFoundException
 * @retval MOCKETS_E_IN_USE         ResourceInUseException
 * @retval MOCKETS_E_LIMIT          LimitExceededException
 * @retval MOCKETS_E_DENIED         AccessDeniedException
 * @retval MOCKETS_E_IO             InternalServiceException; what was asked has not been done
 *
 * Thread-safe. Blocks for a few store round trips, never for media work. A creation is durable
 * when this returns.
 */
MOCKETS_API mockets_status mockets_operation_run(mockets_engine *engine,
                                                 const struct mockets_operation *operation,
                                                 const struct mockets_call *call,
                                                 struct mockets_reply *reply,
                                                 struct mockets_error *err);

#ifdef __cplusplus
}
#endif

#endif
