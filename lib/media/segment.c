#include "media/package.h"

#include <string.h>

#include <libavutil/opt.h>

#include "base/alloc.h"
#include "base/cipher_io.h"
#include "media/made.h"
#include "media/playlist.h"

/* Sound that goes on after the picture for less than this makes no segment, and none longer. */
enum { TAIL_US = 500 * 1000 };
enum { MAX_PLAYLIST_BYTES = 64 * 1024 * 1024 };

/* The name of the file that grows: every segment has its own, or all are in one. */
static char *file_key(const struct mk_package *package)
{
    return package->plan->one_file
               ? mk_package_key(package, ".ts")
               : mk_package_key(package, "%05zu.ts", package->made.segment_count);
}

static mockets_status open_file(struct mk_package *package, struct mockets_error *err)
{
    char *key = file_key(package);
    mockets_status rc = key ? mk_package_open_file(package, key, false, err) : mk_fail_nomem(err);

    mk_free(key);
    return rc;
}

static const struct mk_writer *last_file(const struct mk_package *package)
{
    return package->made.files[package->made.file_count - 1].writer;
}

static mockets_status finish_file(struct mk_package *package, const char *key,
                                  struct mockets_error *err)
{
    mockets_status rc = mk_package_finish_file(package, key, err);

    if (!rc)
        package->made.size_bytes += last_file(package)->size_bytes;
    return rc;
}

/* From here on package->writer is the segment, encrypted on its own, and package->file its file. */
static mockets_status begin_secret(struct mk_package *package, struct mockets_error *err)
{
    const struct mk_plan_hls_key *protection = package->plan->hls_key;
    struct mk_cipher_key key = {.mode = MK_CIPHER_CBC, .key_bytes = 16, .iv_bytes = 16};
    size_t number = package->made.segment_count;
    mockets_status rc;

    if (!protection)
        return MOCKETS_OK;
    memcpy(key.key, protection->key, key.key_bytes);
    if (protection->has_iv)
        memcpy(key.iv, protection->iv, sizeof(key.iv));
    for (size_t i = sizeof(key.iv); !protection->has_iv && number; number >>= 8)
        key.iv[--i] = (uint8_t)number;
    package->file = package->writer;
    package->writer = NULL;
    rc = mk_encrypting_range_open(package->file, &key, &package->writer, err);
    mk_wipe(&key, sizeof(key));
    return rc;
}

static mockets_status end_secret(struct mk_package *package, struct mockets_error *err)
{
    const int64_t block = MK_BLOCK_BYTES;
    mockets_status rc;

    if (!package->file)
        return MOCKETS_OK;
    rc = mk_writer_finish(package->writer, err);
    mk_writer_close(&package->writer);
    package->writer = package->file;
    package->file = NULL;
    /* players decrypt whole blocks */
    package->segment.key_frame_bytes =
        (package->segment.key_frame_bytes + block - 1) / block * block;
    return rc;
}

/* The segment that grows ends here. Its file ends too, if it has one of its own. */
static mockets_status finish_segment(struct mk_package *package, int64_t end_us,
                                     struct mockets_error *err)
{
    struct mk_made_segment *segment = &package->segment;
    char *key = file_key(package);
    mockets_status rc = end_secret(package, err);

    if (rc || !key) {
        mk_free(key);
        return rc ? rc : mk_fail_nomem(err);
    }
    if (!package->plan->one_file)
        rc = finish_file(package, key, err);
    mk_free(key);
    if (rc)
        return rc;
    segment->duration_us = end_us - package->segment_start_us;
    segment->size_bytes = package->plan->one_file
                              ? package->writer->size_bytes - segment->offset_bytes
                              : last_file(package)->size_bytes;
    rc = mk_made_add_segment(&package->made, segment, err);
    package->segment_start_us = end_us;
    *segment = (struct mk_made_segment){0};
    if (package->plan->one_file)
        segment->offset_bytes = package->writer->size_bytes;
    return rc;
}

static mockets_status segments_open(struct mk_package *package, struct mockets_error *err)
{
    mockets_status rc = open_file(package, err);

    if (!rc)
        rc = begin_secret(package, err);
    package->next_cut_us = package->plan->segment_us;
    return rc ? rc : mk_mux_open(package, false, err);
}

/* A frame belongs to the multiple that it is nearest to, sound to the one before it. */
static int64_t slack_of(const struct mk_track *track, const AVPacket *packet)
{
    return track->encode->plan->kind == MK_VIDEO ? mk_track_us(track, packet->duration) / 2 : 0;
}

/* Cuts are made at the key frames that the encoder was told to make, or, where there is no
 * picture, at the first sound. */
