#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "base/str.h"

static void texts_are_compared(void **state)
{
    (void)state;
    assert_true(mk_str_eq("a", "a"));
    assert_false(mk_str_eq("a", "A"));
    assert_true(mk_str_eq(NULL, NULL));
    assert_false(mk_str_eq("", NULL));
    assert_false(mk_str_eq(NULL, ""));
    assert_true(mk_str_empty(NULL));
    assert_true(mk_str_empty(""));
    assert_false(mk_str_empty(" "));
    assert_true(mk_str_starts("abc", "ab"));
    assert_true(mk_str_starts("abc", ""));
    assert_false(mk_str_starts("ab", "abc"));
    assert_true(mk_str_ends("abc", "bc"));
    assert_true(mk_str_ends("abc", ""));
    assert_false(mk_str_ends("bc", "abc"));
}

static void numbers_are_whole(void **state)
{
    static const struct {
        const char *text;
        bool good;
        int64_t value;
    } rows[] = {
        {"0", true, 0},
        {"7", true, 7},
        {"-5", true, -5},
        {"007", true, 7},
        {"100", true, 100},
        {"101", false, 0},
        {"-101", false, 0},
        {"", false, 0},
        {"-", false, 0},
        {"+5", false, 0},
        {" 5", false, 0},
        {"5 ", false, 0},
        {"5x", false, 0},
        {"0x5", false, 0},
        {"5.0", false, 0},
        {"1e1", false, 0},
        {"99999999999999999999", false, 0},
        {NULL, false, 0},
    };

    (void)state;
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        int64_t value = -77;

        assert_int_equal(mk_str_int64(rows[i].text, -100, 100, &value), rows[i].good);
        assert_int_equal(value, rows[i].good ? rows[i].value : -77);
    }
    {
        int64_t value;

        assert_true(mk_str_int64("-9223372036854775808", INT64_MIN, INT64_MAX, &value));
        assert_true(value == INT64_MIN);
        assert_false(mk_str_int64("9223372036854775808", INT64_MIN, INT64_MAX, &value));
    }
}

static void utf8_is_well_formed(void **state)
{
    static const struct {
        const char *text;
        bool good;
        size_t points;
    } rows[] = {
        {"", true, 0},
        {"ascii", true, 5},
        {"\xc3\xb6", true, 1},
        {"\xe2\x82\xac", true, 1},
        {"\xf0\x9f\x8e\xac.", true, 2},
        {"\xf4\x8f\xbf\xbf", true, 1},
        {"\xed\x9f\xbf", true, 1},
        {"\x80", false, 0},             /* no start */
        {"\xc3", false, 0},             /* no end */
        {"\xc3x", false, 0},            /* another start in it */
        {"\xc0\x80", false, 0},         /* overlong */
        {"\xc1\xbf", false, 0},         /* overlong */
        {"\xe0\x9f\xbf", false, 0},     /* overlong */
        {"\xf0\x8f\xbf\xbf", false, 0}, /* overlong */
        {"\xed\xa0\x80", false, 0},     /* a surrogate */
        {"\xed\xbf\xbf", false, 0},     /* a surrogate */
        {"\xf4\x90\x80\x80", false, 0}, /* beyond the last */
        {"\xf5\x80\x80\x80", false, 0}, /* beyond the last */
        {"\xff", false, 0},
    };

    (void)state;
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        assert_int_equal(mk_str_utf8(rows[i].text, strlen(rows[i].text)), rows[i].good);
        if (rows[i].good)
            assert_int_equal(mk_str_points(rows[i].text), rows[i].points);
    }
    assert_true(mk_str_utf8("a\0b", 3));
    assert_false(mk_str_utf8("\xe2\x82\xac", 2));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(texts_are_compared),
        cmocka_unit_test(numbers_are_whole),
        cmocka_unit_test(utf8_is_well_formed),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
