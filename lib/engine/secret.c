#include "engine/secret.h"

#include <string.h>

#include "base/base64.h"
#include "base/cipher_io.h"
#include "base/str.h"
#include "engine/run.h"

enum { GENERATED_BYTES = 16, GCM_IV_SHORTEST = 12 };

/* The members of Encryption, HlsContentProtection and PlayReadyDrm that make a key. */
struct members {
    const void *owner;
    const char **key, **key_md5, **iv;
    enum mk_cipher_mode mode;
    bool generates_iv;             /* if the job has none */
    size_t iv_bytes;               /* of an IV that is given; 0: what the mode needs */
    enum mk_failure needs_128_bit; /* the code for another size; 0: any size of AES */
};

/* What is wrong with a key, as the outputs will have it. */
struct trouble {
    enum mk_failure code; /* 0: nothing */
    const char *reason;
};

static void find_trouble(struct trouble *trouble, enum mk_failure code, const char *reason)
{
    *trouble = (struct trouble){code, reason ? reason : "out of memory"};
}

static const char *undecryptable(const struct members *members, struct mk_arena *arena)
{
    return mk_arena_printf(
        arena, "Amazon Elastic Transcoder was unable to decrypt the ciphered key with MD5=%s",
        *members->key_md5 ? *members->key_md5 : "");
}

/* Key and KeyMd5 -> the data key. Without a key file, Key is the data key itself. */
static bool unwrap(const mockets_engine *engine, const struct members *members,
                   struct mk_cipher_key *out)
{
    uint8_t blob[MK_WRAPPED_KEY_BYTES], expected[MK_MD5_BYTES], md5[MK_MD5_BYTES];
    size_t size = 0, md5_size = 0;
    bool ok = mk_base64_decode(*members->key, blob, sizeof(blob), &size) && *members->key_md5 &&
              mk_base64_decode(*members->key_md5, expected, sizeof(expected), &md5_size) &&
              md5_size == sizeof(expected) && !mk_crypto_md5(blob, size, md5, NULL) &&
              mk_crypto_equal(md5, expected, sizeof(md5));

    if (ok && engine->keyring) {
        ok = !mk_keyring_unwrap(engine->keyring, blob, size, out->key, &out->key_bytes, NULL);
    } else if (ok) {
        ok = !engine->strict;
        out->key_bytes = size;
        if (size <= sizeof(out->key))
            memcpy(out->key, blob, size);
    }
    mk_wipe(blob, sizeof(blob));
    return ok;
}

static void check_size(const struct members *members, size_t bytes, struct trouble *trouble)
{
    if (members->needs_128_bit && bytes != 16)
        find_trouble(trouble, members->needs_128_bit,
                     members->needs_128_bit == MK_FAILURE_DRM_KEY_SIZE
                         ? "Amazon Elastic Transcoder needs a key of 128 bits for PlayReady DRM."
                         : "Amazon Elastic Transcoder needs a key of 128 bits for AES-128 "
                           "encryption.");
    else if (bytes != 16 && bytes != 24 && bytes != 32)
        find_trouble(trouble, MK_FAILURE_KEY_SIZE,
                     "Amazon Elastic Transcoder needs an AES key of 128, 192 or 256 bits.");
}

static void read_iv(const struct members *members, struct mk_secret *secret, struct mk_arena *arena,
                    struct trouble *trouble)
{
    struct mk_cipher_key *cipher = &secret->cipher;
    size_t most = members->iv_bytes ? members->iv_bytes : sizeof(cipher->iv);
    size_t least = members->mode == MK_CIPHER_GCM ? GCM_IV_SHORTEST : most;

    if (mk_str_empty(*members->iv))
        return;
    secret->has_iv = mk_base64_decode(*members->iv, cipher->iv, most, &cipher->iv_bytes) &&
                     cipher->iv_bytes >= least;
    if (!secret->has_iv)
        find_trouble(trouble, MK_FAILURE_VALUE,
                     mk_arena_printf(arena,
                                     "The 'InitializationVector' must be %zu bytes, encoded in "
                                     "base64.",
                                     most));
}

static bool set_base64(const char **member, const void *bytes, size_t size, struct mk_arena *arena)
{
    *member = mk_base64_encode(bytes, size, arena);
    return *member != NULL;
}

