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
    assert_string_equal(mk_key_seen_from("film", "list", ".key", &arena), "list.key");
    assert_string_equal(mk_key_seen_from("hls/film", "hls/list", ".key", &arena), "list.key");
    assert_string_equal(mk_key_seen_from("h/a/b/film", "h/list", ".key", &arena), "../../list.key");
    mk_arena_fini(&arena);
}

static void playlists(void **state)
{
    static const struct {
        enum mk_container container;
        int64_t segment_us;
        const char *key;
        bool is_playlist;
    } rows[] = {
        {MK_CONTAINER_TS, 1000000, "a.m3u8", true},
        {MK_CONTAINER_TS, 1000000, "a_v4.m3u8", true},
        {MK_CONTAINER_TS, 1000000, "a.m3u800000.ts", false},
        {MK_CONTAINER_TS, 0, "a.m3u8", false},
        {MK_CONTAINER_MP4, 0, "a.m3u8", false},
        {MK_CONTAINER_FMP4, 1000000, "a.m3u8", false},
    };

    (void)state;
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        const struct mk_plan_package package = {.container = rows[i].container,
                                                .segment_us = rows[i].segment_us};

        assert_int_equal(mk_key_is_playlist(&package, rows[i].key), rows[i].is_playlist);
    }
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
        cmocka_unit_test(playlists),
        cmocka_unit_test(seconds),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
