#ifndef MK_MEDIA_ART_H
#define MK_MEDIA_ART_H

#include "media/images.h"

/** Make the package's album art and announce it to the muxer, before its header is written. */
mockets_status mk_art_add(AVFormatContext *mux, const struct mk_plan_package *plan,
                          const struct mk_images *images, struct mockets_error *err);

/** Hand the pictures to the muxer, when its header is written. @return 0 or an AVERROR */
int mk_art_write(AVFormatContext *mux);

#endif
