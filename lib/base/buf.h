#ifndef MK_BASE_BUF_H
#define MK_BASE_BUF_H

#include <stdbool.h>
#include <stddef.h>

/**
 * A growing byte buffer with a ceiling. Appending to a full buffer, or out of memory, sets
 * @c failed and changes nothing; look at it once, at the end. @c data is NUL-terminated as soon
 * as anything was appended.
 */
struct mk_buf {
    char *data;
    size_t size;
    size_t room;
    size_t ceiling; /**< set at init, then constant; bytes */
    bool failed;
};

void mk_buf_init(struct mk_buf *buf, size_t ceiling);
void mk_buf_fini(struct mk_buf *buf);

/** Make room for @p more bytes at once. */
void mk_buf_reserve(struct mk_buf *buf, size_t more);

void mk_buf_append(struct mk_buf *buf, const void *bytes, size_t size);
void mk_buf_puts(struct mk_buf *buf, const char *text);
void mk_buf_putc(struct mk_buf *buf, char c);
void mk_buf_printf(struct mk_buf *buf, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/** Give the bytes away; the buffer is empty then. NULL if it failed. Release with mk_free(). */
char *mk_buf_take(struct mk_buf *buf, size_t *size);

#endif
