#ifndef MK_BASE_HEAP_H
#define MK_BASE_HEAP_H

#include <mockets/heap.h>

/** What is free goes back to the system, if mockets_heap_tune() made it stay. Takes milliseconds. */
void mk_heap_give_back(void);

#endif
