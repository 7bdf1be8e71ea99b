#ifndef MK_MODEL_TABLE_H
#define MK_MODEL_TABLE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/error.h"

/*
 * The API's shapes as tables: one row a member. Parsing, checking and emitting all walk the same
 * rows, and so will whatever else needs to know the shapes. A shape's C struct holds
 *   MK_STRING   const char *            NULL = not set
 *   MK_INTEGER  struct mk_integer       set = false: not set
 *   MK_STRUCT   struct … *              NULL = not set
 *   MK_LIST     const T *items, size_t  of structs (shape) or of const char * (shape == NULL);
 *                                       items NULL = not set, items non-NULL with 0 = empty list
 *   MK_MAP      const struct mk_pair *, size_t   string -> string, like a list
 * A list's count member follows its pointer directly in the struct (asserted by the tests).
 */

enum mk_field_kind { MK_STRING, MK_INTEGER, MK_STRUCT, MK_LIST, MK_MAP };

/** A number that may be missing. On the wire: a JSON number or null. */
struct mk_integer {
    bool set;
    int64_t value;
};

struct mk_pair {
    const char *key;
    const char *value;
};

struct mk_shape;

/** One member of a shape; what is zero or NULL does not apply. */
struct mk_field {
    const char *name; /**< on the wire, "PipelineId" */
    enum mk_field_kind kind;
    size_t offset;                /**< of the value in the C struct */
    const struct mk_shape *shape; /**< MK_STRUCT, and MK_LIST of structs */
    const char *pattern;          /**< of the string, or of each string in a list */
    unsigned min, max;            /**< length in characters of the string; 0 max = no limit */
    unsigned max_items;           /**< of a list or map; 0 = no limit */
    bool required;
    bool output_only; /**< ignored in requests */
    bool empty;       /**< an unset list is emitted as [] (else as null) */
    bool own_text;    /**< the pattern is checked by a rule that has a text of its own */
    bool deprecated;
};

struct mk_shape {
    const char *name;         /**< "JobOutput" */
    const char *request_name; /**< of what requests hold of it, "CreateJobOutput"; NULL: all */
    size_t size;              /**< of the C struct */
    const struct mk_field *fields;
    size_t field_count;
};

/**
 * Parse JSON text into a struct of @p shape. Unknown members are ignored, null is "not set".
 *
 * @param arena  everything that *out points to is allocated here
 * @param out    struct of @p shape, zeroed by the caller
 * @param input  true for a request (output_only members are ignored), false for our own records
 *
 * @retval MOCKETS_E_SERIALIZATION  not JSON, or a member of the wrong type
 */
mockets_status mk_model_parse(const struct mk_shape *shape, const char *json, size_t size,
                              bool input, struct mk_arena *arena, void *out,
                              struct mockets_error *err);

/**
 * Check every constraint of the table, depth first in table order, and report all violations in
 * one message of the service's form ("2 validation errors detected: Value …; Value …").
 *
 * @retval MOCKETS_E_INVALID  err->field points at the first member that is wrong
 */
mockets_status mk_model_check(const struct mk_shape *shape, const void *object,
                              struct mockets_error *err);

/**
 * mk_model_check() of two structs as if they were one: of what the path and the query of a request
 * hold, and of its body. Each of the shapes may be NULL.
 */
mockets_status mk_model_check_both(const struct mk_shape *first, const void *first_object,
                                   const struct mk_shape *second, const void *second_object,
                                   struct mockets_error *err);

/** Check one string against one row, as a member called @p path ("id" in a URL). */
mockets_status mk_model_check_string(const struct mk_field *field, const char *path,
                                     const char *value, struct mockets_error *err);

/** @return the row of a member, for mk_model_check_string(); NULL if there is none. */
const struct mk_field *mk_shape_field(const struct mk_shape *shape, const char *name);

/** Append the struct as compact JSON: every member in table order, null where not set. */
void mk_model_emit(const struct mk_shape *shape, const void *object, struct mk_buf *to);

/** Append a JSON string literal (or null). */
void mk_model_emit_string(const char *text, struct mk_buf *to);

/** mk_model_emit() into the arena. NULL if memory is out. */
char *mk_model_text(const struct mk_shape *shape, const void *object, struct mk_arena *arena);

/** Most bytes of any JSON text that is made here. */
enum { MK_JSON_CEILING = 64 * 1024 * 1024 };

#endif
