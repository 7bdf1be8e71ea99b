#include "engine/context.h"

#include <string.h>

#include "base/str.h"

static const struct mk_field fields[] = {
    {.name = "Presets",
     .kind = MK_LIST,
     .offset = offsetof(struct mk_job_context, presets),
     .shape = &mk_shape_preset,
     .empty = true},
    {.name = "Published",
     .kind = MK_LIST,
     .offset = offsetof(struct mk_job_context, published),
     .empty = true},
};

const struct mk_shape mk_shape_job_context = {
    .name = "JobContext",
    .size = sizeof(struct mk_job_context),
    .fields = fields,
    .field_count = sizeof(fields) / sizeof(fields[0]),
};

char *mk_context_text(const char *const *presets, size_t count, struct mk_arena *arena)
{
    static const char end[] = "],\"Published\":[]}";
    size_t size = sizeof("{\"Presets\":[") + sizeof(end);
    char *text, *at;

    for (size_t i = 0; i < count; i++)
        size += strlen(presets[i]) + 1;
    text = mk_arena_alloc(arena, size);
    if (!text)
        return NULL;
    at = stpcpy(text, "{\"Presets\":[");
    for (size_t i = 0; i < count; i++) {
        if (i)
            *at++ = ',';
        at = stpcpy(at, presets[i]);
    }
    stpcpy(at, end);
    return text;
}

const struct mk_preset *mk_context_preset(const struct mk_job_context *context, const char *id)
{
    for (size_t i = 0; i < context->preset_count; i++) {
        if (mk_str_eq(context->presets[i].id, id))
            return &context->presets[i];
    }
    return NULL;
}

bool mk_context_published(const struct mk_job_context *context, const char *what)
{
    for (size_t i = 0; i < context->published_count; i++) {
        if (strcmp(context->published[i], what) == 0)
            return true;
    }
    return false;
}

mockets_status mk_context_publish(struct mk_job_context *context, const char *what,
                                  struct mk_arena *arena, struct mockets_error *err)
{
    const char **more;

    if (mk_context_published(context, what))
        return MOCKETS_OK;
    more = mk_arena_array(arena, context->published_count + 1, sizeof(*more));
    if (!more)
        return mk_fail_nomem(err);
    if (context->published_count)
        memcpy(more, context->published, context->published_count * sizeof(*more));
    more[context->published_count] = what;
    context->published = more;
    context->published_count++;
    return MOCKETS_OK;
}
