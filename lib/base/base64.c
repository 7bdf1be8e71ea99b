#include "base/base64.h"

#include <stdint.h>
#include <string.h>

static const char alphabet[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

const char *mk_base64_encode(const void *bytes, size_t size, struct mk_arena *arena)
{
    const uint8_t *in = bytes;
    char *text = mk_arena_alloc(arena, (size + 2) / 3 * 4 + 1), *to = text;

    for (size_t i = 0; text && i < size; i += 3) {
        size_t left = size - i;
        uint32_t bits = (uint32_t)in[i] << 16 | (left > 1 ? (uint32_t)in[i + 1] << 8 : 0) |
                        (left > 2 ? in[i + 2] : 0);

        *to++ = alphabet[bits >> 18];
        *to++ = alphabet[bits >> 12 & 63];
        *to++ = left > 1 ? alphabet[bits >> 6 & 63] : '=';
        *to++ = left > 2 ? alphabet[bits & 63] : '=';
    }
    return text;
}

static bool take_digit(char c, uint32_t *bits)
{
    const char *at = c ? strchr(alphabet, c) : NULL;

    *bits = *bits << 6 | (at ? (uint32_t)(at - alphabet) : 0);
    return at != NULL;
}

bool mk_base64_decode(const char *text, void *out, size_t room, size_t *size)
{
    size_t length = strlen(text), padding = 0, filled = 0;
    uint8_t *to = out;
    bool ok = length % 4 == 0;

    while (padding < 2 && padding < length && text[length - padding - 1] == '=')
        padding++;
    ok = ok && length / 4 * 3 - (length ? padding : 0) <= room;
    for (size_t i = 0; ok && i < length; i += 4) {
        size_t digits = i + 4 == length ? 4 - padding : 4;
        uint32_t bits = 0;

        for (size_t d = 0; ok && d < digits; d++)
            ok = take_digit(text[i + d], &bits);
        bits <<= 6 * (4 - digits);
        ok = ok && !(digits == 2 && bits & 0xffff) && !(digits == 3 && bits & 0xff);
        for (size_t b = 0; ok && b + 1 < digits; b++)
            to[filled++] = (uint8_t)(bits >> (16 - 8 * b));
    }
    if (ok)
        *size = filled;
    else
        memset(out, 0, filled);
    return ok;
}
