#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "base/arena.h"
#include "model/preset.h"
#include "model/rules.h"

#define VIDEO_OF(container, codec, options, more)                                                  \
    "{\"Name\":\"n\",\"Container\":\"" container "\",\"Video\":{\"Codec\":\"" codec                \
    "\",\"CodecOptions\":{" options "}" more "}}"
#define VIDEO(options, more) VIDEO_OF("mp4", "H.264", options, more)
#define AUDIO(container, codec, more)                                                              \
    "{\"Name\":\"n\",\"Container\":\"" container "\",\"Audio\":{\"Codec\":\"" codec "\"" more "}}"
#define MARK(more) VIDEO("", ",\"Watermarks\":[{\"Id\":\"a\"," more "}]")
#define THUMBS(more)                                                                               \
    "{\"Name\":\"n\",\"Container\":\"mp4\",\"Video\":{\"Codec\":\"H.264\",\"CodecOptions\":{},"    \
    "\"MaxWidth\":\"640\",\"MaxHeight\":\"480\"},\"Thumbnails\":{" more "}}"
#define OPTION_VALUE(path, value, pattern)                                                         \
    "1 validation error detected: Value '" value "' at 'video.codecOptions." path                  \
    "' failed to satisfy constraint: Member must satisfy regular expression pattern: " pattern
#define GEOMETRY                                                                                   \
    "'Resolution' and 'MaxWidth', 'MaxHeight', 'SizingPolicy', 'PaddingPolicy' and "               \
    "'DisplayAspectRatio' are mutually exclusive in video."
#define MARK_SIZE                                                                                  \
    "The 'MaxWidth' and 'MaxHeight' of watermark 'a' must be no more than 100%, or between 16px "  \
    "and the size of the video."
#define MARK_OFFSET                                                                                \
    "The offsets of watermark 'a' must not exceed the 'MaxWidth' and 'MaxHeight' of the video."

