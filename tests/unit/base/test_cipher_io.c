#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/alloc.h"
#include "base/cipher_io.h"

enum { ROOM = 70000 };

/* An object in memory, to read and to write. */
struct memory {
    uint8_t data[ROOM];
    size_t size, writes_left; /* writes_left: then the disk is full */
    bool seek, finished, committed;
    int closed;
};

struct memory_writer {
    struct mk_writer base;
    struct memory *memory;
};

struct memory_reader {
    struct mk_reader base;
    struct memory *memory;
};

static mockets_status memory_write(struct mk_writer *self, int64_t offset, const void *data,
                                   size_t size, struct mockets_error *err)
{
    struct memory *memory = ((struct memory_writer *)self)->memory;

    assert_false(memory->finished);
    assert_true(memory->seek ? offset <= self->size_bytes : offset == self->size_bytes);
    assert_true((size_t)offset + size <= sizeof(memory->data));
    if (!memory->writes_left--)
        return mk_fail(err, MOCKETS_E_IO, "the disk is full");
    memcpy(memory->data + offset, data, size);
    if ((size_t)offset + size > memory->size)
        memory->size = (size_t)offset + size;
    return MOCKETS_OK;
}

static size_t memory_copy(const struct memory *memory, int64_t offset, void *data, size_t size)
{
    size_t left = (size_t)offset < memory->size ? memory->size - (size_t)offset : 0;

    size = size < left ? size : left;
    size = size > 7777 ? 7777 : size; /* short reads are legal */
    memcpy(data, memory->data + offset, size);
    return size;
}

static mockets_status memory_read_back(struct mk_writer *self, int64_t offset, void *data,
                                       size_t size, size_t *got, struct mockets_error *err)
{
    (void)err;
    *got = memory_copy(((struct memory_writer *)self)->memory, offset, data, size);
    return MOCKETS_OK;
}

static mockets_status memory_finish(struct mk_writer *self, struct mockets_error *err)
{
    (void)err;
    ((struct memory_writer *)self)->memory->finished = true;
    return MOCKETS_OK;
}

static mockets_status memory_commit(struct mk_writer *self, bool replace, struct mockets_error *err)
{
    (void)err;
    assert_true(replace);
    ((struct memory_writer *)self)->memory->committed = true;
    return MOCKETS_OK;
}

static void memory_close(struct mk_writer *self)
{
    ((struct memory_writer *)self)->memory->closed++;
    mk_free(self);
}

static struct mk_writer *writer_of(struct memory *memory, bool seek)
{
    static const struct mk_writer_ops ops = {memory_write, memory_read_back, memory_finish,
                                             memory_commit, memory_close};
    struct memory_writer *writer = mk_alloc(sizeof(*writer));

    memset(memory, 0, sizeof(*memory));
    memory->seek = seek;
    memory->writes_left = SIZE_MAX;
    writer->base.ops = &ops;
    writer->memory = memory;
    return &writer->base;
}

static mockets_status memory_read(struct mk_reader *self, int64_t offset, void *data, size_t size,
                                  size_t *got, struct mockets_error *err)
{
    (void)err;
    *got = memory_copy(((struct memory_reader *)self)->memory, offset, data, size);
    return MOCKETS_OK;
}

static void memory_reader_close(struct mk_reader *self)
{
    ((struct memory_reader *)self)->memory->closed++;
    mk_free(self);
}

static struct mk_reader *reader_of(struct memory *memory)
{
    static const struct mk_reader_ops ops = {.read = memory_read, .close = memory_reader_close};
    struct memory_reader *reader = mk_alloc(sizeof(*reader));

    reader->base =
        (struct mk_reader){.ops = &ops, .size_bytes = (int64_t)memory->size, .modified_s = 12345};
    reader->memory = memory;
    return &reader->base;
}

static struct memory object, plain;
static uint8_t text[ROOM];

static struct mk_cipher_key key_of(enum mk_cipher_mode mode, size_t key_bytes)
{
    struct mk_cipher_key key = {.mode = mode, .key_bytes = key_bytes, .iv_bytes = 16};

