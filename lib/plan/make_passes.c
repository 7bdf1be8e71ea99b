#include <math.h>
#include <string.h>

#include "base/str.h"
#include "plan/effort.h"
#include "plan/maker.h"
#include "plan/memory.h"

/*
 * Below this the second look costs more than it gives. Of large pictures it is a small part, and
 * second passes take much less memory; what they save is spent on them where the film is brief.
 */
static const int64_t LEAST_US = 4 * 1000 * 1000, LEAST_LARGE_US = 1000 * 1000;

static int shrink(int px, double factor)
{
    int even = 2 * (int)lround(px * factor / 2);

    return even < 2 ? 2 : even;
}

/* The same picture, smaller and plainer. */
static void shrink_picture(struct mk_plan_picture *picture, struct mk_effort_look look)
{
    double factor = sqrt(look.most_px / ((double)picture->width_px * picture->height_px));

    picture->draft = look.draft;
    picture->mark_count = 0;
    if (factor >= 1)
        return;
    picture->scale_width_px = shrink(picture->scale_width_px, factor);
    picture->scale_height_px = shrink(picture->scale_height_px, factor);
    picture->crop_width_px = shrink(picture->crop_width_px, factor);
    picture->crop_height_px = shrink(picture->crop_height_px, factor);
    picture->width_px = shrink(picture->width_px, factor);
    picture->height_px = shrink(picture->height_px, factor);
}

/* @param us  0: nobody knows */
static bool long_enough(int64_t us, bool large)
{
    return large ? us <= 0 || us >= LEAST_LARGE_US : us >= LEAST_US;
}

static int64_t duration_of(const struct mk_plan *plan, const struct mk_plan_encode *encode)
{
    return plan->sources[plan->pictures[encode->of].source].duration_us;
}

/* Can all that the encode is made of be read a second time? */
static bool comes_again(const struct mk_maker *maker, const struct mk_plan_encode *encode)
{
    const struct mk_plan *plan = maker->plan;
    const struct mk_plan_source *source = &plan->sources[plan->pictures[encode->of].source];

    for (size_t p = 0; p < source->part_count; p++) {
        if (maker->request->infos[source->parts[p].input].once)
            return false;
    }
    return true;
}

static bool wants_two(const struct mk_maker *maker, const struct mk_plan_encode *encode)
{
    const struct mk_plan *plan = maker->plan;
    bool large = mk_memory_is_large(plan);

    return encode->codec == MK_CODEC_H264 && !encode->copies && encode->bit_rate_bps > 0 &&
           encode->fields == MK_FIELDS_PROGRESSIVE && !maker->request->x264_preset &&
           mk_effort_looks_twice(maker->request->speed) &&
           long_enough(duration_of(plan, encode), large) && comes_again(maker, encode);
}

bool mk_maker_is_tight(const struct mk_plan_encode *encode)
{
    return encode->max_rate_bps * 10 <= encode->bit_rate_bps * 11 &&
           encode->buffer_bits <= encode->bit_rate_bps * 2;
}

double mk_maker_pixels(const struct mk_maker *maker, size_t s)
{
    const struct mk_plan_source *source = &maker->plan->sources[s];
    bool decodes = mk_maker_decodes(maker, s, MK_VIDEO);
    double most = 0;

    for (size_t p = 0; p < source->part_count; p++) {
        const struct mk_maker_input *input = &maker->inputs[source->parts[p].input];
        double pixels = 0;

        if (decodes && input->rate.den > 0)
            pixels = (double)input->video->width_px * input->video->height_px * input->rate.num /
                     input->rate.den;
        most = pixels > most ? pixels : most;
    }
    return most;
}

/* A second. */
static double frames_of(const struct mk_plan *plan, const struct mk_plan_encode *encode)
{
    const struct mk_plan_picture *picture = &plan->pictures[encode->of];

    return (double)picture->rate.num / picture->rate.den;
}

/*
 * Does a picture of so many pixels tell a first pass more than the other? The larger one does, but
 * what has to be shrunk tells no more, and takes longer.
 */
