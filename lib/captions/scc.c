#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "captions/cea608.h"
#include "captions/text.h"

/* Scenarist captions: the pairs of line 21 as text, at 29.97 frames a second. */

enum { RATE = 30000, RATE_BASE = 1001 };

/* Drop-frame labels leave out 2 of 1800 in every minute that is no tenth. */
enum { TEN_MINUTES = 17982, MINUTE = 1798 };

static void write_label(int64_t frame, struct mk_buf *to)
{
    int64_t tens = frame / TEN_MINUTES, rest = frame % TEN_MINUTES, label = frame + tens * 18;

    if (rest >= 1800)
        label += 2 * ((rest - 1800) / MINUTE + 1);
    mk_buf_printf(to, "%02" PRId64 ":%02d:%02d;%02d", label / 108000, (int)(label / 1800 % 60),
                  (int)(label / 30 % 60), (int)(label % 30));
}

/* Is this the first of two codes that show or erase? They get a label of their own, for readers
 * that do not count the pairs of a line. */
static bool shows(const struct mk_608_pair *pair)
{
    uint8_t code = pair->bytes[1] & 0x7f;

    return (pair->bytes[0] & 0x7f) == 0x14 && (code == 0x2c || code == 0x2f) &&
           memcmp(pair->bytes, pair[-1].bytes, 2) != 0;
}

void mk_scc_write(struct mk_cues cues, struct mk_buf *to)
{
    struct mk_arena arena = {0};
    struct mk_608_pairs pairs = {0};

    mk_buf_puts(to, "Scenarist_SCC V1.0\n");
    if (mk_608_write(cues, RATE, RATE_BASE, 0, &arena, &pairs, NULL))
        to->failed = true;
    for (size_t i = 0; i < pairs.count; i++) {
        const struct mk_608_pair *pair = &pairs.items[i];

        if (i == 0 || pair->frame != pair[-1].frame + 1 || shows(pair)) {
            mk_buf_puts(to, i ? "\n\n" : "\n");
            write_label(pair->frame, to);
            mk_buf_putc(to, '\t');
        } else {
            mk_buf_putc(to, ' ');
        }
        mk_buf_printf(to, "%02x%02x", pair->bytes[0], pair->bytes[1]);
    }
    mk_buf_puts(to, "\n");
    mk_arena_fini(&arena);
}

/* @return behind the label, or NULL */
static const char *read_label(const char *line, int64_t *frame)
{
    unsigned hours, minutes, seconds, frames;
    char point;
    int used = 0;

    if (sscanf(line, "%2u:%2u:%2u%c%2u%n", &hours, &minutes, &seconds, &point, &frames, &used) !=
            5 ||
        !strchr(":;,.", point) || strspn(line, "0123456789:;,.") < (size_t)used)
        return NULL; /* scanf takes signs and blanks, too */
    minutes += hours * 60;
    *frame = ((int64_t)minutes * 60 + seconds) * 30 + frames;
    if (point != ':')
        *frame -= 2 * (minutes - minutes / 10);
    return line + used;
}

static int64_t time_of(int64_t frame)
{
    return (frame * RATE_BASE * 1000000 + RATE / 2) / RATE;
}

static int hex_digit(char c)
{
    static const char digits[] = "0123456789abcdef";
    const char *found = c ? strchr(digits, c | 0x20) : NULL;

    return found ? (int)(found - digits) : -1;
}

/* Two bytes in four hexadecimal digits. */
static bool read_pair(const char *text, uint8_t *pair)
{
    for (int i = 0; i < 2; i++) {
        int high = hex_digit(text[i * 2]), low = hex_digit(text[i * 2 + 1]);

        if (high < 0 || low < 0)
            return false;
        pair[i] = (uint8_t)(high << 4 | low);
    }
    return true;
}

static bool read_line(const char *line, size_t size, struct mk_608_reader *readers, int64_t *frame)
{
    char text[32] = "";
    const char *at, *end = line + size;

    memcpy(text, line, size < sizeof(text) - 1 ? size : sizeof(text) - 1);
    at = read_label(text, frame);
    if (!at)
        return false;
    for (at = line + (at - text); at < end;) {
        uint8_t pair[2];

        if (*at == ' ' || *at == '\t') {
            at++;
            continue;
        }
        if (end - at < 4 || !read_pair(at, pair))
            return false;
        for (int i = 0; i < 2; i++)
            mk_608_reader_put(&readers[i], time_of(*frame), pair[0], pair[1]);
        ++*frame;
        at += 4;
    }
    return true;
}

mockets_status mk_scc_read(const char *text, size_t size, struct mk_cue_list *to,
                           struct mockets_error *err)
{
    struct mk_cue_list lists[2] = {{.arena = to->arena}, {.arena = to->arena}};
    struct mk_608_reader readers[2];
    const char *at = text, *end = text + size, *line;
    unsigned number = 1;
    int64_t frame = 0;
    size_t length;

    for (unsigned i = 0; i < 2; i++)
        mk_608_reader_init(&readers[i], i, &lists[i]);
    while (strncmp(at, "Scenarist_SCC", 13) != 0 && mk_caption_line(&at, end, &line, &length))
        number++;
    mk_caption_line(&at, end, &line, &length);
    for (; mk_caption_line(&at, end, &line, &length); number++) {
        if (length && strspn(line, " \t") < length && !read_line(line, length, readers, &frame))
            return mk_fail(err, MOCKETS_E_MEDIA, "line %u cannot be understood", number + 1);
    }
    for (unsigned i = 0; i < 2; i++)
        mk_608_reader_end(&readers[i], MK_CUE_OPEN);
    *to = lists[lists[0].count == 0];
    return MOCKETS_OK;
}
