#include "engine/failure.h"

#include <inttypes.h>

#include "base/id.h"
#include "plan/info.h"

enum mk_failure mk_failure_of(mockets_status status, const struct mk_failure_object *object)
{
    switch (status) {
    case MOCKETS_E_NOT_FOUND:
        return object->bucket_missing ? MK_FAILURE_NO_BUCKET
               : object->writing      ? MK_FAILURE_STORAGE
                                      : MK_FAILURE_NO_INPUT;
    case MOCKETS_E_EXISTS:
        return MK_FAILURE_OUTPUT_EXISTS;
    case MOCKETS_E_DENIED:
        return object->writing ? MK_FAILURE_NO_WRITE : MK_FAILURE_NO_READ;
    case MOCKETS_E_MEDIA:
        return MK_FAILURE_BAD_INPUT;
    case MOCKETS_E_UNDECRYPTABLE:
        return MK_FAILURE_UNDECRYPTABLE;
    case MOCKETS_E_INVALID:
    case MOCKETS_E_UNSUPPORTED:
        return MK_FAILURE_VALUE;
    case MOCKETS_E_IO:
        return MK_FAILURE_STORAGE;
    default:
        return MK_FAILURE_INTERNAL;
    }
}

enum mk_failure mk_failure_of_input(mockets_status status, const struct mk_failure_object *object)
{
    switch (status) {
    case MOCKETS_E_LIMIT:
        return MK_FAILURE_PICTURE_SIZE;
    case MOCKETS_E_UNSUPPORTED:
        return MK_FAILURE_FORMAT;
    default:
        return mk_failure_of(status, object);
    }
}

/* The service's texts, as far as they were recorded; the others are the reason itself. */
static const char *text(enum mk_failure code, const struct mk_failure_object *object,
                        const char *reason, struct mk_arena *arena)
{
    static const struct mk_failure_object unnamed = {.bucket = "", .key = "", .kind = "file"};

    if (!object)
        object = &unnamed;
    switch (code) {
    case MK_FAILURE_DEPENDENCY:
        return "Amazon Elastic Transcoder could not generate the playlist because it encountered "
               "an error with one or more of the playlists dependencies.";
    case MK_FAILURE_NO_INPUT:
        return mk_arena_printf(arena,
                               "The specified object does not exist in the specified S3 bucket: "
                               "bucket=%s, key=%s.",
                               object->bucket, object->key);
    case MK_FAILURE_OUTPUT_EXISTS:
        return mk_arena_printf(arena,
                               "The specified object could not be saved in the specified bucket "
                               "because an object by that name already exists: bucket=%s, key=%s.",
                               object->bucket, object->key);
    case MK_FAILURE_NO_BUCKET:
        return mk_arena_printf(arena, "The specified S3 bucket does not exist: bucket=%s.",
                               object->bucket);
    case MK_FAILURE_BAD_INPUT:
        return "Amazon Elastic Transcoder could not interpret the media file.";
    case MK_FAILURE_PICTURE_SIZE:
        return mk_arena_printf(arena,
                               "Amazon Elastic Transcoder cannot process the input: %s, which is "
                               "too large.",
                               reason);
    case MK_FAILURE_FORMAT:
        return mk_arena_printf(arena,
                               "Amazon Elastic Transcoder does not support the format of the "
                               "input: %s.",
                               reason);
    case MK_FAILURE_UNHANDLED:
        return mk_arena_printf(arena,
                               "The format of the input is supported, but Amazon Elastic "
                               "Transcoder could not process it: %s.",
                               reason);
    case MK_FAILURE_UNDECRYPTABLE:
        return "Amazon Elastic Transcoder could not decrypt the input file with the key that was "
               "given for it.";
    case MK_FAILURE_SEGMENTS:
        return "Amazon Elastic Transcoder could not generate the playlist because the segments of "
               "its outputs do not match.";
    case MK_FAILURE_BAD_WATERMARK:
    case MK_FAILURE_BAD_ARTWORK:
        return mk_arena_printf(arena,
                               "Amazon Elastic Transcoder could not interpret the %s: bucket=%s, "
                               "key=%s.",
                               object->kind, object->bucket, object->key);
    case MK_FAILURE_LARGE_WATERMARK:
    case MK_FAILURE_LARGE_ARTWORK:
        return mk_arena_printf(arena,
                               "The %s is too large: bucket=%s, key=%s, size=%dx%d, max "
                               "size=%dx%d.",
                               object->kind, object->bucket, object->key, object->width_px,
                               object->height_px, MK_IMAGE_MAX_WIDTH, MK_IMAGE_MAX_HEIGHT);
    case MK_FAILURE_AUXILIARY_SIZE:
        return mk_arena_printf(arena,
                               "The auxiliary file is too large: %s, bucket=%s, key=%s, "
                               "size=%" PRId64 ", max size=%" PRId64 ".",
                               object->kind, object->bucket, object->key, object->size_bytes,
                               object->max_bytes);
    default:
        return reason;
    }
}

const char *mk_failure_detail(enum mk_failure code, const struct mk_failure_object *object,
                              const char *reason, struct mk_arena *arena)
{
    char uuid[MK_UUID_SIZE] = "";

    if (mk_uuid_new(uuid, NULL))
        return NULL;
    return mk_arena_printf(arena, "%d %s: %s", (int)code, uuid, text(code, object, reason, arena));
}