/* A key of the service's own; ReadJob shows it from now on, as a given one would be shown. */
static mockets_status generate(struct mk_run *run, const struct members *members,
                               struct trouble *trouble)
{
    const mockets_engine *engine = run->engine;
    uint8_t key[GENERATED_BYTES], blob[MK_WRAPPED_KEY_BYTES], md5[MK_MD5_BYTES];
    size_t size = sizeof(key);
    struct mockets_error err = {.message = "there is no key file"};
    mockets_status rc = mk_crypto_random(key, sizeof(key), &err);

    if (!rc && engine->keyring)
        rc = mk_keyring_wrap(engine->keyring, run->pipeline.aws_kms_key_arn, key, sizeof(key), blob,
                             &size, &err);
    else if (!rc && !engine->strict)
        memcpy(blob, key, sizeof(key));
    else if (!rc)
        rc = MOCKETS_E_NOT_FOUND;
    if (!rc)
        rc = mk_crypto_md5(blob, size, md5, &err);
    if (rc)
        find_trouble(trouble, MK_FAILURE_NO_DATA_KEY,
                     mk_arena_printf(&run->arena,
                                     "Amazon Elastic Transcoder could not generate a data key with "
                                     "the KMS key of the pipeline: %s.",
                                     err.message));
    else if (!set_base64(members->key, blob, size, &run->arena) ||
             !set_base64(members->key_md5, md5, sizeof(md5), &run->arena))
        find_trouble(trouble, MK_FAILURE_INTERNAL, NULL);
    mk_wipe(key, sizeof(key));
    mk_wipe(blob, sizeof(blob));
    return trouble->code == MK_FAILURE_INTERNAL ? MOCKETS_E_NOMEM : MOCKETS_OK;
}

static mockets_status generate_iv(const struct members *members, struct mk_arena *arena,
                                  struct mockets_error *err)
{
    uint8_t iv[MK_BLOCK_BYTES];
    size_t size = members->iv_bytes ? members->iv_bytes : sizeof(iv);
    mockets_status rc = mk_crypto_random(iv, size, err);

    if (!rc && !set_base64(members->iv, iv, size, arena))
        rc = mk_fail_nomem(err);
    return rc;
}

static mockets_status load_one(struct mk_run *run, const struct members *members,
                               struct trouble *trouble, struct mockets_error *err)
{
    struct mk_secret *secret = mk_arena_alloc(&run->arena, sizeof(*secret));

    *trouble = (struct trouble){0};
    if (!secret)
        return mk_fail_nomem(err);
    secret->next = run->secrets;
    run->secrets = secret;
    secret->owner = members->owner;
    secret->cipher.mode = members->mode;
    if (mk_str_empty(*members->key) && generate(run, members, trouble))
        return mk_fail_nomem(err);
    if (!trouble->code && !unwrap(run->engine, members, &secret->cipher))
        find_trouble(trouble, MK_FAILURE_WRAPPED_KEY, undecryptable(members, &run->arena));
    if (!trouble->code)
        check_size(members, secret->cipher.key_bytes, trouble);
    if (!trouble->code && members->generates_iv && mk_str_empty(*members->iv) &&
        generate_iv(members, &run->arena, err))
        return err->status;
    if (!trouble->code)
        read_iv(members, secret, &run->arena, trouble);
    return MOCKETS_OK;
}

/* "arn:aws:kms:REGION:…": the storage can only use a key of its own region. */
static bool is_elsewhere(const mockets_engine *engine, const char *arn)
{
    static const char start[] = "arn:aws:kms:";
    size_t length = strlen(engine->region);

    if (!mk_str_starts(arn ? arn : "", start))
        return false;
    arn += strlen(start);
    return strcspn(arn, ":") != length || strncmp(arn, engine->region, length) != 0;
}

static const struct {
    const char *name;
    enum mk_cipher_mode mode;
} modes[] = {
    {"aes-cbc-pkcs7", MK_CIPHER_CBC},
    {"aes-ctr", MK_CIPHER_CTR},
    {"aes-gcm", MK_CIPHER_GCM},
};

