#include <stdio.h>

#include "captions/text.h"
#include "captions/time.h"
#include "check.h"

/* Cues as "start-end:text|…", times in milliseconds. */
static const char *told(struct mk_cues cues, char *to, size_t size)
{
    size_t used = 0;

    to[0] = '\0';
    for (size_t i = 0; i < cues.count && used < size; i++)
        used += (size_t)snprintf(to + used, size - used, "%s%d-%d:%s", i ? "|" : "",
                                 (int)(cues.items[i].start_us / 1000),
                                 (int)(cues.items[i].end_us / 1000), cues.items[i].text);
    return to;
}

#define TT(attributes, body)                                                                       \
    "<?xml version='1.0'?><tt xmlns='http://www.w3.org/ns/ttml' "                                  \
    "xmlns:ttp='http://www.w3.org/ns/ttml#parameter' " attributes "><head><metadata>no</metadata>" \
    "</head><body>" body "</body></tt>"
#define SCC "Scenarist_SCC V1.0\n\n"

static void reads_files(void **state)
{
    static const struct {
        const char *text, *cues;
    } rows[] = {
        {"1\n00:00:01,000 --> 00:00:02,500\nOne\n", "1000-2500:One"},
        {"\xef\xbb\xbf\r\n1\r\n00:00:01,000 --> 00:00:02,500 X1:1\r\n<i>On</i>e\r\n two \r\n\r\n",
         "1000-2500:One\ntwo"},
        {"1\n0:1 --> 0:2\na\n2\n0:3 --> 0:4\nb\n", "1000-2000:a|3000-4000:b"},
        {"7\n00:00:05,000 --> 00:00:06,000\nlate\n\n00:00:01,000 --> 00:00:02,000\n{\\an8}1 < 2 & "
         "3\n",
         "1000-2000:1 < 2 & 3|5000-6000:late"},
        {"1\n00:00:02,000 --> 00:00:01,000\nbackwards\n", ""},
        {"", ""},
        {"WEBVTT", ""},
        {"WEBVTT - title\nX-TIMESTAMP-MAP=LOCAL:0\n\nNOTE a --\n\nSTYLE\n::cue{}\n\nid\n"
         "00:01.000 --> 01:00:02.000 line:0\n<v Bob>Hi</v> &amp; <00:01.5><c.x>bye</c>&nbsp;\n",
         "1000-3602000:Hi & bye\u00a0"},
        {TT("", "<div><p begin='1s' end='2500ms'>a<br/>  b\n c</p><p begin='00:01:00.5' dur='1s'>"
                "<span>d</span></p></div><div><p begin='1s' end='2s'>no</p></div>"),
         "1000-2500:a\nb c|60500-61500:d"},
        {TT("ttp:frameRate='25' ttp:tickRate='1000'",
            "<div begin='10s'><p begin='00:00:01:05' end='50f'>a</p>"
            "<p begin='3000t'><span begin='1s' end='2s'>b</span></p></div>"),
         "11200-12000:a|14000-15000:b"},
        {TT("ttp:timeBase='smpte' ttp:frameRate='30' ttp:frameRateMultiplier='1000 1001'",
            "<div><p begin='01:00:00:00' end='01:00:01:15'>a</p></div>"),
         "3603600-3605101:a"},
        {TT("ttp:timeBase='smpte' ttp:dropMode='dropNTSC' ttp:frameRate='30' "
            "ttp:frameRateMultiplier='1000 1001'",
            "<div><p begin='01:00:00:00' end='01:00:02:00'>a</p><p "
            "begin='01:00:05:00'>b</p></div>"),
         "3599996-3601998:a|3605001-3609001:b"},
        {SCC
         "00:00:01:00\t9420 9420 94ae 94ae 9470 9470 c8e9 942f 942f\n\n00:00:03:00\t942c 942c\n",
         "1234-3003:Hi"},
        {SCC "00:01:00;02\t9429 9429 94f2 94f2 4162 1138 1138\n\n00:01:01;00\t942c 942c\n",
         "60193-60994:Ab\u00e0"},
        {SCC "00:00:01:00\t9425 9425 94ad 94ad 9470 9470 6162\n\n00:00:02:00\t94ad 94ad e3e3\n\n"
             "00:00:03:00\t94ad 94ad\n",
         "1201-2002:ab|2068-3003:cc"},
    };
    char found[1024];

    (void)state;
    for (size_t i = 0; i < CHECK_COUNT(rows); i++) {
        struct mk_arena arena = {0};
        enum mk_caption_fault fault = MK_CAPTION_FINE;
        struct mockets_error error = {0};
        struct mk_cues cues;

        if (mk_caption_read(rows[i].text, strlen(rows[i].text), &arena, &cues, &fault, &error))
            fail_msg("row %zu: %s", i, error.message);
        assert_string_equal(told(cues, found, sizeof(found)), rows[i].cues);
        mk_arena_fini(&arena);
    }
}

