#ifndef MK_PLAN_WHOLE_H
#define MK_PLAN_WHOLE_H

#include "base/arena.h"
#include "base/error.h"
#include "plan/plan.h"

/**
 * Where several pictures of @p plan make the frames of a source whole in the same way, let it be
 * done once. What only one picture wants it goes on doing itself.
 *
 * @param arena  gets what is added to the plan
 */
mockets_status mk_whole_share(struct mk_plan *plan, struct mk_arena *arena,
                              struct mockets_error *err);

#endif
