#include "check.h"
#include "plan/codec.h"

static void containers_hold_what_they_can(void **state)
{
    static const struct {
        const char *container, *depth, *sign;
        int codec;
        bool fits;
    } rows[] = {
        {"wav", "8", NULL, MK_CODEC_PCM_U8, true},
        {"wav", "8", "Unsigned", MK_CODEC_PCM_U8, true},
        {"wav", "8", "Signed", MK_CODEC_PCM_S8, false},
        {"wav", "16", NULL, MK_CODEC_PCM_S16, true},
        {"wav", NULL, NULL, MK_CODEC_PCM_S16, true},
        {"wav", "16", "Unsigned", MK_CODEC_PCM_U16, false},
        {"wav", "24", "Signed", MK_CODEC_PCM_S24, true},
        {"wav", "32", "Signed", MK_CODEC_PCM_S32, true},
        {"mxf", "8", NULL, MK_CODEC_PCM_S8, false},
        {"mxf", "16", "Signed", MK_CODEC_PCM_S16, true},
        {"mxf", "24", "Signed", MK_CODEC_PCM_S24, true},
        {"mxf", "32", "Signed", MK_CODEC_PCM_S32, false},
    };

    (void)state;
    for (size_t i = 0; i < CHECK_COUNT(rows); i++) {
        struct mk_audio_options options = {.bit_depth = rows[i].depth, .is_signed = rows[i].sign};
        struct mk_audio_parameters audio = {.codec = "pcm", .codec_options = &options};
        struct mk_preset preset = {.container = rows[i].container, .audio = &audio};
        enum mk_container container;
        enum mk_codec codec;

        assert_true(mk_codec_container(rows[i].container, &container));
        assert_true(mk_codec_audio(&preset, false, &codec));
        if ((int)codec != rows[i].codec || mk_codec_fits(container, codec) != rows[i].fits)
            fail_msg("row %zu: codec %d", i, (int)codec);
    }
}

static void aac_profiles(void **state)
{
    static const struct {
        const char *profile, *bit_rate, *channels;
        bool he;
        int codec;
    } rows[] = {
        {NULL, "64", "1", true, MK_CODEC_AAC},
        {"AAC-LC", "64", "1", true, MK_CODEC_AAC},
        {"auto", "64", "1", false, MK_CODEC_AAC},
        {"auto", "64", "1", true, MK_CODEC_AAC_HE},
        {"auto", "40", "2", true, MK_CODEC_AAC_HE2},
        {"auto", "40", "1", true, MK_CODEC_AAC_HE},
        {"auto", "65", "2", true, MK_CODEC_AAC},
        {"HE-AAC", "64", "2", false, MK_CODEC_AAC_HE},
        {"HE-AACv2", "64", "2", false, MK_CODEC_AAC_HE2},
    };

    (void)state;
    for (size_t i = 0; i < CHECK_COUNT(rows); i++) {
        struct mk_audio_options options = {.profile = rows[i].profile};
        struct mk_audio_parameters audio = {.codec = "AAC",
                                            .bit_rate = rows[i].bit_rate,
                                            .channels = rows[i].channels,
                                            .codec_options = &options};
        struct mk_preset preset = {.container = "mp4", .audio = &audio};
        enum mk_codec codec;

        assert_true(mk_codec_audio(&preset, rows[i].he, &codec));
        if ((int)codec != rows[i].codec)
            fail_msg("row %zu: codec %d", i, (int)codec);
    }
}

static void sample_rates(void **state)
{
    static const struct {
        int codec, container, wanted_hz, hz;
    } rows[] = {
        {MK_CODEC_AAC, MK_CONTAINER_MP4, 192000, 96000},
        {MK_CODEC_AAC, MK_CONTAINER_FLV, 48000, 48000},
        {MK_CODEC_AAC, MK_CONTAINER_MP4, 5000, 8000},
        {MK_CODEC_MP3, MK_CONTAINER_MP3, 96000, 48000},
        {MK_CODEC_MP3, MK_CONTAINER_MP3, 48000, 48000},
        {MK_CODEC_MP3, MK_CONTAINER_FLV, 48000, 44100},
        {MK_CODEC_MP3, MK_CONTAINER_FLV, 32000, 22050},
        {MK_CODEC_MP3, MK_CONTAINER_FLV, 8000, 11025},
        {MK_CODEC_MP2, MK_CONTAINER_MPG, 11025, 16000},
        {MK_CODEC_VORBIS, MK_CONTAINER_OGG, 192000, 48000},
        {MK_CODEC_FLAC, MK_CONTAINER_FLAC, 192000, 192000},
        {MK_CODEC_PCM_S24, MK_CONTAINER_WAV, 7000, 7000},
    };

    (void)state;
    for (size_t i = 0; i < CHECK_COUNT(rows); i++) {
        int hz = mk_codec_sample_rate((enum mk_codec)rows[i].codec,
                                      (enum mk_container)rows[i].container, rows[i].wanted_hz);

        if (hz != rows[i].hz)
            fail_msg("row %zu: %d", i, hz);
    }
}

