#ifndef MK_MEDIA_COPY_H
#define MK_MEDIA_COPY_H

#include "media/encode.h"

/**
 * The thread of a struct mk_encode whose plan copies: it takes packets of a source instead of
 * frames, gives them the times of the plan, and passes them on as an encoder would.
 */
void *mk_copy_main(void *encode);

#endif
