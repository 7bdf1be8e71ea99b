#ifndef MK_ENGINE_SECRET_H
#define MK_ENGINE_SECRET_H

#include "base/crypto.h"
#include "base/io.h"
#include "model/job.h"
#include "storage/storage.h"

struct mk_run;

/** A key of the job, ready for use. In the run's arena; wiped by mk_secrets_wipe(). */
struct mk_secret {
    const void *owner; /**< the Encryption, HlsContentProtection, … that it was made of */
    struct mk_cipher_key cipher;
    bool has_iv;
    struct mk_secret *next;
};

/**
 * Unwrap every key of the job, and generate those that the job leaves to the service: they become
 * members of the job. What is wrong with a key fails the outputs that need it.
 *
 * @retval MOCKETS_E_NOMEM  nothing else can go wrong
 */
mockets_status mk_secrets_load(struct mk_run *run, struct mockets_error *err);

/** The key of @p owner; NULL if it has none. */
const struct mk_secret *mk_secret_of(const struct mk_run *run, const void *owner);

void mk_secrets_wipe(struct mk_run *run);

/**
 * Open an object of the input bucket, and decrypt it.
 *
 * @param encryption  a member of the job; NULL or empty: the object is not encrypted
 *
 * @retval MOCKETS_E_UNDECRYPTABLE  the key does not fit the object
 * @retval other                    what the storage said
 */
mockets_status mk_run_open_input(struct mk_run *run, const char *key,
                                 const struct mk_encryption *encryption, struct mk_reader **out,
                                 struct mockets_error *err);

/** Open an object for writing, and encrypt it as @p encryption, a member of the job, says. */
mockets_status mk_run_open_output(struct mk_run *run, const char *bucket, const char *key,
                                  const struct mk_encryption *encryption, bool seek,
                                  struct mk_writer **out, struct mockets_error *err);

#endif
