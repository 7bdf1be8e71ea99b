#include "plan/make.h"

#include <stdio.h>
#include <string.h>

#include "base/str.h"
#include "plan/codec.h"
#include "plan/keys.h"
#include "plan/rate.h"
#include "plan/share.h"
#include "plan/size.h"

/* Codes of the service (reference 8.4). */
enum { ERROR_VALUE = 1000, ERROR_MISMATCH = 4008 };

/* What is being built, and the one input it is built from. */
struct maker {
    const struct mk_plan_request *request;
    struct mk_arena *arena;
    struct mk_plan *plan;
    const struct mk_info_stream *video; /* NULL: the input has none */
    const struct mk_info_stream *audio;
    struct mk_rational input_rate;
};

/* The stream to play: the container's default of the kind, else the first that can be decoded. */
static const struct mk_info_stream *select_stream(const struct mk_info *info,
                                                  enum mk_media_kind kind)
{
    const struct mk_info_stream *first = NULL;

    for (size_t i = 0; i < info->stream_count; i++) {
        const struct mk_info_stream *stream = &info->streams[i];

        if (stream->kind != kind || !stream->decodable || stream->attached_picture)
            continue;
        if (stream->is_default)
            return stream;
        if (!first)
            first = stream;
    }
    return first;
}

static void fail_output(struct maker *maker, size_t i, int code, const char *text)
{
    maker->plan->outputs[i].error_code = code;
    maker->plan->outputs[i].error_text = text ? text : "out of memory";
}

static bool turned_sideways(int rotation_deg)
{
    return rotation_deg == 90 || rotation_deg == 270;
}

/* Rotate of the output: an angle turns the picture as it is stored, else the file's own is kept. */
static void set_rotation(const struct maker *maker, const struct mk_job_output *output,
                         struct mk_plan_picture *picture)
{
    int64_t angle;

    if (mk_str_int64(output->rotate, 0, 270, &angle)) {
        picture->rotation_deg = (int)angle;
        return;
    }
    picture->rotation_deg = maker->video->rotation_deg;
    picture->mirror = maker->video->mirrored;
}

static void set_size(const struct maker *maker, const struct mk_size_rule *rule,
                     struct mk_plan_picture *picture)
{
    struct mk_rational sar = maker->video->sar;
    int width = maker->video->width_px, height = maker->video->height_px;
    struct mk_size size;

    if (turned_sideways(picture->rotation_deg)) {
        sar = (struct mk_rational){sar.den, sar.num};
        width = maker->video->height_px;
        height = maker->video->width_px;
    }
    size = mk_size_apply(rule, width, height, sar);
    picture->scale_width_px = size.scale_width_px;
    picture->scale_height_px = size.scale_height_px;
    picture->crop_width_px = size.crop_width_px;
    picture->crop_height_px = size.crop_height_px;
    picture->width_px = size.width_px;
    picture->height_px = size.height_px;
}

/* The part of a picture that film and thumbnails have in common. */
static struct mk_plan_picture base_picture(const struct maker *maker,
                                           const struct mk_job_output *output)
{
    struct mk_plan_picture picture;

    memset(&picture, 0, sizeof(picture));
    picture.deinterlace = maker->video->interlaced;
    picture.top_field_first = maker->video->top_field_first;
    picture.rate = (struct mk_rational){0, 1};
    picture.sar = (struct mk_rational){1, 1};
    set_rotation(maker, output, &picture);
    return picture;
}

static bool standard_size(int width_px, int height_px)
{
    return width_px == 720 && (height_px == 480 || height_px == 576);
}

