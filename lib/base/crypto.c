#include "base/crypto.h"

#include <limits.h>
#include <string.h>

#include <openssl/crypto.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/rand.h>

#include "base/alloc.h"

struct mk_cipher {
    EVP_CIPHER_CTX *context;
    enum mk_cipher_mode mode;
};

/* The library's queue of errors belongs to the thread: leave nothing in it. */
static mockets_status fail(struct mockets_error *err, const char *what)
{
    unsigned long number = ERR_get_error();
    char reason[256] = "no reason given";

    if (number)
        ERR_error_string_n(number, reason, sizeof(reason));
    ERR_clear_error();
    return mk_fail(err, MOCKETS_E_INTERNAL, "%s: %s", what, reason);
}

void mk_wipe(void *secret, size_t size)
{
    OPENSSL_cleanse(secret, size);
}

bool mk_crypto_equal(const void *a, const void *b, size_t size)
{
    return CRYPTO_memcmp(a, b, size) == 0;
}

mockets_status mk_crypto_random(void *out, size_t size, struct mockets_error *err)
{
    return RAND_priv_bytes(out, (int)size) == 1 ? MOCKETS_OK : fail(err, "no random bytes");
}

mockets_status mk_crypto_md5(const void *bytes, size_t size, uint8_t out[MK_MD5_BYTES],
                             struct mockets_error *err)
{
    return EVP_Digest(bytes, size, out, NULL, EVP_md5(), NULL) == 1 ? MOCKETS_OK : fail(err, "MD5");
}

static const EVP_CIPHER *find(enum mk_cipher_mode mode, size_t key_bytes)
{
    static const struct {
        enum mk_cipher_mode mode;
        size_t key_bytes;
        const EVP_CIPHER *(*cipher)(void);
    } rows[] = {
        {MK_CIPHER_CBC, 16, EVP_aes_128_cbc}, {MK_CIPHER_CBC, 24, EVP_aes_192_cbc},
        {MK_CIPHER_CBC, 32, EVP_aes_256_cbc}, {MK_CIPHER_CTR, 16, EVP_aes_128_ctr},
        {MK_CIPHER_CTR, 24, EVP_aes_192_ctr}, {MK_CIPHER_CTR, 32, EVP_aes_256_ctr},
        {MK_CIPHER_GCM, 16, EVP_aes_128_gcm}, {MK_CIPHER_GCM, 24, EVP_aes_192_gcm},
        {MK_CIPHER_GCM, 32, EVP_aes_256_gcm},
    };

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        if (rows[i].mode == mode && rows[i].key_bytes == key_bytes)
            return rows[i].cipher();
    }
    return NULL;
}

/* A context that is ready to go; NULL, with the library's error, if it cannot be. */
static EVP_CIPHER_CTX *begin(const EVP_CIPHER *kind, const uint8_t *key, const uint8_t *iv,
                             size_t iv_bytes, bool decrypt)
{
    EVP_CIPHER_CTX *context = kind ? EVP_CIPHER_CTX_new() : NULL;
    int encrypt = !decrypt;
    bool ok = context && EVP_CipherInit_ex(context, kind, NULL, NULL, NULL, encrypt) == 1;

    if (ok && EVP_CIPHER_mode(kind) == EVP_CIPH_GCM_MODE)
        ok = EVP_CIPHER_CTX_ctrl(context, EVP_CTRL_AEAD_SET_IVLEN, (int)iv_bytes, NULL) == 1;
    if (ok && EVP_CipherInit_ex(context, NULL, NULL, key, iv, encrypt) == 1)
        return context;
    EVP_CIPHER_CTX_free(context);
    return NULL;
}

mockets_status mk_cipher_open(const struct mk_cipher_key *key, bool decrypt, struct mk_cipher **out,
                              struct mockets_error *err)
{
    struct mk_cipher *cipher = mk_alloc(sizeof(*cipher));

