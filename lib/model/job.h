#ifndef MK_MODEL_JOB_H
#define MK_MODEL_JOB_H

#include "model/preset.h"
#include "model/table.h"

struct mk_encryption {
    const char *mode, *key, *key_md5, *initialization_vector;
};

struct mk_time_span {
    const char *start_time, *duration;
};

struct mk_clip {
    struct mk_time_span *time_span;
};

struct mk_caption_source {
    const char *key, *language, *time_offset, *label;
    struct mk_encryption *encryption;
};

struct mk_input_captions {
    const char *merge_policy;
    const struct mk_caption_source *caption_sources;
    size_t caption_source_count;
};

struct mk_detected_properties {
    struct mk_integer width, height;
    const char *frame_rate;
    struct mk_integer file_size, duration_millis;
};

struct mk_job_input {
    const char *key, *frame_rate, *resolution, *aspect_ratio, *interlaced, *container;
    struct mk_encryption *encryption;
    struct mk_time_span *time_span;
    struct mk_input_captions *input_captions;
    struct mk_detected_properties *detected_properties;
};

struct mk_job_watermark {
    const char *preset_watermark_id, *input_key;
    struct mk_encryption *encryption;
};

struct mk_artwork {
    const char *input_key, *max_width, *max_height, *sizing_policy, *padding_policy,
        *album_art_format;
    struct mk_encryption *encryption;
};

struct mk_album_art {
    const char *merge_policy;
    const struct mk_artwork *artwork;
    size_t artwork_count;
};

struct mk_caption_format {
    const char *format, *pattern;
    struct mk_encryption *encryption;
};

struct mk_captions {
    const char *merge_policy;
    const struct mk_caption_source *caption_sources;
    size_t caption_source_count;
    const struct mk_caption_format *caption_formats;
    size_t caption_format_count;
};

struct mk_job_output {
    const char *id, *key, *thumbnail_pattern;
    struct mk_encryption *thumbnail_encryption;
    const char *rotate, *preset_id, *segment_duration, *status, *status_detail;
    struct mk_integer duration, width, height;
    const char *frame_rate;
    struct mk_integer file_size, duration_millis;
    const struct mk_job_watermark *watermarks;
    size_t watermark_count;
    struct mk_album_art *album_art;
    const struct mk_clip *composition;
    size_t composition_count;
    struct mk_captions *captions;
    struct mk_encryption *encryption;
    const char *applied_color_space_conversion;
};

struct mk_hls_content_protection {
    const char *method, *key, *key_md5, *initialization_vector, *license_acquisition_url,
        *key_storage_policy;
};

struct mk_play_ready_drm {
    const char *format, *key, *key_md5, *key_id, *initialization_vector, *license_acquisition_url;
};

struct mk_playlist {
    const char *name, *format;
    const char *const *output_keys;
    size_t output_key_count;
    struct mk_hls_content_protection *hls_content_protection;
    struct mk_play_ready_drm *play_ready_drm;
    const char *status, *status_detail;
};

struct mk_timing {
    struct mk_integer submit_time_millis, start_time_millis, finish_time_millis;
};

/**
 * Also the request of CreateJob. In a stored job, input and output repeat the first of inputs and
 * outputs when it is emitted (they point at it); outputs and playlists are writable there.
 */
struct mk_job {
    const char *id, *arn, *pipeline_id;
    struct mk_job_input *input;
    struct mk_job_input *inputs;
    size_t input_count;
    struct mk_job_output *output;
    struct mk_job_output *outputs;
    size_t output_count;
    const char *output_key_prefix;
    struct mk_playlist *playlists;
    size_t playlist_count;
    const char *status;
    const struct mk_pair *user_metadata;
    size_t user_metadata_count;
    struct mk_timing *timing;
};

extern const struct mk_shape mk_shape_job;        /**< as it is answered and stored */
extern const struct mk_shape mk_shape_create_job; /**< as CreateJob takes it */

/**
 * The rules of CreateJob that span members (reference 5.2 and 5.3) and need the presets.
 *
 * @param job      the request; Input/Output have been folded into inputs/outputs
 * @param presets  one per output, same order
 */
mockets_status mk_rules_job(const struct mk_job *job, const struct mk_preset *const *presets,
                            struct mockets_error *err);

#endif
