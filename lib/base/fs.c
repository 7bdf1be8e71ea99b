#include "base/fs.h"

#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <limits.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static mockets_status make_prefixes(const char *path, bool whole, struct mockets_error *err)
{
    char copy[PATH_MAX];
    size_t length = strlen(path);

    if (length >= sizeof(copy))
        return mk_fail_errno(err, ENAMETOOLONG, "cannot create the directory %s", path);
    memcpy(copy, path, length + 1);
    for (size_t i = 1; i <= length; i++) {
        bool end = copy[i] == '\0';

        if (copy[i] != '/' && !(end && whole))
            continue;
        copy[i] = '\0';
        if (mkdir(copy, 0777) && errno != EEXIST)
            return mk_fail_errno(err, errno, "cannot create the directory %s", copy);
        if (!end)
            copy[i] = '/';
    }
    return MOCKETS_OK;
}

mockets_status mk_fs_mkdirs(const char *path, struct mockets_error *err)
{
    mockets_status rc = make_prefixes(path, true, err);
    struct stat info;

    if (rc)
        return rc;
    if (stat(path, &info))
        return mk_fail_errno(err, errno, "cannot use the directory %s", path);
    if (!S_ISDIR(info.st_mode))
        return mk_fail(err, MOCKETS_E_IO, "%s is not a directory", path);
    return MOCKETS_OK;
}

mockets_status mk_fs_mkparents(const char *path, struct mockets_error *err)
{
    return make_prefixes(path, false, err);
}

static int remove_entry(const char *path, const struct stat *info, int kind, struct FTW *at)
{
    (void)info;
    (void)kind;
    (void)at;
    return remove(path);
}

mockets_status mk_fs_remove_tree(const char *path, struct mockets_error *err)
{
    if (nftw(path, remove_entry, 16, FTW_DEPTH | FTW_PHYS) && errno != ENOENT)
        return mk_fail_errno(err, errno, "cannot remove %s", path);
    return MOCKETS_OK;
}

mockets_status mk_fs_sync_dir(const char *path, struct mockets_error *err)
{
    int fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    mockets_status rc = MOCKETS_OK;

    if (fd < 0)
        return mk_fail_errno(err, errno, "cannot open the directory %s", path);
    if (fsync(fd))
        rc = mk_fail_errno(err, errno, "cannot sync the directory %s", path);
    close(fd);
    return rc;
}
