#ifndef MK_STORAGE_STREAM_H
#define MK_STORAGE_STREAM_H

#include "base/arena.h"
#include "base/io.h"
#include "storage/storage.h"

struct mk_stream;

/** What comes through pipes: each is there for whoever reads it first. Thread-safe once set up. */
struct mk_streams {
    struct mk_arena arena;
    struct mk_stream *items;
    size_t count;
};

/** How far back their readers go, at least. */
enum { MK_STREAM_BACK_BYTES = 12 * 1024 * 1024 };

/** @param streams  all zero; release it with mk_streams_fini(), also after a failure */
mockets_status mk_streams_init(struct mk_streams *streams, const struct mk_storage_config *config,
                               struct mockets_error *err);
void mk_streams_fini(struct mk_streams *streams);

/** See mk_storage_read_stream(). */
mockets_status mk_streams_open(struct mk_streams *streams, const char *bucket, const char *key,
                               struct mk_reader **out, struct mockets_error *err);

#endif
