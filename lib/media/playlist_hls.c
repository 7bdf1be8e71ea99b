#include <inttypes.h>

#include "media/playlist.h"

/* Times come out of 90 kHz clocks and rationals: this much over a second is not meant. */
enum { NOISE_US = 500 };

void mk_hls_key(const struct mk_plan_hls_key *key, struct mk_buf *to)
{
    if (!key)
        return;
    mk_buf_printf(to, "#EXT-X-KEY:METHOD=AES-128,URI=\"%s\"", key->uri);
    for (size_t i = 0; key->has_iv && i < sizeof(key->iv); i++)
        mk_buf_printf(to, "%s%02X", i ? "" : ",IV=0x", key->iv[i]);
    mk_buf_putc(to, '\n');
}

void mk_hls_media_playlist(const struct mk_made_segment *segments, size_t count, const char *prefix,
                           const struct mk_plan_hls_key *key, struct mk_buf *to)
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
    mk_hls_key(key, to);
    for (size_t i = 0; i < count; i++) {
        mk_buf_printf(to, "#EXTINF:%" PRId64 ".%06" PRId64 ",\n", segments[i].duration_us / 1000000,
                      segments[i].duration_us % 1000000);
        mk_playlist_uri(prefix, to);
        mk_buf_printf(to, "%05zu.ts\n", i);
    }
    mk_buf_puts(to, "#EXT-X-ENDLIST\n");
}

/* Bits per second of @p bytes in @p us, up to the next thousand. */
static int64_t rate_of(int64_t bytes, int64_t us)
{
    double bps = us > 0 ? (double)bytes * 8e6 / (double)us : 0;

    return (int64_t)((bps + 999) / 1000) * 1000;
}

/* The rate of the fastest segment, and of all of them. */
static void measure(const struct mk_made *made, int64_t *highest, int64_t *average)
{
    int64_t bytes = 0, us = 0;

    *highest = 0;
    for (size_t s = 0; s < made->segment_count; s++) {
        const struct mk_made_segment *segment = &made->segments[s];
        int64_t rate = rate_of(segment->size_bytes, segment->duration_us);

        *highest = rate > *highest ? rate : *highest;
        bytes += segment->size_bytes;
        us += segment->duration_us;
    }
    *average = rate_of(bytes, us);
}

void mk_hls3_master_playlist(const struct mk_listing *listing, struct mk_buf *to)
{
    mk_buf_puts(to, "#EXTM3U\n");
    mk_hls_caption_renditions(listing->captions, listing->caption_count, to);
    for (size_t i = 0; i < listing->variant_count; i++) {
        const struct mk_made *made = listing->variants[i].made;
        int64_t highest, average;

        measure(made, &highest, &average);
        mk_buf_puts(to, "#EXT-X-STREAM-INF:PROGRAM-ID=1,");
        if (made->width_px > 0)
            mk_buf_printf(to, "RESOLUTION=%dx%d,", made->width_px, made->height_px);
        if (made->codecs[0])
            mk_buf_printf(to, "CODECS=\"%s\",", made->codecs);
        mk_buf_printf(to, "BANDWIDTH=%" PRId64 ",AVERAGE-BANDWIDTH=%" PRId64, highest, average);
        mk_hls_caption_groups(listing->captions, listing->caption_count, to);
        mk_buf_putc(to, '\n');
        mk_playlist_uri(listing->variants[i].path, to);
        mk_buf_puts(to, ".m3u8\n");
    }
}
