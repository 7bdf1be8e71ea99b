#ifndef MK_MEDIA_PLAYLIST_H
#define MK_MEDIA_PLAYLIST_H

#include "base/buf.h"
#include "media/media.h"

/** One output of a playlist. */
struct mk_variant {
    const char *path; /**< its key, from the playlist's folder on */
    const struct mk_made *made;
};

/** What a playlist is written from. */
struct mk_listing {
    const char *name; /**< of its files, from their folder on, without the ending */
    const struct mk_variant *variants; /**< their order is kept */
    size_t variant_count;
};

/** Append a path as a relative URI reference, percent-encoded where it must be. */
void mk_playlist_uri(const char *path, struct mk_buf *to);

/** Append an HLS media playlist (version 3, VOD). @p prefix begins the segments' names in it. */
void mk_hls_media_playlist(const struct mk_made_segment *segments, size_t count, const char *prefix,
                           struct mk_buf *to);

/** Append an HLSv3 master playlist. */
void mk_hls3_master_playlist(const struct mk_listing *listing, struct mk_buf *to);

#endif
