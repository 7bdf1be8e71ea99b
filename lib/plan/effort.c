#include "plan/effort.h"

#include <math.h>

#include "base/str.h"

/*
 * Both passes must agree in their B frames and in weighted prediction (1 in all presets below
 * "medium"; x264 leaves it out where a profile lacks it, but not if it is asked for by name, so
 * "medium" is "fast" with another subme here), and in their adaptive quantization: frames that
 * others refer to have that of the first in the second. What else of a second pass is left out, and
 * why its rate may stray from the plan so far and no further, is in docs/performance.md.
 */
#define FIRST          "b-adapt=1:rc-lookahead=20"
#define AQ             "aq-strength=0.7"
#define PLAIN          "me=dia:partitions=i8x8,p8x8:deblock=-1,-1:" AQ
#define FIRST_BALANCED FIRST ":qcomp=0.65:me=dia:partitions=i8x8,p8x8:" AQ
#define SECOND         "subme=3:trellis=1:" PLAIN
#define SECOND_NEAR    "subme=4:trellis=1:" PLAIN
#define SECOND_BRIEF   "subme=7:trellis=1:me=dia:partitions=i8x8,i4x4,p8x8:" AQ
#define AQ_BEST        "aq-strength=0.9"
#define FIRST_BEST     FIRST ":qcomp=0.7:" AQ_BEST
#define SECOND_BEST    "subme=7:trellis=2:partitions=i8x8,i4x4,p8x8:deblock=-1,-1:" AQ_BEST
#define FAST           "subme=4:trellis=0:me=dia:partitions=i8x8"

enum { STRAY_PERCENT = 30, STRAY_BEST_PERCENT = 20 };

/*
 * One pass falls 3 to 6 % short of its rate where a peak is set; two hit it. They aim lower:
 * nobody's films become larger, and qualities are compared at about the same size. The nearer a
 * speed comes to what it aims at, the lower that is.
 */
enum { AIM_PERMILLE = 977, AIM_BEST_PERMILLE = 972 };

static const struct {
    struct mk_plan_effort alone, first, second;
    const char *brief; /* params of the second, where a short film would be as good in one pass */
    const char *near;  /* of the second, where the first sees half of the pixels; NULL: as others */
    const char *match; /* what one pass would take to be as good as two, if it can be */
    const char *vpx;   /* the better the less time is left out */
    int seen_references; /* of the second, where the first sees the picture as it is; 0: as many */
    int aim_permille;
    struct mk_effort_look look; /* the more it sees, the better the second ones */
} speeds[] = {
    /* at this speed the second look would cost more than it gives */
    [MOCKETS_SPEED_FAST] = {.alone = {.preset = "veryfast",
                                      .params = FAST,
                                      .compares = true,
                                      .references = 3,
                                      .b_frames = 2,
                                      .lone_threads_percent = 200,
                                      .lone_references = 2},
                            .vpx = "5"},
    [MOCKETS_SPEED_BALANCED] = {.alone = {.preset = "veryfast",
                                          .params = SECOND,
                                          .compares = true,
                                          .references = 3,
                                          .b_frames = 3,
                                          .lookahead = 20},
                                .first = {.preset = "veryfast",
                                          .params = FIRST_BALANCED,
                                          .b_frames = 4},
                                .second = {.preset = "veryfast",
                                           .params = SECOND,
                                           .compares = true,
                                           .references = 3,
                                           .b_frames = 4,
                                           .stray_percent = STRAY_PERCENT},
                                .brief = SECOND_BRIEF,
                                .near = SECOND_NEAR,
                                .match = "medium",
                                .vpx = "4",
                                .seen_references = 2,
                                .aim_permille = AIM_PERMILLE,
                                .look = {.most_px = 640 * 360, .draft = true}},
    [MOCKETS_SPEED_BEST] = {.alone = {.preset = "slow"},
                            .first = {.preset = "veryfast", .params = FIRST_BEST, .b_frames = 4},
                            .second = {.preset = "fast",
                                       .params = SECOND_BEST,
                                       .references = 4,
                                       .b_frames = 4,
                                       .stray_percent = STRAY_BEST_PERCENT},
                            .brief = SECOND_BEST,
                            .match = "slower",
                            .vpx = "2",
                            .aim_permille = AIM_BEST_PERMILLE,
                            .look = {.most_px = 854 * 480}},
};