static const struct {
    const char *json, *field, *message; /* message NULL: all is well */
} rows[] = {
    {"{\"Name\":\"n\",\"Container\":\"mp4\"}", "/Container",
     "A preset must have 'Audio', 'Video' or both."},
    {"{\"Name\":\"n\",\"Container\":\"mp4\",\"Video\":{}}", "/Video/Codec",
     "The ''codec'' field in video is not allowed to be null."},
    {"{\"Name\":\"n\",\"Container\":\"webm\",\"Video\":{\"Codec\":\"vp9\"}}", "/Video/CodecOptions",
     "The ''codecOptions'' field in video is not allowed to be null."},
    {VIDEO_OF("webm", "vp9", "", ""), NULL, NULL},
    {"{\"Name\":\"n\",\"Container\":\"mp4\",\"Audio\":{}}", "/Audio/Codec",
     "The ''codec'' field in audio is not allowed to be null."},

    {AUDIO("flac", "flac", ""), NULL, NULL},
    {AUDIO("flac", "AAC", ""), "/Audio/Codec",
     "The container 'flac' does not support the audio codec 'AAC'."},
    {AUDIO("gif", "AAC", ""), "/Audio/Codec",
     "The container 'gif' does not support the audio codec 'AAC'."},
    {AUDIO("webm", "vorbis", ""), NULL, NULL},
    {AUDIO("mp2", "mp2", ""), NULL, NULL},
    {AUDIO("mp2", "mp3", ""), "/Audio/Codec",
     "The container 'mp2' does not support the audio codec 'mp3'."},
    {VIDEO_OF("mp3", "H.264", "", ""), "/Video/Codec",
     "The container 'mp3' does not support the video codec 'H.264'."},
    {VIDEO_OF("ts", "vp8", "", ""), "/Video/Codec",
     "The container 'ts' does not support the video codec 'vp8'."},
    {VIDEO_OF("gif", "gif", "\"LoopCount\":\"100\"", ""), NULL, NULL},
    {VIDEO_OF("fmp4", "H.264", "", ",\"FixedGOP\":\"true\""), NULL, NULL},
    {VIDEO_OF("fmp4", "H.264", "", ",\"FixedGOP\":\"false\""), "/Video/FixedGOP",
     "'FixedGOP' must be 'true' for the container 'fmp4'."},
    {AUDIO("mxf", "pcm", ",\"SampleRate\":\"48000\",\"AudioPackingMode\":\"OneChannelPerTrack\""),
     NULL, NULL},
    {AUDIO("mxf", "pcm", ",\"SampleRate\":\"44100\""), "/Audio/SampleRate",
     "The 'SampleRate' of audio must be '48000' for the container 'mxf'."},
    {AUDIO("wav", "pcm", ",\"AudioPackingMode\":\"OneChannelPerTrack\""), "/Audio/AudioPackingMode",
     "The 'AudioPackingMode' 'OneChannelPerTrack' is available only for the container 'mxf'."},

    {AUDIO("mp4", "AAC", ",\"BitRate\":\"64\",\"CodecOptions\":{\"Profile\":\"HE-AAC\"}"), NULL,
     NULL},
    {AUDIO("mp4", "AAC", ",\"BitRate\":\"320\""), NULL, NULL},
    {AUDIO("mp4", "AAC", ",\"BitRate\":\"63\""), "/Audio/BitRate",
     "The 'BitRate' of audio must be between 64 and 320."},
    {AUDIO("mp4", "AAC", ",\"BitRate\":\"321\""), "/Audio/BitRate",
     "The 'BitRate' of audio must be between 64 and 320."},
    {AUDIO("wav", "pcm", ",\"BitRate\":\"999\",\"CodecOptions\":{\"BitDepth\":\"8\"}"), NULL, NULL},
    {AUDIO("wav", "pcm", ",\"CodecOptions\":{\"BitDepth\":\"8\",\"Signed\":\"Signed\"}"),
     "/Audio/CodecOptions",
     "The container 'wav' cannot hold samples of 'BitDepth' '8' that are 'Signed'."},
    {AUDIO("wav", "pcm", ",\"CodecOptions\":{\"Signed\":\"Unsigned\"}"), "/Audio/CodecOptions",
     "The container 'wav' cannot hold samples of 'BitDepth' '16' that are 'Unsigned'."},
    {AUDIO("mxf", "pcm", ",\"SampleRate\":\"48000\",\"CodecOptions\":{\"BitDepth\":\"8\"}"),
     "/Audio/CodecOptions",
     "The container 'mxf' cannot hold samples of 'BitDepth' '8' that are 'Signed'."},
    {AUDIO("mxf", "pcm", ",\"SampleRate\":\"48000\",\"CodecOptions\":{\"BitDepth\":\"24\"}"), NULL,
     NULL},
    {AUDIO("flac", "flac", ",\"CodecOptions\":{\"BitDepth\":\"8\"}"), "/Audio/CodecOptions",
     "The value '8' of 'BitDepth' in 'CodecOptions' is not available for the audio codec 'flac'."},
    {AUDIO("mp3", "mp3", ",\"CodecOptions\":{\"Profile\":\"auto\"}"), "/Audio/CodecOptions",
     "The value 'auto' of 'Profile' in 'CodecOptions' is not available for the audio codec "
     "'mp3'."},

    {VIDEO("\"Profile\":\"high\",\"Level\":\"4.1\",\"MaxReferenceFrames\":\"16\"", ""), NULL, NULL},
    {VIDEO("\"Profile\":\"1\"", ""), "/Video/CodecOptions/Profile",
     OPTION_VALUE("profile", "1", "(^baseline$)|(^main$)|(^high$)")},
    {VIDEO("\"MaxReferenceFrames\":\"17\"", ""), "/Video/CodecOptions",
     "The codec option 'MaxReferenceFrames' must be between 0 and 16."},
    {VIDEO("\"MaxBitRate\":\"16\"", ""), NULL, NULL},
    {VIDEO("\"MaxBitRate\":\"15\"", ""), "/Video/CodecOptions",
     "The codec option 'MaxBitRate' must be between 16 and 62500."},
    {VIDEO("\"MaxBitRate\":\"62501\"", ""), "/Video/CodecOptions",
     "The codec option 'MaxBitRate' must be between 16 and 62500."},
    {VIDEO("\"LoopCount\":\"1\"", ""), "/Video/CodecOptions",
     "The codec option 'LoopCount' is not available for the video codec 'H.264'."},
    {VIDEO_OF("gif", "gif", "\"LoopCount\":\"101\"", ""), "/Video/CodecOptions/LoopCount",
     OPTION_VALUE("loopCount", "101", "(^Infinite$)|(^100$)|(^\\d{1,2}$)")},
    {VIDEO("", ",\"FrameRate\":\"30\",\"MaxFrameRate\":\"60\""), "/Video/MaxFrameRate",
     "When you specify a value for MaxFrameRate, you must also specify 'FrameRate':'Auto'. Either "
     "change the value of FrameRate or remove the MaxFrameRate object, and resubmit the request."},
    {VIDEO("", ",\"FrameRate\":\"auto\",\"MaxFrameRate\":\"60\""), NULL, NULL},
    {VIDEO("", ",\"KeyframesMaxDist\":\"100000\""), NULL, NULL},
    {VIDEO("", ",\"KeyframesMaxDist\":\"100001\""), "/Video/KeyframesMaxDist",
     "'KeyframesMaxDist' must be between 1 and 100000."},
    {VIDEO("", ",\"KeyframesMaxDist\":\"0\""), "/Video/KeyframesMaxDist",
     "'KeyframesMaxDist' must be between 1 and 100000."},

    {VIDEO("", ",\"MaxWidth\":\"128\",\"MaxHeight\":\"3072\",\"AspectRatio\":\"16:9\""), NULL,
     NULL},
    {VIDEO("", ",\"MaxWidth\":\"126\""), "/Video/MaxWidth",
     "The 'MaxWidth' of video must be 'auto' or an even number between 128 and 4096."},
    {VIDEO("", ",\"MaxWidth\":\"129\""), "/Video/MaxWidth",
     "The 'MaxWidth' of video must be 'auto' or an even number between 128 and 4096."},
    {VIDEO("", ",\"MaxHeight\":\"3074\""), "/Video/MaxHeight",
     "The 'MaxHeight' of video must be 'auto' or an even number between 96 and 3072."},
    {VIDEO("", ",\"Resolution\":\"4096x3072\""), NULL, NULL},
    {VIDEO("", ",\"Resolution\":\"auto\""), NULL, NULL},
    {VIDEO("", ",\"Resolution\":\"0x0\""), "/Video/Resolution",
     "The 'Resolution' of video must be 'auto' or even numbers between 128x96 and 4096x3072."},
    {VIDEO("", ",\"Resolution\":\"4098x3072\""), "/Video/Resolution",
     "The 'Resolution' of video must be 'auto' or even numbers between 128x96 and 4096x3072."},
    {VIDEO("", ",\"Resolution\":\"auto\",\"MaxWidth\":\"640\""), "/Video/Resolution", GEOMETRY},
    {VIDEO("", ",\"Resolution\":\"640x480\",\"SizingPolicy\":\"Fit\""), "/Video/Resolution",
     GEOMETRY},

    {MARK("\"MaxWidth\":\"16px\",\"MaxHeight\":\"1080px\",\"HorizontalOffset\":\"1920px\""), NULL,
     NULL},
    {MARK("\"MaxWidth\":\"15px\""), "/Video/Watermarks/0", MARK_SIZE},
    {MARK("\"MaxHeight\":\"1081px\""), "/Video/Watermarks/0", MARK_SIZE},
    {MARK("\"MaxHeight\":\"100.1%\""), "/Video/Watermarks/0", MARK_SIZE},
    {MARK("\"HorizontalOffset\":\"1921px\""), "/Video/Watermarks/0", MARK_OFFSET},
    {MARK("\"HorizontalAlign\":\"Center\",\"HorizontalOffset\":\"1%\""), "/Video/Watermarks/0",
     "The 'HorizontalOffset' of watermark 'a' is available only if its 'HorizontalAlign' is 'Left' "
     "or 'Right'."},
    {MARK("\"VerticalAlign\":\"Center\",\"VerticalOffset\":\"1%\""), "/Video/Watermarks/0",
     "The 'VerticalOffset' of watermark 'a' is available only if its 'VerticalAlign' is 'Top' or "
     "'Bottom'."},
    {MARK("\"Opacity\":\"100.00000000000\""), NULL, NULL},
    {MARK("\"Opacity\":\"100.00000000001\""), "/Video/Watermarks/0",
     "The 'Opacity' of watermark 'a' must be between 0 and 100."},
    {VIDEO("", ",\"Watermarks\":[{}]"), "/Video/Watermarks/0",
     "Each of the 'Watermarks' must have an 'Id'."},
    {VIDEO("", ",\"Watermarks\":[{\"Id\":\"a\"},{\"Id\":\"a\"}]"), "/Video/Watermarks/1",
     "The watermark 'Id' 'a' must not be used more than once."},

    {THUMBS("\"Interval\":\"1\",\"Resolution\":\"640x480\""), NULL, NULL},
    {THUMBS("\"Interval\":\"0\""), "/Thumbnails/Interval",
     "The 'Interval' of thumbnails must be at least 1."},
    {THUMBS("\"Resolution\":\"642x480\""), "/Thumbnails/Resolution",
     "The 'Resolution' of thumbnails must be even numbers that do not exceed those of the video."},
    {THUMBS("\"Resolution\":\"0x0\""), "/Thumbnails/Resolution",
     "The 'Resolution' of thumbnails must be even numbers that do not exceed those of the video."},
    {THUMBS("\"Resolution\":\"640x480\",\"MaxWidth\":\"32\""), "/Thumbnails/Resolution",
     "'Resolution' and 'MaxWidth', 'MaxHeight', 'SizingPolicy' and 'PaddingPolicy' are mutually "
     "exclusive in thumbnails."},
    {THUMBS("\"MaxWidth\":\"32\",\"MaxHeight\":\"auto\""), NULL, NULL},
    {THUMBS("\"MaxWidth\":\"30\""), "/Thumbnails/MaxWidth",
     "The 'MaxWidth' of thumbnails must be 'auto' or an even number between 32 and 4096."},
    {THUMBS("\"MaxHeight\":\"3074\""), "/Thumbnails/MaxHeight",
     "The 'MaxHeight' of thumbnails must be 'auto' or an even number between 32 and 3072."},
};

