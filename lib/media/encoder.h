#ifndef MK_MEDIA_ENCODER_H
#define MK_MEDIA_ENCODER_H

#include "media/av.h"
#include "plan/plan.h"

/** @return libavcodec's name of the encoder that makes @p codec; never NULL. */
const char *mk_encoder_name(enum mk_codec codec);

/**
 * Set up @p context, and what it has no member for in @p options, to carry out @p plan.
 *
 * @param frame       the first one to be encoded
 * @param frame_rate  of the picture; 0/1: sound, or single pictures
 * @param statistics  the file of them; NULL: there is none, whatever pass it is
 */
mockets_status mk_encoder_configure(AVCodecContext *context, const struct mk_plan_encode *plan,
                                    const AVFrame *frame, AVRational frame_rate,
                                    const char *statistics, AVDictionary **options,
                                    struct mockets_error *err);

#endif
