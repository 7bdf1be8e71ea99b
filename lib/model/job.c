#include "model/job.h"

#include "model/rows.h"

#define PATTERN_BASE64_OR_NONE                                                                     \
    "^$|(^(?:[A-Za-z0-9\\+/]{4})*(?:[A-Za-z0-9\\+/]{2}==|[A-Za-z0-9\\+/]{3}=)?$)"
#define PATTERN_BASE64 "(^(?:[A-Za-z0-9\\+/]{4})*(?:[A-Za-z0-9\\+/]{2}==|[A-Za-z0-9\\+/]{3}=)?$)"
#define PATTERN_CONTAINER                                                                          \
    "(^auto$)|(^3gp$)|(^asf$)|(^avi$)|(^divx$)|(^flv$)|(^mkv$)|(^mov$)|(^mp4$)"                    \
    "|(^mpeg$)|(^mpeg-ps$)|(^mpeg-ts$)|(^mxf$)|(^ogg$)|(^ts$)|(^vob$)|(^wav$)"                     \
    "|(^webm$)|(^mp3$)|(^m4a$)|(^aac$)"
#define PATTERN_DECIMAL "^\\d{1,5}(\\.\\d{0,5})?$"
#define PATTERN_GUID                                                                               \
    "(^[0-9A-Fa-f]{8}-[0-9A-Fa-f]{4}-[0-9A-Fa-f]{4}-[0-9A-Fa-f]{4}-[0-9A-Fa-f]{12}$)"              \
    "|(^[0-9A-Fa-f]{32}$)"
#define PATTERN_IMAGE_KEY "(^.{1,1020}.jpg$)|(^.{1,1019}.jpeg$)|(^.{1,1020}.png$)"
#define PATTERN_MERGE     "(^MergeOverride$)|(^MergeRetain$)|(^Override$)"
#define PATTERN_TIME                                                                               \
    "(^\\d{1,5}(\\.\\d{0,3})?$)"                                                                   \
    "|(^([0-1]?[0-9]:|2[0-3]:)?([0-5]?[0-9]:)?[0-5]?[0-9](\\.\\d{0,3})?$)"
#define PATTERN_TIME_OFFSET                                                                        \
    "(^[+-]?\\d{1,5}(\\.\\d{0,3})?$)"                                                              \
    "|(^[+-]?([0-1]?[0-9]:|2[0-3]:)?([0-5]?[0-9]:)?[0-5]?[0-9](\\.\\d{0,3})?$)"

static const struct mk_field encryption_rows[] = {
    MK_ROW_STRING(mk_encryption, mode, "Mode",
                  .pattern = "(^s3$)|(^s3-aws-kms$)|(^aes-cbc-pkcs7$)|(^aes-ctr$)|(^aes-gcm$)"),
    MK_ROW_STRING(mk_encryption, key, "Key", .pattern = PATTERN_BASE64_OR_NONE),
    MK_ROW_STRING(mk_encryption, key_md5, "KeyMd5", .pattern = PATTERN_BASE64_OR_NONE),
    MK_ROW_STRING(mk_encryption, initialization_vector, "InitializationVector", .max = 255),
};
static const struct mk_shape encryption_shape =
    MK_SHAPE("Encryption", mk_encryption, encryption_rows);

static const struct mk_field time_span_rows[] = {
    MK_ROW_STRING(mk_time_span, start_time, "StartTime", .pattern = PATTERN_TIME),
    MK_ROW_STRING(mk_time_span, duration, "Duration", .pattern = PATTERN_TIME),
};
static const struct mk_shape time_span_shape = MK_SHAPE("TimeSpan", mk_time_span, time_span_rows);

