#include "media/io.h"

#include "base/clock.h"

enum { BUFFER_BYTES = 256 * 1024 };

static int keep(struct mk_io *io, mockets_status rc, const struct mockets_error *error)
{
    if (!io->rc) {
        io->rc = rc;
        io->error = *error;
    }
    return rc == MOCKETS_E_CANCELED ? AVERROR_EXIT : AVERROR(EIO);
}

/* @return 0 to go on */
static int check_cancel(struct mk_io *io)
{
    struct mockets_error error;

    if (!mk_cancel_is_set(io->cancel))
        return 0;
    return keep(io, mk_fail(&error, MOCKETS_E_CANCELED, "canceled"), &error);
}

static int read_packet(void *opaque, uint8_t *data, int size)
{
    struct mk_io *io = opaque;
    struct mockets_error error;
    size_t got = 0;
    mockets_status rc;
    int av = check_cancel(io);

    if (av)
        return av;
    if (io->deadline_us && mk_clock_mono_us() > io->deadline_us)
        return keep(io, mk_fail(&error, MOCKETS_E_MEDIA, "the input takes too long to read"),
                    &error);
    if (io->reader)
        rc = mk_reader_read(io->reader, io->offset, data, (size_t)size, &got, &error);
    else
        rc = mk_writer_read(io->writer, io->offset, data, (size_t)size, &got, &error);
    if (rc)
        return keep(io, rc, &error);
    io->offset += (int64_t)got;
    return got ? (int)got : AVERROR_EOF;
}

/* Muxers seek past the end of a file that is shorter than its index; the hole is filled later. */
static mockets_status fill_hole(struct mk_io *io, struct mockets_error *err)
{
    static const char zeros[4096];
    mockets_status rc = MOCKETS_OK;

    while (!rc && io->offset > io->writer->size_bytes) {
        int64_t missing = io->offset - io->writer->size_bytes;
        size_t size = missing < (int64_t)sizeof(zeros) ? (size_t)missing : sizeof(zeros);

        rc = mk_writer_write(io->writer, io->writer->size_bytes, zeros, size, err);
    }
    return rc;
}

static int write_packet(void *opaque, mk_av_bytes *data, int size)
{
    struct mk_io *io = opaque;
    struct mockets_error error;
    mockets_status rc;
    int av = check_cancel(io);

    if (av)
        return av;
    rc = fill_hole(io, &error);
    if (!rc)
        rc = mk_writer_write(io->writer, io->offset, data, (size_t)size, &error);
    if (rc)
        return keep(io, rc, &error);
    io->offset += size;
    return size;
}

/* What comes through a pipe has no size that anybody knows, and no end to count from. */
static int64_t seek(void *opaque, int64_t offset, int whence)
{
    struct mk_io *io = opaque;
    int64_t size = io->reader ? io->reader->size_bytes : io->writer->size_bytes;
    bool once = io->reader && io->reader->once;

    switch (whence & ~AVSEEK_FORCE) {
    case AVSEEK_SIZE:
        return once ? AVERROR(ENOSYS) : size;
    case SEEK_SET:
        break;
    case SEEK_CUR:
        offset += io->offset;
        break;
    case SEEK_END:
        if (once)
            return AVERROR(ENOSYS);
        offset += size;
        break;
    default:
        return AVERROR(EINVAL);
    }
    if (offset < 0)
        return AVERROR(EINVAL);
    io->offset = offset;
    return offset;
}

static mockets_status open_io(struct mk_io *io, bool write, bool seekable,
                              struct mockets_error *err)
{
    uint8_t *buffer = av_malloc(BUFFER_BYTES);

    if (!buffer)
        return mk_fail_nomem(err);
    io->avio = avio_alloc_context(buffer, BUFFER_BYTES, write, io, write ? NULL : read_packet,
                                  write ? write_packet : NULL, seekable ? seek : NULL);
    if (!io->avio) {
        av_free(buffer);
        return mk_fail_nomem(err);
    }
    return MOCKETS_OK;
}

static void interrupt(void *context)
{
    mk_reader_interrupt(context);
}

mockets_status mk_io_open_reader(struct mk_io *io, struct mk_reader *reader,
                                 struct mk_cancel *cancel, struct mockets_error *err)
{
    mockets_status rc;

    *io = (struct mk_io){.reader = reader, .cancel = cancel};
    rc = open_io(io, false, true, err);
    if (rc)
        return rc;
    if (reader->once)
        io->avio->seekable = 0; /* demuxers go back as little as they can */
    io->watch = (struct mk_cancel_watch){.wake = interrupt, .context = reader};
    io->watched = cancel;
    mk_cancel_watch(cancel, &io->watch);
    return MOCKETS_OK;
}

mockets_status mk_io_open_readback(struct mk_io *io, struct mk_writer *writer,
                                   const struct mk_cancel *cancel, struct mockets_error *err)
{
    *io = (struct mk_io){.writer = writer, .cancel = cancel};
    return open_io(io, false, true, err);
}

mockets_status mk_io_open_writer(struct mk_io *io, struct mk_writer *writer, bool seekable,
                                 const struct mk_cancel *cancel, struct mockets_error *err)
{
    *io = (struct mk_io){.writer = writer, .cancel = cancel};
    return open_io(io, true, seekable, err);
}

void mk_io_switch(struct mk_io *io, struct mk_writer *writer)
{
    io->writer = writer;
    io->offset = 0;
}

void mk_io_close(struct mk_io *io)
{
    mk_cancel_unwatch(io->watched, &io->watch);
    io->watched = NULL;
    if (io->avio)
        av_freep(&io->avio->buffer);
    avio_context_free(&io->avio);
}

mockets_status mk_io_fail(const struct mk_io *io, struct mockets_error *err, int av,
                          const char *what)
{
    if (!io->rc)
        return mk_fail_av(err, av, "%s", what);
    if (err)
        *err = io->error;
    return io->rc;
}
