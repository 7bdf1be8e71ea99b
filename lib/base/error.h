#ifndef MK_BASE_ERROR_H
#define MK_BASE_ERROR_H

#include <mockets/error.h>

/** Fill @p err (may be NULL) with one sentence and return @p status. */
mockets_status mk_fail(struct mockets_error *err, mockets_status status, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/** mk_fail() for the member at JSON pointer @p field. */
mockets_status mk_fail_field(struct mockets_error *err, const char *field, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/** Map @p number (an errno) to a status and add its text: "cannot open x: No such file". */
mockets_status mk_fail_errno(struct mockets_error *err, int number, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/** MOCKETS_E_NOMEM. */
mockets_status mk_fail_nomem(struct mockets_error *err);

/** Put context before the message of @p err; does nothing when it is NULL. */
void mk_error_prefix(struct mockets_error *err, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

#endif
