#ifndef MK_BASE_HEAP_H
#define MK_BASE_HEAP_H

#include <mockets/heap.h>

#include <stdbool.h>

/**
 * What is free goes back to the system, if mockets_heap_tune() made it stay. Takes milliseconds.
 *
 * @param large  shall what comes next lie in large pages? It takes less time then, and more memory
 */
void mk_heap_give_back(bool large);

#endif
