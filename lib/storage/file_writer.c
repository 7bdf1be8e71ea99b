#include "storage/file_writer.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/arena.h"
#include "base/id.h"
#include "storage/beneath.h"

struct file_writer {
    struct mk_writer base;
    struct mk_arena arena;
    const char *bucket;
    const char *path; /* the bucket's directory */
    const char *key;
    const char *unfinished; /* below path */
    bool seek;
    bool visible;
    int fd; /* -1 once finished: a run may hold thousands of finished objects */
};

mockets_status mk_file_open_bucket(const char *path, const char *bucket, int *out,
                                   struct mockets_error *err)
{
    int fd = open(path, O_PATH | O_DIRECTORY | O_CLOEXEC);

    if (fd < 0 && (errno == ENOENT || errno == ENOTDIR))
        return mk_fail(err, MOCKETS_E_NOT_FOUND, "the bucket \"%s\" is missing", bucket);
    if (fd < 0)
        return mk_fail_errno(err, errno, "cannot open the bucket \"%s\"", bucket);
    *out = fd;
    return MOCKETS_OK;
}

mockets_status mk_file_fail(struct mockets_error *err, int number, const char *what,
                            const char *key)
{
    if (number == EXDEV || number == ELOOP)
        return mk_fail(err, MOCKETS_E_DENIED, "cannot %s \"%s\": a link leads out of the bucket",
                       what, key);
    return mk_fail_errno(err, number, "cannot %s \"%s\"", what, key);
}

mockets_status mk_file_read(int fd, int64_t offset, void *data, size_t size, size_t *got,
                            struct mockets_error *err)
{
    ssize_t count;

    do
        count = pread(fd, data, size, offset);
    while (count < 0 && errno == EINTR);
    if (count < 0)
        return mk_fail_errno(err, errno, "cannot read the object");
    *got = (size_t)count;
    return MOCKETS_OK;
}

static mockets_status writer_write(struct mk_writer *base, int64_t offset, const void *data,
                                   size_t size, struct mockets_error *err)
{
    struct file_writer *self = (struct file_writer *)base;
    const char *bytes = data;

    assert(self->fd >= 0);
    if (offset < 0 || offset > base->size_bytes)
        return mk_fail(err, MOCKETS_E_INVALID, "cannot write past the end of \"%s\"", self->key);
    if (!self->seek && offset != base->size_bytes)
        return mk_fail(err, MOCKETS_E_UNSUPPORTED, "\"%s\" can only grow", self->key);
    while (size) {
        ssize_t count = pwrite(self->fd, bytes, size, offset);

        if (count < 0 && errno == EINTR)
            continue;
        if (count < 0)
            return mk_fail_errno(err, errno, "cannot write \"%s\"", self->key);
        bytes += count;
        offset += count;
        size -= (size_t)count;
    }
    return MOCKETS_OK;
}

static mockets_status writer_read(struct mk_writer *base, int64_t offset, void *data, size_t size,
                                  size_t *got, struct mockets_error *err)
{
    struct file_writer *self = (struct file_writer *)base;

    assert(self->fd >= 0);
    if (!self->seek)
        return mk_fail(err, MOCKETS_E_UNSUPPORTED, "\"%s\" cannot be read back", self->key);
    return mk_file_read(self->fd, offset, data, size, got, err);
}

static mockets_status writer_finish(struct mk_writer *base, struct mockets_error *err)
{
    struct file_writer *self = (struct file_writer *)base;
    mockets_status rc = MOCKETS_OK;

    if (self->fd < 0)
        return MOCKETS_OK;
    if (fsync(self->fd))
        rc = mk_fail_errno(err, errno, "cannot write \"%s\"", self->key);
    /* Network file systems may say only here that the disk is full. */
    if (close(self->fd) && errno != EINTR && !rc)
        rc = mk_fail_errno(err, errno, "cannot write \"%s\"", self->key);
    self->fd = -1;
    return rc;
}

static int move_new(int dir, const char *from, int parent, const char *name)
{
    if (!renameat2(dir, from, parent, name, RENAME_NOREPLACE))
        return 0;
    if (errno != EINVAL && errno != ENOSYS)
        return -1;
    /* This file system cannot do that, but it may know hard links. */
    if (linkat(dir, from, parent, name, 0))
        return -1;
    unlinkat(dir, from, 0);
    return 0;
}

