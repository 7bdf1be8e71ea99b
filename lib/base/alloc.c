#include "base/alloc.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

void *mk_alloc(size_t size)
{
    return calloc(1, size ? size : 1);
}

void *mk_alloc_array(size_t count, size_t size)
{
    return calloc(count ? count : 1, size ? size : 1);
}

void *mk_realloc(void *memory, size_t size)
{
    return realloc(memory, size ? size : 1);
}

void mk_free(void *memory)
{
    free(memory);
}

char *mk_strdup(const char *text)
{
    return strdup(text);
}
