#ifndef MK_STORAGE_FILE_WRITER_H
#define MK_STORAGE_FILE_WRITER_H

#include "base/io.h"

/** Unfinished objects are files BUCKET/.mockets/NODE/UUID, on the file system of finished ones. */
#define MK_UNFINISHED ".mockets"

/** One object in the making. Borrowed for the call; the names are checked. */
struct mk_file_place {
    const char *bucket;
    const char *path; /**< the bucket's directory */
    const char *key;
    const char *node;
};

/**
 * Open the bucket's directory, for paths only.
 *
 * @retval MOCKETS_E_NOT_FOUND  there is none
 */
mockets_status mk_file_open_bucket(const char *path, const char *bucket, int *out,
                                   struct mockets_error *err);

/** Say that @p key could not be opened, created, stored: @p number is an errno. */
mockets_status mk_file_fail(struct mockets_error *err, int number, const char *what,
                            const char *key);

/** pread() that survives signals; *got is 0 at the end. */
mockets_status mk_file_read(int fd, int64_t offset, void *data, size_t size, size_t *got,
                            struct mockets_error *err);

mockets_status mk_file_writer_open(const struct mk_file_place *place, bool seek,
                                   struct mk_writer **out, struct mockets_error *err);

#endif
