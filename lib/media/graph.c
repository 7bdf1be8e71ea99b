#include "media/graph.h"

#include <stdarg.h>
#include <stdio.h>

#include <libavfilter/buffersink.h>
#include <libavutil/opt.h>

/* Where libavfilter puts a conversion of its own. */
static const char SCALER[] = "flags=bicubic+accurate_rnd";

static int create(struct mk_graph *graph, const AVFrame *frame)
{
    bool picture = frame->width > 0;
    AVBufferSrcParameters *source;
    int av;

    graph->source = avfilter_graph_alloc_filter(
        graph->graph, avfilter_get_by_name(picture ? "buffer" : "abuffer"), "source");
    graph->sink = avfilter_graph_alloc_filter(
        graph->graph, avfilter_get_by_name(picture ? "buffersink" : "abuffersink"), "sink");
    source = av_buffersrc_parameters_alloc();
    if (!graph->source || !graph->sink || !source) {
        av_free(source);
        return AVERROR(ENOMEM);
    }
    source->format = frame->format;
    source->time_base = frame->time_base;
    if (picture) {
        source->width = frame->width;
        source->height = frame->height;
        source->sample_aspect_ratio = frame->sample_aspect_ratio;
        mk_av_source_color(source, frame);
    } else {
        source->sample_rate = frame->sample_rate;
        source->ch_layout = frame->ch_layout; /* copied by the call below */
    }
    av = av_buffersrc_parameters_set(graph->source, source);
    av_free(source);
    if (av >= 0)
        av = avfilter_init_str(graph->source, NULL);
    if (av >= 0)
        av = avfilter_init_str(graph->sink, NULL);
    return av;
}

static int connect(struct mk_graph *graph, const char *filters)
{
    AVFilterInOut *in = avfilter_inout_alloc(), *out = avfilter_inout_alloc();
    int av = AVERROR(ENOMEM);

    if (in && out) {
        /* Seen from the chain: its open input is our source. */
        *out = (AVFilterInOut){.name = av_strdup("in"), .filter_ctx = graph->source};
        *in = (AVFilterInOut){.name = av_strdup("out"), .filter_ctx = graph->sink};
        av = avfilter_graph_parse_ptr(graph->graph, filters, &in, &out, NULL);
    }
    avfilter_inout_free(&in);
    avfilter_inout_free(&out);
    return av >= 0 ? avfilter_graph_config(graph->graph, NULL) : av;
}

mockets_status mk_graph_open(struct mk_graph *graph, const AVFrame *frame, const char *filters,
                             struct mockets_error *err)
{
    int av = AVERROR(ENOMEM);

    graph->graph = avfilter_graph_alloc();
    if (graph->graph) {
        graph->graph->nb_threads = 1;
        graph->graph->scale_sws_opts = av_strdup(SCALER);
        av = create(graph, frame);
    }
    if (av >= 0 && filters[0])
        av = connect(graph, filters);
    else if (av >= 0)
        av = connect(graph, frame->width > 0 ? "null" : "anull");
    if (av >= 0)
        return MOCKETS_OK;
    mk_graph_close(graph);
    return mk_fail_av(err, av, "the filters \"%s\" cannot be set up", filters);
}

void mk_graph_close(struct mk_graph *graph)
{
    avfilter_graph_free(&graph->graph);
    *graph = (struct mk_graph){0};
}

mockets_status mk_graph_put(struct mk_graph *graph, AVFrame *frame, struct mockets_error *err)
{
    int av = av_buffersrc_add_frame_flags(graph->source, frame, AV_BUFFERSRC_FLAG_PUSH);

    return av >= 0 ? MOCKETS_OK : mk_fail_av(err, av, "a frame cannot be filtered");
}

mockets_status mk_graph_end(struct mk_graph *graph, int64_t end_pts, struct mockets_error *err)
{
    int av = av_buffersrc_close(graph->source, end_pts, AV_BUFFERSRC_FLAG_PUSH);

    return av >= 0 ? MOCKETS_OK : mk_fail_av(err, av, "the last frames cannot be filtered");
}

bool mk_graph_get(struct mk_graph *graph, AVFrame *frame, mockets_status *rc,
                  struct mockets_error *err)
{
    int av = av_buffersink_get_frame(graph->sink, frame);

    *rc = MOCKETS_OK;
    if (av >= 0)
        return true;
    if (av != AVERROR(EAGAIN) && av != AVERROR_EOF)
        *rc = mk_fail_av(err, av, "a frame cannot be filtered");
    return false;
}

void mk_graph_add(struct mk_buf *filters, const char *format, ...)
{
    char text[256];
    va_list args;

    va_start(args, format);
    vsnprintf(text, sizeof(text), format, args);
    va_end(args);
    if (filters->size > 0)
        mk_buf_putc(filters, ',');
    mk_buf_puts(filters, text);
}
