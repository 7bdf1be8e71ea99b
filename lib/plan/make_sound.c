#include "plan/maker.h"

#include <string.h>

#include "base/str.h"
#include "plan/codec.h"
#include "plan/copy.h"
#include "plan/share.h"
#include "plan/warning.h"

static enum mk_codec codec_of(const struct mk_maker *maker, const struct mk_preset *preset)
{
    const struct mk_plan_encoder *encoders = maker->request->encoders;
    enum mk_codec codec = MK_CODEC_AAC;

    mk_codec_audio(preset, !encoders || !encoders[MK_CODEC_AAC_HE].missing, &codec);
    return codec;
}

static int channels_of(const struct mk_maker *maker, const struct mk_audio_parameters *audio,
                       enum mk_codec codec)
{
    int64_t channels;

    if (!mk_str_int64(audio->channels, 0, 8, &channels))
        channels = maker->audio->channels;
    return mk_codec_channels(codec, channels > 8 ? 8 : (int)channels);
}

static int sample_rate_of(const struct mk_maker *maker, const struct mk_audio_parameters *audio,
                          enum mk_codec codec, enum mk_container container)
{
    int64_t rate;

    if (!mk_str_int64(audio->sample_rate, 8000, 192000, &rate))
        rate = maker->audio->sample_rate_hz;
    return mk_codec_sample_rate(codec, container, (int)rate);
}

static void warn(struct mk_maker *maker, size_t i, int channels)
{
    if (maker->audio->channels <= channels)
        return;
    mk_maker_warn(maker, i, mk_warning_channels(maker->audio->channels, channels, maker->arena));
}

static unsigned add_track(struct mk_maker *maker, const struct mk_plan_sound *sound,
                          struct mk_plan_encode *encode)
{
    encode->of = mk_share_sound(maker->plan, sound);
    return mk_share_encode(maker->plan, encode);
}

/* AudioPackingMode (reference 14): every channel a track, and silent ones behind them up to eight,
 * which many an editing system counts on. */
static size_t add_single_channels(struct mk_maker *maker, const struct mk_plan_sound *mix,
                                  struct mk_plan_encode *encode, bool fill,
                                  unsigned encodes[MK_MAKER_TRACKS])
{
    struct mk_plan_sound sound = *mix;
    size_t count = 0;

    while (count < (size_t)mix->channels) {
        sound.only_channel = (int)count + 1;
        encodes[count++] = add_track(maker, &sound, encode);
    }
    sound = *mix;
    sound.channels = 1;
    sound.layout = mk_codec_layout(encode->codec, 1, 0);
    sound.silent = true;
    while (fill && count < MK_MAKER_TRACKS)
        encodes[count++] = add_track(maker, &sound, encode);
    return count;
}

size_t mk_maker_add_tracks(struct mk_maker *maker, size_t i, enum mk_container container,
                           unsigned encodes[MK_MAKER_TRACKS])
{
    const struct mk_preset *preset = maker->request->presets[i];
    const struct mk_audio_parameters *audio = preset->audio;
    const char *packing = audio->audio_packing_mode;
    enum mk_codec codec = codec_of(maker, preset);
    struct mk_plan_sound sound;
    struct mk_plan_encode encode;
    struct mk_plan_copy copy;
    bool fill = mk_str_eq(packing, "OneChannelPerTrackWithMosTo8Tracks");

    memset(&sound, 0, sizeof(sound));
    sound.source = maker->source;
    sound.channels = channels_of(maker, audio, codec);
    sound.sample_rate_hz = sample_rate_of(maker, audio, codec, container);
    sound.layout = mk_codec_layout(codec, sound.channels, maker->audio->layout);
    sound.samples = mk_codec_samples(codec);
    encode = mk_codec_track(audio, codec, sound.sample_rate_hz, sound.channels);
    warn(maker, i, sound.channels);
    if (container == MK_CONTAINER_MXF && (fill || mk_str_eq(packing, "OneChannelPerTrack")))
        return add_single_channels(maker, &sound, &encode, fill, encodes);
    if (maker->request->copy && mk_copy_fits(container) &&
        mk_copy_sound(&maker->plan->sources[maker->source], maker->audio, &sound, &encode, &copy)) {
        encode = mk_copy_encode(&encode, maker->source, &copy);
        encodes[0] = mk_share_encode(maker->plan, &encode);
    } else {
        encodes[0] = add_track(maker, &sound, &encode);
    }
    return 1;
}
