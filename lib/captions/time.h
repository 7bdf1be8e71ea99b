#ifndef MK_CAPTIONS_TIME_H
#define MK_CAPTIONS_TIME_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"

/** "01:02:03,456", "02:03.4", "75.5": hours and minutes may miss. @return behind it, or NULL. */
const char *mk_caption_time_parse(const char *text, const char *end, int64_t *out_us);

/** A TimeOffset of the API: an optional sign, then seconds or a clock time; 0 for NULL and "". */
int64_t mk_caption_offset_us(const char *text);

/** Append HH:MM:SS, @p point, and milliseconds. */
void mk_caption_time_write(int64_t us, char point, struct mk_buf *to);

#endif
