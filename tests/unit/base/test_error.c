#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include <errno.h>

#include "base/error.h"

static void failures_fill_the_error(void **state)
{
    struct mockets_error err;

    (void)state;
    memset(&err, 'x', sizeof(err));
    assert_int_equal(mk_fail(&err, MOCKETS_E_LIMIT, "%s %d", "no", 5), MOCKETS_E_LIMIT);
    assert_int_equal(err.status, MOCKETS_E_LIMIT);
    assert_string_equal(err.field, "");
    assert_string_equal(err.message, "no 5");
    assert_int_equal(mk_fail_field(&err, "/Outputs/0/Key", "bad"), MOCKETS_E_INVALID);
    assert_string_equal(err.field, "/Outputs/0/Key");
    assert_int_equal(mk_fail_nomem(&err), MOCKETS_E_NOMEM);
    assert_string_equal(err.field, "");
    assert_int_equal(mk_fail(NULL, MOCKETS_E_IO, "x"), MOCKETS_E_IO);
    assert_int_equal(mk_fail_field(NULL, "/", "x"), MOCKETS_E_INVALID);
    mk_error_prefix(NULL, "x");
}

static void errnos_become_statuses(void **state)
{
    static const struct {
        int number;
        mockets_status status;
    } rows[] = {
        {ENOENT, MOCKETS_E_NOT_FOUND}, {ENOTDIR, MOCKETS_E_NOT_FOUND}, {EEXIST, MOCKETS_E_EXISTS},
        {EACCES, MOCKETS_E_DENIED},    {EPERM, MOCKETS_E_DENIED},      {EROFS, MOCKETS_E_DENIED},
        {ENOMEM, MOCKETS_E_NOMEM},     {ENOSPC, MOCKETS_E_IO},         {EIO, MOCKETS_E_IO},
    };
    struct mockets_error err;

    (void)state;
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        assert_int_equal(mk_fail_errno(&err, rows[i].number, "cannot open %s", "x"),
                         rows[i].status);
        assert_int_equal(err.status, rows[i].status);
        assert_int_equal(strncmp(err.message, "cannot open x: ", 15), 0);
        assert_true(strlen(err.message) > 15);
        assert_int_equal(mk_fail_errno(NULL, rows[i].number, "x"), rows[i].status);
    }
}

static void context_goes_before(void **state)
{
    struct mockets_error err;
    char large[4096];

    (void)state;
    mk_fail(&err, MOCKETS_E_IO, "it broke");
    mk_error_prefix(&err, "output %u: ", 3U);
    assert_string_equal(err.message, "output 3: it broke");
    assert_int_equal(err.status, MOCKETS_E_IO);

    memset(large, 'm', sizeof(large));
    large[sizeof(large) - 1] = '\0';
    mk_fail(&err, MOCKETS_E_IO, "%s", large);
    assert_int_equal(strlen(err.message), sizeof(err.message) - 1);
    mk_error_prefix(&err, "before: ");
    assert_int_equal(strlen(err.message), sizeof(err.message) - 1);
    assert_int_equal(strncmp(err.message, "before: mmm", 11), 0);
    mk_error_prefix(&err, "%s", large);
    assert_int_equal(strlen(err.message), sizeof(err.message) - 1);
    mk_fail_errno(&err, EIO, "%s", large);
    assert_int_equal(strlen(err.message), sizeof(err.message) - 1);
    mk_fail_field(&err, large, "x");
    assert_int_equal(strlen(err.field), sizeof(err.field) - 1);
}

static void statuses_have_names(void **state)
{
    (void)state;
    assert_string_equal(mockets_status_name(MOCKETS_OK), "MOCKETS_OK");
    assert_string_equal(mockets_status_name(MOCKETS_E_IN_USE), "MOCKETS_E_IN_USE");
    assert_string_equal(mockets_status_name((mockets_status)999), "MOCKETS_E_INTERNAL");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(failures_fill_the_error),
        cmocka_unit_test(errnos_become_statuses),
        cmocka_unit_test(context_goes_before),
        cmocka_unit_test(statuses_have_names),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
