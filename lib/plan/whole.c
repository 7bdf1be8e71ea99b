#include "plan/whole.h"

static const struct mk_plan_picture *view_of(const struct mk_plan_picture *picture, size_t part)
{
    return picture->views ? &picture->views[part] : picture;
}

static bool makes_whole(const struct mk_plan_picture *view)
{
    return view->deinterlace == MK_DEINTERLACE_ALL || view->deinterlace == MK_DEINTERLACE_MARKED;
}

/* Only what matters: two that come to the same are equal. */
static struct mk_plan_lines lines_of(const struct mk_plan_picture *view)
{
    struct mk_plan_lines lines = {.deinterlace = MK_DEINTERLACE_NONE};

    if (!makes_whole(view))
        return lines;
    lines.deinterlace = view->deinterlace;
    lines.every_field = view->every_field;
    lines.top_field_first = view->deinterlace == MK_DEINTERLACE_ALL && view->top_field_first;
    return lines;
}

/* Thumbnails are not: they take one field of a frame here and there. */
static bool is_candidate(const struct mk_plan *plan, const struct mk_plan_picture *picture)
{
    if (picture->whole || picture->interval_us > 0)
        return false;
    for (size_t p = 0; p < plan->sources[picture->source].part_count; p++) {
        if (makes_whole(view_of(picture, p)))
            return true;
    }
    return false;
}

static bool same_lines(const struct mk_plan *plan, const struct mk_plan_picture *a,
                       const struct mk_plan_picture *b)
{
    if (a->source != b->source)
        return false;
    for (size_t p = 0; p < plan->sources[a->source].part_count; p++) {
        struct mk_plan_lines x = lines_of(view_of(a, p)), y = lines_of(view_of(b, p));

        if (x.deinterlace != y.deinterlace || x.every_field != y.every_field ||
            x.top_field_first != y.top_field_first)
            return false;
    }
    return true;
}

/* Where the fields are kept no line may move: that the picture has to know still. */
static void leave_lines(struct mk_plan_picture *view)
{
    if (makes_whole(view))
        view->deinterlace = MK_DEINTERLACE_NONE;
    view->every_field = false;
}

static mockets_status set_whole(struct mk_plan_picture *picture, size_t part_count, size_t whole,
                                struct mk_arena *arena, struct mockets_error *err)
{
    if (picture->views) {
        struct mk_plan_picture *views =
            mk_arena_memdup(arena, picture->views, part_count * sizeof(*views));

        if (!views)
            return mk_fail_nomem(err);
        for (size_t p = 0; p < part_count; p++)
            leave_lines(&views[p]);
        picture->views = views;
    }
    leave_lines(picture);
    picture->whole = (unsigned)whole;
    return MOCKETS_OK;
}

/* Make frames whole for @p first and those after it that want the same. */
static mockets_status add_whole(struct mk_plan *plan, size_t first, struct mk_arena *arena,
                                struct mockets_error *err)
{
    const struct mk_plan_picture model = plan->pictures[first];
    size_t part_count = plan->sources[model.source].part_count;
    struct mk_plan_lines *lines = mk_arena_array(arena, part_count, sizeof(*lines));
    mockets_status rc = MOCKETS_OK;

    if (!lines)
        return mk_fail_nomem(err);
    for (size_t p = 0; p < part_count; p++)
        lines[p] = lines_of(view_of(&model, p));
    plan->wholes[plan->whole_count++] =
        (struct mk_plan_whole){.source = model.source, .parts = lines};
    for (size_t i = first; i < plan->picture_count && !rc; i++) {
        struct mk_plan_picture *picture = &plan->pictures[i];

        if (is_candidate(plan, picture) && same_lines(plan, picture, &model))
            rc = set_whole(picture, part_count, plan->whole_count, arena, err);
    }
    return rc;
}

static bool is_shared(const struct mk_plan *plan, size_t first)
{
    const struct mk_plan_picture *model = &plan->pictures[first];

    for (size_t i = first + 1; is_candidate(plan, model) && i < plan->picture_count; i++) {
        if (is_candidate(plan, &plan->pictures[i]) && same_lines(plan, &plan->pictures[i], model))
            return true;
    }
    return false;
}

mockets_status mk_whole_share(struct mk_plan *plan, struct mk_arena *arena,
                              struct mockets_error *err)
{
    mockets_status rc = MOCKETS_OK;

    plan->wholes = mk_arena_array(arena, plan->picture_count / 2 + 1, sizeof(*plan->wholes));
    if (!plan->wholes)
        return mk_fail_nomem(err);
    for (size_t i = 0; i < plan->picture_count && !rc; i++) {
        if (is_shared(plan, i))
            rc = add_whole(plan, i, arena, err);
    }
    return rc;
}
