#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>
#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/fs.h"
#include "storage/beneath.h"
#include "storage/storage.h"

/* What only directories can get wrong: links, odd files, buckets elsewhere. */

static struct mk_storage *storage;
static struct mockets_error err;

static const struct mockets_bucket elsewhere[] = {{"far", "outside/far"}};

static mockets_status open_storage(void)
{
    const struct mk_storage_config config = {
        .url = "dir:root", .node_id = "node", .buckets = elsewhere, .bucket_count = 1};

    return mk_storage_open(&config, &storage, &err);
}

static void make_file(const char *path, const char *text)
{
    FILE *file = fopen(path, "w");

    assert_non_null(file);
    fputs(text, file);
    fclose(file);
}

static int set_up(void **state)
{
    (void)state;
    (void)mk_fs_remove_tree("root", NULL);
    (void)mk_fs_remove_tree("outside", NULL);
    if (mk_fs_mkdirs("root/media/dir", &err) || mk_fs_mkdirs("outside/far", &err))
        return -1;
    make_file("outside/secret", "secret");
    make_file("root/media/dir/a", "inside");
    return open_storage();
}

static int tear_down(void **state)
{
    (void)state;
    mk_storage_close(&storage);
    (void)mk_fs_remove_tree("root", NULL);
    (void)mk_fs_remove_tree("outside", NULL);
    return 0;
}

static mockets_status try_read(const char *bucket, const char *key)
{
    struct mk_reader *reader = NULL;
    mockets_status rc = mk_storage_read(storage, bucket, key, &reader, &err);

    mk_reader_close(&reader);
    return rc;
}

static mockets_status try_write(const char *bucket, const char *key, bool replace)
{
    struct mk_writer *writer = NULL;
    mockets_status rc = mk_storage_write(storage, bucket, key, NULL, &writer, &err);

    if (!rc)
        rc = mk_writer_write(writer, 0, "text", 4, &err);
    if (!rc)
        rc = mk_writer_commit(writer, replace, &err);
    mk_writer_close(&writer);
    return rc;
}

static void links_do_not_lead_out(void **state)
{
    bool found = true;
    char cwd[2048], target[4096];

    (void)state;
    assert_non_null(getcwd(cwd, sizeof(cwd)));
    snprintf(target, sizeof(target), "%s/outside", cwd);
    assert_int_equal(symlink("../../outside/secret", "root/media/file"), 0);
    assert_int_equal(symlink("../../outside", "root/media/out"), 0);
    assert_int_equal(symlink(target, "root/media/absolute"), 0);

    assert_int_equal(try_read("media", "file"), MOCKETS_E_DENIED);
    assert_int_equal(try_read("media", "out/secret"), MOCKETS_E_DENIED);
    assert_int_equal(try_read("media", "absolute/secret"), MOCKETS_E_DENIED);
    assert_int_equal(mk_storage_exists(storage, "media", "file", &found, &err), MOCKETS_E_DENIED);
    assert_true(found);
    assert_int_equal(try_write("media", "out/new", true), MOCKETS_E_DENIED);
    assert_int_equal(try_write("media", "absolute/new/deep", false), MOCKETS_E_DENIED);
    assert_int_equal(access("outside/new", F_OK), -1);

    /* A link in the object's place is replaced, not followed. */
    assert_int_equal(try_write("media", "file", false), MOCKETS_E_EXISTS);
    assert_int_equal(try_write("media", "file", true), MOCKETS_OK);
    assert_int_equal(try_read("media", "file"), MOCKETS_OK);
    assert_int_equal(try_read("far", "../secret"), MOCKETS_E_INVALID);
}

static void links_that_stay_inside_are_followed(void **state)
{
    (void)state;
    assert_int_equal(symlink("dir/a", "root/media/link"), 0);
    assert_int_equal(symlink("dir", "root/media/dir2"), 0);
    assert_int_equal(symlink("../dir", "root/media/dir/up"), 0);
    assert_int_equal(symlink("none", "root/media/dangling"), 0);
    assert_int_equal(try_read("media", "link"), MOCKETS_OK);
    assert_int_equal(try_read("media", "dir2/a"), MOCKETS_OK);
    assert_int_equal(try_read("media", "dir/up/a"), MOCKETS_OK);
    assert_int_equal(try_read("media", "dangling"), MOCKETS_E_NOT_FOUND);
    assert_int_equal(try_write("media", "dir2/b", false), MOCKETS_OK);
    assert_int_equal(access("root/media/dir/b", F_OK), 0);
}

static void the_hidden_directory_may_be_no_link(void **state)
{
    (void)state;
    assert_int_equal(mk_fs_mkdirs("outside/node", &err), MOCKETS_OK);
    make_file("outside/node/precious", "x");
    assert_int_equal(symlink("../../outside", "root/media/.mockets"), 0);
    assert_int_equal(try_write("media", "a", false), MOCKETS_E_DENIED);
    mk_storage_close(&storage);
    assert_int_equal(open_storage(), MOCKETS_OK);
    assert_int_equal(access("outside/node/precious", F_OK), 0);
}

static void odd_files_are_no_objects(void **state)
{
    (void)state;
    assert_int_equal(mkfifo("root/media/pipe", 0600), 0);
    assert_int_equal(try_read("media", "pipe"), MOCKETS_E_NOT_FOUND);
    make_file("root/file", "x");
    assert_int_equal(mk_storage_check_bucket(storage, "file", &err), MOCKETS_E_NOT_FOUND);
    assert_int_equal(mk_storage_create_bucket(storage, "file", &err), MOCKETS_E_IO);
}