static bool cuts(const struct mk_package *package, const struct mk_track *track,
                 const AVPacket *packet)
{
    struct mk_track *video = mk_package_video(package);
    int64_t at_us = mk_track_us(track, packet->pts);

    if (video == track && !(packet->flags & AV_PKT_FLAG_KEY))
        return false;
    if (video && video != track &&
        (!video->ended || av_fifo_can_read(video->packets) > 0 || at_us < video->end_us + TAIL_US))
        return false;
    return at_us + slack_of(track, packet) >= package->next_cut_us;
}

static mockets_status cut(struct mk_package *package, const struct mk_track *track,
                          const AVPacket *packet, struct mockets_error *err)
{
    int64_t at_us = mk_track_us(track, packet->pts);
    int64_t segment_us = package->plan->segment_us;
    mockets_status rc = mk_mux_flush(package, err);

    if (!rc)
        rc = finish_segment(package, at_us, err);
    if (!rc && !package->plan->one_file)
        rc = open_file(package, err);
    if (!rc)
        rc = begin_secret(package, err);
    if (rc)
        return rc;
    package->segment_position = avio_tell(package->mux->pb);
    if (package->plan->hls_key || !package->plan->one_file)
        mk_io_switch(&package->io, package->writer);
    if (av_opt_set(package->mux->priv_data, "mpegts_flags", "+resend_headers", 0) < 0)
        return mk_fail_nomem(err);
    package->next_cut_us = ((at_us + slack_of(track, packet)) / segment_us + 1) * segment_us;
    return MOCKETS_OK;
}

static mockets_status segments_write(struct mk_package *package, struct mk_track *track,
                                     AVPacket *packet, struct mockets_error *err)
{
    bool key = track->encode->plan->kind == MK_VIDEO && packet->flags & AV_PKT_FLAG_KEY;
    mockets_status rc = MOCKETS_OK;

    if (cuts(package, track, packet))
        rc = cut(package, track, packet, err);
    if (!rc)
        rc = mk_mux_write(package, track, packet, err);
    /* the muxer keeps sound back, but no pictures */
    if (!rc && key && package->plan->one_file && !package->segment.key_frame_bytes)
        package->segment.key_frame_bytes = avio_tell(package->mux->pb) - package->segment_position;
    return rc;
}

static int64_t end_of(const struct mk_package *package)
{
    struct mk_track *video = mk_package_video(package);
    int64_t end_us = 0;

    for (size_t i = 0; i < package->track_count; i++) {
        if (package->tracks[i].end_us > end_us)
            end_us = package->tracks[i].end_us;
    }
    return video && video->end_us + TAIL_US > end_us ? video->end_us : end_us;
}

typedef void list_segments(const struct mk_made_segment *segments, size_t count, const char *prefix,
                           const struct mk_plan_hls_key *key, struct mk_buf *to);

static mockets_status write_playlist(struct mk_package *package, const char *ending,
                                     list_segments *list, struct mockets_error *err)
{
    const char *name = strrchr(package->plan->key, '/');
    char *key = mk_package_key(package, "%s", ending);
    struct mk_buf text;
    mockets_status rc;

    mk_buf_init(&text, MAX_PLAYLIST_BYTES);
    list(package->made.segments, package->made.segment_count, name ? name + 1 : package->plan->key,
         package->plan->hls_key, &text);
    if (!key || text.failed)
        rc = mk_fail_nomem(err);
    else
        rc = mk_package_open_file(package, key, false, err);
    if (!rc)
        rc = mk_writer_write(package->writer, 0, text.data, text.size, err);
    if (!rc)
        rc = mk_package_finish_file(package, key, err);
    mk_buf_fini(&text);
    mk_free(key);
    return rc;
}

static mockets_status finish_one_file(struct mk_package *package, struct mockets_error *err)
{
    char *key = file_key(package);
    mockets_status rc = key ? finish_file(package, key, err) : mk_fail_nomem(err);

    mk_free(key);
    if (!rc)
        rc = write_playlist(package, "_v4.m3u8", mk_hls4_media_playlist, err);
    if (!rc && mk_package_video(package))
        rc = write_playlist(package, "_iframe.m3u8", mk_hls4_iframe_playlist, err);
    return rc;
}

static mockets_status segments_finish(struct mk_package *package, struct mockets_error *err)
{
    mockets_status rc = mk_mux_finish(package, err);

    if (!rc)
        rc = finish_segment(package, end_of(package), err);
    if (rc)
        return rc;
    return package->plan->one_file ? finish_one_file(package, err)
                                   : write_playlist(package, ".m3u8", mk_hls_media_playlist, err);
}

const struct mk_packer_ops mk_packer_segments = {segments_open, segments_write, segments_finish,
                                                 cuts, NULL};
