#ifndef MK_PLAN_PLAY_READY_H
#define MK_PLAN_PLAY_READY_H

#include <stdint.h>

#include "base/buf.h"
#include "base/error.h"

/** "01234567-89ab-…" or 32 digits to bytes, in the order in which they are written. */
bool mk_play_ready_key_id(const char *text, uint8_t out[16]);

/**
 * Append a PlayReady object with one header of version 4.0.0.0: what a client needs to ask for the
 * key. All of it may be seen.
 *
 * @param key  16 bytes; only a check of it goes into the header
 * @param url  where licences are had
 */
mockets_status mk_play_ready_object(const uint8_t *key, const uint8_t key_id[16], const char *url,
                                    struct mk_buf *to, struct mockets_error *err);

#endif
