#include "media/package.h"

#include <string.h>

#include "base/alloc.h"
#include "media/cenc.h"
#include "media/fmp4.h"
#include "media/made.h"

/* Fragments of whole GOPs, as many as fit into the segment's length, at least one. Where the plan
 * names no length it is UNNAMED_US. What a fragment holds is kept until it is whole, or, when
 * that would be more than MAX_HELD_BYTES, goes out in several parts. */
enum { UNNAMED_US = 2 * 1000 * 1000, COPY_BYTES = 1024 * 1024 };
enum { MAX_HELD_BYTES = 32 * 1024 * 1024, MAX_BOX_BYTES = 512 * 1024 * 1024 };

/* What one track has for the fragment that grows. */
struct part {
    struct mk_buf data;    /* the frames, one behind the other */
    struct mk_buf samples; /* struct mk_fmp4_sample */
    struct mk_buf secrets; /* what is to be told of the samples' encryption */
    uint64_t iv;           /* of the next sample */
    struct mk_buf config;  /* see struct mk_fmp4_track */
    int64_t base, edit;    /* decoding begins at base; both in the encode's time base */
    int64_t start, end;    /* of what is here, in MK_FRAGMENT_SCALE */
    bool whole;            /* the fragment before this part is whole */
};

struct mk_fragments {
    struct mk_fmp4_track *tracks; /* those that have something; indexes as in package->tracks */
    struct part *parts;
    int64_t offset;        /* where the next byte goes */
    int64_t segment_bytes; /* offset of the segment that grows */
    int64_t header_bytes;
    unsigned sequence;
};

/* The track that says where fragments begin. */
static struct mk_track *leader(const struct mk_package *package)
{
    struct mk_track *video = mk_package_video(package);

    for (size_t i = 0; !video && i < package->track_count; i++) {
        if (package->tracks[i].seen)
            return &package->tracks[i];
    }
    return video;
}

static size_t index_of(const struct mk_package *package, const struct mk_track *track)
{
    return (size_t)(track - package->tracks);
}

static int64_t ticks(const struct mk_track *track, int64_t value)
{
    return av_rescale_q(value, track->encode->time_base, (AVRational){1, MK_FRAGMENT_SCALE});
}

static mockets_status put(struct mk_package *package, const void *data, size_t size,
                          struct mockets_error *err)
{
    struct mk_fragments *f = package->fragments;
    mockets_status rc = mk_writer_write(package->writer, f->offset, data, size, err);

    if (!rc)
        f->offset += (int64_t)size;
    return rc;
}

/* ---- header ---- */

static mockets_status describe(struct mk_track *track, struct part *part, struct mk_fmp4_track *out,
                               struct mockets_error *err)
{
    const AVCodecParameters *par = track->encode->parameters;
    const AVPacket *first = mk_track_first(track);
    bool video = track->encode->plan->kind == MK_VIDEO, known = true;

    mk_buf_init(&part->data, MAX_BOX_BYTES);
    mk_buf_init(&part->samples, MAX_BOX_BYTES);
    mk_buf_init(&part->secrets, MAX_BOX_BYTES);
    mk_buf_init(&part->config, UINT16_MAX);
    part->base = first->dts - (first->pts > 0 ? first->pts : 0);
    part->edit = first->pts < 0 ? -first->pts : 0;
    part->whole = true;
    if (video)
        known = mk_fmp4_avc_config(par->extradata, (size_t)par->extradata_size, &part->config);
    else
        mk_buf_append(&part->config, par->extradata, (size_t)par->extradata_size);
    if (!known || !part->config.size)
        return mk_fail(err, MOCKETS_E_INTERNAL, "the encoder tells no parameters of its stream");
    *out = (struct mk_fmp4_track){
        .video = video,
        .width_px = par->width,
        .height_px = par->height,
        .sar = {par->sample_aspect_ratio.num, par->sample_aspect_ratio.den},
        .primaries = par->color_primaries,
        .transfer = par->color_trc,
        .matrix = par->color_space,
        .full_range = par->color_range == AVCOL_RANGE_JPEG,
        .sample_rate_hz = par->sample_rate,
        .channels = par->ch_layout.nb_channels,
        .bit_rate_bps = par->bit_rate,
        .config = (const uint8_t *)part->config.data,
        .config_bytes = part->config.size,
        .edit = ticks(track, part->edit),
    };
    return MOCKETS_OK;
}

/* At the file's beginning; a second time when the duration is known. */
static mockets_status write_header(struct mk_package *package, int64_t duration,
                                   struct mockets_error *err)
{
    struct mk_fragments *f = package->fragments;
    struct mk_fmp4_track *tracks = mk_alloc_array(package->track_count, sizeof(*tracks));
    struct mk_buf header;
    size_t count = 0;
    mockets_status rc;