static void parse(const char *json, struct mk_arena *arena, struct mk_preset *preset)
{
    assert_int_equal(
        mk_model_parse(&mk_shape_create_preset, json, strlen(json), true, arena, preset, NULL),
        MOCKETS_OK);
    assert_int_equal(mk_model_check(&mk_shape_create_preset, preset, NULL), MOCKETS_OK);
}

static void answers_rows(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct mk_arena arena = {0};
        struct mk_preset preset = {0};
        struct mockets_error err = {0};
        const char *warning = "untouched";
        mockets_status rc;

        parse(rows[i].json, &arena, &preset);
        rc = mk_rules_preset(&preset, &arena, &warning, &err);
        assert_string_equal(err.message, rows[i].message ? rows[i].message : "");
        assert_string_equal(err.field, rows[i].field ? rows[i].field : "");
        assert_int_equal(rc, rows[i].message ? MOCKETS_E_INVALID : MOCKETS_OK);
        assert_int_equal(strcmp(warning, "untouched") == 0, rc != MOCKETS_OK);
        mk_arena_fini(&arena);
    }
}

/* Each container with what it takes, as documented (reference 3.2); words between blanks. */
static const struct {
    const char *name, *audio, *video;
} containers[] = {
    {"flac", " flac ", ""},         {"flv", " AAC mp3 ", " H.264 "},
    {"fmp4", " AAC ", " H.264 "},   {"gif", "", " gif "},
    {"mp2", " mp2 ", ""},           {"mp3", " mp3 ", ""},
    {"mpg", " mp2 ", " mpeg2 "},    {"mp4", " AAC mp3 ", " H.264 "},
    {"mxf", " pcm ", " mpeg2 "},    {"oga", " flac vorbis ", ""},
    {"wav", " pcm ", ""},           {"ogg", " flac vorbis ", ""},
    {"ts", " AAC mp3 ", " H.264 "}, {"webm", " vorbis ", " vp8 vp9 "},
};

