#ifndef SERVER_FAULT_H
#define SERVER_FAULT_H

#include <mockets/error.h>

/** What can go wrong before an operation is found; the numbers go on behind mockets_status. */
enum fault_kind {
    FAULT_UNKNOWN_PATH = 64, /**< no operation has this path */
    FAULT_METHOD,            /**< the path is there, but not for this method */
    FAULT_BAD_PATH,          /**< a percent escape is broken or stands for NUL */
    FAULT_API_VERSION,       /**< another version of the API than MOCKETS_API_VERSION */
    FAULT_BODY_TOO_LARGE,    /**< more than the ceiling */
    FAULT_BAD_REQUEST,       /**< two framings of one body */
    FAULT_RANGE,             /**< Range lies outside of the file */
    FAULT_UNAVAILABLE,       /**< starting, stopping, or the store does not answer */
};

/** How a failure looks to a client. */
struct fault {
    int kind; /**< a mockets_status or an enum fault_kind */
    int http;
    const char *exception; /**< value of x-amzn-ErrorType */
    const char *key;       /**< of the text in the body: "message" or "Message" */
};

/** @return the row of @p kind (a mockets_status or an enum fault_kind). Static storage. */
const struct fault *fault_find(int kind);

#endif
