#include "media/playlist.h"

#include <string.h>

/* What stands for itself in a path (RFC 3986); a ":" could be taken for the end of a scheme. */
static bool is_plain(unsigned char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           (c && strchr("-._~/!$&'()*+,;=@", c));
}

void mk_playlist_uri(const char *path, struct mk_buf *to)
{
    for (; *path; path++) {
        if (is_plain((unsigned char)*path))
            mk_buf_putc(to, *path);
        else
            mk_buf_printf(to, "%%%02X", (unsigned char)*path);
    }
}
