#ifndef MK_MEDIA_QUEUE_H
#define MK_MEDIA_QUEUE_H

#include "base/cancel.h"
#include "media/av.h"

enum mk_item_kind { MK_ITEM_FRAME, MK_ITEM_PACKET, MK_ITEM_STRETCH, MK_ITEM_END };

#define MK_NO_STRETCH SIZE_MAX

/** What travels between stages. A frame or packet is owned by whoever holds the item. */
struct mk_item {
    enum mk_item_kind kind;
    unsigned port; /**< which of the reader's sources it comes from */
    union {
        AVFrame *frame;
        AVPacket *packet;
        size_t stretch; /**< this one of the plan's begins; MK_NO_STRETCH: the last one is over */
        const struct mockets_error *error; /**< end: why it is early; NULL = all went well */
    };
};

/**
 * The inbox of one stage: bounded, several writers, one reader (but for mk_lanes.work). A writer
 * leaves with an end item, one per port, which never waits; the reader leaves with
 * mk_queue_leave().
 */
struct mk_queue {
    struct mk_cancel *cancel; /* set before start, then constant */
    struct mk_cancel_watch watch;
    size_t capacity, slots; /* set before start, then constant; slots: with the ends */
    pthread_mutex_t lock;
    pthread_cond_t filled, emptied;
    struct mk_item *items; /* guarded by lock, as all below; a ring */
    size_t first, count;
    bool left;
};

/** @param ports  how many writers; each may put one end item beyond @p capacity */
mockets_status mk_queue_init(struct mk_queue *queue, size_t capacity, unsigned ports,
                             struct mk_cancel *cancel, struct mockets_error *err);

/** All threads are gone. Zeroed is fine. */
void mk_queue_fini(struct mk_queue *queue);

/** Waits for room, except with an end. @return false if the reader left or it is cancelled. */
bool mk_queue_put_take(struct mk_queue *queue, struct mk_item item);

/** Waits for an item. @return false when it is cancelled. */
bool mk_queue_get(struct mk_queue *queue, struct mk_item *out);

/** The reader wants no more: what is in the queue and what comes is dropped. */
void mk_queue_leave(struct mk_queue *queue);

/** Release what an item holds. */
void mk_item_free(struct mk_item *item);

#endif