static void check_codec_in(const char *container, const char *kind, const char *codec,
                           const char *taken)
{
    struct mk_preset preset = {.name = "n", .container = container};
    struct mk_audio_parameters audio = {.codec = codec, .sample_rate = "48000"};
    struct mk_video_parameters video = {
        .codec = codec, .codec_options = &(struct mk_pair){"", ""}, .fixed_gop = "true"};
    struct mk_arena arena = {0};
    struct mockets_error err = {0};
    char word[16], text[128];
    const char *warning;

    if (strcmp(kind, "audio") == 0)
        preset.audio = &audio;
    else
        preset.video = &video;
    snprintf(word, sizeof(word), " %s ", codec);
    snprintf(text, sizeof(text), "The container '%s' does not support the %s codec '%s'.",
             container, kind, codec);
    mk_rules_preset(&preset, &arena, &warning, &err);
    assert_string_equal(err.message, strstr(taken, word) ? "" : text);
    mk_arena_fini(&arena);
}

static void every_codec_in_every_container(void **state)
{
    static const char *const audio[] = {"AAC", "vorbis", "mp3", "mp2", "pcm", "flac"};
    static const char *const video[] = {"H.264", "vp8", "vp9", "mpeg2", "gif"};

    (void)state;
    for (size_t i = 0; i < sizeof(containers) / sizeof(containers[0]); i++) {
        for (size_t k = 0; k < sizeof(audio) / sizeof(audio[0]); k++)
            check_codec_in(containers[i].name, "audio", audio[k], containers[i].audio);
        for (size_t k = 0; k < sizeof(video) / sizeof(video[0]); k++)
            check_codec_in(containers[i].name, "video", video[k], containers[i].video);
    }
}

