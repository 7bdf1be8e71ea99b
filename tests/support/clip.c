/*
 * clip OUT [option value]…: makes a short film out of libavfilter's sources, in the container
 * that OUT's ending names. The picture moves, the sound hums and beeps once a second. With
 * --rotate the picture is stored turned, so that a player that heeds the tag shows it upright.
 */

#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <libavfilter/avfilter.h>
#include <libavfilter/buffersink.h>
#include <libavutil/opt.h>
#include <libavutil/parseutils.h>

#include "media/av.h"

static const char usage[] =
    "usage: clip OUT [--size WxH] [--rate N[/D]] [--seconds S] [--audio CHANNELS]\n"
    "       [--sample-rate HZ] [--rotate 90|180|270] [--no-video] [--interlaced] [--vfr]\n"
    "       [--sar N:D] [--audio-delay MS] [--video-codec h264|hevc|mpeg2|mpeg4|vp8|vp9|…]\n"
    "       [--pattern testsrc2|testsrc|smptebars|mandelbrot|noise|corners|flash]\n";

struct options {
    const char *out;
    int width, height, channels, sample_rate, rotate, delay_ms;
    AVRational rate, sar;
    double seconds;
    bool no_video, interlaced, vfr;
    const char *video_codec, *pattern;
};

struct track {
    AVFilterContext *sink;
    AVCodecContext *encoder;
    AVStream *stream;
    int64_t delay_us, next_us; /* next_us: how far it has come */
    bool ended;
};

static int must(int av, const char *what)
{
    if (av < 0) {
        fprintf(stderr, "clip: %s: %s\n", what, av_err2str(av));
        exit(1);
    }
    return av;
}

/* %s stands where size and rate go. */
static const struct {
    const char *name, *filters;
} patterns[] = {
    {"testsrc2", "testsrc2=%s"},
    {"testsrc", "testsrc=%s"},
    {"smptebars", "smptebars=%s"},
    {"mandelbrot", "mandelbrot=%s"},
    {"noise", "testsrc2=%s,noise=alls=16:allf=t"},
    /* red upper left, green upper right, blue lower left, white lower right */
    {"corners", "color=c=red:%s,format=rgb24,drawbox=x=iw/2:w=iw/2:h=ih/2:c=lime:t=fill,"
                "drawbox=y=ih/2:w=iw/2:h=ih/2:c=blue:t=fill,"
                "drawbox=x=iw/2:y=ih/2:w=iw/2:h=ih/2:c=white:t=fill"},
    /* white for a tenth of a second, with each beep */
    {"flash", "color=c=black:%s,drawbox=c=white:t=fill:enable='lt(mod(t,1),0.1)'"},
};

static void describe_video(const struct options *o, char *to, size_t size)
{
    bool turned = o->rotate % 180 != 0;
    char source[128];
    const char *pattern = NULL, *at;

    snprintf(source, sizeof(source), "size=%dx%d:rate=%d/%d", turned ? o->height : o->width,
             turned ? o->width : o->height, o->rate.num * (o->interlaced ? 2 : 1), o->rate.den);
    for (size_t i = 0; i < sizeof(patterns) / sizeof(patterns[0]); i++) {
        if (!strcmp(patterns[i].name, o->pattern))
            pattern = patterns[i].filters;
    }
    must(pattern ? 0 : AVERROR(EINVAL), "no such pattern");
    at = strstr(pattern, "%s");
    snprintf(to, size, "%.*s%s%s,trim=duration=%f,format=yuv420p%s%s%s,setsar=%d/%d",
             (int)(at - pattern), pattern, source, at + 2, o->seconds,
             o->rotate == 90    ? ",transpose=cclock"
             : o->rotate == 180 ? ",hflip,vflip"
             : o->rotate == 270 ? ",transpose=clock"
                                : "",
             o->vfr ? ",select='if(lt(mod(t,2),1),1,not(mod(n,3)))'" : "",
             o->interlaced ? ",interlace=scan=tff" : "", o->sar.num, o->sar.den);
}

