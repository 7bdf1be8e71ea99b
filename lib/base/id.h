#ifndef MK_BASE_ID_H
#define MK_BASE_ID_H

#include <stdint.h>

#include "base/error.h"

enum { MK_ID_SIZE = 21, MK_UUID_SIZE = 37 };

/** "NNNNNNNNNNNNN-xxxxxx": @p time_ms and six random characters of a-z0-9. */
mockets_status mk_id_new(int64_t time_ms, char out[MK_ID_SIZE], struct mockets_error *err);

/** A random (version 4) UUID, lower case. */
mockets_status mk_uuid_new(char out[MK_UUID_SIZE], struct mockets_error *err);

#endif
