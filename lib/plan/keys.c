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

const char *mk_key_seen_from(const char *key, const char *playlist, const char *ending,
                             struct mk_arena *arena)
{
    const char *path = mk_arena_printf(arena, "%s%s", mk_key_beside(playlist, playlist), ending);

    key = mk_key_beside(playlist, key);
    while (path && (key = strchr(key, '/'))) {
        path = mk_arena_printf(arena, "../%s", path);
        key++;
    }
    return path;
}

bool mk_key_is_playlist(const struct mk_plan_package *package, const char *key)
{
    return package->segment_us && package->container == MK_CONTAINER_TS &&
           mk_str_ends(key, ".m3u8");
}

int64_t mk_key_seconds_us(const char *text)
{
    double seconds = mk_str_empty(text) ? 0 : strtod(text, NULL);

    return seconds > 0 && seconds < 1e9 ? llround(seconds * 1e6) : 0;
}
