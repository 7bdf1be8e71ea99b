#ifndef MK_MEDIA_PLAYLIST_CAPTIONS_H
#define MK_MEDIA_PLAYLIST_CAPTIONS_H

#include "base/buf.h"
#include "media/media.h"

/* What playlists say of captions; the lines of HLS. */

/** Captions that a playlist tells of. */
struct mk_caption_rendition {
    const char *path; /**< relative to the playlist, no ending; NULL: they are in the frames */
    const char *language;
    const char *label;  /**< NULL = none */
    int64_t size_bytes; /**< of the file; 0 where the path is NULL */
    size_t service;     /**< in the frames: which one, from 0 on */
};

/** Append the media playlist of segmented captions. @p prefix begins the segments' names. */
void mk_hls_caption_playlist(const struct mk_made_segment *segments, size_t count,
                             const char *prefix, struct mk_buf *to);

/** Append an EXT-X-MEDIA line for each; before the variants. */
void mk_hls_caption_renditions(const struct mk_caption_rendition *renditions, size_t count,
                               struct mk_buf *to);

/** Append what EXT-X-STREAM-INF says of them: ",SUBTITLES=…" or nothing. */
void mk_hls_caption_groups(const struct mk_caption_rendition *renditions, size_t count,
                           struct mk_buf *to);

#endif
