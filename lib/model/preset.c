#include "model/preset.h"

#include <string.h>

#include "base/str.h"
#include "model/rows.h"

#define PATTERN_CONTAINER                                                                          \
    "(^mp4$)|(^ts$)|(^webm$)|(^mp3$)|(^flac$)|(^oga$)|(^ogg$)"                                     \
    "|(^fmp4$)|(^mpg$)|(^flv$)|(^gif$)|(^mxf$)|(^wav$)|(^mp2$)"
#define PATTERN_LENGTH "(^\\d{1,3}(\\.\\d{0,5})?%$)|(^\\d{1,4}?px$)"

static const struct mk_field audio_options_rows[] = {
    MK_ROW_STRING(mk_audio_options, profile, "Profile",
                  .pattern = "(^auto$)|(^AAC-LC$)|(^HE-AAC$)|(^HE-AACv2$)"),
    MK_ROW_STRING(mk_audio_options, bit_depth, "BitDepth", .pattern = "(^8$)|(^16$)|(^24$)|(^32$)"),
    MK_ROW_STRING(mk_audio_options, bit_order, "BitOrder", .pattern = "(^LittleEndian$)"),
    MK_ROW_STRING(mk_audio_options, is_signed, "Signed", .pattern = "(^Unsigned$)|(^Signed$)"),
};
static const struct mk_shape audio_options_shape =
    MK_SHAPE("AudioCodecOptions", mk_audio_options, audio_options_rows);

static const struct mk_field audio_rows[] = {
    MK_ROW_STRING(mk_audio_parameters, codec, "Codec",
                  .pattern = "(^AAC$)|(^vorbis$)|(^mp3$)|(^mp2$)|(^pcm$)|(^flac$)"),
    MK_ROW_STRING(mk_audio_parameters, sample_rate, "SampleRate",
                  .pattern =
                      "(^auto$)|(^22050$)|(^32000$)|(^44100$)|(^48000$)|(^96000$)|(^192000$)"),
    MK_ROW_STRING(mk_audio_parameters, bit_rate, "BitRate", .pattern = "^\\d{1,3}$"),
    MK_ROW_STRING(mk_audio_parameters, channels, "Channels",
                  .pattern = "(^auto$)|(^0$)|(^1$)|(^2$)"),
    MK_ROW_STRING(
        mk_audio_parameters, audio_packing_mode, "AudioPackingMode",
        .pattern = "(^SingleTrack$)|(^OneChannelPerTrack$)|(^OneChannelPerTrackWithMosTo8Tracks$)"),
    MK_ROW_STRUCT(mk_audio_parameters, codec_options, "CodecOptions", &audio_options_shape),
};
static const struct mk_shape audio_shape =
    MK_SHAPE("AudioParameters", mk_audio_parameters, audio_rows);

static const struct mk_field watermark_rows[] = {
    MK_ROW_STRING(mk_preset_watermark, id, "Id", .min = 1, .max = 40),
    MK_ROW_STRING(mk_preset_watermark, max_width, "MaxWidth", .pattern = PATTERN_LENGTH),
    MK_ROW_STRING(mk_preset_watermark, max_height, "MaxHeight", .pattern = PATTERN_LENGTH),
    MK_ROW_STRING(mk_preset_watermark, sizing_policy, "SizingPolicy",
                  .pattern = "(^Fit$)|(^Stretch$)|(^ShrinkToFit$)"),
    MK_ROW_STRING(mk_preset_watermark, horizontal_align, "HorizontalAlign",
                  .pattern = "(^Left$)|(^Right$)|(^Center$)"),
    MK_ROW_STRING(mk_preset_watermark, horizontal_offset, "HorizontalOffset",
                  .pattern = PATTERN_LENGTH),
    MK_ROW_STRING(mk_preset_watermark, vertical_align, "VerticalAlign",
                  .pattern = "(^Top$)|(^Bottom$)|(^Center$)"),
    MK_ROW_STRING(mk_preset_watermark, vertical_offset, "VerticalOffset",
                  .pattern = PATTERN_LENGTH),
    MK_ROW_STRING(mk_preset_watermark, opacity, "Opacity", .pattern = "^\\d{1,3}(\\.\\d{0,20})?$"),
    MK_ROW_STRING(mk_preset_watermark, target, "Target", .pattern = "(^Content$)|(^Frame$)"),
};
static const struct mk_shape watermark_shape =
    MK_SHAPE("PresetWatermark", mk_preset_watermark, watermark_rows);

