#ifndef MK_MEDIA_THUMBS_H
#define MK_MEDIA_THUMBS_H

#include <stddef.h>

/**
 * The object key of a picture: {count} becomes five digits, {resolution} WxH, @p ending is added.
 *
 * @return to be released with mk_free(); NULL if memory is out
 */
char *mk_thumbs_key(const char *pattern, size_t count, int width_px, int height_px,
                    const char *ending);

#endif
