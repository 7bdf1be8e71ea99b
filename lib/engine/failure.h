#ifndef MK_ENGINE_FAILURE_H
#define MK_ENGINE_FAILURE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/error.h"

/** The service's job error codes that arise here (reference 8.4). */
enum mk_failure {
    MK_FAILURE_VALUE = 1000,
    MK_FAILURE_DEPENDENCY = 1001,
    MK_FAILURE_STORAGE = 3000,
    MK_FAILURE_NO_INPUT = 3001,
    MK_FAILURE_OUTPUT_EXISTS = 3002,
    MK_FAILURE_NO_READ = 3003,
    MK_FAILURE_NO_WRITE = 3004,
    MK_FAILURE_NO_BUCKET = 3005,
    MK_FAILURE_KMS_REGION = 3006,
    MK_FAILURE_BAD_INPUT = 4000,
    MK_FAILURE_PICTURE_SIZE = 4001,
    MK_FAILURE_FILE_SIZE = 4002,
    MK_FAILURE_FORMAT = 4006,
    MK_FAILURE_UNHANDLED = 4007,
    MK_FAILURE_JOINED_SIZE = 4022,
    MK_FAILURE_BAD_WATERMARK = 4003,
    MK_FAILURE_LARGE_WATERMARK = 4004,
    MK_FAILURE_AUXILIARY_SIZE = 4005,
    MK_FAILURE_BAD_ARTWORK = 4010,
    MK_FAILURE_LARGE_ARTWORK = 4012,
    MK_FAILURE_SEGMENTS = 4015,
    MK_FAILURE_UNDECRYPTABLE = 4016,
    MK_FAILURE_KEY_SIZE = 4017,
    MK_FAILURE_WRAPPED_KEY = 4018,
    MK_FAILURE_NO_DATA_KEY = 4019,
    MK_FAILURE_HLS_KEY_SIZE = 4020,
    MK_FAILURE_DRM_KEY_SIZE = 4021,
    MK_FAILURE_CAPTIONS = 4100,
    MK_FAILURE_CAPTION_FILE = 4101,
    MK_FAILURE_CAPTION_NOT_UTF8 = 4102,
    MK_FAILURE_INTERNAL = 9999,
};

/** What is being read or written; members that do not apply are NULL. */
struct mk_failure_object {
    const char *bucket, *key;
    bool writing;
    bool bucket_missing;
    const char *kind;              /**< "watermark" */
    int64_t size_bytes, max_bytes; /**< of a file that is too large */
    int width_px, height_px;       /**< of a picture that is too large */
};

/** The code for a status that opening or probing an input returned. */
enum mk_failure mk_failure_of_input(mockets_status status, const struct mk_failure_object *object);

/** The code for a status that storage or media work returned. */
enum mk_failure mk_failure_of(mockets_status status, const struct mk_failure_object *object);

/**
 * StatusDetail: "<code> <uuid>: <text>". The service's own text where it is known, else @p reason.
 *
 * @return text in the arena, or NULL: out of memory
 */
const char *mk_failure_detail(enum mk_failure code, const struct mk_failure_object *object,
                              const char *reason, struct mk_arena *arena);

#endif
