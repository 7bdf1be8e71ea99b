#include "fuzz.h"

#include <string.h>

#include "base/arena.h"
#include "media/media.h"

struct memory {
    struct mk_reader base;
    const uint8_t *data;
};

static mockets_status read_memory(struct mk_reader *self, int64_t offset, void *to, size_t size,
                                  size_t *got, struct mockets_error *err)
{
    const struct memory *memory = (struct memory *)self;
    size_t left = offset < self->size_bytes ? (size_t)(self->size_bytes - offset) : 0;

    (void)err;
    *got = size < left ? size : left;
    if (*got)
        memcpy(to, memory->data + offset, *got);
    return MOCKETS_OK;
}

static void close_memory(struct mk_reader *self)
{
    (void)self;
}

/* Whatever an input is, it is described or refused. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const struct mk_reader_ops ops = {.read = read_memory, .close = close_memory};
    struct memory memory = {{.ops = &ops, .size_bytes = (int64_t)size}, data};
    struct mk_arena arena = {0};
    struct mk_info info = {0};

    mockets_log_capture_libav(NULL, NULL);
    if (!mk_media_probe(&memory.base, NULL, &arena, &info, NULL, NULL))
        mk_media_scan(&memory.base, &info, NULL, &arena, NULL);
    mk_arena_fini(&arena);
    return 0;
}
