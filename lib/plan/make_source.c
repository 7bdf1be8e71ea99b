#include "plan/maker.h"

#include <stdlib.h>
#include <string.h>

#include "base/str.h"
#include "plan/clip.h"
#include "plan/hints.h"
#include "plan/rate.h"
#include "plan/warning.h"

enum { LEFT_AND_RIGHT = 3 }; /* speakers, see mk_info_stream.layout */

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

/* Can these be the two channels of one sound? */
static bool are_pair(const struct mk_info_stream *left, const struct mk_info_stream *right)
{
    if (left->start_us == INT64_MIN || right->start_us == INT64_MIN ||
        llabs(left->start_us - right->start_us) > 1000000)
        return false;
    return left->channels == 1 && right->channels == 1 &&
           left->sample_rate_hz == right->sample_rate_hz && mk_str_eq(left->codec, right->codec) &&
           mk_str_eq(left->language, right->language);
}

/* Cameras and broadcasters keep stereo as two mono streams, the first ones (reference 14). */
static void join_mono(const struct mk_info *info, struct mk_maker_input *input)
{
    const struct mk_info_stream *first = NULL;

    for (size_t i = 0; i < info->stream_count; i++) {
        const struct mk_info_stream *stream = &info->streams[i];

        if (stream->kind != MK_AUDIO || !stream->decodable)
            continue;
        if (!first) {
            first = stream;
            continue;
        }
        if (!are_pair(first, stream) || (input->audio != first && input->audio != stream))
            return;
        input->pair = *first;
        input->pair.channels = 2;
        input->pair.scan = NULL; /* of neither of them */
        input->pair.layout = LEFT_AND_RIGHT;
        if (stream->start_us < first->start_us)
            input->pair.start_us = stream->start_us;
        input->audio = &input->pair;
        input->right_stream = stream->index;
        return;
    }
}

static void add_input(struct mk_maker *maker, size_t k)
{
    const struct mk_info *info = &maker->request->infos[k];
    struct mk_maker_input *input = &maker->inputs[k];
    int64_t start = INT64_MAX;

    input->video = select_stream(info, MK_VIDEO);
    input->audio = select_stream(info, MK_AUDIO);
    join_mono(info, input);
    if (input->video) {
        input->hinted = mk_hints_apply(&maker->request->job->inputs[k], input->video);
        input->video = &input->hinted;
        input->rate = mk_rate_of_stream(input->video);
    }
    if (input->video && input->video->start_us != INT64_MIN)
        start = input->video->start_us;
    if (input->audio && input->audio->start_us != INT64_MIN && input->audio->start_us < start)
        start = input->audio->start_us;
    input->start_us = start == INT64_MAX ? info->start_us : start;
}

static void fail_all(struct mk_maker *maker, enum mk_plan_error code, size_t k, const char *what)
{
    const char *text = mk_arena_printf(maker->arena,
                                       "Amazon Elastic Transcoder could not join the inputs: "
                                       "input #%zu differs from the first one. Either all inputs "
                                       "must have %s or none of them.",
                                       k + 1, what);

    for (size_t i = 0; i < maker->plan->output_count; i++)
        mk_maker_fail(maker, i, code, text);
}

bool mk_maker_add_inputs(struct mk_maker *maker)
{
    const struct mk_maker_input *first = maker->inputs;

    for (size_t k = 0; k < maker->request->info_count; k++) {
        const struct mk_maker_input *input = &maker->inputs[k];

        add_input(maker, k);
        if (!input->video != !first->video) {
            fail_all(maker, MK_PLAN_ERROR_PICTURES, k, "video");
            return false;
        }
        if (!input->audio != !first->audio) {
            fail_all(maker, MK_PLAN_ERROR_SOUNDS, k, "audio");
            return false;
        }
    }
    return true;
}

/* How long something lasts that begins at start_us of input k; 0 if unknown. */
static int64_t length_from(const struct mk_maker *maker, size_t k, struct mk_clip_span span)
{
    int64_t left_us = maker->request->infos[k].duration_us - span.start_us;

    if (left_us <= 0)
        left_us = 0;
    if (span.duration_us > 0 && (left_us == 0 || span.duration_us < left_us))
        return span.duration_us;
    return left_us;
}

static void add_part(struct mk_maker *maker, struct mk_plan_source *source, size_t k,
                     struct mk_clip_span span, bool *unknown)
{
    int64_t length_us = length_from(maker, k, span);

