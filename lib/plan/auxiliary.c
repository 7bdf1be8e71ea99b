#include "plan/auxiliary.h"

#include "base/str.h"

static const struct {
    const char *name;
    int too_large;
} kinds[] = {
    [MK_AUXILIARY_WATERMARK] = {"watermark", 4004},
    [MK_AUXILIARY_ARTWORK] = {"artwork", 4012},
};

static bool same_encryption(const struct mk_encryption *a, const struct mk_encryption *b)
{
    if (!a || !b)
        return a == b;
    return mk_str_eq(a->mode, b->mode) && mk_str_eq(a->key, b->key) &&
           mk_str_eq(a->key_md5, b->key_md5) &&
           mk_str_eq(a->initialization_vector, b->initialization_vector);
}

static bool same(const struct mk_auxiliary *a, const struct mk_auxiliary *b)
{
    return a->kind == b->kind && mk_str_eq(a->key, b->key) &&
           same_encryption(a->encryption, b->encryption);
}

size_t mk_auxiliary_find(const struct mk_auxiliary *list, size_t count,
                         const struct mk_auxiliary *object)
{
    size_t i = 0;

    while (i < count && !same(&list[i], object))
        i++;
    return i;
}

struct mk_auxiliary mk_auxiliary_of_watermark(const struct mk_job_watermark *watermark)
{
    return (struct mk_auxiliary){.kind = MK_AUXILIARY_WATERMARK,
                                 .key = watermark->input_key,
                                 .encryption = watermark->encryption};
}

struct mk_auxiliary mk_auxiliary_of_artwork(const struct mk_artwork *artwork)
{
    return (struct mk_auxiliary){
        .kind = MK_AUXILIARY_ARTWORK, .key = artwork->input_key, .encryption = artwork->encryption};
}

/* Visit what an output needs, until @p visit says to stop. @return whether it did. */
static bool each(const struct mk_job_output *output,
                 bool (*visit)(void *context, const struct mk_auxiliary *object), void *context)
{
    size_t arts = output->album_art ? output->album_art->artwork_count : 0;

    for (size_t i = 0; i < output->watermark_count; i++) {
        struct mk_auxiliary object = mk_auxiliary_of_watermark(&output->watermarks[i]);

        if (visit(context, &object))
            return true;
    }
    for (size_t i = 0; i < arts; i++) {
        struct mk_auxiliary object = mk_auxiliary_of_artwork(&output->album_art->artwork[i]);

        if (visit(context, &object))
            return true;
    }
    return false;
}

struct list {
    struct mk_auxiliary *items;
    size_t count;
};

static bool add(void *context, const struct mk_auxiliary *object)
{
    struct list *list = context;

    if (mk_auxiliary_find(list->items, list->count, object) == list->count)
        list->items[list->count++] = *object;
    return false;
}

static bool is_it(void *context, const struct mk_auxiliary *object)
{
    return same(context, object);
}

mockets_status mk_auxiliary_list(const struct mk_job *job, const bool *skip, struct mk_arena *arena,
                                 struct mk_auxiliary **out, size_t *count,
                                 struct mockets_error *err)
{
    struct list list = {NULL, 0};
    size_t most = 0;

    for (size_t i = 0; i < job->output_count; i++)
        most += job->outputs[i].watermark_count +
                (job->outputs[i].album_art ? job->outputs[i].album_art->artwork_count : 0);
    list.items = mk_arena_array(arena, most, sizeof(*list.items));
    if (!list.items)
        return mk_fail_nomem(err);
    for (size_t i = 0; i < job->output_count; i++) {
        if (!skip || !skip[i])
            each(&job->outputs[i], add, &list);
    }
    *out = list.items;
    *count = list.count;
    return MOCKETS_OK;
}

bool mk_auxiliary_is_used(const struct mk_auxiliary *object, const struct mk_job_output *output)
{
    struct mk_auxiliary wanted = *object;

    return each(output, is_it, &wanted);
}

int mk_auxiliary_check_size(const struct mk_auxiliary *object)
{
    bool fits = object->info.width_px <= MK_IMAGE_MAX_WIDTH &&
                object->info.height_px <= MK_IMAGE_MAX_HEIGHT;

    return fits ? 0 : kinds[object->kind].too_large;
}

const char *mk_auxiliary_name(enum mk_auxiliary_kind kind)
{
    return kinds[kind].name;
}
