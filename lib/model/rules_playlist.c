#include <string.h>

#include "base/buf.h"
#include "base/error.h"
#include "base/str.h"
#include "model/rules.h"

/* What the rules of one playlist look at. */
struct context {
    const struct mk_job *job;
    const struct mk_preset *const *presets;
    const struct mk_playlist *playlist;
    size_t index;
    struct mockets_error *err;
};

#define FAIL_AT(context, member, ...)                                                              \
    mk_fail_field((context)->err, mk_pointer_to("Playlists", (context)->index, member).text,       \
                  __VA_ARGS__)

/* The containers that a playlist format is made of. */
static const struct {
    const char *format, *container;
    const char *captions; /* the only format of captions; NULL: any that the container takes */
} formats[] = {
    {"HLSv3", "ts", NULL},
    {"HLSv4", "ts", NULL},
    {"Smooth", "fmp4", "dfxp"},
    {"MPEG-DASH", "fmp4", "webvtt"},
};

/* Length of the part up to the last "/", with it. */
static size_t folder_length(const char *name)
{
    const char *slash = strrchr(name, '/');

    return slash ? (size_t)(slash - name) + 1 : 0;
}

static const struct mk_job_output *output_at(const struct context *context, size_t key)
{
    return &context->job
                ->outputs[mk_output_of_key(context->job, context->playlist->output_keys[key])];
}

static const struct mk_preset *preset_at(const struct context *context, size_t key)
{
    return context->presets[mk_output_of_key(context->job, context->playlist->output_keys[key])];
}

static mockets_status check_names(const struct context *context)
{
    const struct mk_playlist *playlist = context->playlist;
    const struct mk_playlist *others = context->job->playlists;

    if (mk_str_empty(playlist->name))
        return FAIL_AT(context, "Name", "Playlist %zu must have a 'Name'.", context->index + 1);
    if (mk_str_empty(playlist->format))
        return FAIL_AT(context, "Format", "Playlist '%.*s' must have a 'Format'.",
                       mk_shown_bytes(playlist->name), playlist->name);
    for (size_t i = 0; i < context->index; i++) {
        size_t folder = folder_length(others[i].name);

        if (strcmp(others[i].name, playlist->name) == 0)
            return FAIL_AT(context, "Name",
                           "The playlist name '%.*s' must not be used more than once.",
                           mk_shown_bytes(playlist->name), playlist->name);
        if (folder != folder_length(playlist->name) ||
            strncmp(others[i].name, playlist->name, folder) != 0)
            return FAIL_AT(context, "Name",
                           "All playlist names must begin identically upto the last / character.");
    }
    return MOCKETS_OK;
}

static mockets_status check_key(const struct context *context, size_t key)
{
    const struct mk_playlist *playlist = context->playlist;
    const char *text = playlist->output_keys[key];

    if (mk_str_empty(text) || mk_output_of_key(context->job, text) == context->job->output_count)
        return FAIL_AT(context, "OutputKeys",
                       "The output key '%.*s' in playlist '%.*s' is not the key of an output of "
                       "this job.",
                       text ? mk_shown_bytes(text) : 0, text ? text : "",
                       mk_shown_bytes(playlist->name), playlist->name);
    for (size_t i = 0; i < key; i++) {
        if (strcmp(playlist->output_keys[i], text) == 0)
            return FAIL_AT(context, "OutputKeys",
                           "The output key '%.*s' must not be in playlist '%.*s' more than once.",
                           mk_shown_bytes(text), text, mk_shown_bytes(playlist->name),
                           playlist->name);
    }
    if (strncmp(text, playlist->name, folder_length(playlist->name)) != 0)
        return FAIL_AT(context, "OutputKeys",
                       "All outputs in a playlist must begin identically to the playlist name upto "
                       "the last / character.");
    return MOCKETS_OK;
}

static mockets_status check_keys(const struct context *context)
{
    const struct mk_playlist *playlist = context->playlist;
    mockets_status rc = MOCKETS_OK;

    if (!playlist->output_key_count)
        return FAIL_AT(context, "OutputKeys", "Playlist '%.*s' must have 'OutputKeys'.",
                       mk_shown_bytes(playlist->name), playlist->name);
    for (size_t i = 0; !rc && i < playlist->output_key_count; i++)
        rc = check_key(context, i);
    return rc;
}

