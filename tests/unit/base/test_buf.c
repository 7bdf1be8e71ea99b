#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "base/alloc.h"
#include "base/buf.h"

static void bytes_are_appended(void **state)
{
    struct mk_buf buf;

    (void)state;
    mk_buf_init(&buf, 1000);
    mk_buf_puts(&buf, "ab");
    mk_buf_putc(&buf, 'c');
    mk_buf_append(&buf, "d\0e", 3);
    mk_buf_printf(&buf, "%d", 42);
    assert_false(buf.failed);
    assert_int_equal(buf.size, 8);
    assert_memory_equal(buf.data, "abcd\0e42", 9);
    mk_buf_fini(&buf);
    assert_int_equal(buf.size, 0);
    mk_buf_puts(&buf, "again");
    assert_string_equal(buf.data, "again");
    mk_buf_fini(&buf);
}

static void the_ceiling_holds(void **state)
{
    volatile size_t most = SIZE_MAX; /* the compiler would warn of it */
    struct mk_buf buf;

    (void)state;
    mk_buf_init(&buf, 10);
    mk_buf_puts(&buf, "0123456789");
    assert_false(buf.failed);
    mk_buf_append(&buf, "", 0);
    assert_false(buf.failed);
    mk_buf_putc(&buf, 'x');
    assert_true(buf.failed);
    assert_string_equal(buf.data, "0123456789");
    mk_buf_printf(&buf, "%d", 1);
    assert_int_equal(buf.size, 10);
    assert_null(mk_buf_take(&buf, NULL));
    mk_buf_fini(&buf);
    assert_false(buf.failed);
    mk_buf_append(&buf, "x", most);
    assert_true(buf.failed);
    mk_buf_fini(&buf);
}

static void much_is_appended_in_small_pieces(void **state)
{
    struct mk_buf buf;

    (void)state;
    mk_buf_init(&buf, 100000);
    for (int i = 0; i < 10000; i++)
        mk_buf_printf(&buf, "%04d\n", i);
    assert_false(buf.failed);
    assert_int_equal(buf.size, 50000);
    assert_memory_equal(buf.data + 49995, "9999\n", 6);
    mk_buf_fini(&buf);
}

static void bytes_are_given_away(void **state)
{
    struct mk_buf buf;
    size_t size = 77;
    char *data;

    (void)state;
    mk_buf_init(&buf, 10);
    data = mk_buf_take(&buf, &size);
    assert_string_equal(data, "");
    assert_int_equal(size, 0);
    mk_free(data);
    mk_buf_puts(&buf, "abc");
    data = mk_buf_take(&buf, &size);
    assert_string_equal(data, "abc");
    assert_int_equal(size, 3);
    assert_null(buf.data);
    mk_free(data);
    mk_buf_puts(&buf, "0123456789");
    assert_false(buf.failed);
    mk_buf_fini(&buf);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(bytes_are_appended),
        cmocka_unit_test(the_ceiling_holds),
        cmocka_unit_test(much_is_appended_in_small_pieces),
        cmocka_unit_test(bytes_are_given_away),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