    source->parts[source->part_count++] = (struct mk_plan_part){
        .input = (unsigned)k,
        .video_stream = -1,
        .audio_stream = -1,
        .start_us = maker->inputs[k].start_us + span.start_us,
        .skip_us = span.start_us,
        .duration_us = span.duration_us,
        .length_us = length_us,
    };
    source->duration_us += length_us;
    *unknown = *unknown || length_us == 0;
}

/*
 * The parts of output i: what its Composition takes of the joined inputs, of which each is what
 * its TimeSpan takes of the file. @return NULL, or why not.
 */
static const char *cut(struct mk_maker *maker, size_t i, struct mk_plan_source *source,
                       bool *beyond)
{
    static const char nothing[] = "The StartTime of the clip lies after the end of the input.";
    const struct mk_job_output *output = &maker->request->job->outputs[i];
    struct mk_clip_span clip =
        mk_clip_span_of(output->composition_count ? output->composition[0].time_span : NULL);
    size_t count = maker->request->info_count;
    bool bounded = clip.duration_us > 0, unknown = false;

    for (size_t k = 0; k < count; k++) {
        const struct mk_info *info = &maker->request->infos[k];
        int64_t known_us = info->duration_is_guess ? 0 : info->duration_us, length_us;
        struct mk_clip_span taken, part;
        bool short_of = false;

        if (!mk_clip_cut((struct mk_clip_span){0, 0},
                         mk_clip_span_of(maker->request->job->inputs[k].time_span), known_us,
                         &taken, beyond))
            return nothing;
        length_us = length_from(maker, k, taken);
        if (!mk_clip_cut(taken, clip, known_us, &part, &short_of)) {
            if (k + 1 == count && source->part_count == 0)
                return nothing;
            clip.start_us -= length_us;
            continue;
        }
        *beyond = *beyond || (short_of && k + 1 == count);
        add_part(maker, source, k, part, &unknown);
        length_us = length_from(maker, k, part);
        clip.start_us = 0;
        if (bounded && length_us >= clip.duration_us)
            break;
        if (bounded)
            clip.duration_us -= length_us;
    }
    if (unknown)
        source->duration_us = 0;
    return NULL;
}

static bool same_source(const struct mk_plan_source *a, const struct mk_plan_source *b)
{
    if (a->part_count != b->part_count)
        return false;
    for (size_t p = 0; p < a->part_count; p++) {
        const struct mk_plan_part *x = &a->parts[p], *y = &b->parts[p];

        if (x->input != y->input || x->start_us != y->start_us || x->duration_us != y->duration_us)
            return false;
    }
    return true;
}

/* The key of a part's input that comes once, to another source; NULL: there is none. */
static const char *taken_elsewhere(const struct mk_maker *maker,
                                   const struct mk_plan_source *source)
{
    const struct mk_plan *plan = maker->plan;

    for (size_t p = 0; p < source->part_count; p++) {
        unsigned input = source->parts[p].input;

        for (size_t s = 0; maker->request->infos[input].once && s < plan->source_count; s++) {
            for (size_t q = 0; q < plan->sources[s].part_count; q++) {
                if (plan->sources[s].parts[q].input == input)
                    return maker->request->job->inputs[input].key;
            }
        }
    }
    return NULL;
}

bool mk_maker_use_source(struct mk_maker *maker, size_t i)
{
    struct mk_plan *plan = maker->plan;
    struct mk_plan_source *source = &plan->sources[plan->source_count];
    bool beyond = false;
    const char *reason;

    memset(source, 0, sizeof(*source));
    source->parts =
        mk_arena_array(maker->arena, maker->request->info_count, sizeof(*source->parts));
    if (!source->parts) {
        mk_maker_fail(maker, i, MK_PLAN_ERROR_VALUE, NULL);
        return false;
    }
    reason = cut(maker, i, source, &beyond);
    if (reason) {
        mk_maker_fail(maker, i, MK_PLAN_ERROR_CLIP, reason);
        return false;
    }
    if (beyond)
        mk_maker_warn(maker, i, mk_warning_clip);
    maker->source = 0;
    while (!same_source(&plan->sources[maker->source], source)) /* it finds itself at the end */
        maker->source++;
    if (maker->source == plan->source_count) {
        reason = taken_elsewhere(maker, source);
        if (reason) {
            reason = mk_arena_printf(maker->arena,
                                     "\"%s\" comes through a pipe, which can be read only once, "
                                     "and another output takes another clip of it: save it as a "
                                     "file.",
                                     reason);
            mk_maker_fail(maker, i, MK_PLAN_ERROR_VALUE, reason);
            return false;
        }
        plan->source_count++;
    }
    mk_maker_look_at(maker, 0);
    maker->film_rate = maker->input_rate;
    return true;
}

