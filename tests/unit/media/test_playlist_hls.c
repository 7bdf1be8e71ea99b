#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "media/playlist.h"

static void lists_segments(void **state)
{
    static const struct mk_made_segment segments[] = {{.duration_us = 3003000},
                                                      {.duration_us = 3000000},
                                                      {.duration_us = 2969633},
                                                      {.duration_us = 5}};
    struct mk_buf text;

    (void)state;
    mk_buf_init(&text, 4096);
    mk_hls_media_playlist(segments, 4, "hls_480p_", NULL, &text);
    assert_string_equal(text.data, "#EXTM3U\n"
                                   "#EXT-X-VERSION:3\n"
                                   "#EXT-X-MEDIA-SEQUENCE:0\n"
                                   "#EXT-X-ALLOW-CACHE:YES\n"
                                   "#EXT-X-TARGETDURATION:4\n"
                                   "#EXT-X-PLAYLIST-TYPE:VOD\n"
                                   "#EXTINF:3.003000,\nhls_480p_00000.ts\n"
                                   "#EXTINF:3.000000,\nhls_480p_00001.ts\n"
                                   "#EXTINF:2.969633,\nhls_480p_00002.ts\n"
                                   "#EXTINF:0.000005,\nhls_480p_00003.ts\n"
                                   "#EXT-X-ENDLIST\n");
    mk_buf_fini(&text);
}

static void target_is_the_longest_rounded_up(void **state)
{
    static const struct {
        int64_t duration_us;
        const char *line;
    } rows[] = {
        {3000000, "#EXT-X-TARGETDURATION:3\n"}, {3000011, "#EXT-X-TARGETDURATION:3\n"},
        {3003000, "#EXT-X-TARGETDURATION:4\n"}, {2999989, "#EXT-X-TARGETDURATION:3\n"},
        {40000, "#EXT-X-TARGETDURATION:1\n"},   {60000000, "#EXT-X-TARGETDURATION:60\n"},
    };

    (void)state;
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct mk_made_segment segment = {.duration_us = rows[i].duration_us};
        struct mk_buf text;

        mk_buf_init(&text, 4096);
        mk_hls_media_playlist(&segment, 1, "a", NULL, &text);
        assert_non_null(strstr(text.data, rows[i].line));
        mk_buf_fini(&text);
    }
}

static void lists_variants(void **state)
{
    static const struct mk_made_segment first[] = {{.duration_us = 3000000, .size_bytes = 243648},
                                                   {.duration_us = 2280000, .size_bytes = 154160}};
    static const struct mk_made_segment second[] = {{.duration_us = 4000000, .size_bytes = 50000}};
    const struct mk_made film = {.codecs = "avc1.42001e,mp4a.40.2",
                                 .width_px = 480,
                                 .height_px = 270,
                                 .segments = (struct mk_made_segment *)first,
                                 .segment_count = 2};
    const struct mk_made sound = {
        .codecs = "mp4a.40.2", .segments = (struct mk_made_segment *)second, .segment_count = 1};
    const struct mk_variant variants[] = {{"a", &film}, {"sub/b c#", &sound}};
    const struct mk_listing listing = {.name = "list", .variants = variants, .variant_count = 2};
    struct mk_buf text;

    (void)state;
    mk_buf_init(&text, 4096);
    mk_hls3_master_playlist(&listing, &text);
    /* 243648 * 8 / 3 = 649728; 397808 * 8 / 5.28 = 602739 */
    assert_string_equal(text.data,
                        "#EXTM3U\n"
                        "#EXT-X-STREAM-INF:PROGRAM-ID=1,RESOLUTION=480x270,"
                        "CODECS=\"avc1.42001e,mp4a.40.2\",BANDWIDTH=650000,"
                        "AVERAGE-BANDWIDTH=603000\na.m3u8\n"
                        "#EXT-X-STREAM-INF:PROGRAM-ID=1,CODECS=\"mp4a.40.2\","
                        "BANDWIDTH=100000,AVERAGE-BANDWIDTH=100000\nsub/b%20c%23.m3u8\n");
    mk_buf_fini(&text);
}

static void lists_captions(void **state)
{
    const struct mk_made film = {.codecs = "avc1.42001e", .width_px = 480, .height_px = 270};
    const struct mk_variant variants[] = {{"a", &film}};
    const struct mk_caption_rendition captions[] = {
        {.path = "subs/en #", .language = "en", .label = "The \"English\""},
        {.language = "de", .service = 1},
        {.language = "fr", .service = 2},
    };
    const struct mk_listing listing = {"list", variants, 1, captions, 3, NULL};
    struct mk_buf text;

    (void)state;
    mk_buf_init(&text, 4096);
    mk_hls3_master_playlist(&listing, &text);
    assert_string_equal(
        text.data,
        "#EXTM3U\n"
        "#EXT-X-MEDIA:TYPE=SUBTITLES,GROUP-ID=\"subtitles\",NAME=\"The 'English'\","
        "LANGUAGE=\"en\",DEFAULT=NO,AUTOSELECT=YES,FORCED=NO,URI=\"subs/en%20%23.m3u8\"\n"
        "#EXT-X-MEDIA:TYPE=CLOSED-CAPTIONS,GROUP-ID=\"captions\",NAME=\"de\",LANGUAGE=\"de\","
        "DEFAULT=NO,AUTOSELECT=YES,INSTREAM-ID=\"CC3\"\n"
        "#EXT-X-MEDIA:TYPE=CLOSED-CAPTIONS,GROUP-ID=\"captions\",NAME=\"fr\",LANGUAGE=\"fr\","
        "DEFAULT=NO,AUTOSELECT=YES,INSTREAM-ID=\"SERVICE3\"\n"
        "#EXT-X-STREAM-INF:PROGRAM-ID=1,RESOLUTION=480x270,CODECS=\"avc1.42001e\",BANDWIDTH=0,"
        "AVERAGE-BANDWIDTH=0,SUBTITLES=\"subtitles\",CLOSED-CAPTIONS=\"captions\"\na.m3u8\n");
    mk_buf_fini(&text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(lists_segments),
        cmocka_unit_test(target_is_the_longest_rounded_up),
        cmocka_unit_test(lists_variants),
        cmocka_unit_test(lists_captions),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
