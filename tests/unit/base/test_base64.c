#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/base64.h"

/* RFC 4648, section 10, and the ends of the alphabet. */
static const struct {
    const char *bytes, *text;
} rows[] = {
    {"", ""},
    {"f", "Zg=="},
    {"fo", "Zm8="},
    {"foo", "Zm9v"},
    {"foob", "Zm9vYg=="},
    {"fooba", "Zm9vYmE="},
    {"foobar", "Zm9vYmFy"},
    {"\xfb\xff\xbf", "+/+/"},
    {"\xff\xff", "//8="},
};

static void goes_both_ways(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct mk_arena arena = {0};
        size_t length = strlen(rows[i].bytes), size = 99;
        char out[8] = "";

        assert_string_equal(mk_base64_encode(rows[i].bytes, length, &arena), rows[i].text);
        assert_true(mk_base64_decode(rows[i].text, out, length, &size));
        assert_int_equal(size, length);
        assert_memory_equal(out, rows[i].bytes, length);
        if (length)
            assert_false(mk_base64_decode(rows[i].text, out, length - 1, &size));
        mk_arena_fini(&arena);
    }
}

static void takes_nothing_else(void **state)
{
    static const char *const wrong[] = {
        "Z",    "Zg",   "Zg=",   "Zg===", "=",        "==",     "===",         "====",  "Zh==",
        "Zm9=", "Zm9 ", "Zm-_=", "Z=g=",  "Zg==Zg==", "Zm9v\n", "Z\xc3\xa4g=", "Zm9vZ", "Zm9vZm9v=",
    };

    (void)state;
    for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
        uint8_t out[16] = {0};
        static const uint8_t zeros[16];
        size_t size = 99;

        assert_false(mk_base64_decode(wrong[i], out, sizeof(out), &size));
        assert_int_equal(size, 99);
        assert_memory_equal(out, zeros, sizeof(out));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(goes_both_ways),
        cmocka_unit_test(takes_nothing_else),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
