#include "plan/codec.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "base/str.h"

/* Speakers, as WAVEFORMATEXTENSIBLE numbers them. */
enum {
    FL = 0x1,
    FR = 0x2,
    FC = 0x4,
    LFE = 0x8,
    BL = 0x10,
    BR = 0x20,
    BC = 0x100,
    SL = 0x200,
    SR = 0x400,
    FRONT = FL | FR | FC
};

enum { MAX_CHANNELS = 8, MAX_RATES = 16, DEFAULT_KBPS = 128 };

/* The layouts that a format has a number for, by channels. PCM and the like carry any. */
static const uint64_t aac_layouts[MAX_CHANNELS] = {
    FC,
    FL | FR,
    FRONT,
    FRONT | BC,
    FRONT | BL | BR,
    FRONT | LFE | BL | BR,
    FRONT | LFE | BC | SL | SR,
    FRONT | LFE | BL | BR | SL | SR,
};
static const uint64_t xiph_layouts[MAX_CHANNELS] = {
    FC,
    FL | FR,
    FRONT,
    FL | FR | BL | BR,
    FRONT | BL | BR,
    FRONT | LFE | BL | BR,
    FRONT | LFE | BC | SL | SR,
    FRONT | LFE | BL | BR | SL | SR,
};

/* What the encoders of a codec take. Rates from the highest to the lowest; none: any. */
static const struct sound {
    enum mk_codec codec;
    enum mk_samples samples;
    int max_channels;
    const uint64_t *layouts; /* NULL: those of the input are kept */
    int rates_hz[MAX_RATES];
} sounds[] = {
    {MK_CODEC_AAC,
     MK_SAMPLES_FLOAT_PLANAR,
     8,
     aac_layouts,
     {96000, 88200, 64000, 48000, 44100, 32000, 24000, 22050, 16000, 12000, 11025, 8000}},
    {MK_CODEC_AAC_HE, MK_SAMPLES_S16, 8, aac_layouts, {48000, 44100, 32000, 24000, 22050, 16000}},
    {MK_CODEC_AAC_HE2, MK_SAMPLES_S16, 2, aac_layouts, {48000, 44100, 32000, 24000, 22050, 16000}},
    {MK_CODEC_MP3,
     MK_SAMPLES_FLOAT_PLANAR,
     2,
     NULL,
     {48000, 44100, 32000, 24000, 22050, 16000, 12000, 11025, 8000}},
    {MK_CODEC_MP2, MK_SAMPLES_S16, 2, NULL, {48000, 44100, 32000, 24000, 22050, 16000}},
    {MK_CODEC_VORBIS,
     MK_SAMPLES_FLOAT_PLANAR,
     8,
     xiph_layouts,
     {48000, 44100, 32000, 24000, 22050, 16000, 12000, 11025, 8000}},
    {MK_CODEC_FLAC, MK_SAMPLES_S16, 8, xiph_layouts, {0}},
    {MK_CODEC_FLAC24, MK_SAMPLES_S32, 8, xiph_layouts, {0}},
    {MK_CODEC_PCM_S8, MK_SAMPLES_U8, 8, NULL, {0}},
    {MK_CODEC_PCM_U8, MK_SAMPLES_U8, 8, NULL, {0}},
    {MK_CODEC_PCM_S16, MK_SAMPLES_S16, 8, NULL, {0}},
    {MK_CODEC_PCM_U16, MK_SAMPLES_S16, 8, NULL, {0}},
    {MK_CODEC_PCM_S24, MK_SAMPLES_S32, 8, NULL, {0}},
    {MK_CODEC_PCM_U24, MK_SAMPLES_S32, 8, NULL, {0}},
    {MK_CODEC_PCM_S32, MK_SAMPLES_S32, 8, NULL, {0}},
    {MK_CODEC_PCM_U32, MK_SAMPLES_S32, 8, NULL, {0}},
};

