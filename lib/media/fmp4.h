#ifndef MK_MEDIA_FMP4_H
#define MK_MEDIA_FMP4_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"
#include "media/media.h"

/*
 * The boxes of a fragmented MP4 (ISO/IEC 14496-12), as DASH's on-demand profile and Smooth servers
 * want them: "ftyp" and "moov", one "sidx", then "moof" and "mdat" of one track each, at the end
 * "mfra". All times are in MK_FRAGMENT_SCALE. Appends to a buffer; look at its failed at the end.
 */

/** What the header says of one track. */
struct mk_fmp4_track {
    unsigned id;
    bool video;
    int width_px, height_px;
    struct mk_rational sar;          /**< 0/1 = unknown */
    int primaries, transfer, matrix; /**< ISO/IEC 23091-2; 2 = unknown */
    bool full_range;
    int sample_rate_hz, channels;
    int64_t bit_rate_bps;
    const uint8_t *config; /**< avcC's content, or AAC's AudioSpecificConfig */
    size_t config_bytes;
    int64_t edit;                    /**< presentation begins so far into the track */
    const struct mk_plan_cenc *cenc; /**< NULL: samples are not encrypted; else the same for all */
};

struct mk_fmp4_sample {
    uint32_t duration, size_bytes;
    int32_t shift; /**< from decoding to presentation */
    bool key;
    uint8_t secret_bytes; /**< what mk_cenc_encrypt() says of it */
};

/** Append "ftyp" and "moov". The size does not depend on @p duration (0: not known yet). */
void mk_fmp4_header(const struct mk_fmp4_track *tracks, size_t count, int64_t duration,
                    struct mk_buf *to);

/**
 * Append "moof" and the head of the "mdat" that the samples' bytes must follow.
 *
 * @param secrets  what mk_cenc_encrypt() says of all the samples; ignored without encryption
 */
void mk_fmp4_fragment(const struct mk_fmp4_track *track, unsigned sequence, int64_t start,
                      const struct mk_fmp4_sample *samples, size_t count,
                      const struct mk_buf *secrets, struct mk_buf *to);

/**
 * Append "sidx" for segments that lie one behind the other directly after it. When there are more
 * than it can hold several become one entry.
 *
 * @param id  of the track that the times are of
 */
void mk_fmp4_index(unsigned id, const struct mk_made_segment *segments, size_t count,
                   struct mk_buf *to);

/** Append "mfra": where in the file the fragments of each track are. */
void mk_fmp4_places(const struct mk_fmp4_track *tracks, const struct mk_made_track *made,
                    size_t count, struct mk_buf *to);

/**
 * Append the content of an "avcC" box.
 *
 * @param data  the parameter sets in Annex B
 * @return whether there were such
 */
bool mk_fmp4_avc_config(const uint8_t *data, size_t size, struct mk_buf *to);

/** Append an H.264 frame in Annex B as MP4 has it: each unit with its length before it. */
void mk_fmp4_avc_frame(const uint8_t *data, size_t size, struct mk_buf *to);

#endif