/* ColorSpaceConversionMode "Auto" (reference 10): which way, if at all. */
static const char *automatic_conversion(const struct maker *maker, const char *rate_name,
                                        const struct mk_job_output *output,
                                        const struct mk_plan_picture *picture)
{
    static const char *const rates[] = {"23.97", "24", "25", "29.97", "50", "60"};
    int width = maker->video->width_px, height = maker->video->height_px;
    bool rate_fits = false;

    for (size_t i = 0; i < sizeof(rates) / sizeof(rates[0]); i++)
        rate_fits |= mk_str_eq(rates[i], rate_name);
    if (picture->fields == MK_FIELDS_PROGRESSIVE || !rate_fits ||
        !mk_str_empty(output->segment_duration))
        return "None";
    if (standard_size(width, height) && picture->width_px == 1920 && picture->height_px == 1080)
        return "Bt601ToBt709";
    if (standard_size(picture->width_px, picture->height_px) && width == 1920 && height == 1080)
        return "Bt709ToBt601";
    return "None";
}

static const char *set_colors(const struct maker *maker, const struct mk_video_parameters *video,
                              const char *rate_name, const struct mk_job_output *output,
                              struct mk_plan_picture *picture)
{
    const char *mode = mk_video_option(video, "ColorSpaceConversionMode");

    if (mk_str_eq(mode, "Auto"))
        mode = automatic_conversion(maker, rate_name, output, picture);
    if (mk_str_eq(mode, "Bt601ToBt709")) {
        picture->matrix_in = MK_MATRIX_BT601;
        picture->matrix_out = MK_MATRIX_BT709;
    } else if (mk_str_eq(mode, "Bt709ToBt601")) {
        picture->matrix_in = MK_MATRIX_BT709;
        picture->matrix_out = MK_MATRIX_BT601;
    }
    return mode;
}

static double fps(struct mk_rational rate)
{
    return rate.den ? (double)rate.num / rate.den : 0;
}

static unsigned add_film(struct maker *maker, size_t i)
{
    const struct mk_job_output *output = &maker->request->job->outputs[i];
    const struct mk_video_parameters *video = maker->request->presets[i]->video;
    const struct mk_size_rule rule = {video->max_width,
                                      video->max_height,
                                      video->sizing_policy,
                                      video->padding_policy,
                                      1920,
                                      1080};
    struct mk_plan_output *planned = &maker->plan->outputs[i];
    struct mk_plan_picture picture = base_picture(maker, output);
    struct mk_plan_encode encode = mk_codec_h264(video);

    picture.rate = mk_rate_choose(video->frame_rate, video->max_frame_rate, maker->input_rate);
    picture.fields = mk_codec_fields(video);
    picture.weave =
        picture.fields != MK_FIELDS_PROGRESSIVE && fps(maker->input_rate) > 1.5 * fps(picture.rate);
    set_size(maker, &rule, &picture);
    picture.sar = mk_size_sar(video->display_aspect_ratio, picture.width_px, picture.height_px);
    planned->frame_rate = mk_rate_name(picture.rate, maker->arena);
    planned->color_conversion = set_colors(maker, video, planned->frame_rate, output, &picture);

    encode.of = mk_share_picture(maker->plan, &picture);
    encode.segment_us = mk_key_seconds_us(output->segment_duration);
    encode.speed = maker->request->speed;
    return mk_share_encode(maker->plan, &encode);
}

static int wanted_channels(const struct maker *maker, const struct mk_audio_parameters *audio)
{
    int64_t channels;

    if (mk_str_int64(audio->channels, 0, 8, &channels))
        return (int)channels;
    return maker->audio->channels > 8 ? 8 : maker->audio->channels;
}

static unsigned add_track(struct maker *maker, size_t i)
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

