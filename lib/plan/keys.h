#ifndef MK_PLAN_KEYS_H
#define MK_PLAN_KEYS_H

#include <stdint.h>

#include "base/arena.h"
#include "plan/plan.h"

/* Names of the objects that a job writes (reference 9.1). NULL: out of memory. */

/** The prefix (may be NULL) and the name behind it, nothing between them. */
const char *mk_key_join(const char *prefix, const char *name, struct mk_arena *arena);

/** A file of a playlist: prefix, name and ending, nothing between them. */
const char *mk_key_playlist(const char *prefix, const char *name, const char *ending,
                            struct mk_arena *arena);

/** @return the part of @p key behind the folder of @p playlist: where it is, seen from there. */
const char *mk_key_beside(const char *playlist, const char *key);

/** The file @p ending of the playlist as the media playlist of output @p key refers to it. */
const char *mk_key_seen_from(const char *key, const char *playlist, const char *ending,
                             struct mk_arena *arena);

/** Is @p key, an object that the package writes, a playlist? Those are never encrypted. */
bool mk_key_is_playlist(const struct mk_plan_package *package, const char *key);

/** "3", "3.5" to microseconds; 0 for NULL, "" and nonsense. */
int64_t mk_key_seconds_us(const char *text);

#endif
