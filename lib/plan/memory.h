#ifndef MK_PLAN_MEMORY_H
#define MK_PLAN_MEMORY_H

#include "plan/plan.h"

/*
 * What keeps jobs of very large pictures within bounds. Nearly all that they take is whole
 * pictures: those that x264 looks ahead at, refers to, holds back and has for each thread, and
 * those that wait. The figures are in docs/performance.md. Plans whose films are all of 1440p or
 * less stay as they are.
 */

/** Is the picture larger than 1440p? */
bool mk_memory_is_large_picture(const struct mk_plan_picture *picture);

/** Is one of the films that are encoded larger than 1440p? */
bool mk_memory_is_large(const struct mk_plan *plan);

/**
 * Let a plan that is large, and its first pass, hold fewer pictures.
 *
 * @param pinned  efforts are those of one preset of x264: of what it sets, only the lookahead is
 *                less
 */
void mk_memory_fit(struct mk_plan *plan, bool pinned);

#endif
