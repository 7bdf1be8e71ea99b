#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "server/content_type.h"
#include "server/range.h"

static const struct {
    const char *header;
    uint64_t size;
    enum range_kind kind;
    uint64_t first, last;
} ranges[] = {
    {NULL, 100, RANGE_ALL, 0, 0},
    {"bytes=0-0", 100, RANGE_PART, 0, 0},
    {"bytes=0-99", 100, RANGE_PART, 0, 99},
    {"bytes=10-19", 100, RANGE_PART, 10, 19},
    {"bytes=10-", 100, RANGE_PART, 10, 99},
    {"bytes=-10", 100, RANGE_PART, 90, 99},
    {"bytes=-1000", 100, RANGE_PART, 0, 99},
    {"bytes=99-1000", 100, RANGE_PART, 99, 99},
    {"Bytes= 1 - 2 ", 100, RANGE_PART, 1, 2},
    {"bytes=0-18446744073709551616000", 100, RANGE_PART, 0, 99},
    {"bytes=100-", 100, RANGE_NONE, 0, 0},
    {"bytes=100-200", 100, RANGE_NONE, 0, 0},
    {"bytes=18446744073709551616-", 100, RANGE_NONE, 0, 0},
    {"bytes=-0", 100, RANGE_NONE, 0, 0},
    {"bytes=0-", 0, RANGE_NONE, 0, 0},
    {"bytes=-5", 0, RANGE_NONE, 0, 0},
    {"bytes=20-10", 100, RANGE_ALL, 0, 0},
    {"bytes=-", 100, RANGE_ALL, 0, 0},
    {"bytes=", 100, RANGE_ALL, 0, 0},
    {"bytes=a-b", 100, RANGE_ALL, 0, 0},
    {"bytes=1-2,5-6", 100, RANGE_ALL, 0, 0},
    {"bytes=--5", 100, RANGE_ALL, 0, 0},
    {"lines=1-2", 100, RANGE_ALL, 0, 0},
};

static void test_ranges(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof(ranges) / sizeof(ranges[0]); i++) {
        uint64_t first = 0, last = 0;
        enum range_kind kind = range_parse(ranges[i].header, ranges[i].size, &first, &last);

        if (kind != ranges[i].kind || first != ranges[i].first || last != ranges[i].last)
            fail_msg("%s of %d: kind %d, %d-%d", ranges[i].header, (int)ranges[i].size, kind,
                     (int)first, (int)last);
    }
}

static void test_dates(void **state)
{
    char text[HTTP_DATE_SIZE];

    (void)state;
    http_date_format(784111777, text);
    assert_string_equal(text, "Sun, 06 Nov 1994 08:49:37 GMT");
    assert_int_equal(http_date_parse(text), 784111777);
    assert_int_equal(http_date_parse("yesterday"), -1);
    assert_int_equal(http_date_parse("Sun, 06 Nov 1994 08:49:37 GMT and more"), -1);
}

static void test_types(void **state)
{
    static const struct {
        const char *key, *type;
    } rows[] = {
        {"a/b.m3u8", "application/vnd.apple.mpegurl"},
        {"a00000.ts", "video/mp2t"},
        {"A.MP4", "video/mp4"},
        {"x.png", "image/png"},
        {"x.jpg", "image/jpeg"},
        {"x.mpd", "application/dash+xml"},
        {"x.webm", "video/webm"},
        {"x.mp3", "audio/mpeg"},
        {"x.unheard", "application/octet-stream"},
        {"dir.mp4/name", NULL},
        {"name", NULL},
        {"name.", NULL},
    };

    (void)state;
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        const char *type = content_type_of_key(rows[i].key);

        assert_true(!type == !rows[i].type);
        if (type)
            assert_string_equal(type, rows[i].type);
    }
}

static void test_sniffing(void **state)
{
    unsigned char data[CONTENT_TYPE_SNIFF_SIZE] = {0, 0, 0, 24, 'f', 't', 'y', 'p'};

    (void)state;
    assert_string_equal(content_type_sniff(data, sizeof(data)), "video/mp4");
    assert_string_equal(content_type_sniff(data, 8), "video/mp4");
    assert_string_equal(content_type_sniff(data, 7), "application/octet-stream");
    memset(data, 0, sizeof(data));
    data[0] = data[188] = 0x47;
    assert_string_equal(content_type_sniff(data, sizeof(data)), "video/mp2t");
    assert_string_equal(content_type_sniff(data, 188), "application/octet-stream");
    assert_string_equal(content_type_sniff(data, 0), "application/octet-stream");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_ranges),
        cmocka_unit_test(test_dates),
        cmocka_unit_test(test_types),
        cmocka_unit_test(test_sniffing),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
