#include "media/package.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/alloc.h"
#include "base/buf.h"
#include "media/codec_string.h"
#include "media/made.h"

/* What a package keeps while it waits for a track that is late. When it is more the others go on
 * without it; those that have not begun by then are left out. PACKET_BYTES: beside the data. */
enum { MAX_HELD_BYTES = 32 * 1024 * 1024, PACKET_BYTES = 512 };

int64_t mk_track_us(const struct mk_track *track, int64_t value)
{
    return av_rescale_q(value, track->encode->time_base, AV_TIME_BASE_Q);
}

struct mk_track *mk_package_video(const struct mk_package *package)
{
    for (size_t i = 0; i < package->track_count; i++) {
        if (package->tracks[i].encode->plan->kind == MK_VIDEO && package->tracks[i].seen)
            return &package->tracks[i];
    }
    return NULL;
}

char *mk_package_key(const struct mk_package *package, const char *format, ...)
{
    struct mk_buf key;
    char ending[64], *text;
    va_list args;

    va_start(args, format);
    vsnprintf(ending, sizeof(ending), format, args);
    va_end(args);
    mk_buf_init(&key, 64 * 1024);
    mk_buf_puts(&key, package->plan->key);
    mk_buf_puts(&key, ending);
    text = mk_buf_take(&key, NULL);
    mk_buf_fini(&key);
    return text;
}

mockets_status mk_package_open_file(struct mk_package *package, const char *key, bool seek,
                                    struct mockets_error *err)
{
    const struct mk_media_host *host = package->stage.run->host;

    return host->open_file(host->context, package->index, key, seek, &package->writer, err);
}

mockets_status mk_package_finish_file(struct mk_package *package, const char *key,
                                      struct mockets_error *err)
{
    mockets_status rc = mk_writer_finish(package->writer, err);

    if (!rc)
        rc = mk_made_add_file(&package->made, key, package->writer, err);
    if (!rc)
        package->writer = NULL;
    return rc;
}

const AVPacket *mk_track_first(const struct mk_track *track)
{
    AVPacket *packet = NULL;

    av_fifo_peek(track->packets, &packet, 1, 0);
    return packet;
}

static bool holds_too_much(const struct mk_package *package)
{
    size_t bytes = 0;

    for (size_t i = 0; i < package->track_count; i++)
        bytes += package->tracks[i].bytes;
    return bytes > MAX_HELD_BYTES;
}

/* Packets are merged by decoding time. Where the package is cut everything that is shown
 * earlier goes first. */
static int64_t order_of(const struct mk_package *package, const struct mk_track *track)
{
    const AVPacket *packet = mk_track_first(track);
    bool cuts = package->packer->cuts && package->packer->cuts(package, track, packet);

    return mk_track_us(track, cuts ? packet->pts : packet->dts);
}

static struct mk_track *next_track(const struct mk_package *package)
{
    struct mk_track *next = NULL;
    int64_t next_us = 0;
    bool wait = false;

    for (size_t i = 0; i < package->track_count; i++) {
        struct mk_track *track = &package->tracks[i];

        if (av_fifo_can_read(track->packets) > 0) {
            int64_t us = order_of(package, track);

            if (!next || us < next_us) {
                next = track;
                next_us = us;
            }
        } else if (!track->ended) {
            wait = true;
        }
    }
    return wait && !holds_too_much(package) ? NULL : next;
}

static bool ready(const struct mk_package *package)
{
    bool all = true;

    for (size_t i = 0; i < package->track_count; i++)
        all = all && (package->tracks[i].seen || package->tracks[i].ended);
    if (!all && holds_too_much(package)) {
        mk_log(package->stage.run->host->log, MOCKETS_LOG_WARNING,
               "package %u: a track that has not begun is left out", package->index);
        return true;
    }
    return all;
}

static void read_codec(struct mk_track *track, const AVPacket *packet)
{
    const AVCodecParameters *par = track->encode->parameters;

    if (par->codec_id == AV_CODEC_ID_AAC)
        mk_codec_string_aac(par->extradata, (size_t)par->extradata_size, track->codec);
    else if (par->codec_id == AV_CODEC_ID_MP3)
        snprintf(track->codec, sizeof(track->codec), "mp4a.40.34");
    else if (par->codec_id == AV_CODEC_ID_H264 &&
             !mk_codec_string_h264(par->extradata, (size_t)par->extradata_size, track->codec))
        mk_codec_string_h264(packet->data, (size_t)packet->size, track->codec);
}

static mockets_status write_one(struct mk_package *package, struct mk_track *track,
                                struct mockets_error *err)
{
    AVPacket *packet = NULL;
    int64_t start_us, end_us;
    mockets_status rc;

    av_fifo_read(track->packets, &packet, 1);
    track->bytes -= (size_t)packet->size + PACKET_BYTES;
    track->written_bytes += packet->size;
    start_us = mk_track_us(track, packet->pts);
    end_us = mk_track_us(track, packet->pts + packet->duration);
    rc = package->packer->write(package, track, packet, err);
    av_packet_free(&packet);
    if (rc)
        return rc;
    if (end_us > track->end_us)
        track->end_us = end_us;
    mk_run_progress(package->stage.run, package->index, start_us);
    return MOCKETS_OK;
}

