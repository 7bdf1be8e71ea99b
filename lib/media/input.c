#include "media/input.h"

#include <libavutil/avstring.h>
#include <libavutil/opt.h>

#include "base/alloc.h"
#include "base/clock.h"

/* Containers only: nothing that opens other files (hls, dash, concat, image2, …). */
static const char DEMUXERS[] = "mov,matroska,mpegts,mpeg,avi,flv,asf,mp3,aac,ogg,wav,w64,flac,aiff,"
                               "amr,caf,mxf,gif,h264,hevc,mpegvideo,m4v,ac3,eac3,dv,rm,ivf";

enum {
    FORMAT_BYTES = 1024 * 1024,
    MAX_STREAMS = 400, /* 300 captions, the service's limit, and some more */
    PROBE_BYTES = 8 * 1024 * 1024,
    ANALYZE_US = 8 * 1000 * 1000,
    MAX_PROBE_PACKETS = 2500,
    OPEN_US = 120 * 1000 * 1000, /* demuxers may look for the next thing through a whole file */
};

static int refuse_open(AVFormatContext *format, AVIOContext **io, const char *url, int flags,
                       AVDictionary **options)
{
    (void)format, (void)io, (void)url, (void)flags, (void)options;
    return AVERROR(EPERM);
}

static bool set_limits(AVFormatContext *format)
{
    format->io_open = refuse_open;
    format->flags |= AVFMT_FLAG_CUSTOM_IO;
    return av_opt_set(format, "format_whitelist", DEMUXERS, 0) >= 0 &&
           av_opt_set(format, "protocol_whitelist", "none", 0) >= 0 &&
           av_opt_set_int(format, "max_streams", MAX_STREAMS, 0) >= 0 &&
           av_opt_set_int(format, "probesize", PROBE_BYTES, 0) >= 0 &&
           av_opt_set_int(format, "analyzeduration", ANALYZE_US, 0) >= 0 &&
           av_opt_set_int(format, "max_probe_packets", MAX_PROBE_PACKETS, 0) >= 0;
}

mockets_status mk_input_fail(const struct mk_input *input, struct mockets_error *err, int av,
                             const char *what)
{
    mockets_status rc = mk_io_fail(&input->io, err, av, what);

    /* Demuxers that lack memory have been told of an absurd size or number by the file. */
    if (!input->io.rc && rc != MOCKETS_E_CANCELED) {
        rc = MOCKETS_E_MEDIA;
        if (err)
            err->status = rc;
    }
    return rc;
}

/* What the bytes look like. Asked before anything is opened, to tell what is no media from what
 * is a format that is not taken, playlists above all. A guess at one of those is no media: noise
 * looks like raw streams now and then. */
static mockets_status find_format(struct mk_input *input, const AVInputFormat **out,
                                  struct mockets_error *err)
{
    int score = av_probe_input_buffer2(input->io.avio, out, NULL, NULL, 0, FORMAT_BYTES);
    bool taken = score >= 0 && av_match_list((*out)->name, DEMUXERS, ',') > 0;

    if (score >= 0 && score <= AVPROBE_SCORE_RETRY && !taken)
        score = AVERROR_INVALIDDATA;
    if (score < 0 || input->io.rc)
        return mk_input_fail(input, err, score, "the input cannot be read as media");
    if (!taken)
        return mk_fail(err, MOCKETS_E_UNSUPPORTED, "the input format %s is not supported",
                       (*out)->name);
    return MOCKETS_OK;
}

mockets_status mk_input_open(struct mk_reader *reader, struct mk_cancel *cancel,
                             struct mk_input **out, struct mockets_error *err)
{
    struct mk_input *input = mk_alloc(sizeof(*input));
    const AVInputFormat *format = NULL;
    mockets_status rc;
    int av;

    if (!input)
        return mk_fail_nomem(err);
    rc = mk_io_open_reader(&input->io, reader, cancel, err);
    if (rc)
        goto out;
    if (!reader->once) /* what comes through a pipe takes its time */
        input->io.deadline_us = mk_clock_mono_us() + OPEN_US;
    rc = find_format(input, &format, err);
    if (rc)
        goto out;
    input->format = avformat_alloc_context();
    if (!input->format || !set_limits(input->format)) {
        rc = mk_fail_nomem(err);
        goto out;
    }
    input->format->pb = input->io.avio;
    av = avformat_open_input(&input->format, NULL, format, NULL);
    if (av >= 0)
        av = avformat_find_stream_info(input->format, NULL);
    if (av < 0 || input->io.rc) {
        rc = mk_input_fail(input, err, av, "the input cannot be read as media");
        goto out;
    }
    input->io.deadline_us = 0;
    *out = input;
    input = NULL;

out:
    mk_input_close(&input);
    return rc;
}

void mk_input_close(struct mk_input **input)
{
    if (!*input)
        return;
    avformat_close_input(&(*input)->format);
    mk_io_close(&(*input)->io);
    mk_free(*input);
    *input = NULL;
}
