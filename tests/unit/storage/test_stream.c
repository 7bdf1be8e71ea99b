#include "check.h"

#include <fcntl.h>
#include <pthread.h>
#include <sys/stat.h>
#include <unistd.h>

#include "storage/storage.h"
#include "storage/stream.h"

/* What comes through pipes. Somebody else writes, in a thread of its own. */

enum { FAR_BYTES = 40 * 1024 * 1024 + 7, CLOSED = 999 };

static struct mk_storage *storage;
static struct mockets_error err;
static int ends[2]; /* of the pipe */

static int set_up(void **state)
{
    static struct mockets_stream streams[] = {{"input", "film.ts", -1},
                                              {"input", "closed", CLOSED}};
    const struct mk_storage_config config = {.url = "dir:root",
                                             .node_id = "node",
                                             .streams = streams,
                                             .stream_count = CHECK_COUNT(streams)};

    (void)state;
    if (pipe(ends))
        return -1;
    streams[0].fd = ends[0];
    return (int)mk_storage_open(&config, &storage, &err);
}

static int tear_down(void **state)
{
    (void)state;
    mk_storage_close(&storage);
    close(ends[0]);
    if (ends[1] >= 0)
        close(ends[1]);
    return 0;
}

static unsigned char byte_at(int64_t offset)
{
    return (unsigned char)(offset * 31 + (offset >> 12));
}

/* Write so many bytes, and close the pipe. */
static void *writes(void *bytes)
{
    int64_t left = *(const int64_t *)bytes, at = 0;
    unsigned char data[5000];

    while (at < left) {
        size_t size = left - at < (int64_t)sizeof(data) ? (size_t)(left - at) : sizeof(data);

        for (size_t i = 0; i < size; i++)
            data[i] = byte_at(at + (int64_t)i);
        if (write(ends[1], data, size) != (ssize_t)size)
            return (void *)"the pipe is closed";
        at += (int64_t)size;
    }
    close(ends[1]);
    ends[1] = -1;
    return NULL;
}

static struct mk_reader *open_stream(void)
{
    struct mk_reader *reader = NULL;

    if (mk_storage_read_stream(storage, "input", "film.ts", &reader, &err))
        fail_msg("%s", err.message);
    assert_true(reader->once);
    assert_int_equal(reader->size_bytes, 0);
    return reader;
}

/* All of [from, until), and that it is what was written. @return where it ended */
static int64_t check_bytes(struct mk_reader *reader, int64_t from, int64_t until)
{
    static unsigned char data[70000];
    size_t got = 1;

    while (from < until && got) {
        size_t size = until - from < (int64_t)sizeof(data) ? (size_t)(until - from) : sizeof(data);

        if (mk_reader_read(reader, from, data, size, &got, &err))
            fail_msg("%s", err.message);
        for (size_t i = 0; i < got; i++)
            assert_int_equal(data[i], byte_at(from + (int64_t)i));
        from += (int64_t)got;
    }
    return from;
}

static void reads_to_the_end(void **state)
{
    int64_t bytes = FAR_BYTES;
    struct mk_reader *reader = open_stream();
    pthread_t writer;
    void *failed;

    (void)state;
    assert_int_equal(pthread_create(&writer, NULL, writes, &bytes), 0);
    assert_int_equal(check_bytes(reader, 0, INT64_MAX), FAR_BYTES);
    pthread_join(writer, &failed);
    assert_null(failed);
    /* the end stays where it is, and what lies behind it is nothing */
    assert_int_equal(check_bytes(reader, FAR_BYTES - 3, INT64_MAX), FAR_BYTES);
    assert_int_equal(check_bytes(reader, FAR_BYTES + 10, INT64_MAX), FAR_BYTES + 10);
    mk_reader_close(&reader);
}

/* Near the beginning all of it can be read again, later what came last; the rest is gone. */
static void goes_back_so_far(void **state)
{
    static const int64_t nears[] = {0, 1, 100000, MK_STREAM_BACK_BYTES};
    int64_t bytes = FAR_BYTES, at = 0;
    struct mk_reader *reader = open_stream();
    pthread_t writer;
    void *failed;
    char data[16];
    size_t got;

    (void)state;
    assert_int_equal(pthread_create(&writer, NULL, writes, &bytes), 0);
    while (at < FAR_BYTES - 1) {
        at = at + 9000001 < FAR_BYTES ? at + 9000001 : FAR_BYTES - 1;
        for (size_t i = 0; i < CHECK_COUNT(nears); i++) {
            int64_t from = at > nears[i] ? at - nears[i] : 0;

            assert_int_equal(check_bytes(reader, from, at), at);
        }
    }
    assert_int_equal(mk_reader_read(reader, 0, data, sizeof(data), &got, &err),
                     MOCKETS_E_UNSUPPORTED);
    assert_non_null(strstr(err.message, "save it as a file"));
    pthread_join(writer, &failed);
    assert_null(failed);
    mk_reader_close(&reader);
}