static void describe_audio(const struct options *o, const char *format, char *to, size_t size)
{
    AVChannelLayout layout;
    char name[64];
    int used;

    av_channel_layout_default(&layout, o->channels);
    must(av_channel_layout_describe(&layout, name, sizeof(name)), "--audio");
    used = snprintf(to, size, "aevalsrc='");
    for (int c = 0; c < o->channels; c++)
        used += snprintf(to + used, size - (size_t)used,
                         "%s0.1*sin(2*PI*%d*t)+0.4*lt(mod(t,1),0.1)*sin(2*PI*880*t)", c ? "|" : "",
                         220 + 110 * c);
    snprintf(to + used, size - (size_t)used, "':c=%s:s=%d:d=%f,aformat=sample_fmts=%s", name,
             o->sample_rate, o->seconds, format);
}

static AVFilterContext *open_graph(const char *filters, bool audio, int frame_size)
{
    AVFilterGraph *graph = avfilter_graph_alloc();
    AVFilterInOut *in = NULL, *out = NULL;
    AVFilterContext *sink = NULL;

    must(graph ? 0 : AVERROR(ENOMEM), "graph");
    must(avfilter_graph_parse2(graph, filters, &in, &out), filters);
    must(avfilter_graph_create_filter(&sink,
                                      avfilter_get_by_name(audio ? "abuffersink" : "buffersink"),
                                      "sink", NULL, NULL, graph),
         "sink");
    must(avfilter_link(out->filter_ctx, (unsigned)out->pad_idx, sink, 0), "link");
    must(avfilter_graph_config(graph, NULL), filters);
    if (frame_size)
        av_buffersink_set_frame_size(sink, (unsigned)frame_size);
    avfilter_inout_free(&in);
    avfilter_inout_free(&out);
    return sink;
}

static const AVCodec *find_encoder(const char *wanted, const AVOutputFormat *format, bool audio)
{
    static const struct {
        const char *name, *encoder;
    } names[] = {
        {"h264", "libx264"},   {"hevc", "libx265"}, {"mpeg2", "mpeg2video"}, {"vp8", "libvpx"},
        {"vp9", "libvpx-vp9"}, {"opus", "libopus"}, {"vorbis", "libvorbis"}, {"mp3", "libmp3lame"},
    };
    const AVCodec *codec;

    if (!wanted && !strcmp(format->name, "webm"))
        wanted = audio ? "opus" : "vp8";
    if (!wanted && (!strcmp(format->name, "mpegts") ||
                    avformat_query_codec(format, audio ? AV_CODEC_ID_AAC : AV_CODEC_ID_H264,
                                         FF_COMPLIANCE_NORMAL) == 1))
        wanted = audio ? "aac" : "h264";
    for (size_t i = 0; wanted && i < sizeof(names) / sizeof(names[0]); i++) {
        if (!strcmp(names[i].name, wanted))
            wanted = names[i].encoder;
    }
    codec = wanted ? avcodec_find_encoder_by_name(wanted)
                   : avcodec_find_encoder(audio ? format->audio_codec : format->video_codec);
    must(codec ? 0 : AVERROR_ENCODER_NOT_FOUND, wanted ? wanted : format->name);
    return codec;
}

static const char *sample_format(enum AVCodecID id)
{
    return id == AV_CODEC_ID_AAC || id == AV_CODEC_ID_VORBIS || id == AV_CODEC_ID_AC3 ? "fltp"
           : id == AV_CODEC_ID_MP3                                                    ? "s16p"
                                                                                      : "s16";
}