    if (!cipher)
        return mk_fail_nomem(err);
    cipher->mode = key->mode;
    cipher->context =
        begin(find(key->mode, key->key_bytes), key->key, key->iv, key->iv_bytes, decrypt);
    if (!cipher->context) {
        mk_cipher_close(&cipher);
        return fail(err, "the cipher cannot be set up");
    }
    *out = cipher;
    return MOCKETS_OK;
}

mockets_status mk_cipher_update(struct mk_cipher *cipher, const void *in, size_t size, void *out,
                                size_t *got, struct mockets_error *err)
{
    int count = 0;

    if (size > INT_MAX / 2)
        return mk_fail(err, MOCKETS_E_INVALID, "%zu bytes at once are too many", size);
    if (EVP_CipherUpdate(cipher->context, out, &count, in, (int)size) != 1)
        return fail(err, "the cipher failed");
    *got = (size_t)count;
    return MOCKETS_OK;
}

mockets_status mk_cipher_finish(struct mk_cipher *cipher, void *out, size_t *got,
                                struct mockets_error *err)
{
    int count = 0;
    bool ok = EVP_CipherFinal_ex(cipher->context, out, &count) == 1;

    if (ok && cipher->mode == MK_CIPHER_GCM) {
        ok = EVP_CIPHER_CTX_ctrl(cipher->context, EVP_CTRL_AEAD_GET_TAG, MK_GCM_TAG_BYTES,
                                 (uint8_t *)out + count) == 1;
        count += MK_GCM_TAG_BYTES;
    }
    if (!ok)
        return fail(err, "the cipher failed");
    *got = (size_t)count;
    return MOCKETS_OK;
}

bool mk_cipher_verify(struct mk_cipher *cipher, const uint8_t tag[MK_GCM_TAG_BYTES])
{
    uint8_t copy[MK_GCM_TAG_BYTES], rest[MK_BLOCK_BYTES];
    int count;
    bool ok;

    memcpy(copy, tag, sizeof(copy));
    ok = EVP_CIPHER_CTX_ctrl(cipher->context, EVP_CTRL_AEAD_SET_TAG, MK_GCM_TAG_BYTES, copy) == 1 &&
         EVP_CipherFinal_ex(cipher->context, rest, &count) == 1;
    ERR_clear_error();
    return ok;
}

void mk_cipher_close(struct mk_cipher **cipher)
{
    if (*cipher)
        EVP_CIPHER_CTX_free((*cipher)->context);
    mk_free(*cipher);
    *cipher = NULL;
}

static mockets_status decrypt_run(const EVP_CIPHER *kind, const uint8_t *key, const uint8_t *iv,
                                  uint8_t *data, size_t size, struct mockets_error *err)
{
    EVP_CIPHER_CTX *context = begin(kind, key, iv, MK_BLOCK_BYTES, true);
    int count = 0;
    bool ok = context && size <= INT_MAX && EVP_CIPHER_CTX_set_padding(context, 0) == 1 &&
              EVP_CipherUpdate(context, data, &count, data, (int)size) == 1 &&
              (size_t)count == size;

    EVP_CIPHER_CTX_free(context);
    return ok ? MOCKETS_OK : fail(err, "the cipher failed");
}

mockets_status mk_cipher_blocks(const struct mk_cipher_key *key, const uint8_t iv[MK_BLOCK_BYTES],
                                void *data, size_t size, struct mockets_error *err)
{
    enum mk_cipher_mode mode = key->mode == MK_CIPHER_CBC ? MK_CIPHER_CBC : MK_CIPHER_CTR;
    const EVP_CIPHER *kind = find(mode, key->key_bytes);
    uint8_t counter[MK_BLOCK_BYTES], *at = data;
    mockets_status rc = MOCKETS_OK;

    memcpy(counter, iv, sizeof(counter));
    while (!rc && size) {
        size_t length = size;

        if (key->mode == MK_CIPHER_GCM) { /* the carry stops at 32 bits */
            uint64_t low = (uint64_t)counter[12] << 24 | (uint64_t)counter[13] << 16 |
                           (uint64_t)counter[14] << 8 | counter[15];
            uint64_t room = ((UINT64_C(1) << 32) - low) * MK_BLOCK_BYTES;

            length = length < room ? length : (size_t)room;
        }
        rc = decrypt_run(kind, key->key, counter, at, length, err);
        memset(counter + 12, 0, 4);
        at += length;
        size -= length;
    }
    return rc;
}