/* As long as nobody has read from it, it can be looked at. */
static void is_read_by_one(void **state)
{
    int64_t bytes = 1000;
    struct mk_reader *reader = open_stream(), *other = open_stream(), *none = NULL;
    char data[16];
    size_t got = 0;

    (void)state;
    assert_null(writes(&bytes));
    assert_int_equal(check_bytes(reader, 0, 10), 10);
    assert_int_equal(mk_reader_read(other, 0, data, sizeof(data), &got, &err), MOCKETS_E_INVALID);
    assert_non_null(strstr(err.message, "\"film.ts\" comes through a pipe"));
    mk_reader_close(&other);
    assert_int_equal(check_bytes(reader, 10, INT64_MAX), 1000);
    mk_reader_close(&reader);
    assert_int_equal(mk_storage_read_stream(storage, "input", "film.ts", &none, &err),
                     MOCKETS_E_INVALID);
    assert_null(none);
}

/* It is in no bucket, and nothing else is a stream. */
static void has_a_name(void **state)
{
    static const char *const names[][2] = {
        {"input", "film"}, {"output", "film.ts"}, {"input", ""}, {"", "film.ts"}};
    struct mk_reader *reader = NULL;

    (void)state;
    for (size_t i = 0; i < CHECK_COUNT(names); i++)
        assert_int_equal(mk_storage_read_stream(storage, names[i][0], names[i][1], &reader, &err),
                         MOCKETS_E_NOT_FOUND);
    assert_int_equal(mk_storage_create_bucket(storage, "input", &err), MOCKETS_OK);
    assert_int_equal(mk_storage_read(storage, "input", "film.ts", &reader, &err),
                     MOCKETS_E_NOT_FOUND);
    assert_null(reader);
}

static void a_closed_one_fails(void **state)
{
    static const struct mockets_stream stream = {"input", "film.ts", -1};
    const struct mk_storage_config config = {
        .url = "dir:root", .node_id = "node", .streams = &stream, .stream_count = 1};
    struct mk_storage *other = NULL;
    struct mk_reader *reader = NULL;
    char data[16];
    size_t got;

    (void)state;
    assert_int_equal(mk_storage_read_stream(storage, "input", "closed", &reader, &err), 0);
    assert_int_not_equal(mk_reader_read(reader, 0, data, sizeof(data), &got, &err), 0);
    mk_reader_close(&reader);
    assert_int_equal(mk_storage_open(&config, &other, &err), MOCKETS_E_INVALID);
    assert_null(other);
}

static void *reads(void *reader)
{
    static char data[16];
    struct mockets_error error = {0};
    size_t got = 0;

    mk_reader_read(reader, 0, data, sizeof(data), &got, &error);
    return (void *)(intptr_t)error.status;
}

/* Whoever waits for what does not come can be woken, and waits for nothing any more. */
static void can_be_interrupted(void **state)
{
    struct mk_reader *reader = open_stream();
    pthread_t thread;
    void *status;

    (void)state;
    assert_int_equal(pthread_create(&thread, NULL, reads, reader), 0);
    mk_reader_interrupt(reader);
    pthread_join(thread, &status);
    assert_int_equal((intptr_t)status, MOCKETS_E_CANCELED);
    assert_int_equal(write(ends[1], "film", 4), 4);
    assert_int_equal((intptr_t)reads(reader), MOCKETS_E_CANCELED);
    mk_reader_close(&reader);
}

/* One that nobody has opened for writing, and that does not wait by itself. */
static void waits_for_who_writes(void **state)
{
    int64_t bytes = 200000;
    struct mk_reader *reader;
    pthread_t writer;
    void *failed;

    (void)state;
    close(ends[0]);
    close(ends[1]);
    unlink("pipe");
    assert_int_equal(mkfifo("pipe", 0600), 0);
    assert_int_equal(open("pipe", O_RDONLY | O_NONBLOCK), ends[0]);
    reader = open_stream();
    ends[1] = open("pipe", O_WRONLY);
    assert_int_equal(pthread_create(&writer, NULL, writes, &bytes), 0);
    assert_int_equal(check_bytes(reader, 0, INT64_MAX), bytes);
    pthread_join(writer, &failed);
    assert_null(failed);
    mk_reader_close(&reader);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(reads_to_the_end),     TEST(goes_back_so_far),   TEST(is_read_by_one),
        TEST(has_a_name),           TEST(a_closed_one_fails), TEST(can_be_interrupted),
        TEST(waits_for_who_writes),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
