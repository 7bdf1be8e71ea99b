#include <stdio.h>
#include <string.h>

#include "base/buf.h"
#include "base/error.h"
#include "base/str.h"
#include "model/pattern.h"
#include "model/table.h"
#include "model/walk.h"

enum { HEADLINE_BYTES = 64 };

/** The violations found so far. */
struct check {
    struct mk_buf text; /* "Value …; Value …", as many as fit */
    unsigned count;
    struct mockets_error *err;
};

static void check_object(struct check *check, const struct mk_shape *shape, const void *object,
                         const struct mk_step *step);

static void put_value(const char *value, struct mk_buf *to)
{
    size_t size = (size_t)mk_shown_bytes(value);

    mk_buf_append(to, value, size);
    if (value[size])
        mk_buf_puts(to, "...");
}

/* Report that the value (NULL: none) breaks the constraint. */
static void violate(struct check *check, const struct mk_step *step, const char *value,
                    const char *constraint)
{
    struct mk_buf *text = &check->text;
    size_t before = text->size;

    if (!check->count++)
        mk_step_blame(step, check->err);
    if (text->failed)
        return;
    mk_buf_puts(text, before ? "; Value " : "Value ");
    if (value) {
        mk_buf_putc(text, '\'');
        put_value(value, text);
        mk_buf_putc(text, '\'');
    } else {
        mk_buf_puts(text, "null");
    }
    mk_buf_puts(text, " at '");
    mk_step_path(step, text);
    mk_buf_puts(text, "' failed to satisfy constraint: ");
    mk_buf_puts(text, constraint);
    if (text->failed && before) {
        text->size = before;
        text->data[before] = '\0';
    }
}

static void check_length(struct check *check, const struct mk_field *field,
                         const struct mk_step *step, const char *value)
{
    size_t length = mk_str_points(value);
    char constraint[80];

    if (field->max && length > field->max) {
        snprintf(constraint, sizeof(constraint), "Member must have length less than or equal to %u",
                 field->max);
        violate(check, step, value, constraint);
    }
    if (length < field->min) {
        snprintf(constraint, sizeof(constraint),
                 "Member must have length greater than or equal to %u", field->min);
        violate(check, step, value, constraint);
    }
}

static void check_string(struct check *check, const struct mk_field *field,
                         const struct mk_step *step, const char *value)
{
    char constraint[512];

    check_length(check, field, step, value);
    if (!field->pattern || field->own_text || mk_pattern_match(field->pattern, value))
        return;
    snprintf(constraint, sizeof(constraint), "Member must satisfy regular expression pattern: %s",
             field->pattern);
    violate(check, step, value, constraint);
}

static void check_items(struct check *check, const struct mk_field *field,
                        const struct mk_step *step, size_t count)
{
    char value[40], constraint[80];

    if (!field->max_items || count <= field->max_items)
        return;
    snprintf(value, sizeof(value), "[%zu items]", count);
    snprintf(constraint, sizeof(constraint), "Member must have length less than or equal to %u",
             field->max_items);
    violate(check, step, value, constraint);
}

static void check_list(struct check *check, const struct mk_field *field,
                       const struct mk_step *step, const void *items, size_t count)
{
    const char *const *strings = items;
    const char *item = items;

    check_items(check, field, step, count);
    for (size_t i = 0; i < count; i++) {
        struct mk_step at = {.parent = step, .index = i};

        if (field->shape)
            check_object(check, field->shape, item + i * field->shape->size, &at);
        else if (strings[i])
            check_string(check, field, &at, strings[i]);
        else
            violate(check, &at, NULL, "Member must not be null");
    }
}

/* The limits are those of keys and of values; but an empty value always means "unset". */
static void check_pair(struct check *check, const struct mk_field *field,
                       const struct mk_step *step, const struct mk_pair *pair)
{
    size_t key = mk_str_points(pair->key), value = mk_str_points(pair->value);
    bool bad_key = key < field->min || (field->max && key > field->max);
    bool bad_value = field->max && value > field->max;
    char constraint[160];

    if (!bad_key && !bad_value)
        return;
    snprintf(constraint, sizeof(constraint),
             "Map %s must satisfy constraint: [Member must have length less than or equal to %u, "
             "Member must have length greater than or equal to %u]",
             bad_key ? "keys" : "value", field->max, field->min);
    violate(check, step, bad_key ? pair->key : pair->value, constraint);
}

static void check_member(struct check *check, const struct mk_field *field, const void *object,
                         const struct mk_step *step)
{
    const struct mk_pair *pairs;
    const void *value;

    if (field->kind == MK_INTEGER)
        return;
    value = mk_member_get(object, field);
    if (!value) {
        if (field->required)
            violate(check, step, NULL, "Member must not be null");
        return;
    }
    switch (field->kind) {
    case MK_STRING:
        check_string(check, field, step, value);
        break;
    case MK_STRUCT:
        check_object(check, field->shape, value, step);
        break;
    case MK_LIST:
        check_list(check, field, step, value, mk_member_count(object, field));
        break;
    case MK_MAP:
        pairs = value;
        check_items(check, field, step, mk_member_count(object, field));
        for (size_t i = 0; i < mk_member_count(object, field); i++)
            check_pair(check, field, step, &pairs[i]);
        break;
    case MK_INTEGER:
        break;
    }
}

static void check_object(struct check *check, const struct mk_shape *shape, const void *object,
                         const struct mk_step *step)
{
    for (size_t i = 0; i < shape->field_count; i++) {
        const struct mk_field *field = &shape->fields[i];
        struct mk_step at = {.parent = step, .name = field->name};

        if (!field->output_only)
            check_member(check, field, object, &at);
    }
}

static void check_init(struct check *check, struct mockets_error *err)
{
    *check = (struct check){.err = err};
    mk_buf_init(&check->text, sizeof(err->message) - HEADLINE_BYTES);
}

static mockets_status check_fini(struct check *check)
{
    struct mockets_error *err = check->err;

    if (check->count && err) {
        err->status = MOCKETS_E_INVALID;
        snprintf(err->message, sizeof(err->message), "%u validation error%s detected: %s",
                 check->count, check->count == 1 ? "" : "s",
                 check->text.data ? check->text.data : "out of memory");
    }
    mk_buf_fini(&check->text);
    return check->count ? MOCKETS_E_INVALID : MOCKETS_OK;
}

mockets_status mk_model_check_both(const struct mk_shape *first, const void *first_object,
                                   const struct mk_shape *second, const void *second_object,
                                   struct mockets_error *err)
{
    const struct mk_step root = {0};
    struct check check;

    check_init(&check, err);
    if (first)
        check_object(&check, first, first_object, &root);
    if (second)
        check_object(&check, second, second_object, &root);
    return check_fini(&check);
}

mockets_status mk_model_check(const struct mk_shape *shape, const void *object,
                              struct mockets_error *err)
{
    return mk_model_check_both(shape, object, NULL, NULL, err);
}

mockets_status mk_model_check_string(const struct mk_field *field, const char *path,
                                     const char *value, struct mockets_error *err)
{
    const struct mk_step root = {0};
    const struct mk_step step = {.parent = &root, .name = path};
    struct check check;

    check_init(&check, err);
    if (value)
        check_string(&check, field, &step, value);
    else
        violate(&check, &step, NULL, "Member must not be null");
    return check_fini(&check);
}

const struct mk_field *mk_shape_field(const struct mk_shape *shape, const char *name)
{
    for (size_t i = 0; i < shape->field_count; i++) {
        if (strcmp(shape->fields[i].name, name) == 0)
            return &shape->fields[i];
    }
    return NULL;
}
