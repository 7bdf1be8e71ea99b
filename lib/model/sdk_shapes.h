#ifndef MK_MODEL_SDK_SHAPES_H
#define MK_MODEL_SDK_SHAPES_H

#include "base/arena.h"
#include "model/json_writer.h"
#include "model/table.h"

/*
 * The shapes of an SDK's model. There everything has a name, also the type of a string, so the
 * types of the tables' rows are collected first and given names.
 */

struct mk_sdk_type {
    const char *name;
    const struct mk_shape *shape; /* of a structure; else NULL */
    const struct mk_field *field; /* of which this is the type; NULL for a structure */
    const char *item;             /* name of the type of a list's or map's items; else NULL */
    bool request;                 /* a structure as requests hold it */
};

/** All types so far; zeroed struct = none. */
struct mk_sdk_types {
    struct mk_arena *arena;
    struct mk_sdk_type *items;
    size_t count, room;
    bool failed; /**< out of memory */
};

/**
 * The name of the type of a member; what it needs is collected on the way.
 *
 * @param owner  name of the structure that the member is in
 */
const char *mk_sdk_type_of(struct mk_sdk_types *types, const char *owner,
                           const struct mk_field *field, bool request);

/** The members of @p shape as "NAME": {"shape": …}; @p request leaves out what they do not hold. */
void mk_sdk_members(struct mk_sdk_types *types, const char *owner, const struct mk_shape *shape,
                    bool request, struct mk_json *json);

/** All types as members of "shapes". */
void mk_sdk_emit_types(struct mk_sdk_types *types, struct mk_json *json);

#endif
