#ifndef MK_BASE_FS_H
#define MK_BASE_FS_H

#include "base/error.h"

/** Create a directory and the ones above it; one that exists is fine. */
mockets_status mk_fs_mkdirs(const char *path, struct mockets_error *err);

/** Create the directories above the file @p path. */
mockets_status mk_fs_mkparents(const char *path, struct mockets_error *err);

/** Remove a directory with all that is in it, following no links; a missing one is fine. */
mockets_status mk_fs_remove_tree(const char *path, struct mockets_error *err);

/** Make a rename or a new file in this directory durable. */
mockets_status mk_fs_sync_dir(const char *path, struct mockets_error *err);

#endif
