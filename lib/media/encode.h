#ifndef MK_MEDIA_ENCODE_H
#define MK_MEDIA_ENCODE_H

#include <libavutil/audio_fifo.h>

#include "captions/cea708.h"
#include "media/lanes.h"
#include "media/stage.h"

struct mk_source;

/**
 * Encodes the frames of one picture or sound in one way, or copies packets (copy.h), or joins those
 * of other encodes (join.h).
 */
struct mk_encode {
    struct mk_stage stage;
    /* set before start, then constant */
    const struct mk_plan_encode *plan;
    const char *statistics;         /* the file of a pass; NULL: none */
    bool global_header;             /* some package wants the headers apart from the stream */
    AVRational frame_rate;          /* 0/1: sound, or single pictures */
    const struct mk_source *source; /* what is copied; else NULL */
    struct mk_outlet outlet;
    struct mk_lanes *lanes;         /* of a film in stretches; else NULL */
    unsigned lane;                  /* which it is itself, unless it joins */
    const struct mk_encode *joined; /* joins: the first of those; else NULL */
    struct mk_outlet pace;          /* joins: to sources that follow the film */
    /* constant once the first packet was sent */
    AVCodecParameters *parameters;
    AVRational time_base;
    /* owner thread only */
    AVCodecContext *context;
    AVPacket *packet;
    AVAudioFifo *samples; /* on the way into the encoder's portions; NULL: it takes any number */
    AVFrame *portion;
    int64_t portion_pts;
    struct mk_arena arena;   /* of the captions */
    struct mk_cc_writer *cc; /* NULL: the frames carry no captions */
    int64_t frames;          /* sent to the encoder */
    unsigned index;          /* in the plan */
    int64_t next_key_us;     /* when the next forced key frame is due */
    size_t stretch;          /* that is encoded, if lanes share them */
    int64_t stretch_frames;  /* of it, sent to the encoder */
};

void *mk_encode_main(void *encode);

#endif
