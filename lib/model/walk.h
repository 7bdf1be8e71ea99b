#ifndef MK_MODEL_WALK_H
#define MK_MODEL_WALK_H

/* What the walkers of the field tables share: access to members, and where in the tree they are. */

#include <string.h>

#include "model/table.h"

/** A step on the way from the root; the root has no parent and no name. */
struct mk_step {
    const struct mk_step *parent;
    const char *name; /**< of a member; NULL: item of a list */
    size_t index;     /**< of the item, from 0 */
};

/** Append the path in the style of the service's messages, "outputs.1.member.key". */
void mk_step_path(const struct mk_step *step, struct mk_buf *to);

/** Put the JSON pointer ("/Outputs/0/Key") into @p err->field, cut if it is too long. */
void mk_step_blame(const struct mk_step *step, struct mockets_error *err);

/** How many bytes of a text from outside a message shows ("%.*s"); never cuts a character. */
int mk_shown_bytes(const char *text);

/** The pointer that a struct holds for a string, struct, list or map. */
static inline const void *mk_member_get(const void *object, const struct mk_field *field)
{
    const void *value;

    memcpy(&value, (const char *)object + field->offset, sizeof(value));
    return value;
}

static inline void mk_member_set(void *object, const struct mk_field *field, const void *value)
{
    memcpy((char *)object + field->offset, &value, sizeof(value));
}

/** The count that follows the pointer of a list or map. */
static inline size_t mk_member_count(const void *object, const struct mk_field *field)
{
    size_t count;

    memcpy(&count, (const char *)object + field->offset + sizeof(void *), sizeof(count));
    return count;
}

static inline void mk_member_set_count(void *object, const struct mk_field *field, size_t count)
{
    memcpy((char *)object + field->offset + sizeof(void *), &count, sizeof(count));
}

static inline struct mk_integer *mk_member_integer(const void *object, const struct mk_field *field)
{
    return (struct mk_integer *)((char *)object + field->offset);
}

#endif
