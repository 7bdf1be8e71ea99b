#include <stdio.h>
#include <string.h>

#include "base/arena.h"
#include "base/error.h"
#include "base/str.h"
#include "model/rules.h"

/* Options that fill() may add. */
enum { ADDED_OPTIONS = 3 };

/* Set an option that is missing or empty. */
static void set_option(struct mk_pair *options, size_t *count, const char *key, const char *value)
{
    size_t i = 0;

    while (i < *count && strcmp(options[i].key, key) != 0)
        i++;
    if (i == *count)
        options[(*count)++] = (struct mk_pair){key, value};
    else if (mk_str_empty(options[i].value))
        options[i].value = value;
}

/* What the service adds to the options of an H.264 preset. */
static mockets_status fill_options(struct mk_video_parameters *video, struct mk_arena *arena,
                                   struct mockets_error *err)
{
    const char *max_rate = mk_video_option(video, "MaxBitRate");
    size_t count = video->codec_option_count;
    struct mk_pair *options = mk_arena_array(arena, count + ADDED_OPTIONS, sizeof(*options));
    const char *buffer;

    if (!options)
        return mk_fail_nomem(err);
    memcpy(options, video->codec_options, count * sizeof(*options));
    if (max_rate) {
        buffer = mk_arena_printf(arena, "%s0", max_rate); /* ten times */
        if (!buffer)
            return mk_fail_nomem(err);
        set_option(options, &count, "BufferSize", buffer);
    }
    set_option(options, &count, "InterlacedMode", "Progressive");
    set_option(options, &count, "ColorSpaceConversionMode", "None");
    video->codec_options = options;
    video->codec_option_count = count;
    return MOCKETS_OK;
}

/* The codecs that each container holds; NULL: no audio, no video. */
static const struct container {
    const char *name, *audio, *video; /* words between blanks */
} containers[] = {
    {"flac", " flac ", NULL},        {"flv", " AAC mp3 ", " H.264 "},
    {"fmp4", " AAC ", " H.264 "},    {"gif", NULL, " gif "},
    {"mp2", " mp2 ", NULL},          {"mp3", " mp3 ", NULL},
    {"mp4", " AAC mp3 ", " H.264 "}, {"mpg", " mp2 ", " mpeg2 "},
    {"mxf", " pcm ", " mpeg2 "},     {"oga", " flac vorbis ", NULL},
    {"ogg", " flac vorbis ", NULL},  {"ts", " AAC mp3 ", " H.264 "},
    {"wav", " pcm ", NULL},          {"webm", " vorbis ", " vp8 vp9 "},
};

/* The codecs with a member of the audio's CodecOptions, and its values where they are fewer. */
static const struct {
    const char *member, *codec, *values; /* values NULL: all that the shape allows */
} audio_options[] = {
    {"Profile", "AAC", NULL},  {"BitDepth", "flac", " 16 24 "}, {"BitDepth", "pcm", NULL},
    {"BitOrder", "pcm", NULL}, {"Signed", "pcm", NULL},
};

static bool has_word(const char *words, const char *word)
{
    char padded[16];

    return words && snprintf(padded, sizeof(padded), " %s ", word) < (int)sizeof(padded) &&
           strstr(words, padded);
}

static const struct container *find_container(const char *name)
{
    size_t i = 0;

    while (i + 1 < sizeof(containers) / sizeof(containers[0]) &&
           strcmp(containers[i].name, name) != 0)
        i++;
    return &containers[i];
}

static mockets_status check_codec(const char *container, const char *kind, const char *words,
                                  const char *codec, struct mockets_error *err)
{
    if (has_word(words, codec))
        return MOCKETS_OK;
    return mk_fail_field(err, strcmp(kind, "audio") == 0 ? "/Audio/Codec" : "/Video/Codec",
                         "The container '%s' does not support the %s codec '%s'.", container, kind,
                         codec);
}

static mockets_status check_audio_option(const char *member, const char *value, const char *codec,
                                         struct mockets_error *err)
{
    bool known = false;

    if (mk_str_empty(value))
        return MOCKETS_OK;
    for (size_t i = 0; i < sizeof(audio_options) / sizeof(audio_options[0]); i++) {
        if (strcmp(audio_options[i].member, member) == 0 &&
            strcmp(audio_options[i].codec, codec) == 0)
            known = !audio_options[i].values || has_word(audio_options[i].values, value);
    }
    if (known)
        return MOCKETS_OK;
    return mk_fail_field(err, "/Audio/CodecOptions",
                         "The value '%s' of '%s' in 'CodecOptions' is not available for the audio "
                         "codec '%s'.",
                         value, member, codec);
}

static mockets_status check_audio_options(const struct mk_audio_parameters *audio,
                                          struct mockets_error *err)
{
    const struct mk_audio_options *options = audio->codec_options;
    mockets_status rc;

    if (!options)
        return MOCKETS_OK;
    rc = check_audio_option("Profile", options->profile, audio->codec, err);
    if (!rc)
        rc = check_audio_option("BitDepth", options->bit_depth, audio->codec, err);
    if (!rc)
        rc = check_audio_option("BitOrder", options->bit_order, audio->codec, err);
    if (!rc)
        rc = check_audio_option("Signed", options->is_signed, audio->codec, err);
    return rc;
}

