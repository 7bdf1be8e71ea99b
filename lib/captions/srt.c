#include <string.h>

#include "captions/text.h"
#include "captions/time.h"

static const char *skip_blanks(const char *text, const char *end)
{
    while (text < end && (*text == ' ' || *text == '\t'))
        text++;
    return text;
}

/* "00:00:01,000 --> 00:00:02,500 X1:…" */
static bool parse_times(const char *line, size_t size, int64_t *start_us, int64_t *end_us)
{
    const char *end = line + size;

    line = mk_caption_time_parse(skip_blanks(line, end), end, start_us);
    if (!line)
        return false;
    line = skip_blanks(line, end);
    if (end - line < 3 || memcmp(line, "-->", 3) != 0)
        return false;
    return mk_caption_time_parse(skip_blanks(line + 3, end), end, end_us) != NULL;
}

static bool is_empty(const char *line, size_t size)
{
    return skip_blanks(line, line + size) == line + size;
}

/* A number alone, and then a line with times: the next caption, though no empty line parts it. */
static bool begins_next(const char *line, size_t size, const char *at, const char *end)
{
    int64_t from, to;

    for (size_t i = 0; i < size; i++) {
        if (line[i] < '0' || line[i] > '9')
            return false;
    }
    return size && mk_caption_line(&at, end, &line, &size) && parse_times(line, size, &from, &to);
}

mockets_status mk_srt_read(const char *text, size_t size, struct mk_cue_list *to,
                           struct mockets_error *err)
{
    const char *at = text, *end = text + size, *line;
    bool any = false, anything = false;
    size_t length;

    while (mk_caption_line(&at, end, &line, &length)) {
        int64_t start_us, end_us;
        struct mk_buf words;

        anything = anything || !is_empty(line, length);
        if (!parse_times(line, length, &start_us, &end_us))
            continue;
        any = true;
        mk_buf_init(&words, 64 * 1024);
        while (mk_caption_line(&at, end, &line, &length) && !is_empty(line, length)) {
            if (begins_next(line, length, at, end))
                break;
            mk_caption_plain(line, length, &words);
            mk_buf_putc(&words, '\n');
        }
        if (words.failed)
            to->failed = true;
        else if (words.size)
            mk_cue_list_add(to, start_us, end_us, words.data, words.size);
        mk_buf_fini(&words);
    }
    if (anything && !any)
        return mk_fail(err, MOCKETS_E_MEDIA, "there is no caption in it");
    return MOCKETS_OK;
}

void mk_srt_write(struct mk_cues cues, struct mk_buf *to)
{
    for (size_t i = 0; i < cues.count; i++) {
        mk_buf_printf(to, "%zu\n", i + 1);
        mk_caption_time_write(cues.items[i].start_us, ',', to);
        mk_buf_puts(to, " --> ");
        mk_caption_time_write(cues.items[i].end_us, ',', to);
        mk_buf_printf(to, "\n%s\n\n", cues.items[i].text);
    }
}