static bool tells_more(int64_t pixels, int64_t other, int most_px)
{
    if ((pixels <= most_px) != (other <= most_px))
        return pixels <= most_px;
    return pixels <= most_px ? pixels > other : pixels < other;
}

/* That of those not counted yet which the first pass is of, for all that can share it; or NULL. */
static const struct mk_plan_encode *find_model(const struct mk_maker *maker)
{
    const struct mk_plan *plan = maker->plan;
    int most_px = mk_effort_first_look(maker->request->speed).most_px;
    const struct mk_plan_encode *found = NULL;
    int64_t found_px = 0;

    for (size_t i = 0; i < plan->encode_count; i++) {
        const struct mk_plan_encode *encode = &plan->encodes[i];
        int64_t pixels;

        if (encode->pass || encode->kind != MK_VIDEO || !wants_two(maker, encode))
            continue;
        pixels = mk_plan_pixels(plan, encode);
        if (found && !tells_more(pixels, found_px, most_px))
            continue;
        found = encode;
        found_px = pixels;
    }
    return found;
}

/*
 * Do the second passes save what the first costs, or memory that a job should not take?
 *
 * @param model  what the first pass is of
 */
static bool pays(const struct mk_maker *maker, const struct mk_plan_encode *model)
{
    const struct mk_plan *plan = maker->plan;
    enum mockets_speed speed = maker->request->speed;
    double saved_ns = 0, source_pixels = 0, first_pixels;
    int64_t all_px = 0;
    size_t count = 0;

    for (size_t i = 0; i < plan->encode_count; i++) {
        const struct mk_plan_encode *encode = &plan->encodes[i];
        int64_t pixels;

        if (encode->kind != MK_VIDEO || !wants_two(maker, encode))
            continue;
        pixels = mk_plan_pixels(plan, encode);
        saved_ns += (double)pixels * frames_of(plan, encode) *
                    mk_effort_saved_ns(speed, mk_maker_is_tight(encode));
        all_px += pixels;
        count++;
    }
    if (mk_memory_is_large(plan) || mk_memory_is_much_ahead(count, all_px))
        return true;
    for (size_t s = 0; s < plan->source_count; s++)
        source_pixels += mk_maker_pixels(maker, s);
    first_pixels = fmin((double)mk_plan_pixels(plan, model), mk_effort_first_look(speed).most_px) *
                   frames_of(plan, model);
    return saved_ns > mk_effort_look_ns(speed, source_pixels, first_pixels);
}

/* How many of these an encoder has rules how it uses B frames. */
static int references_class(const struct mk_plan_encode *encode)
{
    int references = encode->reference_frames ? encode->reference_frames : 4;

    return references < 2 ? 1 : references < 4 ? 2 : 4;
}

/* Can both be made from the same statistics? At a small one's rate a large one's grain is lost. */
static bool same_film(const struct mk_plan *plan, const struct mk_plan_encode *a,
                      const struct mk_plan_encode *b)
{
    const struct mk_plan_picture *x = &plan->pictures[a->of], *y = &plan->pictures[b->of];

    return x->source == y->source &&
           mk_memory_is_large_picture(x) == mk_memory_is_large_picture(y) &&
           x->every_field == y->every_field &&
           (int64_t)x->rate.num * y->rate.den == (int64_t)y->rate.num * x->rate.den &&
           a->gop_frames == b->gop_frames && a->fixed_gop == b->fixed_gop &&
           a->segment_us == b->segment_us &&
           mk_str_eq(a->profile, "baseline") == mk_str_eq(b->profile, "baseline") &&
           references_class(a) == references_class(b);
}