static const struct mk_field video_rows[] = {
    MK_ROW_STRING(mk_video_parameters, codec, "Codec",
                  .pattern = "(^H\\.264$)|(^vp8$)|(^vp9$)|(^mpeg2$)|(^gif$)"),
    MK_ROW_MAP(mk_video_parameters, codec_options, codec_option_count, "CodecOptions", .min = 1,
               .max = 255, .max_items = 30),
    MK_ROW_STRING(mk_video_parameters, keyframes_max_dist, "KeyframesMaxDist",
                  .pattern = "^\\d{1,6}$"),
    MK_ROW_STRING(mk_video_parameters, fixed_gop, "FixedGOP", .pattern = "(^true$)|(^false$)"),
    MK_ROW_STRING(mk_video_parameters, bit_rate, "BitRate", .pattern = "(^\\d{2,5}$)|(^auto$)"),
    MK_ROW_STRING(mk_video_parameters, frame_rate, "FrameRate", .pattern = MK_PATTERN_FRAMES),
    MK_ROW_STRING(mk_video_parameters, max_frame_rate, "MaxFrameRate",
                  .pattern =
                      "(^10$)|(^15$)|(^23.97$)|(^24$)|(^25$)|(^29.97$)|(^30$)|(^50$)|(^60$)"),
    MK_ROW_STRING(mk_video_parameters, resolution, "Resolution", .pattern = MK_PATTERN_RESOLUTION),
    MK_ROW_STRING(mk_video_parameters, aspect_ratio, "AspectRatio", .pattern = MK_PATTERN_ASPECT),
    MK_ROW_STRING(mk_video_parameters, max_width, "MaxWidth", .pattern = MK_PATTERN_AUTO_SIZE),
    MK_ROW_STRING(mk_video_parameters, max_height, "MaxHeight", .pattern = MK_PATTERN_AUTO_SIZE),
    MK_ROW_STRING(mk_video_parameters, display_aspect_ratio, "DisplayAspectRatio",
                  .pattern = MK_PATTERN_ASPECT),
    MK_ROW_STRING(mk_video_parameters, sizing_policy, "SizingPolicy", .pattern = MK_PATTERN_SIZING),
    MK_ROW_STRING(mk_video_parameters, padding_policy, "PaddingPolicy",
                  .pattern = MK_PATTERN_PADDING),
    MK_ROW_LIST(mk_video_parameters, watermarks, watermark_count, "Watermarks",
                .shape = &watermark_shape, .max_items = 4),
};
static const struct mk_shape video_shape =
    MK_SHAPE("VideoParameters", mk_video_parameters, video_rows);

static const struct mk_field thumbnails_rows[] = {
    MK_ROW_STRING(mk_thumbnails, format, "Format", .pattern = MK_PATTERN_JPG_PNG),
    MK_ROW_STRING(mk_thumbnails, interval, "Interval", .pattern = "^\\d{1,5}$"),
    MK_ROW_STRING(mk_thumbnails, resolution, "Resolution", .pattern = "^\\d{1,5}x\\d{1,5}$"),
    MK_ROW_STRING(mk_thumbnails, aspect_ratio, "AspectRatio", .pattern = MK_PATTERN_ASPECT),
    MK_ROW_STRING(mk_thumbnails, max_width, "MaxWidth", .pattern = MK_PATTERN_AUTO_SIZE),
    MK_ROW_STRING(mk_thumbnails, max_height, "MaxHeight", .pattern = MK_PATTERN_AUTO_SIZE),
    MK_ROW_STRING(mk_thumbnails, sizing_policy, "SizingPolicy", .pattern = MK_PATTERN_SIZING),
    MK_ROW_STRING(mk_thumbnails, padding_policy, "PaddingPolicy", .pattern = MK_PATTERN_PADDING),
};
static const struct mk_shape thumbnails_shape =
    MK_SHAPE("Thumbnails", mk_thumbnails, thumbnails_rows);

static const struct mk_field preset_rows[] = {
    MK_ROW_STRING(mk_preset, id, "Id", .pattern = MK_PATTERN_ID, .output_only = true),
    MK_ROW_STRING(mk_preset, arn, "Arn", .output_only = true),
    MK_ROW_STRING(mk_preset, name, "Name", .min = 1, .max = 40, .required = true),
    MK_ROW_STRING(mk_preset, description, "Description", .max = 255),
    MK_ROW_STRING(mk_preset, container, "Container", .pattern = PATTERN_CONTAINER,
                  .required = true),
    MK_ROW_STRUCT(mk_preset, audio, "Audio", &audio_shape),
    MK_ROW_STRUCT(mk_preset, video, "Video", &video_shape),
    MK_ROW_STRUCT(mk_preset, thumbnails, "Thumbnails", &thumbnails_shape),
    MK_ROW_STRING(mk_preset, type, "Type", .pattern = "(^System$)|(^Custom$)", .output_only = true),
};
const struct mk_shape mk_shape_preset = MK_SHAPE("Preset", mk_preset, preset_rows);

static const struct mk_field create_rows[] = {
    MK_ROW_STRING(mk_preset, name, "Name", .min = 1, .max = 40, .required = true),
    MK_ROW_STRING(mk_preset, description, "Description", .max = 255),
    MK_ROW_STRING(mk_preset, container, "Container", .pattern = PATTERN_CONTAINER,
                  .required = true),
    MK_ROW_STRUCT(mk_preset, video, "Video", &video_shape),
    MK_ROW_STRUCT(mk_preset, audio, "Audio", &audio_shape),
    MK_ROW_STRUCT(mk_preset, thumbnails, "Thumbnails", &thumbnails_shape),
};
const struct mk_shape mk_shape_create_preset =
    MK_SHAPE("CreatePresetRequest", mk_preset, create_rows);

const char *mk_video_option(const struct mk_video_parameters *video, const char *key)
{
    for (size_t i = 0; i < video->codec_option_count; i++) {
        const struct mk_pair *pair = &video->codec_options[i];

        if (strcmp(pair->key, key) == 0)
            return mk_str_empty(pair->value) ? NULL : pair->value;
    }
    return NULL;
}
