#include "plan/maker.h"

#include <string.h>

#include "base/str.h"
#include "plan/codec.h"
#include "plan/keys.h"
#include "plan/layout.h"
#include "plan/memory.h"
#include "plan/warning.h"
#include "plan/whole.h"

void mk_maker_fail(struct mk_maker *maker, size_t i, enum mk_plan_error code, const char *text)
{
    maker->plan->outputs[i].error_code = code;
    maker->plan->outputs[i].error_text = text ? text : "out of memory";
}

void mk_maker_warn(struct mk_maker *maker, size_t i, const char *text)
{
    struct mk_plan_output *output = &maker->plan->outputs[i];

    output->warning = mk_warning_join(output->warning, text, maker->arena);
}

/* The package stands last; where two layouts are wanted a second one of the same follows. */
static void set_layout(struct mk_maker *maker, size_t i, struct mk_plan_package *package)
{
    const struct mk_job *job = maker->request->job;
    struct mk_layout layout = mk_layout_of(job, maker->request->presets[i], &job->outputs[i]);

    package->one_file = !layout.files;
    maker->plan->package_count++;
    if (layout.files && layout.one_file) {
        package[1] = package[0];
        package[1].one_file = true;
        maker->plan->package_count++;
    }
}

static void add_package(struct mk_maker *maker, size_t i, enum mk_container container, bool film,
                        bool track)
{
    const struct mk_job *job = maker->request->job;
    const struct mk_preset *preset = maker->request->presets[i];
    struct mk_plan_package *package = &maker->plan->packages[maker->plan->package_count];
    unsigned *encodes = mk_arena_array(maker->arena, 1 + MK_MAKER_TRACKS, sizeof(*encodes));

    if (!encodes) {
        mk_maker_fail(maker, i, MK_PLAN_ERROR_VALUE, NULL);
        return;
    }
    if (!mk_maker_add_art(maker, i, package))
        return;
    if (film)
        encodes[package->encode_count++] = mk_maker_add_film(maker, i);
    if (maker->plan->outputs[i].error_code) {
        memset(package, 0, sizeof(*package)); /* the next output has this place */
        return;
    }
    if (track)
        package->encode_count +=
            mk_maker_add_tracks(maker, i, container, encodes + package->encode_count);
    package->captions = mk_maker_embedded(maker, i, "mov-text");
    package->encodes = encodes;
    package->output = (unsigned)i;
    package->cenc = maker->request->cencs ? maker->request->cencs[i] : NULL;
    package->hls_key = maker->request->hls_keys ? maker->request->hls_keys[i] : NULL;
    package->container = container;
    if (container == MK_CONTAINER_GIF)
        package->repeats = mk_codec_repeats(preset->video);
    package->segment_us = mk_key_seconds_us(job->outputs[i].segment_duration);
    package->key = mk_key_join(job->output_key_prefix, job->outputs[i].key, maker->arena);
    set_layout(maker, i, package);
}

static const char *missing_encoder(struct mk_maker *maker, const struct mk_preset *preset)
{
    const struct mk_plan_encoder *encoders = maker->request->encoders;
    const char *name = encoders ? mk_codec_missing(preset, encoders) : NULL;

    if (!name)
        return NULL;
    return mk_arena_printf(maker->arena,
                           "The encoder '%s', which the preset %s needs, is not in this build of "
                           "FFmpeg.",
                           name, preset->id);
}

/* Why the preset cannot be made at all, whatever the input is; NULL if it can. */
static const char *unsupported(struct mk_maker *maker, const struct mk_preset *preset,
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
    if ((video && !mk_codec_video(video, &codec)) ||
        (audio && !mk_codec_audio(preset, true, &codec)))
        return mk_arena_printf(maker->arena,
                               "The codecs of the preset %s are not supported by this version of "
                               "mockets.",
                               preset->id);
    if (audio && !mk_codec_fits(*container, codec))
        return mk_arena_printf(maker->arena,
                               "The container '%s' of the preset %s cannot hold samples of its "
                               "'BitDepth' and 'Signed'.",
                               preset->container, preset->id);
    if (*container == MK_CONTAINER_MXF && !maker->video)
        return "A file of the container 'mxf' needs a picture, and the input has none.";
    return missing_encoder(maker, preset);
}

