#include "base/heap.h"

#include <pthread.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

#ifdef __GLIBC__
#include <malloc.h>

/*
 * Where memory is touched for the first time, Linux has to find a page for it, and a virtual
 * machine's host perhaps another; where it lies in many pages, each look-up that the processor
 * does not remember is one of two tables of four levels. An encoder has hundreds of MiB, in blocks
 * of one picture, for each of which the C library would ask for a mapping of its own.
 */
enum {
    ADDRESSES = 1 << 30,    /* no memory until they are used */
    HEAP_BLOCK = 2 << 20,   /* larger ones have mappings of their own when those are used up */
    MOST_MAPPINGS = 1 << 16 /* as the C library has it */
};

static bool tuned; /* once, before there are threads */

/* Let the heap end in so many addresses more. */
static void reserve(bool large)
{
    uintptr_t page = (uintptr_t)sysconf(_SC_PAGESIZE);
    void *block;

    mallopt(M_MMAP_MAX, 0); /* in the heap, not beside it */
    block = malloc(ADDRESSES);
    mallopt(M_MMAP_MAX, MOST_MAPPINGS);
    if (block && large) {
        uintptr_t first = ((uintptr_t)block + page - 1) & ~(page - 1);

        madvise((void *)first, ADDRESSES - page, MADV_HUGEPAGE);
    }
    free(block);
}

void mockets_heap_tune(void)
{
    /*
     * A job's threads come and go, and hand on what they allocate: an arena for each of them would
     * keep much that is free. An allocator in place of the C library's may say no here.
     */
    if (tuned || !mallopt(M_ARENA_MAX, 1))
        return;
    tuned = true;
    mallopt(M_TRIM_THRESHOLD, -1); /* never by itself */
    mallopt(M_MMAP_THRESHOLD, HEAP_BLOCK);
    reserve(true);
}

void mk_heap_give_back(bool large)
{
    static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;

    if (!tuned)
        return;
    pthread_mutex_lock(&lock);
    malloc_trim(0);
    reserve(large);
    pthread_mutex_unlock(&lock);
}
#else
void mockets_heap_tune(void)
{
}

void mk_heap_give_back(bool large)
{
    (void)large;
}
#endif
