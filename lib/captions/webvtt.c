#include <string.h>

#include "captions/text.h"
#include "captions/time.h"

/*
 * A WebVTT file is a head and blocks between empty lines. Those with times are cues and look as
 * in SubRip, which does not mind what else there is. NOTE, STYLE and REGION have none.
 */
mockets_status mk_webvtt_read(const char *text, size_t size, struct mk_cue_list *to,
                              struct mockets_error *err)
{
    const char *at = text, *end = text + size, *line;
    size_t length;

    mk_caption_line(&at, end, &line, &length);
    if (length > 6 && line[6] != ' ' && line[6] != '\t')
        return mk_fail(err, MOCKETS_E_MEDIA, "it does not begin with WEBVTT");
    while (mk_caption_line(&at, end, &line, &length) && length) {
        if (memmem(line, length, "-->", 3)) {
            at = line; /* no empty line behind the head */
            break;
        }
    }
    if (!memmem(at, (size_t)(end - at), "-->", 3))
        return MOCKETS_OK; /* an empty segment, or notes only */
    return mk_srt_read(at, (size_t)(end - at), to, err);
}

static void write_text(const char *text, struct mk_buf *to)
{
    for (; *text; text++) {
        if (*text == '&')
            mk_buf_puts(to, "&amp;");
        else if (*text == '<')
            mk_buf_puts(to, "&lt;");
        else if (*text == '>')
            mk_buf_puts(to, "&gt;");
        else
            mk_buf_putc(to, *text);
    }
}

void mk_webvtt_write(struct mk_cues cues, const char *map, struct mk_buf *to)
{
    mk_buf_puts(to, "WEBVTT\n");
    if (map)
        mk_buf_printf(to, "%s\n", map);
    for (size_t i = 0; i < cues.count; i++) {
        mk_buf_putc(to, '\n');
        mk_caption_time_write(cues.items[i].start_us, '.', to);
        mk_buf_puts(to, " --> ");
        mk_caption_time_write(cues.items[i].end_us, '.', to);
        mk_buf_putc(to, '\n');
        write_text(cues.items[i].text, to);
        mk_buf_putc(to, '\n');
    }
}