static mockets_status publish(struct file_writer *self, int dir, int parent, const char *name,
                              bool replace, struct mockets_error *err)
{
    int failed = replace ? renameat(dir, self->unfinished, parent, name)
                         : move_new(dir, self->unfinished, parent, name);

    if (failed && errno == EEXIST)
        return mk_fail(err, MOCKETS_E_EXISTS, "an object \"%s\" is there already", self->key);
    if (failed && errno == EISDIR)
        return mk_fail(err, MOCKETS_E_INVALID, "\"%s\" is the start of other objects' keys",
                       self->key);
    if (failed)
        return mk_fail_errno(err, errno, "cannot store \"%s\"", self->key);
    self->visible = true;
    if (fsync(parent))
        return mk_fail_errno(err, errno, "cannot store \"%s\"", self->key);
    return MOCKETS_OK;
}

static mockets_status writer_commit(struct mk_writer *base, bool replace, struct mockets_error *err)
{
    struct file_writer *self = (struct file_writer *)base;
    const char *name = NULL;
    int dir = -1, parent;
    mockets_status rc = writer_finish(base, err);

    if (!rc)
        rc = mk_file_open_bucket(self->path, self->bucket, &dir, err);
    if (rc)
        return rc;
    parent = mk_beneath_parent(dir, self->key, &name);
    if (parent >= 0)
        rc = publish(self, dir, parent, name, replace, err);
    else if (errno == ENOTDIR)
        rc = mk_fail(err, MOCKETS_E_INVALID,
                     "cannot store \"%s\": the start of its key is an object itself", self->key);
    else
        rc = mk_file_fail(err, errno, "store", self->key);
    if (parent >= 0)
        close(parent);
    close(dir);
    return rc;
}

static void writer_close(struct mk_writer *base)
{
    struct file_writer *self = (struct file_writer *)base;
    int dir = self->visible ? -1 : open(self->path, O_PATH | O_DIRECTORY | O_CLOEXEC);

    if (self->fd >= 0)
        close(self->fd);
    if (dir >= 0) {
        unlinkat(dir, self->unfinished, 0);
        close(dir);
    }
    mk_arena_fini(&self->arena);
    mk_free(self);
}

static const struct mk_writer_ops writer_ops = {
    .write = writer_write,
    .read = writer_read,
    .finish = writer_finish,
    .commit = writer_commit,
    .close = writer_close,
};

/* The parts of the key become file names: say so now, not after hours of work. */
static mockets_status check_segments(const char *key, struct mockets_error *err)
{
    for (const char *at = key; *at; at += *at == '/') {
        size_t length = strcspn(at, "/");

        if (length > NAME_MAX)
            return mk_fail(err, MOCKETS_E_INVALID,
                           "a directory cannot hold \"%s\": a part of it exceeds %d bytes", key,
                           NAME_MAX);
        at += length;
    }
    return MOCKETS_OK;
}

static mockets_status create_unfinished(struct file_writer *self, struct mockets_error *err)
{
    const char *name = NULL;
    int dir = -1, parent;
    mockets_status rc = mk_file_open_bucket(self->path, self->bucket, &dir, err);

    if (rc)
        return rc;
    parent = mk_beneath_parent(dir, self->unfinished, &name);
    if (parent >= 0)
        self->fd = openat(parent, name, O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0666);
    if (self->fd < 0)
        rc = mk_file_fail(err, errno, "create", self->key);
    if (parent >= 0)
        close(parent);
    close(dir);
    return rc;
}

mockets_status mk_file_writer_open(const struct mk_file_place *place, bool seek,
                                   struct mk_writer **out, struct mockets_error *err)
{
    struct file_writer *self;
    char uuid[MK_UUID_SIZE];
    mockets_status rc = check_segments(place->key, err);

    if (!rc)
        rc = mk_uuid_new(uuid, err);
    if (rc)
        return rc;
    self = mk_alloc(sizeof(*self));
    if (!self)
        return mk_fail_nomem(err);
    self->base.ops = &writer_ops;
    self->seek = seek;
    self->fd = -1;
    self->bucket = mk_arena_strdup(&self->arena, place->bucket);
    self->path = mk_arena_strdup(&self->arena, place->path);
    self->key = mk_arena_strdup(&self->arena, place->key);
    self->unfinished = mk_arena_printf(&self->arena, MK_UNFINISHED "/%s/%s", place->node, uuid);
    if (!self->bucket || !self->path || !self->key || !self->unfinished)
        rc = mk_fail_nomem(err);
    else
        rc = create_unfinished(self, err);
    if (rc) {
        mk_arena_fini(&self->arena);
        mk_free(self);
        return rc;
    }
    *out = &self->base;
    return MOCKETS_OK;
}
