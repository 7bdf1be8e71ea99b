#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <pthread.h>
#include <sys/resource.h>

#include "base/fs.h"
#include "storage/storage.h"

/* Every test of the suite runs on each of these. */
struct storage_backend {
    const char *name;
    const char *url;
    void (*wipe)(void);
};

static void wipe_directory(void)
{
    (void)mk_fs_remove_tree("objects", NULL);
}

static const struct storage_backend backends[] = {
    {"directory", "dir:objects", wipe_directory},
};

static const struct storage_backend *backend; /* the one under test */

struct fixture {
    struct mk_storage *storage;
    struct mockets_error err;
};

static mockets_status open_as(const char *node, struct mk_storage **out, struct mockets_error *err)
{
    const struct mk_storage_config config = {.url = backend->url, .node_id = node};

    return mk_storage_open(&config, out, err);
}

static int set_up(void **state)
{
    static struct fixture fixture;

    backend->wipe();
    memset(&fixture, 0, sizeof(fixture));
    *state = &fixture;
    return open_as("node", &fixture.storage, &fixture.err) ||
           mk_storage_create_bucket(fixture.storage, "media", &fixture.err);
}

static int tear_down(void **state)
{
    struct fixture *f = *state;

    mk_storage_close(&f->storage);
    backend->wipe();
    return 0;
}

