#include "media/playlist.h"

#include <string.h>

/* What stands for itself in a path (RFC 3986), in quotes and in XML too; a ":" could be taken for
 * the end of a scheme. */
static bool is_plain(unsigned char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           (c && strchr("-._~/!$()*+,;=@", c));
}

static void encode(const char *text, bool (*keeps)(unsigned char), struct mk_buf *to)
{
    for (; *text; text++) {
        if (keeps((unsigned char)*text))
            mk_buf_putc(to, *text);
        else
            mk_buf_printf(to, "%%%02X", (unsigned char)*text);
    }
}

void mk_playlist_uri(const char *path, struct mk_buf *to)
{
    encode(path, is_plain, to);
}

/* It has its own parts and escapes already. */
static bool is_harmless(unsigned char c)
{
    return is_plain(c) || (c && strchr(":?#[]%&'", c));
}

void mk_playlist_foreign_uri(const char *uri, struct mk_buf *to)
{
    encode(uri, is_harmless, to);
}

void mk_playlist_xml(const char *text, struct mk_buf *to)
{
    for (; *text; text++) {
        if (strchr("&<>\"'\t\n\r", *text))
            mk_buf_printf(to, "&#%d;", *text);
        else
            mk_buf_putc(to, (unsigned char)*text < ' ' ? '?' : *text); /* XML has no such */
    }
}

const struct mk_made_track *mk_made_find_track(const struct mk_made *made, enum mk_media_kind kind)
{
    for (size_t i = 0; i < made->track_count; i++) {
        if (made->tracks[i].kind == kind && made->tracks[i].bit_rate_bps)
            return &made->tracks[i];
    }
    return NULL;
}

int64_t mk_playlist_rate(int64_t bytes, int64_t us)
{
    double bps = us > 0 ? (double)bytes * 8e6 / (double)us : 0;

    return (int64_t)((bps + 999) / 1000) * 1000;
}

int64_t mk_playlist_peak(const struct mk_made *made, int64_t *average)
{
    int64_t bytes = 0, us = 0, highest = 0;

    for (size_t s = 0; s < made->segment_count; s++) {
        const struct mk_made_segment *segment = &made->segments[s];
        int64_t rate = mk_playlist_rate(segment->size_bytes, segment->duration_us);

        highest = rate > highest ? rate : highest;
        bytes += segment->size_bytes;
        us += segment->duration_us;
    }
    if (average)
        *average = mk_playlist_rate(bytes, us);
    return highest;
}

static int64_t frame_us(const struct mk_made *made)
{
    const struct mk_rational rate = made->frame_rate;

    return rate.num > 0 ? INT64_C(1000000) * rate.den / rate.num : 0;
}

/* Do the segments of both begin together? One may have one more at the end, of a frame or so. */
static bool pair_fits(const struct mk_made *a, const struct mk_made *b)
{
    int64_t slack_us = frame_us(a) > frame_us(b) ? frame_us(a) : frame_us(b);
    int64_t a_us = 0, b_us = 0, tail_us = 0;
    size_t s;

    slack_us += 1000;
    for (s = 0; s < a->segment_count && s < b->segment_count; s++) {
        if (a_us - b_us > slack_us || b_us - a_us > slack_us)
            return false;
        a_us += a->segments[s].duration_us;
        b_us += b->segments[s].duration_us;
    }
    for (; s < a->segment_count; s++)
        tail_us += a->segments[s].duration_us;
    for (; s < b->segment_count; s++)
        tail_us += b->segments[s].duration_us;
    return tail_us <= slack_us;
}

bool mk_playlist_fits(const struct mk_listing *listing)
{
    const struct mk_made *first = NULL;

    for (size_t i = 0; i < listing->variant_count; i++) {
        const struct mk_made *made = listing->variants[i].made;

        if (!made->width_px)
            continue;
        if (first && !pair_fits(first, made))
            return false;
        if (!first)
            first = made;
    }
    return true;
}
