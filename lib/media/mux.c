#include "media/package.h"

#include <libavutil/opt.h>

#include "base/alloc.h"
#include "media/art.h"

/* How far ahead of its presentation a transport or program stream carries a frame, at most. */
enum { STREAM_DELAY_US = 700 * 1000 };

/* Seconds from one set of tables to the next in a segment, which is shorter. */
static const char TABLES_PERIOD[] = "86400";

/* How libavformat makes a file of each container. */
static const struct mk_muxer {
    const char *name;
    bool seek;       /* the muxer goes back to complete its header */
    bool interleave; /* the muxer puts the packets into its own order */
    bool invents;    /* the muxer makes up numbers of streams, which mean nothing elsewhere */
    const char *option, *value;
} muxers[] = {
    [MK_CONTAINER_MP4] = {"mp4", true, false, false, "movflags", "+faststart"},
    [MK_CONTAINER_TS] = {"mpegts", false, false, false, NULL, NULL},
    [MK_CONTAINER_FMP4] = {NULL, false, false, false, NULL, NULL}, /* fmp4.c writes it */
    [MK_CONTAINER_WEBM] = {"webm", true, false, true, NULL, NULL},
    [MK_CONTAINER_FLV] = {"flv", true, false, false, NULL, NULL},
    [MK_CONTAINER_MPG] = {"vob", false, false, false, NULL, NULL},
    [MK_CONTAINER_MXF] = {"mxf", true, true, false, NULL, NULL},
    [MK_CONTAINER_GIF] = {"gif", false, false, false, NULL, NULL},
    [MK_CONTAINER_MP3] = {"mp3", true, false, false, NULL, NULL},
    [MK_CONTAINER_MP2] = {"mp2", false, false, false, NULL, NULL},
    [MK_CONTAINER_OGG] = {"oga", false, false, true, NULL, NULL},
    [MK_CONTAINER_FLAC] = {"flac", true, false, false, NULL, NULL},
    [MK_CONTAINER_WAV] = {"wav", true, false, false, "rf64", "auto"},
    [MK_CONTAINER_IMAGES] = {NULL, false, false, false, NULL, NULL},
};

static const struct mk_muxer *muxer_of(const struct mk_package *package)
{
    return &muxers[package->plan->container];
}

bool mk_mux_wants_header(enum mk_container container)
{
    const char *name = muxers[container].name;
    const AVOutputFormat *format = name ? av_guess_format(name, NULL, NULL) : NULL;

    return format && format->flags & AVFMT_GLOBALHEADER;
}

/* With the index in front, movenc reads its file back to move it. */
static int open_readback(AVFormatContext *mux, AVIOContext **out, const char *url, int flags,
                         AVDictionary **options)
{
    struct mk_package *package = mux->opaque;
    struct mk_io *io;

    (void)url, (void)options;
    if (flags & AVIO_FLAG_WRITE)
        return AVERROR(EPERM);
    io = mk_alloc(sizeof(*io));
    if (!io)
        return AVERROR(ENOMEM);
    if (mk_io_open_readback(io, package->writer, &package->stage.run->cancel, NULL)) {
        mk_free(io);
        return AVERROR(ENOMEM);
    }
    *out = io->avio;
    return 0;
}

static int close_readback(AVFormatContext *mux, AVIOContext *avio)
{
    struct mk_package *package = mux->opaque;
    struct mk_io *io = avio->opaque;

    if (io->rc && !package->io.rc) {
        package->io.rc = io->rc;
        package->io.error = io->error;
    }
    mk_io_close(io);
    mk_free(io);
    return 0;
}

/* How a film gets into a transport stream, where the parameter sets are in front of every key
 * frame. What is copied is as the container had it. NULL: it is so already. */
static const char *filter_of(const struct mk_package *package, const struct mk_track *track)
{
    const AVCodecParameters *par = track->encode->parameters;

    if (package->plan->container != MK_CONTAINER_TS || par->codec_id != AV_CODEC_ID_H264)
        return NULL;
    if (!track->encode->source)
        return track->encode->global_header ? "dump_extra=freq=keyframe" : NULL;
    return par->extradata_size > 0 && par->extradata[0] == 1 ? "h264_mp4toannexb" : NULL;
}

static int add_filter(struct mk_track *track, const char *name)
{
    int av = av_bsf_list_parse_str(name, &track->filter);

    if (av < 0)
        return av;
    track->filter->time_base_in = track->encode->time_base;
    av = avcodec_parameters_copy(track->filter->par_in, track->encode->parameters);
    return av < 0 ? av : av_bsf_init(track->filter);
}

static int add_stream(struct mk_package *package, struct mk_track *track)
{
    const char *filter;
    int av;

    if (!track->seen)
        return 0;
    track->stream = avformat_new_stream(package->mux, NULL);
    if (!track->stream)
        return AVERROR(ENOMEM);
    av = avcodec_parameters_copy(track->stream->codecpar, track->encode->parameters);
    if (av < 0)
        return av;
    track->stream->codecpar->codec_tag = 0;
    track->stream->time_base = track->encode->time_base;
    track->stream->avg_frame_rate = track->encode->frame_rate;
    track->stream->sample_aspect_ratio = track->encode->parameters->sample_aspect_ratio;
    filter = filter_of(package, track);
    return filter ? add_filter(track, filter) : 0;
}

