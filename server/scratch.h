#ifndef SERVER_SCRATCH_H
#define SERVER_SCRATCH_H

#include <limits.h>

#include <mockets/error.h>

/** A temporary directory. */
struct scratch {
    char path[PATH_MAX]; /**< "" while there is none */
};

/** Make an empty directory under TMPDIR, or /tmp. */
mockets_status scratch_open(struct scratch *scratch, struct mockets_error *err);

/** Remove it with everything in it. Does nothing when there is none. */
void scratch_close(struct scratch *scratch);

#endif
