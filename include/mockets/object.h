#ifndef MOCKETS_OBJECT_H
#define MOCKETS_OBJECT_H

#include <stdint.h>

#include <mockets/engine.h>

#ifdef __cplusplus
extern "C" {
#endif

/** A finished object of a bucket, open for reading. */
typedef struct mockets_object mockets_object;

/**
 * Open an object. Nothing half-written can be opened.
 *
 * @param out  receives the object; close it with mockets_object_close() before the engine
 *
 * @retval MOCKETS_E_NOT_FOUND  no such bucket or object
 * @retval MOCKETS_E_INVALID    the name is not a legal one ("..", NUL, not UTF-8)
 */
MOCKETS_API mockets_status mockets_object_open(mockets_engine *engine, const char *bucket,
                                               const char *key, mockets_object **out,
                                               struct mockets_error *err);

/** @return size in bytes. */
MOCKETS_API int64_t mockets_object_size(const mockets_object *object);

/** @return time of the last change, seconds since 1970, UTC. */
MOCKETS_API int64_t mockets_object_modified(const mockets_object *object);

/**
 * Read up to @p size bytes from @p offset; *got is 0 at the end. Several threads may read at once.
 */
MOCKETS_API mockets_status mockets_object_read(mockets_object *object, int64_t offset, void *data,
                                               size_t size, size_t *got, struct mockets_error *err);

/** Release it and set *object to NULL. */
MOCKETS_API void mockets_object_close(mockets_object **object);

#ifdef __cplusplus
}
#endif

#endif
