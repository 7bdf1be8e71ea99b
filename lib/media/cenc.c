#include "media/cenc.h"

#include <string.h>

#include "base/crypto.h"
#include "media/box.h"

enum { IV_BYTES = 8, KEY_BYTES = 16, LENGTH_BYTES = 4, IS_SUBSAMPLED = 2 };

/* Of the bytes of one sample: where the next block of the key stream goes. */
struct stream {
    struct mk_cipher_key key;
    uint64_t blocks; /* used so far */
    struct mk_buf *secrets;
    size_t count_at; /* where secrets has the number of subsamples */
    unsigned count;
};

static void set_counter(struct stream *stream, uint64_t iv)
{
    for (int i = 0; i < 8; i++) {
        stream->key.iv[i] = (uint8_t)(iv >> (56 - 8 * i));
        stream->key.iv[8 + i] = (uint8_t)(stream->blocks >> (56 - 8 * i));
    }
}

static void put_subsample(struct stream *stream, size_t clear, size_t secret)
{
    for (; clear > UINT16_MAX; clear -= UINT16_MAX)
        put_subsample(stream, UINT16_MAX, 0);
    put_u16(stream->secrets, (unsigned)clear);
    put_u32(stream->secrets, (uint32_t)secret);
    stream->count++;
}

/* How much of a unit, from its end, is encrypted: whole blocks of a slice, not its header. */
static size_t secret_part(const uint8_t *unit, size_t size)
{
    enum { SLICE = 1, LAST_SLICE = 5, HEADER_BYTES = 64 };
    unsigned type = size > HEADER_BYTES ? unit[0] & 0x1fu : 0;

    return type >= SLICE && type <= LAST_SLICE
               ? (size - HEADER_BYTES) / MK_BLOCK_BYTES * MK_BLOCK_BYTES
               : 0;
}

static mockets_status encrypt_units(struct stream *stream, uint64_t iv, uint8_t *data, size_t size,
                                    struct mockets_error *err)
{
    size_t at = 0, clear = 0;
    mockets_status rc = MOCKETS_OK;

    while (!rc && size - at >= LENGTH_BYTES) {
        size_t length = (size_t)data[at] << 24 | (size_t)data[at + 1] << 16 |
                        (size_t)data[at + 2] << 8 | data[at + 3];
        uint8_t *unit = data + at + LENGTH_BYTES;
        size_t secret;

        if (length > size - at - LENGTH_BYTES)
            return mk_fail(err, MOCKETS_E_INTERNAL, "a frame does not consist of whole units");
        secret = secret_part(unit, length);
        clear += LENGTH_BYTES + length - secret;
        at += LENGTH_BYTES + length;
        if (!secret)
            continue;
        set_counter(stream, iv);
        rc = mk_cipher_blocks(&stream->key, stream->key.iv, data + at - secret, secret, err);
        put_subsample(stream, clear, secret);
        stream->blocks += secret / MK_BLOCK_BYTES;
        clear = 0;
    }
    if (!rc && clear)
        put_subsample(stream, clear, 0);
    return rc;
}

mockets_status mk_cenc_encrypt(const struct mk_plan_cenc *cenc, uint64_t iv, bool video,
                               uint8_t *data, size_t size, struct mk_buf *secrets,
                               struct mockets_error *err)
{
    struct stream stream = {
        .key = {.mode = MK_CIPHER_CTR, .key_bytes = KEY_BYTES, .iv_bytes = MK_BLOCK_BYTES},
        .secrets = secrets,
    };
    size_t before = secrets->size;
    mockets_status rc;

    memcpy(stream.key.key, cenc->key, KEY_BYTES);
    put_u64(secrets, (int64_t)iv);
    set_counter(&stream, iv);
    if (video) {
        stream.count_at = secrets->size;
        put_u16(secrets, 0);
        rc = encrypt_units(&stream, iv, data, size, err);
        if (!secrets->failed) {
            secrets->data[stream.count_at] = (char)(stream.count >> 8);
            secrets->data[stream.count_at + 1] = (char)stream.count;
        }
    } else {
        rc = mk_cipher_blocks(&stream.key, stream.key.iv, data, size, err);
    }
    mk_wipe(&stream.key, sizeof(stream.key));
    if (!rc && secrets->failed)
        return mk_fail_nomem(err);
    if (!rc && secrets->size - before > UINT8_MAX)
        return mk_fail(err, MOCKETS_E_UNSUPPORTED,
                       "a frame of %u slices is too much for its encryption", stream.count);
    return rc;
}

