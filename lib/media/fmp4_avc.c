#include <string.h>

#include "media/fmp4.h"

/* A NAL unit in Annex B. */
struct unit {
    const uint8_t *data;
    size_t size;
};

/* Where the next start code "00 00 01" is, or the end. */
static const uint8_t *find_start(const uint8_t *at, const uint8_t *end)
{
    for (; end - at >= 3; at++) {
        if (at[0] == 0 && at[1] == 0 && at[2] == 1)
            return at;
    }
    return end;
}

/* Step to the next unit; *at is where to look, and is moved on. */
static bool next_unit(const uint8_t **at, const uint8_t *end, struct unit *out)
{
    const uint8_t *start = find_start(*at, end), *stop;

    if (start == end)
        return false;
    start += 3;
    stop = find_start(start, end);
    *at = stop;
    while (stop > start && stop[-1] == 0) /* they belong to the next start code */
        stop--;
    *out = (struct unit){start, (size_t)(stop - start)};
    return true;
}

static void put_u16(struct mk_buf *to, size_t value)
{
    mk_buf_putc(to, (char)(value >> 8));
    mk_buf_putc(to, (char)value);
}

/* The sets of one type, each with its length. @return how many */
static unsigned put_sets(const uint8_t *data, size_t size, unsigned type, struct mk_buf *to)
{
    const uint8_t *at = data, *end = data + size;
    struct unit unit;
    unsigned count = 0;

    while (next_unit(&at, end, &unit)) {
        if (!unit.size || (unit.data[0] & 0x1f) != type || unit.size > UINT16_MAX)
            continue;
        put_u16(to, unit.size);
        mk_buf_append(to, unit.data, unit.size);
        count++;
    }
    return count;
}

bool mk_fmp4_avc_config(const uint8_t *data, size_t size, struct mk_buf *to)
{
    enum { SPS = 7, PPS = 8, HIGH = 100 };
    size_t counted, begin = to->size;
    unsigned count;

    mk_buf_append(to, "\1\0\0\0\xff", 5); /* version, profile and level, four bytes a length */
    counted = to->size;
    mk_buf_putc(to, 0);
    count = put_sets(data, size, SPS, to);
    if (!count || to->failed || to->size < counted + 7)
        return false;
    to->data[counted] = (char)(0xe0 | count);
    memcpy(to->data + begin + 1, to->data + counted + 4, 3);
    counted = to->size;
    mk_buf_putc(to, 0);
    count = put_sets(data, size, PPS, to);
    if (!count || to->failed)
        return false;
    to->data[counted] = (char)count;
    if ((uint8_t)to->data[begin + 1] >= HIGH)
        mk_buf_append(to, "\xfd\xf8\xf8\0", 4); /* 4:2:0, eight bits */
    return true;
}

void mk_fmp4_avc_frame(const uint8_t *data, size_t size, struct mk_buf *to)
{
    const uint8_t *at = data, *end = data + size;
    struct unit unit;

    while (next_unit(&at, end, &unit)) {
        if (!unit.size)
            continue;
        put_u16(to, unit.size >> 16);
        put_u16(to, unit.size & 0xffff);
        mk_buf_append(to, unit.data, unit.size);
    }
}
