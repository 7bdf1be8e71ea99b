#include "server/text.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

mockets_status error_set(struct mockets_error *err, mockets_status status, const char *format, ...)
{
    va_list args;

    if (!err)
        return status;
    err->status = status;
    err->field[0] = '\0';
    va_start(args, format);
    vsnprintf(err->message, sizeof(err->message), format, args);
    va_end(args);
    return status;
}

mockets_status error_set_nomem(struct mockets_error *err)
{
    return error_set(err, MOCKETS_E_NOMEM, "There is not enough memory.");
}

bool strings_add(struct strings *list, const char *text)
{
    char *copy = strdup(text);
    char **items;

    if (!copy)
        return false;
    items = realloc(list->items, (list->count + 1) * sizeof(*items));
    if (!items) {
        free(copy);
        return false;
    }
    items[list->count++] = copy;
    list->items = items;
    return true;
}

void strings_clear(struct strings *list)
{
    for (size_t i = 0; i < list->count; i++)
        free(list->items[i]);
    free(list->items);
    *list = (struct strings){0};
}

/** @return length of the well-formed UTF-8 character at @p text, 0 if there is none. */
static size_t utf8_length(const unsigned char *text)
{
    size_t length;
    unsigned char low = 0x80, high = 0xBF;

    if (text[0] < 0x80)
        return 1;
    if (text[0] < 0xC2 || text[0] > 0xF4)
        return 0;
    length = text[0] < 0xE0 ? 2 : text[0] < 0xF0 ? 3 : 4;
    if (text[0] == 0xE0)
        low = 0xA0;
    else if (text[0] == 0xED)
        high = 0x9F;
    else if (text[0] == 0xF0)
        low = 0x90;
    else if (text[0] == 0xF4)
        high = 0x8F;
    for (size_t i = 1; i < length; i++) {
        if (text[i] < low || text[i] > high)
            return 0;
        low = 0x80;
        high = 0xBF;
    }
    return length;
}

/** Write one character of @p text at @p piece. @return how many bytes of @p text it was. */
static size_t escape_one(const unsigned char *text, char piece[8])
{
    static const char plain[] = "\"\\\b\f\n\r\t", letters[] = "\"\\bfnrt";
    const char *found = strchr(plain, text[0]);
    size_t length = utf8_length(text);

    if (found) {
        snprintf(piece, 8, "\\%c", letters[found - plain]);
        return 1;
    }
    if (text[0] < 0x20 || text[0] == 0x7F) {
        snprintf(piece, 8, "\\u%04x", (unsigned)text[0]);
        return 1;
    }
    if (!length) {
        memcpy(piece, "\xEF\xBF\xBD", 4);
        return 1;
    }
    memcpy(piece, text, length);
    piece[length] = '\0';
    return length;
}

size_t json_escape(const char *text, char *out, size_t capacity)
{
    const unsigned char *in = (const unsigned char *)text;
    size_t used = 0, total = 0;
    bool full = capacity == 0;
    char piece[8];

    while (*in) {
        size_t size;

        in += escape_one(in, piece);
        size = strlen(piece);
        full = full || used + size >= capacity;
        if (!full) {
            memcpy(out + used, piece, size);
            used += size;
        }
        total += size;
    }
    if (capacity)
        out[used] = '\0';
    return total;
}

char *text_format(const char *format, ...)
{
    char *text = NULL;
    va_list args;
    int size;

    va_start(args, format);
    size = vasprintf(&text, format, args);
    va_end(args);
    return size < 0 ? NULL : text;
}
