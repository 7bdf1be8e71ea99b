#ifndef MK_MEDIA_PLAYLIST_H
#define MK_MEDIA_PLAYLIST_H

#include "base/buf.h"
#include "media/media.h"
#include "media/playlist_captions.h"

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
    const struct mk_caption_rendition *captions; /**< of all variants alike */
    size_t caption_count;
};

/** Append a path as a relative URI reference, percent-encoded where it must be. */
void mk_playlist_uri(const char *path, struct mk_buf *to);

/** Append a URI of the user's; what cannot stand between quotation marks is percent-encoded. */
void mk_playlist_foreign_uri(const char *uri, struct mk_buf *to);

/** Append the tag that says how the segments are encrypted; nothing if @p key is NULL. */
void mk_hls_key(const struct mk_plan_hls_key *key, struct mk_buf *to);

/**
 * Append an HLS media playlist (version 3, VOD). @p prefix begins the segments' names in it.
 *
 * @param key  NULL: they are not encrypted
 */
void mk_hls_media_playlist(const struct mk_made_segment *segments, size_t count, const char *prefix,
                           const struct mk_plan_hls_key *key, struct mk_buf *to);

/** Append an HLSv3 master playlist. */
void mk_hls3_master_playlist(const struct mk_listing *listing, struct mk_buf *to);

#endif
