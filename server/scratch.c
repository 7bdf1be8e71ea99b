#include "server/scratch.h"

#include <errno.h>
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "server/text.h"

enum { OPEN_DIRECTORIES = 16 };

mockets_status scratch_open(struct scratch *scratch, struct mockets_error *err)
{
    const char *parent = getenv("TMPDIR");
    char path[PATH_MAX];

    scratch->path[0] = '\0';
    if (!parent || !parent[0])
        parent = "/tmp";
    if ((size_t)snprintf(path, sizeof(path), "%s/mockets-XXXXXX", parent) >= sizeof(path))
        return error_set(err, MOCKETS_E_INVALID, "TMPDIR is too long.");
    if (!mkdtemp(path))
        return error_set(err, MOCKETS_E_IO, "Cannot make a directory in %s: %s.", parent,
                         strerror(errno));
    strcpy(scratch->path, path);
    return MOCKETS_OK;
}

static int remove_one(const char *path, const struct stat *info, int kind, struct FTW *where)
{
    (void)info;
    (void)kind;
    (void)where;
    remove(path);
    return 0;
}

void scratch_close(struct scratch *scratch)
{
    if (scratch->path[0])
        nftw(scratch->path, remove_one, OPEN_DIRECTORIES, FTW_DEPTH | FTW_PHYS | FTW_MOUNT);
    scratch->path[0] = '\0';
}
