#ifndef MK_MEDIA_CUT_H
#define MK_MEDIA_CUT_H

#include "media/stage.h"

/**
 * Puts the decoded frames of one stream of one part in their place: what lies outside of the part
 * is dropped, sound to the sample, and what is in it moves behind the parts before. Zeroed is not
 * usable; owner thread only.
 */
struct mk_cut {
    /* set by mk_cut_init() */
    unsigned part;
    bool right; /* of two mono streams; false after mk_cut_init() */
    struct mk_outlet *outlet;
    int64_t duration_us; /* of the part; 0: to the end */
    bool skips;          /* frames before 0 are not wanted */
    bool lane;           /* the part is as long as it says: nothing is missing at its ends */
    int64_t offset_us;   /* where the part begins */
    /* progress */
    AVFrame *held;  /* the last picture before 0: seen until the next one comes */
    AVFrame *last;  /* lane: the last picture that was delivered */
    int64_t end_us; /* of what was delivered, in the part's time */
    bool begun, ended;
};

void mk_cut_init(struct mk_cut *cut, const struct mk_plan_part *plan, unsigned part,
                 int64_t offset_us, bool lane, struct mk_outlet *outlet);
void mk_cut_fini(struct mk_cut *cut);

/**
 * @param frame  with its time base and duration set; 0 is the beginning of the part. Used up.
 *
 * @retval MOCKETS_E_CANCELED  nobody listens
 */
mockets_status mk_cut_put(struct mk_cut *cut, AVFrame *frame, struct mockets_error *err);

/** No more frames: what is still held is delivered if the part would be empty without it. */
mockets_status mk_cut_end(struct mk_cut *cut, struct mockets_error *err);

#endif
