#include "plan/memory.h"

#include "plan/effort.h"

/* Beyond this a picture is large. */
static const int64_t LARGE_PX = 2560 * 1440;

/* What all encoders of a plan may look ahead at together; x264 keeps 3.3 bytes of each pixel. */
static const int64_t AHEAD_PX = INT64_C(72) * 1000 * 1000;

/* What those that have one pass may be large together, and what one by itself may be. */
static const int64_t ONE_PASS_PX = 1280 * 720, LONE_PASS_PX = 1920 * 1088;

/* So many frames they look ahead in any case: B frames are chosen among them. */
enum { LEAST_AHEAD = 4 };

/* x264 holds these back, with three frames more. Both passes must agree. */
enum { MOST_B_FRAMES = 3 };

/* References cost 5.3 bytes of each pixel. Large pictures do with one less. */
enum { LEAST_REFERENCES = 2 };

bool mk_memory_is_large_picture(const struct mk_plan_picture *picture)
{
    return (int64_t)picture->width_px * picture->height_px > LARGE_PX;
}

bool mk_memory_is_large(const struct mk_plan *plan)
{
    for (size_t i = 0; i < plan->encode_count; i++) {
        const struct mk_plan_encode *encode = &plan->encodes[i];

        if (mk_effort_is_film(encode) && mk_memory_is_large_picture(&plan->pictures[encode->of]))
            return true;
    }
    return false;
}

bool mk_memory_is_much_ahead(size_t films, int64_t pixels)
{
    return pixels > (films > 1 ? ONE_PASS_PX : LONE_PASS_PX);
}

static bool is_h264(const struct mk_plan_encode *encode)
{
    return encode->codec == MK_CODEC_H264 && !encode->copies;
}

/* How many frames each encoder may look ahead at, where all look equally far. */
static int ahead_of(const struct mk_plan *plan)
{
    int64_t pixels = 0;
    int ahead;

    for (size_t i = 0; i < plan->encode_count; i++)
        pixels += is_h264(&plan->encodes[i]) ? mk_plan_pixels(plan, &plan->encodes[i]) : 0;
    ahead = pixels > 0 ? (int)(AHEAD_PX / pixels) : 0;
    return ahead < LEAST_AHEAD ? LEAST_AHEAD : ahead;
}

static void bound_b_frames(struct mk_plan *plan)
{
    for (size_t i = 0; plan && i < plan->encode_count; i++) {
        struct mk_plan_effort *effort = &plan->encodes[i].effort;

        if (effort->b_frames > MOST_B_FRAMES)
            effort->b_frames = MOST_B_FRAMES;
    }
}

void mk_memory_fit(struct mk_plan *plan, bool pinned)
{
    int ahead;

    if (!mk_memory_is_large(plan))
        return;
    plan->pictures_waiting = 1;
    ahead = ahead_of(plan);
    for (size_t i = 0; i < plan->encode_count; i++) {
        struct mk_plan_encode *encode = &plan->encodes[i];

        if (!is_h264(encode))
            continue;
        encode->slices = true; /* a picture more for each thread costs 8.6 bytes of each pixel */
        if (mk_effort_lookahead(&encode->effort) > ahead)
            encode->effort.lookahead = ahead;
        if (!pinned && encode->effort.references > LEAST_REFERENCES &&
            mk_memory_is_large_picture(&plan->pictures[encode->of]))
            encode->effort.references--;
    }
    if (!pinned) {
        bound_b_frames(plan);
        bound_b_frames(plan->first);
    }
}
