#ifndef MK_BASE_ALLOC_H
#define MK_BASE_ALLOC_H

#include <stddef.h>

/** @return zeroed memory, or NULL. Release with mk_free(). */
void *mk_alloc(size_t size);

/** Like mk_alloc() for @p count items of @p size bytes; NULL on overflow too. */
void *mk_alloc_array(size_t count, size_t size);

/** Grow or shrink; the memory behind the old size is not cleared. NULL leaves @p memory as is. */
void *mk_realloc(void *memory, size_t size);

void mk_free(void *memory);

/** @return a copy of @p text, or NULL. */
char *mk_strdup(const char *text);

#endif
