#ifndef MK_BASE_CLOCK_H
#define MK_BASE_CLOCK_H

#include <stdint.h>
#include <time.h>

/** Milliseconds since 1970, UTC. */
int64_t mk_clock_wall_ms(void);

/** Microseconds of a clock that never jumps. */
int64_t mk_clock_mono_us(void);

/** The moment @p delay_ms from now on CLOCK_MONOTONIC, for pthread_cond_timedwait(). */
struct timespec mk_clock_deadline(int64_t delay_ms);

#endif
