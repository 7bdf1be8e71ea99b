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
    const char *protection; /**< Smooth: the PlayReady object in base64; NULL = none */
};

/** Append a path as a relative URI reference, percent-encoded: neither quotes nor XML matter. */
void mk_playlist_uri(const char *path, struct mk_buf *to);

/** Append a URI of the user's; what cannot stand between quotation marks is percent-encoded. */
void mk_playlist_foreign_uri(const char *uri, struct mk_buf *to);

/**
 * Append an HLS media playlist (version 3, VOD). @p prefix begins the segments' names in it.
 *
 * @param key  NULL: they are not encrypted
 */
void mk_hls_media_playlist(const struct mk_made_segment *segments, size_t count, const char *prefix,
                           const struct mk_plan_hls_key *key, struct mk_buf *to);

/** Append an HLS media playlist (version 4) of ranges of the file @p name + ".ts". */
void mk_hls4_media_playlist(const struct mk_made_segment *segments, size_t count, const char *name,
                            const struct mk_plan_hls_key *key, struct mk_buf *to);

/** Append the playlist of the key frames that those segments begin with. */
void mk_hls4_iframe_playlist(const struct mk_made_segment *segments, size_t count, const char *name,
                             const struct mk_plan_hls_key *key, struct mk_buf *to);

/**
 * Append an HLSv4 master playlist. Outputs with nothing but sound are groups that those with
 * nothing but a picture refer to.
 */
void mk_hls4_master_playlist(const struct mk_listing *listing, struct mk_buf *to);

/** Append an MPEG-DASH presentation of the on-demand profile. Its captions have paths. */
void mk_dash_presentation(const struct mk_listing *listing, struct mk_buf *to);

/** Append the manifests of Smooth Streaming: the server's (".ism") and the client's (".ismc"). */
void mk_smooth_server_manifest(const struct mk_listing *listing, struct mk_buf *to);
void mk_smooth_client_manifest(const struct mk_listing *listing, struct mk_buf *to);

/**
 * Can a player change between the outputs? Segments of those with a picture must begin together,
 * give or take a frame.
 */
bool mk_playlist_fits(const struct mk_listing *listing);

/** The same for Smooth, where all fragments must begin at the very same times. */
bool mk_smooth_fits(const struct mk_listing *listing);

/** Append @p text as the value of an XML attribute, or as content. */
void mk_playlist_xml(const char *text, struct mk_buf *to);

/** The track of this kind, NULL if the output has none. */
const struct mk_made_track *mk_made_find_track(const struct mk_made *made, enum mk_media_kind kind);

/** Bits per second of @p bytes in @p us, up to the next thousand. */
int64_t mk_playlist_rate(int64_t bytes, int64_t us);

/** The rate of the output's fastest segment, and that of all of them if @p average is not NULL. */
int64_t mk_playlist_peak(const struct mk_made *made, int64_t *average);

/** Append an HLSv3 master playlist. */
void mk_hls3_master_playlist(const struct mk_listing *listing, struct mk_buf *to);

#endif
