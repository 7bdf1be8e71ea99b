#include "base/cipher_io.h"

#include <string.h>

#include "base/alloc.h"

enum { CHUNK_BYTES = 16 * 1024, VERIFY_BYTES = 256 * 1024 };

struct decrypting_reader {
    struct mk_reader base;
    /* set at open, then constant */
    struct mk_reader *source;
    struct mk_cipher_key key; /* GCM: iv is the first counter */
};

static mockets_status fail_foreign(struct mockets_error *err)
{
    return mk_fail(err, MOCKETS_E_UNDECRYPTABLE, "the object cannot be decrypted with this key");
}

/* All of [offset, offset + size), which the source has. */
static mockets_status read_all(struct mk_reader *source, int64_t offset, void *data, size_t size,
                               struct mockets_error *err)
{
    for (size_t done = 0; done < size;) {
        size_t got = 0;
        mockets_status rc = mk_reader_read(source, offset + (int64_t)done, (uint8_t *)data + done,
                                           size - done, &got, err);

        if (rc)
            return rc;
        if (!got)
            return mk_fail(err, MOCKETS_E_IO, "the object has become shorter");
        done += got;
    }
    return MOCKETS_OK;
}

static void add_blocks(uint8_t counter[MK_BLOCK_BYTES], uint64_t blocks, int lowest)
{
    for (int i = MK_BLOCK_BYTES - 1; i >= lowest && blocks; i--) {
        blocks += counter[i];
        counter[i] = (uint8_t)blocks;
        blocks >>= 8;
    }
}

/* The blocks from number `block` on, decrypted into data. */
static mockets_status read_blocks(struct decrypting_reader *self, int64_t block, uint8_t *data,
                                  size_t size, struct mockets_error *err)
{
    uint8_t iv[MK_BLOCK_BYTES];
    mockets_status rc;

    memcpy(iv, self->key.iv, sizeof(iv));
    if (self->key.mode == MK_CIPHER_CBC && block) {
        rc = read_all(self->source, (block - 1) * MK_BLOCK_BYTES, iv, sizeof(iv), err);
        if (rc)
            return rc;
    } else {
        add_blocks(iv, (uint64_t)block, self->key.mode == MK_CIPHER_GCM ? 12 : 0);
    }
    rc = read_all(self->source, block * MK_BLOCK_BYTES, data, size, err);
    return rc ? rc : mk_cipher_blocks(&self->key, iv, data, size, err);
}

static mockets_status reader_read(struct mk_reader *base, int64_t offset, void *data, size_t size,
                                  size_t *got, struct mockets_error *err)
{
    struct decrypting_reader *self = (struct decrypting_reader *)base;
    int64_t left = base->size_bytes - offset, block = offset / MK_BLOCK_BYTES;
    size_t skip = (size_t)(offset % MK_BLOCK_BYTES), length;
    uint8_t chunk[CHUNK_BYTES];
    mockets_status rc;

    if (left <= 0) {
        *got = 0;
        return MOCKETS_OK;
    }
    if ((int64_t)size > left)
        size = (size_t)left;
    if (size > sizeof(chunk) - skip)
        size = sizeof(chunk) - skip;
    length = skip + size;
    if (self->key.mode == MK_CIPHER_CBC)
        length = (length + MK_BLOCK_BYTES - 1) / MK_BLOCK_BYTES * MK_BLOCK_BYTES;
    rc = read_blocks(self, block, chunk, length, err);
    if (rc)
        return rc;
    memcpy(data, chunk + skip, size);
    *got = size;
    return MOCKETS_OK;
}

static void free_reader(struct decrypting_reader *self)
{
    mk_wipe(&self->key, sizeof(self->key));
    mk_free(self);
}

static void reader_close(struct mk_reader *base)
{
    struct decrypting_reader *self = (struct decrypting_reader *)base;

    mk_reader_close(&self->source);
    free_reader(self);
}