/* The options of each video codec (reference 3.1); every other pair of them is wrong. */
static const struct {
    const char *codec, *options;
} video_options[] = {
    {"H.264", " Profile Level MaxReferenceFrames MaxBitRate BufferSize InterlacedMode "
              "ColorSpaceConversionMode "},
    {"vp8", " Profile MaxBitRate BufferSize "},
    {"vp9", " MaxBitRate BufferSize "},
    {"mpeg2", " MaxBitRate BufferSize InterlacedMode ColorSpaceConversionMode ChromaSubsampling "},
    {"gif", " LoopCount "},
};

static void every_option_of_every_codec(void **state)
{
    static const char *const names[] = {
        "Profile",
        "Level",
        "MaxReferenceFrames",
        "MaxBitRate",
        "BufferSize",
        "InterlacedMode",
        "ColorSpaceConversionMode",
        "ChromaSubsampling",
        "LoopCount",
        "profile",
        "CRF",
    };

    (void)state;
    for (size_t i = 0; i < sizeof(video_options) / sizeof(video_options[0]); i++) {
        for (size_t k = 0; k < sizeof(names) / sizeof(names[0]); k++) {
            const struct mk_pair option = {names[k], ""}; /* an empty value is right for all */
            const struct mk_video_parameters video = {
                .codec = video_options[i].codec, .codec_options = &option, .codec_option_count = 1};
            struct mockets_error err = {0};
            char word[32], text[128];

            snprintf(word, sizeof(word), " %s ", names[k]);
            snprintf(text, sizeof(text),
                     "The codec option '%s' is not available for the video codec '%s'.", names[k],
                     video_options[i].codec);
            mk_rules_video(&video, &err);
            assert_string_equal(err.message, strstr(video_options[i].options, word) ? "" : text);
        }
    }
}

#define FILLED "\"InterlacedMode\":\"Progressive\",\"ColorSpaceConversionMode\":\"None\""

static const struct {
    const char *options, *answer;
} filled[] = {
    {"", FILLED},
    {"\"Level\":\"3\"", "\"Level\":\"3\"," FILLED},
    {"\"InterlacedMode\":\"Auto\"",
     "\"InterlacedMode\":\"Auto\",\"ColorSpaceConversionMode\":\"None\""},
    {"\"MaxBitRate\":\"600\"", "\"MaxBitRate\":\"600\",\"BufferSize\":\"6000\"," FILLED},
    {"\"MaxBitRate\":\"600\",\"BufferSize\":\"\"",
     "\"MaxBitRate\":\"600\",\"BufferSize\":\"6000\"," FILLED},
    {"\"MaxBitRate\":\"600\",\"BufferSize\":\"700\"",
     "\"MaxBitRate\":\"600\",\"BufferSize\":\"700\"," FILLED},
    {"\"MaxBitRate\":\"\",\"BufferSize\":\"\"", "\"MaxBitRate\":\"\",\"BufferSize\":\"\"," FILLED},
};

static void fills_h264_options(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof(filled) / sizeof(filled[0]); i++) {
        struct mk_arena arena = {0};
        struct mk_preset preset = {0};
        char json[512], expected[512];
        const char *warning;

        snprintf(json, sizeof(json), VIDEO("%s", ""), filled[i].options);
        snprintf(expected, sizeof(expected), "\"CodecOptions\":{%s}", filled[i].answer);
        parse(json, &arena, &preset);
        assert_int_equal(mk_rules_preset(&preset, &arena, &warning, NULL), MOCKETS_OK);
        assert_non_null(strstr(mk_model_text(&mk_shape_preset, &preset, &arena), expected));
        mk_arena_fini(&arena);
    }
}

