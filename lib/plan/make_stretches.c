#include "plan/effort.h"
#include "plan/maker.h"
#include "plan/memory.h"
#include "plan/whole.h"

#include <string.h>

/*
 * One rendition of a long film alone: threads of one encoder wait for each other, and never keep
 * all processors busy. Instead the film is cut in stretches, which are decoded and encoded beside
 * each other in lanes, each with an encoder of its own: lane 0 makes the stretches 0, W, 2W, …, lane 1
 * makes 1, W + 1, … One more encode joins their packets.
 */

/*
 * So long that an encoder finds its rate and that what is decoded before a stretch counts little;
 * so short that its packets can wait in memory.
 */
static const int64_t WANTED_US = 20 * 1000 * 1000, LEAST_US = 10 * 1000 * 1000;

/* An encoder takes about 130 bytes of each of these. */
static const int64_t LANES_PX = INT64_C(4) * 1920 * 1088;

enum { MOST_LANES = 8 };

/* The film that is cut, and how. */
struct cut {
    unsigned encode; /* index in the plan */
    struct mk_rational rate;
    int64_t duration_us;
    size_t lanes;
    struct mk_plan_stretch *stretches;
    size_t count;
};

/*
 * Before a stretch everything is decoded from the last key frame on: that is known to be little. And
 * times do not jump back.
 */
static bool can_begin_anywhere(const struct mk_info *info, const struct mk_info_stream *video)
{
    return strstr(info->format, "mp4") && !info->duration_is_guess && video->key_distance_us > 0 &&
           video->key_distance_us <= LEAST_US;
}

/* Frames are taken as they come: none is made of its neighbours, of which some would be missing. */
static bool takes_frames(const struct mk_maker_input *input, const struct mk_plan_picture *picture)
{
    return picture->deinterlace == MK_DEINTERLACE_NONE && !picture->weave &&
           (int64_t)picture->rate.num * input->rate.den ==
               (int64_t)input->rate.num * picture->rate.den;
}

/*
 * An encoder that begins anew knows nothing of the film before: that is no loss where the rate has
 * no room to vary, or the quality is constant.
 */
static bool can_begin_anew(const struct mk_plan_encode *encode)
{
    return encode->codec == MK_CODEC_H264 && encode->pass == MK_PASS_ONLY &&
           encode->fields == MK_FIELDS_PROGRESSIVE && encode->gop_frames != 1 &&
           encode->captions.count == 0 &&
           (encode->bit_rate_bps == 0 || (encode->max_rate_bps > 0 && mk_maker_is_tight(encode)));
}

/* Is there one film in the plan, made of one input, and nothing else of its pictures? */
static bool find_film(const struct mk_maker *maker, unsigned *found)
{
    const struct mk_plan *plan = maker->plan;
    size_t films = 0;

    for (size_t i = 0; i < plan->encode_count; i++) {
        if (plan->encodes[i].kind != MK_VIDEO)
            continue;
        *found = (unsigned)i;
        films++;
    }
    return films == 1 && mk_effort_is_film(&plan->encodes[*found]) && plan->picture_count == 1 &&
           plan->source_count == 1 && plan->sources[0].part_count == 1;
}

static int64_t frame_us(const struct cut *cut, int64_t frame)
{
    int64_t ticks = frame * cut->rate.den * 1000000;

    return (ticks + cut->rate.num / 2) / cut->rate.num;
}

/* The frame that is nearest to a time, as key frames of segments are found. */
static int64_t nearest_frame(const struct cut *cut, int64_t us)
{
    int64_t unit = INT64_C(1000000) * cut->rate.den;

    return (2 * us * cut->rate.num + unit - 1) / (2 * unit);
}

