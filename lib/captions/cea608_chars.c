#include "captions/cea608.h"

#include "captions/utf8.h"

/* Where the basic characters are not ASCII. */
static const struct {
    uint8_t byte;
    uint16_t point;
} basics[] = {
    {0x2a, 0xe1}, {0x5c, 0xe9}, {0x5e, 0xed}, {0x5f, 0xf3}, {0x60, 0xfa},
    {0x7b, 0xe7}, {0x7c, 0xf7}, {0x7d, 0xd1}, {0x7e, 0xf1}, {0x7f, 0x2588},
};

/* 11 30 … 11 3f */
static const uint16_t specials[] = {
    0xae, 0xb0, 0xbd, 0xbf, 0x2122, 0xa2, 0xa3, 0x266a,
    0xe0, 0xa0, 0xe8, 0xe2, 0xea,   0xee, 0xf4, 0xfb,
};

/* 12 20 … 12 3f, 13 20 … 13 3f; and what stands in for them. */
static const uint16_t extended[2][32] = {
    {0xc1, 0xc9,   0xd3,   0xda,   0xdc,   0xfc, 0x2018, 0xa1, 0x2a, 0x2019, 0x2014,
     0xa9, 0x2120, 0x2022, 0x201c, 0x201d, 0xc0, 0xc2,   0xc7, 0xc8, 0xca,   0xcb,
     0xeb, 0xce,   0xcf,   0xef,   0xd4,   0xd9, 0xf9,   0xdb, 0xab, 0xbb},
    {0xc3, 0xe3,   0xcd, 0xcc, 0xec, 0xd2, 0xf2,   0xd5,   0xf5,   0x7b,  0x7d,
     0x5c, 0x5e,   0x5f, 0x7c, 0x7e, 0xc4, 0xe4,   0xd6,   0xf6,   0xdf,  0xa5,
     0xa4, 0x2502, 0xc5, 0xe5, 0xd8, 0xf8, 0x250c, 0x2510, 0x2514, 0x2518},
};
static const char instead[2][33] = {"AEOUUu'!.'-cs.\"\"AACEEEeIIiOUuU\"\"",
                                    "AaIIiOoOo()/'-!-AaOosYo!AaOo++++"};

struct mk_608_code mk_608_encode(uint32_t point)
{
    for (size_t i = 0; i < sizeof(basics) / sizeof(basics[0]); i++) {
        if (basics[i].point == point)
            return (struct mk_608_code){.byte = basics[i].byte};
    }
    for (unsigned i = 0; i < sizeof(specials) / sizeof(specials[0]); i++) {
        if (specials[i] == point)
            return (struct mk_608_code){.control = 0x11, .byte = (uint8_t)(0x30 + i)};
    }
    for (unsigned set = 0; set < 2; set++) {
        for (unsigned i = 0; i < 32; i++) {
            if (extended[set][i] == point)
                return (struct mk_608_code){(uint8_t)(0x12 + set), (uint8_t)(0x20 + i),
                                            instead[set][i]};
        }
    }
    if (point >= 0x20 && point < 0x7f)
        return (struct mk_608_code){.byte = (uint8_t)point};
    return (struct mk_608_code){.byte = '?'};
}

uint16_t mk_608_decode(uint8_t control, uint8_t byte)
{
    if (control == 0x11 && byte >= 0x30 && byte < 0x40)
        return specials[byte - 0x30];
    if ((control == 0x12 || control == 0x13) && byte >= 0x20 && byte < 0x40)
        return extended[control - 0x12][byte - 0x20];
    if (control || byte < 0x20)
        return 0;
    for (size_t i = 0; i < sizeof(basics) / sizeof(basics[0]); i++) {
        if (basics[i].byte == byte)
            return basics[i].point;
    }
    return byte;
}

size_t mk_608_wrap(const char **text, uint32_t *points, size_t columns)
{
    const char *at = *text, *after_blank = NULL;
    size_t count = 0, before_blank = 0;

    while (*at == ' ' || *at == '\n')
        at++;
    while (*at && *at != '\n' && count < columns) {
        points[count] = mk_utf8_take(&at);
        if (points[count] == ' ') {
            before_blank = count;
            after_blank = at;
        }
        count++;
    }
    if (*at && *at != '\n' && *at != ' ' && after_blank) {
        at = after_blank;
        count = before_blank;
    }
    *text = at;
    return count;
}