#define SIZED(level, width, height, options, more)                                                 \
    VIDEO("\"Level\":\"" level "\"" options,                                                       \
          ",\"MaxWidth\":\"" width "\",\"MaxHeight\":\"" height "\"" more)
#define EXCEEDS(what, value, level, limit)                                                         \
    "The " what " of this preset, " value                                                          \
    ", exceeds the recommended maximum for H.264 level " level ", which is " limit                 \
    ". Some players may not be able to play the output."

static const struct {
    const char *json, *warning;
} levels[] = {
    {SIZED("3", "720", "480", ",\"Profile\":\"main\"",
           ",\"BitRate\":\"10000\",\"FrameRate\":\"30\""),
     ""},
    {SIZED("3", "720", "480", ",\"Profile\":\"main\"", ",\"BitRate\":\"10001\""),
     EXCEEDS("bit rate", "10001", "3", "10000 kilobits/second")},
    {SIZED("3", "720", "480", ",\"Profile\":\"high\"", ",\"BitRate\":\"12500\""), ""},
    {SIZED("3", "720", "480", ",\"Profile\":\"high\",\"MaxBitRate\":\"12501\"",
           ",\"BitRate\":\"100\""),
     EXCEEDS("bit rate", "12501", "3", "12500 kilobits/second")},
    {SIZED("2.1", "352", "480", "", ",\"BitRate\":\"60000\""), ""},
    {SIZED("3", "1280", "720", "", ""), EXCEEDS("picture size", "1280x720", "3", "404720 pixels")},
    {SIZED("3.1", "1280", "720", "", ",\"FrameRate\":\"60\""),
     EXCEEDS("frame rate", "60", "3.1", "30.00 frames/second")},
    {SIZED("3.1", "1280", "720", "", ",\"FrameRate\":\"auto\""), ""},
    {SIZED("3.1", "1280", "720", "", ",\"FrameRate\":\"auto\",\"MaxFrameRate\":\"50\""),
     EXCEEDS("frame rate", "50", "3.1", "30.00 frames/second")},
    {SIZED("3.1", "1280", "720", ",\"MaxReferenceFrames\":\"5\"", ""), ""},
    {SIZED("3.1", "1280", "720", ",\"MaxReferenceFrames\":\"6\"", ""),
     EXCEEDS("maximum number of reference frames", "6", "3.1", "5")},
    {SIZED("1.1", "128", "96", ",\"MaxReferenceFrames\":\"16\"", ",\"FrameRate\":\"60\""), ""},
    {SIZED("1", "352", "288", "", ",\"BitRate\":\"65\",\"FrameRate\":\"10\""),
     EXCEEDS("bit rate", "65", "1", "64 kilobits/second") " " EXCEEDS(
         "picture size", "352x288", "1", "25344 pixels") " " EXCEEDS("frame rate", "10", "1",
                                                                     "3.75 frames/second")},
    {VIDEO("\"Level\":\"1\"", ",\"Resolution\":\"auto\""), ""},
};

static void warns_of_levels(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof(levels) / sizeof(levels[0]); i++) {
        struct mk_arena arena = {0};
        struct mk_preset preset = {0};
        const char *warning;

        parse(levels[i].json, &arena, &preset);
        assert_int_equal(mk_rules_preset(&preset, &arena, &warning, NULL), MOCKETS_OK);
        assert_string_equal(warning, levels[i].warning);
        mk_arena_fini(&arena);
    }
}

/* What people copy to make presets of their own. */
static void takes_the_system_presets(void **state)
{
    size_t count;
    const struct mk_preset *presets = mk_system_presets(&count);

    (void)state;
    for (size_t i = 0; i < count; i++) {
        struct mk_arena arena = {0};
        struct mk_preset preset = presets[i];
        struct mk_video_parameters video;
        struct mockets_error err = {0};
        const char *warning;

        if (preset.video) {
            video = *preset.video;
            preset.video = &video;
        }
        if (mk_rules_preset(&preset, &arena, &warning, &err))
            fail_msg("%s: %s", preset.id, err.message);
        mk_arena_fini(&arena);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(answers_rows),
        cmocka_unit_test(every_codec_in_every_container),
        cmocka_unit_test(every_option_of_every_codec),
        cmocka_unit_test(fills_h264_options),
        cmocka_unit_test(warns_of_levels),
        cmocka_unit_test(takes_the_system_presets),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
