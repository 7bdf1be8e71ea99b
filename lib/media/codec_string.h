#ifndef MK_MEDIA_CODEC_STRING_H
#define MK_MEDIA_CODEC_STRING_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/**
 * RFC 6381: "avc1." and profile, constraints and level of the first sequence parameter set.
 *
 * @param data  an H.264 stream in Annex B, or an AVCDecoderConfigurationRecord
 * @return whether there was one; otherwise @p out is untouched
 */
bool mk_codec_string_h264(const uint8_t *data, size_t size, char out[16]);

/** "mp4a.40." and the object type of an MPEG-4 AudioSpecificConfig. */
bool mk_codec_string_aac(const uint8_t *data, size_t size, char out[16]);

#endif
