#ifndef MK_CAPTIONS_LANGUAGE_H
#define MK_CAPTIONS_LANGUAGE_H

#include <stdbool.h>

/** Two or three letters, as ISO 639-1 and 639-2 have them. */
bool mk_language_valid(const char *code);

/** Do both mean one language: "en" and "eng", "de", "deu" and "ger"? Case does not count. */
bool mk_language_same(const char *a, const char *b);

/** The code of three letters that MP4 wants; "und" if @p code is none. */
const char *mk_language_three(const char *code);

#endif
