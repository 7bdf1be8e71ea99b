#include "server/content_type.h"

#include <string.h>
#include <strings.h>

static const char unknown[] = "application/octet-stream";

static const struct {
    const char *extension;
    const char *type;
} types[] = {
    {"m3u8", "application/vnd.apple.mpegurl"},
    {"ts", "video/mp2t"},
    {"mp4", "video/mp4"},
    {"m4v", "video/mp4"},
    {"fmp4", "video/mp4"},
    {"m4s", "video/iso.segment"},
    {"m4a", "audio/mp4"},
    {"aac", "audio/aac"},
    {"mpd", "application/dash+xml"},
    {"ism", "application/vnd.ms-sstr+xml"},
    {"ismc", "application/vnd.ms-sstr+xml"},
    {"webm", "video/webm"},
    {"mkv", "video/x-matroska"},
    {"mov", "video/quicktime"},
    {"flv", "video/x-flv"},
    {"mpg", "video/mpeg"},
    {"mpeg", "video/mpeg"},
    {"mxf", "application/mxf"},
    {"avi", "video/x-msvideo"},
    {"mp3", "audio/mpeg"},
    {"flac", "audio/flac"},
    {"oga", "audio/ogg"},
    {"ogg", "audio/ogg"},
    {"wav", "audio/wav"},
    {"gif", "image/gif"},
    {"png", "image/png"},
    {"jpg", "image/jpeg"},
    {"jpeg", "image/jpeg"},
    {"vtt", "text/vtt; charset=utf-8"},
    {"srt", "application/x-subrip"},
    {"ttml", "application/ttml+xml"},
    {"dfxp", "application/ttml+xml"},
    {"scc", "text/plain; charset=utf-8"},
    {"json", "application/json"},
    {"txt", "text/plain; charset=utf-8"},
    {"key", unknown},
};

const char *content_type_of_key(const char *key)
{
    const char *name = strrchr(key, '/');
    const char *dot = strrchr(name ? name + 1 : key, '.');

    if (!dot || !dot[1])
        return NULL;
    for (size_t i = 0; i < sizeof(types) / sizeof(types[0]); i++)
        if (!strcasecmp(dot + 1, types[i].extension))
            return types[i].type;
    return unknown;
}

const char *content_type_sniff(const void *data, size_t size)
{
    const unsigned char *bytes = data;

    if (size >= 8 && !memcmp(bytes + 4, "ftyp", 4))
        return "video/mp4";
    if (size > 188 && bytes[0] == 0x47 && bytes[188] == 0x47)
        return "video/mp2t";
    return unknown;
}
