#include <string.h>

#include "captions/text.h"
#include "captions/time.h"

static const struct {
    const char *text, *written;
} escapes[] = {
    {"&", "&amp;"},  {"<", "&lt;"},  {">", "&gt;"},
    {"\n", "<br/>"}, {"\ufffe", ""}, {"\uffff", ""}, /* the last two: XML has no such */
};

static void write_text(const char *text, struct mk_buf *to)
{
    while (*text) {
        size_t i = 0, count = sizeof(escapes) / sizeof(escapes[0]);

        while (i < count && strncmp(text, escapes[i].text, strlen(escapes[i].text)) != 0)
            i++;
        if (i < count) {
            mk_buf_puts(to, escapes[i].written);
            text += strlen(escapes[i].text);
        } else {
            mk_buf_putc(to, *text++);
        }
    }
}

void mk_dfxp_write(struct mk_cues cues, const char *language, struct mk_buf *to)
{
    mk_buf_printf(to,
                  "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
                  "<tt xmlns=\"http://www.w3.org/ns/ttml\" xml:lang=\"%s\">\n"
                  "  <body>\n"
                  "    <div>\n",
                  language);
    for (size_t i = 0; i < cues.count; i++) {
        mk_buf_puts(to, "      <p begin=\"");
        mk_caption_time_write(cues.items[i].start_us, '.', to);
        mk_buf_puts(to, "\" end=\"");
        mk_caption_time_write(cues.items[i].end_us, '.', to);
        mk_buf_puts(to, "\">");
        write_text(cues.items[i].text, to);
        mk_buf_puts(to, "</p>\n");
    }
    mk_buf_puts(to, "    </div>\n"
                    "  </body>\n"
                    "</tt>\n");
}
