#include "base/buf.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/alloc.h"

void mk_buf_init(struct mk_buf *buf, size_t ceiling)
{
    *buf = (struct mk_buf){.ceiling = ceiling};
}

void mk_buf_fini(struct mk_buf *buf)
{
    mk_free(buf->data);
    *buf = (struct mk_buf){.ceiling = buf->ceiling};
}

static bool grow(struct mk_buf *buf, size_t more)
{
    size_t room = buf->room ? 2 * buf->room : 256;
    char *data;

    if (buf->failed || more > buf->ceiling || buf->size > buf->ceiling - more) {
        buf->failed = true;
        return false;
    }
    if (room <= buf->size + more)
        room = buf->size + more + 1;
    data = mk_realloc(buf->data, room);
    if (!data) {
        buf->failed = true;
        return false;
    }
    buf->data = data;
    buf->room = room;
    return true;
}

/* Room for more bytes and a NUL. */
static inline bool reserve(struct mk_buf *buf, size_t more)
{
    if (!buf->failed && more <= buf->ceiling - buf->size && more < buf->room - buf->size)
        return true;
    return grow(buf, more);
}

void mk_buf_reserve(struct mk_buf *buf, size_t more)
{
    reserve(buf, more);
}

void mk_buf_append(struct mk_buf *buf, const void *bytes, size_t size)
{
    if (!reserve(buf, size))
        return;
    if (size)
        memcpy(buf->data + buf->size, bytes, size);
    buf->size += size;
    buf->data[buf->size] = '\0';
}

void mk_buf_puts(struct mk_buf *buf, const char *text)
{
    mk_buf_append(buf, text, strlen(text));
}

void mk_buf_putc(struct mk_buf *buf, char c)
{
    mk_buf_append(buf, &c, 1);
}

void mk_buf_printf(struct mk_buf *buf, const char *format, ...)
{
    va_list args;
    int length;

    va_start(args, format);
    length = vsnprintf(NULL, 0, format, args);
    va_end(args);
    if (length < 0) {
        buf->failed = true;
        return;
    }
    if (!reserve(buf, (size_t)length))
        return;
    va_start(args, format);
    vsnprintf(buf->data + buf->size, (size_t)length + 1, format, args);
    va_end(args);
    buf->size += (size_t)length;
}

char *mk_buf_take(struct mk_buf *buf, size_t *size)
{
    char *data;

    if (!buf->failed)
        mk_buf_append(buf, "", 0);
    if (buf->failed)
        return NULL;
    data = buf->data;
    if (size)
        *size = buf->size;
    *buf = (struct mk_buf){.ceiling = buf->ceiling};
    return data;
}
