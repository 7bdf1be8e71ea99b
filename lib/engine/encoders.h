#ifndef MK_ENGINE_ENCODERS_H
#define MK_ENGINE_ENCODERS_H

#include "plan/make.h"

/** Which encoder makes each codec, and whether this build of FFmpeg has it. */
mockets_status mk_engine_encoders(struct mk_plan_encoder encoders[MK_CODECS],
                                  struct mockets_error *err);

#endif