static void add_output(struct mk_maker *maker, size_t i)
{
    const struct mk_preset *preset = maker->request->presets[i];
    const struct mk_job_output *output = &maker->request->job->outputs[i];
    enum mk_container container;
    bool film, track, thumbnails;
    const char *reason;

    if (!mk_maker_use_source(maker, i))
        return;
    reason = unsupported(maker, preset, &container);
    if (reason) {
        mk_maker_fail(maker, i, MK_PLAN_ERROR_VALUE, reason);
        return;
    }
    maker->container = container;
    film = preset->video && preset->video->codec && maker->video;
    track = preset->audio && preset->audio->codec && maker->audio &&
            !mk_str_eq(preset->audio->channels, "0");
    if (!film && !track) {
        mk_maker_fail(maker, i, MK_PLAN_ERROR_MISMATCH,
                      "Amazon Elastic Transcoder found nothing in the input file that the preset "
                      "could be applied to: the preset and the input do not match.");
        return;
    }
    if (film && !mk_maker_add_captions(maker, i))
        return;
    thumbnails = maker->video && preset->thumbnails && !mk_str_empty(output->thumbnail_pattern);
    if (film)
        mk_maker_join(maker, i, mk_maker_film_view, MK_PLAN_ERROR_SIZES);
    if (thumbnails && !maker->plan->outputs[i].error_code)
        mk_maker_join(maker, i, mk_maker_thumbnail_view, MK_PLAN_ERROR_THUMBNAIL_SIZES);
    if (maker->plan->outputs[i].error_code) /* the parts cannot be joined: make nothing of it */
        return;
    add_package(maker, i, container, film, track);
    if (thumbnails && !maker->plan->outputs[i].error_code)
        mk_maker_add_thumbnails(maker, i);
}

static mockets_status reserve(struct mk_maker *maker, struct mockets_error *err)
{
    struct mk_plan *plan = maker->plan;
    size_t outputs = maker->request->job->output_count;

    plan->output_count = outputs;
    plan->sources = mk_arena_array(maker->arena, outputs + 1, sizeof(*plan->sources));
    plan->image_count = maker->request->auxiliary_count;
    plan->pictures = mk_arena_array(maker->arena, 2 * outputs, sizeof(*plan->pictures));
    plan->sounds = mk_arena_array(maker->arena, MK_MAKER_TRACKS * outputs, sizeof(*plan->sounds));
    plan->encodes =
        mk_arena_array(maker->arena, (2 + MK_MAKER_TRACKS) * outputs, sizeof(*plan->encodes));
    plan->packages = mk_arena_array(maker->arena, 3 * outputs, sizeof(*plan->packages));
    plan->outputs = mk_arena_array(maker->arena, outputs, sizeof(*plan->outputs));
    maker->inputs =
        mk_arena_array(maker->arena, maker->request->info_count, sizeof(*maker->inputs));
    if (!maker->inputs || !plan->sources || !plan->pictures || !plan->sounds || !plan->encodes ||
        !plan->packages || !plan->outputs)
        return mk_fail_nomem(err);
    return MOCKETS_OK;
}

mockets_status mk_plan_make(const struct mk_plan_request *request, struct mk_arena *arena,
                            struct mk_plan **out, struct mockets_error *err)
{
    struct mk_maker maker = {.request = request, .arena = arena};
    mockets_status rc;

    maker.plan = mk_arena_alloc(arena, sizeof(*maker.plan));
    if (!maker.plan)
        return mk_fail_nomem(err);
    rc = reserve(&maker, err);
    if (rc)
        return rc;
    if (!mk_maker_add_inputs(&maker)) {
        *out = maker.plan;
        return MOCKETS_OK;
    }
    for (size_t i = 0; i < request->job->output_count; i++) {
        if (!request->skip || !request->skip[i])
            add_output(&maker, i);
    }
    mk_maker_trim_sources(&maker);
    mk_maker_add_passes(&maker);
    mk_memory_fit(maker.plan, request->x264_preset);
    rc = mk_whole_share(maker.plan, arena, err);
    if (!rc && maker.plan->first)
        rc = mk_whole_share(maker.plan->first, arena, err);
    if (!rc) {
        mk_maker_cut_stretches(&maker);
        rc = mk_maker_share_cores(&maker, err);
    }
    if (!rc)
        *out = maker.plan;
    return rc;
}
