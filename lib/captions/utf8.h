#ifndef MK_CAPTIONS_UTF8_H
#define MK_CAPTIONS_UTF8_H

#include <stddef.h>
#include <stdint.h>

/** Take one character off well-formed UTF-8; 0 at its end. */
uint32_t mk_utf8_take(const char **text);

/** Write @p point (not 0) to @p to, which has room for 4. @return how many bytes. */
size_t mk_utf8_write(uint32_t point, char *to);

#endif
