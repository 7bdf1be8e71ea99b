#include "engine/encoders.h"

#include "media/media.h"

mockets_status mk_engine_encoders(struct mk_plan_encoder encoders[MK_CODECS],
                                  struct mockets_error *err)
{
    for (int codec = 0; codec < MK_CODECS; codec++) {
        bool there = false;
        mockets_status rc =
            mk_media_find_encoder((enum mk_codec)codec, &encoders[codec].name, &there, err);

        if (rc)
            return rc;
        encoders[codec].missing = !there;
    }
    return MOCKETS_OK;
}
