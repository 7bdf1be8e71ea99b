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

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(fills_holes)};

    return cmocka_run_group_tests(tests, NULL, NULL);
}
