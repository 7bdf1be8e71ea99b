#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include <sys/stat.h>
#include <unistd.h>

#include "base/fs.h"

static struct mockets_error err;

static bool is_directory(const char *path)
{
    struct stat info;

    return !lstat(path, &info) && S_ISDIR(info.st_mode);
}

static void make_file(const char *path)
{
    FILE *file = fopen(path, "w");

    assert_non_null(file);
    fclose(file);
}

static int wipe(void **state)
{
    (void)state;
    return mk_fs_remove_tree("tree", &err) || mk_fs_remove_tree("other", &err);
}

static void directories_are_made(void **state)
{
    char cwd[2048], path[4200];

    (void)state;
    assert_int_equal(mk_fs_mkdirs("tree/a/b", &err), MOCKETS_OK);
    assert_int_equal(mk_fs_mkdirs("tree/a/b", &err), MOCKETS_OK);
    assert_int_equal(mk_fs_mkdirs("tree/a//c/", &err), MOCKETS_OK);
    assert_true(is_directory("tree/a/b"));
    assert_true(is_directory("tree/a/c"));
    assert_non_null(getcwd(cwd, sizeof(cwd)));
    snprintf(path, sizeof(path), "%s/tree/absolute", cwd);
    assert_int_equal(mk_fs_mkdirs(path, &err), MOCKETS_OK);
    assert_true(is_directory("tree/absolute"));
    memset(path, 'a', sizeof(path));
    path[sizeof(path) - 1] = '\0';
    assert_int_equal(mk_fs_mkdirs(path, &err), MOCKETS_E_IO);
}

static void files_are_in_the_way(void **state)
{
    (void)state;
    assert_int_equal(mk_fs_mkdirs("tree", &err), MOCKETS_OK);
    make_file("tree/file");
    assert_int_equal(mk_fs_mkdirs("tree/file", &err), MOCKETS_E_IO);
    assert_int_not_equal(mk_fs_mkdirs("tree/file/a", &err), MOCKETS_OK);
}

static void parents_are_made(void **state)
{
    (void)state;
    assert_int_equal(mk_fs_mkparents("tree/a/b", &err), MOCKETS_OK);
    assert_true(is_directory("tree/a"));
    assert_false(is_directory("tree/a/b"));
    assert_int_equal(mk_fs_mkparents("name", &err), MOCKETS_OK);
    assert_false(is_directory("name"));
}

static void trees_are_removed(void **state)
{
    (void)state;
    assert_int_equal(mk_fs_remove_tree("tree", &err), MOCKETS_OK);
    assert_int_equal(mk_fs_mkdirs("tree/a/b/c", &err), MOCKETS_OK);
    assert_int_equal(mk_fs_mkdirs("other", &err), MOCKETS_OK);
    make_file("tree/a/file");
    make_file("other/file");
    assert_int_equal(symlink("../../other", "tree/a/link"), 0);
    assert_int_equal(mk_fs_remove_tree("tree", &err), MOCKETS_OK);
    assert_false(is_directory("tree"));
    assert_int_equal(access("other/file", F_OK), 0);
}

static void directories_are_synced(void **state)
{
    (void)state;
    assert_int_equal(mk_fs_sync_dir(".", &err), MOCKETS_OK);
    assert_int_equal(mk_fs_sync_dir("none", &err), MOCKETS_E_NOT_FOUND);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(directories_are_made, wipe, wipe),
        cmocka_unit_test_setup_teardown(files_are_in_the_way, wipe, wipe),
        cmocka_unit_test_setup_teardown(parents_are_made, wipe, wipe),
        cmocka_unit_test_setup_teardown(trees_are_removed, wipe, wipe),
        cmocka_unit_test_setup_teardown(directories_are_synced, wipe, wipe),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
