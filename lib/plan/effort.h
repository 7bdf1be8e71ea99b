#ifndef MK_PLAN_EFFORT_H
#define MK_PLAN_EFFORT_H

#include <mockets/engine.h>

#include "plan/plan.h"

/*
 * How hard encoders work, and how many threads that keeps busy. The figures behind the tables are
 * in docs/performance.md.
 */

/**
 * The effort of an encoder that goes over the film once.
 *
 * @param x264_preset  exactly this, for H.264; NULL = what the speed means
 */
struct mk_plan_effort mk_effort_alone(enum mk_codec codec, enum mockets_speed speed,
                                      const char *x264_preset);

/** Does H.264 of a known rate go over the film twice at this speed? */
bool mk_effort_looks_twice(enum mockets_speed speed);

/** The effort of H.264's first pass. */
struct mk_plan_effort mk_effort_first(enum mockets_speed speed);

/** What a first pass looks at: no more pixels of a picture than that, scaled in less time or not. */
struct mk_effort_look {
    int most_px;
    bool draft;
};

struct mk_effort_look mk_effort_first_look(enum mockets_speed speed);

/** What second passes aim at, in thousandths of the rate that is asked for. */
int mk_effort_aim_permille(enum mockets_speed speed);

/**
 * The effort of H.264's second pass.
 *
 * @param brief   so short a film that the first one tells little, and time does not matter
 * @param pixels  of its picture: the first pass tells most about one that it looks at as it is, and
 *                one of up to twice as many is cheap enough to be searched closer
 */
struct mk_plan_effort mk_effort_second(enum mockets_speed speed, bool brief, int64_t pixels);

/**
 * What the first pass takes, in nanoseconds for each second of film: so many pixels of the source
 * are decoded and so many encoded.
 */
double mk_effort_look_ns(enum mockets_speed speed, double source_pixels, double pixels);

/**
 * How much less the second pass takes for a pixel than one pass that would do instead, in
 * nanoseconds.
 *
 * @param tight  a peak leaves so little room that one pass is as good; else it would take more
 */
double mk_effort_saved_ns(enum mockets_speed speed, bool tight);

/** How many frames the encoder looks ahead. */
int mk_effort_lookahead(const struct mk_plan_effort *effort);

/** Is it one of those that can use several processors: is film encoded? */
bool mk_effort_is_film(const struct mk_plan_encode *encode);

/** About how long one processor takes to encode a pixel so, in nanoseconds. */
double mk_effort_pixel_ns(const struct mk_plan_encode *encode);

/**
 * Does this encode take so much of all the work that nobody else can use what it leaves idle?
 *
 * @param source_pixels  a second, of each source
 */
bool mk_effort_is_most(const struct mk_plan *plan, const struct mk_plan_encode *encode,
                       const double *source_pixels);

/**
 * Give every encoder and decoder of @p plan the threads that keep @p cores processors busy: one,
 * but for those that take longer than their share. The longer an encoder takes, the less it gives
 * way. Tell whether the plan is brief.
 *
 * @param fixed        so many for every encoder of film; 0 = as many as it takes
 * @param source_pixels  a second, of each source
 */
void mk_effort_share(struct mk_plan *plan, unsigned cores, unsigned fixed,
                     const double *source_pixels);

#endif
