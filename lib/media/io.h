#ifndef MK_MEDIA_IO_H
#define MK_MEDIA_IO_H

#include "base/cancel.h"
#include "base/io.h"
#include "media/av.h"

/**
 * An AVIOContext over a reader or a writer. Its callbacks look at the cancel, and keep what the
 * backend said, because libavformat only passes numbers on. Owner thread only.
 */
struct mk_io {
    AVIOContext *avio;
    struct mk_reader *reader; /**< borrowed; read from this, or … */
    struct mk_writer *writer; /**< borrowed; … from or to this; may be exchanged when flushed */
    const struct mk_cancel *cancel;
    struct mk_cancel *watched; /**< it interrupts the reader; NULL: nothing does */
    struct mk_cancel_watch watch;
    int64_t deadline_us; /**< on mk_clock_mono_us(): nothing is read after it; 0 = none */
    int64_t offset;
    mockets_status rc; /**< of the first failure */
    struct mockets_error error;
};

/** Read from @p reader. @p io stays where it is until mk_io_close(). */
mockets_status mk_io_open_reader(struct mk_io *io, struct mk_reader *reader,
                                 struct mk_cancel *cancel, struct mockets_error *err);

/** Read back what @p writer got so far. */
mockets_status mk_io_open_readback(struct mk_io *io, struct mk_writer *writer,
                                   const struct mk_cancel *cancel, struct mockets_error *err);

/** Write to @p writer, which may be NULL until the first byte leaves the buffer. */
mockets_status mk_io_open_writer(struct mk_io *io, struct mk_writer *writer, bool seek,
                                 const struct mk_cancel *cancel, struct mockets_error *err);

/** Go on with another writer, from its beginning. What is buffered must have been flushed. */
void mk_io_switch(struct mk_io *io, struct mk_writer *writer);

/** Release the context, not the reader or writer. Zeroed and closed ones are fine. */
void mk_io_close(struct mk_io *io);

/** Fail with what the backend said, if it did, else with @p av. */
mockets_status mk_io_fail(const struct mk_io *io, struct mockets_error *err, int av,
                          const char *what);

#endif
