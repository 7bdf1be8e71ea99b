#ifndef MK_BASE_THREAD_H
#define MK_BASE_THREAD_H

#include <pthread.h>

#include "base/error.h"

/**
 * Start a thread with all signals blocked. Join it with pthread_join().
 *
 * @param name  at most 15 bytes, shown by ps and gdb
 */
mockets_status mk_thread_start(pthread_t *thread, const char *name, void *(*main)(void *),
                               void *argument, struct mockets_error *err);

/** A condition variable on CLOCK_MONOTONIC. @return 0, or an errno. */
int mk_cond_init(pthread_cond_t *cond);

/** Number of processors this process may use, at least 1. */
unsigned mk_thread_cores(void);

#endif
