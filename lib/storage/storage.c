#include "storage/storage.h"

#include <string.h>

#include "base/alloc.h"
#include "base/str.h"
#include "storage/stream.h"

enum { BUCKET_BYTES = 255, KEY_BYTES = 1024 };

struct mk_storage {
    const struct mk_storage_ops *ops; /* set at open, then constant */
    void *self;
    struct mk_streams streams;
};

static const struct mk_storage_ops *const backends[] = {
    &mk_storage_directory,
};

static const struct mk_storage_ops *find_backend(const char *url)
{
    size_t length = strcspn(url, ":");

    for (size_t i = 0; url[length] && i < sizeof(backends) / sizeof(backends[0]); i++) {
        if (strlen(backends[i]->scheme) == length && !strncmp(backends[i]->scheme, url, length))
            return backends[i];
    }
    return NULL;
}

mockets_status mk_storage_open(const struct mk_storage_config *config, struct mk_storage **out,
                               struct mockets_error *err)
{
    const struct mk_storage_ops *ops = find_backend(config->url);
    struct mk_storage *storage;
    mockets_status rc;

    if (!ops)
        return mk_fail(err, MOCKETS_E_UNSUPPORTED, "no storage is known for the URL \"%s\"",
                       config->url);
    storage = mk_alloc(sizeof(*storage));
    if (!storage)
        return mk_fail_nomem(err);
    storage->self = mk_alloc(ops->size);
    if (!storage->self) {
        mk_storage_close(&storage);
        return mk_fail_nomem(err);
    }
    storage->ops = ops;
    rc = ops->open(storage->self, config, err);
    if (!rc)
        rc = mk_streams_init(&storage->streams, config, err);
    if (rc)
        mk_storage_close(&storage);
    else
        *out = storage;
    return rc;
}

void mk_storage_close(struct mk_storage **storage)
{
    if (!*storage)
        return;
    if ((*storage)->self)
        (*storage)->ops->close((*storage)->self);
    mk_streams_fini(&(*storage)->streams);
    mk_free((*storage)->self);
    mk_free(*storage);
    *storage = NULL;
}

static mockets_status check_bucket(const char *bucket, struct mockets_error *err)
{
    static const char legal[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_.-";
    size_t length = strlen(bucket);

    if (!length || length > BUCKET_BYTES || bucket[strspn(bucket, legal)] ||
        mk_str_eq(bucket, ".") || mk_str_eq(bucket, ".."))
        return mk_fail(err, MOCKETS_E_INVALID, "\"%.*s\" is not a legal bucket name", BUCKET_BYTES,
                       mk_str_utf8(bucket, length) ? bucket : "?");
    return MOCKETS_OK;
}

/* A segment that would change the way through the directories, or into the unfinished objects. */
static bool is_bad_segment(const char *segment, size_t length, bool first, bool last)
{
    static const char hidden[] = ".mockets";

    if (!length)
        return first || last;
    if (first && length == strlen(hidden) && !memcmp(segment, hidden, length))
        return true;
    return (length == 1 && segment[0] == '.') ||
           (length == 2 && segment[0] == '.' && segment[1] == '.');
}

static mockets_status check_key(const char *key, struct mockets_error *err)
{
    size_t total = strlen(key);

    if (!total || total > KEY_BYTES)
        return mk_fail(err, MOCKETS_E_INVALID, "an object key has 1 to %d bytes, not %zu",
                       KEY_BYTES, total);
    if (!mk_str_utf8(key, total))
        return mk_fail(err, MOCKETS_E_INVALID, "the object key is not UTF-8");
    for (const char *at = key;;) {
        size_t length = strcspn(at, "/");

        if (is_bad_segment(at, length, at == key, !at[length]))
            return mk_fail(err, MOCKETS_E_INVALID, "\"%s\" is not a legal object key", key);
        if (!at[length])
            return MOCKETS_OK;
        at += length + 1;
    }
}

static mockets_status check_names(const char *bucket, const char *key, struct mockets_error *err)
{
    mockets_status rc = check_bucket(bucket, err);

    return rc ? rc : check_key(key, err);
}

mockets_status mk_storage_create_bucket(struct mk_storage *storage, const char *bucket,
                                        struct mockets_error *err)
{
    mockets_status rc = check_bucket(bucket, err);

    return rc ? rc : storage->ops->create_bucket(storage->self, bucket, err);
}

mockets_status mk_storage_check_bucket(struct mk_storage *storage, const char *bucket,
                                       struct mockets_error *err)
{
    mockets_status rc = check_bucket(bucket, err);

    return rc ? rc : storage->ops->check_bucket(storage->self, bucket, err);
}

mockets_status mk_storage_read(struct mk_storage *storage, const char *bucket, const char *key,
                               struct mk_reader **out, struct mockets_error *err)
{
    mockets_status rc = check_names(bucket, key, err);

    return rc ? rc : storage->ops->read(storage->self, bucket, key, out, err);
}

mockets_status mk_storage_read_stream(struct mk_storage *storage, const char *bucket,
                                      const char *key, struct mk_reader **out,
                                      struct mockets_error *err)
{
    return mk_streams_open(&storage->streams, bucket, key, out, err);
}

mockets_status mk_storage_write(struct mk_storage *storage, const char *bucket, const char *key,
                                const struct mk_write_options *options, struct mk_writer **out,
                                struct mockets_error *err)
{
    static const struct mk_write_options none = {.seek = false};
    mockets_status rc = check_names(bucket, key, err);

    return rc ? rc
              : storage->ops->write(storage->self, bucket, key, options ? options : &none, out,
                                    err);
}

mockets_status mk_storage_exists(struct mk_storage *storage, const char *bucket, const char *key,
                                 bool *exists, struct mockets_error *err)
{
    mockets_status rc = check_names(bucket, key, err);

    return rc ? rc : storage->ops->exists(storage->self, bucket, key, exists, err);
}

mockets_status mk_storage_remove(struct mk_storage *storage, const char *bucket, const char *key,
                                 struct mockets_error *err)
{
    mockets_status rc = check_names(bucket, key, err);

    return rc ? rc : storage->ops->remove(storage->self, bucket, key, err);
}
