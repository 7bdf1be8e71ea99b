#include "plan/size.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/str.h"

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
    int even = (int)floor(value / 2 + 0.5) * 2;

    return even < 2 ? 2 : even;
}

static int even_down(int value)
{
    return value < 2 ? 2 : value / 2 * 2;
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

struct mk_size mk_size_apply(const struct mk_size_rule *rule, int width_px, int height_px,
                             struct mk_rational sar)
{
    const struct policy *policy = find_policy(rule->sizing_policy);
    int box_width = box_side(rule->max_width, rule->auto_width_px);
    int box_height = box_side(rule->max_height, rule->auto_height_px);
    double pixel = sar.num > 0 && sar.den > 0 ? (double)sar.num / sar.den : 1;
    double shown_width = width_px * pixel;
    double scale = factor(policy, box_width / shown_width, (double)box_height / height_px);
    bool square = fabs(pixel - 1) < 1e-6;
    struct mk_size size;

    if (policy->scaling == SCALE_EXACT) {
        size.scale_width_px = box_width;
        size.scale_height_px = box_height;
    } else if (square && fabs(scale - 1) < 1e-9) {
        size.scale_width_px = width_px;
        size.scale_height_px = height_px;
    } else {
        size.scale_width_px = even_nearest(shown_width * scale);
        size.scale_height_px = even_nearest(height_px * scale);
    }
    size.crop_width_px = even_down(smaller(size.scale_width_px, box_width));
    size.crop_height_px = even_down(smaller(size.scale_height_px, box_height));
    size.width_px = size.crop_width_px;
    size.height_px = size.crop_height_px;
    if (mk_str_eq(rule->padding_policy, "Pad")) {
        size.width_px = even_down(box_width);
        size.height_px = even_down(box_height);
    }
    return size;
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

struct mk_rational mk_size_sar(const char *display, int width_px, int height_px)
{
    char *colon = NULL;
    long across = display ? strtol(display, &colon, 10) : 0;
    long down = across > 0 && *colon == ':' ? strtol(colon + 1, NULL, 10) : 0;
    int64_t num, den, divisor;

    if (across <= 0 || down <= 0)
        return (struct mk_rational){1, 1};
    num = across * height_px;
    den = down * width_px;
    divisor = common_divisor(num, den);
    return (struct mk_rational){(int)(num / divisor), (int)(den / divisor)};
}
