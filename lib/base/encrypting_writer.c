#include "base/cipher_io.h"

#include "base/alloc.h"

enum { CHUNK_BYTES = 64 * 1024 };

struct encrypting_writer {
    struct mk_writer base;
    struct mk_writer *target;
    struct mk_writer *plain;  /* NULL: what is written goes straight through the cipher */
    struct mk_cipher *cipher; /* NULL once finished */
    const struct mk_cancel *cancel;
    bool range;          /* the target is the caller's, and goes on behind this */
    int64_t begin_bytes; /* of the range in the target */
    bool broken;         /* a part of the object is missing: nothing can follow */
};

static mockets_status append(struct encrypting_writer *self, const void *data, size_t size,
                             struct mockets_error *err)
{
    return size ? mk_writer_write(self->target, self->target->size_bytes, data, size, err)
                : MOCKETS_OK;
}

static mockets_status encrypt(struct encrypting_writer *self, const uint8_t *data, size_t size,
                              struct mockets_error *err)
{
    uint8_t chunk[4096 + MK_BLOCK_BYTES];
    mockets_status rc = MOCKETS_OK;

    if (self->broken)
        return mk_fail(err, MOCKETS_E_IO, "the object could not be written");

    while (!rc && size) {
        size_t room = sizeof(chunk) - MK_BLOCK_BYTES, length = size < room ? size : room, got = 0;

        rc = mk_cipher_update(self->cipher, data, length, chunk, &got, err);
        if (!rc)
            rc = append(self, chunk, got, err);
        data += length;
        size -= length;
    }
    self->broken = rc != MOCKETS_OK;
    return rc;
}

static mockets_status writer_write(struct mk_writer *base, int64_t offset, const void *data,
                                   size_t size, struct mockets_error *err)
{
    struct encrypting_writer *self = (struct encrypting_writer *)base;

    if (self->plain)
        return mk_writer_write(self->plain, offset, data, size, err);
    if (offset != base->size_bytes)
        return mk_fail(err, MOCKETS_E_UNSUPPORTED, "an encrypted object can only grow");
    return encrypt(self, data, size, err);
}

static mockets_status writer_read(struct mk_writer *base, int64_t offset, void *data, size_t size,
                                  size_t *got, struct mockets_error *err)
{
    struct encrypting_writer *self = (struct encrypting_writer *)base;

    if (!self->plain)
        return mk_fail(err, MOCKETS_E_UNSUPPORTED, "an encrypted object cannot be read back");
    return mk_writer_read(self->plain, offset, data, size, got, err);
}

static mockets_status encrypt_plain(struct encrypting_writer *self, struct mockets_error *err)
{
    uint8_t *data = mk_alloc(CHUNK_BYTES);
    mockets_status rc = data ? MOCKETS_OK : mk_fail_nomem(err);

    for (int64_t at = 0; !rc && at < self->plain->size_bytes;) {
        size_t got = 0;

        if (mk_cancel_is_set(self->cancel))
            rc = mk_fail(err, MOCKETS_E_CANCELED, "canceled");
        if (!rc)
            rc = mk_writer_read(self->plain, at, data, CHUNK_BYTES, &got, err);
        if (!rc && !got)
            rc = mk_fail(err, MOCKETS_E_IO, "what was written cannot be read back");
        if (!rc)
            rc = encrypt(self, data, got, err);
        at += (int64_t)got;
    }
    mk_free(data);
    return rc;
}

static mockets_status writer_finish(struct mk_writer *base, struct mockets_error *err)
{
    struct encrypting_writer *self = (struct encrypting_writer *)base;
    uint8_t rest[2 * MK_BLOCK_BYTES];
    size_t got = 0;
    mockets_status rc = MOCKETS_OK;

    if (!self->cipher)
        return MOCKETS_OK;
    if (self->broken)
        return mk_fail(err, MOCKETS_E_IO, "the object could not be written");
    if (self->plain)
        rc = encrypt_plain(self, err);
    if (!rc)
        rc = mk_cipher_finish(self->cipher, rest, &got, err);
    if (!rc)
        rc = append(self, rest, got, err);
    if (!rc && !self->range)
        rc = mk_writer_finish(self->target, err);
    self->broken = rc != MOCKETS_OK;
    if (rc)
        return rc;
    mk_cipher_close(&self->cipher);
    mk_writer_close(&self->plain);
    base->size_bytes = self->target->size_bytes - self->begin_bytes;
    return MOCKETS_OK;
}

static mockets_status writer_commit(struct mk_writer *base, bool replace, struct mockets_error *err)
{
    struct encrypting_writer *self = (struct encrypting_writer *)base;
    mockets_status rc;

    if (self->range)
        return mk_fail(err, MOCKETS_E_UNSUPPORTED, "a part of an object cannot be committed");
    rc = writer_finish(base, err);
    return rc ? rc : mk_writer_commit(self->target, replace, err);
}

static void writer_close(struct mk_writer *base)
{
    struct encrypting_writer *self = (struct encrypting_writer *)base;

    mk_cipher_close(&self->cipher);
    mk_writer_close(&self->plain);
    if (!self->range)
        mk_writer_close(&self->target);
    mk_free(self);
}

static const struct mk_writer_ops ops = {.write = writer_write,
                                         .read = writer_read,
                                         .finish = writer_finish,
                                         .commit = writer_commit,
                                         .close = writer_close};

mockets_status mk_encrypting_writer_open(struct mk_writer *target, struct mk_writer *plain,
                                         const struct mk_cipher_key *key,
                                         const struct mk_cancel *cancel, struct mk_writer **out,
                                         struct mockets_error *err)
{
    struct encrypting_writer *self = mk_alloc(sizeof(*self));
    mockets_status rc;

    if (!self) {
        mk_writer_close(&plain);
        mk_writer_close(&target);
        return mk_fail_nomem(err);
    }
    self->base.ops = &ops;
    self->target = target;
    self->plain = plain;
    self->cancel = cancel;
    rc = mk_cipher_open(key, false, &self->cipher, err);
    if (rc)
        writer_close(&self->base);
    else
        *out = &self->base;
    return rc;
}

mockets_status mk_encrypting_range_open(struct mk_writer *target, const struct mk_cipher_key *key,
                                        struct mk_writer **out, struct mockets_error *err)
{
    struct encrypting_writer *self = mk_alloc(sizeof(*self));
    mockets_status rc;

    if (!self)
        return mk_fail_nomem(err);
    self->base.ops = &ops;
    self->target = target;
    self->range = true;
    self->begin_bytes = target->size_bytes;
    rc = mk_cipher_open(key, false, &self->cipher, err);
    if (rc)
        writer_close(&self->base);
    else
        *out = &self->base;
    return rc;
}
