#ifndef MK_PLAN_SHARE_H
#define MK_PLAN_SHARE_H

#include "plan/plan.h"

/*
 * Put a picture, sound or encode into the plan, or find the equal one that is there already.
 * The arrays have room for one more; the index is returned.
 */
unsigned mk_share_picture(struct mk_plan *plan, const struct mk_plan_picture *picture);
unsigned mk_share_sound(struct mk_plan *plan, const struct mk_plan_sound *sound);
unsigned mk_share_encode(struct mk_plan *plan, const struct mk_plan_encode *encode);

#endif
