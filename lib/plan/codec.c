#include "plan/codec.h"

#include <string.h>

#include "base/str.h"

/* Words of the API and what they mean here; the first list that misses a word refuses it. */
struct word {
    const char *name;
    int value;
};

static const struct word containers[] = {
    {"mp4", MK_CONTAINER_MP4}, {"ts", MK_CONTAINER_TS}, {"fmp4", MK_CONTAINER_FMP4}, {0}};
static const struct word videos[] = {{"H.264", MK_CODEC_H264}, {0}};
static const struct word audios[] = {{"AAC", MK_CODEC_AAC}, {0}};
static const struct word images[] = {{"png", MK_CODEC_PNG}, {"jpg", MK_CODEC_JPEG}, {0}};

static bool lookup(const struct word *words, const char *name, int *out)
{
    for (; name && words->name; words++) {
        if (strcmp(words->name, name) == 0) {
            *out = words->value;
            return true;
        }
    }
    return false;
}

bool mk_codec_container(const char *name, enum mk_container *out)
{
    int value;

    if (!lookup(containers, name, &value))
        return false;
    *out = (enum mk_container)value;
    return true;
}

static bool lookup_codec(const struct word *words, const char *name, enum mk_codec *out)
{
    int value;

    if (!lookup(words, name, &value))
        return false;
    *out = (enum mk_codec)value;
    return true;
}

bool mk_codec_video(const char *name, enum mk_codec *out)
{
    return lookup_codec(videos, name, out);
}

bool mk_codec_audio(const char *name, enum mk_codec *out)
{
    return lookup_codec(audios, name, out);
}

bool mk_codec_image(const char *name, enum mk_codec *out)
{
    return lookup_codec(images, name, out);
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

struct mk_plan_encode mk_codec_h264(const struct mk_video_parameters *video)
{
    struct mk_plan_encode encode;
    int64_t level_kbps;

    memset(&encode, 0, sizeof(encode));
    encode.kind = MK_VIDEO;
    encode.codec = MK_CODEC_H264;
    encode.profile = profile_text(mk_video_option(video, "Profile"));
    encode.level = level_text(mk_video_option(video, "Level"), &level_kbps);
    encode.reference_frames = (int)number(mk_video_option(video, "MaxReferenceFrames"), 0);
    encode.bit_rate_bps = number(video->bit_rate, 0) * 1000;
    encode.max_rate_bps = number(mk_video_option(video, "MaxBitRate"), 0) * 1000;
    encode.buffer_bits = number(mk_video_option(video, "BufferSize"), 0) * 1000;
    if (encode.max_rate_bps && !encode.buffer_bits)
        encode.buffer_bits = encode.max_rate_bps * 10;
    if (!encode.max_rate_bps && encode.bit_rate_bps)
        default_peak(&encode, level_kbps);
    encode.gop_frames = (int)number(video->keyframes_max_dist, 90);
    encode.fixed_gop = mk_str_eq(video->fixed_gop, "true");
    encode.fields = mk_codec_fields(video);
    return encode;
}

struct mk_plan_encode mk_codec_aac(const struct mk_audio_parameters *audio)
{
    const char *profile = audio->codec_options ? audio->codec_options->profile : NULL;
    struct mk_plan_encode encode;

    memset(&encode, 0, sizeof(encode));
    encode.kind = MK_AUDIO;
    encode.codec = MK_CODEC_AAC;
    encode.bit_rate_bps = number(audio->bit_rate, 128) * 1000;
    /* "auto" leaves the choice to us, and libavcodec's own encoder makes LC only. */
    if (mk_str_empty(profile) || mk_str_eq(profile, "AAC-LC") || mk_str_eq(profile, "auto"))
        encode.profile = "LC";
    return encode;
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
