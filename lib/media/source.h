#ifndef MK_MEDIA_SOURCE_H
#define MK_MEDIA_SOURCE_H

#include "media/stage.h"

/** Reads the parts of one source, one after the other, and decodes what the plan needs, once. */
struct mk_source {
    struct mk_stage stage;
    unsigned index;            /* in the plan; set before start, then constant */
    struct mk_outlet pictures; /* frames with their own time base, 0 = the source's start */
    struct mk_outlet sounds;
};

void *mk_source_main(void *source);

#endif
