#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "media/codec_string.h"

static void reads_h264(void **state)
{
    static const struct {
        uint8_t data[16];
        size_t size;
        const char *text; /* NULL: there is none */
    } rows[] = {
        {{0, 0, 0, 1, 0x67, 0x4d, 0x40, 0x1f, 0xec}, 9, "avc1.4d401f"},
        {{0, 0, 1, 0x67, 0x64, 0x00, 0x28}, 7, "avc1.640028"},
        {{0, 0, 0, 1, 9, 0xf0, 0, 0, 0, 1, 0x27, 0x42, 0xc0, 0x1e, 1}, 15, "avc1.42c01e"},
        {{1, 0x64, 0x00, 0x1f, 0xff, 0xe1}, 6, "avc1.64001f"},
        {{0, 0, 0, 1, 0x65, 0x88, 0x84, 0}, 8, NULL},
        {{0, 0, 0, 1, 0x67, 0x4d, 0x40}, 7, NULL},
        {{0}, 0, NULL},
    };

    (void)state;
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        char text[16] = "before";

        assert_int_equal(mk_codec_string_h264(rows[i].data, rows[i].size, text),
                         rows[i].text != NULL);
        assert_string_equal(text, rows[i].text ? rows[i].text : "before");
    }
}

static void reads_aac(void **state)
{
    static const uint8_t lc[] = {0x12, 0x10}, he[] = {0x2b, 0x92}, usac[] = {0xf9, 0x40};
    char text[16] = "before";

    (void)state;
    assert_true(mk_codec_string_aac(lc, 2, text));
    assert_string_equal(text, "mp4a.40.2");
    assert_true(mk_codec_string_aac(he, 2, text));
    assert_string_equal(text, "mp4a.40.5");
    assert_true(mk_codec_string_aac(usac, 2, text));
    assert_string_equal(text, "mp4a.40.42");
    assert_false(mk_codec_string_aac(lc, 1, text));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(reads_h264),
        cmocka_unit_test(reads_aac),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
