#include "media/media.h"

#include <stdlib.h>
#include <string.h>

#include <libavutil/avstring.h>
#include <libavutil/intreadwrite.h>

#include "base/alloc.h"
#include "base/buf.h"
#include "media/input.h"
#include "media/nal.h"

/* Containers whose packets mean the same wherever they are put. */
static const char CONTAINERS[] = "mov,matroska,flv,mpegts";

/* Pictures of which a scan keeps account: nine hours, at 30 a second. */
enum { MAX_PICTURES = 1 << 20 };
enum { ROUNDING_US = 1500, AAC_SAMPLES = 1024 };

/* One stream, while it is read. */
struct track {
    const AVStream *stream;
    bool film;
    bool refused; /* not to be passed on */
    struct mk_info_scan scan;
    /* film */
    struct mk_buf pictures; /* struct mk_info_packet of each */
    size_t *room;           /* for how many more, of all tracks */
    struct mk_nal sps;      /* the only one there is; it points into … */
    uint8_t sps_bytes[1024];
    int length_bytes; /* see struct mk_nals */
};

static bool keep_sps(struct track *track, const struct mk_nal *nal)
{
    if (track->sps.data)
        return nal->size == track->sps.size && memcmp(nal->data, track->sps.data, nal->size) == 0;
    if (nal->size > sizeof(track->sps_bytes))
        return false;
    memcpy(track->sps_bytes, nal->data, nal->size);
    track->sps = (struct mk_nal){track->sps_bytes, nal->size};
    return mk_nal_read_sps(nal, &track->scan.h264);
}

/* What a unit tells of its packet. */
struct seen {
    bool key, sps, pps;
};

static bool look_at_units(struct track *track, struct mk_nals nals, struct seen *seen)
{
    struct mk_nal nal;

    while (mk_nal_next(&nals, &nal)) {
        int type = mk_nal_type(&nal);

        seen->key = seen->key || type == MK_NAL_IDR;
        seen->pps = seen->pps || type == MK_NAL_PPS;
        seen->sps = seen->sps || type == MK_NAL_SPS;
        if (type == MK_NAL_SPS && !keep_sps(track, &nal))
            return false;
    }
    return !nals.length_bytes || nals.at == nals.end;
}

/* The header of an avcC box: version, profile, level, bytes a length; then the sets. */
static bool open_avcc(struct track *track, const uint8_t *data, size_t size)
{
    enum { SETS_AT = 6, ONE_SPS = 1 };
    struct mk_nals nals = {data + SETS_AT, data + size, 2};
    struct mk_nal sps;

    if (size < SETS_AT + 2 || (data[SETS_AT - 1] & 0x1f) != ONE_SPS || !mk_nal_next(&nals, &sps) ||
        mk_nal_type(&sps) != MK_NAL_SPS || nals.at == nals.end || *nals.at == 0)
        return false;
    track->length_bytes = (data[4] & 3) + 1;
    return keep_sps(track, &sps);
}

static bool open_film(struct track *track)
{
    const AVCodecParameters *par = track->stream->codecpar;
    struct seen seen = {0};

    mk_buf_init(&track->pictures, MAX_PICTURES * sizeof(struct mk_info_packet) + 1);
    if (par->extradata_size <= 0)
        return false;
    if (par->extradata[0] == 1)
        return open_avcc(track, par->extradata, (size_t)par->extradata_size);
    return look_at_units(track,
                         (struct mk_nals){par->extradata, par->extradata + par->extradata_size, 0},
                         &seen) &&
           seen.sps && seen.pps;
}

/* Key frames must be what players can begin with: IDR pictures, and in Annex B the sets too. */
static bool take_picture(struct track *track, const AVPacket *packet, int64_t us)
{
    struct mk_nals nals = {packet->data, packet->data + packet->size, track->length_bytes};
    struct mk_info_packet picture = {.pts_us = us, .bytes = packet->size};
    struct seen seen = {0};

    if (packet->flags & AV_PKT_FLAG_DISCARD || !look_at_units(track, nals, &seen))
        return false;
    picture.key = seen.key;
    if (picture.key != !!(packet->flags & AV_PKT_FLAG_KEY) ||
        (picture.key && !track->length_bytes && !(seen.sps && seen.pps)))
        return false;
    if (*track->room == 0)
        return false;
    --*track->room;
    mk_buf_append(&track->pictures, &picture, sizeof(picture));
    return true;
}

/* The header of ADTS, which other containers do not have. 0: there is none. */
static int adts_bytes(const AVPacket *packet)
{
    enum { SHORT = 7, WITH_CRC = 9 };

    if (packet->size < SHORT || (AV_RB16(packet->data) & 0xfff6) != 0xfff0)
        return 0;
    return packet->data[1] & 1 ? SHORT : WITH_CRC;
}

static bool take_sound(struct track *track, const AVPacket *packet, int64_t us)
{
    const AVCodecParameters *par = track->stream->codecpar;
    int64_t expected_us =
        track->scan.start_us +
        av_rescale((int64_t)track->scan.packet_count * AAC_SAMPLES, 1000000, par->sample_rate);

    if (par->extradata_size <= 0) {
        if (!adts_bytes(packet))
            return false;
        track->scan.bytes -= adts_bytes(packet);
    }
    return llabs(us - expected_us) <= ROUNDING_US;
}

