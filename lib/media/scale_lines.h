#ifndef MK_MEDIA_SCALE_LINES_H
#define MK_MEDIA_SCALE_LINES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "media/taps.h"

/**
 * Scales a plane of 8 bits: each line on its own, as it comes, and then the lines that were made
 * so, of which as many are kept as a new one needs. Made for AVX-512 with VBMI and VNNI.
 */
struct mk_scale_lines {
    int from_width, from_height, to_width, to_height;
    /* along a line: the first pixels that a group of weights is for, and which tables it has */
    int blocks, groups;
    int alike_end; /* blocks from the third up to this one have the same tables */
    int *begin;
    int *table;
    uint8_t *tables;
    /* across lines */
    int lines;
    int *first;
    int16_t *weights;
    int16_t *kept;
    int kept_pixels; /* of each line that is kept */
};

/** Has the processor what it takes, and do these sizes suit? */
bool mk_scale_lines_can(int from_width, int from_height, int to_width, int to_height);

/** @param offset  of mk_taps_make(), along the line. On failure there is nothing to release. */
mockets_status mk_scale_lines_init(struct mk_scale_lines *plane, enum mk_kernel kernel,
                                   double offset, int from_width, int from_height, int to_width,
                                   int to_height, struct mockets_error *err);

/** Zeroed is fine. */
void mk_scale_lines_fini(struct mk_scale_lines *plane);

/** Reads and writes nothing beyond the pixels of the planes. */
void mk_scale_lines_run(struct mk_scale_lines *plane, const uint8_t *from, ptrdiff_t from_stride,
                        uint8_t *to, ptrdiff_t to_stride);

#endif