void mk_maker_look_at(struct mk_maker *maker, size_t part)
{
    const struct mk_plan_source *source = &maker->plan->sources[maker->source];
    const struct mk_maker_input *input = &maker->inputs[source->parts[part].input];

    maker->video = input->video;
    maker->audio = input->audio;
    maker->input_rate = input->rate;
}

static bool same_canvas(const struct mk_plan_picture *a, const struct mk_plan_picture *b)
{
    return a->width_px == b->width_px && a->height_px == b->height_px &&
           (int64_t)a->sar.num * b->sar.den == (int64_t)b->sar.num * a->sar.den;
}

/* Parts in different colours: all become those of the first. */
static void join_colors(struct mk_maker *maker, struct mk_plan_picture *views, size_t count)
{
    bool differ = false;

    for (size_t p = 0; p < count; p++) {
        const struct mk_info_stream *video;

        mk_maker_look_at(maker, p);
        video = maker->video;
        if (views[p].matrix_out)
            return;
        views[p].matrix_in = mk_maker_matrix(video->matrix, video->width_px, video->height_px);
        differ = differ || views[p].matrix_in != views[0].matrix_in;
    }
    for (size_t p = 0; p < count; p++) {
        if (differ)
            views[p].matrix_out = views[0].matrix_in;
        else
            views[p].matrix_in = MK_MATRIX_UNKNOWN;
    }
}

struct mk_plan_picture mk_maker_join(struct mk_maker *maker, size_t i, mk_maker_view *view,
                                     enum mk_plan_error code)
{
    size_t count = maker->plan->sources[maker->source].part_count;
    struct mk_plan_picture picture = view(maker, i), *views;

    if (count == 1)
        return picture;
    views = mk_arena_array(maker->arena, count, sizeof(*views));
    if (!views) {
        mk_maker_fail(maker, i, MK_PLAN_ERROR_VALUE, NULL);
        return picture;
    }
    for (size_t p = count; p-- > 0;) { /* the first comes last: what is said of all is its */
        mk_maker_look_at(maker, p);
        views[p] = view(maker, i);
        if (!same_canvas(&views[p], &picture))
            mk_maker_fail(maker, i, code,
                          mk_arena_printf(maker->arena,
                                          "Amazon Elastic Transcoder could not join the inputs: "
                                          "with this preset their %s would have different sizes "
                                          "(%dx%d and %dx%d).",
                                          code == MK_PLAN_ERROR_SIZES ? "pictures" : "thumbnails",
                                          picture.width_px, picture.height_px, views[p].width_px,
                                          views[p].height_px));
    }
    join_colors(maker, views, count);
    mk_maker_look_at(maker, 0);
    picture = views[0];
    picture.views = views;
    return picture;
}

bool mk_maker_decodes(const struct mk_maker *maker, size_t source, enum mk_media_kind kind)
{
    const struct mk_plan *plan = maker->plan;
    size_t count = kind == MK_VIDEO ? plan->picture_count : plan->sound_count;

    for (size_t i = 0; i < count; i++) {
        if ((kind == MK_VIDEO ? plan->pictures[i].source : plan->sounds[i].source) == source)
            return true;
    }
    return false;
}

/* Does anything want this kind of the source? */
static bool wanted(const struct mk_maker *maker, size_t source, enum mk_media_kind kind)
{
    const struct mk_plan *plan = maker->plan;

    for (size_t i = 0; i < plan->encode_count; i++) {
        const struct mk_plan_encode *encode = &plan->encodes[i];

        if (encode->copies && encode->of == source && encode->kind == kind)
            return true;
    }
    return mk_maker_decodes(maker, source, kind);
}

void mk_maker_trim_sources(struct mk_maker *maker)
{
    struct mk_plan *plan = maker->plan;

    for (size_t s = 0; s < plan->source_count; s++) {
        bool video = wanted(maker, s, MK_VIDEO), audio = wanted(maker, s, MK_AUDIO);

        for (size_t p = 0; p < plan->sources[s].part_count; p++) {
            struct mk_plan_part *part = &plan->sources[s].parts[p];

            part->video_stream = video ? maker->inputs[part->input].video->index : -1;
            part->audio_stream = audio ? maker->inputs[part->input].audio->index : -1;
            part->right_stream = audio ? maker->inputs[part->input].right_stream : 0;
        }
    }
    if (!plan->package_count)
        plan->source_count = 0;
}