static void open_encoder(struct track *t, const AVCodec *codec, const struct options *o,
                         AVFormatContext *mux)
{
    AVCodecContext *c = avcodec_alloc_context3(codec);

    must(c ? 0 : AVERROR(ENOMEM), codec->name);
    c->time_base = av_buffersink_get_time_base(t->sink);
    c->thread_count = 1;
    if (mux->oformat->flags & AVFMT_GLOBALHEADER)
        c->flags |= AV_CODEC_FLAG_GLOBAL_HEADER;
    if (codec->type == AVMEDIA_TYPE_VIDEO) {
        c->width = av_buffersink_get_w(t->sink);
        c->height = av_buffersink_get_h(t->sink);
        c->pix_fmt = AV_PIX_FMT_YUV420P;
        c->sample_aspect_ratio = o->sar;
        c->framerate = o->rate;
        c->gop_size = 2 * o->rate.num / o->rate.den;
        c->bit_rate = codec->id == AV_CODEC_ID_H264 ? 0 : 6LL * c->width * c->height;
        if (o->interlaced) {
            c->flags |= AV_CODEC_FLAG_INTERLACED_DCT | AV_CODEC_FLAG_INTERLACED_ME;
            c->field_order = AV_FIELD_TT;
        }
        /* These may fail: an encoder has one or the other. */
        av_opt_set(c->priv_data, "preset", "veryfast", 0);
        av_opt_set(c->priv_data, "deadline", "realtime", 0);
        av_opt_set(c->priv_data, "x265-params", "log-level=error", 0);
    } else {
        c->sample_rate = av_buffersink_get_sample_rate(t->sink);
        c->sample_fmt = av_buffersink_get_format(t->sink);
        must(av_buffersink_get_ch_layout(t->sink, &c->ch_layout), codec->name);
        c->bit_rate = 64000LL * c->ch_layout.nb_channels;
        c->strict_std_compliance = FF_COMPLIANCE_EXPERIMENTAL;
    }
    must(avcodec_open2(c, codec, NULL), codec->name);
    if (codec->type == AVMEDIA_TYPE_AUDIO && c->frame_size)
        av_buffersink_set_frame_size(t->sink, (unsigned)c->frame_size);
    t->encoder = c;
    t->stream = avformat_new_stream(mux, NULL);
    t->stream->time_base = c->time_base;
    t->stream->avg_frame_rate = c->framerate;
    must(avcodec_parameters_from_context(t->stream->codecpar, c), codec->name);
    if (codec->type == AVMEDIA_TYPE_VIDEO && o->rotate)
        av_display_rotation_set(mk_av_stream_new_matrix(t->stream), o->rotate);
}

static void encode(struct track *t, AVFrame *frame, AVFormatContext *mux)
{
    AVPacket *packet = av_packet_alloc();

    must(avcodec_send_frame(t->encoder, frame), "encoder");
    while (avcodec_receive_packet(t->encoder, packet) >= 0) {
        int64_t delay = av_rescale_q(t->delay_us, AV_TIME_BASE_Q, t->encoder->time_base);

        packet->pts += delay;
        packet->dts += delay;
        packet->stream_index = t->stream->index;
        av_packet_rescale_ts(packet, t->encoder->time_base, t->stream->time_base);
        must(av_interleaved_write_frame(mux, packet), "mux");
    }
    av_packet_free(&packet);
}

static void step(struct track *t, AVFormatContext *mux)
{
    AVFrame *frame = av_frame_alloc();
    int av = av_buffersink_get_frame(t->sink, frame);

    if (av == AVERROR_EOF) {
        t->ended = true;
        encode(t, NULL, mux);
    } else {
        must(av, "filters");
        t->next_us = t->delay_us + av_rescale_q(frame->pts, t->encoder->time_base, AV_TIME_BASE_Q);
        frame->pict_type = AV_PICTURE_TYPE_NONE;
        encode(t, frame, mux);
    }
    av_frame_free(&frame);
}

