#include "server/fault.h"

#include <stddef.h>

static const struct fault table[] = {
    {MOCKETS_E_INVALID, 400, "ValidationException", "message"},
    {MOCKETS_E_SERIALIZATION, 400, "SerializationException", "Message"},
    {MOCKETS_E_NOT_FOUND, 404, "ResourceNotFoundException", "message"},
    {MOCKETS_E_EXISTS, 409, "ResourceInUseException", "message"},
    {MOCKETS_E_IN_USE, 409, "ResourceInUseException", "message"},
    {MOCKETS_E_LIMIT, 429, "LimitExceededException", "message"},
    {MOCKETS_E_THROTTLED, 429, "ThrottlingException", "message"},
    {MOCKETS_E_DENIED, 403, "AccessDeniedException", "message"},
    /* Clients try again after a 5xx, which is useless here. */
    {MOCKETS_E_UNSUPPORTED, 400, "ValidationException", "message"},
    {MOCKETS_E_MEDIA, 400, "ValidationException", "message"},
    {MOCKETS_E_CANCELED, 503, "ServiceUnavailable", "message"},
    {MOCKETS_E_TIMEOUT, 503, "ServiceUnavailable", "message"},
    {MOCKETS_E_IO, 500, "InternalServiceException", "message"},
    {MOCKETS_E_NOMEM, 500, "InternalServiceException", "message"},
    {MOCKETS_E_INTERNAL, 500, "InternalServiceException", "message"},
    {FAULT_UNKNOWN_PATH, 404, "UnknownOperationException", "message"},
    {FAULT_METHOD, 405, "MethodNotAllowedException", "message"},
    {FAULT_BAD_PATH, 400, "ValidationException", "message"},
    {FAULT_API_VERSION, 400, "IncompatibleVersionException", "message"},
    {FAULT_BODY_TOO_LARGE, 413, "RequestEntityTooLargeException", "message"},
    {FAULT_BAD_REQUEST, 400, "BadRequestException", "message"},
    {FAULT_RANGE, 416, "InvalidRange", "message"},
    {FAULT_UNAVAILABLE, 503, "ServiceUnavailable", "message"},
};

const struct fault *fault_find(int kind)
{
    static const struct fault other = {MOCKETS_E_INTERNAL, 500, "InternalServiceException",
                                       "message"};

    for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++)
        if (table[i].kind == kind)
            return &table[i];
    return &other;
}
