#ifndef MK_MODEL_PRESET_H
#define MK_MODEL_PRESET_H

#include "model/table.h"

struct mk_audio_options {
    const char *profile, *bit_depth, *bit_order, *is_signed;
};

struct mk_audio_parameters {
    const char *codec, *sample_rate, *bit_rate, *channels, *audio_packing_mode;
    struct mk_audio_options *codec_options;
};

struct mk_preset_watermark {
    const char *id, *max_width, *max_height, *sizing_policy, *horizontal_align, *horizontal_offset,
        *vertical_align, *vertical_offset, *opacity, *target;
};

struct mk_video_parameters {
    const char *codec;
    const struct mk_pair *codec_options;
    size_t codec_option_count;
    const char *keyframes_max_dist, *fixed_gop, *bit_rate, *frame_rate, *max_frame_rate,
        *resolution, *aspect_ratio, *max_width, *max_height, *display_aspect_ratio, *sizing_policy,
        *padding_policy;
    const struct mk_preset_watermark *watermarks;
    size_t watermark_count;
};

struct mk_thumbnails {
    const char *format, *interval, *resolution, *aspect_ratio, *max_width, *max_height,
        *sizing_policy, *padding_policy;
};

struct mk_preset {
    const char *id, *arn, *name, *description, *container;
    struct mk_audio_parameters *audio;
    struct mk_video_parameters *video;
    struct mk_thumbnails *thumbnails;
    const char *type; /* "System" or "Custom" */
};

extern const struct mk_shape mk_shape_preset;        /**< as it is answered and stored */
extern const struct mk_shape mk_shape_create_preset; /**< as CreatePreset takes it */

/**
 * The rules of CreatePreset that span members (reference 3.1, 3.2, 5.2, 5.3), and what the service
 * adds to an H.264 preset: InterlacedMode, ColorSpaceConversionMode, and a BufferSize where only
 * MaxBitRate was given. Changes @p preset.
 *
 * @param arena    new members and *warning are allocated here
 * @param warning  what may not play although it can be made, in the words of the answer's
 *                 "Warning"; "" if there is nothing to say
 */
mockets_status mk_rules_preset(struct mk_preset *preset, struct mk_arena *arena,
                               const char **warning, struct mockets_error *err);

/** @return the value of a video CodecOptions key; NULL if absent or "" (the API's unset). */
const char *mk_video_option(const struct mk_video_parameters *video, const char *key);

/**
 * The presets that every account has, in the order of ListPresets: the service's 62, then this
 * project's own five ("mockets: HLS 1080p" …). arn is NULL: it carries the account. Static.
 */
const struct mk_preset *mk_system_presets(size_t *count);

/** How many of them are the service's own; the project's come behind. */
size_t mk_system_presets_own_from(void);

/** @return the preset, or NULL; @p strict hides the project's own. Also knows retired ids. */
const struct mk_preset *mk_system_preset_find(const char *id, bool strict);

/** The preset behind the placeholder "preset-id": by the height that @p key names ("…720p"). */
const struct mk_preset *mk_system_preset_for_key(const char *key);

#endif
