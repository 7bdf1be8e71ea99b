#ifndef MK_MODEL_PATTERN_H
#define MK_MODEL_PATTERN_H

#include <stdbool.h>

/** No string of the API with a pattern is longer; what is does not match. Bytes. */
enum { MK_PATTERN_LONGEST = 4096 };

/**
 * Does the pattern match the whole of @p text?
 *
 * The patterns are those of the service model, a small part of regular expressions: anchors,
 * groups, alternatives, classes, \d, \w, ".", and "*", "+", "?", "{m}", "{m,}", "{m,n}" behind
 * any of them. Anything else in a pattern is a bug. A character is a code point of @p text,
 * which is well-formed UTF-8; "." is any but a line's end, \d and \w are ASCII.
 *
 * Time grows with the length of @p text times the length of the longest repetition, never worse.
 */
bool mk_pattern_match(const char *pattern, const char *text);

#endif