static void refuses_files(void **state)
{
    static const struct {
        const char *text;
        enum mk_caption_fault fault;
    } rows[] = {
        {"1\n00:00:01,000 --> 00:00:02,500\n\xff\n", MK_CAPTION_NOT_UTF8},
        {"\xff\xfe"
         "1",
         MK_CAPTION_NOT_UTF8},
        {"just words\n", MK_CAPTION_BROKEN},
        {"WEBVTTx\n", MK_CAPTION_BROKEN},
        {"<tt><body>", MK_CAPTION_BROKEN},
        {"<html></html>", MK_CAPTION_BROKEN},
        {TT("", "<div><p begin='soon'>a</p></div>"), MK_CAPTION_BROKEN},
        {TT("", "<div><p begin='00:00:01:nan'>a</p></div>"), MK_CAPTION_BROKEN},
        {TT(" ttp:tickRate='inf'", "<div><p begin='1e999t'>a</p></div>"), MK_CAPTION_BROKEN},
        {"<!DOCTYPE x [<!ENTITY a 'aaaaaaaaaa'><!ENTITY b '&a;&c;'><!ENTITY c '&b;'>]><tt>&b;</tt>",
         MK_CAPTION_BROKEN},
        {SCC "00:00:01:00\t94zz\n", MK_CAPTION_BROKEN},
        {SCC "00:00:-1:00\t9420 9420\n", MK_CAPTION_BROKEN},
        {SCC "soon\t9420\n", MK_CAPTION_BROKEN},
    };

    (void)state;
    for (size_t i = 0; i < CHECK_COUNT(rows); i++) {
        struct mk_arena arena = {0};
        enum mk_caption_fault fault = MK_CAPTION_FINE;
        struct mk_cues cues;

        assert_int_equal(
            mk_caption_read(rows[i].text, strlen(rows[i].text), &arena, &cues, &fault, NULL),
            MOCKETS_E_MEDIA);
        assert_int_equal(fault, rows[i].fault);
        mk_arena_fini(&arena);
    }
}

static const struct mk_cue cues[] = {
    {1000000, 2500000, "a < b & c"},
    {3661001000, 3662000000, "d\ne"},
};

static void writes_files(void **state)
{
    static const struct mk_cues all = {cues, 2};
    struct mk_buf text;

    (void)state;
    mk_buf_init(&text, 4096);
    mk_srt_write(all, &text);
    assert_string_equal(text.data, "1\n00:00:01,000 --> 00:00:02,500\na < b & c\n\n"
                                   "2\n01:01:01,001 --> 01:01:02,000\nd\ne\n\n");
    text.size = 0;
    mk_webvtt_write(all, "X-TIMESTAMP-MAP=x", &text);
    assert_string_equal(text.data, "WEBVTT\nX-TIMESTAMP-MAP=x\n\n00:00:01.000 --> 00:00:02.500\n"
                                   "a &lt; b &amp; c\n\n01:01:01.001 --> 01:01:02.000\nd\ne\n");
    text.size = 0;
    mk_dfxp_write(all, "en", &text);
    assert_non_null(strstr(text.data, "<p begin=\"00:00:01.000\" end=\"00:00:02.500\">"
                                      "a &lt; b &amp; c</p>"));
    assert_non_null(strstr(text.data, ">d<br/>e</p>"));
    mk_buf_fini(&text);
}

static void reads_offsets(void **state)
{
    static const struct {
        const char *text;
        int64_t us;
    } rows[] = {{NULL, 0},
                {"", 0},
                {"1.5", 1500000},
                {"-00:00:01", -1000000},
                {"+2:03.25", 123250000},
                {"01:00:00", 3600000000}};

    (void)state;
    for (size_t i = 0; i < CHECK_COUNT(rows); i++)
        assert_int_equal(mk_caption_offset_us(rows[i].text), rows[i].us);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(reads_files),
        cmocka_unit_test(refuses_files),
        cmocka_unit_test(writes_files),
        cmocka_unit_test(reads_offsets),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