/* GCM encrypts block by block what it counts from there: zeros become the encrypted counter. */
mockets_status mk_cipher_gcm_counter(const struct mk_cipher_key *key, uint8_t out[MK_BLOCK_BYTES],
                                     struct mockets_error *err)
{
    static const uint8_t zeros[MK_BLOCK_BYTES];
    struct mk_cipher_key raw = *key;
    struct mk_cipher *cipher = NULL;
    size_t got = 0;
    mockets_status rc = mk_cipher_open(key, false, &cipher, err);

    if (!rc)
        rc = mk_cipher_update(cipher, zeros, sizeof(zeros), out, &got, err);
    mk_cipher_close(&cipher);
    raw.mode = MK_CIPHER_CBC;
    if (!rc)
        rc = mk_cipher_blocks(&raw, zeros, out, MK_BLOCK_BYTES, err);
    mk_wipe(&raw, sizeof(raw));
    return rc;
}

mockets_status mk_seal(const uint8_t key[32], const uint8_t nonce[MK_SEAL_NONCE_BYTES],
                       const void *beside, size_t beside_size, const void *secret, size_t size,
                       void *out, struct mockets_error *err)
{
    EVP_CIPHER_CTX *context = begin(EVP_aes_256_gcm(), key, nonce, MK_SEAL_NONCE_BYTES, false);
    uint8_t *to = out;
    int count = 0, rest = 0;
    bool ok = context && EVP_CipherUpdate(context, NULL, &count, beside, (int)beside_size) == 1 &&
              EVP_CipherUpdate(context, to, &count, secret, (int)size) == 1 &&
              EVP_CipherFinal_ex(context, to + count, &rest) == 1 &&
              EVP_CIPHER_CTX_ctrl(context, EVP_CTRL_AEAD_GET_TAG, MK_GCM_TAG_BYTES, to + size) == 1;

    EVP_CIPHER_CTX_free(context);
    return ok ? MOCKETS_OK : fail(err, "the secret cannot be sealed");
}

mockets_status mk_unseal(const uint8_t key[32], const uint8_t nonce[MK_SEAL_NONCE_BYTES],
                         const void *beside, size_t beside_size, const void *sealed, size_t size,
                         void *secret, struct mockets_error *err)
{
    EVP_CIPHER_CTX *context = begin(EVP_aes_256_gcm(), key, nonce, MK_SEAL_NONCE_BYTES, true);
    uint8_t tag[MK_GCM_TAG_BYTES];
    int count = 0, rest = 0;
    bool ok;

    memcpy(tag, (const uint8_t *)sealed + size, sizeof(tag));
    ok = context && EVP_CipherUpdate(context, NULL, &count, beside, (int)beside_size) == 1 &&
         EVP_CipherUpdate(context, secret, &count, sealed, (int)size) == 1 &&
         EVP_CIPHER_CTX_ctrl(context, EVP_CTRL_AEAD_SET_TAG, MK_GCM_TAG_BYTES, tag) == 1 &&
         EVP_CipherFinal_ex(context, (uint8_t *)secret + count, &rest) == 1;
    EVP_CIPHER_CTX_free(context);
    ERR_clear_error();
    if (ok)
        return MOCKETS_OK;
    mk_wipe(secret, size);
    return mk_fail(err, MOCKETS_E_UNDECRYPTABLE, "the sealed secret does not belong to this key");
}
