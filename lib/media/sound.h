#ifndef MK_MEDIA_SOUND_H
#define MK_MEDIA_SOUND_H

#include "media/graph.h"
#include "media/stage.h"

/** Turns decoded sound into that of one mk_plan_sound. */
struct mk_sound {
    struct mk_stage stage;
    /* set before start, then constant */
    const struct mk_plan_sound *plan;
    struct mk_outlet outlet;
    /* owner thread only */
    struct mk_graph graph;
    int sample_rate, format; /* of the frames that the graph was built for */
    AVChannelLayout layout;
    unsigned part; /* the same */
    /* two mono streams: how far each has come, in samples of the input, and whether it ended */
    int64_t side_samples[2];
    bool side_ended[2];
    AVFrame *filtered;
    int64_t made; /* samples so far, out of the graph */
};

void *mk_sound_main(void *sound);

#endif