static const struct mk_field caption_source_rows[] = {
    MK_ROW_STRING(mk_caption_source, key, "Key", .min = 1, .max = 1024),
    MK_ROW_STRING(mk_caption_source, language, "Language", .min = 1, .max = 255),
    MK_ROW_STRING(mk_caption_source, time_offset, "TimeOffset", .pattern = PATTERN_TIME_OFFSET),
    MK_ROW_STRING(mk_caption_source, label, "Label", .min = 1, .max = 40),
    MK_ROW_STRUCT(mk_caption_source, encryption, "Encryption", &encryption_shape),
};
static const struct mk_shape caption_source_shape =
    MK_SHAPE("CaptionSource", mk_caption_source, caption_source_rows);

static const struct mk_field input_captions_rows[] = {
    MK_ROW_STRING(mk_input_captions, merge_policy, "MergePolicy", .pattern = PATTERN_MERGE),
    MK_ROW_LIST(mk_input_captions, caption_sources, caption_source_count, "CaptionSources",
                .shape = &caption_source_shape, .max_items = 20),
};
static const struct mk_shape input_captions_shape =
    MK_SHAPE("InputCaptions", mk_input_captions, input_captions_rows);

static const struct mk_field detected_rows[] = {
    MK_ROW_INTEGER(mk_detected_properties, width, "Width"),
    MK_ROW_INTEGER(mk_detected_properties, height, "Height"),
    MK_ROW_STRING(mk_detected_properties, frame_rate, "FrameRate", .pattern = PATTERN_DECIMAL),
    MK_ROW_INTEGER(mk_detected_properties, file_size, "FileSize"),
    MK_ROW_INTEGER(mk_detected_properties, duration_millis, "DurationMillis"),
};
static const struct mk_shape detected_shape =
    MK_SHAPE("DetectedProperties", mk_detected_properties, detected_rows);

static const struct mk_field input_rows[] = {
    MK_ROW_STRING(mk_job_input, key, "Key", .min = 1, .max = 1024, .required = true),
    MK_ROW_STRING(mk_job_input, frame_rate, "FrameRate", .pattern = MK_PATTERN_FRAMES),
    MK_ROW_STRING(mk_job_input, resolution, "Resolution", .pattern = MK_PATTERN_RESOLUTION),
    MK_ROW_STRING(mk_job_input, aspect_ratio, "AspectRatio", .pattern = MK_PATTERN_ASPECT),
    MK_ROW_STRING(mk_job_input, interlaced, "Interlaced", .pattern = "(^auto$)|(^true$)|(^false$)"),
    MK_ROW_STRING(mk_job_input, container, "Container", .pattern = PATTERN_CONTAINER),
    MK_ROW_STRUCT(mk_job_input, encryption, "Encryption", &encryption_shape),
    MK_ROW_STRUCT(mk_job_input, time_span, "TimeSpan", &time_span_shape),
    MK_ROW_STRUCT(mk_job_input, input_captions, "InputCaptions", &input_captions_shape),
    MK_ROW_STRUCT(mk_job_input, detected_properties, "DetectedProperties", &detected_shape,
                  .output_only = true),
};
static const struct mk_shape input_shape = MK_SHAPE("JobInput", mk_job_input, input_rows);

static const struct mk_field watermark_rows[] = {
    MK_ROW_STRING(mk_job_watermark, preset_watermark_id, "PresetWatermarkId", .min = 1, .max = 40),
    MK_ROW_STRING(mk_job_watermark, input_key, "InputKey", .pattern = PATTERN_IMAGE_KEY, .min = 1,
                  .max = 1024),
    MK_ROW_STRUCT(mk_job_watermark, encryption, "Encryption", &encryption_shape),
};
static const struct mk_shape watermark_shape =
    MK_SHAPE("JobWatermark", mk_job_watermark, watermark_rows);