/* A playlist in fmp4 takes one kind of captions. */
static mockets_status check_captions(const struct context *context, const char *only)
{
    for (size_t i = 0; only && i < context->playlist->output_key_count; i++) {
        const struct mk_captions *captions = output_at(context, i)->captions;

        for (size_t k = 0; captions && k < captions->caption_format_count; k++) {
            if (!mk_str_eq(captions->caption_formats[k].format, only))
                return FAIL_AT(context, "OutputKeys",
                               "The captions of outputs in a %s playlist must have the format "
                               "'%s'.",
                               context->playlist->format, only);
        }
    }
    return MOCKETS_OK;
}

static mockets_status check_containers(const struct context *context)
{
    const char *format = context->playlist->format, *container = NULL, *captions = NULL;

    for (size_t i = 0; i < sizeof(formats) / sizeof(formats[0]); i++) {
        if (strcmp(formats[i].format, format) == 0) {
            container = formats[i].container;
            captions = formats[i].captions;
        }
    }
    if (!container)
        return FAIL_AT(context, "Format", "There is no playlist 'Format' '%.*s'.",
                       mk_shown_bytes(format), format);
    for (size_t i = 0; i < context->playlist->output_key_count; i++) {
        if (!mk_str_eq(preset_at(context, i)->container, container))
            return FAIL_AT(context, "OutputKeys",
                           "All output keys in a %s playlist must have container type of %s.",
                           format, container);
    }
    return check_captions(context, captions);
}

/* The service names all outputs in one message, and its spelling is kept. */
static mockets_status refuse_unsegmented(const struct context *context)
{
    struct mk_buf text;
    mockets_status rc;

    mk_buf_init(&text, sizeof(context->err->message) - 1);
    for (size_t i = 0; i < context->playlist->output_key_count; i++) {
        const struct mk_job_output *output = output_at(context, i);

        if (mk_str_empty(output->segment_duration))
            mk_buf_printf(&text,
                          "%sOutput '%.*s' must have a SegmentDuration since it is part of a "
                          "playlist. SegmentDurtion is available only for 'ts' containers.",
                          text.size ? " " : "", mk_shown_bytes(output->key), output->key);
    }
    rc = FAIL_AT(context, "OutputKeys", "%s", text.data ? text.data : "");
    mk_buf_fini(&text);
    return rc;
}

static mockets_status check_segments(const struct context *context)
{
    const char *first = output_at(context, 0)->segment_duration;

    for (size_t i = 0; i < context->playlist->output_key_count; i++) {
        if (mk_str_empty(output_at(context, i)->segment_duration))
            return refuse_unsegmented(context);
    }
    for (size_t i = 1; i < context->playlist->output_key_count; i++) {
        if (mk_decimal(output_at(context, i)->segment_duration) != mk_decimal(first))
            return FAIL_AT(context, "OutputKeys",
                           "All outputs in playlist '%.*s' must have the same SegmentDuration.",
                           mk_shown_bytes(context->playlist->name), context->playlist->name);
    }
    return MOCKETS_OK;
}

static bool same_clip(const struct mk_job_output *a, const struct mk_job_output *b)
{
    static const struct mk_time_span whole;
    const struct mk_time_span *x = a->composition_count ? a->composition[0].time_span : NULL;
    const struct mk_time_span *y = b->composition_count ? b->composition[0].time_span : NULL;

    x = x ? x : &whole;
    y = y ? y : &whole;
    return mk_str_eq(x->start_time, y->start_time) && mk_str_eq(x->duration, y->duration);
}

static bool same_or_unset(const char *a, const char *b)
{
    return mk_str_empty(a) ? mk_str_empty(b) : mk_str_eq(a, b);
}

