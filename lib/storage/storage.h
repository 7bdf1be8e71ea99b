#ifndef MK_STORAGE_STORAGE_H
#define MK_STORAGE_STORAGE_H

#include <mockets/engine.h>

#include "base/io.h"

/** How a storage is opened; borrowed for the call. */
struct mk_storage_config {
    const char *url; /**< "dir:PATH" */
    const char
        *node_id; /**< names this data directory's unfinished objects; constant over restarts */
    const struct mockets_bucket *buckets; /**< buckets that live elsewhere */
    size_t bucket_count;
    const struct mockets_stream *streams; /**< what comes through pipes */
    size_t stream_count;
};

/** How the storage itself is to encrypt an object. A directory stores it as it is. */
enum mk_server_side {
    MK_SERVER_SIDE_NONE,
    MK_SERVER_SIDE_S3,  /**< with a key of the storage's own */
    MK_SERVER_SIDE_KMS, /**< with a key of the key management service */
};

/** How an object is to be written; borrowed for the call. */
struct mk_write_options {
    bool seek; /**< seeking and reading back are needed */
    enum mk_server_side server_side;
    const char *kms_key; /**< MK_SERVER_SIDE_KMS: its ARN; NULL = the account's own */
};

/**
 * One object storage. Slots run on many threads at once. Bucket and key are checked by the
 * functions below: UTF-8, no "..", no NUL, no empty segment at the start.
 */
struct mk_storage_ops {
    const char *scheme; /**< "dir" in "dir:PATH" */
    size_t size;        /**< bytes of private state, zeroed before open() */
    /** On failure close() still runs, on whatever was set up. Removes what a dead run left. */
    mockets_status (*open)(void *self, const struct mk_storage_config *config,
                           struct mockets_error *err);
    /** Make sure that the bucket is there. */
    mockets_status (*create_bucket)(void *self, const char *bucket, struct mockets_error *err);
    /** MOCKETS_E_NOT_FOUND if there is no such bucket. */
    mockets_status (*check_bucket)(void *self, const char *bucket, struct mockets_error *err);
    /** MOCKETS_E_NOT_FOUND if there is no such object. Close the reader before the storage. */
    mockets_status (*read)(void *self, const char *bucket, const char *key, struct mk_reader **out,
                           struct mockets_error *err);
    /** Readers see the old object, or none, until mk_writer_commit(). */
    mockets_status (*write)(void *self, const char *bucket, const char *key,
                            const struct mk_write_options *options, struct mk_writer **out,
                            struct mockets_error *err);
    /** *exists tells whether readers would find the object. */
    mockets_status (*exists)(void *self, const char *bucket, const char *key, bool *exists,
                             struct mockets_error *err);
    /** Take a finished object back; one that is not there is fine. */
    mockets_status (*remove)(void *self, const char *bucket, const char *key,
                             struct mockets_error *err);
    /** Never fails, runs once. */
    void (*close)(void *self);
};

extern const struct mk_storage_ops mk_storage_directory;

struct mk_storage;

/** @retval MOCKETS_E_UNSUPPORTED  no backend has the URL's scheme */
mockets_status mk_storage_open(const struct mk_storage_config *config, struct mk_storage **out,
                               struct mockets_error *err);
void mk_storage_close(struct mk_storage **storage);

/* The slots, with the names checked: MOCKETS_E_INVALID for an illegal one. */
mockets_status mk_storage_create_bucket(struct mk_storage *storage, const char *bucket,
                                        struct mockets_error *err);
mockets_status mk_storage_check_bucket(struct mk_storage *storage, const char *bucket,
                                       struct mockets_error *err);
mockets_status mk_storage_read(struct mk_storage *storage, const char *bucket, const char *key,
                               struct mk_reader **out, struct mockets_error *err);
/**
 * Open what comes through a pipe under this name: a reader that says @c once.
 *
 * @retval MOCKETS_E_NOT_FOUND  nothing does
 * @retval MOCKETS_E_INVALID    somebody has begun to read it; the reader may say so, too
 */
mockets_status mk_storage_read_stream(struct mk_storage *storage, const char *bucket,
                                      const char *key, struct mk_reader **out,
                                      struct mockets_error *err);
/** @param options  NULL: nothing special is asked for */
mockets_status mk_storage_write(struct mk_storage *storage, const char *bucket, const char *key,
                                const struct mk_write_options *options, struct mk_writer **out,
                                struct mockets_error *err);
mockets_status mk_storage_exists(struct mk_storage *storage, const char *bucket, const char *key,
                                 bool *exists, struct mockets_error *err);
mockets_status mk_storage_remove(struct mk_storage *storage, const char *bucket, const char *key,
                                 struct mockets_error *err);

#endif
