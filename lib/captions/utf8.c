#include "captions/utf8.h"

uint32_t mk_utf8_take(const char **text)
{
    const unsigned char *at = (const unsigned char *)*text;
    uint32_t point = *at;
    unsigned more = point >= 0xf0 ? 3 : point >= 0xe0 ? 2 : point >= 0xc0 ? 1 : 0;

    if (!point)
        return 0;
    if (more)
        point &= 0x3fu >> more;
    for (at++; more > 0 && (*at & 0xc0) == 0x80; more--)
        point = point << 6 | (*at++ & 0x3f);
    *text = (const char *)at;
    return point;
}

size_t mk_utf8_write(uint32_t point, char *to)
{
    size_t more = point >= 0x10000 ? 3 : point >= 0x800 ? 2 : point >= 0x80 ? 1 : 0;
    static const unsigned char heads[] = {0, 0xc0, 0xe0, 0xf0};

    for (size_t i = more; i > 0; i--) {
        to[i] = (char)(0x80 | (point & 0x3f));
        point >>= 6;
    }
    to[0] = (char)(heads[more] | point);
    return more + 1;
}
