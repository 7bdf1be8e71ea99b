#include "model/sdk_shapes.h"

#include <string.h>

#include "base/str.h"

static struct mk_sdk_type *add(struct mk_sdk_types *types, const struct mk_sdk_type *type)
{
    if (types->count == types->room) {
        size_t room = types->room ? types->room * 2 : 64;
        struct mk_sdk_type *items = mk_arena_array(types->arena, room, sizeof(*items));

        if (!items) {
            types->failed = true;
            return NULL;
        }
        if (types->count)
            memcpy(items, types->items, types->count * sizeof(*items));
        types->items = items;
        types->room = room;
    }
    types->items[types->count] = *type;
    return &types->items[types->count++];
}

static const char *name_of(struct mk_sdk_types *types, const char *owner,
                           const struct mk_field *field)
{
    const char *suffix = field->kind == MK_LIST ? "List" : field->kind == MK_MAP ? "Map" : "";
    const char *name = mk_arena_printf(types->arena, "%s%s%s", owner, field->name, suffix);

    types->failed |= !name;
    return name ? name : "";
}

/* Strings of the same form are one type; so are lists of the same things. */
static bool same_form(const struct mk_field *a, const struct mk_field *b)
{
    return a->kind == b->kind && a->shape == b->shape && mk_str_eq(a->pattern, b->pattern) &&
           a->min == b->min && a->max == b->max && a->max_items == b->max_items;
}

static const struct mk_sdk_type *find(const struct mk_sdk_types *types,
                                      const struct mk_sdk_type *wanted)
{
    for (size_t i = 0; i < types->count; i++) {
        const struct mk_sdk_type *type = &types->items[i];

        if (type->shape != wanted->shape || type->request != wanted->request)
            continue;
        if (wanted->field ? type->field && same_form(type->field, wanted->field) : !type->field)
            return type;
    }
    return NULL;
}

static const char *structure_of(struct mk_sdk_types *types, const struct mk_shape *shape,
                                bool request)
{
    bool apart = request && shape->request_name;
    const struct mk_sdk_type type = {
        .name = apart ? shape->request_name : shape->name,
        .shape = shape,
        .request = apart,
    };

    if (find(types, &type) || !add(types, &type))
        return type.name;
    for (size_t i = 0; i < shape->field_count; i++) {
        if (!apart || !shape->fields[i].output_only)
            mk_sdk_type_of(types, type.name, &shape->fields[i], request);
    }
    return type.name;
}

/* What a list holds, as if it were a member itself. */
static struct mk_field item_of(const struct mk_field *field)
{
    return (struct mk_field){.name = field->name,
                             .kind = field->shape ? MK_STRUCT : MK_STRING,
                             .shape = field->shape,
                             .pattern = field->pattern,
                             .min = field->min,
                             .max = field->max};
}

const char *mk_sdk_type_of(struct mk_sdk_types *types, const char *owner,
                           const struct mk_field *field, bool request)
{
    bool many = field->kind == MK_LIST || field->kind == MK_MAP;
    struct mk_sdk_type type = {.field = field};
    const struct mk_sdk_type *known;

    if (field->kind == MK_STRUCT)
        return structure_of(types, field->shape, request);
    if (many) {
        struct mk_field *item = mk_arena_alloc(types->arena, sizeof(*item));

        if (!item) {
            types->failed = true;
            return "";
        }
        *item = item_of(field);
        type.item = mk_sdk_type_of(types, owner, item, request);
        type.request = request && field->shape && field->shape->request_name;
    }
    known = find(types, &type);
    if (known)
        return known->name;
    type.name = name_of(types, owner, field);
    add(types, &type);
    return type.name;
}

void mk_sdk_members(struct mk_sdk_types *types, const char *owner, const struct mk_shape *shape,
                    bool request, struct mk_json *json)
{
    for (size_t i = 0; i < shape->field_count; i++) {
        const struct mk_field *field = &shape->fields[i];

        if (request && field->output_only)
            continue;
        mk_json_open(json, field->name, '{');
        mk_json_string(json, "shape", mk_sdk_type_of(types, owner, field, request));
        if (field->deprecated)
            mk_json_bool(json, "deprecated", true);
        mk_json_close(json, '}');
    }
}

static void emit_string(const struct mk_field *field, struct mk_json *json)
{
    mk_json_string(json, "type", "string");
    if (field->pattern)
        mk_json_string(json, "pattern", field->pattern);
    if (field->max)
        mk_json_number(json, "max", field->max);
    if (field->min)
        mk_json_number(json, "min", field->min);
}

static void emit_type(struct mk_sdk_types *types, const struct mk_sdk_type *type,
                      struct mk_json *json)
{
    const struct mk_field *field = type->field;

    if (!field) {
        mk_json_string(json, "type", "structure");
        mk_json_open(json, "members", '{');
        mk_sdk_members(types, type->name, type->shape, type->request, json);
        mk_json_close(json, '}');
    } else if (field->kind == MK_STRING) {
        emit_string(field, json);
    } else if (field->kind == MK_INTEGER) {
        mk_json_string(json, "type", "long");
    } else {
        mk_json_string(json, "type", field->kind == MK_LIST ? "list" : "map");
        mk_json_pair(json, field->kind == MK_LIST ? "member" : "key", "shape", type->item);
        if (field->kind == MK_MAP)
            mk_json_pair(json, "value", "shape", type->item);
        if (field->max_items)
            mk_json_number(json, "max", field->max_items);
    }
}

void mk_sdk_emit_types(struct mk_sdk_types *types, struct mk_json *json)
{
    for (size_t i = 0; i < types->count; i++) {
        /* Nothing is added here any more, but the array may have moved. */
        const struct mk_sdk_type type = types->items[i];

        mk_json_open(json, type.name, '{');
        emit_type(types, &type, json);
        mk_json_close(json, '}');
    }
}