    if (!tracks)
        return mk_fail_nomem(err);
    for (size_t i = 0; i < package->track_count; i++) {
        if (f->tracks[i].id)
            tracks[count++] = f->tracks[i];
    }
    mk_buf_init(&header, MAX_BOX_BYTES);
    mk_fmp4_header(tracks, count, duration, &header);
    rc = header.failed ? mk_fail_nomem(err)
                       : mk_writer_write(package->writer, 0, header.data, header.size, err);
    f->header_bytes = (int64_t)header.size;
    mk_buf_fini(&header);
    mk_free(tracks);
    return rc;
}

static mockets_status fragments_open(struct mk_package *package, struct mockets_error *err)
{
    struct mk_fragments *f = mk_alloc(sizeof(*f));
    unsigned id = 0;
    mockets_status rc;

    package->fragments = f;
    if (!f)
        return mk_fail_nomem(err);
    f->tracks = mk_alloc_array(package->track_count, sizeof(*f->tracks));
    f->parts = mk_alloc_array(package->track_count, sizeof(*f->parts));
    if (!f->tracks || !f->parts)
        return mk_fail_nomem(err);
    rc = mk_package_open_file(package, package->plan->key, true, err);
    for (size_t i = 0; !rc && i < package->track_count; i++) {
        if (!package->tracks[i].seen)
            continue;
        rc = describe(&package->tracks[i], &f->parts[i], &f->tracks[i], err);
        f->tracks[i].id = ++id;
        f->tracks[i].cenc = package->plan->cenc;
        if (package->plan->cenc)
            f->parts[i].iv = mk_cenc_first_iv(package->plan->cenc, package->plan->output, id);
    }
    if (!rc)
        rc = write_header(package, 0, err);
    f->offset = f->segment_bytes = f->header_bytes;
    return rc;
}

static void fragments_close(struct mk_package *package)
{
    struct mk_fragments *f = package->fragments;

    for (size_t i = 0; f && f->parts && i < package->track_count; i++) {
        mk_buf_fini(&f->parts[i].data);
        mk_buf_fini(&f->parts[i].samples);
        mk_buf_fini(&f->parts[i].secrets);
        mk_buf_fini(&f->parts[i].config);
    }
    if (f) {
        mk_free(f->parts);
        mk_free(f->tracks);
    }
    mk_free(f);
    package->fragments = NULL;
}

/* ---- fragments ---- */

/* Write down where the part is, as a fragment or the rest of one. */
static mockets_status note(struct mk_package *package, size_t i, struct mockets_error *err)
{
    struct mk_made_track *made = &package->made.tracks[i];
    const struct part *part = &package->fragments->parts[i];
    const struct mk_made_fragment fragment = {part->start, part->end - part->start,
                                              package->fragments->offset};

    if (part->whole)
        return mk_made_add_fragment(made, &fragment, err);
    made->fragments[made->fragment_count - 1].duration += fragment.duration;
    return MOCKETS_OK;
}

static mockets_status write_part(struct mk_package *package, size_t i, bool whole,
                                 struct mockets_error *err)
{
    struct mk_fragments *f = package->fragments;
    struct part *part = &f->parts[i];
    struct mk_buf head;
    mockets_status rc;

    if (!part->samples.size) {
        part->whole = part->whole || whole;
        return MOCKETS_OK;
    }
    mk_buf_init(&head, MAX_BOX_BYTES);
    mk_fmp4_fragment(&f->tracks[i], ++f->sequence, part->start,
                     (const struct mk_fmp4_sample *)(const void *)part->samples.data,
                     part->samples.size / sizeof(struct mk_fmp4_sample), &part->secrets, &head);
    rc = head.failed ? mk_fail_nomem(err) : note(package, i, err);
    if (!rc)
        rc = put(package, head.data, head.size, err);
    if (!rc)
        rc = put(package, part->data.data, part->data.size, err);
    mk_buf_fini(&head);
    part->samples.size = part->data.size = part->secrets.size = 0;
    part->whole = whole;
    return rc;
}

static mockets_status write_parts(struct mk_package *package, bool whole, struct mockets_error *err)
{
    mockets_status rc = MOCKETS_OK;

    for (size_t i = 0; !rc && i < package->track_count; i++)
        rc = write_part(package, i, whole, err);
    return rc;
}

/* The segment ends at @p end_us: all tracks' parts of it are written. */
static mockets_status finish_segment(struct mk_package *package, int64_t end_us,
                                     struct mockets_error *err)
{
    struct mk_fragments *f = package->fragments;
    struct mk_made_segment segment = {.duration_us = end_us - package->segment_start_us};
    mockets_status rc = write_parts(package, true, err);

