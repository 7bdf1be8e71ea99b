#include "base/buf.h"

#include <stdarg.h>
#include <stdio.h>

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

bool mk_buf_grow(struct mk_buf *buf, size_t more)
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
    if (!mk_buf_reserve(buf, (size_t)length))
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
