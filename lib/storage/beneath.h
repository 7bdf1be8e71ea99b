#ifndef MK_STORAGE_BENEATH_H
#define MK_STORAGE_BENEATH_H

#include <sys/types.h>

/*
 * Paths below a directory that symbolic links cannot lead out of. All return a descriptor, or -1
 * with errno set; EXDEV or ELOOP says that a link is in the way.
 */

/** Open @p path below @p dir. Links that stay below @p dir are followed where Linux can tell. */
int mk_beneath_open(int dir, const char *path, int flags, mode_t mode);

/** What mk_beneath_open() does where Linux cannot tell: refuse every link. */
int mk_beneath_walk(int dir, const char *path, int flags, mode_t mode);

/**
 * Open the directory that holds the last segment of @p path, creating what is missing, durably.
 *
 * @param name  receives the last segment: a pointer into @p path
 */
int mk_beneath_parent(int dir, const char *path, const char **name);

#endif