/* The samples that a container can hold, each "BitDepth Signed". */
static const struct {
    const char *container, *samples;
} pcm_samples[] = {
    {"wav", "|8 Unsigned|16 Signed|24 Signed|32 Signed|"},
    {"mxf", "|16 Signed|24 Signed|"},
};

static mockets_status check_pcm(const struct mk_audio_options *options, const char *container,
                                struct mockets_error *err)
{
    const char *depth = mk_str_empty(options->bit_depth) ? "16" : options->bit_depth;
    bool byte = strcmp(depth, "8") == 0 && strcmp(container, "wav") == 0;
    const char *sign = options->is_signed;
    char wanted[32];

    if (mk_str_empty(sign))
        sign = byte ? "Unsigned" : "Signed";
    snprintf(wanted, sizeof(wanted), "|%.4s %.8s|", depth, sign);
    for (size_t i = 0; i < sizeof(pcm_samples) / sizeof(pcm_samples[0]); i++) {
        if (strcmp(pcm_samples[i].container, container) == 0 &&
            !strstr(pcm_samples[i].samples, wanted))
            return mk_fail_field(err, "/Audio/CodecOptions",
                                 "The container '%s' cannot hold samples of 'BitDepth' '%s' that "
                                 "are '%s'.",
                                 container, depth, sign);
    }
    return MOCKETS_OK;
}

static mockets_status check_audio(const struct mk_audio_parameters *audio, const char *container,
                                  struct mockets_error *err)
{
    bool mxf = strcmp(container, "mxf") == 0;
    int64_t rate;

    if (mk_str_empty(audio->codec))
        return mk_fail_field(err, "/Audio/Codec",
                             "The ''codec'' field in audio is not allowed to be null.");
    if (!has_word(" pcm flac ", audio->codec) && !mk_str_empty(audio->bit_rate) &&
        !mk_str_int64(audio->bit_rate, 64, 320, &rate))
        return mk_fail_field(err, "/Audio/BitRate",
                             "The 'BitRate' of audio must be between 64 and 320.");
    if (mxf && !mk_str_eq(audio->sample_rate, "48000"))
        return mk_fail_field(err, "/Audio/SampleRate",
                             "The 'SampleRate' of audio must be '48000' for the container 'mxf'.");
    if (!mxf && !mk_str_empty(audio->audio_packing_mode) &&
        strcmp(audio->audio_packing_mode, "SingleTrack") != 0)
        return mk_fail_field(err, "/Audio/AudioPackingMode",
                             "The 'AudioPackingMode' '%s' is available only for the container "
                             "'mxf'.",
                             audio->audio_packing_mode);
    if (strcmp(audio->codec, "pcm") == 0 && audio->codec_options) {
        mockets_status rc = check_pcm(audio->codec_options, container, err);

        if (rc)
            return rc;
    }
    return check_audio_options(audio, err);
}

static mockets_status check_container(const struct mk_preset *preset, struct mockets_error *err)
{
    const struct container *container = find_container(preset->container);
    mockets_status rc = MOCKETS_OK;

    if (!preset->audio && !preset->video)
        return mk_fail_field(err, "/Container", "A preset must have 'Audio', 'Video' or both.");
    if (preset->video)
        rc = check_codec(container->name, "video", container->video, preset->video->codec, err);
    if (!rc && preset->audio)
        rc = check_codec(container->name, "audio", container->audio, preset->audio->codec, err);
    if (!rc && preset->video && strcmp(container->name, "fmp4") == 0 &&
        !mk_str_eq(preset->video->fixed_gop, "true"))
        rc = mk_fail_field(err, "/Video/FixedGOP",
                           "'FixedGOP' must be 'true' for the container 'fmp4'.");
    return rc;
}

static mockets_status make_warning(const struct mk_video_parameters *video, struct mk_arena *arena,
                                   const char **out, struct mockets_error *err)
{
    const char *copy = "";
    struct mk_buf text;

    mk_buf_init(&text, MK_JSON_CEILING);
    mk_level_warnings(video, &text);
    if (text.size)
        copy = mk_arena_memdup(arena, text.data, text.size);
    if (text.failed || !copy) {
        mk_buf_fini(&text);
        return mk_fail_nomem(err);
    }
    mk_buf_fini(&text);
    *out = copy;
    return MOCKETS_OK;
}

static mockets_status check(const struct mk_preset *preset, struct mockets_error *err)
{
    mockets_status rc = MOCKETS_OK;

    if (preset->video)
        rc = mk_rules_video(preset->video, err);
    if (!rc && preset->audio)
        rc = check_audio(preset->audio, preset->container, err);
    if (!rc)
        rc = check_container(preset, err);
    if (!rc && preset->thumbnails && preset->video)
        rc = mk_rules_thumbnails(preset->thumbnails, preset->video, err);
    return rc;
}

mockets_status mk_rules_preset(struct mk_preset *preset, struct mk_arena *arena,
                               const char **warning, struct mockets_error *err)
{
    mockets_status rc = check(preset, err);

    if (rc)
        return rc;
    if (!preset->video || strcmp(preset->video->codec, "H.264") != 0) {
        *warning = "";
        return MOCKETS_OK;
    }
    rc = fill_options(preset->video, arena, err);
    return rc ? rc : make_warning(preset->video, arena, warning, err);
}
