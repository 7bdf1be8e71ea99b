#include "base/arena.h"

#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "base/alloc.h"

enum { BLOCK_BYTES = 4096 - 64 };

struct mk_arena_block {
    struct mk_arena_block *next;
    size_t size;
    size_t used;
    max_align_t data[];
};

void mk_arena_fini(struct mk_arena *arena)
{
    struct mk_arena_block *block = arena->head;

    while (block) {
        struct mk_arena_block *next = block->next;

        mk_free(block);
        block = next;
    }
    arena->head = NULL;
}

static struct mk_arena_block *add_block(struct mk_arena *arena, size_t size)
{
    struct mk_arena_block *block;
    size_t room = size > BLOCK_BYTES ? size : BLOCK_BYTES;

    if (size > SIZE_MAX - sizeof(*block))
        return NULL;
    block = mk_alloc(sizeof(*block) + room);
    if (!block)
        return NULL;
    block->size = room;
    block->next = arena->head;
    arena->head = block;
    return block;
}

void *mk_arena_alloc(struct mk_arena *arena, size_t size)
{
    const size_t align = _Alignof(max_align_t);
    struct mk_arena_block *block = arena->head;
    void *memory;

    if (size > SIZE_MAX - align)
        return NULL;
    size = (size + align - 1) / align * align;
    if (!block || block->size - block->used < size) {
        block = add_block(arena, size);
        if (!block)
            return NULL;
    }
    memory = (char *)block->data + block->used;
    block->used += size;
    return memory;
}

void *mk_arena_array(struct mk_arena *arena, size_t count, size_t size)
{
    if (size && count > SIZE_MAX / size)
        return NULL;
    return mk_arena_alloc(arena, count * size);
}

void *mk_arena_memdup(struct mk_arena *arena, const void *bytes, size_t size)
{
    char *copy = size < SIZE_MAX ? mk_arena_alloc(arena, size + 1) : NULL;

    if (copy && size)
        memcpy(copy, bytes, size);
    return copy;
}

char *mk_arena_strdup(struct mk_arena *arena, const char *text)
{
    return text ? mk_arena_memdup(arena, text, strlen(text)) : NULL;
}

char *mk_arena_printf(struct mk_arena *arena, const char *format, ...)
{
    char most[256]; /* enough for nearly all texts: they are made once, not twice */
    va_list args;
    int length;
    char *text;

    va_start(args, format);
    length = vsnprintf(most, sizeof(most), format, args);
    va_end(args);
    if (length < 0)
        return NULL;
    if ((size_t)length < sizeof(most))
        return mk_arena_memdup(arena, most, (size_t)length);
    text = mk_arena_alloc(arena, (size_t)length + 1);
    if (!text)
        return NULL;
    va_start(args, format);
    vsnprintf(text, (size_t)length + 1, format, args);
    va_end(args);
    return text;
}
