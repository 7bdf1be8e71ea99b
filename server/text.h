#ifndef SERVER_TEXT_H
#define SERVER_TEXT_H

#include <stdbool.h>
#include <stddef.h>

#include <mockets/error.h>

/** Fill @p err (may be NULL) with one sentence and return @p status. */
mockets_status error_set(struct mockets_error *err, mockets_status status, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/** Fill @p err (may be NULL): out of memory. */
mockets_status error_set_nomem(struct mockets_error *err);

/** A list of texts that owns them. All zero is the empty list. */
struct strings {
    char **items;
    size_t count;
};

/** Append a copy of @p text. @return false when out of memory; the list is as it was. */
bool strings_add(struct strings *list, const char *text);
void strings_clear(struct strings *list);

/**
 * Write @p text as the inside of a JSON string, without the quotes. Bytes that are not UTF-8
 * become U+FFFD. Like snprintf(), it cuts at @p capacity (never inside of a character) and ends
 * with NUL.
 *
 * @return bytes that the whole text takes, without the NUL
 */
size_t json_escape(const char *text, char *out, size_t capacity);

/** printf() into new memory. @return NULL when out of memory; release with free(). */
char *text_format(const char *format, ...) __attribute__((format(printf, 1, 2)));

#endif
