#include <string.h>

#include "media/fmp4.h"
#include "media/nal.h"

static void put_u16(struct mk_buf *to, size_t value)
{
    mk_buf_putc(to, (char)(value >> 8));
    mk_buf_putc(to, (char)value);
}

/* The sets of one type, each with its length. @return how many */
static unsigned put_sets(const uint8_t *data, size_t size, int type, struct mk_buf *to)
{
    struct mk_nals nals = {data, data + size, 0};
    struct mk_nal unit;
    unsigned count = 0;

    while (mk_nal_next(&nals, &unit)) {
        if (mk_nal_type(&unit) != type || unit.size > UINT16_MAX)
            continue;
        put_u16(to, unit.size);
        mk_buf_append(to, unit.data, unit.size);
        count++;
    }
    return count;
}

bool mk_fmp4_avc_config(const uint8_t *data, size_t size, struct mk_buf *to)
{
    enum { HIGH = 100 };
    size_t counted, begin = to->size;
    unsigned count;

    mk_buf_append(to, "\1\0\0\0\xff", 5); /* version, profile and level, four bytes a length */
    counted = to->size;
    mk_buf_putc(to, 0);
    count = put_sets(data, size, MK_NAL_SPS, to);
    if (!count || to->failed || to->size < counted + 7)
        return false;
    to->data[counted] = (char)(0xe0 | count);
    memcpy(to->data + begin + 1, to->data + counted + 4, 3);
    counted = to->size;
    mk_buf_putc(to, 0);
    count = put_sets(data, size, MK_NAL_PPS, to);
    if (!count || to->failed)
        return false;
    to->data[counted] = (char)count;
    if ((uint8_t)to->data[begin + 1] >= HIGH)
        mk_buf_append(to, "\xfd\xf8\xf8\0", 4); /* 4:2:0, eight bits */
    return true;
}

void mk_fmp4_avc_frame(const uint8_t *data, size_t size, struct mk_buf *to)
{
    struct mk_nals nals = {data, data + size, 0};
    struct mk_nal unit;

    while (mk_nal_next(&nals, &unit)) {
        put_u16(to, unit.size >> 16);
        put_u16(to, unit.size & 0xffff);
        mk_buf_append(to, unit.data, unit.size);
    }
}
