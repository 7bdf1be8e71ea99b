#include "plan/size.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/str.h"

/* More is of no use to a canvas of 4096; only a stripe of a picture would come to it. */
enum { MAX_SIDE_PX = 16384 };

/* How a policy scales: to the smaller or larger of the two ratios, or not at all. */
enum scaling { SCALE_INSIDE, SCALE_COVER, SCALE_EXACT, SCALE_NONE };

static const struct policy {
    const char *name;
    enum scaling scaling;
    bool only_down;
} policies[] = {
    {"Fit", SCALE_INSIDE, false},        {"Fill", SCALE_COVER, false},
    {"Stretch", SCALE_EXACT, false},     {"Keep", SCALE_NONE, false},
    {"ShrinkToFit", SCALE_INSIDE, true}, {"ShrinkToFill", SCALE_COVER, true},
};

static const struct policy *find_policy(const char *name)
{
    for (size_t i = 0; name && i < sizeof(policies) / sizeof(policies[0]); i++) {
        if (strcmp(policies[i].name, name) == 0)
            return &policies[i];
    }
    return &policies[0];
}

static int box_side(const char *max, int automatic)
{
    int64_t side;

    return mk_str_int64(max, 1, 65536, &side) ? (int)side : automatic;
}

static int even_nearest(double value)
{
    if (value >= MAX_SIDE_PX)
        return MAX_SIDE_PX;
    return value < 2 ? 2 : (int)floor(value / 2 + 0.5) * 2;
}

static int even_down(int value)
{
    return value < 2 ? 2 : value / 2 * 2;
}

static int height_down(const struct mk_size_rule *rule, int value)
{
    int step = rule->height_step_px > 0 ? rule->height_step_px : 2;

    return value < step ? step : value / step * step;
}

static double factor(const struct policy *policy, double across, double down)
{
    double scale = 1;

    if (policy->scaling == SCALE_INSIDE)
        scale = fmin(across, down);
    else if (policy->scaling == SCALE_COVER)
        scale = fmax(across, down);
    return policy->only_down ? fmin(scale, 1) : scale;
}

static int smaller(int a, int b)
{
    return a < b ? a : b;
}

/* Lines that are too many are cut off rather than squeezed. */
static void cut_height(const struct mk_size_rule *rule, int most, struct mk_size *size)
{
    size->crop_height_px = height_down(rule, smaller(size->scale_height_px, most));
    if (size->scale_height_px < size->crop_height_px)
        size->scale_height_px = size->crop_height_px;
}

static int64_t common_divisor(int64_t a, int64_t b)
{
    while (b) {
        int64_t rest = a % b;

        a = b;
        b = rest;
    }
    return a;
}

/* Reduced, and small enough for the 16 bits that most formats have. */
static struct mk_rational ratio(int64_t num, int64_t den)
{
    int64_t divisor = common_divisor(num, den);

    num /= divisor;
    den /= divisor;
    while (num > UINT16_MAX || den > UINT16_MAX) {
        num = (num + 1) / 2;
        den = (den + 1) / 2;
    }
    return (struct mk_rational){(int)num, (int)den};
}

/* The shape that an AspectRatio names. */
static bool parse_shape(const char *text, struct mk_rational *out)
{
    int across, down;

    if (!text || sscanf(text, "%4d:%4d", &across, &down) != 2 || across <= 0 || down <= 0)
        return false;
    *out = (struct mk_rational){across, down};
    return true;
}

struct mk_rational mk_size_sar(const char *display, int width_px, int height_px)
{
    struct mk_rational shape;

    if (!parse_shape(display, &shape) || width_px <= 0 || height_px <= 0)
        return (struct mk_rational){1, 1};
    return ratio((int64_t)shape.num * height_px, (int64_t)shape.den * width_px);
}

static double value(struct mk_rational sar)
{
    return sar.num > 0 && sar.den > 0 ? (double)sar.num / sar.den : 1;
}

static bool old_style(const struct mk_size_rule *rule)
{
    if (!mk_str_empty(rule->resolution))
        return true;
    return !mk_str_empty(rule->aspect_ratio) && !rule->max_width && !rule->max_height &&
           !rule->sizing_policy && !rule->padding_policy && !rule->display_aspect_ratio;
}

