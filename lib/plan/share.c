#include "plan/share.h"

#include "base/str.h"

static bool same_ratio(struct mk_rational a, struct mk_rational b)
{
    return (int64_t)a.num * b.den == (int64_t)b.num * a.den;
}

static bool same_marks(const struct mk_plan_picture *a, const struct mk_plan_picture *b)
{
    if (a->mark_count != b->mark_count || (a->mark_count && a->mark_matrix != b->mark_matrix))
        return false;
    for (size_t i = 0; i < a->mark_count; i++) {
        const struct mk_plan_mark *x = &a->marks[i], *y = &b->marks[i];

        if (x->image != y->image || x->x_px != y->x_px || x->y_px != y->y_px ||
            x->width_px != y->width_px || x->height_px != y->height_px || x->opacity != y->opacity)
            return false;
    }
    return true;
}

static bool same_view(const struct mk_plan_picture *a, const struct mk_plan_picture *b)
{
    return a->source == b->source && a->deinterlace == b->deinterlace &&
           a->every_field == b->every_field && a->top_field_first == b->top_field_first &&
           a->rotation_deg == b->rotation_deg && a->mirror == b->mirror &&
           same_ratio(a->rate, b->rate) && a->interval_us == b->interval_us &&
           a->scale_width_px == b->scale_width_px && a->scale_height_px == b->scale_height_px &&
           a->crop_width_px == b->crop_width_px && a->crop_height_px == b->crop_height_px &&
           a->width_px == b->width_px && a->height_px == b->height_px &&
           same_ratio(a->sar, b->sar) && a->pixels == b->pixels && a->matrix_in == b->matrix_in &&
           a->matrix_out == b->matrix_out && a->fields == b->fields && a->weave == b->weave &&
           same_marks(a, b);
}

static bool same_picture(const struct mk_plan *plan, const struct mk_plan_picture *a,
                         const struct mk_plan_picture *b)
{
    bool same = same_view(a, b) && !a->views == !b->views;

    for (size_t i = 0; same && a->views && i < plan->sources[a->source].part_count; i++)
        same = same_view(&a->views[i], &b->views[i]);
    return same;
}

static bool same_sound(const struct mk_plan_sound *a, const struct mk_plan_sound *b)
{
    return a->source == b->source && a->sample_rate_hz == b->sample_rate_hz &&
           a->channels == b->channels && a->layout == b->layout && a->samples == b->samples &&
           a->only_channel == b->only_channel && a->silent == b->silent;
}

static bool same_effort(const struct mk_plan_effort *a, const struct mk_plan_effort *b)
{
    return mk_str_eq(a->preset, b->preset) && mk_str_eq(a->params, b->params) &&
           a->references == b->references && a->b_frames == b->b_frames &&
           a->stray_percent == b->stray_percent && a->lookahead == b->lookahead &&
           a->lookahead_threads == b->lookahead_threads &&
           a->lone_threads_percent == b->lone_threads_percent &&
           a->lone_references == b->lone_references && a->slack_percent == b->slack_percent;
}

static bool same_encode(const struct mk_plan_encode *a, const struct mk_plan_encode *b)
{
    return a->kind == b->kind && a->of == b->of && a->codec == b->codec && a->copies == b->copies &&
           a->bit_rate_bps == b->bit_rate_bps && a->max_rate_bps == b->max_rate_bps &&
           a->min_rate_bps == b->min_rate_bps && a->buffer_bits == b->buffer_bits &&
           mk_str_eq(a->profile, b->profile) && mk_str_eq(a->level, b->level) &&
           same_effort(&a->effort, &b->effort) && a->reference_frames == b->reference_frames &&
           a->gop_frames == b->gop_frames && a->fixed_gop == b->fixed_gop &&
           a->segment_us == b->segment_us && a->fields == b->fields && a->threads == b->threads &&
           a->captions.items == b->captions.items;
}

unsigned mk_share_picture(struct mk_plan *plan, const struct mk_plan_picture *picture)
{
    for (size_t i = 0; i < plan->picture_count; i++) {
        if (same_picture(plan, &plan->pictures[i], picture))
            return (unsigned)i;
    }
    plan->pictures[plan->picture_count] = *picture;
    return (unsigned)plan->picture_count++;
}

unsigned mk_share_sound(struct mk_plan *plan, const struct mk_plan_sound *sound)
{
    for (size_t i = 0; i < plan->sound_count; i++) {
        if (same_sound(&plan->sounds[i], sound))
            return (unsigned)i;
    }
    plan->sounds[plan->sound_count] = *sound;
    return (unsigned)plan->sound_count++;
}

unsigned mk_share_encode(struct mk_plan *plan, const struct mk_plan_encode *encode)
{
    for (size_t i = 0; i < plan->encode_count; i++) {
        if (same_encode(&plan->encodes[i], encode))
            return (unsigned)i;
    }
    plan->encodes[plan->encode_count] = *encode;
    return (unsigned)plan->encode_count++;
}
