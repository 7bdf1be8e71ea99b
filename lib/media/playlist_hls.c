#include <inttypes.h>

#include "base/buf.h"
#include "media/media.h"

/* Times come out of 90 kHz clocks and rationals: this much over a second is not meant. */
enum { NOISE_US = 500 };

void mk_hls_media_playlist(const struct mk_made_segment *segments, size_t count,
                           const char *name_prefix, struct mk_buf *to)
{
    int64_t longest_us = 0;

    for (size_t i = 0; i < count; i++) {
        if (segments[i].duration_us > longest_us)
            longest_us = segments[i].duration_us;
    }
    mk_buf_printf(to,
                  "#EXTM3U\n"
                  "#EXT-X-VERSION:3\n"
                  "#EXT-X-MEDIA-SEQUENCE:0\n"
                  "#EXT-X-ALLOW-CACHE:YES\n"
                  "#EXT-X-TARGETDURATION:%" PRId64 "\n"
                  "#EXT-X-PLAYLIST-TYPE:VOD\n",
                  (longest_us + 999999 - NOISE_US) / 1000000);
    for (size_t i = 0; i < count; i++)
        mk_buf_printf(to, "#EXTINF:%" PRId64 ".%06" PRId64 ",\n%s%05zu.ts\n",
                      segments[i].duration_us / 1000000, segments[i].duration_us % 1000000,
                      name_prefix, i);
    mk_buf_puts(to, "#EXT-X-ENDLIST\n");
}

/* Bits per second of @p bytes in @p us, up to the next thousand. */
static int64_t rate_of(int64_t bytes, int64_t us)
{
    double bps = us > 0 ? (double)bytes * 8e6 / (double)us : 0;

    return (int64_t)((bps + 999) / 1000) * 1000;
}

void mk_hls_master_playlist(const struct mk_hls_variant *variants, size_t count, struct mk_buf *to)
{
    mk_buf_puts(to, "#EXTM3U\n");
    for (size_t i = 0; i < count; i++) {
        const struct mk_hls_variant *variant = &variants[i];
        int64_t highest = 0, bytes = 0, us = 0;

        for (size_t s = 0; s < variant->segment_count; s++) {
            const struct mk_made_segment *segment = &variant->segments[s];
            int64_t rate = rate_of(segment->size_bytes, segment->duration_us);

            highest = rate > highest ? rate : highest;
            bytes += segment->size_bytes;
            us += segment->duration_us;
        }
        mk_buf_puts(to, "#EXT-X-STREAM-INF:PROGRAM-ID=1,");
        if (variant->width_px > 0)
            mk_buf_printf(to, "RESOLUTION=%dx%d,", variant->width_px, variant->height_px);
        if (variant->codecs && variant->codecs[0])
            mk_buf_printf(to, "CODECS=\"%s\",", variant->codecs);
        mk_buf_printf(to, "BANDWIDTH=%" PRId64 ",AVERAGE-BANDWIDTH=%" PRId64 "\n%s\n", highest,
                      rate_of(bytes, us), variant->uri);
    }
}