uint64_t mk_cenc_first_iv(const struct mk_plan_cenc *cenc, unsigned output, unsigned track)
{
    uint64_t iv = 0;

    for (int i = 0; i < IV_BYTES; i++)
        iv = iv << 8 | cenc->iv[i];
    return iv + ((uint64_t)(output * 8 + track) << 40);
}

void mk_cenc_entry(const struct mk_plan_cenc *cenc, const char *format, struct mk_buf *to)
{
    size_t sinf, schi, box;

    if (!cenc)
        return;
    sinf = begin_box(to, "sinf");
    box = begin_box(to, "frma");
    mk_buf_append(to, format, 4);
    end_box(to, box);
    box = begin_full_box(to, "schm", 0, 0);
    mk_buf_append(to, "cenc", 4);
    put_u32(to, 0x10000);
    end_box(to, box);
    schi = begin_box(to, "schi");
    box = begin_full_box(to, "tenc", 0, 0);
    put_u16(to, 0);
    put_u8(to, 1);
    put_u8(to, IV_BYTES);
    mk_buf_append(to, cenc->key_id, sizeof(cenc->key_id));
    end_box(to, box);
    end_box(to, schi);
    end_box(to, sinf);
}

void mk_cenc_header(const struct mk_plan_cenc *cenc, struct mk_buf *to)
{
    static const uint8_t play_ready[16] = {0x9a, 0x04, 0xf0, 0x79, 0x98, 0x40, 0x42, 0x86,
                                           0xab, 0x92, 0xe6, 0x5b, 0xe0, 0x88, 0x5f, 0x95};
    size_t box;

    if (!cenc)
        return;
    box = begin_full_box(to, "pssh", 0, 0);
    mk_buf_append(to, play_ready, sizeof(play_ready));
    put_u32(to, (uint32_t)cenc->header_bytes);
    mk_buf_append(to, cenc->header, cenc->header_bytes);
    end_box(to, box);
}

static void put_samples(size_t count, const struct mk_buf *secrets, struct mk_buf *to)
{
    put_u32(to, (uint32_t)count);
    mk_buf_append(to, secrets->data, secrets->size);
}

void mk_cenc_fragment(const struct mk_fmp4_track *track, const struct mk_fmp4_sample *samples,
                      size_t count, const struct mk_buf *secrets, size_t moof, struct mk_buf *to)
{
    static const uint8_t piff[16] = {0xa2, 0x39, 0x4f, 0x52, 0x5a, 0x9b, 0x4f, 0x14,
                                     0xa2, 0x44, 0x6c, 0x42, 0x7c, 0x64, 0x8d, 0xf4};
    unsigned flags = track->video ? IS_SUBSAMPLED : 0;
    size_t box = begin_full_box(to, "saiz", 0, 0), offset;

    put_u8(to, track->video ? 0 : IV_BYTES); /* 0: they differ */
    put_u32(to, (uint32_t)count);
    for (size_t i = 0; track->video && i < count; i++)
        put_u8(to, samples[i].secret_bytes);
    end_box(to, box);
    box = begin_full_box(to, "saio", 0, 0);
    put_u32(to, 1);
    offset = to->size;
    put_u32(to, 0);
    end_box(to, box);
    box = begin_full_box(to, "senc", 0, flags);
    set_u32(to, offset, (uint32_t)(to->size + 4 - moof));
    put_samples(count, secrets, to);
    end_box(to, box);
    box = begin_box(to, "uuid");
    mk_buf_append(to, piff, sizeof(piff));
    put_u32(to, flags);
    put_samples(count, secrets, to);
    end_box(to, box);
}
