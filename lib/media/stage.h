#ifndef MK_MEDIA_STAGE_H
#define MK_MEDIA_STAGE_H

#include "media/frame.h"
#include "media/images.h"
#include "media/media.h"
#include "media/queue.h"

/** What all stages of one run share. */
struct mk_run {
    const struct mk_plan *plan;
    const struct mk_media_host *host;
    struct mk_images images;  /* constant while stages run */
    struct mk_cancel cancel;  /* the run's own; set with the caller's */
    _Atomic int64_t *done_us; /* one per package, or per encode of a first pass: how far it is */
    size_t done_count;
    int64_t before_us;       /* what is told is this … */
    double done_scale;       /* … and that much of what is done */
    _Atomic int64_t told_us; /* what progress() was told last */
};

/** The package, or first pass, has reached @p done_us (INT64_MAX: it is out of the race). */
void mk_run_progress(struct mk_run *run, unsigned index, int64_t done_us);

/** Where a stage sends to: a port of another stage's inbox. */
struct mk_edge {
    struct mk_queue *to;
    unsigned port;
    bool stopped; /* the reader left; owner thread only */
};

struct mk_outlet {
    struct mk_edge *edges; /* set before start, then constant */
    size_t count;
};

/** One thread with one inbox; the first member of every kind of stage. */
struct mk_stage {
    struct mk_run *run;
    char name[16];
    pthread_t thread;
    bool started;
    void *(*main)(void *stage);
    struct mk_queue inbox;      /* sources have none */
    struct mockets_error error; /* constant once the end was sent */
};

/** Send a reference to all who still listen. MOCKETS_E_CANCELED: nobody does. */
mockets_status mk_outlet_frame(struct mk_outlet *outlet, const AVFrame *frame,
                               struct mockets_error *err);
mockets_status mk_outlet_packet(struct mk_outlet *outlet, const AVPacket *packet,
                                struct mockets_error *err);

/** This stretch begins, or, with MK_NO_STRETCH, is over. */
void mk_outlet_stretch(struct mk_outlet *outlet, size_t stretch);

/** The last word. @p error lives as long as the run; NULL: all went well. */
void mk_outlet_end(struct mk_outlet *outlet, const struct mockets_error *error);

/** Does anybody listen? */
bool mk_outlet_wanted(const struct mk_outlet *outlet);

/** mk_queue_get() on the inbox, where cancelled is MOCKETS_E_CANCELED. */
mockets_status mk_stage_get(struct mk_stage *stage, struct mk_item *out);

/**
 * The next frame or packet of a stage that has one source. False: there is none. If that is not
 * because all went well, @p rc says why, and so does the stage's error.
 */
bool mk_stage_next(struct mk_stage *stage, struct mk_item *out, mockets_status *rc);

#endif
