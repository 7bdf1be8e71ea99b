#ifndef MK_PLAN_KEYS_H
#define MK_PLAN_KEYS_H

#include <stdint.h>

#include "base/arena.h"
#include "plan/plan.h"

/* Names of the objects that a job writes (reference 9.1). NULL: out of memory. */

/** The prefix (may be NULL) and the name behind it, nothing between them. */
const char *mk_key_join(const char *prefix, const char *name, struct mk_arena *arena);

/** The first object that an output with this key makes: the one that must not exist yet. */
const char *mk_key_first(const char *key, int64_t segment_us, struct mk_arena *arena);

/** The master playlist of an HLS playlist. */
const char *mk_key_master(const char *prefix, const char *name, struct mk_arena *arena);

/** The media playlist of output @p key as the master @p playlist refers to it: relative. */
const char *mk_key_variant_uri(const char *playlist, const char *key, struct mk_arena *arena);

/** Is @p key, an object that the package writes, a playlist? Those are never encrypted. */
bool mk_key_is_playlist(const struct mk_plan_package *package, const char *key);

/** "3", "3.5" to microseconds; 0 for NULL, "" and nonsense. */
int64_t mk_key_seconds_us(const char *text);

#endif
