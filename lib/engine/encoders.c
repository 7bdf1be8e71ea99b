#include "engine/encoders.h"

#include "media/media.h"

void mk_engine_encoders(struct mk_plan_encoder encoders[MK_CODECS])
{
    for (int codec = 0; codec < MK_CODECS; codec++)
        encoders[codec].missing = !mk_media_can_encode((enum mk_codec)codec, &encoders[codec].name);
}
