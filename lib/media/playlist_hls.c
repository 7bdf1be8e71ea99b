#include <inttypes.h>

#include "media/playlist.h"

/* Times come out of 90 kHz clocks and rationals: this much over a second is not meant. */
enum { NOISE_US = 500 };

static void put_key(const struct mk_plan_hls_key *key, struct mk_buf *to)
{
    if (!key)
        return;
    mk_buf_printf(to, "#EXT-X-KEY:METHOD=AES-128,URI=\"%s\"", key->uri);
    for (size_t i = 0; key->has_iv && i < sizeof(key->iv); i++)
        mk_buf_printf(to, "%s%02X", i ? "" : ",IV=0x", key->iv[i]);
    mk_buf_putc(to, '\n');
}

static void put_head(int version, const struct mk_made_segment *segments, size_t count,
                     struct mk_buf *to)
{
    int64_t longest_us = 0;

    for (size_t i = 0; i < count; i++) {
        if (segments[i].duration_us > longest_us)
            longest_us = segments[i].duration_us;
    }
    mk_buf_printf(to,
                  "#EXTM3U\n"
                  "#EXT-X-VERSION:%d\n"
                  "#EXT-X-MEDIA-SEQUENCE:0\n"
                  "#EXT-X-ALLOW-CACHE:YES\n"
                  "#EXT-X-TARGETDURATION:%" PRId64 "\n",
                  version, (longest_us + 999999 - NOISE_US) / 1000000);
}

static void put_duration(int64_t us, struct mk_buf *to)
{
    mk_buf_printf(to, "#EXTINF:%" PRId64 ".%06" PRId64 ",\n", us / 1000000, us % 1000000);
}

void mk_hls_media_playlist(const struct mk_made_segment *segments, size_t count, const char *prefix,
                           const struct mk_plan_hls_key *key, struct mk_buf *to)
{
    put_head(3, segments, count, to);
    mk_buf_puts(to, "#EXT-X-PLAYLIST-TYPE:VOD\n");
    put_key(key, to);
    for (size_t i = 0; i < count; i++) {
        put_duration(segments[i].duration_us, to);
        mk_playlist_uri(prefix, to);
        mk_buf_printf(to, "%05zu.ts\n", i);
    }
    mk_buf_puts(to, "#EXT-X-ENDLIST\n");
}

static void put_range(int64_t us, int64_t bytes, int64_t offset, const char *name,
                      struct mk_buf *to)
{
    put_duration(us, to);
    mk_buf_printf(to, "#EXT-X-BYTERANGE:%" PRId64 "@%" PRId64 "\n", bytes, offset);
    mk_playlist_uri(name, to);
    mk_buf_puts(to, ".ts\n");
}

void mk_hls4_media_playlist(const struct mk_made_segment *segments, size_t count, const char *name,
                            const struct mk_plan_hls_key *key, struct mk_buf *to)
{
    put_head(4, segments, count, to);
    put_key(key, to);
    for (size_t i = 0; i < count; i++)
        put_range(segments[i].duration_us, segments[i].size_bytes, segments[i].offset_bytes, name,
                  to);
    mk_buf_puts(to, "#EXT-X-ENDLIST\n");
}

void mk_hls4_iframe_playlist(const struct mk_made_segment *segments, size_t count, const char *name,
                             const struct mk_plan_hls_key *key, struct mk_buf *to)
{
    put_head(4, segments, count, to);
    put_key(key, to);
    mk_buf_puts(to, "#EXT-X-I-FRAMES-ONLY\n");
    for (size_t i = 0; i < count; i++) {
        if (segments[i].key_frame_bytes) /* none where only sound is left */
            put_range(segments[i].duration_us, segments[i].key_frame_bytes,
                      segments[i].offset_bytes, name, to);
    }
    mk_buf_puts(to, "#EXT-X-ENDLIST\n");
}

