#include "plan/maker.h"

#include <string.h>

#include "base/str.h"
#include "captions/language.h"
#include "plan/captions.h"

/* Limits of the service. CEA-708 has six services that every decoder knows. */
enum { MAX_EMBEDDED = 300, MAX_SERVICES = 6, MAX_IN_PLAYLIST = 4 };

static struct mk_caption_tracks at(const struct mk_caption_tracks *tracks, size_t i)
{
    return tracks ? tracks[i] : (struct mk_caption_tracks){NULL, 0};
}

/* Where the captions of an input go in the time of the outputs. Those that lie in the input have
 * its time, those beside it begin with it. */
static struct mk_cue_place place_of(const struct mk_plan_part *part, int64_t offset_us,
                                    bool embedded)
{
    return (struct mk_cue_place){
        .shift_us = offset_us - (embedded ? part->start_us : part->skip_us),
        .from_us = offset_us,
        .until_us = part->duration_us > 0 ? offset_us + part->duration_us : MK_CUE_OPEN,
    };
}

static bool place(struct mk_maker *maker, struct mk_caption_tracks in, struct mk_cue_place where,
                  struct mk_caption_tracks *out)
{
    struct mk_caption_track *tracks = mk_arena_array(maker->arena, in.count + 1, sizeof(*tracks));

    if (!tracks)
        return false;
    for (size_t i = 0; i < in.count; i++) {
        struct mk_cue_list list = {.arena = maker->arena};

        tracks[i] = in.items[i];
        mk_cues_place(in.items[i].cues, where, &list);
        if (mk_cue_list_finish(&list, &tracks[i].cues, NULL))
            return false;
    }
    *out = (struct mk_caption_tracks){tracks, in.count};
    return true;
}

/* The captions of one part, merged as the output wants them. */
static bool merge_part(struct mk_maker *maker, size_t i, const struct mk_plan_part *part,
                       int64_t offset_us, struct mk_caption_tracks *out)
{
    const struct mk_plan_request *request = maker->request;
    const struct mk_job_input *input = &request->job->inputs[part->input];
    const struct mk_job_output *output = &request->job->outputs[i];
    bool own = mk_captions_own_sources(input, output);
    struct mk_caption_tracks embedded = at(request->embedded, part->input);
    struct mk_caption_tracks sidecars =
        own ? at(request->output_sidecars, i) : at(request->sidecars, part->input);
    struct mk_caption_track *tracks =
        mk_arena_array(maker->arena, embedded.count + sidecars.count + 1, sizeof(*tracks));

    if (own && offset_us > 0) /* they are those of the whole film */
        sidecars.count = 0;
    if (!tracks || !place(maker, embedded, place_of(part, offset_us, true), &embedded) ||
        !place(maker, sidecars, place_of(part, offset_us, false), &sidecars))
        return false;
    out->items = tracks;
    out->count = mk_captions_merge(mk_captions_merge_of(input, output), embedded, sidecars, tracks);
    return true;
}

/* Put @p more behind what there is: tracks of one language become one. */
static bool join(struct mk_maker *maker, struct mk_caption_tracks *all,
                 struct mk_caption_tracks more)
{
    struct mk_caption_track *tracks =
        mk_arena_array(maker->arena, all->count + more.count + 1, sizeof(*tracks));

    if (!tracks)
        return false;
    if (all->count)
        memcpy(tracks, all->items, all->count * sizeof(*tracks));
    *all = (struct mk_caption_tracks){tracks, all->count};
    for (size_t k = 0; k < more.count; k++) {
        const struct mk_cue_place here = {0, INT64_MIN, MK_CUE_OPEN};
        struct mk_cue_list list = {.arena = maker->arena};
        size_t t = 0;

        while (t < all->count && !mk_language_same(tracks[t].language, more.items[k].language))
            t++;
        if (t == all->count) {
            tracks[all->count++] = more.items[k];
            continue;
        }
        mk_cues_place(tracks[t].cues, here, &list);
        mk_cues_place(more.items[k].cues, here, &list);
        if (mk_cue_list_finish(&list, &tracks[t].cues, NULL))
            return false;
    }
    return true;
}

