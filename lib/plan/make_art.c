#include "plan/maker.h"

#include <string.h>

#include "base/str.h"
#include "plan/codec.h"

/* What a merge policy makes of the job's artworks and of the input's own (reference 17). */
static const struct merge {
    const char *policy;
    enum { JOB_ONLY, JOB_FIRST, INPUT_FIRST, INPUT_OR_JOB } order;
} merges[] = {
    {"Replace", JOB_ONLY},
    {"Prepend", JOB_FIRST},
    {"Append", INPUT_FIRST},
    {"Fallback", INPUT_OR_JOB},
};

static const struct merge *find_merge(const char *policy)
{
    for (size_t i = 0; i < sizeof(merges) / sizeof(merges[0]); i++) {
        if (mk_str_eq(merges[i].policy, policy))
            return &merges[i];
    }
    return &merges[0];
}

struct arts {
    struct mk_maker *maker;
    size_t output;
    const struct mk_album_art *wanted;
    struct mk_plan_art *items;
    size_t count;
};

static size_t count_embedded(const struct mk_info *info)
{
    size_t count = 0;

    for (size_t i = 0; i < info->stream_count; i++)
        count += info->streams[i].attached_picture;
    return count;
}

/* The input's own pictures stay as they are. */
static bool add_embedded(struct arts *arts)
{
    const struct mk_info *info = &arts->maker->request->infos[0];

    for (size_t i = 0; i < info->stream_count; i++) {
        const struct mk_info_stream *stream = &info->streams[i];

        if (!stream->attached_picture)
            continue;
        if (!stream->picture &&
            (stream->width_px > MK_IMAGE_MAX_WIDTH || stream->height_px > MK_IMAGE_MAX_HEIGHT)) {
            mk_maker_fail(arts->maker, arts->output, MK_PLAN_ERROR_LARGE_EMBEDDED_ART,
                          mk_arena_printf(arts->maker->arena,
                                          "The artwork embedded in the input file is too large: "
                                          "size=%dx%d, max size=%dx%d.",
                                          stream->width_px, stream->height_px, MK_IMAGE_MAX_WIDTH,
                                          MK_IMAGE_MAX_HEIGHT));
            return false;
        }
        if (!stream->picture) {
            mk_maker_fail(arts->maker, arts->output, MK_PLAN_ERROR_BAD_EMBEDDED_ART,
                          "Amazon Elastic Transcoder could not interpret the artwork embedded in "
                          "the input file.");
            return false;
        }
        arts->items[arts->count++] = (struct mk_plan_art){
            .codec = mk_str_eq(stream->codec, "png") ? MK_CODEC_PNG : MK_CODEC_JPEG,
            .data = stream->picture,
            .size_bytes = stream->picture_bytes,
            .width_px = stream->width_px,
            .height_px = stream->height_px,
        };
    }
    return true;
}

/* One of the job's own; without a format it keeps the one that its name tells. */
static bool add_artwork(struct arts *arts, const struct mk_artwork *artwork)
{
    const struct mk_plan_request *request = arts->maker->request;
    const struct mk_auxiliary object = mk_auxiliary_of_artwork(artwork);
    size_t image = mk_auxiliary_find(request->auxiliaries, request->auxiliary_count, &object);
    const struct mk_size_rule rule = {
        .max_width = artwork->max_width,
        .max_height = artwork->max_height,
        .sizing_policy = artwork->sizing_policy,
        .padding_policy = artwork->padding_policy,
        .auto_width_px = 600,
        .auto_height_px = 600,
    };
    bool png = mk_str_empty(artwork->album_art_format)
                   ? mk_str_ends(artwork->input_key, ".png")
                   : mk_str_eq(artwork->album_art_format, "png");
    struct mk_size size;

    if (image == request->auxiliary_count) {
        mk_maker_fail(arts->maker, arts->output, MK_PLAN_ERROR_VALUE,
                      "An artwork of the output is not known.");
        return false;
    }
    size = mk_size_apply(&rule, request->auxiliaries[image].info.width_px,
                         request->auxiliaries[image].info.height_px, (struct mk_rational){1, 1});
    arts->items[arts->count++] = (struct mk_plan_art){
        .codec = png ? MK_CODEC_PNG : MK_CODEC_JPEG,
        .image = (unsigned)image,
        .scale_width_px = size.scale_width_px,
        .scale_height_px = size.scale_height_px,
        .crop_width_px = size.crop_width_px,
        .crop_height_px = size.crop_height_px,
        .width_px = size.width_px,
        .height_px = size.height_px,
    };
    return true;
}

static bool add_artworks(struct arts *arts)
{
    for (size_t i = 0; i < arts->wanted->artwork_count; i++) {
        if (!add_artwork(arts, &arts->wanted->artwork[i]))
            return false;
    }
    return true;
}

static bool fill(struct arts *arts, const struct merge *merge, size_t embedded)
{
    switch (merge->order) {
    case JOB_FIRST:
        return add_artworks(arts) && add_embedded(arts);
    case INPUT_FIRST:
        return add_embedded(arts) && add_artworks(arts);
    case INPUT_OR_JOB:
        return embedded ? add_embedded(arts) : add_artworks(arts);
    default:
        return add_artworks(arts);
    }
}

bool mk_maker_add_art(struct mk_maker *maker, size_t i, struct mk_plan_package *package)
{
    struct arts arts = {
        .maker = maker, .output = i, .wanted = maker->request->job->outputs[i].album_art};
    const struct merge *merge;
    size_t embedded, most;

    if (!arts.wanted || mk_str_empty(arts.wanted->merge_policy) || !arts.wanted->artwork)
        return true;
    merge = find_merge(arts.wanted->merge_policy);
    embedded = merge->order == JOB_ONLY ? 0 : count_embedded(&maker->request->infos[0]);
    most = embedded + (merge->order == INPUT_OR_JOB && embedded ? 0 : arts.wanted->artwork_count);
    if (most > MK_ARTWORKS_MAX) {
        mk_maker_fail(maker, i, MK_PLAN_ERROR_MANY_ARTWORKS,
                      mk_arena_printf(maker->arena,
                                      "The output would have %zu artworks: the maximum is %d.",
                                      most, MK_ARTWORKS_MAX));
        return false;
    }
    arts.items = mk_arena_array(maker->arena, most, sizeof(*arts.items));
    if (!arts.items) {
        mk_maker_fail(maker, i, MK_PLAN_ERROR_VALUE, NULL);
        return false;
    }
    if (!fill(&arts, merge, embedded))
        return false;
    package->arts = arts.items;
    package->art_count = arts.count;
    return true;
}