/* One thread, film of 720 lines; the second pass looks ahead no more, the first hardly looks. */
static const struct {
    const char *preset;
    int references, lookahead; /* x264's */
    double ns;
    int slack_percent; /* as it is, with a peak */
    bool compares;
} presets[] = {
    {"ultrafast", 1, 0, 4, 0, false},    {"superfast", 1, 0, 7, 0, false},
    {"veryfast", 1, 10, 12, 80, false},  {"faster", 2, 20, 21, 0, true},
    {"fast", 2, 30, 27, 0, true},        {"medium", 3, 40, 31, 0, false},
    {"slow", 5, 50, 55, 0, false},       {"slower", 8, 60, 110, 0, false},
    {"veryslow", 16, 60, 200, 0, false},
};

/* Exactly this preset, as far as the film's own limits let it. */
static struct mk_plan_effort pinned(const char *x264_preset)
{
    struct mk_plan_effort effort = {.preset = x264_preset,
                                    .lone_threads_percent = 150}; /* as x264 does */

    for (size_t i = 0; i < sizeof(presets) / sizeof(presets[0]); i++) {
        if (!mk_str_eq(presets[i].preset, x264_preset))
            continue;
        effort.references = presets[i].references;
        effort.slack_percent = presets[i].slack_percent;
        effort.compares = presets[i].compares;
    }
    return effort;
}

struct mk_plan_effort mk_effort_alone(enum mk_codec codec, enum mockets_speed speed,
                                      const char *x264_preset)
{
    switch (codec) {
    case MK_CODEC_H264:
        return x264_preset ? pinned(x264_preset) : speeds[speed].alone;
    case MK_CODEC_VP8:
    case MK_CODEC_VP9:
        return (struct mk_plan_effort){.preset = speeds[speed].vpx};
    default:
        return (struct mk_plan_effort){0};
    }
}

bool mk_effort_looks_twice(enum mockets_speed speed)
{
    return speeds[speed].first.preset;
}

struct mk_plan_effort mk_effort_first(enum mockets_speed speed)
{
    return speeds[speed].first;
}

struct mk_effort_look mk_effort_first_look(enum mockets_speed speed)
{
    return speeds[speed].look;
}

int mk_effort_aim_permille(enum mockets_speed speed)
{
    return speeds[speed].aim_permille;
}

struct mk_plan_effort mk_effort_second(enum mockets_speed speed, bool brief, int64_t pixels)
{
    struct mk_plan_effort effort = speeds[speed].second;

    if (brief) {
        effort.params = speeds[speed].brief;
        effort.compares = false;
    } else if (pixels <= speeds[speed].look.most_px && speeds[speed].seen_references > 0) {
        effort.references = speeds[speed].seen_references;
    } else if (pixels <= 2 * speeds[speed].look.most_px && speeds[speed].near) {
        effort.params = speeds[speed].near; /* a picture as small as that is cheap */
    }
    return effort;
}

/* Other codecs, and what decoding and scaling take of each pixel of the input. */
enum { OTHER_NS = 10, VPX_NS = 60, DECODE_NS = 3 };

int mk_effort_lookahead(const struct mk_plan_effort *effort)
{
    if (effort->lookahead > 0)
        return effort->lookahead;
    for (size_t i = 0; i < sizeof(presets) / sizeof(presets[0]); i++) {
        if (mk_str_eq(effort->preset, presets[i].preset))
            return presets[i].lookahead;
    }
    return 0;
}

static double preset_ns(const char *preset, bool only)
{
    for (size_t i = 0; i < sizeof(presets) / sizeof(presets[0]); i++) {
        if (mk_str_eq(preset, presets[i].preset))
            return only ? presets[i].ns : presets[i].ns * 0.9;
    }
    return OTHER_NS;
}

double mk_effort_pixel_ns(const struct mk_plan_encode *encode)
{
    if (encode->codec == MK_CODEC_VP8 || encode->codec == MK_CODEC_VP9)
        return VPX_NS;
    return preset_ns(encode->effort.preset, encode->pass == MK_PASS_ONLY);
}

double mk_effort_look_ns(enum mockets_speed speed, double source_pixels, double pixels)
{
    return source_pixels * DECODE_NS + pixels * preset_ns(speeds[speed].first.preset, false);
}

double mk_effort_saved_ns(enum mockets_speed speed, bool tight)
{
    const char *one = tight ? speeds[speed].alone.preset : speeds[speed].match;

    return preset_ns(one, true) - preset_ns(speeds[speed].second.preset, false);
}

