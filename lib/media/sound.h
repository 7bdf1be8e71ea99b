#ifndef MK_MEDIA_SOUND_H
#define MK_MEDIA_SOUND_H

#include <libavutil/audio_fifo.h>

#include "media/graph.h"
#include "media/stage.h"

/** Turns decoded sound into that of one mk_plan_sound. */
struct mk_sound {
    struct mk_stage stage;
    /* set before start, then constant */
    const struct mk_plan_sound *plan;
    const char *sample_format; /* what the encoders want */
    int frame_samples;
    struct mk_outlet outlet;
    /* owner thread only */
    struct mk_graph graph;
    int sample_rate, format; /* of the frames that the graph was built for */
    AVChannelLayout layout;
    AVFrame *filtered, *framed;
    AVAudioFifo *samples; /* on the way from the graph's frames to the encoders' */
    int64_t made, sent;   /* samples so far, out of the graph and to the encoders */
};

void *mk_sound_main(void *sound);

#endif
