#include <stdio.h>
#include <string.h>

#include "base/error.h"
#include "base/str.h"
#include "model/rules.h"

enum { DAY_S = 86400, UNITS = 100000 }; /* mk_decimal() counts in 1 / UNITS */

mockets_status mk_rules_encryption(const struct mk_place *place,
                                   const struct mk_encryption *encryption, enum mk_encrypted way)
{
    bool server_side;
    int set;

    if (mk_encryption_empty(encryption))
        return MOCKETS_OK;
    if (mk_str_empty(encryption->mode))
        return MK_FAIL_AT(place, "The '%s' object must have a 'Mode'.", place->member);
    server_side = mk_str_starts(encryption->mode, "s3");
    if (server_side && way == MK_ENCRYPTED_INPUT)
        return MK_FAIL_AT(place, "The encryption mode '%s' is available only for outputs.",
                          encryption->mode);
    set = !mk_str_empty(encryption->key) + !mk_str_empty(encryption->key_md5) +
          !mk_str_empty(encryption->initialization_vector);
    if (server_side || set == 3 || (!set && way == MK_ENCRYPTED_OUTPUT))
        return MOCKETS_OK;
    if (way == MK_ENCRYPTED_INPUT)
        return MK_FAIL_AT(place,
                          "The '%s' object of an encrypted input must have 'Key', 'KeyMd5' and "
                          "'InitializationVector'.",
                          place->member);
    return MK_FAIL_AT(place,
                      "The '%s' object must have all of 'Key', 'KeyMd5' and "
                      "'InitializationVector', or none of them.",
                      place->member);
}

/* Only the plain number of seconds can leave the day; the pattern bounds the other form. */
static bool in_a_day(const char *time)
{
    return mk_str_empty(time) || mk_decimal(time) < (int64_t)DAY_S * UNITS;
}

static mockets_status check_time_span(const struct mk_place *place, const struct mk_time_span *span)
{
    if (span && (!in_a_day(span->start_time) || !in_a_day(span->duration)))
        return MK_FAIL_AT(place, "The times of a 'TimeSpan' must not exceed 86399.999 seconds.");
    return MOCKETS_OK;
}

static mockets_status check_input(const struct mk_job_input *input, size_t i,
                                  struct mockets_error *err)
{
    mockets_status rc = mk_rules_encryption(&(struct mk_place){"Inputs", i, "Encryption", err},
                                            input->encryption, MK_ENCRYPTED_INPUT);

    if (!rc)
        rc = check_time_span(&(struct mk_place){"Inputs", i, "TimeSpan", err}, input->time_span);
    if (!rc)
        rc = mk_rules_input_captions(&(struct mk_place){"Inputs", i, "InputCaptions", err},
                                     input->input_captions);
    if (!rc && !mk_str_empty(input->resolution) && strcmp(input->resolution, "auto") != 0)
        rc = mk_fail_field(err, mk_pointer_to("Inputs", i, "Resolution").text,
                           "The 'Resolution' of an input must be 'auto'.");
    return rc;
}

mockets_status mk_rules_inputs(const struct mk_job *job, struct mockets_error *err)
{
    if (!job->input_count)
        return mk_fail_field(err, "/Inputs", "The job must have at least one input.");
    for (size_t i = 0; i < job->input_count; i++) {
        mockets_status rc = check_input(&job->inputs[i], i, err);

        if (rc)
            return rc;
    }
    return MOCKETS_OK;
}

static mockets_status check_segments(const struct mk_place *place,
                                     const struct mk_job_output *output,
                                     const struct mk_preset *preset)
{
    int64_t duration;

    if (mk_str_empty(output->segment_duration))
        return MOCKETS_OK;
    if (!mk_str_eq(preset->container, "ts") && !mk_str_eq(preset->container, "fmp4"))
        return MK_FAIL_AT(place,
                          "Output '%.*s' must not have a SegmentDuration. SegmentDuration is "
                          "available only for 'ts' and 'fmp4' containers.",
                          mk_shown_bytes(output->key), output->key);
    duration = mk_decimal(output->segment_duration);
    if (duration < UNITS || duration > (int64_t)60 * UNITS)
        return MK_FAIL_AT(place,
                          "The SegmentDuration of output '%.*s' must be between 1 and 60 seconds.",
                          mk_shown_bytes(output->key), output->key);
    return MOCKETS_OK;
}

static bool has_slot(const struct mk_preset *preset, const char *id)
{
    size_t count = preset->video ? preset->video->watermark_count : 0;

    for (size_t i = 0; i < count; i++) {
        if (mk_str_eq(preset->video->watermarks[i].id, id))
            return true;
    }
    return false;
}

