#ifndef MK_ENGINE_KEYRING_H
#define MK_ENGINE_KEYRING_H

#include <stddef.h>
#include <stdint.h>

#include "base/error.h"

/**
 * Master keys, and data keys wrapped with them: what a key management service does, out of a
 * file. docs/encryption.md has the formats. Immutable, so any thread may use it.
 */
struct mk_keyring;

enum {
    MK_DATA_KEY_BYTES = 32,     /**< the longest data key */
    MK_WRAPPED_KEY_BYTES = 512, /**< no wrapped data key is longer */
};

/**
 * Read the master keys of the file @p path.
 *
 * @retval MOCKETS_E_INVALID  it is not what docs/encryption.md asks for; the line is named
 * @retval MOCKETS_E_IO       it cannot be read
 */
mockets_status mk_keyring_open(const char *path, struct mk_keyring **out,
                               struct mockets_error *err);

/** Wipes the keys. */
void mk_keyring_close(struct mk_keyring **keyring);

/**
 * Wrap a data key with the master key @p name.
 *
 * @param name  as in the file, or an ARN that ends in such a name; NULL or "": the first one
 * @param out   MK_WRAPPED_KEY_BYTES
 *
 * @retval MOCKETS_E_NOT_FOUND  there is no such master key
 */
mockets_status mk_keyring_wrap(const struct mk_keyring *keyring, const char *name,
                               const uint8_t *key, size_t key_bytes, uint8_t *out,
                               size_t *out_bytes, struct mockets_error *err);

/**
 * The data key in what mk_keyring_wrap() made.
 *
 * @param key  MK_DATA_KEY_BYTES
 *
 * @retval MOCKETS_E_UNDECRYPTABLE  another form, an unknown or a wrong master key, or it has been
 *                                  changed
 */
mockets_status mk_keyring_unwrap(const struct mk_keyring *keyring, const uint8_t *wrapped,
                                 size_t wrapped_bytes, uint8_t *key, size_t *key_bytes,
                                 struct mockets_error *err);

#endif
