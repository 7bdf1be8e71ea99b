#include "plan/codec.h"

#include <math.h>
#include <string.h>

#include "base/str.h"

static const struct {
    const char *name;
    enum mk_codec codec;
} codecs[] = {
    {"H.264", MK_CODEC_H264},  {"vp8", MK_CODEC_VP8}, {"vp9", MK_CODEC_VP9},
    {"mpeg2", MK_CODEC_MPEG2}, {"gif", MK_CODEC_GIF},
};

bool mk_codec_video(const char *name, enum mk_codec *out)
{
    for (size_t i = 0; name && i < sizeof(codecs) / sizeof(codecs[0]); i++) {
        if (strcmp(codecs[i].name, name) == 0) {
            *out = codecs[i].codec;
            return true;
        }
    }
    return false;
}

enum mk_fields mk_codec_fields(const struct mk_video_parameters *video)
{
    const char *mode = mk_video_option(video, "InterlacedMode");

    if (mk_str_eq(mode, "TopFirst") || mk_str_eq(mode, "Auto"))
        return MK_FIELDS_TOP_FIRST;
    if (mk_str_eq(mode, "BottomFirst"))
        return MK_FIELDS_BOTTOM_FIRST;
    return MK_FIELDS_PROGRESSIVE;
}

enum mk_pixels mk_codec_pixels(const struct mk_video_parameters *video)
{
    if (mk_str_eq(video->codec, "gif"))
        return MK_PIXELS_PALETTE;
    if (mk_str_eq(mk_video_option(video, "ChromaSubsampling"), "yuv422p"))
        return MK_PIXELS_YUV422P;
    return MK_PIXELS_YUV420P;
}

int mk_codec_height_step_px(const struct mk_video_parameters *video)
{
    bool fields = mk_codec_fields(video) != MK_FIELDS_PROGRESSIVE;

    return fields && mk_codec_pixels(video) == MK_PIXELS_YUV420P ? 4 : 2;
}

/* The rates of MPEG-2 (ISO/IEC 13818-2 table 6-4), and 10 and 15 by its extension, which MXF's
 * edit units do not know. GIF counts time in hundredths, and any rate will do. */
static const struct {
    struct mk_rational rate;
    bool in_mxf;
} mpeg2_rates[] = {
    {{10, 1}, false},      {{15, 1}, false},      {{24000, 1001}, true}, {{24, 1}, true},
    {{25, 1}, true},       {{30000, 1001}, true}, {{30, 1}, true},       {{50, 1}, true},
    {{60000, 1001}, true}, {{60, 1}, true},
};

static double value(struct mk_rational rate)
{
    return rate.den ? (double)rate.num / rate.den : 0;
}

struct mk_rational mk_codec_rate(const struct mk_video_parameters *video,
                                 enum mk_container container, struct mk_rational rate)
{
    struct mk_rational best = rate;
    double least = HUGE_VAL;

    if (!mk_str_eq(video->codec, "mpeg2"))
        return rate;
    for (size_t i = 0; i < sizeof(mpeg2_rates) / sizeof(mpeg2_rates[0]); i++) {
        double distance = fabs(value(mpeg2_rates[i].rate) - value(rate));

        if ((container == MK_CONTAINER_MXF && !mpeg2_rates[i].in_mxf) || distance > least)
            continue;
        least = distance;
        best = mpeg2_rates[i].rate;
    }
    return best;
}

/*
 * Highest bit rate of the H.264 levels, kbit/s (ITU-T H.264 table A-1, VCL; High is 1.25 times
 * that). It bounds the peak where a preset names none.
 */
static const struct {
    const char *level;
    int baseline_kbps;
} levels[] = {
    {"1", 64},      {"1b", 128},   {"1.1", 192},   {"1.2", 384}, {"1.3", 768},
    {"2", 2000},    {"2.1", 4000}, {"2.2", 4000},  {"3", 10000}, {"3.1", 14000},
    {"3.2", 20000}, {"4", 20000},  {"4.1", 50000},
};

/* The profiles of the API, as x264 and libavcodec spell them. */
static const char *const profiles[] = {"baseline", "main", "high"};

static const char *level_text(const char *name, int64_t *kbps)
{
    for (size_t i = 0; name && i < sizeof(levels) / sizeof(levels[0]); i++) {
        if (strcmp(levels[i].level, name) == 0) {
            *kbps = levels[i].baseline_kbps;
            return levels[i].level;
        }
    }
    *kbps = INT64_MAX / 2000;
    return NULL;
}

static const char *profile_text(const char *name)
{
    for (size_t i = 0; name && i < sizeof(profiles) / sizeof(profiles[0]); i++) {
        if (strcmp(profiles[i], name) == 0)
            return profiles[i];
    }
    return NULL;
}

static int64_t number(const char *text, int64_t otherwise)
{
    int64_t value;

    return mk_str_int64(text, 0, 1000000000, &value) ? value : otherwise;
}

/*
 * The service calls its rates constant and says nothing of the peak of a preset without
 * MaxBitRate. Half as much again within two seconds is what today's players and the HLS
 * authoring rules live with; the level bounds it.
 */