static mockets_status load_encryption(struct mk_run *run, struct mk_encryption *encryption,
                                      struct trouble *trouble, struct mockets_error *err)
{
    *trouble = (struct trouble){0};
    if (!encryption || mk_str_empty(encryption->mode))
        return MOCKETS_OK;
    for (size_t i = 0; i < sizeof(modes) / sizeof(modes[0]); i++) {
        if (mk_str_eq(modes[i].name, encryption->mode))
            return load_one(run,
                            &(struct members){.owner = encryption,
                                              .key = &encryption->key,
                                              .key_md5 = &encryption->key_md5,
                                              .iv = &encryption->initialization_vector,
                                              .mode = modes[i].mode,
                                              .generates_iv = true},
                            trouble, err);
    }
    if (mk_str_eq(encryption->mode, "s3-aws-kms") &&
        is_elsewhere(run->engine, run->pipeline.aws_kms_key_arn))
        find_trouble(trouble, MK_FAILURE_KMS_REGION,
                     "Amazon Elastic Transcoder does not have write permission: the KMS key of the "
                     "pipeline is not in the region of the bucket.");
    return MOCKETS_OK;
}

static mockets_status load_inputs(struct mk_run *run, struct mockets_error *err)
{
    struct trouble trouble = {0};
    mockets_status rc = MOCKETS_OK;

    for (size_t i = 0; !rc && i < run->job.input_count; i++) {
        const struct mk_job_input *input = &run->job.inputs[i];
        const struct mk_input_captions *captions = input->input_captions;

        rc = load_encryption(run, input->encryption, &trouble, err);
        for (size_t k = 0; !rc && !trouble.code && captions && k < captions->caption_source_count;
             k++)
            rc = load_encryption(run, captions->caption_sources[k].encryption, &trouble, err);
        if (trouble.code)
            mk_run_fail_all(run, trouble.code, NULL, trouble.reason);
    }
    return rc;
}

static mockets_status load_captions(struct mk_run *run, const struct mk_captions *captions,
                                    struct trouble *trouble, struct mockets_error *err)
{
    mockets_status rc = MOCKETS_OK;

    for (size_t k = 0; !rc && !trouble->code && k < captions->caption_source_count; k++)
        rc = load_encryption(run, captions->caption_sources[k].encryption, trouble, err);
    for (size_t k = 0; !rc && !trouble->code && k < captions->caption_format_count; k++)
        rc = load_encryption(run, captions->caption_formats[k].encryption, trouble, err);
    return rc;
}

/* Stops at the first key that there is something wrong with. */
static mockets_status load_output(struct mk_run *run, const struct mk_job_output *output,
                                  struct trouble *trouble, struct mockets_error *err)
{
    const struct mk_album_art *art = output->album_art;
    mockets_status rc = load_encryption(run, output->encryption, trouble, err);

    if (!rc && !trouble->code)
        rc = load_encryption(run, output->thumbnail_encryption, trouble, err);
    for (size_t k = 0; !rc && !trouble->code && k < output->watermark_count; k++)
        rc = load_encryption(run, output->watermarks[k].encryption, trouble, err);
    for (size_t k = 0; !rc && !trouble->code && art && k < art->artwork_count; k++)
        rc = load_encryption(run, art->artwork[k].encryption, trouble, err);
    if (!rc && !trouble->code && output->captions)
        rc = load_captions(run, output->captions, trouble, err);
    return rc;
}

static mockets_status load_drm(struct mk_run *run, struct mk_play_ready_drm *drm,
                               struct trouble *trouble, struct mockets_error *err)
{
    if (!mk_str_eq(drm->format, "microsoft")) {
        find_trouble(trouble, MK_FAILURE_VALUE,
                     "The 'PlayReadyDrm' 'Format' 'discretix-3.0' is not supported by mockets: how "
                     "such playlists look has not been published.");
        return MOCKETS_OK;
    }
    return load_one(run,
                    &(struct members){.owner = drm,
                                      .key = &drm->key,
                                      .key_md5 = &drm->key_md5,
                                      .iv = &drm->initialization_vector,
                                      .mode = MK_CIPHER_CTR,
                                      .iv_bytes = 8,
                                      .generates_iv = true,
                                      .needs_128_bit = MK_FAILURE_DRM_KEY_SIZE},
                    trouble, err);
}

static mockets_status load_playlist(struct mk_run *run, const struct mk_playlist *playlist,
                                    struct mockets_error *err)
{
    struct mk_hls_content_protection *hls = playlist->hls_content_protection;
    struct trouble trouble = {0};
    mockets_status rc = MOCKETS_OK;

