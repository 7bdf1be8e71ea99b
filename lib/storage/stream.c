#include "storage/stream.h"

#include <assert.h>
#include <errno.h>
#include <poll.h>
#include <stdatomic.h>
#include <string.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/str.h"

/* Demuxers look at some MiB of an input, and begin anew. */
enum { WINDOW_BYTES = 16 * 1024 * 1024, FETCH_BYTES = 256 * 1024 };

static_assert(MK_STREAM_BACK_BYTES <= WINDOW_BYTES - FETCH_BYTES, "readers go back so far");

struct mk_stream {
    const char *bucket, *key; /* set at first, then constant */
    int fd;                   /* the same */
    _Atomic bool begun;       /* somebody reads it */
};

struct stream_reader {
    struct mk_reader base;
    /* set at open, then constant */
    struct mk_stream *stream;
    int wake_fd; /* can be read when the reader was interrupted */
    char *window;
    /* owner thread only */
    bool ours;     /* it was we who began it */
    bool ended;    /* nothing more comes */
    int64_t bytes; /* that have come; the byte at offset i lies at i % WINDOW_BYTES, for a while */
};

mockets_status mk_streams_init(struct mk_streams *streams, const struct mk_storage_config *config,
                               struct mockets_error *err)
{
    streams->items = mk_arena_array(&streams->arena, config->stream_count, sizeof(*streams->items));
    if (!streams->items)
        return mk_fail_nomem(err);
    for (size_t i = 0; i < config->stream_count; i++) {
        struct mk_stream *stream = &streams->items[i];

        stream->bucket = mk_arena_strdup(&streams->arena, config->streams[i].bucket);
        stream->key = mk_arena_strdup(&streams->arena, config->streams[i].key);
        stream->fd = config->streams[i].fd;
        if (!stream->bucket || !stream->key)
            return mk_fail_nomem(err);
        if (stream->fd < 0)
            return mk_fail(err, MOCKETS_E_INVALID, "the stream \"%s\" has no file descriptor",
                           stream->key);
        streams->count++;
    }
    return MOCKETS_OK;
}

void mk_streams_fini(struct mk_streams *streams)
{
    mk_arena_fini(&streams->arena);
}

static mockets_status fail_begun(const struct mk_stream *stream, struct mockets_error *err)
{
    return mk_fail(err, MOCKETS_E_INVALID,
                   "\"%s\" comes through a pipe, which can be read only once, and has been read "
                   "already: save it as a file.",
                   stream->key);
}

/* @return when something has come, or never will */
static mockets_status wait(const struct stream_reader *self, struct mockets_error *err)
{
    struct pollfd fds[] = {{.fd = self->stream->fd, .events = POLLIN},
                           {.fd = self->wake_fd, .events = POLLIN}};
    int count;

    do
        count = poll(fds, 2, -1);
    while (count < 0 && errno == EINTR);
    if (count < 0)
        return mk_fail_errno(err, errno, "cannot wait for \"%s\"", self->stream->key);
    if (fds[1].revents)
        return mk_fail(err, MOCKETS_E_CANCELED, "canceled");
    return MOCKETS_OK;
}

/* Read what comes next, which takes the place of what came first. */
static mockets_status fetch(struct stream_reader *self, struct mockets_error *err)
{
    size_t at = (size_t)(self->bytes % WINDOW_BYTES), size = WINDOW_BYTES - at;
    mockets_status rc = wait(self, err);
    ssize_t count;

    if (rc)
        return rc;
    count = read(self->stream->fd, self->window + at, size < FETCH_BYTES ? size : FETCH_BYTES);
    if (count < 0 && errno != EINTR && errno != EAGAIN)
        return mk_fail_errno(err, errno, "cannot read \"%s\"", self->stream->key);
    self->ended = count == 0;
    self->bytes += count > 0 ? count : 0;
    return MOCKETS_OK;
}

static mockets_status reader_read(struct mk_reader *base, int64_t offset, void *data, size_t size,
                                  size_t *got, struct mockets_error *err)
{
    struct stream_reader *self = (struct stream_reader *)base;
    size_t at = (size_t)(offset % WINDOW_BYTES);
    mockets_status rc = MOCKETS_OK;

    if (!self->ours && atomic_exchange(&self->stream->begun, true))
        return fail_begun(self->stream, err);
    self->ours = true;
    while (!rc && !self->ended && self->bytes <= offset)
        rc = fetch(self, err);
    if (rc)
        return rc;
    if (offset < self->bytes - WINDOW_BYTES)
        return mk_fail(err, MOCKETS_E_UNSUPPORTED,
                       "what comes through a pipe has to be read from front to back, and this "
                       "begins with what is needed last (as an mp4 does that has its index at the "
                       "end): save it as a file");
    if ((int64_t)size > self->bytes - offset)
        size = self->bytes > offset ? (size_t)(self->bytes - offset) : 0;
    if (size > WINDOW_BYTES - at)
        size = WINDOW_BYTES - at;
    memcpy(data, self->window + at, size);
    *got = size;
    return MOCKETS_OK;
}

static void reader_interrupt(struct mk_reader *base)
{
    static const uint64_t one = 1;
    ssize_t count;

    /* It could only fail where it was interrupted very often before. */
    count = write(((struct stream_reader *)base)->wake_fd, &one, sizeof(one));
    (void)count;
}

static void reader_close(struct mk_reader *base)
{
    struct stream_reader *self = (struct stream_reader *)base;

    if (self->wake_fd >= 0)
        close(self->wake_fd);
    mk_free(self->window);
    mk_free(self);
}

static struct mk_stream *find(const struct mk_streams *streams, const char *bucket, const char *key)
{
    for (size_t i = 0; i < streams->count; i++) {
        struct mk_stream *stream = &streams->items[i];

        if (mk_str_eq(stream->bucket, bucket) && mk_str_eq(stream->key, key))
            return stream;
    }
    return NULL;
}

mockets_status mk_streams_open(struct mk_streams *streams, const char *bucket, const char *key,
                               struct mk_reader **out, struct mockets_error *err)
{
    static const struct mk_reader_ops ops = {
        .read = reader_read, .interrupt = reader_interrupt, .close = reader_close};
    struct mk_stream *stream = find(streams, bucket, key);
    struct stream_reader *reader;
    struct mk_reader *base;
    mockets_status rc = MOCKETS_OK;

    if (!stream)
        return mk_fail(err, MOCKETS_E_NOT_FOUND, "nothing comes as \"%s\"", key);
    if (atomic_load(&stream->begun))
        return fail_begun(stream, err);
    reader = mk_alloc(sizeof(*reader));
    if (!reader)
        return mk_fail_nomem(err);
    base = &reader->base;
    reader->base = (struct mk_reader){.ops = &ops, .once = true};
    reader->stream = stream;
    reader->window = mk_alloc(WINDOW_BYTES);
    reader->wake_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    if (!reader->window)
        rc = mk_fail_nomem(err);
    else if (reader->wake_fd < 0)
        rc = mk_fail_errno(err, errno, "cannot wait for \"%s\"", key);
    if (rc)
        mk_reader_close(&base);
    else
        *out = base;
    return rc;
}
