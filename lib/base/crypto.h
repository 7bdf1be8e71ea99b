#ifndef MK_BASE_CRYPTO_H
#define MK_BASE_CRYPTO_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"

enum {
    MK_MD5_BYTES = 16,
    MK_BLOCK_BYTES = 16,   /**< of AES */
    MK_AES_KEY_BYTES = 32, /**< the longest */
    MK_GCM_TAG_BYTES = 16,
    MK_SEAL_NONCE_BYTES = 12,
};

/** Ways to encrypt a file with AES. */
enum mk_cipher_mode {
    MK_CIPHER_CBC, /**< with PKCS#7 padding */
    MK_CIPHER_CTR, /**< the IV is the first counter, all 128 bits count */
    MK_CIPHER_GCM, /**< no additional data; the tag stands behind the text */
};

/** A key and where to begin. Secret: mk_wipe() it when it has been used. */
struct mk_cipher_key {
    enum mk_cipher_mode mode;
    uint8_t key[MK_AES_KEY_BYTES];
    size_t key_bytes; /**< 16, 24 or 32 */
    uint8_t iv[MK_BLOCK_BYTES];
    size_t iv_bytes; /**< 16; for GCM 12 to 16 */
};

/** Overwrite a secret, whatever the optimiser thinks of it. */
void mk_wipe(void *secret, size_t size);

/** Random bytes that are fit to be a key. */
mockets_status mk_crypto_random(void *out, size_t size, struct mockets_error *err);

mockets_status mk_crypto_md5(const void *bytes, size_t size, uint8_t out[MK_MD5_BYTES],
                             struct mockets_error *err);

/** Are both the same? Takes the same time whatever they hold. */
bool mk_crypto_equal(const void *a, const void *b, size_t size);

/** A stream that is being encrypted, or authenticated and decrypted. */
struct mk_cipher;

/**
 * @param decrypt  only for MK_CIPHER_GCM; random access is mk_cipher_blocks()
 * @param key      borrowed for the call
 */
mockets_status mk_cipher_open(const struct mk_cipher_key *key, bool decrypt, struct mk_cipher **out,
                              struct mockets_error *err);

/**
 * @param out  room for @p size + MK_BLOCK_BYTES bytes; may be @p in unless the mode is CBC
 * @param got  bytes that were put there
 */
mockets_status mk_cipher_update(struct mk_cipher *cipher, const void *in, size_t size, void *out,
                                size_t *got, struct mockets_error *err);

/** The end of an encrypted stream: the padding, or the tag. Room for 2 * MK_BLOCK_BYTES. */
mockets_status mk_cipher_finish(struct mk_cipher *cipher, void *out, size_t *got,
                                struct mockets_error *err);

/** Was all that came through mk_cipher_update() encrypted with this key, and is it unchanged? */
bool mk_cipher_verify(struct mk_cipher *cipher, const uint8_t tag[MK_GCM_TAG_BYTES]);

void mk_cipher_close(struct mk_cipher **cipher);

/**
 * Decrypt whole blocks out of the middle, in place.
 *
 * CBC: @p iv is the block before the first one; nothing is done about padding. CTR: @p iv is the
 * counter of the first block. GCM: as CTR, but only the last 32 bits of the counter count.
 *
 * @param size  a multiple of MK_BLOCK_BYTES for CBC, any other for the end of a stream
 */
mockets_status mk_cipher_blocks(const struct mk_cipher_key *key, const uint8_t iv[MK_BLOCK_BYTES],
                                void *data, size_t size, struct mockets_error *err);

/** The counter that GCM begins its text with. */
mockets_status mk_cipher_gcm_counter(const struct mk_cipher_key *key, uint8_t out[MK_BLOCK_BYTES],
                                     struct mockets_error *err);

/**
 * AES-256-GCM of a short secret, together with data that is not secret.
 *
 * @param out  room for @p size + MK_GCM_TAG_BYTES: the text, then the tag
 */
mockets_status mk_seal(const uint8_t key[32], const uint8_t nonce[MK_SEAL_NONCE_BYTES],
                       const void *beside, size_t beside_size, const void *secret, size_t size,
                       void *out, struct mockets_error *err);

/**
 * The way back. @p size is that of the secret; @p sealed has MK_GCM_TAG_BYTES more.
 *
 * @retval MOCKETS_E_UNDECRYPTABLE  another key, or something has been changed
 */
mockets_status mk_unseal(const uint8_t key[32], const uint8_t nonce[MK_SEAL_NONCE_BYTES],
                         const void *beside, size_t beside_size, const void *sealed, size_t size,
                         void *secret, struct mockets_error *err);

#endif
