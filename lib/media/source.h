#ifndef MK_MEDIA_SOURCE_H
#define MK_MEDIA_SOURCE_H

#include "media/lanes.h"
#include "media/stage.h"

/**
 * Reads the parts of one source, one after the other, and decodes what the plan needs, once. What
 * it copies goes out as packets, whose stream is described by @c parameters; by kind, both.
 */
struct mk_source {
    struct mk_stage stage;
    unsigned index;            /* in the plan; set before start, then constant */
    struct mk_outlet pictures; /* frames with their own time base, 0 = the source's start */
    struct mk_outlet sounds;
    struct mk_lanes *lanes;                 /* where it gets its parts; NULL: it has all of them */
    struct mk_outlet packets[MK_AUDIO + 1]; /* with their time base, 0 = the source's start */
    AVCodecParameters *parameters[MK_AUDIO + 1]; /* constant once a packet was sent; NULL: none */
    /* owner thread only */
    bool paced;      /* the inbox tells how far the film is */
    int64_t film_us; /* what it told last */
};

void *mk_source_main(void *source);

#endif