    for (size_t i = 0; i < sizeof(key.key); i++)
        key.key[i] = (uint8_t)(i * 7 + 1);
    memset(key.iv, 0xff, sizeof(key.iv)); /* the counter overflows at once */
    key.iv[15] = 0xfe;
    return key;
}

/* Encrypt the first `size` bytes of text into object, out of order if it seeks. */
static mockets_status encrypt(const struct mk_cipher_key *key, size_t size, bool seek,
                              struct mk_writer **out, struct mockets_error *err)
{
    struct mk_writer *target = writer_of(&object, false);
    struct mk_writer *aside = seek ? writer_of(&plain, true) : NULL;
    mockets_status rc = mk_encrypting_writer_open(target, aside, key, NULL, out, err);

    for (size_t at = 0; !rc && at < size;) {
        size_t length = size - at < 5001 ? size - at : 5001;

        rc = mk_writer_write(*out, (int64_t)at, text + at, length, err);
        at += length;
    }
    if (!rc && seek && size) {
        rc = mk_writer_write(*out, 0, "X", 1, err);
        if (!rc)
            rc = mk_writer_write(*out, 0, text, 1, err);
    }
    if (!rc)
        assert_int_equal((*out)->size_bytes, size);
    return rc ? rc : mk_writer_finish(*out, err);
}

static void check_reads(struct mk_reader *reader, size_t size)
{
    static uint8_t all[ROOM];
    static const size_t offsets[] = {0, 1, 15, 16, 17, 31, 4096, 16383, 16384, 30001, 65535};
    size_t done = 0, got = 1;

    assert_int_equal(reader->size_bytes, size);
    assert_int_equal(reader->modified_s, 12345);
    for (; got; done += got)
        assert_int_equal(mk_reader_read(reader, (int64_t)done, all + done, ROOM - done, &got, NULL),
                         MOCKETS_OK);
    assert_int_equal(done, size);
    assert_memory_equal(all, text, size);
    for (size_t i = 0; i < sizeof(offsets) / sizeof(offsets[0]); i++) {
        uint8_t few[33];
        size_t left = offsets[i] < size ? size - offsets[i] : 0;

        assert_int_equal(mk_reader_read(reader, (int64_t)offsets[i], few, sizeof(few), &got, NULL),
                         MOCKETS_OK);
        assert_int_equal(got, left < sizeof(few) ? left : sizeof(few));
        assert_memory_equal(few, text + offsets[i], got);
    }
}

static void goes_both_ways(void **state)
{
    static const size_t sizes[] = {0, 1, 15, 16, 17, 5000, 16384, 65536, ROOM - 32};
    static const size_t key_bytes[] = {16, 24, 32};

    (void)state;
    for (size_t i = 0; i < 3 * 2 * sizeof(sizes) / sizeof(sizes[0]); i++) {
        const struct mk_cipher_key key = key_of((enum mk_cipher_mode)(i % 3), key_bytes[i % 3]);
        size_t size = sizes[i / 6];
        bool seek = i / 3 % 2;
        size_t added = key.mode == MK_CIPHER_CTR   ? 0
                       : key.mode == MK_CIPHER_GCM ? 16
                                                   : 16 - size % 16;
        struct mk_writer *writer = NULL;
        struct mk_reader *reader = NULL;

        assert_int_equal(encrypt(&key, size, seek, &writer, NULL), MOCKETS_OK);
        assert_int_equal(writer->size_bytes, size + added);
        assert_int_equal(object.size, size + added);
        assert_true(object.finished);
        assert_false(plain.committed);
        assert_int_equal(mk_writer_commit(writer, true, NULL), MOCKETS_OK);
        assert_true(object.committed);
        mk_writer_close(&writer);
        assert_int_equal(object.closed, 1);
        assert_int_equal(mk_decrypting_reader_open(reader_of(&object), &key, NULL, &reader, NULL),
                         MOCKETS_OK);
        check_reads(reader, size);
        mk_reader_close(&reader);
        assert_int_equal(object.closed, 2);
    }
}