    if (hls && !mk_str_empty(hls->method))
        rc = load_one(run,
                      &(struct members){.owner = hls,
                                        .key = &hls->key,
                                        .key_md5 = &hls->key_md5,
                                        .iv = &hls->initialization_vector,
                                        .mode = MK_CIPHER_CBC,
                                        .needs_128_bit = MK_FAILURE_HLS_KEY_SIZE},
                      &trouble, err);
    if (!rc && playlist->play_ready_drm && !mk_str_empty(playlist->play_ready_drm->format))
        rc = load_drm(run, playlist->play_ready_drm, &trouble, err);
    for (size_t k = 0; trouble.code && k < playlist->output_key_count; k++) {
        size_t i = mk_run_find_output(run, playlist->output_keys[k]);

        if (!run->done[i])
            mk_run_fail_output(run, i, trouble.code, NULL, trouble.reason);
    }
    return rc;
}

mockets_status mk_secrets_load(struct mk_run *run, struct mockets_error *err)
{
    mockets_status rc = load_inputs(run, err);

    for (size_t i = 0; !rc && i < run->job.output_count; i++) {
        struct trouble trouble = {0};

        if (run->done[i])
            continue;
        rc = load_output(run, &run->job.outputs[i], &trouble, err);
        if (trouble.code)
            mk_run_fail_output(run, i, trouble.code, NULL, trouble.reason);
    }
    for (size_t i = 0; !rc && i < run->job.playlist_count; i++)
        rc = load_playlist(run, &run->job.playlists[i], err);
    return rc;
}

const struct mk_secret *mk_secret_of(const struct mk_run *run, const void *owner)
{
    const struct mk_secret *secret = owner ? run->secrets : NULL;

    while (secret && secret->owner != owner)
        secret = secret->next;
    return secret;
}

void mk_secrets_wipe(struct mk_run *run)
{
    for (struct mk_secret *secret = run->secrets; secret; secret = secret->next)
        mk_wipe(&secret->cipher, sizeof(secret->cipher));
}

mockets_status mk_run_open_input(struct mk_run *run, const char *key,
                                 const struct mk_encryption *encryption, struct mk_reader **out,
                                 struct mockets_error *err)
{
    const struct mk_secret *secret = mk_secret_of(run, encryption);
    struct mk_reader *reader = NULL;
    mockets_status rc =
        mk_storage_read(run->engine->storage, run->pipeline.input_bucket, key, &reader, err);

    if (rc || !secret) {
        if (!rc)
            *out = reader;
        return rc;
    }
    rc = mk_decrypting_reader_open(reader, &secret->cipher, &run->running->cancel, out, err);
    if (rc)
        mk_reader_close(&reader);
    return rc;
}

static struct mk_write_options server_side(const struct mk_run *run,
                                           const struct mk_encryption *encryption)
{
    const char *mode = encryption ? encryption->mode : NULL;
    struct mk_write_options options = {.seek = false};

    if (mk_str_eq(mode, "s3"))
        options.server_side = MK_SERVER_SIDE_S3;
    if (mk_str_eq(mode, "s3-aws-kms")) {
        options.server_side = MK_SERVER_SIDE_KMS;
        options.kms_key = run->pipeline.aws_kms_key_arn;
    }
    return options;
}

mockets_status mk_run_open_output(struct mk_run *run, const char *bucket, const char *key,
                                  const struct mk_encryption *encryption, bool seek,
                                  struct mk_writer **out, struct mockets_error *err)
{
    const struct mk_secret *secret = mk_secret_of(run, encryption);
    struct mk_write_options options = server_side(run, encryption);
    struct mk_storage *storage = run->engine->storage;
    struct mk_writer *target = NULL, *plain = NULL;
    mockets_status rc;

    options.seek = seek && !secret;
    rc = mk_storage_write(storage, bucket, key, &options, &target, err);
    if (rc || !secret) {
        if (!rc)
            *out = target;
        return rc;
    }
    /* What has to be read back is kept as it is, unfinished and so invisible, until the end. */
    options.seek = true;
    if (seek)
        rc = mk_storage_write(storage, bucket, key, &options, &plain, err);
    if (rc) {
        mk_writer_close(&target);
        return rc;
    }
    return mk_encrypting_writer_open(target, plain, &secret->cipher, &run->running->cancel, out,
                                     err);
}