/* The only bit rates of MPEG layers II and III, kbit/s, by sample rate. Mono of layer II: to 192. */
static const struct {
    enum mk_codec codec;
    int from_hz;
    int kbps[MAX_RATES];
} steps[] = {
    {MK_CODEC_MP3, 32000, {32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320}},
    {MK_CODEC_MP3, 16000, {8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160}},
    {MK_CODEC_MP3, 0, {8, 16, 24, 32, 40, 48, 56, 64}},
    {MK_CODEC_MP2, 32000, {32, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320, 384}},
    {MK_CODEC_MP2, 0, {8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160}},
};

/* What libvorbis manages a channel, kbit/s, by sample rate. */
static const struct {
    int from_hz, min_kbps, min_5_1_kbps, max_kbps;
} vorbis_ranges[] = {
    {40000, 32, 16, 240}, {26000, 32, 32, 180}, {19000, 16, 16, 86},
    {15000, 16, 16, 96},  {9000, 16, 16, 48},   {0, 8, 8, 40},
};

static const struct sound *sound_of(enum mk_codec codec)
{
    size_t i = 0;

    while (i + 1 < sizeof(sounds) / sizeof(sounds[0]) && sounds[i].codec != codec)
        i++;
    return &sounds[i];
}

static const char *text(const char *value, const char *otherwise)
{
    return mk_str_empty(value) ? otherwise : value;
}

/* A WAVE file knows 8 bit unsigned and more bits signed only; that is what it gets unasked. */
static bool pcm(const struct mk_preset *preset, enum mk_codec *out)
{
    static const struct {
        const char *depth;
        enum mk_codec is_signed, is_unsigned;
    } depths[] = {
        {"8", MK_CODEC_PCM_S8, MK_CODEC_PCM_U8},
        {"16", MK_CODEC_PCM_S16, MK_CODEC_PCM_U16},
        {"24", MK_CODEC_PCM_S24, MK_CODEC_PCM_U24},
        {"32", MK_CODEC_PCM_S32, MK_CODEC_PCM_U32},
    };
    const struct mk_audio_options *options = preset->audio->codec_options;
    const char *depth = text(options ? options->bit_depth : NULL, "16");
    bool byte = strcmp(depth, "8") == 0 && mk_str_eq(preset->container, "wav");
    const char *sign = text(options ? options->is_signed : NULL, byte ? "Unsigned" : "Signed");

    for (size_t i = 0; i < sizeof(depths) / sizeof(depths[0]); i++) {
        if (strcmp(depths[i].depth, depth) == 0) {
            *out = strcmp(sign, "Signed") == 0 ? depths[i].is_signed : depths[i].is_unsigned;
            return true;
        }
    }
    return false;
}

static int64_t kbps_of(const struct mk_audio_parameters *audio)
{
    int64_t kbps;

    return mk_str_int64(audio->bit_rate, 1, 999, &kbps) ? kbps : DEFAULT_KBPS;
}

/* "auto" goes by the bit rate (reference 14), where there is a choice. */
static enum mk_codec aac(const struct mk_audio_parameters *audio, bool he)
{
    enum { HE_KBPS = 64, HE2_KBPS = 48 };
    const char *profile =
        text(audio->codec_options ? audio->codec_options->profile : NULL, "AAC-LC");

    if (strcmp(profile, "HE-AAC") == 0)
        return MK_CODEC_AAC_HE;
    if (strcmp(profile, "HE-AACv2") == 0)
        return MK_CODEC_AAC_HE2;
    if (strcmp(profile, "auto") != 0 || !he || kbps_of(audio) > HE_KBPS)
        return MK_CODEC_AAC;
    return kbps_of(audio) < HE2_KBPS && mk_str_eq(audio->channels, "2") ? MK_CODEC_AAC_HE2
                                                                        : MK_CODEC_AAC_HE;
}

bool mk_codec_audio(const struct mk_preset *preset, bool he, enum mk_codec *out)
{
    const struct mk_audio_parameters *audio = preset->audio;
    const struct mk_audio_options *options = audio->codec_options;
    const char *name = text(audio->codec, "");

    if (strcmp(name, "AAC") == 0)
        *out = aac(audio, he);
    else if (strcmp(name, "mp3") == 0)
        *out = MK_CODEC_MP3;
    else if (strcmp(name, "mp2") == 0)
        *out = MK_CODEC_MP2;
    else if (strcmp(name, "vorbis") == 0)
        *out = MK_CODEC_VORBIS;
    else if (strcmp(name, "flac") == 0)
        *out = options && mk_str_eq(options->bit_depth, "24") ? MK_CODEC_FLAC24 : MK_CODEC_FLAC;
    else
        return strcmp(name, "pcm") == 0 && pcm(preset, out);
    return true;
}