    if (rc || f->offset == f->segment_bytes)
        return rc;
    segment.offset_bytes = f->segment_bytes;
    segment.size_bytes = f->offset - f->segment_bytes;
    f->segment_bytes = f->offset;
    package->segment_start_us = end_us;
    return mk_made_add_segment(&package->made, &segment, err);
}

static size_t held_bytes(const struct mk_fragments *f, size_t count)
{
    size_t bytes = 0;

    for (size_t i = 0; i < count; i++)
        bytes += f->parts[i].data.size + f->parts[i].samples.size;
    return bytes;
}

static int64_t gop_us(const struct mk_track *track)
{
    const struct mk_encode *encode = track->encode;

    return encode->plan->gop_frames > 0 && encode->frame_rate.num > 0
               ? av_rescale_q(encode->plan->gop_frames, av_inv_q(encode->frame_rate),
                              AV_TIME_BASE_Q)
               : 0;
}

/* Fragments begin at the leader's key frames: before the one whose GOP would be too much. When the
 * picture has ended the sound goes on by itself. */
static bool cuts(const struct mk_package *package, const struct mk_track *track,
                 const AVPacket *packet)
{
    const struct mk_track *lead = leader(package);
    int64_t longest_us = package->plan->segment_us > 0 ? package->plan->segment_us : UNNAMED_US;
    int64_t at_us = mk_track_us(track, packet->pts);
    int64_t next_us = mk_track_us(track, packet->pts + packet->duration);

    if (lead != track && (!lead->ended || mk_track_first(lead)))
        return false;
    if (track->encode->plan->kind == MK_VIDEO) {
        if (!(packet->flags & AV_PKT_FLAG_KEY) || at_us <= package->segment_start_us)
            return false;
        next_us = at_us + gop_us(track);
    }
    /* a tenth of a millisecond: times are rounded */
    return next_us - package->segment_start_us > longest_us + 100;
}

static mockets_status add_sample(struct mk_package *package, const struct mk_track *track,
                                 const AVPacket *packet, struct mockets_error *err)
{
    struct part *part = &package->fragments->parts[index_of(package, track)];
    int64_t at = ticks(track, packet->dts - part->base);
    int64_t shown = ticks(track, packet->pts + part->edit);
    size_t before = part->data.size;
    struct mk_fmp4_sample sample = {.shift = (int32_t)(shown - at)};

    if (!part->samples.size)
        part->start = at;
    part->end = ticks(track, packet->dts + packet->duration - part->base);
    if (track->encode->plan->kind == MK_VIDEO)
        mk_fmp4_avc_frame(packet->data, (size_t)packet->size, &part->data);
    else
        mk_buf_append(&part->data, packet->data, (size_t)packet->size);
    sample.duration = (uint32_t)(part->end - at);
    sample.size_bytes = (uint32_t)(part->data.size - before);
    sample.key = packet->flags & AV_PKT_FLAG_KEY;
    if (part->data.failed)
        return mk_fail_nomem(err);
    if (package->plan->cenc) {
        size_t told = part->secrets.size;
        mockets_status rc = mk_cenc_encrypt(
            package->plan->cenc, part->iv++, track->encode->plan->kind == MK_VIDEO,
            (uint8_t *)part->data.data + before, sample.size_bytes, &part->secrets, err);

        if (rc)
            return rc;
        sample.secret_bytes = (uint8_t)(part->secrets.size - told);
    }
    mk_buf_append(&part->samples, &sample, sizeof(sample));
    return part->samples.failed ? mk_fail_nomem(err) : MOCKETS_OK;
}

static mockets_status fragments_write(struct mk_package *package, struct mk_track *track,
                                      AVPacket *packet, struct mockets_error *err)
{
    mockets_status rc = MOCKETS_OK;

    if (cuts(package, track, packet))
        rc = finish_segment(package, mk_track_us(track, packet->pts), err);
    else if (held_bytes(package->fragments, package->track_count) > MAX_HELD_BYTES)
        rc = write_parts(package, false, err);
    return rc ? rc : add_sample(package, track, packet, err);
}

/* ---- the end ---- */