static const struct mk_field artwork_rows[] = {
    MK_ROW_STRING(mk_artwork, input_key, "InputKey", .pattern = PATTERN_IMAGE_KEY, .min = 1,
                  .max = 1024),
    MK_ROW_STRING(mk_artwork, max_width, "MaxWidth", .pattern = MK_PATTERN_AUTO_SIZE),
    MK_ROW_STRING(mk_artwork, max_height, "MaxHeight", .pattern = MK_PATTERN_AUTO_SIZE),
    MK_ROW_STRING(mk_artwork, sizing_policy, "SizingPolicy", .pattern = MK_PATTERN_SIZING),
    MK_ROW_STRING(mk_artwork, padding_policy, "PaddingPolicy", .pattern = MK_PATTERN_PADDING),
    MK_ROW_STRING(mk_artwork, album_art_format, "AlbumArtFormat", .pattern = MK_PATTERN_JPG_PNG),
    MK_ROW_STRUCT(mk_artwork, encryption, "Encryption", &encryption_shape),
};
static const struct mk_shape artwork_shape = MK_SHAPE("Artwork", mk_artwork, artwork_rows);

static const struct mk_field album_art_rows[] = {
    MK_ROW_STRING(mk_album_art, merge_policy, "MergePolicy",
                  .pattern = "(^Replace$)|(^Prepend$)|(^Append$)|(^Fallback$)"),
    MK_ROW_LIST(mk_album_art, artwork, artwork_count, "Artwork", .shape = &artwork_shape,
                .max_items = 20),
};
static const struct mk_shape album_art_shape =
    MK_SHAPE("JobAlbumArt", mk_album_art, album_art_rows);

static const struct mk_field clip_rows[] = {
    MK_ROW_STRUCT(mk_clip, time_span, "TimeSpan", &time_span_shape),
};
static const struct mk_shape clip_shape = MK_SHAPE("Clip", mk_clip, clip_rows);

static const struct mk_field caption_format_rows[] = {
    MK_ROW_STRING(mk_caption_format, format, "Format",
                  .pattern = "(^mov-text$)|(^srt$)|(^scc$)|(^webvtt$)|(^dfxp$)|(^cea-708$)"),
    MK_ROW_STRING(mk_caption_format, pattern, "Pattern", .pattern = "(^$)|(^.*\\{language\\}.*$)"),
    MK_ROW_STRUCT(mk_caption_format, encryption, "Encryption", &encryption_shape),
};
static const struct mk_shape caption_format_shape =
    MK_SHAPE("CaptionFormat", mk_caption_format, caption_format_rows);

static const struct mk_field captions_rows[] = {
    MK_ROW_STRING(mk_captions, merge_policy, "MergePolicy", .pattern = PATTERN_MERGE,
                  .deprecated = true),
    MK_ROW_LIST(mk_captions, caption_sources, caption_source_count, "CaptionSources",
                .shape = &caption_source_shape, .max_items = 20, .deprecated = true),
    MK_ROW_LIST(mk_captions, caption_formats, caption_format_count, "CaptionFormats",
                .shape = &caption_format_shape, .max_items = 4),
};
static const struct mk_shape captions_shape = MK_SHAPE("Captions", mk_captions, captions_rows);