static void bit_rates_of_sound(void **state)
{
    static const struct {
        int codec;
        const char *kbps;
        int hz, channels, wanted_kbps;
    } rows[] = {
        {MK_CODEC_AAC, "160", 44100, 2, 160},    {MK_CODEC_AAC, NULL, 44100, 2, 128},
        {MK_CODEC_MP3, "320", 44100, 2, 320},    {MK_CODEC_MP3, "300", 44100, 2, 320},
        {MK_CODEC_MP3, "320", 22050, 2, 160},    {MK_CODEC_MP3, "320", 11025, 1, 64},
        {MK_CODEC_MP2, "192", 48000, 2, 192},    {MK_CODEC_MP2, "320", 48000, 1, 192},
        {MK_CODEC_MP2, "100", 48000, 2, 96},     {MK_CODEC_MP2, "256", 22050, 2, 160},
        {MK_CODEC_VORBIS, "128", 44100, 2, 128}, {MK_CODEC_VORBIS, "320", 44100, 1, 240},
        {MK_CODEC_VORBIS, "320", 22050, 2, 172}, {MK_CODEC_VORBIS, "64", 48000, 6, 96},
        {MK_CODEC_VORBIS, "64", 8000, 1, 40},    {MK_CODEC_FLAC, "128", 44100, 2, 0},
        {MK_CODEC_PCM_S16, "128", 44100, 2, 0},
    };

    (void)state;
    for (size_t i = 0; i < CHECK_COUNT(rows); i++) {
        const struct mk_audio_parameters audio = {.bit_rate = rows[i].kbps};
        struct mk_plan_encode encode =
            mk_codec_track(&audio, (enum mk_codec)rows[i].codec, rows[i].hz, rows[i].channels);

        if (encode.bit_rate_bps != rows[i].wanted_kbps * 1000)
            fail_msg("row %zu: %d", i, (int)encode.bit_rate_bps);
    }
}

static void speakers(void **state)
{
    enum { STEREO = 0x3, FIVE_ONE = 0x3f, FIVE_ONE_SIDE = 0x60f, QUAD = 0x33, FOUR = 0x107 };
    static const struct {
        int codec, channels;
        uint64_t input, layout;
    } rows[] = {
        {MK_CODEC_AAC, 6, FIVE_ONE_SIDE, FIVE_ONE},
        {MK_CODEC_AAC, 4, QUAD, FOUR},
        {MK_CODEC_FLAC, 4, FOUR, QUAD},
        {MK_CODEC_PCM_S16, 6, FIVE_ONE_SIDE, FIVE_ONE_SIDE},
        {MK_CODEC_PCM_S16, 2, FIVE_ONE, STEREO},
        {MK_CODEC_PCM_S16, 1, 0, 0x4},
        {MK_CODEC_VORBIS, 8, 0, 0x63f},
    };

    (void)state;
    for (size_t i = 0; i < CHECK_COUNT(rows); i++) {
        uint64_t layout =
            mk_codec_layout((enum mk_codec)rows[i].codec, rows[i].channels, rows[i].input);

        if (layout != rows[i].layout)
            fail_msg("row %zu: %#x", i, (unsigned)layout);
    }
    assert_int_equal(mk_codec_channels(MK_CODEC_MP3, 6), 2);
    assert_int_equal(mk_codec_channels(MK_CODEC_PCM_S16, 6), 6);
    assert_int_equal(mk_codec_channels(MK_CODEC_AAC, 0), 1);
}

static void picture_rates(void **state)
{
    static const struct {
        const char *codec;
        int container;
        struct mk_rational rate, wanted;
    } rows[] = {
        {"H.264", MK_CONTAINER_MP4, {12500, 1000}, {12500, 1000}},
        {"mpeg2", MK_CONTAINER_MPG, {12500, 1000}, {15, 1}},
        {"mpeg2", MK_CONTAINER_MPG, {10, 1}, {10, 1}},
        {"mpeg2", MK_CONTAINER_MXF, {10, 1}, {24000, 1001}},
        {"mpeg2", MK_CONTAINER_MXF, {30000, 1001}, {30000, 1001}},
        {"mpeg2", MK_CONTAINER_MXF, {28000, 1000}, {30000, 1001}},
    };

    (void)state;
    for (size_t i = 0; i < CHECK_COUNT(rows); i++) {
        const struct mk_video_parameters video = {.codec = rows[i].codec};
        struct mk_rational rate =
            mk_codec_rate(&video, (enum mk_container)rows[i].container, rows[i].rate);

        if (rate.num != rows[i].wanted.num || rate.den != rows[i].wanted.den)
            fail_msg("row %zu: %d/%d", i, rate.num, rate.den);
    }
}