/* Frames in one GOP and frame rate stand in the same ratio; a rate of auto fits its like alone. */
static bool same_rhythm(const struct mk_video_parameters *a, const struct mk_video_parameters *b)
{
    int64_t rates[2] = {mk_decimal(a->frame_rate ? a->frame_rate : ""),
                        mk_decimal(b->frame_rate ? b->frame_rate : "")};
    int64_t frames[2];

    if (!mk_str_int64(a->keyframes_max_dist, 0, 999999, &frames[0]) ||
        !mk_str_int64(b->keyframes_max_dist, 0, 999999, &frames[1]))
        return mk_str_eq(a->keyframes_max_dist, b->keyframes_max_dist);
    if (rates[0] < 0 && !same_or_unset(a->max_frame_rate, b->max_frame_rate))
        return false;
    return rates[0] * frames[1] == rates[1] * frames[0];
}

static const char *audio_profile(const struct mk_preset *preset)
{
    const struct mk_audio_parameters *audio = preset->audio;

    return audio && audio->codec_options ? audio->codec_options->profile : NULL;
}

/* What only the outputs of a Smooth playlist must have in common. */
static mockets_status check_smooth(const struct context *context, size_t a, size_t b)
{
    const struct mk_preset *x = preset_at(context, a), *y = preset_at(context, b);
    const char *name = context->playlist->name;

    if (x->video && y->video &&
        (!mk_str_eq(mk_video_option(x->video, "Profile"), mk_video_option(y->video, "Profile")) ||
         !same_rhythm(x->video, y->video)))
        return FAIL_AT(context, "OutputKeys",
                       "All outputs in the Smooth playlist '%.*s' must have the same video "
                       "Profile and the same ratio of FrameRate to KeyframesMaxDist.",
                       mk_shown_bytes(name), name);
    if (x->audio && y->audio && !mk_str_eq(audio_profile(x), audio_profile(y)))
        return FAIL_AT(context, "OutputKeys",
                       "All outputs in the Smooth playlist '%.*s' must have the same audio "
                       "Profile.",
                       mk_shown_bytes(name), name);
    return MOCKETS_OK;
}

/* What outputs number 0 to last - 1 and output last must have in common. */
static mockets_status check_alike(const struct context *context, size_t last)
{
    const char *name = context->playlist->name;
    const struct mk_video_parameters *b = preset_at(context, last)->video;
    bool smooth = strcmp(context->playlist->format, "Smooth") == 0;
    mockets_status rc = MOCKETS_OK;

    for (size_t i = 0; !rc && i < last; i++) {
        const struct mk_job_output *output = output_at(context, i);
        const struct mk_video_parameters *a = preset_at(context, i)->video;

        if (!same_clip(output, output_at(context, last)))
            return FAIL_AT(context, "OutputKeys",
                           "All outputs in playlist '%.*s' must have the same 'Composition'.",
                           mk_shown_bytes(name), name);
        if (a && b && !mk_captions_alike(output->captions, output_at(context, last)->captions))
            return FAIL_AT(context, "OutputKeys",
                           "All outputs in playlist '%.*s' must have the same 'Captions'.",
                           mk_shown_bytes(name), name);
        if (a && b &&
            !mk_str_eq(mk_video_option(a, "ColorSpaceConversionMode"),
                       mk_video_option(b, "ColorSpaceConversionMode")))
            return FAIL_AT(context, "OutputKeys",
                           "All outputs in playlist '%.*s' must have the same "
                           "ColorSpaceConversionMode.",
                           mk_shown_bytes(name), name);
        if (smooth)
            rc = check_smooth(context, i, last);
    }
    return rc;
}

static mockets_status check_hls_protection(const struct context *context)
{
    const struct mk_hls_content_protection *protection = context->playlist->hls_content_protection;
    bool url, beside;

    if (mk_hls_protection_empty(protection))
        return MOCKETS_OK;
    url = !mk_str_empty(protection->license_acquisition_url);
    beside = mk_str_eq(protection->key_storage_policy, "WithVariantPlaylists");
    if (!mk_str_starts(context->playlist->format, "HLS"))
        return FAIL_AT(context, "HlsContentProtection",
                       "'HlsContentProtection' is available only for HLS playlists.");
    if (mk_str_empty(protection->method))
        return FAIL_AT(context, "HlsContentProtection",
                       "The 'HlsContentProtection' object must have a 'Method'.");
    if (mk_str_empty(protection->key) != mk_str_empty(protection->key_md5))
        return FAIL_AT(context, "HlsContentProtection",
                       "The 'HlsContentProtection' object must have both 'Key' and 'KeyMd5', or "
                       "none of them.");
    if (beside && url)
        return FAIL_AT(context, "HlsContentProtection",
                       "The 'LicenseAcquisitionUrl' must be blank if the 'KeyStoragePolicy' is "
                       "'WithVariantPlaylists'.");
    if (!beside && !url)
        return FAIL_AT(context, "HlsContentProtection",
                       "The 'LicenseAcquisitionUrl' must not be blank if the 'KeyStoragePolicy' is "
                       "'NoStore'.");
    return MOCKETS_OK;
}