#define assert_ok(f, call)                                                                         \
    do {                                                                                           \
        if (call)                                                                                  \
            fail_msg("%s: %s", #call, (f)->err.message);                                           \
    } while (0)
#define assert_fails(f, expected, call)                                                            \
    do {                                                                                           \
        memset(&(f)->err, 0, sizeof((f)->err));                                                    \
        assert_int_equal(call, expected);                                                          \
        assert_int_equal((f)->err.status, expected);                                               \
        assert_true((f)->err.message[0]);                                                          \
    } while (0)

static struct mk_writer *start(struct fixture *f, const char *key, const char *text, bool seek)
{
    const struct mk_write_options options = {.seek = seek};
    struct mk_writer *writer = NULL;

    assert_ok(f, mk_storage_write(f->storage, "media", key, &options, &writer, &f->err));
    assert_ok(f, mk_writer_write(writer, 0, text, strlen(text), &f->err));
    assert_int_equal(writer->size_bytes, strlen(text));
    return writer;
}

static mockets_status put(struct fixture *f, const char *key, const char *text, bool replace)
{
    struct mk_writer *writer = start(f, key, text, false);
    mockets_status rc;

    assert_ok(f, mk_writer_finish(writer, &f->err));
    rc = mk_writer_commit(writer, replace, &f->err);
    mk_writer_close(&writer);
    assert_null(writer);
    return rc;
}

static void check_text(struct fixture *f, const char *key, const char *text)
{
    struct mk_reader *reader = NULL;
    char data[256];
    size_t got = 0;

    assert_ok(f, mk_storage_read(f->storage, "media", key, &reader, &f->err));
    assert_int_equal(reader->size_bytes, strlen(text));
    assert_ok(f, mk_reader_read(reader, 0, data, sizeof(data), &got, &f->err));
    assert_int_equal(got, strlen(text));
    assert_memory_equal(data, text, got);
    mk_reader_close(&reader);
    assert_null(reader);
}

static bool exists(struct fixture *f, const char *key)
{
    bool found = false;

    assert_ok(f, mk_storage_exists(f->storage, "media", key, &found, &f->err));
    return found;
}

static void objects_are_written_and_read(void **state)
{
    static const char *const keys[] = {"a",          "movie.mp4", "a b/ö/…/ü.mp4",
                                       "..a/b..",    ".hidden",   "deep/er/and/deep/er",
                                       "x/.mockets", "%2e%2e/x",  "a'\"\n"};
    struct fixture *f = *state;

    for (size_t i = 0; i < sizeof(keys) / sizeof(keys[0]); i++) {
        assert_false(exists(f, keys[i]));
        assert_ok(f, put(f, keys[i], keys[i], false));
        assert_true(exists(f, keys[i]));
        check_text(f, keys[i], keys[i]);
    }
    assert_ok(f, put(f, "empty", "", false));
    check_text(f, "empty", "");
}

static void any_part_can_be_read(void **state)
{
    struct fixture *f = *state;
    struct mk_reader *reader = NULL;
    char data[8];
    size_t got = 99;

    assert_ok(f, put(f, "a", "0123456789", false));
    assert_ok(f, mk_storage_read(f->storage, "media", "a", &reader, &f->err));
    assert_true(reader->modified_s > 1500000000);
    assert_ok(f, mk_reader_read(reader, 3, data, 4, &got, &f->err));
    assert_int_equal(got, 4);
    assert_memory_equal(data, "3456", 4);
    assert_ok(f, mk_reader_read(reader, 8, data, 8, &got, &f->err));
    assert_int_equal(got, 2);
    assert_memory_equal(data, "89", 2);
    assert_ok(f, mk_reader_read(reader, 10, data, 8, &got, &f->err));
    assert_int_equal(got, 0);
    assert_ok(f, mk_reader_read(reader, 1000, data, 8, &got, &f->err));
    assert_int_equal(got, 0);
    mk_reader_close(&reader);
}

static void what_is_missing_is_not_found(void **state)
{
    struct fixture *f = *state;
    struct mk_reader *reader = NULL;
    struct mk_writer *writer = NULL;
    bool found = true;

    assert_ok(f, put(f, "dir/a", "x", false));
    assert_fails(f, MOCKETS_E_NOT_FOUND,
                 mk_storage_read(f->storage, "media", "none", &reader, &f->err));
    assert_fails(f, MOCKETS_E_NOT_FOUND,
                 mk_storage_read(f->storage, "media", "dir", &reader, &f->err));
    assert_fails(f, MOCKETS_E_NOT_FOUND,
                 mk_storage_read(f->storage, "media", "dir/a/b", &reader, &f->err));
    assert_false(exists(f, "dir"));
    assert_false(exists(f, "dir/a/b"));
    assert_ok(f, mk_storage_check_bucket(f->storage, "media", &f->err));

    assert_fails(f, MOCKETS_E_NOT_FOUND, mk_storage_check_bucket(f->storage, "none", &f->err));
    assert_fails(f, MOCKETS_E_NOT_FOUND,
                 mk_storage_read(f->storage, "none", "a", &reader, &f->err));
    assert_non_null(strstr(f->err.message, "bucket"));
    assert_fails(f, MOCKETS_E_NOT_FOUND,
                 mk_storage_write(f->storage, "none", "a", NULL, &writer, &f->err));
    assert_non_null(strstr(f->err.message, "bucket"));
    assert_fails(f, MOCKETS_E_NOT_FOUND,
                 mk_storage_exists(f->storage, "none", "a", &found, &f->err));
    assert_true(found);
    assert_null(reader);
    assert_null(writer);
}

static void buckets_are_created(void **state)
{
    struct fixture *f = *state;

    assert_ok(f, mk_storage_create_bucket(f->storage, "new.bucket-1_x", &f->err));
    assert_ok(f, mk_storage_create_bucket(f->storage, "new.bucket-1_x", &f->err));
    assert_ok(f, mk_storage_check_bucket(f->storage, "new.bucket-1_x", &f->err));
}

static void illegal_names_are_refused(void **state)
{
    static const char *const keys[] = {"",        "/",          "/a",           "a/",
                                       "..",      ".",          "../a",         "a/..",
                                       "a/../b",  "./a",        "a/.",          "a/./b",
                                       "a//../b", "../../etc",  ".mockets",     ".mockets/n/x",
                                       "\xff",    "a\xc0\xaf_", "\xed\xa0\x80", "//",
                                       "..//a"};
    static const char *const buckets[] = {"",    ".",    "..",        "a/b", "/",
                                          "a b", "a\nb", "b\xc3\xb6", "*",   "a:b"};
    struct fixture *f = *state;
    struct mk_reader *reader = NULL;
    struct mk_writer *writer = NULL;
    char large[1026];
    bool found;

    for (size_t i = 0; i < sizeof(keys) / sizeof(keys[0]); i++) {
        assert_fails(f, MOCKETS_E_INVALID,
                     mk_storage_read(f->storage, "media", keys[i], &reader, &f->err));
        assert_fails(f, MOCKETS_E_INVALID,
                     mk_storage_write(f->storage, "media", keys[i], NULL, &writer, &f->err));
        assert_fails(f, MOCKETS_E_INVALID,
                     mk_storage_exists(f->storage, "media", keys[i], &found, &f->err));
    }
    for (size_t i = 0; i < sizeof(buckets) / sizeof(buckets[0]); i++) {
        assert_fails(f, MOCKETS_E_INVALID,
                     mk_storage_create_bucket(f->storage, buckets[i], &f->err));
        assert_fails(f, MOCKETS_E_INVALID,
                     mk_storage_check_bucket(f->storage, buckets[i], &f->err));
        assert_fails(f, MOCKETS_E_INVALID,
                     mk_storage_read(f->storage, buckets[i], "a", &reader, &f->err));
    }
    memset(large, 'a', sizeof(large));
    large[1025] = '\0';
    assert_fails(f, MOCKETS_E_INVALID,
                 mk_storage_read(f->storage, "media", large, &reader, &f->err));
    large[1024] = '\0';
    assert_fails(f, MOCKETS_E_NOT_FOUND,
                 mk_storage_read(f->storage, "media", large, &reader, &f->err));
    large[256] = '\0';
    assert_fails(f, MOCKETS_E_INVALID, mk_storage_check_bucket(f->storage, large, &f->err));
    large[255] = '\0';
    assert_fails(f, MOCKETS_E_NOT_FOUND, mk_storage_check_bucket(f->storage, large, &f->err));
}

static void objects_appear_whole(void **state)
{
    struct fixture *f = *state;
    struct mk_writer *writer = start(f, "a/b", "new", false);

    assert_false(exists(f, "a/b"));
    assert_ok(f, mk_writer_finish(writer, &f->err));
    assert_false(exists(f, "a/b"));
    assert_ok(f, mk_writer_commit(writer, false, &f->err));
    check_text(f, "a/b", "new");
    mk_writer_close(&writer);
    check_text(f, "a/b", "new");
}

static void without_a_commit_nothing_stays(void **state)
{
    struct fixture *f = *state;
    struct mk_writer *writer = start(f, "a", "x", false);

    mk_writer_close(&writer);
    assert_false(exists(f, "a"));
    writer = start(f, "a", "x", true);
    assert_ok(f, mk_writer_finish(writer, &f->err));
    mk_writer_close(&writer);
    assert_false(exists(f, "a"));
}

static void objects_are_replaced_only_on_demand(void **state)
{
    struct fixture *f = *state;
    struct mk_reader *old = NULL;
    char data[8];
    size_t got;

    assert_ok(f, put(f, "a", "first", false));
    assert_fails(f, MOCKETS_E_EXISTS, put(f, "a", "second", false));
    check_text(f, "a", "first");
    assert_ok(f, mk_storage_read(f->storage, "media", "a", &old, &f->err));
    assert_ok(f, put(f, "a", "third!", true));
    check_text(f, "a", "third!");
    assert_ok(f, mk_reader_read(old, 0, data, sizeof(data), &got, &f->err));
    assert_int_equal(got, 5);
    assert_memory_equal(data, "first", 5);
    mk_reader_close(&old);
    assert_ok(f, put(f, "b", "fresh", true));
    check_text(f, "b", "fresh");
}

static void writers_seek_and_read_back(void **state)
{
    struct fixture *f = *state;
    struct mk_writer *writer = start(f, "a", "0123456789", true);
    char data[16];
    size_t got;

    assert_ok(f, mk_writer_write(writer, 2, "ab", 2, &f->err));
    assert_int_equal(writer->size_bytes, 10);
    assert_ok(f, mk_writer_write(writer, 9, "xyz", 3, &f->err));
    assert_int_equal(writer->size_bytes, 12);
    assert_ok(f, mk_writer_read(writer, 1, data, sizeof(data), &got, &f->err));
    assert_int_equal(got, 11);
    assert_memory_equal(data, "1ab45678xyz", 11);
    assert_fails(f, MOCKETS_E_INVALID, mk_writer_write(writer, 13, "x", 1, &f->err));
    assert_ok(f, mk_writer_commit(writer, false, &f->err)); /* finishes, too */
    mk_writer_close(&writer);
    check_text(f, "a", "01ab45678xyz");
}

static void plain_writers_only_grow(void **state)
{
    struct fixture *f = *state;
    struct mk_writer *writer = start(f, "a", "0123", false);
    char data[4];
    size_t got = 77;

    assert_fails(f, MOCKETS_E_UNSUPPORTED, mk_writer_write(writer, 0, "x", 1, &f->err));
    assert_fails(f, MOCKETS_E_UNSUPPORTED, mk_writer_read(writer, 0, data, 4, &got, &f->err));
    assert_int_equal(got, 77);
    assert_ok(f, mk_writer_write(writer, 4, "45", 2, &f->err));
    assert_ok(f, mk_writer_commit(writer, false, &f->err));
    mk_writer_close(&writer);
    check_text(f, "a", "012345");
}

static void a_dead_run_leaves_nothing(void **state)
{
    struct fixture *f = *state;
    struct mk_storage *other = NULL, *again = NULL;
    struct mk_writer *ours = start(f, "a", "ours", false);
    struct mk_writer *theirs = NULL;

    assert_ok(f, open_as("other", &other, &f->err));
    assert_ok(f, mk_storage_write(other, "media", "b", NULL, &theirs, &f->err));
    assert_ok(f, mk_writer_write(theirs, 0, "theirs", 6, &f->err));

    /* The same node starts again: what it left is gone, what another one writes is not. */
    assert_ok(f, open_as("node", &again, &f->err));
    assert_int_not_equal(mk_writer_commit(ours, false, &f->err), MOCKETS_OK);
    mk_writer_close(&ours);
    assert_false(exists(f, "a"));
    assert_ok(f, mk_writer_commit(theirs, false, &f->err));
    mk_writer_close(&theirs);
    check_text(f, "b", "theirs");
    mk_storage_close(&again);
    mk_storage_close(&other);
}

/* More than the process may have open at once. */
static void many_finished_objects_wait(void **state)
{
    enum { COUNT = 300 };
    struct fixture *f = *state;
    struct mk_writer **writers = calloc(COUNT, sizeof(struct mk_writer *));
    struct rlimit before;
    char key[32];

    getrlimit(RLIMIT_NOFILE, &before);
    setrlimit(RLIMIT_NOFILE, &(struct rlimit){.rlim_cur = 64, .rlim_max = before.rlim_max});
    for (int i = 0; i < COUNT; i++) {
        snprintf(key, sizeof(key), "segments/%05d.ts", i);
        writers[i] = start(f, key, key, false);
        assert_ok(f, mk_writer_finish(writers[i], &f->err));
    }
    for (int i = 0; i < COUNT; i++) {
        assert_ok(f, mk_writer_commit(writers[i], false, &f->err));
        mk_writer_close(&writers[i]);
    }
    setrlimit(RLIMIT_NOFILE, &before);
    check_text(f, "segments/00299.ts", "segments/00299.ts");
    free(writers);
}

enum { THREADS = 8, KEYS = 25 };

struct racer {
    struct fixture *f;
    pthread_t thread;
    char text[8];
    unsigned won;
    unsigned lost;
};

static void *commit_all_keys(void *argument)
{
    struct racer *self = argument;
    struct mk_storage *storage = self->f->storage;

    for (int i = 0; i < KEYS; i++) {
        struct mk_writer *writer = NULL;
        char key[32];
        mockets_status rc;

        snprintf(key, sizeof(key), "dir%d/sub/key", i);
        if (mk_storage_write(storage, "media", key, NULL, &writer, NULL) ||
            mk_writer_write(writer, 0, self->text, strlen(self->text), NULL))
            continue;
        rc = mk_writer_commit(writer, false, NULL);
        self->won += rc == MOCKETS_OK;
        self->lost += rc == MOCKETS_E_EXISTS;
        mk_writer_close(&writer);
    }
    return NULL;
}

static void exactly_one_commit_wins(void **state)
{
    struct fixture *f = *state;
    struct racer racers[THREADS];
    unsigned won = 0, lost = 0;

    for (unsigned i = 0; i < THREADS; i++) {
        racers[i] = (struct racer){.f = f};
        snprintf(racers[i].text, sizeof(racers[i].text), "%u", i);
        pthread_create(&racers[i].thread, NULL, commit_all_keys, &racers[i]);
    }
    for (unsigned i = 0; i < THREADS; i++) {
        pthread_join(racers[i].thread, NULL);
        won += racers[i].won;
        lost += racers[i].lost;
    }
    assert_int_equal(won, KEYS);
    assert_int_equal(lost, KEYS * (THREADS - 1));
}

#define TEST(function) cmocka_unit_test_setup_teardown(function, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(objects_are_written_and_read),   TEST(any_part_can_be_read),
        TEST(what_is_missing_is_not_found),   TEST(buckets_are_created),
        TEST(illegal_names_are_refused),      TEST(objects_appear_whole),
        TEST(without_a_commit_nothing_stays), TEST(objects_are_replaced_only_on_demand),
        TEST(writers_seek_and_read_back),     TEST(plain_writers_only_grow),
        TEST(a_dead_run_leaves_nothing),      TEST(many_finished_objects_wait),
        TEST(exactly_one_commit_wins),
    };
    int failed = 0;

    for (size_t i = 0; i < sizeof(backends) / sizeof(backends[0]); i++) {
        backend = &backends[i];
        failed += _cmocka_run_group_tests(backend->name, tests, sizeof(tests) / sizeof(tests[0]),
                                          NULL, NULL);
    }
    return failed;
}
