#include <jansson.h>
#include <stdio.h>

#include "base/arena.h"
#include "base/error.h"
#include "model/table.h"
#include "model/walk.h"

struct parse {
    struct mk_arena *arena;
    bool input;
    struct mockets_error *err;
};

static mockets_status parse_object(const struct parse *parse, const struct mk_shape *shape,
                                   json_t *json, const struct mk_step *step, void *out);

static mockets_status refuse(const struct parse *parse, const struct mk_step *step,
                             const char *message)
{
    mk_fail(parse->err, MOCKETS_E_SERIALIZATION, "%s", message);
    mk_step_blame(step, parse->err);
    return MOCKETS_E_SERIALIZATION;
}

/* The service's texts for a value that is no string. */
static const char *not_a_string(const json_t *json)
{
    switch (json_typeof(json)) {
    case JSON_OBJECT:
        return "Start of structure or map found where not expected.";
    case JSON_ARRAY:
        return "Start of list found where not expected.";
    case JSON_TRUE:
        return "TRUE_VALUE can not be converted to a String";
    case JSON_FALSE:
        return "FALSE_VALUE can not be converted to a String";
    default:
        return "NUMBER_VALUE can not be converted to a String";
    }
}

static const char *not_an_object(const json_t *json)
{
    return json_is_array(json) ? "Start of list found where not expected."
                               : "Expected structure or map, or null";
}

static mockets_status parse_string(const struct parse *parse, json_t *json,
                                   const struct mk_step *step, const char **out)
{
    if (json_is_null(json))
        return MOCKETS_OK;
    if (!json_is_string(json))
        return refuse(parse, step, not_a_string(json));
    *out = mk_arena_memdup(parse->arena, json_string_value(json), json_string_length(json));
    return *out ? MOCKETS_OK : mk_fail_nomem(parse->err);
}

static mockets_status parse_item(const struct parse *parse, const struct mk_field *field,
                                 json_t *json, const struct mk_step *step, void *out)
{
    if (!field->shape)
        return parse_string(parse, json, step, out);
    if (json_is_null(json))
        return MOCKETS_OK;
    return parse_object(parse, field->shape, json, step, out);
}

static mockets_status parse_list(const struct parse *parse, const struct mk_field *field,
                                 json_t *json, const struct mk_step *step, void *object)
{
    size_t size = field->shape ? field->shape->size : sizeof(const char *);
    size_t count = json_array_size(json);
    char *items;

    if (!json_is_array(json))
        return refuse(parse, step, "Expected list or null");
    items = mk_arena_array(parse->arena, count, size);
    if (!items)
        return mk_fail_nomem(parse->err);
    for (size_t i = 0; i < count; i++) {
        struct mk_step at = {.parent = step, .index = i};
        mockets_status rc =
            parse_item(parse, field, json_array_get(json, i), &at, items + i * size);

        if (rc)
            return rc;
    }
    mk_member_set(object, field, items);
    mk_member_set_count(object, field, count);
    return MOCKETS_OK;
}

static mockets_status parse_map(const struct parse *parse, const struct mk_field *field,
                                json_t *json, const struct mk_step *step, void *object)
{
    struct mk_pair *pairs;
    size_t count = 0;
    const char *key;
    json_t *value;

    if (!json_is_object(json))
        return refuse(parse, step, not_an_object(json));
    pairs = mk_arena_array(parse->arena, json_object_size(json), sizeof(*pairs));
    if (!pairs)
        return mk_fail_nomem(parse->err);
    json_object_foreach(json, key, value)
    {
        mockets_status rc = parse_string(parse, value, step, &pairs[count].value);

        if (rc)
            return rc;
        if (!pairs[count].value)
            continue;
        pairs[count].key = mk_arena_strdup(parse->arena, key);
        if (!pairs[count++].key)
            return mk_fail_nomem(parse->err);
    }
    mk_member_set(object, field, pairs);
    mk_member_set_count(object, field, count);
    return MOCKETS_OK;
}

