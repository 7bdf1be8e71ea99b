#include "storage/beneath.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/openat2.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

enum { ATTEMPTS = 8 };

static void close_quietly(int fd)
{
    int number = errno;

    close(fd);
    errno = number;
}

int mk_beneath_walk(int dir, const char *path, int flags, mode_t mode)
{
    int at = openat(dir, ".", O_PATH | O_DIRECTORY | O_CLOEXEC);

    while (at >= 0) {
        char segment[NAME_MAX + 1];
        size_t length;
        bool last;
        int next = -1;

        path += strspn(path, "/");
        length = strcspn(path, "/");
        last = !path[length];
        if (length < sizeof(segment)) {
            memcpy(segment, path, length);
            segment[length] = '\0';
            next = openat(at, segment,
                          O_NOFOLLOW | O_CLOEXEC | (last ? flags : O_PATH | O_DIRECTORY), mode);
        } else {
            errno = ENAMETOOLONG;
        }
        close_quietly(at);
        if (last)
            return next;
        at = next;
        path += length;
    }
    return -1;
}

int mk_beneath_open(int dir, const char *path, int flags, mode_t mode)
{
    struct open_how how = {
        .flags = (uint64_t)(flags | O_CLOEXEC),
        .mode = flags & O_CREAT ? mode : 0,
        .resolve = RESOLVE_BENEATH | RESOLVE_NO_MAGICLINKS,
    };
    long fd;
    int attempt = 0;

    /* EAGAIN: something was renamed while the kernel walked through "..". */
    do
        fd = syscall(SYS_openat2, dir, path, &how, sizeof(how));
    while (fd < 0 && (errno == EINTR || (errno == EAGAIN && ++attempt < ATTEMPTS)));
    /* Old sandboxes answer EPERM for a call that they do not know. */
    if (fd < 0 && (errno == ENOSYS || errno == EPERM))
        return mk_beneath_walk(dir, path, flags, mode);
    return (int)fd;
}

static int open_or_make(int dir, int parent, const char *path)
{
    const char *slash = strrchr(path, '/');
    int fd = mk_beneath_open(dir, path, O_RDONLY | O_DIRECTORY, 0);

    if (fd >= 0 || errno != ENOENT)
        return fd;
    if (mkdirat(parent, slash ? slash + 1 : path, 0777) && errno != EEXIST)
        return -1;
    if (fsync(parent))
        return -1;
    return mk_beneath_open(dir, path, O_RDONLY | O_DIRECTORY, 0);
}

static int make_parents(int dir, const char *path)
{
    char prefix[PATH_MAX];
    int at = openat(dir, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);

    if (strlen(path) >= sizeof(prefix)) {
        errno = ENAMETOOLONG;
        if (at >= 0)
            close_quietly(at);
        return -1;
    }
    for (size_t i = 0; at >= 0 && path[i]; i++) {
        int next;

        if (path[i] == '/') {
            prefix[i] = '\0';
            next = open_or_make(dir, at, prefix);
            close_quietly(at);
            at = next;
        }
        prefix[i] = path[i];
    }
    return at;
}

int mk_beneath_parent(int dir, const char *path, const char **name)
{
    const char *slash = strrchr(path, '/');
    int fd, attempt = 0;

    /* ENOENT: somebody removed an empty directory before there was something in it. */
    do
        fd = make_parents(dir, path);
    while (fd < 0 && errno == ENOENT && ++attempt < ATTEMPTS);
    if (fd >= 0)
        *name = slash ? slash + 1 : path;
    return fd;
}