int mk_codec_channels(enum mk_codec codec, int wanted)
{
    int max = sound_of(codec)->max_channels;

    return wanted < 1 ? 1 : wanted > max ? max : wanted;
}

static int count_speakers(uint64_t layout)
{
    int count = 0;

    for (; layout; layout &= layout - 1)
        count++;
    return count;
}

uint64_t mk_codec_layout(enum mk_codec codec, int channels, uint64_t input)
{
    const uint64_t *layouts = sound_of(codec)->layouts;

    if (!layouts && count_speakers(input) == channels)
        return input;
    return (layouts ? layouts : xiph_layouts)[channels - 1];
}

int mk_codec_sample_rate(enum mk_codec codec, enum mk_container container, int wanted_hz)
{
    const int *rates = sound_of(codec)->rates_hz;
    bool flash_mp3 = container == MK_CONTAINER_FLV && codec == MK_CODEC_MP3;
    int lowest_hz = wanted_hz;

    for (size_t i = 0; i < MAX_RATES && rates[i]; i++) {
        if (flash_mp3 && (rates[i] % 11025 || rates[i] < 11025)) /* the format has no others */
            continue;
        lowest_hz = rates[i];
        if (rates[i] <= wanted_hz)
            return rates[i];
    }
    return lowest_hz;
}

enum mk_samples mk_codec_samples(enum mk_codec codec)
{
    return sound_of(codec)->samples;
}

static int64_t nearest_step(const int *list, int64_t kbps, int64_t max_kbps)
{
    int64_t best = list[0];

    for (size_t i = 0; i < MAX_RATES && list[i] && list[i] <= max_kbps; i++) {
        if (llabs(list[i] - kbps) < llabs(best - kbps))
            best = list[i];
    }
    return best;
}

static int64_t vorbis_kbps(int64_t kbps, int sample_rate_hz, int channels)
{
    size_t i = 0;
    int64_t min, max;

    while (sample_rate_hz < vorbis_ranges[i].from_hz)
        i++;
    min = (int64_t)(channels == 6 ? vorbis_ranges[i].min_5_1_kbps : vorbis_ranges[i].min_kbps) *
          channels;
    max = (int64_t)vorbis_ranges[i].max_kbps * channels;
    return kbps < min ? min : kbps > max ? max : kbps;
}

/* The bit rate that the codec has at this sample rate and is nearest to the wanted one. */
static int64_t possible_kbps(enum mk_codec codec, int64_t kbps, int sample_rate_hz, int channels)
{
    enum { MONO_MP2_KBPS = 192 };

    if (codec == MK_CODEC_VORBIS)
        return vorbis_kbps(kbps, sample_rate_hz, channels);
    for (size_t i = 0; i < sizeof(steps) / sizeof(steps[0]); i++) {
        if (steps[i].codec == codec && sample_rate_hz >= steps[i].from_hz)
            return nearest_step(steps[i].kbps, kbps,
                                codec == MK_CODEC_MP2 && channels == 1 ? MONO_MP2_KBPS : INT_MAX);
    }
    return kbps;
}

static bool has_bit_rate(enum mk_codec codec)
{
    return codec < MK_CODEC_FLAC;
}

struct mk_plan_encode mk_codec_track(const struct mk_audio_parameters *audio, enum mk_codec codec,
                                     int sample_rate_hz, int channels)
{
    struct mk_plan_encode encode;

    memset(&encode, 0, sizeof(encode));
    encode.kind = MK_AUDIO;
    encode.codec = codec;
    if (has_bit_rate(codec))
        encode.bit_rate_bps = possible_kbps(codec, kbps_of(audio), sample_rate_hz, channels) * 1000;
    return encode;
}
