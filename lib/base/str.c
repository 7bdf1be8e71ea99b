#include "base/str.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

bool mk_str_eq(const char *a, const char *b)
{
    if (!a || !b)
        return a == b;
    return strcmp(a, b) == 0;
}

bool mk_str_empty(const char *text)
{
    return !text || !text[0];
}

bool mk_str_starts(const char *text, const char *prefix)
{
    return strncmp(text, prefix, strlen(prefix)) == 0;
}

bool mk_str_ends(const char *text, const char *suffix)
{
    size_t a = strlen(text), b = strlen(suffix);

    return a >= b && strcmp(text + a - b, suffix) == 0;
}

bool mk_str_int64(const char *text, int64_t min, int64_t max, int64_t *out)
{
    char *end;
    long long value;

    if (!text || !((text[0] >= '0' && text[0] <= '9') || text[0] == '-'))
        return false;
    errno = 0;
    value = strtoll(text, &end, 10);
    if (errno || *end || end == text || value < min || value > max)
        return false;
    *out = value;
    return true;
}

/* Length of the sequence that starts with this byte, 0 if none does; the least code point of it. */
static size_t sequence(unsigned char lead, uint32_t *bits, uint32_t *least)
{
    if (lead < 0x80) {
        *bits = lead;
        *least = 0;
        return 1;
    }
    if (lead >= 0xC2 && lead < 0xE0) {
        *bits = lead & 0x1F;
        *least = 0x80;
        return 2;
    }
    if (lead >= 0xE0 && lead < 0xF0) {
        *bits = lead & 0x0F;
        *least = 0x800;
        return 3;
    }
    if (lead >= 0xF0 && lead < 0xF5) {
        *bits = lead & 0x07;
        *least = 0x10000;
        return 4;
    }
    return 0;
}

bool mk_str_utf8(const char *text, size_t size)
{
    const unsigned char *p = (const unsigned char *)text;
    const unsigned char *end = p + size;

    while (p < end) {
        uint32_t point, least;
        size_t length = sequence(*p, &point, &least);

        if (!length || (size_t)(end - p) < length)
            return false;
        for (size_t i = 1; i < length; i++) {
            if ((p[i] & 0xC0) != 0x80)
                return false;
            point = point << 6 | (p[i] & 0x3F);
        }
        if (point < least || point > 0x10FFFF || (point >= 0xD800 && point < 0xE000))
            return false;
        p += length;
    }
    return true;
}

size_t mk_str_points(const char *text)
{
    size_t count = 0;

    for (; *text; text++)
        count += ((unsigned char)*text & 0xC0) != 0x80;
    return count;
}