static void add_thumbnails(struct maker *maker, size_t i)
{
    const struct mk_job *job = maker->request->job;
    const struct mk_thumbnails *thumbnails = maker->request->presets[i]->thumbnails;
    const struct mk_size_rule rule = {thumbnails->max_width,
                                      thumbnails->max_height,
                                      thumbnails->sizing_policy,
                                      thumbnails->padding_policy,
                                      1920,
                                      1080};
    struct mk_plan_package *package = &maker->plan->packages[maker->plan->package_count];
    struct mk_plan_picture picture = base_picture(maker, &job->outputs[i]);
    struct mk_plan_encode encode;
    unsigned *encodes = mk_arena_array(maker->arena, 1, sizeof(*encodes));

    memset(&encode, 0, sizeof(encode));
    encode.kind = MK_VIDEO;
    if (!encodes || !mk_codec_image(thumbnails->format, &encode.codec)) {
        fail_output(maker, i, ERROR_VALUE, "The Format of the preset's Thumbnails is unknown.");
        return;
    }
    picture.pixels = encode.codec == MK_CODEC_PNG ? MK_PIXELS_RGB24 : MK_PIXELS_YUVJ420P;
    picture.interval_us = mk_key_seconds_us(thumbnails->interval);
    if (!picture.interval_us)
        picture.interval_us = 60 * 1000000;
    set_size(maker, &rule, &picture);
    encode.of = mk_share_picture(maker->plan, &picture);
    encodes[0] = mk_share_encode(maker->plan, &encode);
    package->output = (unsigned)i;
    package->container = MK_CONTAINER_IMAGES;
    package->thumbnails = true;
    package->encodes = encodes;
    package->encode_count = 1;
    package->key =
        mk_key_join(job->output_key_prefix, job->outputs[i].thumbnail_pattern, maker->arena);
    maker->plan->package_count++;
}

static void add_package(struct maker *maker, size_t i, enum mk_container container, bool film,
                        bool track)
{
    const struct mk_job *job = maker->request->job;
    struct mk_plan_package *package = &maker->plan->packages[maker->plan->package_count];
    unsigned *encodes = mk_arena_array(maker->arena, 2, sizeof(*encodes));

    if (!encodes) {
        fail_output(maker, i, ERROR_VALUE, NULL);
        return;
    }
    if (film)
        encodes[package->encode_count++] = add_film(maker, i);
    if (track)
        encodes[package->encode_count++] = add_track(maker, i);
    package->encodes = encodes;
    package->output = (unsigned)i;
    package->container = container;
    package->segment_us = mk_key_seconds_us(job->outputs[i].segment_duration);
    package->key = mk_key_join(job->output_key_prefix, job->outputs[i].key, maker->arena);
    maker->plan->package_count++;
}

/* Why the preset cannot be made at all, whatever the input is; NULL if it can. */
static const char *unsupported(struct maker *maker, const struct mk_preset *preset,
                               enum mk_container *container)
{
    enum mk_codec codec;
    const char *video = preset->video ? preset->video->codec : NULL;
    const char *audio = preset->audio ? preset->audio->codec : NULL;

    if (!mk_codec_container(preset->container, container))
        return mk_arena_printf(maker->arena,
                               "The container '%s' of the preset %s is not supported by this "
                               "version of mockets.",
                               preset->container, preset->id);
    if ((video && !mk_codec_video(video, &codec)) || (audio && !mk_codec_audio(audio, &codec)))
        return mk_arena_printf(maker->arena,
                               "The codecs of the preset %s are not supported by this version of "
                               "mockets.",
                               preset->id);
    if (audio && !mk_codec_aac(preset->audio).profile)
        return mk_arena_printf(maker->arena,
                               "No encoder for the AAC profile '%s' of the preset %s is available.",
                               preset->audio->codec_options->profile, preset->id);
    return NULL;
}

static void add_output(struct maker *maker, size_t i)
{
    const struct mk_preset *preset = maker->request->presets[i];
    const struct mk_job_output *output = &maker->request->job->outputs[i];
    enum mk_container container;
    const char *reason = unsupported(maker, preset, &container);
    bool film, track;

    if (reason) {
        fail_output(maker, i, ERROR_VALUE, reason);
        return;
    }
    film = preset->video && preset->video->codec && maker->video;
    track = preset->audio && preset->audio->codec && maker->audio &&
            !mk_str_eq(preset->audio->channels, "0");
    if (!film && !track) {
        fail_output(maker, i, ERROR_MISMATCH,
                    "Amazon Elastic Transcoder found nothing in the input file that the preset "
                    "could be applied to: the preset and the input do not match.");
        return;
    }
    add_package(maker, i, container, film, track);
    if (maker->video && preset->thumbnails && !mk_str_empty(output->thumbnail_pattern))
        add_thumbnails(maker, i);
}

