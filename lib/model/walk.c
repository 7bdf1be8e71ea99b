#include "model/walk.h"

#include <stdio.h>

#include "base/buf.h"

enum { SHOWN_BYTES = 256 };

/* "/Outputs/0/Key"; the names come from the tables, so there is nothing to escape. */
static void put_pointer(const struct mk_step *step, struct mk_buf *to)
{
    if (!step->parent)
        return;
    put_pointer(step->parent, to);
    mk_buf_putc(to, '/');
    if (step->name)
        mk_buf_puts(to, step->name);
    else
        mk_buf_printf(to, "%zu", step->index);
}

static char lower(char c)
{
    return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

void mk_step_path(const struct mk_step *step, struct mk_buf *to)
{
    if (!step->parent)
        return;
    mk_step_path(step->parent, to);
    if (step->parent->parent)
        mk_buf_putc(to, '.');
    if (step->name) {
        mk_buf_putc(to, lower(step->name[0]));
        mk_buf_puts(to, step->name + 1);
    } else {
        mk_buf_printf(to, "%zu.member", step->index + 1);
    }
}

void mk_step_blame(const struct mk_step *step, struct mockets_error *err)
{
    struct mk_buf text;

    if (!err)
        return;
    mk_buf_init(&text, sizeof(err->field) - 1);
    put_pointer(step, &text);
    snprintf(err->field, sizeof(err->field), "%s", text.data ? text.data : "");
    mk_buf_fini(&text);
}

int mk_shown_bytes(const char *text)
{
    size_t size = strnlen(text, SHOWN_BYTES);

    while (size && ((unsigned char)text[size] & 0xC0) == 0x80)
        size--;
    return (int)size;
}
