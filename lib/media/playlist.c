#include "media/playlist.h"

#include <string.h>

/* What stands for itself in a path (RFC 3986); a ":" could be taken for the end of a scheme. */
static bool is_plain(unsigned char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           (c && strchr("-._~/!$&'()*+,;=@", c));
}

static void encode(const char *text, bool (*keeps)(unsigned char), struct mk_buf *to)
{
    for (; *text; text++) {
        if (keeps((unsigned char)*text))
            mk_buf_putc(to, *text);
        else
            mk_buf_printf(to, "%%%02X", (unsigned char)*text);
    }
}

void mk_playlist_uri(const char *path, struct mk_buf *to)
{
    encode(path, is_plain, to);
}

/* It has its own parts and escapes already. */
static bool is_harmless(unsigned char c)
{
    return is_plain(c) || (c && strchr(":?#[]%", c));
}

void mk_playlist_foreign_uri(const char *uri, struct mk_buf *to)
{
    encode(uri, is_harmless, to);
}