static const struct mk_field output_rows[] = {
    MK_ROW_STRING(mk_job_output, id, "Id", .output_only = true),
    MK_ROW_STRING(mk_job_output, key, "Key", .min = 1, .max = 255, .required = true),
    MK_ROW_STRING(mk_job_output, thumbnail_pattern, "ThumbnailPattern",
                  .pattern = "(^$)|(^.*\\{count\\}.*$)"),
    MK_ROW_STRUCT(mk_job_output, thumbnail_encryption, "ThumbnailEncryption", &encryption_shape),
    MK_ROW_STRING(mk_job_output, rotate, "Rotate",
                  .pattern = "(^auto$)|(^0$)|(^90$)|(^180$)|(^270$)"),
    MK_ROW_STRING(mk_job_output, preset_id, "PresetId", .pattern = MK_PATTERN_ID, .required = true),
    MK_ROW_STRING(mk_job_output, segment_duration, "SegmentDuration", .pattern = PATTERN_DECIMAL),
    MK_ROW_STRING(mk_job_output, status, "Status", .pattern = MK_PATTERN_JOB_STATUS,
                  .output_only = true),
    MK_ROW_STRING(mk_job_output, status_detail, "StatusDetail", .max = 255, .output_only = true),
    MK_ROW_INTEGER(mk_job_output, duration, "Duration", .output_only = true),
    MK_ROW_INTEGER(mk_job_output, width, "Width", .output_only = true),
    MK_ROW_INTEGER(mk_job_output, height, "Height", .output_only = true),
    MK_ROW_STRING(mk_job_output, frame_rate, "FrameRate", .pattern = PATTERN_DECIMAL,
                  .output_only = true),
    MK_ROW_INTEGER(mk_job_output, file_size, "FileSize", .output_only = true),
    MK_ROW_INTEGER(mk_job_output, duration_millis, "DurationMillis", .output_only = true),
    MK_ROW_LIST(mk_job_output, watermarks, watermark_count, "Watermarks", .shape = &watermark_shape,
                .empty = true, .max_items = 4),
    MK_ROW_STRUCT(mk_job_output, album_art, "AlbumArt", &album_art_shape),
    MK_ROW_LIST(mk_job_output, composition, composition_count, "Composition", .shape = &clip_shape,
                .max_items = 1, .deprecated = true),
    MK_ROW_STRUCT(mk_job_output, captions, "Captions", &captions_shape),
    MK_ROW_STRUCT(mk_job_output, encryption, "Encryption", &encryption_shape),
    MK_ROW_STRING(mk_job_output, applied_color_space_conversion, "AppliedColorSpaceConversion",
                  .output_only = true),
};
static const struct mk_shape output_shape =
    MK_SHAPE_AS("JobOutput", "CreateJobOutput", mk_job_output, output_rows);

static const struct mk_field hls_protection_rows[] = {
    MK_ROW_STRING(mk_hls_content_protection, method, "Method", .pattern = "(^aes-128$)"),
    MK_ROW_STRING(mk_hls_content_protection, key, "Key", .pattern = PATTERN_BASE64_OR_NONE),
    MK_ROW_STRING(mk_hls_content_protection, key_md5, "KeyMd5", .pattern = PATTERN_BASE64_OR_NONE),
    MK_ROW_STRING(mk_hls_content_protection, initialization_vector, "InitializationVector",
                  .max = 255),
    MK_ROW_STRING(mk_hls_content_protection, license_acquisition_url, "LicenseAcquisitionUrl",
                  .max = 512),
    MK_ROW_STRING(mk_hls_content_protection, key_storage_policy, "KeyStoragePolicy",
                  .pattern = "(^NoStore$)|(^WithVariantPlaylists$)"),
};
static const struct mk_shape hls_protection_shape =
    MK_SHAPE("HlsContentProtection", mk_hls_content_protection, hls_protection_rows);

static const struct mk_field play_ready_rows[] = {
    MK_ROW_STRING(mk_play_ready_drm, format, "Format",
                  .pattern = "(^microsoft$)|(^discretix-3.0$)"),
    MK_ROW_STRING(mk_play_ready_drm, key, "Key", .pattern = PATTERN_BASE64),
    MK_ROW_STRING(mk_play_ready_drm, key_md5, "KeyMd5", .pattern = PATTERN_BASE64),
    MK_ROW_STRING(mk_play_ready_drm, key_id, "KeyId", .pattern = PATTERN_GUID),
    MK_ROW_STRING(mk_play_ready_drm, initialization_vector, "InitializationVector", .max = 255),
    MK_ROW_STRING(mk_play_ready_drm, license_acquisition_url, "LicenseAcquisitionUrl", .min = 1,
                  .max = 512),
};
static const struct mk_shape play_ready_shape =
    MK_SHAPE("PlayReadyDrm", mk_play_ready_drm, play_ready_rows);

