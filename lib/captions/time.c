#include "captions/time.h"

#include <inttypes.h>
#include <string.h>

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static const char *parse_fraction(const char *text, const char *end, int64_t *us)
{
    int64_t unit = 100000;

    for (; text < end && is_digit(*text); text++) {
        *us += (*text - '0') * unit;
        unit /= 10;
    }
    return text;
}

const char *mk_caption_time_parse(const char *text, const char *end, int64_t *out_us)
{
    int64_t seconds = 0, us = 0, part;
    unsigned colons = 0;

    for (;;) {
        const char *start = text;

        for (part = 0; text < end && is_digit(*text) && text - start < 6; text++)
            part = part * 10 + (*text - '0');
        if (text == start)
            return NULL;
        seconds = seconds * 60 + part;
        if (text == end || *text != ':' || colons == 2)
            break;
        colons++;
        text++;
    }
    if (end - text > 1 && (*text == '.' || *text == ',') && is_digit(text[1]))
        text = parse_fraction(text + 1, end, &us);
    *out_us = seconds * 1000000 + us;
    return text;
}

int64_t mk_caption_offset_us(const char *text)
{
    int64_t us = 0;
    bool minus = text && *text == '-';

    if (!text || !*text)
        return 0;
    text += *text == '-' || *text == '+';
    mk_caption_time_parse(text, text + strlen(text), &us);
    return minus ? -us : us;
}

void mk_caption_time_write(int64_t us, char point, struct mk_buf *to)
{
    int64_t ms = us > 0 ? (us + 500) / 1000 : 0;

    mk_buf_printf(to, "%02" PRId64 ":%02d:%02d%c%03d", ms / 3600000, (int)(ms / 60000 % 60),
                  (int)(ms / 1000 % 60), point, (int)(ms % 1000));
}
