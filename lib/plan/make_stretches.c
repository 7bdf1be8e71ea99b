#include "plan/effort.h"
#include "plan/maker.h"
#include "plan/memory.h"
#include "plan/whole.h"

#include <string.h>

/*
 * One rendition of a long film alone: threads of one encoder wait for each other, and never keep
 * all processors busy. Instead the film is cut in stretches, which are decoded and encoded beside
 * each other in lanes, each with an encoder of its own. A lane that is done takes the next stretch.
 * One more encode joins their packets.
 */

/*
 * Stretches are so long that an encoder finds its rate, and so short that their packets can wait in
 * memory. Towards the end they become shorter, so that no lane has to work alone for long.
 */
static const int64_t LONGEST_US = 40 * 1000 * 1000, LEAST_US = 15 * 1000 * 1000;

/* A film that is shorter has fewer lanes. */
static const int64_t LANE_US = 60 * 1000 * 1000;

/* x264's longest GOP, unless it is told otherwise, at 24 frames a second, and a little. */
static const int64_t FARTHEST_KEY_US = 11 * 1000 * 1000;

/* Longer films are made in one piece. */
static const int64_t MOST_US = INT64_C(86400) * 1000 * 1000;

/* An encoder takes about 130 bytes of each of these. */
static const int64_t LANES_PX = INT64_C(3) * 1920 * 1088;

enum { MOST_LANES = 8 };

/* The film that is cut, and how. */
struct cut {
    const struct mk_plan_encode *encode;
    const struct mk_info_stream *video;
    struct mk_rational rate;
    int64_t start_us, duration_us; /* in the input */
    size_t lanes;
    struct mk_plan_stretch *stretches;
    size_t count;
};

/* How much is decoded before what is wanted from @p us on. */
static int64_t before_us(const struct mk_info_stream *video, int64_t us)
{
    size_t low = 0, high = video->key_count; /* it is in front of high, and not of low */

    while (high - low > 1) {
        size_t middle = low + (high - low) / 2;

        if (video->keys_us[middle] <= us)
            low = middle;
        else
            high = middle;
    }
    return us - video->keys_us[low];
}

