#ifndef MK_BASE_IO_H
#define MK_BASE_IO_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"

struct mk_reader;
struct mk_writer;

struct mk_reader_ops {
    /** Up to @p size bytes from @p offset; *got is 0 only at or past the end. Thread-safe. */
    mockets_status (*read)(struct mk_reader *self, int64_t offset, void *data, size_t size,
                           size_t *got, struct mockets_error *err);
    /** Thread-safe: a read that waits, and all that follow, fail with MOCKETS_E_CANCELED. NULL:
     * none ever waits for long. */
    void (*interrupt)(struct mk_reader *self);
    /** Never fails; frees self. */
    void (*close)(struct mk_reader *self);
};

/** An object that is open for reading. Backends embed it as their first member. */
struct mk_reader {
    const struct mk_reader_ops *ops;
    int64_t size_bytes;
    int64_t modified_s; /**< seconds since 1970, UTC */
    bool once; /**< it comes through a pipe: nobody can open it again or knows its size (0), what
                    lies far behind cannot be read again, and one thread at a time reads */
};

struct mk_writer_ops {
    /** Write at @p offset; past the end only directly at it. Owner thread only. */
    mockets_status (*write)(struct mk_writer *self, int64_t offset, const void *data, size_t size,
                            struct mockets_error *err);
    /** Read back what was written; MOCKETS_E_UNSUPPORTED unless opened with MK_WRITE_SEEK. */
    mockets_status (*read)(struct mk_writer *self, int64_t offset, void *data, size_t size,
                           size_t *got, struct mockets_error *err);
    /** All is written and durable, still invisible; only commit and close may follow. */
    mockets_status (*finish)(struct mk_writer *self, struct mockets_error *err);
    /** Make it visible, whole. MOCKETS_E_EXISTS if an object is there and !replace. */
    mockets_status (*commit)(struct mk_writer *self, bool replace, struct mockets_error *err);
    /** Never fails; without a commit nothing is left behind; frees self. */
    void (*close)(struct mk_writer *self);
};

/** An object in the making: nobody sees it before the commit. */
struct mk_writer {
    const struct mk_writer_ops *ops;
    int64_t
        size_bytes; /**< written so far, kept by the helpers below; once finished: the object's */
};

mockets_status mk_reader_read(struct mk_reader *reader, int64_t offset, void *data, size_t size,
                              size_t *got, struct mockets_error *err);
/** Does nothing to a reader that never waits. */
void mk_reader_interrupt(struct mk_reader *reader);
void mk_reader_close(struct mk_reader **reader);

mockets_status mk_writer_write(struct mk_writer *writer, int64_t offset, const void *data,
                               size_t size, struct mockets_error *err);
mockets_status mk_writer_read(struct mk_writer *writer, int64_t offset, void *data, size_t size,
                              size_t *got, struct mockets_error *err);
mockets_status mk_writer_finish(struct mk_writer *writer, struct mockets_error *err);
mockets_status mk_writer_commit(struct mk_writer *writer, bool replace, struct mockets_error *err);
void mk_writer_close(struct mk_writer **writer);

#endif
