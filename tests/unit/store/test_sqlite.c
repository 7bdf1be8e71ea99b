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

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(bad_urls_are_refused),
        cmocka_unit_test(garbage_is_no_store),
        cmocka_unit_test(newer_schemas_are_refused),
        cmocka_unit_test(a_full_disk_undoes_the_change),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
