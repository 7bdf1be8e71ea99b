#include "media/playlist.h"

#include <inttypes.h>
#include <string.h>

void mk_hls_caption_playlist(const struct mk_made_segment *segments, size_t count,
                             const char *prefix, struct mk_buf *to)
{
    int64_t longest_us = 0;

    for (size_t i = 0; i < count; i++)
        longest_us = segments[i].duration_us > longest_us ? segments[i].duration_us : longest_us;
    mk_buf_printf(to,
                  "#EXTM3U\n"
                  "#EXT-X-VERSION:3\n"
                  "#EXT-X-MEDIA-SEQUENCE:0\n"
                  "#EXT-X-TARGETDURATION:%" PRId64 "\n"
                  "#EXT-X-PLAYLIST-TYPE:VOD\n",
                  (longest_us + 999500) / 1000000);
    for (size_t i = 0; i < count; i++) {
        mk_buf_printf(to, "#EXTINF:%" PRId64 ".%06" PRId64 ",\n", segments[i].duration_us / 1000000,
                      segments[i].duration_us % 1000000);
        mk_playlist_uri(prefix, to);
        mk_buf_printf(to, "%05zu.vtt\n", i);
    }
    mk_buf_puts(to, "#EXT-X-ENDLIST\n");
}

/* Quoted strings have no way to hold a quote. */
static void quote(const char *text, struct mk_buf *to)
{
    mk_buf_putc(to, '"');
    for (; *text; text++)
        mk_buf_putc(to, *text == '"' ? '\'' : *text < ' ' && *text > 0 ? ' ' : *text);
    mk_buf_putc(to, '"');
}

/* The first field carries CC1, the second CC3; the other languages are in services alone. */
static void put_service(size_t service, struct mk_buf *to)
{
    if (service < 2)
        mk_buf_printf(to, ",INSTREAM-ID=\"CC%d\"", service ? 3 : 1);
    else
        mk_buf_printf(to, ",INSTREAM-ID=\"SERVICE%zu\"", service + 1);
}

void mk_hls_caption_renditions(const struct mk_caption_rendition *renditions, size_t count,
                               struct mk_buf *to)
{
    for (size_t i = 0; i < count; i++) {
        const struct mk_caption_rendition *one = &renditions[i];

        mk_buf_printf(to, "#EXT-X-MEDIA:TYPE=%s,GROUP-ID=\"%s\",NAME=",
                      one->path ? "SUBTITLES" : "CLOSED-CAPTIONS",
                      one->path ? "subtitles" : "captions");
        quote(one->label ? one->label : one->language, to);
        mk_buf_puts(to, ",LANGUAGE=");
        quote(one->language, to);
        mk_buf_puts(to, ",DEFAULT=NO,AUTOSELECT=YES");
        if (one->path) {
            mk_buf_puts(to, ",FORCED=NO,URI=\"");
            mk_playlist_uri(one->path, to);
            mk_buf_puts(to, ".m3u8\"");
        } else {
            put_service(one->service, to);
        }
        mk_buf_putc(to, '\n');
    }
}

void mk_hls_caption_groups(const struct mk_caption_rendition *renditions, size_t count,
                           struct mk_buf *to)
{
    bool files = false, frames = false;

    for (size_t i = 0; i < count; i++) {
        files = files || renditions[i].path;
        frames = frames || !renditions[i].path;
    }
    if (files)
        mk_buf_puts(to, ",SUBTITLES=\"subtitles\"");
    if (frames)
        mk_buf_puts(to, ",CLOSED-CAPTIONS=\"captions\"");
}