/* @return false for lack of memory: the encode then has one pass */
static bool add_first(struct mk_maker *maker, struct mk_plan *first,
                      const struct mk_plan_encode *encode)
{
    struct mk_plan_picture *picture = &first->pictures[first->encode_count];
    struct mk_plan_encode *pass = &first->encodes[first->encode_count];
    struct mk_effort_look look = mk_effort_first_look(maker->request->speed);
    size_t parts;

    *picture = maker->plan->pictures[encode->of];
    parts = maker->plan->sources[picture->source].part_count;
    if (picture->views) {
        struct mk_plan_picture *views =
            mk_arena_memdup(maker->arena, picture->views, parts * sizeof(*views));

        if (!views)
            return false;
        for (size_t i = 0; i < parts; i++)
            shrink_picture(&views[i], look);
        picture->views = views;
    }
    shrink_picture(picture, look);
    *pass = *encode;
    pass->of = pass->statistics = (unsigned)first->encode_count;
    pass->pass = MK_PASS_FIRST;
    pass->effort = mk_effort_first(maker->request->speed);
    pass->level = NULL;
    memset(&pass->captions, 0, sizeof(pass->captions));
    first->picture_count++;
    first->encode_count++;
    return true;
}

static void use(struct mk_maker *maker, const struct mk_plan_encode *model, unsigned statistics)
{
    struct mk_plan *plan = maker->plan;
    int64_t us = duration_of(plan, model);
    bool brief = us > 0 && us < LEAST_US;

    for (size_t i = 0; i < plan->encode_count; i++) {
        struct mk_plan_encode *encode = &plan->encodes[i];

        if (encode->pass || encode->kind != MK_VIDEO || !wants_two(maker, encode) ||
            !same_film(plan, encode, model))
            continue;
        encode->effort =
            mk_effort_second(maker->request->speed, brief, mk_plan_pixels(plan, encode));
        encode->pass = MK_PASS_SECOND;
        encode->bit_rate_bps =
            encode->bit_rate_bps * mk_effort_aim_permille(maker->request->speed) / 1000;
        encode->statistics = statistics;
    }
}

/* The sources once more: only their pictures, as quickly as can be. */
static bool draft_sources(struct mk_maker *maker, struct mk_plan *first)
{
    const struct mk_plan *plan = maker->plan;

    first->source_count = plan->source_count;
    first->sources =
        mk_arena_memdup(maker->arena, plan->sources, plan->source_count * sizeof(*first->sources));
    for (size_t s = 0; first->sources && s < first->source_count; s++) {
        struct mk_plan_source *source = &first->sources[s];

        source->draft = true;
        source->parts = mk_arena_memdup(maker->arena, source->parts,
                                        source->part_count * sizeof(*source->parts));
        if (!source->parts)
            return false;
        for (size_t p = 0; p < source->part_count; p++) {
            source->parts[p].audio_stream = -1;
            source->parts[p].right_stream = 0;
        }
    }
    return first->sources;
}

static struct mk_plan *new_first(struct mk_maker *maker)
{
    struct mk_plan *first = mk_arena_alloc(maker->arena, sizeof(*first));
    size_t most = maker->plan->encode_count;

    if (!first || !draft_sources(maker, first))
        return NULL;
    first->pictures = mk_arena_array(maker->arena, most, sizeof(*first->pictures));
    first->encodes = mk_arena_array(maker->arena, most, sizeof(*first->encodes));
    return first->pictures && first->encodes ? first : NULL;
}

void mk_maker_add_passes(struct mk_maker *maker)
{
    const struct mk_plan_encode *model = find_model(maker);
    struct mk_plan *first = model && pays(maker, model) ? new_first(maker) : NULL;

    if (!first)
        return;
    for (; model; model = find_model(maker)) {
        if (!add_first(maker, first, model))
            return;
        use(maker, model, (unsigned)first->encode_count - 1);
    }
    maker->plan->first = first;
}

mockets_status mk_maker_share_cores(struct mk_maker *maker, struct mockets_error *err)
{
    struct mk_plan *plan = maker->plan;
    unsigned cores = maker->request->cores, fixed = maker->request->encoder_threads;
    double *pixels = mk_arena_array(maker->arena, plan->source_count + 1, sizeof(*pixels));

    if (!pixels)
        return mk_fail_nomem(err);
    for (size_t s = 0; s < plan->source_count; s++)
        pixels[s] = mk_maker_pixels(maker, s);
    mk_effort_share(plan, cores, fixed, pixels);
    if (plan->first)
        mk_effort_share(plan->first, cores, fixed, pixels);
    return MOCKETS_OK;
}