/* Every stretch is so many segments long, or GOPs: key frames stay where they were. */
static bool cut_film(struct mk_maker *maker, struct cut *cut)
{
    const struct mk_plan_encode *encode = &maker->plan->encodes[cut->encode];
    int64_t gop = encode->gop_frames > 0 ? encode->gop_frames : 1;
    int64_t unit_us = encode->segment_us > 0 ? encode->segment_us : frame_us(cut, gop);
    int64_t lanes = (int64_t)cut->lanes, rounds, units;

    rounds = (cut->duration_us + lanes * WANTED_US / 2) / (lanes * WANTED_US);
    rounds = rounds < 1 ? 1 : rounds;
    units = (cut->duration_us / (lanes * rounds) + unit_us - 1) / unit_us;
    cut->count = (size_t)((cut->duration_us + units * unit_us / 2) / (units * unit_us));
    if (cut->count < cut->lanes)
        cut->lanes = cut->count;
    if (cut->lanes < 2)
        return false;
    cut->stretches = mk_arena_array(maker->arena, cut->count, sizeof(*cut->stretches));
    if (!cut->stretches)
        return false;
    for (size_t i = 0; i < cut->count; i++)
        cut->stretches[i].first = encode->segment_us > 0
                                      ? nearest_frame(cut, (int64_t)i * units * unit_us)
                                      : (int64_t)i * units * gop;
    for (size_t i = 0; i + 1 < cut->count; i++)
        cut->stretches[i].count = cut->stretches[i + 1].first - cut->stretches[i].first;
    cut->stretches[cut->count - 1].count = INT64_MAX;
    return true;
}

static size_t lanes_for(const struct mk_maker *maker, const struct cut *cut)
{
    const struct mk_plan *plan = maker->plan;
    const struct mk_plan_picture *picture = &plan->pictures[plan->encodes[cut->encode].of];
    int64_t lanes = LANES_PX / ((int64_t)picture->width_px * picture->height_px);

    if (lanes > MOST_LANES)
        lanes = MOST_LANES;
    if (lanes > maker->request->cores)
        lanes = maker->request->cores;
    if (lanes > cut->duration_us / LEAST_US)
        lanes = cut->duration_us / LEAST_US;
    return (size_t)lanes;
}

/* The stretches of a lane, one after the other. */
static struct mk_plan_stretch *stretches_of(struct mk_maker *maker, const struct cut *cut,
                                            size_t lane, size_t *count)
{
    struct mk_plan_stretch *own;

    *count = (cut->count - lane + cut->lanes - 1) / cut->lanes;
    own = mk_arena_array(maker->arena, *count, sizeof(*own));
    for (size_t i = 0; own && i < *count; i++)
        own[i] = cut->stretches[lane + i * cut->lanes];
    return own;
}

/* Where the frames of a lane are taken from. */
static bool set_source(struct mk_maker *maker, const struct cut *cut,
                       const struct mk_plan_encode *encode, struct mk_plan_source *source)
{
    const struct mk_plan_part whole = source->parts[0];
    int64_t made = 0;

    source->lane = true;
    source->part_count = encode->stretch_count;
    source->parts = mk_arena_array(maker->arena, encode->stretch_count, sizeof(*source->parts));
    for (size_t i = 0; source->parts && i < encode->stretch_count; i++) {
        const struct mk_plan_stretch *stretch = &encode->stretches[i];
        struct mk_plan_part *part = &source->parts[i];
        int64_t begin_us = frame_us(cut, stretch->first);

        *part = whole;
        part->audio_stream = -1;
        part->right_stream = 0;
        part->start_us += begin_us;
        part->skip_us += begin_us;
        if (stretch->count == INT64_MAX) {
            part->duration_us = whole.duration_us > 0 ? whole.duration_us - begin_us : 0;
            part->length_us = whole.length_us - begin_us;
        } else { /* so that all are as long together as their frames */
            part->length_us = part->duration_us =
                frame_us(cut, made + stretch->count) - frame_us(cut, made);
            made += stretch->count;
        }
    }
    return source->parts;
}