static mockets_status reserve(struct maker *maker, struct mockets_error *err)
{
    struct mk_plan *plan = maker->plan;
    size_t outputs = maker->request->job->output_count;

    plan->output_count = outputs;
    plan->sources = mk_arena_array(maker->arena, 1, sizeof(*plan->sources));
    plan->pictures = mk_arena_array(maker->arena, 2 * outputs, sizeof(*plan->pictures));
    plan->sounds = mk_arena_array(maker->arena, outputs, sizeof(*plan->sounds));
    plan->encodes = mk_arena_array(maker->arena, 3 * outputs, sizeof(*plan->encodes));
    plan->packages = mk_arena_array(maker->arena, 2 * outputs, sizeof(*plan->packages));
    plan->outputs = mk_arena_array(maker->arena, outputs, sizeof(*plan->outputs));
    if (!plan->sources || !plan->pictures || !plan->sounds || !plan->encodes || !plan->packages ||
        !plan->outputs)
        return mk_fail_nomem(err);
    return MOCKETS_OK;
}

static void add_source(struct maker *maker)
{
    const struct mk_info *info = &maker->request->infos[0];
    struct mk_plan_source *source = &maker->plan->sources[0];
    int64_t start = INT64_MAX;

    maker->video = select_stream(info, MK_VIDEO);
    maker->audio = select_stream(info, MK_AUDIO);
    if (maker->video)
        maker->input_rate = mk_rate_of_stream(maker->video);
    if (maker->video && maker->video->start_us != INT64_MIN)
        start = maker->video->start_us;
    if (maker->audio && maker->audio->start_us != INT64_MIN && maker->audio->start_us < start)
        start = maker->audio->start_us;
    source->start_us = start == INT64_MAX ? info->start_us : start;
    source->duration_us = info->duration_us;
    source->video_stream = -1;
    source->audio_stream = -1;
    maker->plan->source_count = 1;
}

/* Only what somebody needs is decoded. */
static void trim_source(struct maker *maker)
{
    struct mk_plan *plan = maker->plan;

    if (plan->picture_count)
        plan->sources[0].video_stream = maker->video->index;
    if (plan->sound_count)
        plan->sources[0].audio_stream = maker->audio->index;
    if (!plan->package_count)
        plan->source_count = 0;
}

/*
 * One thread an encoder is cheapest and best (frame threads cost quality under a VBV), as long as
 * there are enough encoders to fill the processors.
 */
static void share_cores(struct maker *maker)
{
    struct mk_plan *plan = maker->plan;
    unsigned films = 0, threads;

    for (size_t i = 0; i < plan->encode_count; i++)
        films += plan->encodes[i].codec == MK_CODEC_H264;
    threads = films ? maker->request->cores / films : 1;
    for (size_t i = 0; i < plan->encode_count; i++)
        plan->encodes[i].threads =
            plan->encodes[i].codec == MK_CODEC_H264 && threads > 1 ? (int)threads : 1;
}

mockets_status mk_plan_make(const struct mk_plan_request *request, struct mk_arena *arena,
                            struct mk_plan **out, struct mockets_error *err)
{
    struct maker maker = {.request = request, .arena = arena};
    mockets_status rc;

    maker.plan = mk_arena_alloc(arena, sizeof(*maker.plan));
    if (!maker.plan)
        return mk_fail_nomem(err);
    rc = reserve(&maker, err);
    if (rc)
        return rc;
    add_source(&maker);
    for (size_t i = 0; i < request->job->output_count; i++) {
        if (!request->skip || !request->skip[i])
            add_output(&maker, i);
    }
    trim_source(&maker);
    share_cores(&maker);
    *out = maker.plan;
    return MOCKETS_OK;
}