static mockets_status check_watermarks(const struct mk_place *place,
                                       const struct mk_job_output *output,
                                       const struct mk_preset *preset)
{
    for (size_t i = 0; i < output->watermark_count; i++) {
        const struct mk_job_watermark *watermark = &output->watermarks[i];
        mockets_status rc;

        if (mk_str_empty(watermark->input_key) || mk_str_empty(watermark->preset_watermark_id))
            return MK_FAIL_AT(place,
                              "Each of the 'Watermarks' must have a 'PresetWatermarkId' and an "
                              "'InputKey'.");
        if (!has_slot(preset, watermark->preset_watermark_id))
            return MK_FAIL_AT(place, "The preset '%s' has no watermark '%.*s'.", output->preset_id,
                              mk_shown_bytes(watermark->preset_watermark_id),
                              watermark->preset_watermark_id);
        rc = mk_rules_encryption(place, watermark->encryption, MK_ENCRYPTED_INPUT);
        if (rc)
            return rc;
    }
    return MOCKETS_OK;
}

static mockets_status check_artwork(const struct mk_place *place, const struct mk_artwork *artwork)
{
    if (mk_str_empty(artwork->input_key))
        return MK_FAIL_AT(place, "Each 'Artwork' must have an 'InputKey'.");
    if (!mk_is_length(artwork->max_width, 32, 4096) || !mk_is_length(artwork->max_height, 32, 3072))
        return MK_FAIL_AT(place, "The 'MaxWidth' and 'MaxHeight' of 'Artwork' must be 'auto' or "
                                 "even numbers between 32x32 and 4096x3072.");
    return mk_rules_encryption(place, artwork->encryption, MK_ENCRYPTED_INPUT);
}

static mockets_status check_album_art(const struct mk_place *place, const struct mk_album_art *art,
                                      const struct mk_preset *preset)
{
    mockets_status rc = MOCKETS_OK;

    if (!art || (mk_str_empty(art->merge_policy) && !art->artwork_count))
        return MOCKETS_OK;
    if (mk_str_empty(art->merge_policy))
        return MK_FAIL_AT(place, "The 'AlbumArt' object must have a 'MergePolicy'.");
    if (!mk_str_eq(preset->container, "mp3") && !mk_str_eq(preset->container, "mp4") &&
        !mk_str_eq(preset->container, "flac"))
        return MK_FAIL_AT(place, "'AlbumArt' is available only for 'mp3', 'mp4' and 'flac' "
                                 "containers.");
    for (size_t i = 0; !rc && i < art->artwork_count; i++)
        rc = check_artwork(place, &art->artwork[i]);
    return rc;
}

static mockets_status check_output(const struct mk_job_output *output,
                                   const struct mk_preset *preset, size_t i,
                                   struct mockets_error *err)
{
    mockets_status rc =
        check_segments(&(struct mk_place){"Outputs", i, "SegmentDuration", err}, output, preset);

    if (!rc)
        rc = mk_rules_encryption(&(struct mk_place){"Outputs", i, "ThumbnailEncryption", err},
                                 output->thumbnail_encryption, MK_ENCRYPTED_OUTPUT);
    if (!rc)
        rc = check_watermarks(&(struct mk_place){"Outputs", i, "Watermarks", err}, output, preset);
    if (!rc)
        rc = check_album_art(&(struct mk_place){"Outputs", i, "AlbumArt", err}, output->album_art,
                             preset);
    for (size_t k = 0; !rc && k < output->composition_count; k++)
        rc = check_time_span(&(struct mk_place){"Outputs", i, "Composition", err},
                             output->composition[k].time_span);
    if (!rc)
        rc = mk_rules_captions(&(struct mk_place){"Outputs", i, "Captions", err}, output->captions,
                               preset);
    if (!rc)
        rc = mk_rules_encryption(&(struct mk_place){"Outputs", i, "Encryption", err},
                                 output->encryption, MK_ENCRYPTED_OUTPUT);
    return rc;
}

mockets_status mk_rules_outputs(const struct mk_job *job, const struct mk_preset *const *presets,
                                struct mockets_error *err)
{
    if (!job->output_count)
        return mk_fail_field(err, "/Outputs", "The job must have at least one output.");
    for (size_t i = 0; i < job->output_count; i++) {
        const struct mk_job_output *output = &job->outputs[i];
        mockets_status rc;

        if (mk_str_empty(output->key))
            return mk_fail_field(err, mk_pointer_to("Outputs", i, "Key").text,
                                 "Output %zu must have a 'Key'.", i + 1);
        if (mk_str_empty(output->preset_id))
            return mk_fail_field(err, mk_pointer_to("Outputs", i, "PresetId").text,
                                 "Output '%.*s' must have a 'PresetId'.",
                                 mk_shown_bytes(output->key), output->key);
        rc = check_output(output, presets[i], i, err);
        if (rc)
            return rc;
    }
    return MOCKETS_OK;
}