static void notices_what_does_not_fit(void **state)
{
    static const struct {
        enum mk_cipher_mode mode;
        size_t change, cut; /* this byte, counted from the end; this many bytes */
    } rows[] = {
        {MK_CIPHER_CBC, 17, 0}, {MK_CIPHER_CBC, 0, 1},    {MK_CIPHER_CBC, 0, 1008},
        {MK_CIPHER_GCM, 1, 0},  {MK_CIPHER_GCM, 17, 0},   {MK_CIPHER_GCM, 1000, 0},
        {MK_CIPHER_GCM, 0, 1},  {MK_CIPHER_GCM, 0, 1000}, {MK_CIPHER_GCM, 0, 1016},
    };

    (void)state;
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        const struct mk_cipher_key key = key_of(rows[i].mode, 16);
        struct mk_writer *writer = NULL;
        struct mk_reader *source, *reader = NULL;
        struct mockets_error err;

        assert_int_equal(encrypt(&key, 1000, false, &writer, NULL), MOCKETS_OK);
        mk_writer_close(&writer);
        if (rows[i].change)
            object.data[object.size - rows[i].change] ^= 0xff;
        object.size -= rows[i].cut;
        source = reader_of(&object);
        assert_int_equal(mk_decrypting_reader_open(source, &key, NULL, &reader, &err),
                         MOCKETS_E_UNDECRYPTABLE);
        assert_null(reader);
        mk_reader_close(&source);
    }
}

static void passes_failures_on(void **state)
{
    (void)state;
    for (size_t i = 0; i < 6; i++) {
        const struct mk_cipher_key key = key_of((enum mk_cipher_mode)(i % 3), 32);
        struct mk_writer *writer = NULL;
        struct mockets_error err;
        bool seek = i >= 3;

        assert_int_equal(encrypt(&key, 0, seek, &writer, NULL), MOCKETS_OK);
        mk_writer_close(&writer);
        assert_int_equal(mk_encrypting_writer_open(writer_of(&object, false),
                                                   seek ? writer_of(&plain, true) : NULL, &key,
                                                   NULL, &writer, NULL),
                         MOCKETS_OK);
        object.writes_left = 0;
        if (!seek) {
            assert_int_equal(mk_writer_write(writer, 0, text, 100, &err), MOCKETS_E_IO);
            assert_int_equal(mk_writer_write(writer, 5, text, 1, &err), MOCKETS_E_UNSUPPORTED);
        } else {
            assert_int_equal(mk_writer_write(writer, 0, text, 100, &err), MOCKETS_OK);
            assert_int_equal(mk_writer_finish(writer, &err), MOCKETS_E_IO);
            assert_int_equal(mk_writer_commit(writer, true, &err), MOCKETS_E_IO);
        }
        mk_writer_close(&writer);
        assert_false(object.committed);
        assert_int_equal(object.closed, 1);
        assert_int_equal(plain.closed, seek ? 1 : plain.closed);
    }
}

static void stops_when_cancelled(void **state)
{
    const struct mk_cipher_key key = key_of(MK_CIPHER_GCM, 16);
    struct mk_writer *writer = NULL;
    struct mk_reader *source, *reader = NULL;
    struct mockets_error err;
    struct mk_cancel cancel;

    (void)state;
    mk_cancel_init(&cancel);
    mk_cancel_set(&cancel);
    assert_int_equal(encrypt(&key, 1000, false, &writer, NULL), MOCKETS_OK);
    mk_writer_close(&writer);
    source = reader_of(&object);
    assert_int_equal(mk_decrypting_reader_open(source, &key, &cancel, &reader, &err),
                     MOCKETS_E_CANCELED);
    mk_reader_close(&source);
    assert_int_equal(mk_encrypting_writer_open(writer_of(&object, false), writer_of(&plain, true),
                                               &key, &cancel, &writer, NULL),
                     MOCKETS_OK);
    assert_int_equal(mk_writer_write(writer, 0, text, 100, &err), MOCKETS_OK);
    assert_int_equal(mk_writer_finish(writer, &err), MOCKETS_E_CANCELED);
    mk_writer_close(&writer);
    mk_cancel_fini(&cancel);
}

static int set_up(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof(text); i++)
        text[i] = (uint8_t)(i * 31 + i / 256);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(goes_both_ways),
        cmocka_unit_test(notices_what_does_not_fit),
        cmocka_unit_test(passes_failures_on),
        cmocka_unit_test(stops_when_cancelled),
    };

    return cmocka_run_group_tests(tests, set_up, NULL);
}
