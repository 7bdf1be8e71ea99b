#ifndef MK_BASE_CIPHER_IO_H
#define MK_BASE_CIPHER_IO_H

#include "base/cancel.h"
#include "base/crypto.h"
#include "base/io.h"

/**
 * A reader of what @p source holds encrypted: random access, bounded memory. Of MK_CIPHER_GCM
 * nothing can be read before all of it has been verified, so opening it reads all of it.
 *
 * @param source  taken on success only
 * @param key     copied; wiped when the reader is closed
 * @param cancel  looked at while it is verified; may be NULL
 *
 * @retval MOCKETS_E_UNDECRYPTABLE    it was not encrypted so, or with another key, or is not whole
 * @retval MOCKETS_E_CANCELED  @p cancel was set
 * @retval other               what the source said
 */
mockets_status mk_decrypting_reader_open(struct mk_reader *source, const struct mk_cipher_key *key,
                                         const struct mk_cancel *cancel, struct mk_reader **out,
                                         struct mockets_error *err);

/**
 * A writer that encrypts into @p target. Its size is that of the plain text until it is finished,
 * then that of the object.
 *
 * @param target  taken, on failure too
 * @param plain   NULL: it can only grow. Else a writer with reading back, taken as well, that
 *                holds the plain text until the end and is never committed
 * @param key     borrowed for the call
 * @param cancel  looked at while plain is encrypted; may be NULL; must outlive the finish
 */
mockets_status mk_encrypting_writer_open(struct mk_writer *target, struct mk_writer *plain,
                                         const struct mk_cipher_key *key,
                                         const struct mk_cancel *cancel, struct mk_writer **out,
                                         struct mockets_error *err);

/**
 * A writer that appends to @p target something that is encrypted on its own. When it is finished
 * its size is what it has added; it cannot be committed.
 *
 * @param target  borrowed until the writer is closed; stays open
 * @param key     borrowed for the call
 */
mockets_status mk_encrypting_range_open(struct mk_writer *target, const struct mk_cipher_key *key,
                                        struct mk_writer **out, struct mockets_error *err);

#endif
