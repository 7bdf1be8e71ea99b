#ifndef MK_PLAN_WATERMARK_H
#define MK_PLAN_WATERMARK_H

#include "model/preset.h"
#include "plan/plan.h"

/**
 * Where a slot of a preset puts a picture of this size (reference 13).
 *
 * @param frame    what is being made; its crop and frame sizes are set
 * @param image    the picture that is drawn
 *
 * Percents are of the content or the frame, as the slot's Target says; what is not set is Fit into
 * 100 % of the content at its left upper corner, fully opaque. Sizes are rounded to the nearest
 * pixel; a centred picture that cannot lie in the very middle lies half a pixel to the left or top.
 *
 * @return the mark without its image's index; it may lie partly or wholly outside of the frame
 */
struct mk_plan_mark mk_watermark_place(const struct mk_preset_watermark *slot,
                                       const struct mk_plan_picture *frame,
                                       const struct mk_info_image *image);

#endif