static mockets_status check_play_ready(const struct context *context)
{
    const struct mk_play_ready_drm *drm = context->playlist->play_ready_drm;
    const char *format = context->playlist->format;

    if (mk_play_ready_empty(drm))
        return MOCKETS_OK;
    if (!(mk_str_eq(drm->format, "microsoft") && strcmp(format, "Smooth") == 0) &&
        !(mk_str_eq(drm->format, "discretix-3.0") && strcmp(format, "HLSv3") == 0))
        return FAIL_AT(context, "PlayReadyDrm",
                       "The 'PlayReadyDrm' 'Format' must be 'microsoft' for Smooth playlists and "
                       "'discretix-3.0' for HLSv3 playlists; others cannot have it.");
    if (mk_str_empty(drm->key) || mk_str_empty(drm->key_md5) || mk_str_empty(drm->key_id) ||
        mk_str_empty(drm->license_acquisition_url))
        return FAIL_AT(context, "PlayReadyDrm",
                       "The 'PlayReadyDrm' object must have 'Key', 'KeyMd5', 'KeyId' and "
                       "'LicenseAcquisitionUrl'.");
    return MOCKETS_OK;
}

/* A file is encrypted with one key, and players must find it from where they come. */
static mockets_status check_alone(const struct context *context)
{
    const struct mk_job *job = context->job;

    for (size_t p = 0; p < job->playlist_count; p++) {
        const struct mk_playlist *other = &job->playlists[p];

        for (size_t k = 0; other != context->playlist && k < other->output_key_count; k++) {
            for (size_t i = 0; i < context->playlist->output_key_count; i++) {
                if (mk_str_eq(other->output_keys[k], context->playlist->output_keys[i]))
                    return FAIL_AT(context, "OutputKeys",
                                   "An output in a playlist with 'HlsContentProtection' or "
                                   "'PlayReadyDrm' cannot be in another playlist.");
            }
        }
    }
    return MOCKETS_OK;
}

static mockets_status check_protection(const struct context *context)
{
    bool hls = !mk_hls_protection_empty(context->playlist->hls_content_protection);
    bool drm = !mk_play_ready_empty(context->playlist->play_ready_drm);
    mockets_status rc = check_hls_protection(context);

    if (!rc)
        rc = check_play_ready(context);
    for (size_t i = 0; !rc && i < context->playlist->output_key_count; i++) {
        bool file = !mk_encryption_empty(output_at(context, i)->encryption);

        if (hls + drm + file > 1)
            rc = FAIL_AT(context, "OutputKeys",
                         "'HlsContentProtection', 'PlayReadyDrm' and the 'Encryption' of outputs "
                         "are mutually exclusive.");
    }
    if (!rc && (hls || drm))
        rc = check_alone(context);
    return rc;
}

mockets_status mk_rules_playlists(const struct mk_job *job, const struct mk_preset *const *presets,
                                  struct mockets_error *err)
{
    mockets_status rc = MOCKETS_OK;

    for (size_t i = 0; !rc && i < job->playlist_count; i++) {
        struct context context = {job, presets, &job->playlists[i], i, err};

        rc = check_names(&context);
        if (!rc)
            rc = check_keys(&context);
        if (!rc)
            rc = check_containers(&context);
        if (!rc)
            rc = check_segments(&context);
        for (size_t k = 1; !rc && k < context.playlist->output_key_count; k++)
            rc = check_alike(&context, k);
        if (!rc)
            rc = check_protection(&context);
    }
    return rc;
}
