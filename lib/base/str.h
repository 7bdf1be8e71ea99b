#ifndef MK_BASE_STR_H
#define MK_BASE_STR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/** Equal, where NULL equals only NULL. */
bool mk_str_eq(const char *a, const char *b);

/** NULL or "": the API's "unset". */
bool mk_str_empty(const char *text);

bool mk_str_starts(const char *text, const char *prefix);
bool mk_str_ends(const char *text, const char *suffix);

/** Whole-string decimal number in [min, max]; false leaves *out untouched. */
bool mk_str_int64(const char *text, int64_t min, int64_t max, int64_t *out);

/** Well-formed UTF-8 (no surrogates, no overlong forms). */
bool mk_str_utf8(const char *text, size_t size);

/** Number of code points in well-formed UTF-8. */
size_t mk_str_points(const char *text);

#endif