static bool changes(const AVPacket *packet)
{
    return av_packet_get_side_data(packet, AV_PKT_DATA_NEW_EXTRADATA, NULL) ||
           av_packet_get_side_data(packet, AV_PKT_DATA_PARAM_CHANGE, NULL);
}

static void take(struct track *track, const AVPacket *packet)
{
    int64_t us;

    if (packet->pts == AV_NOPTS_VALUE || packet->size <= 0 || packet->flags & AV_PKT_FLAG_CORRUPT ||
        changes(packet)) {
        track->refused = true;
        return;
    }
    us = av_rescale_q(packet->pts, track->stream->time_base, AV_TIME_BASE_Q);
    if (track->scan.packet_count == 0)
        track->scan.start_us = us;
    track->refused =
        track->film ? !take_picture(track, packet, us) : !take_sound(track, packet, us);
    track->scan.bytes += packet->size;
    track->scan.packet_count++;
}

/* Which streams are worth it, and what they say before their packets. */
static void open_track(struct track *track, AVStream *stream, size_t *room)
{
    const AVCodecParameters *par = stream->codecpar;

    track->stream = stream;
    track->room = room;
    track->film = par->codec_id == AV_CODEC_ID_H264;
    track->refused = stream->disposition & AV_DISPOSITION_ATTACHED_PIC;
    if (track->film) {
        track->refused = track->refused || !open_film(track);
    } else {
        track->refused = par->codec_id != AV_CODEC_ID_AAC || par->profile != FF_PROFILE_AAC_LOW ||
                         par->sample_rate <= 0;
        track->scan.frame_samples = AAC_SAMPLES;
    }
    if (track->refused)
        stream->discard = AVDISCARD_ALL;
}

static bool any_left(const struct track *tracks, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (!tracks[i].refused)
            return true;
    }
    return false;
}

/* An input that ends early, or in which something is damaged, is nothing to pass on. */
static mockets_status read_all(struct mk_input *input, struct track *tracks,
                               struct mockets_error *err)
{
    size_t count = input->format->nb_streams;
    AVPacket *packet = av_packet_alloc();
    mockets_status rc = MOCKETS_OK;

    if (!packet)
        return mk_fail_nomem(err);
    while (!rc && any_left(tracks, count)) {
        int av = av_read_frame(input->format, packet);

        if (input->io.rc || (av < 0 && av != AVERROR_EOF))
            rc = mk_input_fail(input, err, av, "the input cannot be read");
        else if (av < 0)
            break;
        else if ((size_t)packet->stream_index < count && !tracks[packet->stream_index].refused)
            take(&tracks[packet->stream_index], packet);
        av_packet_unref(packet);
    }
    av_packet_free(&packet);
    return rc;
}

/* An index tells of packets that are no longer there, if the end of a file is missing. */
static bool lacks_end(const struct track *track)
{
    int known = avformat_index_get_entries_count(track->stream);

    return known > 0 && (size_t)known > track->scan.packet_count;
}

static mockets_status keep(const struct track *track, struct mk_arena *arena,
                           struct mk_info_stream *out, struct mockets_error *err)
{
    struct mk_info_scan *scan;

    if (track->refused || !track->scan.packet_count || lacks_end(track))
        return MOCKETS_OK;
    scan = mk_arena_memdup(arena, &track->scan, sizeof(track->scan));
    if (!scan || track->pictures.failed)
        return mk_fail_nomem(err);
    if (track->film) {
        scan->packets = mk_arena_memdup(arena, track->pictures.data, track->pictures.size);
        if (!scan->packets)
            return mk_fail_nomem(err);
    }
    out->scan = scan;
    return MOCKETS_OK;
}

mockets_status mk_media_scan(struct mk_reader *reader, struct mk_info *info,
                             struct mk_cancel *cancel, struct mk_arena *arena,
                             struct mockets_error *err)
{
    struct mk_input *input = NULL;
    struct track *tracks;
    size_t count, room = MAX_PICTURES;
    mockets_status rc = mk_input_open(reader, cancel, &input, err);

    if (rc)
        return rc;
    count = input->format->nb_streams;
    tracks = mk_alloc_array(count + 1, sizeof(*tracks));
    if (!tracks)
        rc = mk_fail_nomem(err);
    for (size_t i = 0; !rc && i < count; i++)
        open_track(&tracks[i], input->format->streams[i], &room);
    if (!rc && av_match_list(input->format->iformat->name, CONTAINERS, ',') > 0)
        rc = read_all(input, tracks, err);
    for (size_t i = 0; !rc && i < count && i < info->stream_count; i++)
        rc = keep(&tracks[i], arena, &info->streams[i], err);
    for (size_t i = 0; tracks && i < count; i++)
        mk_buf_fini(&tracks[i].pictures);
    mk_free(tracks);
    mk_input_close(&input);
    return rc;
}
