#ifndef MK_PLAN_SIZE_H
#define MK_PLAN_SIZE_H

#include "plan/info.h"

/** A box to fill and how: members as in a preset, NULL = the API's default. */
struct mk_size_rule {
    const char *max_width, *max_height; /**< "auto" or pixels */
    const char *sizing_policy, *padding_policy;
    int auto_width_px, auto_height_px; /**< what "auto" stands for */
    const char *display_aspect_ratio;  /**< "16:9"; "auto" = square pixels */
    /** The old way, instead of all above: "640x480" or "auto", and "4:3" or "auto". */
    const char *resolution, *aspect_ratio;
    int height_step_px; /**< heights are multiples of this even number; 0 = 2 */
    bool still; /**< a picture, not a film: shown with square pixels unless told otherwise */
};

/** Scale to this, cut that out of the middle, put it on a canvas. */
struct mk_size {
    int scale_width_px, scale_height_px;
    int crop_width_px, crop_height_px;
    int width_px, height_px;
    struct mk_rational sar; /**< sample aspect ratio of the canvas */
};

/**
 * The documented sizing and padding policies (reference 11), or the older Resolution and
 * AspectRatio (reference 10): a canvas of exactly that size and shape, with bars where the picture
 * has another one. AspectRatio "auto" is the shape of the input; a still then gets bars instead
 * of pixels that are not square.
 *
 * @param width_px, height_px  the picture as stored, after rotation
 * @param sar                  its sample aspect ratio after rotation; 0/1 or 1/1 = square
 *
 * Results are even and no side is scaled beyond 16384. Where scaling gives an odd number the
 * nearest even one is taken, upwards on a tie; a picture that is not scaled is cut to even instead.
 * Lines beyond a multiple of the rule's step are cut off.
 */
struct mk_size mk_size_apply(const struct mk_size_rule *rule, int width_px, int height_px,
                             struct mk_rational sar);

/** Sample aspect ratio that shows @p width x @p height as @p display ("16:9"; "auto" = square). */
struct mk_rational mk_size_sar(const char *display, int width_px, int height_px);

#endif
