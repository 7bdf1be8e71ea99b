#include "plan/clip.h"

#include <math.h>
#include <stdlib.h>

#include "base/str.h"

/* A file's own length is rounded: a clip may miss it by that much. */
enum { ROUNDING_US = 50 * 1000 };

int64_t mk_clip_time_us(const char *text)
{
    double seconds = 0;

    while (!mk_str_empty(text)) {
        char *end;
        double value = strtod(text, &end);

        if (end == text || value < 0 || value > 1e6 || (*end != ':' && *end != '\0'))
            return 0;
        seconds = seconds * 60 + value;
        if (seconds > 1e6)
            return 0;
        text = *end == ':' ? end + 1 : end;
    }
    return llround(seconds * 1e6);
}

struct mk_clip_span mk_clip_span_of(const struct mk_time_span *span)
{
    struct mk_clip_span out = {0, 0};

    if (span) {
        out.start_us = mk_clip_time_us(span->start_time);
        out.duration_us = mk_clip_time_us(span->duration);
    }
    return out;
}

bool mk_clip_cut(struct mk_clip_span outer, struct mk_clip_span inner, int64_t length_us,
                 struct mk_clip_span *out, bool *beyond)
{
    int64_t start_us = outer.start_us + inner.start_us, duration_us = inner.duration_us;

    if (outer.duration_us > 0) {
        int64_t left_us = outer.duration_us - inner.start_us;

        if (left_us <= 0)
            return false;
        if (duration_us > left_us && duration_us - left_us > ROUNDING_US)
            *beyond = true;
        if (duration_us == 0 || duration_us > left_us)
            duration_us = left_us;
    }
    if (length_us > 0 && start_us >= length_us)
        return false;
    if (length_us > 0 && start_us + duration_us > length_us + ROUNDING_US)
        *beyond = true;
    *out = (struct mk_clip_span){start_us, duration_us};
    return true;
}
