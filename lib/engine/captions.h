#ifndef MK_ENGINE_CAPTIONS_H
#define MK_ENGINE_CAPTIONS_H

#include "captions/cue.h"
#include "media/playlist_captions.h"

struct mk_run;

/** What the captions of a run come from. In the arena of the run. */
struct mk_run_captions {
    struct mk_caption_tracks *embedded;        /**< one per input */
    struct mk_caption_tracks *sidecars;        /**< one per input */
    struct mk_caption_tracks *output_sidecars; /**< one per output */
    struct mk_caption_file *files;             /**< caption files that have been made */
    size_t file_count, file_room;
};

/** The caption of one language that was written for an output: a file, or a row of segments. */
struct mk_caption_file {
    const char *key; /**< up to its count and extension */
    const char *extension;
    size_t output;
    const struct mk_caption_track *track;
    int64_t size_bytes; /**< of all its segments */
};

/**
 * Read what captions the outputs that are left need: sidecar files, and what is embedded in the
 * inputs. What cannot be read fails the outputs that need it.
 *
 * @retval MOCKETS_E_CANCELED  the job is to be handed back
 * @retval MOCKETS_E_NOMEM     out of memory
 */
mockets_status mk_run_read_captions(struct mk_run *run, struct mockets_error *err);

/**
 * Write the caption files of output @p i, whose media have been made: they are added to the files
 * of its main package, @p made. Outputs whose captions are one and the same share them.
 */
mockets_status mk_run_write_captions(struct mk_run *run, size_t i, struct mk_made *made,
                                     struct mockets_error *err);

/**
 * The captions that the playlist with the key @p from tells of: those of output @p i, in WebVTT or
 * in its frames. In the arena of the run.
 */
mockets_status mk_run_caption_renditions(struct mk_run *run, size_t i, const char *from,
                                         const struct mk_caption_rendition **out, size_t *count,
                                         struct mockets_error *err);

#endif