/* Pixels of a canvas that has no AspectRatio: it is shown like the input. */
static struct mk_rational like_input(const struct mk_size_rule *rule, const struct mk_size *canvas,
                                     bool same_size, int width_px, int height_px,
                                     struct mk_rational sar)
{
    if (rule->still || sar.num <= 0 || sar.den <= 0)
        sar = (struct mk_rational){1, 1};
    if (same_size || rule->still)
        return ratio(sar.num, sar.den);
    return ratio((int64_t)width_px * sar.num * canvas->height_px,
                 (int64_t)height_px * sar.den * canvas->width_px);
}

/* The old way: the canvas is given, the picture goes inside it. */
static struct mk_size apply_resolution(const struct mk_size_rule *rule, int width_px, int height_px,
                                       struct mk_rational sar)
{
    struct mk_size size = {0};
    struct mk_rational shape;
    bool shaped, same_size = !rule->resolution || sscanf(rule->resolution, "%5dx%5d",
                                                         &size.width_px, &size.height_px) != 2;
    double across, down, scale;

    size.width_px = even_down(same_size ? width_px : size.width_px);
    size.height_px = height_down(rule, same_size ? height_px : size.height_px);
    shaped = parse_shape(rule->aspect_ratio, &shape);
    if (shaped)
        size.sar = mk_size_sar(rule->aspect_ratio, size.width_px, size.height_px);
    else
        size.sar = like_input(rule, &size, same_size, width_px, height_px, sar);
    /* The picture in pixels of the canvas, if its height stays as it is. */
    across = width_px * value(sar) / value(size.sar);
    down = height_px;
    scale = fmin(size.width_px / across, size.height_px / down);
    size.scale_width_px = smaller(even_nearest(across * scale), size.width_px);
    size.scale_height_px = smaller(even_nearest(down * scale), size.height_px);
    if (same_size && !shaped && (!rule->still || fabs(value(sar) - 1) < 1e-6) && width_px > 1 &&
        height_px > 1) {
        size.scale_width_px = width_px;
        size.scale_height_px = height_px;
    }
    size.crop_width_px = smaller(even_down(size.scale_width_px), size.width_px);
    cut_height(rule, size.height_px, &size);
    return size;
}

/* The picture's size in square pixels, or in the box's, before it is cut. */
static void scale_by(const struct policy *policy, int box_width, int box_height, int width_px,
                     int height_px, double pixel, struct mk_size *size)
{
    double shown_width = width_px * pixel;
    double scale = factor(policy, box_width / shown_width, (double)box_height / height_px);

    if (policy->scaling == SCALE_EXACT) {
        size->scale_width_px = box_width;
        size->scale_height_px = box_height;
    } else if (fabs(pixel - 1) < 1e-6 && fabs(scale - 1) < 1e-9 && width_px > 1 && height_px > 1) {
        size->scale_width_px = width_px;
        size->scale_height_px = height_px;
    } else {
        size->scale_width_px = even_nearest(shown_width * scale);
        size->scale_height_px = even_nearest(height_px * scale);
    }
}

struct mk_size mk_size_apply(const struct mk_size_rule *rule, int width_px, int height_px,
                             struct mk_rational sar)
{
    const struct policy *policy = find_policy(rule->sizing_policy);
    int box_width = box_side(rule->max_width, rule->auto_width_px);
    int box_height = box_side(rule->max_height, rule->auto_height_px);
    struct mk_size size = {0};

    if (old_style(rule))
        return apply_resolution(rule, width_px, height_px, sar);
    scale_by(policy, box_width, box_height, width_px, height_px, value(sar), &size);
    size.crop_width_px = even_down(smaller(size.scale_width_px, box_width));
    cut_height(rule, box_height, &size);
    size.width_px = size.crop_width_px;
    size.height_px = size.crop_height_px;
    if (mk_str_eq(rule->padding_policy, "Pad")) {
        size.width_px = even_down(box_width);
        size.height_px = height_down(rule, box_height);
    }
    size.sar = mk_size_sar(rule->display_aspect_ratio, size.width_px, size.height_px);
    return size;
}
