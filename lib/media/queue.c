#include "media/queue.h"

#include <assert.h>

#include "base/alloc.h"
#include "base/thread.h"

static void wake(void *context)
{
    struct mk_queue *queue = context;

    pthread_mutex_lock(&queue->lock);
    pthread_cond_broadcast(&queue->filled);
    pthread_cond_broadcast(&queue->emptied);
    pthread_mutex_unlock(&queue->lock);
}

mockets_status mk_queue_init(struct mk_queue *queue, size_t capacity, unsigned ports,
                             struct mk_cancel *cancel, struct mockets_error *err)
{
    *queue = (struct mk_queue){.cancel = cancel, .capacity = capacity, .slots = capacity + ports};
    queue->items = mk_alloc_array(queue->slots, sizeof(*queue->items));
    if (!queue->items)
        return mk_fail_nomem(err);
    pthread_mutex_init(&queue->lock, NULL);
    mk_cond_init(&queue->filled);
    mk_cond_init(&queue->emptied);
    queue->watch = (struct mk_cancel_watch){.wake = wake, .context = queue};
    mk_cancel_watch(cancel, &queue->watch);
    return MOCKETS_OK;
}

void mk_item_free(struct mk_item *item)
{
    if (item->kind == MK_ITEM_FRAME)
        av_frame_free(&item->frame);
    else if (item->kind == MK_ITEM_PACKET)
        av_packet_free(&item->packet);
}

/* The lock is held, or nobody else is left. */
static struct mk_item pop(struct mk_queue *queue)
{
    struct mk_item item = queue->items[queue->first];

    queue->first = (queue->first + 1) % queue->slots;
    queue->count--;
    return item;
}

void mk_queue_fini(struct mk_queue *queue)
{
    if (!queue->items)
        return;
    mk_cancel_unwatch(queue->cancel, &queue->watch);
    while (queue->count > 0) {
        struct mk_item item = pop(queue);

        mk_item_free(&item);
    }
    mk_free(queue->items);
    queue->items = NULL;
    pthread_cond_destroy(&queue->emptied);
    pthread_cond_destroy(&queue->filled);
    pthread_mutex_destroy(&queue->lock);
}

bool mk_queue_put_take(struct mk_queue *queue, struct mk_item item)
{
    size_t limit = item.kind == MK_ITEM_END ? queue->slots : queue->capacity;
    bool wanted;

    pthread_mutex_lock(&queue->lock);
    while (queue->count >= limit && !queue->left && !mk_cancel_is_set(queue->cancel))
        pthread_cond_wait(&queue->emptied, &queue->lock);
    wanted = !queue->left && !mk_cancel_is_set(queue->cancel);
    if (wanted) {
        assert(queue->count < queue->slots);
        queue->items[(queue->first + queue->count) % queue->slots] = item;
        queue->count++;
    }
    pthread_mutex_unlock(&queue->lock);
    /* Whoever is woken wants the lock: not before it is free. */
    if (wanted)
        pthread_cond_signal(&queue->filled);
    else
        mk_item_free(&item);
    return wanted;
}

bool mk_queue_get(struct mk_queue *queue, struct mk_item *out)
{
    bool got, roomy;

    pthread_mutex_lock(&queue->lock);
    while (queue->count == 0 && !mk_cancel_is_set(queue->cancel))
        pthread_cond_wait(&queue->filled, &queue->lock);
    got = !mk_cancel_is_set(queue->cancel);
    if (got)
        *out = pop(queue);
    /* To be woken for each place is to run for one frame and wait again. */
    roomy = got && queue->count <= queue->capacity / 2;
    pthread_mutex_unlock(&queue->lock);
    if (roomy)
        pthread_cond_broadcast(&queue->emptied);
    return got;
}

void mk_queue_leave(struct mk_queue *queue)
{
    pthread_mutex_lock(&queue->lock);
    queue->left = true;
    pthread_cond_broadcast(&queue->emptied);
    pthread_mutex_unlock(&queue->lock);
}
