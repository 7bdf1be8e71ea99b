#ifndef MK_MEDIA_MADE_H
#define MK_MEDIA_MADE_H

#include "media/media.h"

/* How the record of what a package makes grows. */

/** Put down a file; takes @p writer on success. @p key is copied. */
mockets_status mk_made_add_file(struct mk_made *made, const char *key, struct mk_writer *writer,
                                struct mockets_error *err);

mockets_status mk_made_add_segment(struct mk_made *made, const struct mk_made_segment *segment,
                                   struct mockets_error *err);

mockets_status mk_made_add_fragment(struct mk_made_track *track,
                                    const struct mk_made_fragment *fragment,
                                    struct mockets_error *err);

#endif
