#ifndef MK_MEDIA_BOX_H
#define MK_MEDIA_BOX_H

#include "base/buf.h"

/* Numbers and boxes of ISO/IEC 14496-12, appended to a buffer; look at its failed at the end. */

static inline void put_u8(struct mk_buf *to, unsigned value)
{
    mk_buf_putc(to, (char)value);
}

static inline void put_u16(struct mk_buf *to, unsigned value)
{
    put_u8(to, value >> 8);
    put_u8(to, value);
}

static inline void put_u32(struct mk_buf *to, uint32_t value)
{
    put_u16(to, value >> 16);
    put_u16(to, value & 0xffff);
}

static inline void put_u64(struct mk_buf *to, int64_t value)
{
    put_u32(to, (uint32_t)((uint64_t)value >> 32));
    put_u32(to, (uint32_t)value);
}

static inline void put_zeros(struct mk_buf *to, size_t count)
{
    while (count--)
        put_u8(to, 0);
}

static inline void set_u32(struct mk_buf *to, size_t at, uint32_t value)
{
    for (int i = 0; !to->failed && i < 4; i++)
        to->data[at + (size_t)i] = (char)(value >> (24 - 8 * i));
}

/* @return where the box begins, for end_box() */
static inline size_t begin_box(struct mk_buf *to, const char *type)
{
    size_t at = to->size;

    put_u32(to, 0);
    mk_buf_append(to, type, 4);
    return at;
}

static inline size_t begin_full_box(struct mk_buf *to, const char *type, unsigned version,
                                    uint32_t flags)
{
    size_t at = begin_box(to, type);

    put_u32(to, version << 24 | flags);
    return at;
}

static inline void end_box(struct mk_buf *to, size_t at)
{
    set_u32(to, at, (uint32_t)(to->size - at));
}

#endif
