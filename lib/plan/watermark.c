#include "plan/watermark.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/str.h"

/* "10%" of a length, or "16px"; what is not set is @p unset. */
static double length_of(const char *text, double whole, double unset)
{
    char *unit;
    double value;

    if (mk_str_empty(text))
        return unset;
    value = strtod(text, &unit);
    return *unit == '%' ? whole * value / 100 : value;
}

static int nearest(double value)
{
    return (int)floor(value + 0.5);
}

static int at_least_one(double value)
{
    int pixels = nearest(value);

    return pixels < 1 ? 1 : pixels;
}

static void set_size(const struct mk_preset_watermark *slot, int area_width, int area_height,
                     const struct mk_info_image *image, struct mk_plan_mark *mark)
{
    double width = length_of(slot->max_width, area_width, area_width);
    double height = length_of(slot->max_height, area_height, area_height);
    double scale = fmin(width / image->width_px, height / image->height_px);

    if (mk_str_eq(slot->sizing_policy, "ShrinkToFit"))
        scale = fmin(scale, 1);
    if (!mk_str_eq(slot->sizing_policy, "Stretch")) {
        width = image->width_px * scale;
        height = image->height_px * scale;
    }
    mark->width_px = at_least_one(width);
    mark->height_px = at_least_one(height);
}

/* One axis: where the mark begins. @p far is the name of the align at the far border. */
static int begin_of(const char *align, const char *far, const char *offset, int area, int size)
{
    int away = nearest(length_of(offset, area, 0));

    if (mk_str_eq(align, "Center"))
        return (int)floor((area - size) / 2.0);
    return mk_str_eq(align, far) ? area - size - away : away;
}

struct mk_plan_mark mk_watermark_place(const struct mk_preset_watermark *slot,
                                       const struct mk_plan_picture *frame,
                                       const struct mk_info_image *image)
{
    bool whole = mk_str_eq(slot->target, "Frame");
    int width = whole ? frame->width_px : frame->crop_width_px;
    int height = whole ? frame->height_px : frame->crop_height_px;
    struct mk_plan_mark mark;

    memset(&mark, 0, sizeof(mark));
    set_size(slot, width, height, image, &mark);
    mark.x_px =
        begin_of(slot->horizontal_align, "Right", slot->horizontal_offset, width, mark.width_px);
    mark.y_px =
        begin_of(slot->vertical_align, "Bottom", slot->vertical_offset, height, mark.height_px);
    mark.opacity = mk_str_empty(slot->opacity) ? 1 : strtod(slot->opacity, NULL) / 100;
    if (!whole) {
        mark.x_px += mk_plan_middle(frame->width_px, width);
        mark.y_px += mk_plan_middle(frame->height_px, height);
    }
    return mark;
}
