#include "storage/storage.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/arena.h"
#include "base/fs.h"
#include "base/str.h"
#include "storage/beneath.h"
#include "storage/file_writer.h"

struct place {
    const char *bucket;
    const char *path;
};

/* Set at open, then constant. */
struct directory {
    struct mk_arena arena;
    const char *root;
    const char *node;
    struct place *places; /* buckets that are not below root */
    size_t place_count;
};

struct file_reader {
    struct mk_reader base;
    int fd;
};

static const char *bucket_path(const struct directory *self, const char *bucket,
                               struct mk_arena *arena)
{
    for (size_t i = 0; i < self->place_count; i++) {
        if (!strcmp(self->places[i].bucket, bucket))
            return self->places[i].path;
    }
    return mk_arena_printf(arena, "%s/%s", self->root, bucket);
}

static mockets_status open_bucket(const struct directory *self, const char *bucket, int *out,
                                  struct mockets_error *err)
{
    struct mk_arena arena = {0};
    const char *path = bucket_path(self, bucket, &arena);
    mockets_status rc = path ? mk_file_open_bucket(path, bucket, out, err) : mk_fail_nomem(err);

    mk_arena_fini(&arena);
    return rc;
}

/* Open a finished object; what is no regular file is not there. */
static mockets_status open_object(int dir, const char *key, int flags, int *out, struct stat *info,
                                  struct mockets_error *err)
{
    int fd = mk_beneath_open(dir, key, flags, 0);

    if (fd >= 0 && !fstat(fd, info) && S_ISREG(info->st_mode)) {
        *out = fd;
        return MOCKETS_OK;
    }
    if (fd >= 0)
        close(fd);
    else if (errno != ENOENT && errno != ENOTDIR && errno != ENAMETOOLONG && errno != ENXIO)
        return mk_file_fail(err, errno, "open", key);
    return mk_fail(err, MOCKETS_E_NOT_FOUND, "there is no object \"%s\"", key);
}

static mockets_status reader_read(struct mk_reader *base, int64_t offset, void *data, size_t size,
                                  size_t *got, struct mockets_error *err)
{
    return mk_file_read(((struct file_reader *)base)->fd, offset, data, size, got, err);
}

static void reader_close(struct mk_reader *base)
{
    close(((struct file_reader *)base)->fd);
    mk_free(base);
}

static mockets_status directory_read(void *state, const char *bucket, const char *key,
                                     struct mk_reader **out, struct mockets_error *err)
{
    static const struct mk_reader_ops ops = {.read = reader_read, .close = reader_close};
    struct file_reader *reader;
    struct stat info;
    int dir = -1;
    mockets_status rc = open_bucket(state, bucket, &dir, err);

    if (rc)
        return rc;
    reader = mk_alloc(sizeof(*reader));
    /* O_NONBLOCK: a pipe in the bucket must not hold us. */
    rc = reader ? open_object(dir, key, O_RDONLY | O_NONBLOCK | O_NOCTTY, &reader->fd, &info, err)
                : mk_fail_nomem(err);
    close(dir);
    if (rc) {
        mk_free(reader);
        return rc;
    }
    reader->base = (struct mk_reader){
        .ops = &ops, .size_bytes = info.st_size, .modified_s = info.st_mtim.tv_sec};
    *out = &reader->base;
    return MOCKETS_OK;
}

static mockets_status directory_write(void *state, const char *bucket, const char *key,
                                      const struct mk_write_options *options,
                                      struct mk_writer **out, struct mockets_error *err)
{
    struct directory *self = state;
    struct mk_arena arena = {0};
    struct mk_file_place place = {
        .bucket = bucket,
        .path = bucket_path(self, bucket, &arena),
        .key = key,
        .node = self->node,
    };
    mockets_status rc =
        place.path ? mk_file_writer_open(&place, options->seek, out, err) : mk_fail_nomem(err);

    mk_arena_fini(&arena);
    return rc;
}

static mockets_status directory_exists(void *state, const char *bucket, const char *key,
                                       bool *exists, struct mockets_error *err)
{
    struct mockets_error why;
    struct stat info;
    int dir = -1, fd = -1;
    mockets_status rc = open_bucket(state, bucket, &dir, err);

    if (rc)
        return rc;
    rc = open_object(dir, key, O_PATH, &fd, &info, &why);
    close(dir);
    if (!rc)
        close(fd);
    if (rc && rc != MOCKETS_E_NOT_FOUND) {
        if (err)
            *err = why;
        return rc;
    }
    *exists = !rc;
    return MOCKETS_OK;
}

static mockets_status directory_remove(void *state, const char *bucket, const char *key,
                                       struct mockets_error *err)
{
    const char *name;
    int dir, parent;
    mockets_status rc = open_bucket(state, bucket, &dir, err);

