#ifndef MK_MEDIA_SEEK_H
#define MK_MEDIA_SEEK_H

#include "media/input.h"

/**
 * Move the input to where decoding has to begin so that everything from @p target_us on comes
 * out whole: before it, at a key frame of stream @p video (-1: sound only). Streams that are not
 * wanted are discarded already.
 *
 * @param sound  some of it is wanted, whose decoders need a little before
 * @return false: the container cannot do that; the input must be opened anew and read from its
 *         beginning
 */
bool mk_input_seek(struct mk_input *input, int video, bool sound, int64_t target_us,
                   int64_t start_us);

#endif
