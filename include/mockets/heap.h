#ifndef MOCKETS_HEAP_H
#define MOCKETS_HEAP_H

#include <mockets/version.h>

#ifdef __cplusplus
extern "C" {
#endif

/**
 * Set up the C library's heap for transcoding: the pictures of encoders lie in large pages, and
 * those of one job where those of the last one were. Jobs take up to a tenth less processor time
 * for it, brief ones up to a half.
 *
 * This is a setting of the whole process, therefore for programs, not for libraries. Call it first
 * in main(), while there is one thread; it takes the place of what MALLOC_… in the environment
 * says. With glibc all threads share one arena then, and what is freed stays with the process until
 * a film's first pass is over, or engines have had nothing to do for some seconds. Large pages are
 * what Linux gives to programs that ask for them: "always" or "madvise" in
 * /sys/kernel/mm/transparent_hugepage/enabled. With another C library nothing is changed.
 */
MOCKETS_API void mockets_heap_tune(void);

#ifdef __cplusplus
}
#endif

#endif