/* Is what has to be decoded before a stretch known to be little? And do times never jump back? */
static bool can_begin_anywhere(const struct mk_info *info, const struct mk_info_stream *video)
{
    const int64_t *keys = video->keys_us;
    size_t count = video->key_count;
    bool near = !info->once && count > 0 && !info->duration_is_guess &&
                strstr(info->format, "mp4") &&
                video->duration_us <= keys[count - 1] - keys[0] + FARTHEST_KEY_US;

    for (size_t i = 1; near && i < count; i++)
        near = keys[i] - keys[i - 1] <= FARTHEST_KEY_US;
    return near;
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

/* Key frames stay where they are in one piece: stretches begin with segments, or with GOPs. */
static int64_t unit_frame(const struct cut *cut, int64_t unit)
{
    const struct mk_plan_encode *encode = cut->encode;

    if (encode->segment_us > 0)
        return nearest_frame(cut, unit * encode->segment_us);
    return unit * (encode->gop_frames > 0 ? encode->gop_frames : 1);
}

static int64_t unit_us(const struct cut *cut, int64_t unit)
{
    return frame_us(cut, unit_frame(cut, unit));
}

/* Where the stretch that begins at @p unit ends: about there, where least is decoded twice. */
static int64_t end_of(const struct cut *cut, int64_t unit, int64_t wanted_us)
{
    int64_t begin_us = unit_us(cut, unit), least_us = INT64_MAX, end = unit + 1;

    for (int64_t i = unit + 1; unit_us(cut, i) - begin_us <= wanted_us; i++) {
        int64_t us = unit_us(cut, i), twice_us = before_us(cut->video, cut->start_us + us);

        if (us - begin_us < wanted_us / 2 || twice_us > least_us) {
            end = least_us == INT64_MAX ? i : end;
            continue;
        }
        end = i;
        least_us = twice_us;
    }
    return end;
}

static bool cut_film(struct mk_maker *maker, struct cut *cut)
{
    int64_t unit = 0, lanes = (int64_t)cut->lanes;
    size_t most = (size_t)(2 * cut->duration_us / LEAST_US) + 1;

    cut->stretches = mk_arena_array(maker->arena, most, sizeof(*cut->stretches));
    while (cut->stretches && cut->count < most) {
        struct mk_plan_stretch *stretch = &cut->stretches[cut->count++];
        int64_t left_us = cut->duration_us - unit_us(cut, unit), wanted_us = left_us / lanes;

        wanted_us = wanted_us < LEAST_US ? LEAST_US : wanted_us;
        wanted_us = wanted_us > LONGEST_US ? LONGEST_US : wanted_us;
        stretch->first = unit_frame(cut, unit);
        unit = end_of(cut, unit, wanted_us);
        if (cut->duration_us - unit_us(cut, unit) < LEAST_US / 2)
            break;
        stretch->count = unit_frame(cut, unit) - stretch->first;
    }
    if (cut->stretches)
        cut->stretches[cut->count - 1].count = INT64_MAX;
    if (cut->count < cut->lanes)
        cut->lanes = cut->count;
    return cut->lanes > 1;
}

static size_t lanes_for(const struct mk_maker *maker, const struct cut *cut)
{
    const struct mk_plan_picture *picture = &maker->plan->pictures[cut->encode->of];
    int64_t lanes = LANES_PX / ((int64_t)picture->width_px * picture->height_px);

    if (lanes > MOST_LANES)
        lanes = MOST_LANES;
    if (lanes > maker->request->cores)
        lanes = maker->request->cores;
    if (cut->duration_us > MOST_US)
        lanes = 0;
    if (lanes > cut->duration_us / LANE_US)
        lanes = cut->duration_us / LANE_US;
    return (size_t)lanes;
}

/* The parts that a lane may have to make. */
static struct mk_plan_part *parts_of(struct mk_maker *maker, const struct cut *cut,
                                     const struct mk_plan_part *whole)
{
    struct mk_plan_part *parts = mk_arena_array(maker->arena, cut->count, sizeof(*parts));

    for (size_t i = 0; parts && i < cut->count; i++) {
        int64_t begin_us = frame_us(cut, cut->stretches[i].first);

        parts[i] = *whole;
        parts[i].audio_stream = -1;
        parts[i].right_stream = 0;
        parts[i].start_us += begin_us;
        parts[i].skip_us += begin_us;
        parts[i].length_us -= begin_us;
        parts[i].duration_us -= whole->duration_us > 0 ? begin_us : 0;
        if (i + 1 < cut->count)
            parts[i].length_us = parts[i].duration_us =
                frame_us(cut, cut->stretches[i + 1].first) - begin_us;
    }
    return parts;
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

/* The encode that packages know joins those of the lanes. The source is left to the sound. */
static bool add_lanes(struct mk_maker *maker, const struct cut *cut, size_t film,
                      struct mk_plan *plan)
{
    const struct mk_plan_encode encode = plan->encodes[film];
    const struct mk_plan_picture picture = plan->pictures[encode.of];
    const struct mk_plan_part *whole = plan->sources[0].parts;
    struct mk_plan_source source = plan->sources[0];
    struct mk_plan_encode *join = &plan->encodes[film];
    struct mk_plan_part *sound = mk_arena_memdup(maker->arena, whole, sizeof(*whole));

    source.lane = true;
    source.parts = parts_of(maker, cut, whole);
    source.part_count = cut->count;
    if (!sound || !source.parts)
        return false;
    sound->video_stream = -1;
    plan->sources[0].parts = sound;
    plan->sources[0].paced = true;
    plan->source_count = sound->audio_stream >= 0 ? 1 : 0;
    plan->picture_count = 0;
    join->of = (unsigned)plan->encode_count;
    join->lanes = cut->lanes;
    join->stretches = cut->stretches;
    join->stretch_count = cut->count;
    for (size_t i = 0; i < cut->lanes; i++) {
        struct mk_plan_encode *lane = &plan->encodes[plan->encode_count++];

        *lane = encode;
        lane->of = (unsigned)plan->picture_count;
        lane->stretches = cut->stretches;
        lane->stretch_count = cut->count;
        plan->pictures[plan->picture_count] = picture;
        plan->pictures[plan->picture_count++].source = (unsigned)plan->source_count;
        plan->sources[plan->source_count++] = source;
    }
    return true;
}

void mk_maker_cut_stretches(struct mk_maker *maker)
{
    struct mk_plan *plan = maker->plan, cut_plan = *plan;
    const struct mk_plan_request *request = maker->request;
    const struct mk_plan_picture *picture;
    const struct mk_maker_input *input;
    const struct mk_plan_part *part;
    struct cut cut = {0};
    unsigned film;
    double pixels;

    if (request->cores < 2 || request->encoder_threads || plan->first || mk_memory_is_large(plan) ||
        plan->whole_count || !find_film(maker, &film))
        return;
    part = &plan->sources[0].parts[0];
    input = &maker->inputs[part->input];
    cut.encode = &plan->encodes[film];
    picture = &plan->pictures[cut.encode->of];
    pixels = mk_maker_pixels(maker, 0);
    if (!can_begin_anywhere(&request->infos[part->input], input->video) ||
        !takes_frames(input, picture) || !can_begin_anew(cut.encode) ||
        !mk_effort_is_most(plan, cut.encode, &pixels))
        return;
    cut.video = input->video;
    cut.rate = picture->rate;
    cut.start_us = part->start_us;
    cut.duration_us = plan->sources[0].duration_us;
    cut.lanes = lanes_for(maker, &cut);
    if (cut.lanes < 2 || !cut_film(maker, &cut))
        return;
    /* where memory is out the film is made in one piece */
    if (grow(maker, &cut_plan, cut.lanes) && add_lanes(maker, &cut, film, &cut_plan))
        *plan = cut_plan;
}
