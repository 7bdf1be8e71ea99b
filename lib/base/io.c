#include "base/io.h"

mockets_status mk_reader_read(struct mk_reader *reader, int64_t offset, void *data, size_t size,
                              size_t *got, struct mockets_error *err)
{
    return reader->ops->read(reader, offset, data, size, got, err);
}

void mk_reader_interrupt(struct mk_reader *reader)
{
    if (reader->ops->interrupt)
        reader->ops->interrupt(reader);
}

void mk_reader_close(struct mk_reader **reader)
{
    if (*reader)
        (*reader)->ops->close(*reader);
    *reader = NULL;
}

mockets_status mk_writer_write(struct mk_writer *writer, int64_t offset, const void *data,
                               size_t size, struct mockets_error *err)
{
    mockets_status rc = writer->ops->write(writer, offset, data, size, err);

    if (!rc && offset + (int64_t)size > writer->size_bytes)
        writer->size_bytes = offset + (int64_t)size;
    return rc;
}

mockets_status mk_writer_read(struct mk_writer *writer, int64_t offset, void *data, size_t size,
                              size_t *got, struct mockets_error *err)
{
    return writer->ops->read(writer, offset, data, size, got, err);
}

mockets_status mk_writer_finish(struct mk_writer *writer, struct mockets_error *err)
{
    return writer->ops->finish(writer, err);
}

mockets_status mk_writer_commit(struct mk_writer *writer, bool replace, struct mockets_error *err)
{
    return writer->ops->commit(writer, replace, err);
}

void mk_writer_close(struct mk_writer **writer)
{
    if (*writer)
        (*writer)->ops->close(*writer);
    *writer = NULL;
}
