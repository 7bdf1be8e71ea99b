#ifndef MK_MEDIA_SCALE_H
#define MK_MEDIA_SCALE_H

#include <stdbool.h>

#include "media/av.h"
#include "media/taps.h"

/** From what size to what size, all in pixels. */
struct mk_scale_sizes {
    int from_width, from_height, to_width, to_height;
};

/**
 * Scales pictures of three planes of 8 bits, the chroma of half the size (yuv420p), as zimg does
 * it, but for one in the last bit, in half the time (docs/performance.md). Owner thread only.
 */
struct mk_scale;

/**
 * Can it? The processor must have AVX-512 with VBMI and VNNI, sizes must be even, and pictures must
 * not become narrower than a quarter or so, or be tiny. Any thread.
 */
bool mk_scale_can(const struct mk_scale_sizes *sizes);

/** @param sizes  such that mk_scale_can() */
mockets_status mk_scale_new(const struct mk_scale_sizes *sizes, enum mk_kernel kernel,
                            struct mk_scale **out, struct mockets_error *err);

/** NULL is fine. Pictures that were made live on. */
void mk_scale_free(struct mk_scale **scale);

/**
 * @param from  yuv420p, progressive, chroma to the left or of unknown place
 * @param to    blank; becomes a picture with the properties of @p from, but for its size and the
 *              shape of its pixels
 */
mockets_status mk_scale_frame(struct mk_scale *scale, const AVFrame *from, AVFrame *to,
                              struct mockets_error *err);

#endif
