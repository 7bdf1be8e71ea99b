#ifndef MK_MEDIA_NAL_H
#define MK_MEDIA_NAL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "plan/info.h"

/* The units that H.264 is made of. */

enum { MK_NAL_IDR = 5, MK_NAL_SPS = 7, MK_NAL_PPS = 8 };

struct mk_nal {
    const uint8_t *data; /* not empty */
    size_t size;
};

/** Where to look for the next unit, and how. */
struct mk_nals {
    const uint8_t *at, *end;
    int length_bytes; /**< each stands behind its length of so many bytes; 0: Annex B */
};

/** Step to the next unit. False: there is none, or it is cut off. */
bool mk_nal_next(struct mk_nals *nals, struct mk_nal *out);

static inline int mk_nal_type(const struct mk_nal *nal)
{
    return nal->data[0] & 0x1f;
}

/**
 * Read a sequence parameter set, with its header byte.
 *
 * @param out  the rest of it is zeroed
 *
 * @return false for profiles other than Baseline, Main and High, and for what makes no sense
 */
bool mk_nal_read_sps(const struct mk_nal *nal, struct mk_info_h264 *out);

#endif
