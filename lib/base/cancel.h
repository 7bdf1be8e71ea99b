#ifndef MK_BASE_CANCEL_H
#define MK_BASE_CANCEL_H

#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>

/** Somebody who sleeps and wants to be woken when the work is cancelled. */
struct mk_cancel_watch {
    void (*wake)(void *context); /**< set before watching, then constant */
    void *context;
    struct mk_cancel_watch *next; /**< guarded by the cancel's lock */
};

/** "Stop as soon as you can", said once for one job. */
struct mk_cancel {
    _Atomic bool set;
    pthread_mutex_t lock;
    struct mk_cancel_watch *watches; /* guarded by lock */
};

void mk_cancel_init(struct mk_cancel *cancel);
void mk_cancel_fini(struct mk_cancel *cancel);

/** Thread-safe; wakes all watches, on this thread. Setting it twice is fine. */
void mk_cancel_set(struct mk_cancel *cancel);

/** NULL is never cancelled. */
bool mk_cancel_is_set(const struct mk_cancel *cancel);

/** Call @p watch->wake when the cancel is set (at once if it is); NULL cancel is ignored. */
void mk_cancel_watch(struct mk_cancel *cancel, struct mk_cancel_watch *watch);
void mk_cancel_unwatch(struct mk_cancel *cancel, struct mk_cancel_watch *watch);

#endif
