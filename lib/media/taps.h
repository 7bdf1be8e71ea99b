#ifndef MK_MEDIA_TAPS_H
#define MK_MEDIA_TAPS_H

#include "base/error.h"

enum mk_kernel {
    MK_KERNEL_BICUBIC, /**< B = 0, C = 0.6 in Mitchell and Netravali's terms, as swscale has it */
    MK_KERNEL_BILINEAR,
};

/** The weights with which the samples of one line make those of a shorter or longer one. */
struct mk_taps {
    int count;    /**< weights for each sample that is made */
    int *first;   /**< of each of these: the sample that its first weight is for */
    int *weights; /**< of each of these, @p count of them */
};

/**
 * Both lines are seen as equally long; beyond its ends a line goes on as its mirror image. A kernel
 * is stretched by what the line is made shorter.
 *
 * @param from    samples of the line, at least one
 * @param to      samples that are made of it, at least one
 * @param offset  where samples lie in the space of one sample, from its middle: 0, or -0.25 for
 *                chroma that lies with every other sample of luma (ITU-T H.264, figure E.1, type 0)
 * @param one     the sum of the weights of a sample
 */
mockets_status mk_taps_make(enum mk_kernel kernel, int from, int to, double offset, int one,
                            struct mk_taps *out, struct mockets_error *err);

/** Zeroed is fine. */
void mk_taps_fini(struct mk_taps *taps);

#endif
