#include "plan/maker.h"

#include <string.h>

#include "base/str.h"
#include "plan/codec.h"
#include "plan/share.h"

static int wanted_channels(const struct mk_maker *maker, const struct mk_audio_parameters *audio)
{
    int64_t channels;

    if (mk_str_int64(audio->channels, 0, 8, &channels))
        return (int)channels;
    return maker->audio->channels > 8 ? 8 : maker->audio->channels;
}

unsigned mk_maker_add_track(struct mk_maker *maker, size_t i)
{
    const struct mk_audio_parameters *audio = maker->request->presets[i]->audio;
    struct mk_plan_encode encode = mk_codec_aac(audio);
    struct mk_plan_sound sound;
    int64_t rate;

    memset(&sound, 0, sizeof(sound));
    sound.channels = wanted_channels(maker, audio);
    sound.sample_rate_hz = maker->audio->sample_rate_hz;
    if (mk_str_int64(audio->sample_rate, 8000, 192000, &rate))
        sound.sample_rate_hz = (int)rate;
    if (maker->audio->channels > sound.channels)
        maker->plan->outputs[i].warning = mk_arena_printf(
            maker->arena,
            "The input file for this job contains %d audio channels and the preset is configured "
            "for %d audio channels. Amazon Elastic Transcoder audio-channel mapping may not result "
            "in the desired audio.",
            maker->audio->channels, sound.channels);
    encode.of = mk_share_sound(maker->plan, &sound);
    return mk_share_encode(maker->plan, &encode);
}