static const struct mk_field playlist_rows[] = {
    MK_ROW_STRING(mk_playlist, name, "Name", .min = 1, .max = 255),
    MK_ROW_STRING(mk_playlist, format, "Format",
                  .pattern = "(^HLSv3$)|(^HLSv4$)|(^Smooth$)|(^MPEG-DASH$)"),
    MK_ROW_LIST(mk_playlist, output_keys, output_key_count, "OutputKeys", .min = 1, .max = 255,
                .max_items = 30),
    MK_ROW_STRUCT(mk_playlist, hls_content_protection, "HlsContentProtection",
                  &hls_protection_shape),
    MK_ROW_STRUCT(mk_playlist, play_ready_drm, "PlayReadyDrm", &play_ready_shape),
    MK_ROW_STRING(mk_playlist, status, "Status", .pattern = MK_PATTERN_JOB_STATUS,
                  .output_only = true),
    MK_ROW_STRING(mk_playlist, status_detail, "StatusDetail", .max = 255, .output_only = true),
};
static const struct mk_shape playlist_shape =
    MK_SHAPE_AS("Playlist", "CreateJobPlaylist", mk_playlist, playlist_rows);

static const struct mk_field timing_rows[] = {
    MK_ROW_INTEGER(mk_timing, submit_time_millis, "SubmitTimeMillis"),
    MK_ROW_INTEGER(mk_timing, start_time_millis, "StartTimeMillis"),
    MK_ROW_INTEGER(mk_timing, finish_time_millis, "FinishTimeMillis"),
};
static const struct mk_shape timing_shape = MK_SHAPE("Timing", mk_timing, timing_rows);

static const struct mk_field job_rows[] = {
    MK_ROW_STRING(mk_job, id, "Id", .pattern = MK_PATTERN_ID, .output_only = true),
    MK_ROW_STRING(mk_job, arn, "Arn", .output_only = true),
    MK_ROW_STRING(mk_job, pipeline_id, "PipelineId", .pattern = MK_PATTERN_ID, .required = true),
    MK_ROW_STRUCT(mk_job, input, "Input", &input_shape),
    MK_ROW_LIST(mk_job, inputs, input_count, "Inputs", .shape = &input_shape, .max_items = 200),
    MK_ROW_STRUCT(mk_job, output, "Output", &output_shape),
    MK_ROW_LIST(mk_job, outputs, output_count, "Outputs", .shape = &output_shape, .max_items = 30),
    MK_ROW_STRING(mk_job, output_key_prefix, "OutputKeyPrefix", .min = 1, .max = 255),
    MK_ROW_LIST(mk_job, playlists, playlist_count, "Playlists", .shape = &playlist_shape,
                .empty = true, .max_items = 30),
    MK_ROW_STRING(mk_job, status, "Status", .pattern = MK_PATTERN_JOB_STATUS, .output_only = true),
    MK_ROW_MAP(mk_job, user_metadata, user_metadata_count, "UserMetadata", .max_items = 10),
    MK_ROW_STRUCT(mk_job, timing, "Timing", &timing_shape, .output_only = true),
};
const struct mk_shape mk_shape_job = MK_SHAPE("Job", mk_job, job_rows);

static const struct mk_field create_rows[] = {
    MK_ROW_STRING(mk_job, pipeline_id, "PipelineId", .pattern = MK_PATTERN_ID, .required = true),
    MK_ROW_STRUCT(mk_job, input, "Input", &input_shape),
    MK_ROW_LIST(mk_job, inputs, input_count, "Inputs", .shape = &input_shape, .max_items = 200),
    MK_ROW_STRUCT(mk_job, output, "Output", &output_shape),
    MK_ROW_LIST(mk_job, outputs, output_count, "Outputs", .shape = &output_shape, .max_items = 30),
    MK_ROW_STRING(mk_job, output_key_prefix, "OutputKeyPrefix", .min = 1, .max = 255),
    MK_ROW_LIST(mk_job, playlists, playlist_count, "Playlists", .shape = &playlist_shape,
                .max_items = 30),
    MK_ROW_MAP(mk_job, user_metadata, user_metadata_count, "UserMetadata", .max_items = 10),
};
const struct mk_shape mk_shape_create_job = MK_SHAPE("CreateJobRequest", mk_job, create_rows);
