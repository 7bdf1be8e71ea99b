#include "check.h"

#include "media/io.h"

/* A writer into memory that takes no holes, as all storages do. */
static struct {
    struct mk_writer base;
    uint8_t data[16 * 1024];
} memory;

static mockets_status memory_write(struct mk_writer *self, int64_t offset, const void *data,
                                   size_t size, struct mockets_error *err)
{
    if (offset > self->size_bytes)
        return mk_fail(err, MOCKETS_E_INVALID, "a hole");
    assert_true((size_t)offset + size <= sizeof(memory.data));
    memcpy(memory.data + offset, data, size);
    return MOCKETS_OK;
}

static const struct mk_writer_ops memory_ops = {.write = memory_write};

/* movenc moves the media of a small file beyond its end, before it fills the place in front. */
static void fills_holes(void **state)
{
    enum { FAR = 10000 };
    struct mk_io io;
    struct mockets_error error = {0};

    (void)state;
    memory.base.ops = &memory_ops;
    memset(memory.data, 0xff, sizeof(memory.data));
    assert_int_equal(mk_io_open_writer(&io, &memory.base, true, NULL, &error), MOCKETS_OK);
    avio_write(io.avio, (const uint8_t *)"head", 4);
    avio_seek(io.avio, FAR, SEEK_SET);
    avio_write(io.avio, (const uint8_t *)"tail", 4);
    avio_seek(io.avio, 4, SEEK_SET);
    avio_write(io.avio, (const uint8_t *)"body", 4);
    avio_flush(io.avio);
    assert_int_equal(io.rc, MOCKETS_OK);
    assert_int_equal(memory.base.size_bytes, FAR + 4);
    assert_memory_equal(memory.data, "headbody", 8);
    assert_memory_equal(memory.data + FAR, "tail", 4);
    for (size_t i = 8; i < FAR; i++)
        assert_int_equal(memory.data[i], 0);
    mk_io_close(&io);
}

/* What comes through a pipe: some bytes, and then nothing, until the reader is interrupted. */
static struct {
    struct mk_reader base;
    int64_t come;
    bool interrupted;
} stream;

static mockets_status stream_read(struct mk_reader *self, int64_t offset, void *data, size_t size,
                                  size_t *got, struct mockets_error *err)
{
    int64_t left = stream.come - offset;

    (void)self;
    if (stream.interrupted)
        return mk_fail(err, MOCKETS_E_CANCELED, "interrupted");
    *got = left < (int64_t)size ? (size_t)left : size;
    memset(data, (int)(offset & 0xff), *got);
    return MOCKETS_OK;
}

static void stream_interrupt(struct mk_reader *self)
{
    (void)self;
    stream.interrupted = true;
}

static const struct mk_reader_ops stream_ops = {.read = stream_read, .interrupt = stream_interrupt};

/* Demuxers are told that it has no size, and are not to jump; small steps back they may take. */
static void has_no_size_when_it_comes_once(void **state)
{
    struct mockets_error error = {0};
    struct mk_io io;

    (void)state;
    for (int once = 0; once <= 1; once++) {
        stream.base = (struct mk_reader){.ops = &stream_ops, .once = once};
        stream.base.size_bytes = once ? 0 : 1 << 20;
        stream.come = 1 << 20;
        assert_int_equal(mk_io_open_reader(&io, &stream.base, NULL, &error), MOCKETS_OK);
        assert_int_equal(io.avio->seekable, once ? 0 : AVIO_SEEKABLE_NORMAL);
        assert_int_equal(avio_size(io.avio), once ? AVERROR(ENOSYS) : 1 << 20);
        assert_int_equal(avio_skip(io.avio, 900000 - avio_tell(io.avio)), 900000);
        avio_r8(io.avio);
        assert_int_equal(avio_seek(io.avio, 10, SEEK_SET), 10);
        assert_int_equal(avio_r8(io.avio), 10);
        mk_io_close(&io);
        assert_false(stream.interrupted);
    }
}

/* Until it is closed: then the reader belongs to somebody else. */
static void a_cancel_interrupts_the_reader(void **state)
{
    struct mockets_error error = {0};
    struct mk_cancel cancel;
    struct mk_io io;

    (void)state;
    stream.base = (struct mk_reader){.ops = &stream_ops, .once = true};
    for (int closed = 0; closed <= 1; closed++) {
        stream.interrupted = false;
        mk_cancel_init(&cancel);
        assert_int_equal(mk_io_open_reader(&io, &stream.base, &cancel, &error), MOCKETS_OK);
        if (closed)
            mk_io_close(&io);
        mk_cancel_set(&cancel);
        assert_true(stream.interrupted == !closed);
        mk_io_close(&io);
        mk_cancel_fini(&cancel);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(fills_holes),
        cmocka_unit_test(has_no_size_when_it_comes_once),
        cmocka_unit_test(a_cancel_interrupts_the_reader),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