static void rate_control(void **state)
{
    static const struct {
        const char *codec, *bit_rate, *max, *buffer, *chroma;
        int width, height;
        int64_t bps, max_bps, min_bps, buffer_bits;
    } rows[] = {
        /* the system presets */
        {"mpeg2", "6500", "6500", "65000", NULL, 720, 480, 6500000, 6500000, 6500000, 1835008},
        {"mpeg2", "50000", "50000", "100000", "yuv422p", 1920, 1080, 50000000, 50000000, 50000000,
         47185920},
        {"vp8", "2400", NULL, NULL, NULL, 1280, 720, 2400000, 0, 0, 0},
        {"vp9", "600", NULL, NULL, NULL, 640, 360, 600000, 600000, 600000, 1200000},
        {"H.264", "2200", "2200", NULL, NULL, 1280, 720, 2200000, 2200000, 0, 22000000},
        {"H.264", "2200", NULL, NULL, NULL, 1280, 720, 2200000, 3300000, 0, 4400000},
        /* others */
        {"mpeg2", "6000", "8000", "1000", NULL, 720, 576, 6000000, 8000000, 0, 1000000},
        {"mpeg2", "12000", NULL, NULL, NULL, 720, 576, 12000000, 15000000, 0, 1835008},
        {"mpeg2", "auto", "8000", NULL, NULL, 1280, 720, 8000000, 8000000, 8000000, 7340032},
        {"mpeg2", "auto", NULL, NULL, NULL, 1280, 720, 0, 0, 0, 0},
        {"vp8", "auto", NULL, NULL, NULL, 640, 360, 0, 1920000, 0, 0},
        {"vp8", "auto", "900", NULL, NULL, 640, 360, 0, 900000, 0, 9000000},
        {"vp9", "auto", NULL, NULL, NULL, 640, 360, 0, 0, 0, 0},
        {"gif", "400", NULL, NULL, NULL, 640, 360, 0, 0, 0, 0},
    };

    (void)state;
    for (size_t i = 0; i < CHECK_COUNT(rows); i++) {
        const struct mk_pair options[] = {
            {"MaxBitRate", rows[i].max ? rows[i].max : ""},
            {"BufferSize", rows[i].buffer ? rows[i].buffer : ""},
            {"ChromaSubsampling", rows[i].chroma ? rows[i].chroma : ""}};
        const struct mk_video_parameters video = {.codec = rows[i].codec,
                                                  .bit_rate = rows[i].bit_rate,
                                                  .codec_options = options,
                                                  .codec_option_count = CHECK_COUNT(options)};
        const struct mk_plan_picture picture = {.width_px = rows[i].width,
                                                .height_px = rows[i].height,
                                                .rate = {25, 1},
                                                .pixels = mk_codec_pixels(&video)};
        struct mk_plan_encode encode = mk_codec_film(&video, &picture);

        if (encode.bit_rate_bps != rows[i].bps || encode.max_rate_bps != rows[i].max_bps ||
            encode.min_rate_bps != rows[i].min_bps || encode.buffer_bits != rows[i].buffer_bits)
            fail_msg("row %zu: %d, at most %d, at least %d, buffer %d", i, (int)encode.bit_rate_bps,
                     (int)encode.max_rate_bps, (int)encode.min_rate_bps, (int)encode.buffer_bits);
    }
}

static void loops(void **state)
{
    static const struct {
        const char *count;
        int repeats;
    } rows[] = {{"Infinite", 0}, {"", 0}, {"0", -1}, {"1", 1}, {"100", 100}};

    (void)state;
    for (size_t i = 0; i < CHECK_COUNT(rows); i++) {
        const struct mk_pair option = {"LoopCount", rows[i].count};
        const struct mk_video_parameters video = {
            .codec = "gif", .codec_options = &option, .codec_option_count = 1};

        assert_int_equal(mk_codec_repeats(&video), rows[i].repeats);
    }
}

/* The encoders of a build: all but those of one name. */
static void missing_encoders(void **state)
{
    struct mk_plan_encoder encoders[MK_CODECS] = {
        [MK_CODEC_VORBIS] = {"libvorbis", true}, [MK_CODEC_AAC_HE] = {"libfdk_aac", true}};

    (void)state;
    assert_string_equal(
        mk_codec_missing(mk_system_preset_find("1351620000001-100240", false), encoders),
        "libvorbis");
    assert_null(mk_codec_missing(mk_system_preset_find("1351620000001-100070", false), encoders));
    /* HE-AAC is nice to have there */
    assert_null(mk_codec_missing(mk_system_preset_find("1351620000001-100141", false), encoders));
    encoders[MK_CODEC_VP8] = (struct mk_plan_encoder){"libvpx", true};
    assert_string_equal(
        mk_codec_missing(mk_system_preset_find("1351620000001-100240", false), encoders), "libvpx");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(containers_hold_what_they_can),
        cmocka_unit_test(aac_profiles),
        cmocka_unit_test(sample_rates),
        cmocka_unit_test(bit_rates_of_sound),
        cmocka_unit_test(speakers),
        cmocka_unit_test(picture_rates),
        cmocka_unit_test(rate_control),
        cmocka_unit_test(loops),
        cmocka_unit_test(missing_encoders),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
