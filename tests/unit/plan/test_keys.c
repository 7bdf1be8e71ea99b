#include "check.h"
#include "plan/keys.h"

static void names(void **state)
{
    struct mk_arena arena = {0};

    (void)state;
    assert_string_equal(mk_key_join("a/b", "c", &arena), "a/bc");
    assert_string_equal(mk_key_join(NULL, "c", &arena), "c");
    assert_string_equal(mk_key_playlist("p/", "x.m3u8", ".m3u8", &arena), "p/x.m3u8.m3u8");
    assert_string_equal(mk_key_playlist(NULL, "x", ".ism", &arena), "x.ism");
    assert_string_equal(mk_key_beside("list", "film"), "film");
    assert_string_equal(mk_key_beside("hls/list", "hls/low/film"), "low/film");
    assert_string_equal(mk_key_beside("hls/list", "hls/list"), "list");
    mk_arena_fini(&arena);
}

static void seconds(void **state)
{
    (void)state;
    assert_int_equal(mk_key_seconds_us("3"), 3000000);
    assert_int_equal(mk_key_seconds_us("3.0"), 3000000);
    assert_int_equal(mk_key_seconds_us("2.5"), 2500000);
    assert_int_equal(mk_key_seconds_us(""), 0);
    assert_int_equal(mk_key_seconds_us(NULL), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(names),
        cmocka_unit_test(seconds),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