static void keys_that_no_directory_can_hold(void **state)
{
    char key[300];

    (void)state;
    assert_int_equal(try_write("media", "dir/a/b", false), MOCKETS_E_INVALID);
    assert_int_equal(try_write("media", "dir", true), MOCKETS_E_INVALID);
    memset(key, 'k', sizeof(key));
    key[256] = '\0';
    assert_int_equal(try_write("media", key, false), MOCKETS_E_INVALID);
    assert_int_equal(try_read("media", key), MOCKETS_E_NOT_FOUND);
    key[255] = '\0';
    assert_int_equal(try_write("media", key, false), MOCKETS_OK);
    assert_int_equal(try_read("media", key), MOCKETS_OK);
}

static void buckets_may_be_elsewhere(void **state)
{
    (void)state;
    assert_int_equal(try_write("far", "x/y", false), MOCKETS_OK);
    assert_int_equal(access("outside/far/x/y", F_OK), 0);
    assert_int_equal(mk_fs_remove_tree("outside/far", &err), MOCKETS_OK);
    assert_int_equal(mk_storage_check_bucket(storage, "far", &err), MOCKETS_E_NOT_FOUND);
    assert_int_equal(mk_storage_create_bucket(storage, "far", &err), MOCKETS_OK);
    assert_int_equal(try_write("far", "x", false), MOCKETS_OK);
}

static void leftovers_are_removed(void **state)
{
    (void)state;
    assert_int_equal(mk_fs_mkdirs("root/media/.mockets/node", &err), MOCKETS_OK);
    assert_int_equal(mk_fs_mkdirs("root/media/.mockets/other", &err), MOCKETS_OK);
    assert_int_equal(mk_fs_mkdirs("outside/far/.mockets/node", &err), MOCKETS_OK);
    make_file("root/media/.mockets/node/x", "x");
    make_file("outside/far/.mockets/node/x", "x");
    mk_storage_close(&storage);
    assert_int_equal(open_storage(), MOCKETS_OK);
    assert_int_equal(access("root/media/.mockets/node", F_OK), -1);
    assert_int_equal(access("root/media/.mockets/other", F_OK), 0);
    assert_int_equal(access("outside/far/.mockets", F_OK), -1);

    assert_int_equal(try_write("far", "x", false), MOCKETS_OK);
    mk_storage_close(&storage);
    assert_int_equal(access("outside/far/.mockets", F_OK), -1);
    assert_int_equal(open_storage(), MOCKETS_OK);
}

static void bad_configurations_are_refused(void **state)
{
    static const struct {
        struct mk_storage_config config;
        mockets_status status;
    } rows[] = {
        {{.url = "root", .node_id = "n"}, MOCKETS_E_UNSUPPORTED},
        {{.url = "s4:root", .node_id = "n"}, MOCKETS_E_UNSUPPORTED},
        {{.url = "", .node_id = "n"}, MOCKETS_E_UNSUPPORTED},
        {{.url = "dir:", .node_id = "n"}, MOCKETS_E_INVALID},
        {{.url = "dir:root", .node_id = ""}, MOCKETS_E_INVALID},
        {{.url = "dir:root", .node_id = ".."}, MOCKETS_E_INVALID},
        {{.url = "dir:root", .node_id = "a/b"}, MOCKETS_E_INVALID},
        {{.url = "dir:outside/secret", .node_id = "n"}, MOCKETS_E_IO},
    };

    (void)state;
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct mk_storage *none = NULL;

        assert_int_equal(mk_storage_open(&rows[i].config, &none, &err), rows[i].status);
        assert_null(none);
    }
}

/* The way without openat2() refuses every link and opens everything else. */
static void walking_refuses_links(void **state)
{
    static const struct {
        const char *path;
        int number;
    } rows[] = {
        {"dir/a", 0},        {"dir//a", 0},    {"dir/none", ENOENT}, {"none/a", ENOENT},
        {"link/a", ENOTDIR}, {"dir/l", ELOOP}, {"dir/a/b", ENOTDIR},
    };
    int dir = open("root/media", O_PATH | O_DIRECTORY | O_CLOEXEC);

    (void)state;
    assert_true(dir >= 0);
    assert_int_equal(symlink("dir", "root/media/link"), 0);
    assert_int_equal(symlink("a", "root/media/dir/l"), 0);
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        int fd;

        errno = 0;
        fd = mk_beneath_walk(dir, rows[i].path, O_RDONLY, 0);
        assert_int_equal(errno, rows[i].number);
        assert_int_equal(fd >= 0, rows[i].number == 0);
        if (fd >= 0)
            close(fd);
    }
    close(dir);
}

#define TEST(function) cmocka_unit_test_setup_teardown(function, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(links_do_not_lead_out),
        TEST(links_that_stay_inside_are_followed),
        TEST(the_hidden_directory_may_be_no_link),
        TEST(odd_files_are_no_objects),
        TEST(keys_that_no_directory_can_hold),
        TEST(buckets_may_be_elsewhere),
        TEST(leftovers_are_removed),
        TEST(bad_configurations_are_refused),
        TEST(walking_refuses_links),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