/* The last byte says how many bytes of the last block are padding, and all of them say so. */
static mockets_status cut_padding(struct decrypting_reader *self, struct mockets_error *err)
{
    int64_t size = self->source->size_bytes;
    uint8_t last[MK_BLOCK_BYTES], padding;
    mockets_status rc;

    if (size < MK_BLOCK_BYTES || size % MK_BLOCK_BYTES)
        return fail_foreign(err);
    rc = read_blocks(self, size / MK_BLOCK_BYTES - 1, last, sizeof(last), err);
    if (rc)
        return rc;
    padding = last[MK_BLOCK_BYTES - 1];
    if (padding < 1 || padding > MK_BLOCK_BYTES)
        return fail_foreign(err);
    for (size_t i = MK_BLOCK_BYTES - padding; i < MK_BLOCK_BYTES; i++) {
        if (last[i] != padding)
            return fail_foreign(err);
    }
    self->base.size_bytes = size - padding;
    return MOCKETS_OK;
}

static mockets_status verify(struct decrypting_reader *self, const struct mk_cancel *cancel,
                             uint8_t *data, struct mockets_error *err)
{
    struct mk_cipher *cipher = NULL;
    uint8_t tag[MK_GCM_TAG_BYTES];
    mockets_status rc = mk_cipher_open(&self->key, true, &cipher, err);

    for (int64_t at = 0; !rc && at < self->base.size_bytes;) {
        int64_t left = self->base.size_bytes - at;
        size_t size = left < VERIFY_BYTES ? (size_t)left : VERIFY_BYTES;

        if (mk_cancel_is_set(cancel))
            rc = mk_fail(err, MOCKETS_E_CANCELED, "canceled");
        if (!rc)
            rc = read_all(self->source, at, data, size, err);
        if (!rc)
            rc = mk_cipher_update(cipher, data, size, data, &size, err);
        at += (int64_t)size;
    }
    if (!rc)
        rc = read_all(self->source, self->base.size_bytes, tag, sizeof(tag), err);
    if (!rc && !mk_cipher_verify(cipher, tag))
        rc = fail_foreign(err);
    mk_cipher_close(&cipher);
    return rc;
}

static mockets_status cut_tag(struct decrypting_reader *self, const struct mk_cancel *cancel,
                              struct mockets_error *err)
{
    uint8_t *data, counter[MK_BLOCK_BYTES];
    mockets_status rc;

    self->base.size_bytes = self->source->size_bytes - MK_GCM_TAG_BYTES;
    if (self->base.size_bytes < 0)
        return fail_foreign(err);
    data = mk_alloc(VERIFY_BYTES);
    if (!data)
        return mk_fail_nomem(err);
    rc = verify(self, cancel, data, err);
    mk_wipe(data, VERIFY_BYTES);
    mk_free(data);
    if (!rc)
        rc = mk_cipher_gcm_counter(&self->key, counter, err);
    if (!rc)
        memcpy(self->key.iv, counter, sizeof(counter));
    return rc;
}

mockets_status mk_decrypting_reader_open(struct mk_reader *source, const struct mk_cipher_key *key,
                                         const struct mk_cancel *cancel, struct mk_reader **out,
                                         struct mockets_error *err)
{
    static const struct mk_reader_ops ops = {.read = reader_read, .close = reader_close};
    struct decrypting_reader *self = mk_alloc(sizeof(*self));
    mockets_status rc = MOCKETS_OK;

    if (!self)
        return mk_fail_nomem(err);
    self->base = *source;
    self->base.ops = &ops;
    self->source = source;
    self->key = *key;
    if (key->mode == MK_CIPHER_CBC)
        rc = cut_padding(self, err);
    else if (key->mode == MK_CIPHER_GCM)
        rc = cut_tag(self, cancel, err);
    if (rc)
        free_reader(self);
    else
        *out = &self->base;
    return rc;
}