static mockets_status write_ready(struct mk_package *package, struct mockets_error *err)
{
    mockets_status rc = MOCKETS_OK;
    struct mk_track *track;

    if (!package->opened) {
        if (!ready(package))
            return MOCKETS_OK;
        rc = package->packer->open(package, err);
        package->opened = true;
    }
    while (!rc && (track = next_track(package)))
        rc = write_one(package, track, err);
    return rc;
}

static mockets_status take(struct mk_package *package, struct mk_item *item,
                           struct mockets_error *err)
{
    struct mk_track *track = &package->tracks[item->port];

    if (item->kind == MK_ITEM_END) {
        track->ended = true;
        if (!item->error)
            return MOCKETS_OK;
        *err = *item->error;
        return err->status;
    }
    if (package->opened && !track->seen) /* it came too late, see ready() */
        return MOCKETS_OK;
    if (!track->seen)
        read_codec(track, item->packet);
    if (av_fifo_write(track->packets, &item->packet, 1) < 0)
        return mk_fail_nomem(err);
    track->seen = true;
    track->bytes += (size_t)item->packet->size + PACKET_BYTES;
    item->packet = NULL;
    return MOCKETS_OK;
}

static bool all_ended(const struct mk_package *package)
{
    for (size_t i = 0; i < package->track_count; i++) {
        if (!package->tracks[i].ended)
            return false;
    }
    return true;
}

static mockets_status run(struct mk_package *package, struct mockets_error *err)
{
    mockets_status rc = MOCKETS_OK;
    bool any = false;

    package->made.tracks = mk_alloc_array(package->track_count, sizeof(*package->made.tracks));
    if (!package->made.tracks)
        return mk_fail_nomem(err);
    package->made.track_count = package->track_count;
    for (size_t i = 0; i < package->track_count; i++) {
        package->tracks[i].packets = av_fifo_alloc2(64, sizeof(AVPacket *), AV_FIFO_FLAG_AUTO_GROW);
        if (!package->tracks[i].packets)
            return mk_fail_nomem(err);
    }
    while (!rc && !all_ended(package)) {
        struct mk_item item;

        rc = mk_stage_get(&package->stage, &item);
        if (rc) {
            *err = package->stage.error;
            return rc;
        }
        rc = take(package, &item, err);
        mk_item_free(&item);
        for (size_t i = 0; i < package->track_count; i++)
            any = any || package->tracks[i].seen;
        if (!rc && any)
            rc = write_ready(package, err);
    }
    if (!rc && !any)
        rc = mk_fail(err, MOCKETS_E_MEDIA, "the input has nothing in it to be shown or heard");
    return rc ? rc : package->packer->finish(package, err);
}

static void describe_track(const struct mk_track *track, struct mk_made_track *made)
{
    const AVCodecParameters *par = track->encode->parameters;

    made->kind = track->encode->plan->kind;
    if (!track->seen || track->end_us <= 0)
        return;
    memcpy(made->codec, track->codec, sizeof(made->codec));
    made->bit_rate_bps = av_rescale(track->written_bytes, INT64_C(8000000), track->end_us);
    if (made->kind == MK_AUDIO) {
        made->sample_rate_hz = par->sample_rate;
        made->channels = par->ch_layout.nb_channels;
    }
}

static void describe(struct mk_package *package)
{
    struct mk_made *made = &package->made;
    struct mk_track *video = mk_package_video(package);

    for (size_t i = 0; i < package->track_count; i++) {
        struct mk_track *track = &package->tracks[i];
        size_t used = strlen(made->codecs);

        describe_track(track, &made->tracks[i]);
        if (track->codec[0])
            snprintf(made->codecs + used, sizeof(made->codecs) - used, "%s%s", used ? "," : "",
                     track->codec);
        if (track->end_us > made->duration_us)
            made->duration_us = track->end_us;
    }
    if (video) {
        made->width_px = video->encode->parameters->width;
        made->height_px = video->encode->parameters->height;
        made->frame_rate =
            (struct mk_rational){video->encode->frame_rate.num, video->encode->frame_rate.den};
    }
}

static void free_tracks(struct mk_package *package)
{
    for (size_t i = 0; i < package->track_count; i++) {
        AVPacket *packet;

        while (package->tracks[i].packets &&
               av_fifo_read(package->tracks[i].packets, &packet, 1) >= 0)
            av_packet_free(&packet);
        av_fifo_freep2(&package->tracks[i].packets);
    }
}

void *mk_package_main(void *argument)
{
    struct mk_package *package = argument;
    struct mk_run *shared = package->stage.run;
    struct mk_made *made = &package->made;

    made->package = package->index;
    made->status = run(package, &made->error);
    mk_queue_leave(&package->stage.inbox);
    mk_mux_close(package);
    if (package->packer->close)
        package->packer->close(package);
    mk_writer_close(&package->writer);
    mk_writer_close(&package->file);
    mk_run_progress(shared, package->index, INT64_MAX);
    if (made->status)
        mk_made_fini(made);
    else
        describe(package);
    package->reported = !mk_cancel_is_set(&shared->cancel);
    if (package->reported)
        shared->host->made(shared->host->context, made);
    mk_made_fini(made);
    mk_arena_fini(&package->arena);
    free_tracks(package);
    return NULL;
}
