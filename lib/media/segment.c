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

/* From here on what goes to package->writer is encrypted, as one segment. */
static mockets_status encrypt(struct mk_package *package, struct mockets_error *err)
{
    const struct mk_plan_hls_key *protection = package->plan->hls_key;
    struct mk_cipher_key key = {.mode = MK_CIPHER_CBC, .key_bytes = 16, .iv_bytes = 16};
    struct mk_writer *target = package->writer;
    mockets_status rc;

    if (!protection)
        return MOCKETS_OK;
    memcpy(key.key, protection->key, key.key_bytes);
    if (protection->has_iv)
        memcpy(key.iv, protection->iv, sizeof(key.iv));
    for (size_t i = 0, number = package->made.segment_count; !protection->has_iv && i < 8; i++)
        key.iv[sizeof(key.iv) - 1 - i] = (uint8_t)(number >> (8 * i));
    package->writer = NULL;
    rc = mk_encrypting_writer_open(target, NULL, &key, NULL, &package->writer, err);
    mk_wipe(&key, sizeof(key));
    return rc;
}

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
    return rc ? rc : encrypt(package, err);
}

/* The segment that grows ends here. Its file ends too, if it has one of its own. */
static mockets_status finish_segment(struct mk_package *package, int64_t end_us,
                                     struct mockets_error *err)
{
    struct mk_made_segment *segment = &package->segment;
    char *key = file_key(package);
    int64_t written;
    mockets_status rc;

    if (!key)
        return mk_fail_nomem(err);
    segment->duration_us = end_us - package->segment_start_us;
    package->segment_start_us = end_us;
    rc = package->plan->one_file ? MOCKETS_OK : mk_package_finish_file(package, key, err);
    mk_free(key);
    if (rc)
        return rc;
    written = package->plan->one_file
                  ? package->writer->size_bytes
                  : package->made.files[package->made.file_count - 1].writer->size_bytes;
    segment->size_bytes = written - segment->offset_bytes;
    package->made.size_bytes += segment->size_bytes;
    rc = mk_made_add_segment(&package->made, segment, err);
    *segment = (struct mk_made_segment){.offset_bytes = package->plan->one_file ? written : 0};
    return rc;
}

static mockets_status segments_open(struct mk_package *package, struct mockets_error *err)
{
    mockets_status rc = open_file(package, err);

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
    if (!rc && !package->plan->one_file) {
        rc = open_file(package, err);
        if (!rc)
            mk_io_switch(&package->io, package->writer);
    }
    if (rc)
        return rc;
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
        package->segment.key_frame_bytes =
            avio_tell(package->mux->pb) - package->segment.offset_bytes;
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
    mockets_status rc = key ? mk_package_finish_file(package, key, err) : mk_fail_nomem(err);

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