    if (rc)
        return rc;
    parent = mk_beneath_parent(dir, key, &name);
    if (parent < 0 || (unlinkat(parent, name, 0) && errno != ENOENT))
        rc = mk_file_fail(err, errno, "remove", key);
    if (parent >= 0)
        close(parent);
    close(dir);
    return rc;
}

static mockets_status directory_check_bucket(void *state, const char *bucket,
                                             struct mockets_error *err)
{
    int fd = -1;
    mockets_status rc = open_bucket(state, bucket, &fd, err);

    if (!rc)
        close(fd);
    return rc;
}

static mockets_status directory_create_bucket(void *state, const char *bucket,
                                              struct mockets_error *err)
{
    struct mk_arena arena = {0};
    const char *path = bucket_path(state, bucket, &arena);
    const char *above = path ? mk_arena_printf(&arena, "%s/..", path) : NULL;
    mockets_status rc = above ? directory_check_bucket(state, bucket, NULL) : mk_fail_nomem(err);

    if (above && rc) {
        rc = mk_fs_mkdirs(path, err);
        if (!rc)
            rc = mk_fs_sync_dir(above, err);
    }
    mk_arena_fini(&arena);
    return rc;
}

/* Remove the unfinished objects of a run that died. What cannot be removed does no harm. */
static void sweep(const struct directory *self, const char *path)
{
    struct mk_arena arena = {0};
    const char *hidden = mk_arena_printf(&arena, "%s/" MK_UNFINISHED, path);
    const char *ours = mk_arena_printf(&arena, "%s/" MK_UNFINISHED "/%s", path, self->node);
    struct stat info;

    if (hidden && ours && !lstat(hidden, &info) && S_ISDIR(info.st_mode)) {
        (void)mk_fs_remove_tree(ours, NULL);
        (void)rmdir(hidden);
    }
    mk_arena_fini(&arena);
}

static void sweep_all(const struct directory *self)
{
    DIR *root = opendir(self->root);
    struct dirent *entry;
    char path[PATH_MAX];

    while (root && (entry = readdir(root))) {
        if (mk_str_eq(entry->d_name, ".") || mk_str_eq(entry->d_name, ".."))
            continue;
        if (snprintf(path, sizeof(path), "%s/%s", self->root, entry->d_name) < (int)sizeof(path))
            sweep(self, path);
    }
    if (root)
        closedir(root);
    for (size_t i = 0; i < self->place_count; i++)
        sweep(self, self->places[i].path);
}

static mockets_status copy_config(struct directory *self, const char *path,
                                  const struct mk_storage_config *config, struct mockets_error *err)
{
    self->root = mk_arena_strdup(&self->arena, path);
    self->node = mk_arena_strdup(&self->arena, config->node_id);
    self->places = mk_arena_array(&self->arena, config->bucket_count, sizeof(self->places[0]));
    if (!self->root || !self->node || !self->places)
        return mk_fail_nomem(err);
    for (size_t i = 0; i < config->bucket_count; i++) {
        struct place *place = &self->places[i];

        place->bucket = mk_arena_strdup(&self->arena, config->buckets[i].name);
        place->path = mk_arena_strdup(&self->arena, config->buckets[i].directory);
        if (!place->bucket || !place->path)
            return mk_fail_nomem(err);
        self->place_count++;
    }
    return MOCKETS_OK;
}

static mockets_status directory_open(void *state, const struct mk_storage_config *config,
                                     struct mockets_error *err)
{
    struct directory *self = state;
    const char *path = strchr(config->url, ':') + 1;
    mockets_status rc;

    if (!*path)
        return mk_fail(err, MOCKETS_E_INVALID, "the storage URL \"%s\" names no directory",
                       config->url);
    if (mk_str_empty(config->node_id) || config->node_id[0] == '.' || strchr(config->node_id, '/'))
        return mk_fail(err, MOCKETS_E_INVALID, "the node id cannot be a file name");
    rc = copy_config(self, path, config, err);
    if (!rc)
        rc = mk_fs_mkdirs(self->root, err);
    if (!rc)
        sweep_all(self);
    return rc;
}

static void directory_close(void *state)
{
    struct directory *self = state;

    /* Nothing is unfinished any more: leave no empty directories in the buckets. */
    if (self->root && self->node)
        sweep_all(self);
    mk_arena_fini(&self->arena);
}

const struct mk_storage_ops mk_storage_directory = {
    .scheme = "dir",
    .size = sizeof(struct directory),
    .open = directory_open,
    .create_bucket = directory_create_bucket,
    .check_bucket = directory_check_bucket,
    .read = directory_read,
    .write = directory_write,
    .exists = directory_exists,
    .remove = directory_remove,
    .close = directory_close,
};
