#include "media/taps.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"

/* Mitchell and Netravali's family of cubics with B = 0 ("Reconstruction Filters in Computer
 * Graphics", 1988). */
static double bicubic(double x)
{
    static const double c = 0.6;

    if (x < 1)
        return (2 - c) * x * x * x + (c - 3) * x * x + 1;
    return x < 2 ? -c * x * x * x + 5 * c * x * x - 8 * c * x + 4 * c : 0;
}

static double bilinear(double x)
{
    return x < 1 ? 1 - x : 0;
}

static const struct {
    double (*at)(double distance);
    double reach; /* from there on it is 0 */
} kernels[] = {
    [MK_KERNEL_BICUBIC] = {bicubic, 2},
    [MK_KERNEL_BILINEAR] = {bilinear, 1},
};

static int within(int value, int least, int most)
{
    return value < least ? least : value > most ? most : value;
}

/* Which sample is seen at @p at. */
static int mirrored(int at, int from)
{
    if (at < 0)
        at = -at - 1;
    else if (at >= from)
        at = 2 * from - 1 - at;
    return within(at, 0, from - 1);
}

/* What rounding has left over, or short, goes to the largest. */
static void round_all(const double *exact, double sum, int count, int one, int *weights)
{
    int left = one, largest = 0;

    for (int i = 0; i < count; i++) {
        weights[i] = (int)lround(exact[i] / sum * one);
        left -= weights[i];
        if (abs(weights[i]) > abs(weights[largest]))
            largest = i;
    }
    weights[largest] += left;
}

mockets_status mk_taps_make(enum mk_kernel kernel, int from, int to, double offset, int one,
                            struct mk_taps *out, struct mockets_error *err)
{
    double ratio = (double)from / to, step = ratio > 1 ? ratio : 1;
    double reach = kernels[kernel].reach * step;
    int wide = (int)ceil(2 * reach), count = wide < from ? wide : from;
    struct mk_taps taps = {.count = count};
    double *exact = mk_alloc_array((size_t)count, sizeof(*exact));

    taps.first = mk_alloc_array((size_t)to, sizeof(*taps.first));
    taps.weights = mk_alloc_array((size_t)to * (size_t)count, sizeof(*taps.weights));
    if (!exact || !taps.first || !taps.weights) {
        mk_free(exact);
        mk_taps_fini(&taps);
        return mk_fail_nomem(err);
    }
    for (int i = 0; i < to; i++) {
        double middle = (i + 0.5 + offset) * ratio - 0.5 - offset, sum = 0;
        int begin = (int)floor(middle - reach) + 1;

        taps.first[i] = within(begin, 0, from - count);
        memset(exact, 0, (size_t)count * sizeof(*exact));
        for (int k = begin; k < begin + wide; k++) {
            double weight = kernels[kernel].at(fabs(k - middle) / step);

            exact[mirrored(k, from) - taps.first[i]] += weight;
            sum += weight;
        }
        round_all(exact, sum, count, one, taps.weights + (size_t)i * (size_t)count);
    }
    mk_free(exact);
    *out = taps;
    return MOCKETS_OK;
}

void mk_taps_fini(struct mk_taps *taps)
{
    mk_free(taps->first);
    mk_free(taps->weights);
    *taps = (struct mk_taps){0};
}