static mockets_status parse_integer(const struct parse *parse, json_t *json,
                                    const struct mk_step *step, struct mk_integer *out)
{
    if (!json_is_integer(json))
        return refuse(parse, step, "Expected an integer or null");
    *out = (struct mk_integer){.set = true, .value = json_integer_value(json)};
    return MOCKETS_OK;
}

static mockets_status parse_struct(const struct parse *parse, const struct mk_field *field,
                                   json_t *json, const struct mk_step *step, void *object)
{
    void *value = mk_arena_alloc(parse->arena, field->shape->size);

    if (!value)
        return mk_fail_nomem(parse->err);
    mk_member_set(object, field, value);
    return parse_object(parse, field->shape, json, step, value);
}

static mockets_status parse_member(const struct parse *parse, const struct mk_field *field,
                                   json_t *json, const struct mk_step *step, void *object)
{
    const char *text = NULL;
    mockets_status rc;

    switch (field->kind) {
    case MK_STRING:
        rc = parse_string(parse, json, step, &text);
        if (!rc)
            mk_member_set(object, field, text);
        return rc;
    case MK_INTEGER:
        return parse_integer(parse, json, step, mk_member_integer(object, field));
    case MK_STRUCT:
        return parse_struct(parse, field, json, step, object);
    case MK_LIST:
        return parse_list(parse, field, json, step, object);
    case MK_MAP:
        return parse_map(parse, field, json, step, object);
    }
    return MOCKETS_E_INTERNAL;
}

static mockets_status parse_object(const struct parse *parse, const struct mk_shape *shape,
                                   json_t *json, const struct mk_step *step, void *out)
{
    if (!json_is_object(json))
        return refuse(parse, step, not_an_object(json));
    for (size_t i = 0; i < shape->field_count; i++) {
        const struct mk_field *field = &shape->fields[i];
        struct mk_step at = {.parent = step, .name = field->name};
        json_t *value;
        mockets_status rc;

        if (parse->input && field->output_only)
            continue;
        value = json_object_get(json, field->name);
        if (!value || json_is_null(value))
            continue;
        rc = parse_member(parse, field, value, &at, out);
        if (rc)
            return rc;
    }
    return MOCKETS_OK;
}

/* jansson's own texts quote the input, so they are not passed on. */
static mockets_status refuse_text(const json_error_t *error, struct mockets_error *err)
{
    const char *reason = "it is not JSON";

    switch (json_error_code(error)) {
    case json_error_out_of_memory:
        return mk_fail_nomem(err);
    case json_error_premature_end_of_input:
        reason = "it ends too early";
        break;
    case json_error_invalid_utf8:
        reason = "it is not UTF-8";
        break;
    case json_error_null_character:
    case json_error_null_byte_in_key:
        reason = "it holds a NUL character";
        break;
    case json_error_stack_overflow:
        reason = "it is nested too deep";
        break;
    case json_error_numeric_overflow:
        reason = "a number is too large";
        break;
    case json_error_end_of_input_expected:
        reason = "something follows its end";
        break;
    default:
        break;
    }
    return mk_fail(err, MOCKETS_E_SERIALIZATION,
                   "The JSON text cannot be read at line %d, column %d: %s.", error->line,
                   error->column, reason);
}

mockets_status mk_model_parse(const struct mk_shape *shape, const char *json, size_t size,
                              bool input, struct mk_arena *arena, void *out,
                              struct mockets_error *err)
{
    const struct parse parse = {.arena = arena, .input = input, .err = err};
    const struct mk_step root = {0};
    mockets_status rc = MOCKETS_OK;
    json_error_t error;
    json_t *tree;

    if (input && !size)
        return MOCKETS_OK;
    tree = json_loadb(size ? json : "", size, JSON_DECODE_ANY, &error);
    if (!tree)
        return refuse_text(&error, err);
    if (!input || !json_is_null(tree))
        rc = parse_object(&parse, shape, tree, &root, out);
    json_decref(tree);
    return rc;
}
