#ifndef MK_MEDIA_MEDIA_H
#define MK_MEDIA_MEDIA_H

#include "base/arena.h"
#include "base/cancel.h"
#include "base/io.h"
#include "base/log.h"
#include "plan/plan.h"

/** An input that is open, and of which nothing has been read. Borrows its reader and its cancel. */
struct mk_input;
void mk_input_close(struct mk_input **input);

/**
 * Find out what @p reader holds. Borrows the reader for the call.
 *
 * @param keep  receives the input, still open, which then borrows the reader and @p cancel; NULL
 *              if nobody wants it
 *
 * @retval MOCKETS_E_MEDIA     it cannot be interpreted, or has neither picture nor sound
 * @retval MOCKETS_E_UNSUPPORTED  a format that is not taken, or nothing can decode it
 * @retval MOCKETS_E_LIMIT     the picture is too large
 * @retval MOCKETS_E_CANCELED  @p cancel was set
 * @retval other               what the reader said
 */
mockets_status mk_media_probe(struct mk_reader *reader, struct mk_cancel *cancel,
                              struct mk_arena *arena, struct mk_info *out, struct mk_input **keep,
                              struct mockets_error *err);

/** Files of pictures are at most this large; decoded, MK_IMAGE_MAX_WIDTH x MK_IMAGE_MAX_HEIGHT. */
enum { MK_IMAGE_MAX_BYTES = 32 * 1024 * 1024 };

/**
 * Look at a PNG or JPEG picture of at most MK_IMAGE_MAX_BYTES. One that is intact, or has more
 * pixels than are allowed, has its size in @p out.
 *
 * @retval MOCKETS_E_MEDIA  it cannot be interpreted
 */
mockets_status mk_media_probe_image(struct mk_reader *reader, struct mk_info_image *out,
                                    struct mockets_error *err);

/** The time 0 of an output, on the clock of its transport stream. */
enum { MK_TS_ZERO_90KHZ = 126000 };

/**
 * Collect the captions that lie in @p reader: tracks of text, and the CEA-608/708 of the film (its
 * first channel that is not empty). Reads packets once and decodes no picture. Borrows the reader.
 *
 * @param info  what mk_media_probe() said of it
 *
 * @retval MOCKETS_E_MEDIA     they cannot be interpreted
 * @retval MOCKETS_E_CANCELED  @p cancel was set
 * @retval other               what the reader said
 */
mockets_status mk_media_captions(struct mk_reader *reader, const struct mk_info *info,
                                 struct mk_cancel *cancel, struct mk_arena *arena,
                                 struct mk_caption_tracks *out, struct mockets_error *err);

/**
 * Read all packets of @p reader and put down in the streams of @p info what tells whether they can
 * be passed on as they are: H.264 and AAC-LC, in containers that keep their times. Decodes
 * nothing. Borrows the reader.
 *
 * @param info  what mk_media_probe() said of it; its streams get their scan
 *
 * @retval MOCKETS_E_MEDIA     it is damaged, or ends early
 * @retval MOCKETS_E_CANCELED  @p cancel was set
 * @retval other               what the reader said
 */
mockets_status mk_media_scan(struct mk_reader *reader, struct mk_info *info,
                             struct mk_cancel *cancel, struct mk_arena *arena,
                             struct mockets_error *err);

/** One file that a package wrote: finished, durable, and not visible yet. */
struct mk_made_file {
    char *key;                /**< object key; owned by the result */
    struct mk_writer *writer; /**< mk_writer_finish() has been called; owned by the result */
};

/** A segment: a file of its own, or a range of the package's one file. */
struct mk_made_segment {
    int64_t duration_us;
    int64_t size_bytes;
    int64_t offset_bytes;    /**< in the one file; 0 in a file of its own */
    int64_t key_frame_bytes; /**< from the segment's start to its first key frame's end, else 0 */
};

/** What a fragment of fmp4 holds of one track. */
struct mk_made_fragment {
    int64_t start, duration; /**< in MK_FRAGMENT_SCALE-ths of a second, as the file counts */
    int64_t offset_bytes;    /**< where its "moof" is */
};

/** How fmp4 counts time: as Smooth clients expect it, ticks a second. */
enum { MK_FRAGMENT_SCALE = 10000000 };