/* Move all that follows the header on by @p by bytes, the last part first. */
static mockets_status make_room(struct mk_package *package, int64_t by, struct mockets_error *err)
{
    struct mk_fragments *f = package->fragments;
    size_t room = by > COPY_BYTES ? (size_t)by : COPY_BYTES; /* never less than the step */
    uint8_t *block = mk_alloc(room);
    int64_t end = f->offset;
    mockets_status rc = block ? MOCKETS_OK : mk_fail_nomem(err);

    while (!rc && end > f->header_bytes) {
        int64_t size =
            end - f->header_bytes < (int64_t)room ? end - f->header_bytes : (int64_t)room;
        size_t got = 0;

        if (mk_cancel_is_set(&package->stage.run->cancel))
            rc = mk_fail(err, MOCKETS_E_CANCELED, "canceled");
        if (!rc)
            rc = mk_writer_read(package->writer, end - size, block, (size_t)size, &got, err);
        if (!rc && got != (size_t)size)
            rc = mk_fail(err, MOCKETS_E_IO, "the file cannot be read back");
        if (!rc)
            rc = mk_writer_write(package->writer, end - size + by, block, got, err);
        end -= size;
    }
    mk_free(block);
    if (rc)
        return rc;
    f->offset += by;
    for (size_t s = 0; s < package->made.segment_count; s++)
        package->made.segments[s].offset_bytes += by;
    for (size_t i = 0; i < package->track_count; i++) {
        for (size_t k = 0; k < package->made.tracks[i].fragment_count; k++)
            package->made.tracks[i].fragments[k].offset_bytes += by;
    }
    return MOCKETS_OK;
}

/* The "sidx" goes between the header and the fragments. */
static mockets_status write_index(struct mk_package *package, struct mockets_error *err)
{
    struct mk_fragments *f = package->fragments;
    struct mk_made *made = &package->made;
    struct mk_buf index;
    mockets_status rc;

    mk_buf_init(&index, MAX_BOX_BYTES);
    mk_fmp4_index(f->tracks[index_of(package, leader(package))].id, made->segments,
                  made->segment_count, &index);
    rc = index.failed ? mk_fail_nomem(err) : make_room(package, (int64_t)index.size, err);
    if (!rc)
        rc = mk_writer_write(package->writer, f->header_bytes, index.data, index.size, err);
    made->index_offset_bytes = f->header_bytes;
    made->index_bytes = (int64_t)index.size;
    mk_buf_fini(&index);
    return rc;
}

static mockets_status write_places(struct mk_package *package, struct mockets_error *err)
{
    struct mk_buf places;
    mockets_status rc;

    mk_buf_init(&places, MAX_BOX_BYTES);
    mk_fmp4_places(package->fragments->tracks, package->made.tracks, package->track_count, &places);
    rc = places.failed ? mk_fail_nomem(err) : put(package, places.data, places.size, err);
    mk_buf_fini(&places);
    return rc;
}

/* CodecPrivateData: the parameter sets with start codes, or the AudioSpecificConfig. */
static mockets_status keep_private_data(struct mk_package *package, struct mockets_error *err)
{
    mockets_status rc = MOCKETS_OK;

    for (size_t i = 0; !rc && i < package->track_count; i++) {
        const AVCodecParameters *par = package->tracks[i].encode->parameters;
        struct mk_buf hex;

        if (!package->tracks[i].seen)
            continue;
        mk_buf_init(&hex, MAX_BOX_BYTES);
        for (int k = 0; k < par->extradata_size; k++)
            mk_buf_printf(&hex, "%02X", par->extradata[k]);
        package->made.tracks[i].private_data = mk_buf_take(&hex, NULL);
        package->made.tracks[i].id = package->fragments->tracks[i].id;
        mk_buf_fini(&hex);
        if (!package->made.tracks[i].private_data)
            rc = mk_fail_nomem(err);
    }
    return rc;
}

static mockets_status fragments_finish(struct mk_package *package, struct mockets_error *err)
{
    const struct mk_track *lead = leader(package);
    int64_t end_us = lead->end_us;
    mockets_status rc;

    for (size_t i = 0; i < package->track_count; i++) {
        if (package->tracks[i].end_us > end_us)
            end_us = package->tracks[i].end_us;
    }
    rc = finish_segment(package, package->segment_start_us < lead->end_us ? lead->end_us : end_us,
                        err);
    if (!rc)
        rc = write_index(package, err);
    if (!rc)
        rc = write_places(package, err);
    if (!rc)
        rc = write_header(package, end_us * (MK_FRAGMENT_SCALE / 1000000), err);
    if (!rc)
        rc = keep_private_data(package, err);
    if (!rc)
        rc = mk_package_finish_file(package, package->plan->key, err);
    if (!rc)
        package->made.size_bytes = package->made.files[0].writer->size_bytes;
    return rc;
}

const struct mk_packer_ops mk_packer_fragments = {fragments_open, fragments_write, fragments_finish,
                                                  cuts, fragments_close};
