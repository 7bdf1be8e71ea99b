#include "media/graph.h"

#include <stdarg.h>
#include <stdio.h>

#include <libavfilter/buffersink.h>
#include <libavutil/opt.h>

/* Where libavfilter puts a conversion of its own. */
static const char SCALER[] = "flags=bicubic+accurate_rnd";

/* When a still begins: before everything else. */
enum { STILL_START_S = -1000000 };

static int create_source(AVFilterGraph *graph, const AVFrame *frame, AVRational time_base,
                         const char *name, AVFilterContext **out)
{
    bool picture = frame->width > 0;
    AVBufferSrcParameters *source = av_buffersrc_parameters_alloc();
    int av;

    *out = avfilter_graph_alloc_filter(graph, avfilter_get_by_name(picture ? "buffer" : "abuffer"),
                                       name);
    if (!*out || !source) {
        av_free(source);
        return AVERROR(ENOMEM);
    }
    source->format = frame->format;
    source->time_base = time_base;
    if (picture) {
        source->width = frame->width;
        source->height = frame->height;
        source->sample_aspect_ratio = frame->sample_aspect_ratio;
        mk_av_source_color(source, frame);
    } else {
        source->sample_rate = frame->sample_rate;
        source->ch_layout = frame->ch_layout; /* copied by the call below */
    }
    av = av_buffersrc_parameters_set(*out, source);
    av_free(source);
    return av >= 0 ? avfilter_init_str(*out, NULL) : av;
}

static int create(struct mk_graph *graph, const AVFrame *frame, bool pair)
{
    const char *sink = frame->width > 0 ? "buffersink" : "abuffersink";
    int av = create_source(graph->graph, frame, frame->time_base, "source", &graph->source);

    if (av >= 0 && pair)
        av = create_source(graph->graph, frame, frame->time_base, "right", &graph->right);
    if (av < 0)
        return av;
    graph->sink = avfilter_graph_alloc_filter(graph->graph, avfilter_get_by_name(sink), "sink");
    return graph->sink ? avfilter_init_str(graph->sink, NULL) : AVERROR(ENOMEM);
}

/* One open end more in front of @p list. */
static int add_end(AVFilterInOut **list, const char *name, AVFilterContext *filter)
{
    AVFilterInOut *end = avfilter_inout_alloc();

    if (!end)
        return AVERROR(ENOMEM);
    *end = (AVFilterInOut){.name = av_strdup(name), .filter_ctx = filter, .next = *list};
    *list = end;
    return end->name ? 0 : AVERROR(ENOMEM);
}

static int add_still(struct mk_graph *graph, const struct mk_graph_still *still,
                     AVFilterInOut **ends)
{
    AVFilterContext *source;
    int av = create_source(graph->graph, still->frame, (AVRational){1, 1}, still->label, &source);

    return av >= 0 ? add_end(ends, still->label, source) : av;
}

static int send_still(struct mk_graph *graph, const struct mk_graph_still *still)
{
    AVFilterContext *source = avfilter_graph_get_filter(graph->graph, still->label);
    int av;

    still->frame->pts = STILL_START_S;
    av = av_buffersrc_write_frame(source, still->frame); /* a reference */
    return av >= 0 ? av_buffersrc_close(source, STILL_START_S + 1, 0) : av;
}

static int connect(struct mk_graph *graph, const struct mk_graph_still *stills, size_t still_count,
                   const char *filters)
{
    AVFilterInOut *in = NULL, *out = NULL;
    int av = 0;

    /* Seen from the chain: its open input is our source. */
    for (size_t i = 0; i < still_count && av >= 0; i++)
        av = add_still(graph, &stills[i], &out);
    if (av >= 0)
        av = add_end(&out, "in", graph->source);
    if (av >= 0 && graph->right)
        av = add_end(&out, "right", graph->right);
    if (av >= 0)
        av = add_end(&in, "out", graph->sink);
    if (av >= 0)
        av = avfilter_graph_parse_ptr(graph->graph, filters, &in, &out, NULL);
    avfilter_inout_free(&in);
    avfilter_inout_free(&out);
    if (av >= 0)
        av = avfilter_graph_config(graph->graph, NULL);
    for (size_t i = 0; i < still_count && av >= 0; i++)
        av = send_still(graph, &stills[i]);
    return av;
}

static mockets_status open(struct mk_graph *graph, const AVFrame *frame, bool pair,
                           const struct mk_graph_still *stills, size_t still_count,
                           const char *filters, struct mockets_error *err)
{
    int av = AVERROR(ENOMEM);

    graph->graph = avfilter_graph_alloc();
    if (graph->graph) {
        graph->graph->nb_threads = 1;
        graph->graph->scale_sws_opts = av_strdup(SCALER);
        av = create(graph, frame, pair);
    }
    if (av >= 0 && filters[0])
        av = connect(graph, stills, still_count, filters);
    else if (av >= 0)
        av = connect(graph, stills, still_count, frame->width > 0 ? "null" : "anull");
    if (av >= 0)
        return MOCKETS_OK;
    mk_graph_close(graph);
    return mk_fail_av(err, av, "the filters \"%s\" cannot be set up", filters);
}

mockets_status mk_graph_open(struct mk_graph *graph, const AVFrame *frame, const char *filters,
                             struct mockets_error *err)
{
    return open(graph, frame, false, NULL, 0, filters, err);
}

mockets_status mk_graph_open_stills(struct mk_graph *graph, const AVFrame *frame,
                                    const struct mk_graph_still *stills, size_t still_count,
                                    const char *filters, struct mockets_error *err)
{
    return open(graph, frame, false, stills, still_count, filters, err);
}

mockets_status mk_graph_open_pair(struct mk_graph *graph, const AVFrame *frame, const char *filters,
                                  struct mockets_error *err)
{
    return open(graph, frame, true, NULL, 0, filters, err);
}

void mk_graph_close(struct mk_graph *graph)
{
    avfilter_graph_free(&graph->graph);
    *graph = (struct mk_graph){0};
}

static mockets_status put(AVFilterContext *to, AVFrame *frame, struct mockets_error *err)
{
    int av = av_buffersrc_add_frame_flags(to, frame, AV_BUFFERSRC_FLAG_PUSH);

    return av >= 0 ? MOCKETS_OK : mk_fail_av(err, av, "a frame cannot be filtered");
}

mockets_status mk_graph_put(struct mk_graph *graph, AVFrame *frame, struct mockets_error *err)
{
    return put(graph->source, frame, err);
}

mockets_status mk_graph_put_right(struct mk_graph *graph, AVFrame *frame, struct mockets_error *err)
{
    return put(graph->right, frame, err);
}

mockets_status mk_graph_end_side(struct mk_graph *graph, bool right, struct mockets_error *err)
{
    int av = av_buffersrc_close(right ? graph->right : graph->source, AV_NOPTS_VALUE,
                                AV_BUFFERSRC_FLAG_PUSH);

    return av >= 0 ? MOCKETS_OK : mk_fail_av(err, av, "the last frames cannot be filtered");
}

AVRational mk_graph_time_base(const struct mk_graph *graph)
{
    return graph->source->outputs[0]->time_base;
}

mockets_status mk_graph_end(struct mk_graph *graph, int64_t end_pts, struct mockets_error *err)
{
    int av = av_buffersrc_close(graph->source, end_pts, AV_BUFFERSRC_FLAG_PUSH);

    if (av >= 0 && graph->right)
        av = av_buffersrc_close(graph->right, end_pts, AV_BUFFERSRC_FLAG_PUSH);
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
