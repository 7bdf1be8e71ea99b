#include <mockets/object.h>

#include "base/io.h"
#include "engine/engine.h"

/* The handle is the storage's reader itself. */
static struct mk_reader *reader_of(const mockets_object *object)
{
    return (struct mk_reader *)(uintptr_t)object;
}

mockets_status mockets_object_open(mockets_engine *engine, const char *bucket, const char *key,
                                   mockets_object **out, struct mockets_error *err)
{
    struct mk_reader *reader;
    mockets_status rc = mk_storage_read(engine->storage, bucket, key, &reader, err);

    if (!rc)
        *out = (mockets_object *)reader;
    return rc;
}

int64_t mockets_object_size(const mockets_object *object)
{
    return reader_of(object)->size_bytes;
}

int64_t mockets_object_modified(const mockets_object *object)
{
    return reader_of(object)->modified_s;
}

mockets_status mockets_object_read(mockets_object *object, int64_t offset, void *data, size_t size,
                                   size_t *got, struct mockets_error *err)
{
    return mk_reader_read(reader_of(object), offset, data, size, got, err);
}

void mockets_object_close(mockets_object **object)
{
    struct mk_reader *reader = *object ? reader_of(*object) : NULL;

    mk_reader_close(&reader);
    *object = NULL;
}
