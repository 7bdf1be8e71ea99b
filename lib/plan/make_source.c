#include "plan/maker.h"

#include "plan/hints.h"
#include "plan/rate.h"

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

void mk_maker_add_source(struct mk_maker *maker)
{
    const struct mk_info *info = &maker->request->infos[0];
    struct mk_plan_source *source = &maker->plan->sources[0];
    int64_t start = INT64_MAX;

    maker->video = select_stream(info, MK_VIDEO);
    maker->audio = select_stream(info, MK_AUDIO);
    if (maker->video) {
        maker->hinted = mk_hints_apply(&maker->request->job->inputs[0], maker->video);
        maker->video = &maker->hinted;
        maker->input_rate = mk_rate_of_stream(maker->video);
    }
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
void mk_maker_trim_source(struct mk_maker *maker)
{
    struct mk_plan *plan = maker->plan;

    if (plan->picture_count)
        plan->sources[0].video_stream = maker->video->index;
    if (plan->sound_count)
        plan->sources[0].audio_stream = maker->audio->index;
    if (!plan->package_count)
        plan->source_count = 0;
}