bool mk_effort_is_film(const struct mk_plan_encode *encode)
{
    return encode->kind == MK_VIDEO && encode->codec < MK_CODEC_GIF && !encode->copies &&
           !encode->lanes;
}

/* Nanoseconds for each second of film. */
static double encode_ns(const struct mk_plan *plan, const struct mk_plan_encode *encode)
{
    const struct mk_plan_picture *picture = &plan->pictures[encode->of];

    return mk_effort_pixel_ns(encode) * picture->width_px * picture->height_px * picture->rate.num /
           picture->rate.den;
}

/*
 * How far an encode may exceed its share before it gets another thread, which costs a fiftieth and
 * keeps a peak worse. Only x264's "veryfast" as it is keeps it better so.
 */
static const double slack = 1.1;

/* Beyond this part of the whole work nobody else uses what an encoder leaves idle. */
static const double lone = 0.6;

/* How many threads make @p ns fit into what one processor does of the whole. */
static int threads_for(double ns, double share_ns, unsigned cores)
{
    double threads = share_ns > 0 ? ceil(ns / share_ns) : 1;

    return threads < 1 ? 1 : threads > cores ? (int)cores : (int)threads;
}

/*
 * A first look is over soon, and its decoder is most of it: what another thread costs there is more
 * than what the whole gains by it.
 */
static const double draft_slack = 1.5;

/*
 * Frames wait for those that they refer to: where decoding is most of the work, more are begun. A
 * first look gains less by it than the memory is worth.
 */
static int decoder_threads(const struct mk_plan_source *source, double ns, double all_ns,
                           unsigned cores)
{
    enum { MORE = 2 };
    double most = source->draft ? draft_slack : slack;
    int threads = threads_for(ns, most * all_ns / cores, cores);

    return cores > 1 && !source->draft && ns > lone * all_ns ? threads + MORE : threads;
}

/*
 * Threads that have a frame each wait for each other's, and one pass looks ahead between frames:
 * more of them than processors, or slices of the lookahead, keep those busy.
 */
static void fill_cores(struct mk_plan_encode *encode, unsigned cores)
{
    struct mk_plan_effort *effort = &encode->effort;

    if (encode->codec != MK_CODEC_H264 || encode->pass != MK_PASS_ONLY || encode->slices ||
        cores < 2)
        return;
    effort->lookahead_threads = (int)cores;
    encode->threads = (int)cores * effort->lone_threads_percent / 100;
    if (encode->threads == 0)
        encode->threads = (int)cores;
    if (effort->lone_references > 0)
        effort->references = effort->lone_references;
}

static double slack_of(const struct mk_plan_encode *encode)
{
    bool own =
        encode->max_rate_bps > 0 && encode->effort.slack_percent > 0 && !encode->stretch_count;

    return own ? encode->effort.slack_percent / 100.0 : slack;
}

/*
 * x264's threads tell each other how large their frames or slices become, while they do: with a
 * VBV it is a matter of time what they make of it. Only one thread gives the same bytes twice.
 */
static int fixed_threads(const struct mk_plan_encode *encode, unsigned fixed)
{
    return encode->codec == MK_CODEC_H264 && encode->max_rate_bps > 0 ? 1 : (int)fixed;
}

/*
 * Threads of a second pass that have a frame each learn too late how far they strayed. They share
 * each frame instead, and are let stray as x264 likes.
 */
static void share_frames(struct mk_plan_encode *encode)
{
    encode->slices = true;
    encode->effort.stray_percent = 0;
}

/* Farther, and a job hardly moves on while other programs keep the processors busy. */
enum { FARTHEST = 12, DECODERS_FARTHEST = 8, LADDER_DECODERS_FARTHEST = 4 };

/*
 * Threads of one encode wait for each other: where one has to share its processor, all do. What is
 * decoded meanwhile can wait for as long as there are frames. Twice as many threads as processors
 * leave nothing idle by themselves.
 */
static void let_pass(struct mk_plan *plan, const struct mk_plan_encode *encode, unsigned cores)
{
    if (encode->threads < 2 || encode->threads >= 2 * (int)cores)
        return;
    for (size_t i = 0; i < plan->source_count; i++)
        plan->sources[i].nice = DECODERS_FARTHEST;
}