/* Room for the lanes behind what is there. */
static bool grow(struct mk_maker *maker, struct mk_plan *plan, size_t more)
{
    const struct mk_plan old = *plan;

    plan->sources = mk_arena_array(maker->arena, old.source_count + more, sizeof(*plan->sources));
    plan->pictures =
        mk_arena_array(maker->arena, old.picture_count + more, sizeof(*plan->pictures));
    plan->encodes = mk_arena_array(maker->arena, old.encode_count + more, sizeof(*plan->encodes));
    if (!plan->sources || !plan->pictures || !plan->encodes)
        return false;
    memcpy(plan->sources, old.sources, old.source_count * sizeof(*plan->sources));
    memcpy(plan->pictures, old.pictures, old.picture_count * sizeof(*plan->pictures));
    memcpy(plan->encodes, old.encodes, old.encode_count * sizeof(*plan->encodes));
    return true;
}

/*
 * What was the film's takes the place of the first lane's; the encode that packages know joins
 * them. The source is left to the sound, if there is one.
 */
static bool add_lanes(struct mk_maker *maker, const struct cut *cut, struct mk_plan *plan)
{
    bool sounds = plan->sources[0].parts[0].audio_stream >= 0;
    const struct mk_plan_source source = plan->sources[0];
    const struct mk_plan_encode film = plan->encodes[cut->encode];
    const struct mk_plan_picture picture = plan->pictures[film.of];
    struct mk_plan_encode *join = &plan->encodes[cut->encode];

    join->of = (unsigned)plan->encode_count;
    join->lanes = cut->lanes;
    join->stretches = cut->stretches;
    join->stretch_count = cut->count;
    plan->source_count = sounds ? 1 : 0;
    plan->picture_count = 0;
    for (size_t i = 0; i < cut->lanes; i++) {
        struct mk_plan_encode *encode = &plan->encodes[plan->encode_count++];

        *encode = film;
        encode->of = (unsigned)plan->picture_count;
        encode->stretches = stretches_of(maker, cut, i, &encode->stretch_count);
        plan->pictures[plan->picture_count] = picture;
        plan->pictures[plan->picture_count++].source = (unsigned)plan->source_count;
        plan->sources[plan->source_count] = source;
        if (!encode->stretches ||
            !set_source(maker, cut, encode, &plan->sources[plan->source_count++]))
            return false;
    }
    if (sounds) {
        plan->sources[0].parts = mk_arena_memdup(maker->arena, source.parts, sizeof(*source.parts));
        if (!plan->sources[0].parts)
            return false;
        plan->sources[0].parts[0].video_stream = -1;
        plan->sources[0].paced = true;
    }
    return true;
}

void mk_maker_cut_stretches(struct mk_maker *maker)
{
    struct mk_plan *plan = maker->plan, cut_plan = *plan;
    const struct mk_plan_request *request = maker->request;
    const struct mk_plan_encode *encode;
    struct cut cut = {0};
    double pixels;
    unsigned input;

    if (request->cores < 2 || request->encoder_threads || plan->first || mk_memory_is_large(plan) ||
        plan->whole_count || !find_film(maker, &cut.encode))
        return;
    encode = &plan->encodes[cut.encode];
    pixels = mk_maker_pixels(maker, 0);
    input = plan->sources[0].parts[0].input;
    if (!can_begin_anywhere(&request->infos[input], maker->inputs[input].video) ||
        !takes_frames(&maker->inputs[input], &plan->pictures[encode->of]) ||
        !can_begin_anew(encode) || !mk_effort_is_most(plan, encode, &pixels))
        return;
    cut.rate = plan->pictures[encode->of].rate;
    cut.duration_us = plan->sources[0].duration_us;
    cut.lanes = lanes_for(maker, &cut);
    if (cut.lanes == 0 || !cut_film(maker, &cut))
        return;
    /* where memory is out the film is made in one piece */
    if (grow(maker, &cut_plan, cut.lanes) && add_lanes(maker, &cut, &cut_plan))
        *plan = cut_plan;
}
