#include "plan/warning.h"

#include "base/str.h"

const char mk_warning_clip[] =
    "The starting time plus the duration of a clip exceeded the length of the input file. Amazon "
    "Elastic Transcoder created an output file that is shorter than the specified duration.";

static const char channels[] =
    "The input file for this job contains %d audio channels and the preset is configured for %d "
    "audio channels. Amazon Elastic Transcoder audio-channel mapping may not result in the desired "
    "audio.";

static const char segments[] =
    "Some individual segment files for this output have a higher bit rate than the average bit "
    "rate of the transcoded media. Playlists including this output will record a higher bit rate "
    "than the rate specified by the preset.";

const char *mk_warning_channels(int found, int wanted, struct mk_arena *arena)
{
    return mk_arena_printf(arena, channels, found, wanted);
}

/* In kbit/s; 0: "auto", or the preset has none of the kind. @return whether it says so much */
static bool add_rate(const char *codec, const char *bit_rate, int64_t *kbps)
{
    int64_t rate;

    if (mk_str_empty(codec))
        return true;
    if (!mk_str_int64(bit_rate, 1, INT32_MAX, &rate))
        return false;
    *kbps += rate;
    return true;
}

const char *mk_warning_segments(const struct mk_preset *preset, int64_t highest_bps,
                                int64_t average_bps)
{
    int64_t kbps = 0;
    bool known = true;

    if (preset->video)
        known = add_rate(preset->video->codec, preset->video->bit_rate, &kbps);
    if (known && preset->audio && !mk_str_eq(preset->audio->channels, "0"))
        known = add_rate(preset->audio->codec, preset->audio->bit_rate, &kbps);
    return known && highest_bps > average_bps && highest_bps > kbps * 1500 ? segments : NULL;
}

const char *mk_warning_join(const char *before, const char *after, struct mk_arena *arena)
{
    if (!before || !after)
        return before ? before : after;
    return mk_arena_printf(arena, "%s %s", before, after);
}
