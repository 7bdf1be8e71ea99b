#ifndef MK_MEDIA_LANES_H
#define MK_MEDIA_LANES_H

#include "media/queue.h"

/**
 * What the lanes of a film share with the encode that joins them (join.h): which stretch is the
 * next, and where its packets go.
 */
struct mk_lanes {
    struct mk_queue work;   /* stretches that may begin, for whichever lane is free; then ends */
    struct mk_queue *slots; /* stretch k goes to slot k % slot_count; the port tells the lane */
    size_t slot_count;      /* so many stretches may be begun or wait */
};

#endif
