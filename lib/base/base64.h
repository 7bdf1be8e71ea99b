#ifndef MK_BASE_BASE64_H
#define MK_BASE_BASE64_H

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"

/** The standard alphabet, padded. @return text in the arena, or NULL: out of memory. */
const char *mk_base64_encode(const void *bytes, size_t size, struct mk_arena *arena);

/**
 * Strict: the standard alphabet, padded, no blanks, no bits left over.
 *
 * @param room  bytes at @p out
 * @param size  receives how many of them were filled
 *
 * @return false: @p text is no base64, or has more than @p room bytes; nothing is kept in @p out
 */
bool mk_base64_decode(const char *text, void *out, size_t room, size_t *size);

#endif
