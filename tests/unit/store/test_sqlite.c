#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>
#include <signal.h>
#include <sys/resource.h>

#include <pthread.h>
#include <sqlite3.h>
#include <stdatomic.h>
#include <sys/stat.h>
#include <sys/syscall.h>

#include "store/store.h"

static void bad_urls_are_refused(void **state)
{
    static const struct {
        const char *url;
        mockets_status status;
    } rows[] = {
        {"sqlite", MOCKETS_E_UNSUPPORTED},
        {"sqlit:x.db", MOCKETS_E_UNSUPPORTED},
        {"sqlite3:x.db", MOCKETS_E_UNSUPPORTED},
        {"", MOCKETS_E_UNSUPPORTED},
        {"sqlite:", MOCKETS_E_INVALID},
        {"sqlite:missing/x.db", MOCKETS_E_IO},
        {"sqlite:.", MOCKETS_E_IO},
    };

    (void)state;
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct mk_store store = {0};
        struct mockets_error err = {0};

        assert_int_equal(mk_store_open(rows[i].url, &store, &err), rows[i].status);
        assert_int_equal(err.status, rows[i].status);
        assert_null(store.self);
    }
}

static void remove_files(void)
{
    unlink("x.db");
    unlink("x.db-wal");
    unlink("x.db-shm");
}

static void garbage_is_no_store(void **state)
{
    struct mk_store store = {0};
    struct mockets_error err;
    FILE *file;

    (void)state;
    remove_files();
    file = fopen("x.db", "w");
    for (int i = 0; i < 1000; i++)
        fputs("this is no database", file);
    fclose(file);
    assert_int_equal(mk_store_open("sqlite:x.db", &store, &err), MOCKETS_E_IO);
    remove_files();
}

static void newer_schemas_are_refused(void **state)
{
    static const unsigned char version[4] = {0, 0, 1, 0};
    struct mk_store store = {0};
    struct mockets_error err;
    FILE *file;

    (void)state;
    remove_files();
    assert_int_equal(mk_store_open("sqlite:x.db", &store, &err), MOCKETS_OK);
    mk_store_close(&store);
    mk_store_close(&store);

    /* The file format keeps user_version in the bytes 60 to 63, the highest first. */
    file = fopen("x.db", "r+");
    fseek(file, 60, SEEK_SET);
    assert_int_equal(fwrite(version, 1, sizeof(version), file), sizeof(version));
    fclose(file);
    assert_int_equal(mk_store_open("sqlite:x.db", &store, &err), MOCKETS_E_UNSUPPORTED);
    assert_non_null(strstr(err.message, "256"));
    remove_files();
}

/* A limit on the size of files stands for a full disk. */
static void a_full_disk_undoes_the_change(void **state)
{
    enum { SIZE = 4 << 20 };
    char *large = malloc(SIZE + 1);
    struct mk_job_record job = {
        .id = "1-a", .pipeline_id = "p", .state = "Submitted", .document = large};
    struct mk_store store = {0};
    struct mk_arena arena = {0};
    struct mk_job_record found;
    struct mockets_error err = {0};
    struct rlimit before;

    (void)state;
    remove_files();
    memset(large, 'x', SIZE);
    large[SIZE] = '\0';
    assert_int_equal(mk_store_open("sqlite:x.db", &store, &err), MOCKETS_OK);
    signal(SIGXFSZ, SIG_IGN);
    getrlimit(RLIMIT_FSIZE, &before);
    setrlimit(RLIMIT_FSIZE, &(struct rlimit){.rlim_cur = 1 << 20, .rlim_max = before.rlim_max});
    assert_int_equal(store.ops->job_insert(store.self, &job, &err), MOCKETS_E_IO);
    assert_int_equal(err.status, MOCKETS_E_IO);
    setrlimit(RLIMIT_FSIZE, &before);
    assert_int_equal(store.ops->job_get(store.self, "1-a", &arena, &found, &err),
                     MOCKETS_E_NOT_FOUND);
    assert_int_equal(store.ops->job_insert(store.self, &job, &err), MOCKETS_OK);
    assert_int_equal(store.ops->job_get(store.self, "1-a", &arena, &found, &err), MOCKETS_OK);
    assert_string_equal(found.document, large);
    mk_store_close(&store);
    mk_arena_fini(&arena);
    free(large);
    remove_files();
}

static atomic_int syncs;

/* SQLite's, too: this program's comes before the C library's. */
__attribute__((visibility("default"))) int fdatasync(int fd)
{
    atomic_fetch_add(&syncs, 1);
    return (int)syscall(SYS_fdatasync, fd);
}