/* The captions of all parts of the output's source. */
static bool merge(struct mk_maker *maker, size_t i, struct mk_caption_tracks *out)
{
    const struct mk_plan_source *source = &maker->plan->sources[maker->source];
    struct mk_caption_tracks all = {NULL, 0};
    int64_t offset_us = 0;

    for (size_t p = 0; p < source->part_count; p++) {
        struct mk_caption_tracks tracks;

        if (!merge_part(maker, i, &source->parts[p], offset_us, &tracks))
            return false;
        if (source->part_count == 1)
            all = tracks;
        else if (!join(maker, &all, tracks))
            return false;
        offset_us += source->parts[p].length_us;
    }
    *out = all;
    return true;
}

static bool same_source(const struct mk_caption_source *a, const struct mk_caption_source *b)
{
    return mk_str_eq(a->key, b->key) && mk_str_eq(a->language, b->language) &&
           mk_str_eq(a->time_offset, b->time_offset) && mk_str_eq(a->label, b->label);
}

static bool same_captions(const struct mk_captions *a, const struct mk_captions *b)
{
    if (a->caption_source_count != b->caption_source_count ||
        !mk_str_eq(a->merge_policy, b->merge_policy))
        return false;
    for (size_t i = 0; i < a->caption_source_count; i++) {
        if (!same_source(&a->caption_sources[i], &b->caption_sources[i]))
            return false;
    }
    return true;
}

/* Outputs that say the same of captions have the same, in one place. */
static bool share(struct mk_maker *maker, size_t i)
{
    const struct mk_job_output *outputs = maker->request->job->outputs;

    for (size_t k = 0; k < i; k++) {
        const struct mk_plan_output *earlier = &maker->plan->outputs[k];

        if (earlier->captions.items && same_captions(outputs[k].captions, outputs[i].captions)) {
            maker->plan->outputs[i].captions = earlier->captions;
            return true;
        }
    }
    return false;
}

bool mk_maker_add_captions(struct mk_maker *maker, size_t i)
{
    struct mk_plan_output *planned = &maker->plan->outputs[i];

    if (!mk_captions_wanted(&maker->request->job->outputs[i]) || share(maker, i))
        return true;
    if (at(maker->request->embedded, 0).count > MAX_EMBEDDED) {
        mk_maker_fail(maker, i, MK_PLAN_ERROR_TOO_MANY_CAPTIONS,
                      "Amazon Elastic Transcoder found more than 300 embedded caption tracks in "
                      "the input file.");
        return false;
    }
    if (merge(maker, i, &planned->captions))
        return true;
    mk_maker_fail(maker, i, MK_PLAN_ERROR_VALUE, NULL);
    return false;
}

struct mk_caption_tracks mk_maker_embedded(const struct mk_maker *maker, size_t i,
                                           const char *format)
{
    const struct mk_captions *captions = maker->request->job->outputs[i].captions;

    for (size_t k = 0; captions && k < captions->caption_format_count; k++) {
        if (mk_str_eq(captions->caption_formats[k].format, format) &&
            maker->plan->outputs[i].captions.count)
            return maker->plan->outputs[i].captions;
    }
    return (struct mk_caption_tracks){NULL, 0};
}

static bool in_playlist(const struct mk_job *job, const char *key)
{
    for (size_t p = 0; p < job->playlist_count; p++) {
        for (size_t k = 0; k < job->playlists[p].output_key_count; k++) {
            if (mk_str_eq(job->playlists[p].output_keys[k], key))
                return true;
        }
    }
    return false;
}

bool mk_maker_check_cea708(struct mk_maker *maker, size_t i, struct mk_rational rate)
{
    const struct mk_job *job = maker->request->job;
    size_t count = mk_maker_embedded(maker, i, "cea-708").count;
    double fps = rate.den ? (double)rate.num / rate.den : 0;

    if (!count)
        return true;
    if (fps < 29.96 || fps > 30.01)
        mk_maker_fail(maker, i, MK_PLAN_ERROR_CAPTION_RATE,
                      "Amazon Elastic Transcoder can make CEA-708 captions only for outputs with "
                      "a frame rate of 29.97 or 30 frames per second.");
    else if (count > MAX_SERVICES)
        mk_maker_fail(maker, i, MK_PLAN_ERROR_CAPTION_TRACKS,
                      "The caption format cea-708 supports only 6 tracks.");
    else if (count > MAX_IN_PLAYLIST && in_playlist(job, job->outputs[i].key))
        mk_maker_fail(maker, i, MK_PLAN_ERROR_TOO_MANY_IN_PLAYLIST,
                      "An output of a playlist must not have more than 4 embedded captions.");
    else
        return true;
    return false;
}
