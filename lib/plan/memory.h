#ifndef MK_PLAN_MEMORY_H
#define MK_PLAN_MEMORY_H

#include "plan/plan.h"

/*
 * What keeps jobs of very large pictures within bounds. Nearly all that they take is whole
 * pictures: those that x264 looks ahead at, refers to, holds back and has for each thread, and
 * those that wait. The figures are in docs/performance.md. Plans whose films are all of 1440p or
 * less stay as they are, but that several films are rather looked at twice.
 */

/** Is the picture larger than 1440p? */
bool mk_memory_is_large_picture(const struct mk_plan_picture *picture);

/** Is one of the films that are encoded larger than 1440p? */
bool mk_memory_is_large(const struct mk_plan *plan);

/**
 * Would so many films in one pass, @p pixels large together, keep more pictures to look ahead at
 * than a job should? They keep twenty each, at 3.3 bytes a pixel.
 */
bool mk_memory_is_much_ahead(size_t films, int64_t pixels);

/**
 * Let a plan that is large, and its first pass, hold fewer pictures.
 *
 * @param pinned  efforts are those of one preset of x264: of what it sets, only the lookahead is
 *                less
 */
void mk_memory_fit(struct mk_plan *plan, bool pinned);

#endif
