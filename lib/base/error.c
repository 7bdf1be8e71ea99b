#include "base/error.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

static const struct {
    mockets_status status;
    const char *name;
} names[] = {
    {MOCKETS_OK, "MOCKETS_OK"},
    {MOCKETS_E_INVALID, "MOCKETS_E_INVALID"},
    {MOCKETS_E_SERIALIZATION, "MOCKETS_E_SERIALIZATION"},
    {MOCKETS_E_NOT_FOUND, "MOCKETS_E_NOT_FOUND"},
    {MOCKETS_E_EXISTS, "MOCKETS_E_EXISTS"},
    {MOCKETS_E_IN_USE, "MOCKETS_E_IN_USE"},
    {MOCKETS_E_LIMIT, "MOCKETS_E_LIMIT"},
    {MOCKETS_E_DENIED, "MOCKETS_E_DENIED"},
    {MOCKETS_E_UNSUPPORTED, "MOCKETS_E_UNSUPPORTED"},
    {MOCKETS_E_MEDIA, "MOCKETS_E_MEDIA"},
    {MOCKETS_E_CANCELED, "MOCKETS_E_CANCELED"},
    {MOCKETS_E_TIMEOUT, "MOCKETS_E_TIMEOUT"},
    {MOCKETS_E_IO, "MOCKETS_E_IO"},
    {MOCKETS_E_NOMEM, "MOCKETS_E_NOMEM"},
    {MOCKETS_E_INTERNAL, "MOCKETS_E_INTERNAL"},
    {MOCKETS_E_UNDECRYPTABLE, "MOCKETS_E_UNDECRYPTABLE"},
    {MOCKETS_E_THROTTLED, "MOCKETS_E_THROTTLED"},
};

const char *mockets_status_name(mockets_status status)
{
    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        if (names[i].status == status)
            return names[i].name;
    }
    return "MOCKETS_E_INTERNAL";
}

static void fill(struct mockets_error *err, mockets_status status, const char *format, va_list args)
{
    if (!err)
        return;
    err->status = status;
    err->field[0] = '\0';
    vsnprintf(err->message, sizeof(err->message), format, args);
}

mockets_status mk_fail(struct mockets_error *err, mockets_status status, const char *format, ...)
{
    va_list args;

    va_start(args, format);
    fill(err, status, format, args);
    va_end(args);
    return status;
}

mockets_status mk_fail_field(struct mockets_error *err, const char *field, const char *format, ...)
{
    va_list args;

    va_start(args, format);
    fill(err, MOCKETS_E_INVALID, format, args);
    va_end(args);
    if (err)
        snprintf(err->field, sizeof(err->field), "%s", field);
    return MOCKETS_E_INVALID;
}

static mockets_status status_of_errno(int number)
{
    switch (number) {
    case ENOENT:
    case ENOTDIR:
        return MOCKETS_E_NOT_FOUND;
    case EEXIST:
        return MOCKETS_E_EXISTS;
    case EACCES:
    case EPERM:
    case EROFS:
        return MOCKETS_E_DENIED;
    case ENOMEM:
        return MOCKETS_E_NOMEM;
    default:
        return MOCKETS_E_IO;
    }
}

mockets_status mk_fail_errno(struct mockets_error *err, int number, const char *format, ...)
{
    mockets_status status = status_of_errno(number);
    va_list args;
    size_t used;
    char reason[128];

    va_start(args, format);
    fill(err, status, format, args);
    va_end(args);
    if (err) {
        used = strlen(err->message);
        snprintf(err->message + used, sizeof(err->message) - used, ": %s",
                 strerror_r(number, reason, sizeof(reason)));
    }
    return status;
}

mockets_status mk_fail_nomem(struct mockets_error *err)
{
    return mk_fail(err, MOCKETS_E_NOMEM, "out of memory");
}

void mk_error_prefix(struct mockets_error *err, const char *format, ...)
{
    char prefix[512];
    size_t length, room, rest;
    va_list args;

    if (!err)
        return;
    va_start(args, format);
    vsnprintf(prefix, sizeof(prefix), format, args);
    va_end(args);
    length = strlen(prefix);
    room = sizeof(err->message) - 1 - length;
    rest = strlen(err->message);
    if (rest > room)
        rest = room;
    memmove(err->message + length, err->message, rest);
    memcpy(err->message, prefix, length);
    err->message[length + rest] = '\0';
}