static int set_ts_options(struct mk_package *package)
{
    AVFormatContext *mux = package->mux;
    int av;

    /* Time 0 is at the same place in every rendition, whatever its encoder's delay. */
    mux->avoid_negative_ts = AVFMT_AVOID_NEG_TS_DISABLED;
    if (package->plan->segment_us <= 0)
        return 0;
    /* A segment begins with its tables (RFC 8216, 3.2), and needs them no more but at key frames. */
    av = av_opt_set(mux->priv_data, "pat_period", TABLES_PERIOD, 0);
    return av < 0 ? av : av_opt_set(mux->priv_data, "sdt_period", TABLES_PERIOD, 0);
}

static int set_options(struct mk_package *package)
{
    const struct mk_muxer *muxer = muxer_of(package);
    AVFormatContext *mux = package->mux;

    mux->opaque = package;
    mux->pb = package->io.avio;
    mux->flags |= AVFMT_FLAG_CUSTOM_IO;
    if (muxer->invents)
        mux->flags |= AVFMT_FLAG_BITEXACT;
    mux->flush_packets = 0;
    mux->io_open = open_readback;
    mux->io_close2 = close_readback;
    if (package->plan->container == MK_CONTAINER_GIF)
        return av_opt_set_int(mux->priv_data, "loop", package->plan->repeats, 0);
    if (muxer->option)
        return av_opt_set(mux->priv_data, muxer->option, muxer->value, 0);
    mux->max_delay = STREAM_DELAY_US;
    return package->plan->container == MK_CONTAINER_TS ? set_ts_options(package) : 0;
}

mockets_status mk_mux_open(struct mk_package *package, bool seek, struct mockets_error *err)
{
    mockets_status rc =
        mk_io_open_writer(&package->io, package->writer, seek, &package->stage.run->cancel, err);
    int av;

    if (rc)
        return rc;
    av = avformat_alloc_output_context2(&package->mux, NULL, muxer_of(package)->name, NULL);
    if (av >= 0)
        av = set_options(package);
    for (size_t i = 0; i < package->track_count && av >= 0; i++)
        av = add_stream(package, &package->tracks[i]);
    if (av >= 0)
        rc = mk_art_add(package->mux, package->plan, &package->stage.run->images, err);
    if (!rc && av >= 0)
        rc = mk_texts_open(package, err);
    if (rc)
        return rc;
    if (av >= 0)
        av = avformat_write_header(package->mux, NULL);
    if (av >= 0)
        av = mk_art_write(package->mux);
    return av >= 0 ? MOCKETS_OK : mk_io_fail(&package->io, err, av, "the file cannot be begun");
}

mockets_status mk_mux_write(struct mk_package *package, struct mk_track *track, AVPacket *packet,
                            struct mockets_error *err)
{
    int av = 0;

    if (track->filter) {
        av = av_bsf_send_packet(track->filter, packet);
        if (av >= 0)
            av = av_bsf_receive_packet(track->filter, packet);
    }
    if (av >= 0) {
        mockets_status rc = mk_texts_write(package, mk_track_us(track, packet->dts), err);

        if (rc)
            return rc;
        av_packet_rescale_ts(packet, track->encode->time_base, track->stream->time_base);
        packet->stream_index = track->stream->index;
        av = muxer_of(package)->interleave ? av_interleaved_write_frame(package->mux, packet)
                                           : av_write_frame(package->mux, packet);
    }
    if (av < 0 || package->io.rc)
        return mk_io_fail(&package->io, err, av, "the file cannot be written");
    return MOCKETS_OK;
}

mockets_status mk_mux_flush(struct mk_package *package, struct mockets_error *err)
{
    int av = av_write_frame(package->mux, NULL);

    avio_flush(package->mux->pb);
    if (av < 0 || package->io.rc)
        return mk_io_fail(&package->io, err, av, "the file cannot be written");
    return MOCKETS_OK;
}

mockets_status mk_mux_finish(struct mk_package *package, struct mockets_error *err)
{
    int64_t end_us = 0;
    mockets_status rc;
    int av;

    for (size_t i = 0; i < package->track_count; i++) {
        if (package->tracks[i].end_us > end_us)
            end_us = package->tracks[i].end_us;
    }
    rc = mk_texts_finish(package, end_us, err);
    if (rc)
        return rc;
    av = av_write_trailer(package->mux);

    avio_flush(package->mux->pb);
    if (av < 0 || package->io.rc)
        return mk_io_fail(&package->io, err, av, "the file cannot be finished");
    return MOCKETS_OK;
}

void mk_mux_close(struct mk_package *package)
{
    for (size_t i = 0; i < package->track_count; i++)
        av_bsf_free(&package->tracks[i].filter);
    avformat_free_context(package->mux);
    package->mux = NULL;
    mk_io_close(&package->io);
}

static mockets_status file_open(struct mk_package *package, struct mockets_error *err)
{
    bool seek = muxer_of(package)->seek;
    mockets_status rc = mk_package_open_file(package, package->plan->key, seek, err);

    return rc ? rc : mk_mux_open(package, seek, err);
}

static mockets_status file_finish(struct mk_package *package, struct mockets_error *err)
{
    mockets_status rc = mk_mux_finish(package, err);

    if (rc)
        return rc;
    rc = mk_package_finish_file(package, package->plan->key, err);
    if (!rc)
        package->made.size_bytes = package->made.files[0].writer->size_bytes;
    return rc;
}

const struct mk_packer_ops mk_packer_file = {file_open, mk_mux_write, file_finish, NULL, NULL};