/** One track of a made file. Strings and arrays belong to the struct mk_made. */
struct mk_made_track {
    enum mk_media_kind kind;
    unsigned id;          /**< fmp4: its number in the file */
    char codec[16];       /**< RFC 6381; "" = not known */
    int64_t bit_rate_bps; /**< average of what was written */
    int sample_rate_hz;   /**< sound */
    int channels;         /**< sound */
    char *private_data;   /**< fmp4: CodecPrivateData of Smooth, hexadecimal; else NULL */
    struct mk_made_fragment *fragments; /**< fmp4 only */
    size_t fragment_count;
};

/** What became of one package. Owned by mk_media_run(); valid during the callback. */
struct mk_made {
    unsigned package;           /**< index in the plan */
    mockets_status status;      /**< why it failed, else MOCKETS_OK */
    struct mockets_error error; /**< if it failed */
    struct mk_made_file *files; /**< segments in order, the media playlist last */
    size_t file_count;
    struct mk_made_segment *segments; /**< segmented packages only */
    size_t segment_count;
    struct mk_made_track *tracks; /**< one per encode of the plan; rate 0: nothing came */
    size_t track_count;
    int64_t index_offset_bytes, index_bytes; /**< fmp4: where its "sidx" is, all before is header */
    int64_t size_bytes;                      /**< of all media files, without the playlist */
    int64_t duration_us;                     /**< of the longest track */
    int width_px, height_px;                 /**< 0 without video */
    struct mk_rational frame_rate;
    char codecs[96]; /**< RFC 6381, "avc1.4d401f,mp4a.40.2" */
};

/** Release the files, not committed ones as if never made, and all arrays. */
void mk_made_fini(struct mk_made *made);

/** What the run needs from outside. Callbacks come on the run's threads, several at once. */
struct mk_media_host {
    void *context;
    /** Open input @p input of the job for reading; the run closes it. */
    mockets_status (*open_input)(void *context, unsigned input, struct mk_reader **out,
                                 struct mockets_error *err);
    /**
     * Take input @p input over as mk_media_probe() kept it, with its reader: the run closes both.
     * False: there is none (any more), open it. NULL if inputs are never kept.
     */
    bool (*take_input)(void *context, unsigned input, struct mk_reader **reader,
                       struct mk_input **out);
    /** Open the plan's image for reading; the run closes it. NULL if plans have no images. */
    mockets_status (*open_image)(void *context, unsigned image, struct mk_reader **out,
                                 struct mockets_error *err);
    /** Open an object of the package for writing; @p seek asks for seeking and reading back. */
    mockets_status (*open_file)(void *context, unsigned package, const char *key, bool seek,
                                struct mk_writer **out, struct mockets_error *err);
    /** A package has ended, well or badly; its files may be committed here. Once per package. */
    void (*made)(void *context, struct mk_made *made);
    /** The first pass is over, and all that it needed is free. NULL: nobody wants to know. */
    void (*first_done)(void *context);
    /** Every output has reached this time, as far as work goes; called often, must be quick. */
    void (*progress)(void *context, int64_t done_us);
    /** A directory for files of the run, the caller's to remove; NULL if plans have one pass. */
    const char *scratch;
    const struct mk_log *log;
};

/**
 * Carry out the plan: decode every source once, and feed everything else from it, in threads of
 * its own that have ended when this returns.
 *
 * One package failing (its disk full, say) does not stop the others. A source that cannot be read
 * or decoded any further fails all packages that need it.
 *
 * @retval MOCKETS_OK          all packages have been reported through made()
 * @retval MOCKETS_E_CANCELED  @p cancel was set; packages not yet ended are not reported
 * @retval other               nothing could be started; made() was not called
 */
mockets_status mk_media_run(const struct mk_plan *plan, const struct mk_media_host *host,
                            struct mk_cancel *cancel, struct mockets_error *err);

/**
 * Which encoder makes @p codec: a static string. @p there says whether the FFmpeg of this process
 * has it. Fails only where there is no FFmpeg at all.
 */
mockets_status mk_media_find_encoder(enum mk_codec codec, const char **name, bool *there,
                                     struct mockets_error *err);

#endif
