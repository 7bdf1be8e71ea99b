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

/* A stretch of an input, and where it lies in the output. */
struct part {
    unsigned input;
    int64_t start_us;    /* where it begins, as the input's timestamps count */
    int64_t skip_us;     /* the same, from the input's begin on */
    int64_t duration_us; /* 0 = to the end */
    int64_t at_us;       /* where it begins in the output */
};

/* What an output shows, one after the other. */
static size_t list_parts(const struct mk_maker *maker, struct part *parts)
{
    parts[0] = (struct part){.input = 0, .start_us = maker->plan->sources[0].start_us};
    return 1;
}

/* Captions that lie in an input have its timestamps, those beside it begin with it. */
static struct mk_cue_place place_of(const struct part *part, bool embedded)
{
    return (struct mk_cue_place){
        .shift_us = part->at_us - (embedded ? part->start_us : part->skip_us),
        .from_us = part->at_us,
        .until_us = part->duration_us ? part->at_us + part->duration_us : MK_CUE_OPEN};
}

/* The tracks of an output in the making; lists: their cues. */
struct joined {
    struct mk_caption_track *tracks;
    struct mk_cue_list *lists;
    size_t count;
};

/* Equal languages of several parts become one track. */
static void join(struct joined *to, const struct mk_caption_track *track, struct mk_cue_place place,
                 struct mk_arena *arena)
{
    size_t t = 0;

    while (t < to->count && !mk_language_same(to->tracks[t].language, track->language))
        t++;
    if (t == to->count) {
        to->tracks[t] = *track;
        to->lists[t].arena = arena;
        to->count++;
    }
    mk_cues_place(track->cues, place, &to->lists[t]);
}

/* Is it one of those? Merging copies tracks, but not their cues. */
static bool is_among(struct mk_caption_tracks tracks, const struct mk_caption_track *one)
{
    for (size_t i = 0; i < tracks.count; i++) {
        if (tracks.items[i].cues.items == one->cues.items &&
            tracks.items[i].language == one->language)
            return true;
    }
    return false;
}

/* What an input has for the output. */
static struct mk_caption_tracks sidecars_of(const struct mk_maker *maker, size_t i, unsigned input)
{
    const struct mk_plan_request *request = maker->request;
    bool own = mk_captions_own_sources(&request->job->inputs[input], &request->job->outputs[i]);

    if (!own)
        return at(request->sidecars, input);
    return input == 0 ? at(request->output_sidecars, i) : (struct mk_caption_tracks){NULL, 0};
}

static bool join_part(struct mk_maker *maker, size_t i, const struct part *part, struct joined *to)
{
    const struct mk_job *job = maker->request->job;
    struct mk_caption_tracks embedded = at(maker->request->embedded, part->input);
    struct mk_caption_tracks sidecars = sidecars_of(maker, i, part->input);
    struct mk_caption_track *merged =
        mk_arena_array(maker->arena, embedded.count + sidecars.count + 1, sizeof(*merged));
    size_t count;

    if (!merged)
        return false;
    count = mk_captions_merge(mk_captions_merge_of(&job->inputs[part->input], &job->outputs[i]),
                              embedded, sidecars, merged);
    for (size_t t = 0; t < count; t++)
        join(to, &merged[t], place_of(part, is_among(embedded, &merged[t])), maker->arena);
    return true;
}

/* Merge the captions of every part as the output wants them, and join the parts. */
static bool merge(struct mk_maker *maker, size_t i, struct mk_caption_tracks *out)
{
    const struct mk_plan_request *request = maker->request;
    size_t most = at(request->output_sidecars, i).count + 1, part_count;
    struct part *parts = mk_arena_array(maker->arena, request->info_count, sizeof(*parts));
    struct joined joined = {.count = 0};

    for (size_t k = 0; k < request->info_count; k++)
        most += at(request->embedded, k).count + at(request->sidecars, k).count;
    joined.tracks = mk_arena_array(maker->arena, most, sizeof(*joined.tracks));
    joined.lists = mk_arena_array(maker->arena, most, sizeof(*joined.lists));
    if (!parts || !joined.tracks || !joined.lists)
        return false;
    part_count = list_parts(maker, parts);
    for (size_t p = 0; p < part_count; p++) {
        if (!join_part(maker, i, &parts[p], &joined))
            return false;
    }
    for (size_t t = 0; t < joined.count; t++) {
        if (mk_cue_list_finish(&joined.lists[t], &joined.tracks[t].cues, NULL))
            return false;
    }
    *out = (struct mk_caption_tracks){joined.tracks, joined.count};
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
