#include "plan/maker.h"

#include "base/str.h"
#include "plan/codec.h"
#include "plan/keys.h"
#include "plan/layout.h"

void mk_maker_fail(struct mk_maker *maker, size_t i, enum mk_plan_error code, const char *text)
{
    maker->plan->outputs[i].error_code = code;
    maker->plan->outputs[i].error_text = text ? text : "out of memory";
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
    struct mk_plan_package *package = &maker->plan->packages[maker->plan->package_count];
    unsigned *encodes = mk_arena_array(maker->arena, 2, sizeof(*encodes));

    if (!encodes) {
        mk_maker_fail(maker, i, MK_PLAN_ERROR_VALUE, NULL);
        return;
    }
    if (film)
        encodes[package->encode_count++] = mk_maker_add_film(maker, i);
    if (track)
        encodes[package->encode_count++] = mk_maker_add_track(maker, i);
    package->encodes = encodes;
    package->output = (unsigned)i;
    package->container = container;
    package->segment_us = mk_key_seconds_us(job->outputs[i].segment_duration);
    package->key = mk_key_join(job->output_key_prefix, job->outputs[i].key, maker->arena);
    set_layout(maker, i, package);
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

static void add_output(struct mk_maker *maker, size_t i)
{
    const struct mk_preset *preset = maker->request->presets[i];
    const struct mk_job_output *output = &maker->request->job->outputs[i];
    enum mk_container container;
    const char *reason = unsupported(maker, preset, &container);
    bool film, track;

    if (reason) {
        mk_maker_fail(maker, i, MK_PLAN_ERROR_VALUE, reason);
        return;
    }
    film = preset->video && preset->video->codec && maker->video;
    track = preset->audio && preset->audio->codec && maker->audio &&
            !mk_str_eq(preset->audio->channels, "0");
    if (!film && !track) {
        mk_maker_fail(maker, i, MK_PLAN_ERROR_MISMATCH,
                      "Amazon Elastic Transcoder found nothing in the input file that the preset "
                      "could be applied to: the preset and the input do not match.");
        return;
    }
    add_package(maker, i, container, film, track);
    if (maker->video && preset->thumbnails && !mk_str_empty(output->thumbnail_pattern))
        mk_maker_add_thumbnails(maker, i);
}

static mockets_status reserve(struct mk_maker *maker, struct mockets_error *err)
{
    struct mk_plan *plan = maker->plan;
    size_t outputs = maker->request->job->output_count;

    plan->output_count = outputs;
    plan->sources = mk_arena_array(maker->arena, 1, sizeof(*plan->sources));
    plan->pictures = mk_arena_array(maker->arena, 2 * outputs, sizeof(*plan->pictures));
    plan->sounds = mk_arena_array(maker->arena, outputs, sizeof(*plan->sounds));
    plan->encodes = mk_arena_array(maker->arena, 3 * outputs, sizeof(*plan->encodes));
    plan->packages = mk_arena_array(maker->arena, 3 * outputs, sizeof(*plan->packages));
    plan->outputs = mk_arena_array(maker->arena, outputs, sizeof(*plan->outputs));
    if (!plan->sources || !plan->pictures || !plan->sounds || !plan->encodes || !plan->packages ||
        !plan->outputs)
        return mk_fail_nomem(err);
    return MOCKETS_OK;
}

/*
 * One thread an encoder is cheapest and best (frame threads cost quality under a VBV), as long as
 * there are enough encoders to fill the processors.
 */
static void share_cores(struct mk_maker *maker)
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
    struct mk_maker maker = {.request = request, .arena = arena};
    mockets_status rc;

    maker.plan = mk_arena_alloc(arena, sizeof(*maker.plan));
    if (!maker.plan)
        return mk_fail_nomem(err);
    rc = reserve(&maker, err);
    if (rc)
        return rc;
    mk_maker_add_source(&maker);
    for (size_t i = 0; i < request->job->output_count; i++) {
        if (!request->skip || !request->skip[i])
            add_output(&maker, i);
    }
    mk_maker_trim_source(&maker);
    share_cores(&maker);
    *out = maker.plan;
    return MOCKETS_OK;
}
