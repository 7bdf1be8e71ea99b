#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/arena.h"
#include "base/buf.h"
#include "model/table.h"
#include "model/walk.h"

/* Most texts are shorter. */
enum { TEXT_BYTES = 4000 };

static void put_escaped(unsigned char c, struct mk_buf *to)
{
    static const char hex[] = "0123456789abcdef";
    char text[6] = {'\\', 'u', '0', '0', hex[c >> 4], hex[c & 15]};

    switch (c) {
    case '"':
    case '\\':
        text[1] = (char)c;
        break;
    case '\b':
        text[1] = 'b';
        break;
    case '\f':
        text[1] = 'f';
        break;
    case '\n':
        text[1] = 'n';
        break;
    case '\r':
        text[1] = 'r';
        break;
    case '\t':
        text[1] = 't';
        break;
    default:
        mk_buf_append(to, text, 6);
        return;
    }
    mk_buf_append(to, text, 2);
}

/* The end of the text, and what does not stand for itself in JSON. */
static bool is_special(unsigned char c)
{
    return c < 0x20 || c == '"' || c == '\\';
}

void mk_model_emit_string(const char *text, struct mk_buf *to)
{
    if (!text) {
        mk_buf_append(to, "null", 4);
        return;
    }
    mk_buf_putc(to, '"');
    for (;;) {
        const char *plain = text;

        while (!is_special((unsigned char)*text))
            text++;
        mk_buf_append(to, plain, (size_t)(text - plain));
        if (!*text)
            break;
        put_escaped((unsigned char)*text++, to);
    }
    mk_buf_putc(to, '"');
}

static void emit_integer(const struct mk_integer *integer, struct mk_buf *to)
{
    char text[24];
    int length;

    if (!integer->set) {
        mk_buf_append(to, "null", 4);
        return;
    }
    length = snprintf(text, sizeof(text), "%" PRId64, integer->value);
    mk_buf_append(to, text, (size_t)length);
}

static void emit_list(const struct mk_field *field, const void *items, size_t count,
                      struct mk_buf *to)
{
    const char *item = items;
    const char *const *strings = items;

    mk_buf_putc(to, '[');
    for (size_t i = 0; i < count; i++) {
        if (i)
            mk_buf_putc(to, ',');
        if (field->shape)
            mk_model_emit(field->shape, item + i * field->shape->size, to);
        else
            mk_model_emit_string(strings[i], to);
    }
    mk_buf_putc(to, ']');
}

static void emit_map(const struct mk_pair *pairs, size_t count, struct mk_buf *to)
{
    mk_buf_putc(to, '{');
    for (size_t i = 0; i < count; i++) {
        if (i)
            mk_buf_putc(to, ',');
        mk_model_emit_string(pairs[i].key, to);
        mk_buf_putc(to, ':');
        mk_model_emit_string(pairs[i].value, to);
    }
    mk_buf_putc(to, '}');
}

static void emit_member(const struct mk_field *field, const void *object, struct mk_buf *to)
{
    const void *value;

    if (field->kind == MK_INTEGER) {
        emit_integer(mk_member_integer(object, field), to);
        return;
    }
    value = mk_member_get(object, field);
    if (!value)
        mk_buf_puts(to, field->empty ? "[]" : "null");
    else if (field->kind == MK_STRING)
        mk_model_emit_string(value, to);
    else if (field->kind == MK_STRUCT)
        mk_model_emit(field->shape, value, to);
    else if (field->kind == MK_LIST)
        emit_list(field, value, mk_member_count(object, field), to);
    else
        emit_map(value, mk_member_count(object, field), to);
}

void mk_model_emit(const struct mk_shape *shape, const void *object, struct mk_buf *to)
{
    for (size_t i = 0; i < shape->field_count; i++) {
        mk_buf_append(to, i ? ",\"" : "{\"", 2);
        mk_buf_puts(to, shape->fields[i].name);
        mk_buf_append(to, "\":", 2);
        emit_member(&shape->fields[i], object, to);
    }
    mk_buf_putc(to, '}');
}

char *mk_model_text(const struct mk_shape *shape, const void *object, struct mk_arena *arena)
{
    struct mk_buf text;
    char *copy = NULL;

    mk_buf_init(&text, MK_JSON_CEILING);
    mk_buf_reserve(&text, TEXT_BYTES);
    mk_model_emit(shape, object, &text);
    if (!text.failed)
        copy = mk_arena_memdup(arena, text.data, text.size);
    mk_buf_fini(&text);
    return copy;
}