static void default_peak(struct mk_plan_encode *encode, int64_t level_kbps)
{
    encode->max_rate_bps = encode->bit_rate_bps * 3 / 2;
    if (encode->max_rate_bps > level_kbps * 1000)
        encode->max_rate_bps = level_kbps * 1000;
    if (encode->max_rate_bps < encode->bit_rate_bps)
        encode->max_rate_bps = encode->bit_rate_bps;
    encode->buffer_bits = encode->bit_rate_bps * 2;
}

/* What a decoder of MPEG-2 buffers and takes, by the picture's size (13818-2 tables 8-13, 8-14):
 * Main at Main, High-1440 and High level; 4:2:2 has more. */
static const struct {
    int width_px, height_px;
    int64_t main_bits, main_bps, wide_bits, wide_bps;
} mpeg2_levels[] = {
    {720, 576, 1835008, 15000000, 9437184, 50000000},
    {1440, 1152, 7340032, 60000000, 47185920, 300000000},
    {1920, 1152, 9781248, 80000000, 47185920, 300000000},
};

static void fit_mpeg2(struct mk_plan_encode *encode, const struct mk_plan_picture *picture)
{
    enum { LEVELS = sizeof(mpeg2_levels) / sizeof(mpeg2_levels[0]) };
    bool wide = picture->pixels == MK_PIXELS_YUV422P;
    int64_t bits, bps;
    size_t i = 0;

    while (i + 1 < LEVELS && (picture->width_px > mpeg2_levels[i].width_px ||
                              picture->height_px > mpeg2_levels[i].height_px))
        i++;
    bits = wide ? mpeg2_levels[i].wide_bits : mpeg2_levels[i].main_bits;
    bps = wide ? mpeg2_levels[i].wide_bps : mpeg2_levels[i].main_bps;
    if (!encode->bit_rate_bps) /* the encoder has no constant quality under a ceiling */
        encode->bit_rate_bps = encode->max_rate_bps;
    if (encode->bit_rate_bps && !encode->max_rate_bps)
        default_peak(encode, bps / 1000);
    if (encode->buffer_bits > bits)
        encode->buffer_bits = bits;
    if (encode->max_rate_bps && encode->max_rate_bps == encode->bit_rate_bps)
        encode->min_rate_bps = encode->bit_rate_bps; /* constant, as broadcasters have it */
}

/* VP8 has no quality without a ceiling: a third of a bit a pixel is more than it ever needs. */
static void fit_vp8(struct mk_plan_encode *encode, const struct mk_plan_picture *picture)
{
    if (!encode->bit_rate_bps && !encode->max_rate_bps)
        encode->max_rate_bps =
            (int64_t)(picture->width_px * (double)picture->height_px * value(picture->rate) / 3);
}

/* In one pass libvpx is a quarter beside the average of VP9 unless the rate is constant. */
static void fit_vp9(struct mk_plan_encode *encode)
{
    if (!encode->bit_rate_bps)
        return;
    encode->max_rate_bps = encode->min_rate_bps = encode->bit_rate_bps;
    if (!encode->buffer_bits || encode->buffer_bits > 2 * encode->bit_rate_bps)
        encode->buffer_bits = 2 * encode->bit_rate_bps;
}

static void set_h264(const struct mk_video_parameters *video, struct mk_plan_encode *encode)
{
    int64_t level_kbps;

    encode->profile = profile_text(mk_video_option(video, "Profile"));
    encode->level = level_text(mk_video_option(video, "Level"), &level_kbps);
    encode->reference_frames = (int)number(mk_video_option(video, "MaxReferenceFrames"), 0);
    if (!encode->max_rate_bps && encode->bit_rate_bps)
        default_peak(encode, level_kbps);
}

struct mk_plan_encode mk_codec_film(const struct mk_video_parameters *video,
                                    const struct mk_plan_picture *picture)
{
    struct mk_plan_encode encode;

    memset(&encode, 0, sizeof(encode));
    encode.kind = MK_VIDEO;
    if (!mk_codec_video(video->codec, &encode.codec) || encode.codec == MK_CODEC_GIF)
        return encode; /* nothing can be set of a GIF */
    encode.bit_rate_bps = number(video->bit_rate, 0) * 1000;
    encode.max_rate_bps = number(mk_video_option(video, "MaxBitRate"), 0) * 1000;
    encode.buffer_bits = number(mk_video_option(video, "BufferSize"), 0) * 1000;
    if (encode.max_rate_bps && !encode.buffer_bits)
        encode.buffer_bits = encode.max_rate_bps * 10;
    encode.gop_frames = (int)number(video->keyframes_max_dist, 90);
    encode.fixed_gop = mk_str_eq(video->fixed_gop, "true");
    encode.fields = mk_codec_fields(video);
    if (encode.codec == MK_CODEC_H264) {
        set_h264(video, &encode);
    } else if (encode.codec == MK_CODEC_MPEG2) {
        fit_mpeg2(&encode, picture);
    } else {
        encode.profile = mk_video_option(video, "Profile");
        if (encode.codec == MK_CODEC_VP8)
            fit_vp8(&encode, picture);
        else
            fit_vp9(&encode);
    }
    return encode;
}

int mk_codec_repeats(const struct mk_video_parameters *video)
{
    int64_t count;

    if (!mk_str_int64(mk_video_option(video, "LoopCount"), 0, 100, &count))
        return 0;
    return count ? (int)count : -1;
}
