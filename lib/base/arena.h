#ifndef MK_BASE_ARENA_H
#define MK_BASE_ARENA_H

#include <stdarg.h>
#include <stddef.h>

/** Memory that is released all at once. Zeroed struct = empty arena. Owner thread only. */
struct mk_arena {
    struct mk_arena_block *head;
};

/** Release everything that came from the arena; it can be used again. */
void mk_arena_fini(struct mk_arena *arena);

/** @return zeroed memory, aligned for any type, or NULL. */
void *mk_arena_alloc(struct mk_arena *arena, size_t size);

/** mk_arena_alloc() for @p count items of @p size bytes; NULL on overflow too. */
void *mk_arena_array(struct mk_arena *arena, size_t count, size_t size);

/** @return a copy of @p text, NULL if @p text is NULL or memory is out. */
char *mk_arena_strdup(struct mk_arena *arena, const char *text);

/** @return a NUL-terminated copy of @p size bytes, or NULL. */
void *mk_arena_memdup(struct mk_arena *arena, const void *bytes, size_t size);

/** @return the formatted text, or NULL. */
char *mk_arena_printf(struct mk_arena *arena, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

#endif