void mk_hls3_master_playlist(const struct mk_listing *listing, struct mk_buf *to)
{
    mk_buf_puts(to, "#EXTM3U\n");
    mk_hls_caption_renditions(listing->captions, listing->caption_count, to);
    for (size_t i = 0; i < listing->variant_count; i++) {
        const struct mk_made *made = listing->variants[i].made;
        int64_t average, highest = mk_playlist_peak(made, &average);

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

/* ---- HLSv4 ---- */

static bool only(const struct mk_made *made, enum mk_media_kind kind)
{
    return mk_made_find_track(made, kind) &&
           !mk_made_find_track(made, kind == MK_VIDEO ? MK_AUDIO : MK_VIDEO);
}

/* The n-th output with nothing but this kind, NULL if there are not so many. */
static const struct mk_variant *nth(const struct mk_listing *listing, enum mk_media_kind kind,
                                    size_t n)
{
    for (size_t i = 0; i < listing->variant_count; i++) {
        if (only(listing->variants[i].made, kind) && n-- == 0)
            return &listing->variants[i];
    }
    return NULL;
}

/* What the fastest key frame comes to, if it were sent at every frame: as the service counted. */
static int64_t iframe_rate(const struct mk_made *made)
{
    int64_t most = 0, bps;

    for (size_t s = 0; s < made->segment_count; s++) {
        if (made->segments[s].key_frame_bytes > most)
            most = made->segments[s].key_frame_bytes;
    }
    bps = made->frame_rate.den ? most * 8 * made->frame_rate.num / made->frame_rate.den : 0;
    return bps / 1000 * 1000;
}

static void put_groups(const struct mk_listing *listing, struct mk_buf *to)
{
    const struct mk_variant *sound;

    for (size_t n = 0; nth(listing, MK_VIDEO, 0) && (sound = nth(listing, MK_AUDIO, n)); n++) {
        mk_buf_printf(to,
                      "#EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID=\"audio-%zu\",NAME=\"Default\","
                      "AUTOSELECT=YES,DEFAULT=YES,URI=\"",
                      n);
        mk_playlist_uri(sound->path, to);
        mk_buf_puts(to, "_v4.m3u8\"\n");
    }
}

static void put_iframes(const struct mk_listing *listing, struct mk_buf *to)
{
    for (size_t i = 0; i < listing->variant_count; i++) {
        const struct mk_made_track *video = mk_made_find_track(listing->variants[i].made, MK_VIDEO);

        if (!video)
            continue;
        mk_buf_printf(
            to, "#EXT-X-I-FRAME-STREAM-INF:PROGRAM-ID=1,BANDWIDTH=%" PRId64 ",CODECS=\"%s\",URI=\"",
            iframe_rate(listing->variants[i].made), video->codec);
        mk_playlist_uri(listing->variants[i].path, to);
        mk_buf_puts(to, "_iframe.m3u8\"\n");
    }
}

/* One variant; @p sound is group number @p group, NULL: it goes without. */
static void put_variant(const struct mk_listing *listing, const struct mk_variant *variant,
                        const struct mk_variant *sound, size_t group, struct mk_buf *to)
{
    const struct mk_made *made = variant->made;
    int64_t rate = mk_playlist_peak(made, NULL) + (sound ? mk_playlist_peak(sound->made, NULL) : 0);

    mk_buf_printf(to, "#EXT-X-STREAM-INF:PROGRAM-ID=1,BANDWIDTH=%" PRId64, rate);
    if (made->width_px > 0)
        mk_buf_printf(to, ",RESOLUTION=%dx%d", made->width_px, made->height_px);
    mk_buf_printf(to, ",CODECS=\"%s%s%s\"", made->codecs, sound ? "," : "",
                  sound ? sound->made->codecs : "");
    if (sound)
        mk_buf_printf(to, ",AUDIO=\"audio-%zu\"", group);
    mk_hls_caption_groups(listing->captions, listing->caption_count, to);
    mk_buf_putc(to, '\n');
    mk_playlist_uri(variant->path, to);
    mk_buf_puts(to, "_v4.m3u8\n");
}

/* The first picture goes with the first sound, the second with the second, …; where the sounds
 * are more, the last picture goes with each of those left, where they are fewer, with the last. */
void mk_hls4_master_playlist(const struct mk_listing *listing, struct mk_buf *to)
{
    const struct mk_variant *last = NULL, *sound;
    size_t used = 0, sounds = 0;

    while (nth(listing, MK_AUDIO, sounds))
        sounds++;
    for (size_t n = 0; nth(listing, MK_VIDEO, n); n++)
        last = nth(listing, MK_VIDEO, n);
    mk_buf_puts(to, "#EXTM3U\n");
    mk_hls_caption_renditions(listing->captions, listing->caption_count, to);
    put_groups(listing, to);
    put_iframes(listing, to);
    for (size_t i = 0; i < listing->variant_count; i++) {
        const struct mk_variant *variant = &listing->variants[i];
        size_t group = used < sounds ? used : sounds - 1;

        if (last && only(variant->made, MK_AUDIO))
            continue; /* a group, not a variant */
        if (!only(variant->made, MK_VIDEO) || !sounds) {
            put_variant(listing, variant, NULL, 0, to);
            continue;
        }
        put_variant(listing, variant, nth(listing, MK_AUDIO, group), group, to);
        used++;
        while (variant == last && (sound = nth(listing, MK_AUDIO, used))) {
            put_variant(listing, variant, sound, used, to);
            used++;
        }
    }
}
