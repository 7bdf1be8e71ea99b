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

/**
 * The calling thread, and those that it starts from now on, give way to others.
 *
 * @param nice  how far, 0 to 19, as POSIX has it; on top of what the process does already
 */
void mk_thread_give_way(int nice);

/** A condition variable on CLOCK_MONOTONIC. @return 0, or an errno. */
int mk_cond_init(pthread_cond_t *cond);

/** Number of processors this process may use, at least 1. */
unsigned mk_thread_cores(void);

#endif