/* What is only noted is not synced by itself, and what comes next takes it along. */
static void notes_are_not_synced(void **state)
{
    static const struct mk_record pipeline = {.id = "p", .document = "p"};
    static const struct mk_job_record job = {
        .id = "1-a", .pipeline_id = "p", .state = "Submitted", .document = "a"};
    struct mk_arena arena = {0};
    struct mk_store store;
    struct mockets_error err;
    struct mk_job_record got;

    (void)state;
    remove_files();
    assert_int_equal(mk_store_open("sqlite:x.db", &store, &err), MOCKETS_OK);
    assert_int_equal(store.ops->record_insert(store.self, MK_RECORD_PIPELINE, &pipeline, &err),
                     MOCKETS_OK);
    syncs = 0;
    assert_int_equal(store.ops->job_insert(store.self, &job, &err), MOCKETS_OK);
    assert_int_equal(syncs, 1);
    for (int i = 0; i < 2; i++) {
        syncs = 0;
        if (i == 0)
            assert_int_equal(store.ops->job_claim(store.self, "me", 1000, 100, &arena, &got, &err),
                             MOCKETS_OK);
        assert_int_equal(store.ops->job_note(store.self, &job, "me", NULL, 0, &err), MOCKETS_OK);
        assert_int_equal(syncs, 0);
        assert_int_equal(store.ops->job_update(store.self, &job, "me", NULL, false, NULL, 0, &err),
                         MOCKETS_OK);
        assert_int_equal(syncs, 1);
    }
    mk_store_close(&store);
    mk_arena_fini(&arena);
    remove_files();
}

static struct mk_store shared;

static char document_of(const char *id)
{
    struct mk_arena arena = {0};
    struct mockets_error err;
    const char *document;
    char first = 0;

    if (!shared.ops->job_document(shared.self, id, &arena, &document, &err))
        first = document[0];
    mk_arena_fini(&arena);
    return first;
}

static void write_document(const char *id, char letter)
{
    const char text[] = {letter, 0};
    const struct mk_job_record job = {.id = id, .document = text};
    struct mockets_error err;

    assert_int_equal(shared.ops->job_update(shared.self, &job, NULL, NULL, false, NULL, 0, &err),
                     MOCKETS_OK);
}

static void open_shared(void)
{
    static const struct mk_job_record job = {
        .id = "1-a", .pipeline_id = "p", .state = "Complete", .document = "a"};
    struct mockets_error err;

    remove_files();
    assert_int_equal(mk_store_open("sqlite:x.db", &shared, &err), MOCKETS_OK);
    assert_int_equal(shared.ops->job_insert(shared.self, &job, &err), MOCKETS_OK);
}

static void close_shared(void)
{
    mk_store_close(&shared);
    remove_files();
}

/* Reads without end: what it has seen once, it must not see undone. */
static void *watch(void *argument)
{
    atomic_bool *stop = argument;
    char last = 'a';
    bool good = true;

    while (good && !atomic_load(stop)) {
        char now = document_of("1-a");

        good = now >= last;
        last = now;
    }
    return good ? NULL : argument;
}

static void readers_see_what_was_written(void **state)
{
    pthread_t watchers[4];
    atomic_bool stop = false;

    (void)state;
    open_shared();
    for (size_t i = 0; i < 4; i++)
        assert_int_equal(pthread_create(&watchers[i], NULL, watch, &stop), 0);
    for (char letter = 'b'; letter <= 'z'; letter++) {
        write_document("1-a", letter);
        for (int i = 0; i < 20; i++)
            assert_int_equal(document_of("1-a"), letter);
    }
    atomic_store(&stop, true);
    for (size_t i = 0; i < 4; i++) {
        void *bad;

        pthread_join(watchers[i], &bad);
        assert_null(bad);
    }
    close_shared();
}

/* SQLite begins its WAL anew when nobody reads from it; readers that are idle do not. */
static void idle_readers_let_the_wal_go(void **state)
{
    enum { CHECKPOINT_BYTES = 1000 * 4096, SIZE = CHECKPOINT_BYTES / 32, WRITES = 100 };
    char *text = malloc(SIZE + 1);
    const struct mk_job_record job = {.id = "1-a", .document = text};
    struct mockets_error err;
    struct stat wal;

    (void)state;
    open_shared();
    text[SIZE] = '\0';
    for (int i = 0; i < WRITES; i++) {
        memset(text, 'a' + i % 26, SIZE);
        assert_int_equal(
            shared.ops->job_update(shared.self, &job, NULL, NULL, false, NULL, 0, &err),
            MOCKETS_OK);
        assert_int_equal(document_of("1-a"), text[0]);
    }
    assert_int_equal(stat("x.db-wal", &wal), 0);
    assert_true(wal.st_size < (off_t)CHECKPOINT_BYTES * 3 / 2);
    close_shared();
    free(text);
}

/* Another process may have the file open: its changes are seen, too, if a moment later. */
static void changes_of_others_are_seen(void **state)
{
    sqlite3 *other;
    unsigned reads = 0;

    (void)state;
    open_shared();
    assert_int_equal(document_of("1-a"), 'a');
    assert_int_equal(sqlite3_open("x.db", &other), SQLITE_OK);
    assert_int_equal(sqlite3_exec(other, "UPDATE jobs SET document = 'b'", NULL, NULL, NULL),
                     SQLITE_OK);
    while (document_of("1-a") != 'b')
        assert_true(reads++ < 50000000);
    print_message("seen after %u reads\n", reads);
    sqlite3_close(other);
    close_shared();
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(bad_urls_are_refused),
        cmocka_unit_test(garbage_is_no_store),
        cmocka_unit_test(newer_schemas_are_refused),
        cmocka_unit_test(a_full_disk_undoes_the_change),
        cmocka_unit_test(notes_are_not_synced),
        cmocka_unit_test(readers_see_what_was_written),
        cmocka_unit_test(idle_readers_let_the_wal_go),
        cmocka_unit_test(changes_of_others_are_seen),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