static void make(const struct options *o, const char *temporary)
{
    AVFormatContext *mux = NULL;
    struct track tracks[2] = {0};
    int count = 0;
    char text[2048];

    must(avformat_alloc_output_context2(&mux, NULL, NULL, o->out), o->out);
    if (!o->no_video) {
        describe_video(o, text, sizeof(text));
        tracks[count].sink = open_graph(text, false, 0);
        open_encoder(&tracks[count++], find_encoder(o->video_codec, mux->oformat, false), o, mux);
    }
    if (o->channels) {
        const AVCodec *codec = find_encoder(NULL, mux->oformat, true);

        describe_audio(o, sample_format(codec->id), text, sizeof(text));
        tracks[count].sink = open_graph(text, true, 1024);
        tracks[count].delay_us = o->delay_ms * 1000LL;
        open_encoder(&tracks[count++], codec, o, mux);
    }
    must(avio_open(&mux->pb, temporary, AVIO_FLAG_WRITE), temporary);
    must(avformat_write_header(mux, NULL), "header");
    for (;;) {
        struct track *next = NULL;

        for (int i = 0; i < count; i++) {
            if (!tracks[i].ended && (!next || tracks[i].next_us < next->next_us))
                next = &tracks[i];
        }
        if (!next)
            break;
        step(next, mux);
    }
    must(av_write_trailer(mux), "trailer");
    must(avio_closep(&mux->pb), "close");
    for (int i = 0; i < count; i++) {
        AVFilterGraph *graph = tracks[i].sink->graph;

        avcodec_free_context(&tracks[i].encoder);
        avfilter_graph_free(&graph);
    }
    avformat_free_context(mux);
}

static bool set_value(struct options *o, const char *name, const char *value)
{
    if (!strcmp(name, "--size"))
        must(av_parse_video_size(&o->width, &o->height, value), name);
    else if (!strcmp(name, "--rate"))
        must(av_parse_video_rate(&o->rate, value), name);
    else if (!strcmp(name, "--sar"))
        must(av_parse_ratio(&o->sar, value, 65535, 0, NULL), name);
    else if (!strcmp(name, "--seconds"))
        o->seconds = atof(value);
    else if (!strcmp(name, "--audio"))
        o->channels = atoi(value);
    else if (!strcmp(name, "--sample-rate"))
        o->sample_rate = atoi(value);
    else if (!strcmp(name, "--rotate"))
        o->rotate = atoi(value);
    else if (!strcmp(name, "--audio-delay"))
        o->delay_ms = atoi(value);
    else if (!strcmp(name, "--video-codec"))
        o->video_codec = value;
    else if (!strcmp(name, "--pattern"))
        o->pattern = value;
    else
        return false;
    return true;
}

static bool parse(struct options *o, int argc, char **argv)
{
    for (int i = 1; i < argc; i++) {
        if (!strcmp(argv[i], "--no-video"))
            o->no_video = true;
        else if (!strcmp(argv[i], "--interlaced"))
            o->interlaced = true;
        else if (!strcmp(argv[i], "--vfr"))
            o->vfr = true;
        else if (argv[i][0] != '-' && !o->out)
            o->out = argv[i];
        else if (i + 1 < argc && set_value(o, argv[i], argv[i + 1]))
            i++;
        else
            return false;
    }
    return o->out && (o->channels || !o->no_video);
}

int main(int argc, char **argv)
{
    struct options o = {.width = 640,
                        .height = 360,
                        .channels = 2,
                        .sample_rate = 48000,
                        .rate = {30, 1},
                        .sar = {1, 1},
                        .seconds = 4,
                        .pattern = "testsrc2"};
    char temporary[4096];

    if (!parse(&o, argc, argv)) {
        fputs(usage, stderr);
        return 2;
    }
    av_log_set_level(AV_LOG_ERROR);
    snprintf(temporary, sizeof(temporary), "%s.making", o.out);
    make(&o, temporary);
    if (rename(temporary, o.out)) {
        perror(o.out);
        return 1;
    }
    return 0;
}
