#ifndef MK_BASE_BUF_H
#define MK_BASE_BUF_H

#include <stdbool.h>
#include <stddef.h>
#include <string.h>

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

/** Make room for @p more bytes that there is no room for. False: it failed. */
bool mk_buf_grow(struct mk_buf *buf, size_t more);

/** Make room for @p more bytes, and a NUL, at once. False: it failed. */
static inline bool mk_buf_reserve(struct mk_buf *buf, size_t more)
{
    if (!buf->failed && more <= buf->ceiling - buf->size && more < buf->room - buf->size)
        return true;
    return mk_buf_grow(buf, more);
}

/* Inline: a document is made of hundreds of short pieces. */
static inline void mk_buf_append(struct mk_buf *buf, const void *bytes, size_t size)
{
    if (!mk_buf_reserve(buf, size))
        return;
    if (size)
        memcpy(buf->data + buf->size, bytes, size);
    buf->size += size;
    buf->data[buf->size] = '\0';
}

static inline void mk_buf_puts(struct mk_buf *buf, const char *text)
{
    mk_buf_append(buf, text, strlen(text));
}

static inline void mk_buf_putc(struct mk_buf *buf, char c)
{
    mk_buf_append(buf, &c, 1);
}

void mk_buf_printf(struct mk_buf *buf, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/** Give the bytes away; the buffer is empty then. NULL if it failed. Release with mk_free(). */
char *mk_buf_take(struct mk_buf *buf, size_t *size);

#endif
