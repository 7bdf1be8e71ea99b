#ifndef MK_CAPTIONS_TEXT_H
#define MK_CAPTIONS_TEXT_H

#include "base/buf.h"
#include "captions/cue.h"

/* The formats of caption files. All are read by what is in them, not by their names. */

/** Why a caption file cannot be read. */
enum mk_caption_fault {
    MK_CAPTION_FINE,
    MK_CAPTION_NOT_UTF8,
    MK_CAPTION_BROKEN,
};

/**
 * Read a caption file: SubRip, WebVTT, TTML (dfxp, ebu-tt, smpte-tt; the first div) or SCC.
 *
 * @param fault  set on failure; tells what the caller has to say
 *
 * @retval MOCKETS_E_MEDIA  see @p fault
 * @retval MOCKETS_E_NOMEM  out of memory, or more captions than anybody reads
 */
mockets_status mk_caption_read(const char *bytes, size_t size, struct mk_arena *arena,
                               struct mk_cues *out, enum mk_caption_fault *fault,
                               struct mockets_error *err);

/* One reader a format: the bytes are UTF-8 without a byte order mark, a NUL follows them. */
mockets_status mk_srt_read(const char *text, size_t size, struct mk_cue_list *to,
                           struct mockets_error *err);
mockets_status mk_webvtt_read(const char *text, size_t size, struct mk_cue_list *to,
                              struct mockets_error *err);
mockets_status mk_ttml_read(const char *text, size_t size, struct mk_cue_list *to,
                            struct mockets_error *err);
mockets_status mk_scc_read(const char *text, size_t size, struct mk_cue_list *to,
                           struct mockets_error *err);

/* One writer a format: append the whole file. */
void mk_srt_write(struct mk_cues cues, struct mk_buf *to);
/** @param map  line behind the head, "X-TIMESTAMP-MAP=…"; NULL = none */
void mk_webvtt_write(struct mk_cues cues, const char *map, struct mk_buf *to);
void mk_dfxp_write(struct mk_cues cues, const char *language, struct mk_buf *to);
void mk_scc_write(struct mk_cues cues, struct mk_buf *to);

/** Append @p size bytes without <tags> and {\overrides}, entities as what they mean. */
void mk_caption_plain(const char *text, size_t size, struct mk_buf *to);

/** The line that starts at *at, without its end; *at goes to the next. False at the end. */
bool mk_caption_line(const char **at, const char *end, const char **line, size_t *size);

#endif
