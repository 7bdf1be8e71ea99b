#include "plan/rate.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

/* The API's rates, slowest first. */
static const struct {
    const char *name;
    struct mk_rational rate;
} rates[] = {
    {"10", {10, 1}},          {"15", {15, 1}},          {"23.97", {24000, 1001}}, {"24", {24, 1}},
    {"25", {25, 1}},          {"29.97", {30000, 1001}}, {"30", {30, 1}},          {"50", {50, 1}},
    {"59.94", {60000, 1001}}, {"60", {60, 1}},
};

enum { RATES = sizeof(rates) / sizeof(rates[0]) };

/* Not in the API's list; known here so that such an input keeps its exact rate. */
static bool offered(size_t i)
{
    return strcmp(rates[i].name, "59.94") != 0;
}

static double value(struct mk_rational rate)
{
    return rate.num > 0 && rate.den > 0 ? (double)rate.num / rate.den : 0;
}

static bool close_to(double a, double b, double tolerance)
{
    return fabs(a - b) <= tolerance * b;
}

static const struct mk_rational *standard(double fps)
{
    const struct mk_rational *best = NULL;

    for (size_t i = 0; i < RATES; i++) {
        if (close_to(fps, value(rates[i].rate), 0.0004) &&
            (!best || fabs(fps - value(rates[i].rate)) < fabs(fps - value(*best))))
            best = &rates[i].rate;
    }
    return best;
}

struct mk_rational mk_rate_of_stream(const struct mk_info_stream *stream)
{
    double average = value(stream->frame_rate), nominal = value(stream->nominal_rate);
    const struct mk_rational *exact = standard(average);

    if (exact)
        return *exact;
    /* Variable: what the camera aimed at, if most of its frames are there. */
    exact = standard(nominal);
    if (exact && average > 0.75 * nominal)
        return *exact;
    if (average <= 0)
        average = nominal;
    if (average <= 0)
        average = 25;
    if (average < 1)
        average = 1;
    if (average > 1000)
        average = 1000;
    return (struct mk_rational){(int)lround(average * 1000), 1000};
}

bool mk_rate_named(const char *name, struct mk_rational *out)
{
    for (size_t i = 0; name && i < RATES; i++) {
        if (strcmp(rates[i].name, name) == 0) {
            *out = rates[i].rate;
            return true;
        }
    }
    return false;
}

struct mk_rational mk_rate_choose(const char *frame_rate, const char *max_frame_rate,
                                  struct mk_rational input)
{
    struct mk_rational fixed, max = {30, 1};

    if (mk_rate_named(frame_rate, &fixed))
        return fixed;
    mk_rate_named(max_frame_rate, &max);
    if (value(input) <= value(max) * 1.0004)
        return input;
    for (size_t i = RATES; i-- > 0;) {
        double times = value(input) / value(rates[i].rate);

        if (!offered(i) || value(rates[i].rate) > value(max) * 1.0004)
            continue;
        if (fabs(times - round(times)) < 0.0004 * times)
            return rates[i].rate;
    }
    return max;
}

const char *mk_rate_name(struct mk_rational rate, struct mk_arena *arena)
{
    const struct mk_rational *exact = standard(value(rate));
    char text[32];
    size_t length;

    for (size_t i = 0; exact && i < RATES; i++) {
        if (exact == &rates[i].rate)
            return rates[i].name;
    }
    snprintf(text, sizeof(text), "%.3f", value(rate));
    length = strlen(text);
    while (length && text[length - 1] == '0')
        text[--length] = '\0';
    if (length && text[length - 1] == '.')
        text[--length] = '\0';
    return mk_arena_strdup(arena, text);
}
