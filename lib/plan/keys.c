#include "plan/keys.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/str.h"

const char *mk_key_join(const char *prefix, const char *name, struct mk_arena *arena)
{
    return mk_arena_printf(arena, "%s%s", prefix ? prefix : "", name);
}

const char *mk_key_playlist(const char *prefix, const char *name, const char *ending,
                            struct mk_arena *arena)
{
    return mk_arena_printf(arena, "%s%s%s", prefix ? prefix : "", name, ending);
}

const char *mk_key_beside(const char *playlist, const char *key)
{
    const char *slash = strrchr(playlist, '/');
    size_t folder = slash ? (size_t)(slash - playlist) + 1 : 0;

    return strncmp(playlist, key, folder) == 0 ? key + folder : key;
}

int64_t mk_key_seconds_us(const char *text)
{
    double seconds = mk_str_empty(text) ? 0 : strtod(text, NULL);

    return seconds > 0 && seconds < 1e9 ? llround(seconds * 1e6) : 0;
}
