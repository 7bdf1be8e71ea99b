#include "captions/text.h"

#include <string.h>
#include <strings.h>

#include "base/str.h"

bool mk_caption_line(const char **at, const char *end, const char **line, size_t *size)
{
    const char *newline;

    if (*at >= end)
        return false;
    newline = memchr(*at, '\n', (size_t)(end - *at));
    *line = *at;
    *size = (size_t)((newline ? newline : end) - *at);
    *at = newline ? newline + 1 : end;
    if (*size && (*line)[*size - 1] == '\r')
        --*size;
    return true;
}

static const struct {
    const char *name, *means;
} entities[] = {
    {"&amp;", "&"}, {"&lt;", "<"},        {"&gt;", ">"}, {"&quot;", "\""}, {"&apos;", "'"},
    {"&#39;", "'"}, {"&nbsp;", "\u00a0"}, {"&lrm;", ""}, {"&rlm;", ""},    {"&shy;", ""},
};

static size_t plain_entity(const char *text, size_t size, struct mk_buf *to)
{
    for (size_t i = 0; i < sizeof(entities) / sizeof(entities[0]); i++) {
        size_t length = strlen(entities[i].name);

        if (length <= size && memcmp(text, entities[i].name, length) == 0) {
            mk_buf_puts(to, entities[i].means);
            return length;
        }
    }
    mk_buf_putc(to, '&');
    return 1;
}

/* Is this '<' the begin of a tag of SubRip or WebVTT, and not a sign? */
static bool opens_tag(const char *text, size_t size)
{
    static const char *const tags[] = {"b", "i", "u", "s", "c", "v", "font", "ruby", "rt", "lang"};
    size_t name = 1, length;

    name += size > 1 && text[1] == '/';
    for (length = 0; name + length < size && text[name + length] >= 'A'; length++)
        ;
    for (size_t i = 0; i < sizeof(tags) / sizeof(tags[0]); i++) {
        if (length == strlen(tags[i]) && strncasecmp(text + name, tags[i], length) == 0)
            return true;
    }
    return name < size && ((text[name] >= '0' && text[name] <= '9') || text[name] == '>');
}

void mk_caption_plain(const char *text, size_t size, struct mk_buf *to)
{
    for (size_t i = 0; i < size;) {
        const char *close = NULL;

        if (text[i] == '<' && opens_tag(text + i, size - i))
            close = memchr(text + i, '>', size - i);
        else if (text[i] == '{' && i + 1 < size && text[i + 1] == '\\')
            close = memchr(text + i, '}', size - i);
        if (close)
            i = (size_t)(close - text) + 1;
        else if (text[i] == '&')
            i += plain_entity(text + i, size - i, to);
        else
            mk_buf_putc(to, text[i++]);
    }
}

/* The first that matches reads the file. */
static const struct format {
    const char *begin;
    mockets_status (*read)(const char *, size_t, struct mk_cue_list *, struct mockets_error *);
} formats[] = {
    {"WEBVTT", mk_webvtt_read},
    {"Scenarist_SCC", mk_scc_read},
    {"<", mk_ttml_read},
    {"", mk_srt_read},
};

static const struct format *detect(const char *text)
{
    const struct format *format = formats;

    text += strspn(text, " \t\r\n");
    while (!mk_str_starts(text, format->begin))
        format++;
    return format;
}

mockets_status mk_caption_read(const char *bytes, size_t size, struct mk_arena *arena,
                               struct mk_cues *out, enum mk_caption_fault *fault,
                               struct mockets_error *err)
{
    static const char mark[] = "\xef\xbb\xbf";
    struct mk_cue_list list = {.arena = arena};
    const char *text = mk_arena_memdup(arena, bytes, size);
    mockets_status rc;

    if (!text)
        return mk_fail_nomem(err);
    if (!mk_str_utf8(text, size) || memchr(text, 0, size)) {
        *fault = MK_CAPTION_NOT_UTF8;
        return mk_fail(err, MOCKETS_E_MEDIA, "the captions are not UTF-8");
    }
    if (mk_str_starts(text, mark)) {
        text += 3;
        size -= 3;
    }
    rc = detect(text)->read(text, size, &list, err);
    if (!rc)
        rc = mk_cue_list_finish(&list, out, err);
    if (rc == MOCKETS_E_MEDIA)
        *fault = MK_CAPTION_BROKEN;
    return rc;
}
