#ifndef MK_MEDIA_CENC_H
#define MK_MEDIA_CENC_H

#include "media/fmp4.h"

/*
 * Common encryption (ISO/IEC 23001-7), scheme "cenc": every sample in AES-CTR with an IV of its own.
 * Of H.264 the lengths, the beginning of each slice and all that is no slice stay readable, so that
 * decoders find the headers. Fragments say so twice: as the standard has it, and as PIFF has it.
 */

/**
 * Encrypt one sample in place.
 *
 * @param iv       of this sample; it must not come again under the same key
 * @param video    H.264, each unit with its length before it in four bytes
 * @param secrets  gets what a reader must know of the sample
 *
 * @retval MOCKETS_E_UNSUPPORTED  the sample has more slices than can be told
 */
mockets_status mk_cenc_encrypt(const struct mk_plan_cenc *cenc, uint64_t iv, bool video,
                               uint8_t *data, size_t size, struct mk_buf *secrets,
                               struct mockets_error *err);

/** The IV of the first sample of a track: no two tracks of a job count through the same ones. */
uint64_t mk_cenc_first_iv(const struct mk_plan_cenc *cenc, unsigned output, unsigned track);

/** Append "sinf" to a sample entry that is otherwise @p format; nothing if @p cenc is NULL. */
void mk_cenc_entry(const struct mk_plan_cenc *cenc, const char *format, struct mk_buf *to);

/** Append "pssh", the end of a "moov"; nothing if @p cenc is NULL. */
void mk_cenc_header(const struct mk_plan_cenc *cenc, struct mk_buf *to);

/** Append "saiz", "saio", "senc" and PIFF's "uuid" to a "traf". @p moof: where that begins. */
void mk_cenc_fragment(const struct mk_fmp4_track *track, const struct mk_fmp4_sample *samples,
                      size_t count, const struct mk_buf *secrets, size_t moof, struct mk_buf *to);

#endif