/* The film that takes longest to encode; NULL if there is none. */
static const struct mk_plan_encode *longest_of(const struct mk_plan *plan)
{
    const struct mk_plan_encode *longest = NULL;

    for (size_t i = 0; i < plan->encode_count; i++) {
        const struct mk_plan_encode *encode = &plan->encodes[i];

        if (mk_effort_is_film(encode) &&
            (!longest || encode_ns(plan, encode) > encode_ns(plan, longest)))
            longest = encode;
    }
    return longest;
}

/*
 * As long as the encoder that takes longest has frames, the others wait: it must not come last. It
 * hardly can where half a processor is enough for it; where it needs one all the time, everything
 * that it loses to others is lost. Linux spreads threads by their weights: where all others
 * together weigh more than the longest, one of them comes to its processor, and decoders that do
 * not give way weigh as much as it does. An encoder of several threads takes what it needs.
 */
static void give_way(struct mk_plan *plan, double all_ns, unsigned cores)
{
    const struct mk_plan_encode *longest = longest_of(plan);
    double longest_ns = longest ? encode_ns(plan, longest) : 0;
    double needed = all_ns > 0 ? longest_ns * cores / all_ns : 0;
    double part = fmin(fmax(2 * needed - 1, 0), 1);
    bool others = false;

    if (longest_ns <= 0)
        return;
    for (size_t i = 0; i < plan->encode_count; i++) {
        struct mk_plan_encode *encode = &plan->encodes[i];

        if (!mk_effort_is_film(encode))
            continue;
        encode->nice = (int)lround(part * FARTHEST * (1 - encode_ns(plan, encode) / longest_ns));
        others = others || encode != longest;
    }
    for (size_t i = 0; i < plan->source_count && others && longest->threads == 1; i++)
        plan->sources[i].nice = (int)lround(part * LADDER_DECODERS_FARTHEST);
}

/* Sounds are not counted: a film as short as this has little of them. */
static bool is_brief(const struct mk_plan *plan, double all_ns)
{
    static const int64_t longest_us = 250 * 1000;
    static const double most_ns = 10e6;
    int64_t us = 0;

    for (size_t i = 0; i < plan->source_count; i++) {
        if (plan->sources[i].duration_us <= 0 || plan->sources[i].duration_us > longest_us)
            return false;
        if (plan->sources[i].duration_us > us)
            us = plan->sources[i].duration_us;
    }
    return all_ns * (double)us / 1e6 <= most_ns;
}

/* Of everything that takes long, for each second of film. */
static double all_ns_of(const struct mk_plan *plan, const double *source_pixels)
{
    double all_ns = 0;

    for (size_t i = 0; i < plan->source_count; i++)
        all_ns += source_pixels[i] * DECODE_NS;
    for (size_t i = 0; i < plan->encode_count; i++) {
        if (mk_effort_is_film(&plan->encodes[i]))
            all_ns += encode_ns(plan, &plan->encodes[i]);
    }
    return all_ns;
}

bool mk_effort_is_most(const struct mk_plan *plan, const struct mk_plan_encode *encode,
                       const double *source_pixels)
{
    return encode_ns(plan, encode) > lone * all_ns_of(plan, source_pixels);
}

void mk_effort_share(struct mk_plan *plan, unsigned cores, unsigned fixed,
                     const double *source_pixels)
{
    double all_ns = all_ns_of(plan, source_pixels);

    plan->brief = is_brief(plan, all_ns);
    if (plan->brief) /* it is over before another thread has begun */
        cores = 1;
    for (size_t i = 0; i < plan->source_count; i++)
        plan->sources[i].threads =
            decoder_threads(&plan->sources[i], source_pixels[i] * DECODE_NS, all_ns, cores);
    for (size_t i = 0; i < plan->encode_count; i++) {
        struct mk_plan_encode *encode = &plan->encodes[i];

        encode->threads = 1;
        if (!mk_effort_is_film(encode))
            continue;
        encode->exact = fixed;
        encode->threads =
            fixed ? fixed_threads(encode, fixed)
                  : threads_for(encode_ns(plan, encode), slack_of(encode) * all_ns / cores, cores);
        if (mk_effort_is_most(plan, encode, source_pixels)) {
            if (!fixed)
                fill_cores(encode, cores);
            let_pass(plan, encode, cores);
        }
        if (encode->pass == MK_PASS_SECOND && encode->threads > 1)
            share_frames(encode);
    }
    give_way(plan, all_ns, cores);
}
