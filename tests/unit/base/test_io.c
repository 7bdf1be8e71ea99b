#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "base/io.h"

/* A reader and a writer of a fixed array, to see what the helpers make of the slots. */
static struct {
    int read, written, finished, committed, closed;
    mockets_status answer;
    bool replace;
    char data[64];
} seen;

static mockets_status fake_read(struct mk_reader *self, int64_t offset, void *data, size_t size,
                                size_t *got, struct mockets_error *err)
{
    (void)self;
    (void)err;
    seen.read++;
    memcpy(data, seen.data + offset, size);
    *got = size;
    return seen.answer;
}

static void fake_close(struct mk_reader *self)
{
    (void)self;
    seen.closed++;
}

static mockets_status fake_write(struct mk_writer *self, int64_t offset, const void *data,
                                 size_t size, struct mockets_error *err)
{
    (void)self;
    (void)err;
    seen.written++;
    memcpy(seen.data + offset, data, size);
    return seen.answer;
}

static mockets_status fake_read_back(struct mk_writer *self, int64_t offset, void *data,
                                     size_t size, size_t *got, struct mockets_error *err)
{
    (void)self;
    return fake_read(NULL, offset, data, size, got, err);
}

static mockets_status fake_finish(struct mk_writer *self, struct mockets_error *err)
{
    (void)self;
    (void)err;
    seen.finished++;
    return seen.answer;
}

static mockets_status fake_commit(struct mk_writer *self, bool replace, struct mockets_error *err)
{
    (void)self;
    (void)err;
    seen.committed++;
    seen.replace = replace;
    return seen.answer;
}

static void fake_close_writer(struct mk_writer *self)
{
    (void)self;
    seen.closed++;
}

static const struct mk_writer_ops writer_ops = {.write = fake_write,
                                                .read = fake_read_back,
                                                .finish = fake_finish,
                                                .commit = fake_commit,
                                                .close = fake_close_writer};

static void readers_are_asked_and_closed(void **state)
{
    static const struct mk_reader_ops ops = {.read = fake_read, .close = fake_close};
    struct mk_reader fake = {.ops = &ops};
    struct mk_reader *reader = &fake;
    char data[3];
    size_t got = 0;

    (void)state;
    memset(&seen, 0, sizeof(seen));
    strcpy(seen.data, "012345");
    assert_int_equal(mk_reader_read(reader, 2, data, 3, &got, NULL), MOCKETS_OK);
    assert_int_equal(got, 3);
    assert_memory_equal(data, "234", 3);
    seen.answer = MOCKETS_E_IO;
    assert_int_equal(mk_reader_read(reader, 2, data, 3, &got, NULL), MOCKETS_E_IO);
    mk_reader_close(&reader);
    assert_null(reader);
    mk_reader_close(&reader);
    assert_int_equal(seen.closed, 1);
}

static void writers_count_their_size(void **state)
{
    struct mk_writer writer = {.ops = &writer_ops};

    (void)state;
    memset(&seen, 0, sizeof(seen));
    assert_int_equal(mk_writer_write(&writer, 0, "0123", 4, NULL), MOCKETS_OK);
    assert_int_equal(writer.size_bytes, 4);
    assert_int_equal(mk_writer_write(&writer, 1, "ab", 2, NULL), MOCKETS_OK);
    assert_int_equal(writer.size_bytes, 4);
    assert_int_equal(mk_writer_write(&writer, 3, "xyz", 3, NULL), MOCKETS_OK);
    assert_int_equal(writer.size_bytes, 6);
    seen.answer = MOCKETS_E_IO;
    assert_int_equal(mk_writer_write(&writer, 6, "x", 1, NULL), MOCKETS_E_IO);
    assert_int_equal(writer.size_bytes, 6);
}

static void writers_are_committed_and_closed(void **state)
{
    struct mk_writer fake = {.ops = &writer_ops};
    struct mk_writer *writer = &fake;
    char data[2];
    size_t got;

    (void)state;
    memset(&seen, 0, sizeof(seen));
    strcpy(seen.data, "0123");
    assert_int_equal(mk_writer_read(writer, 1, data, 2, &got, NULL), MOCKETS_OK);
    assert_memory_equal(data, "12", 2);
    assert_int_equal(mk_writer_finish(writer, NULL), MOCKETS_OK);
    seen.answer = MOCKETS_E_EXISTS;
    assert_int_equal(mk_writer_commit(writer, true, NULL), MOCKETS_E_EXISTS);
    assert_true(seen.replace);
    assert_int_equal(mk_writer_commit(writer, false, NULL), MOCKETS_E_EXISTS);
    assert_false(seen.replace);
    mk_writer_close(&writer);
    mk_writer_close(&writer);
    assert_null(writer);
    assert_int_equal(seen.closed, 1);
    assert_int_equal(seen.finished, 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(readers_are_asked_and_closed),
        cmocka_unit_test(writers_count_their_size),
        cmocka_unit_test(writers_are_committed_and_closed),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
