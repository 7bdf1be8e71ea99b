#ifndef MK_MEDIA_IMAGES_H
#define MK_MEDIA_IMAGES_H

#include "media/image.h"
#include "media/media.h"

/** The images of a run, each decoded once, before the stages start; constant from then on. */
struct mk_images {
    struct mk_loaded_image {
        AVFrame *frame; /* NULL: nobody wants it, or … */
        mockets_status status;
        struct mockets_error error; /* … why there is none */
    } * items;
    size_t count;
};

/** Open and decode what @p plan uses. What cannot be is an error of who asks for it. */
mockets_status mk_images_load(struct mk_images *images, const struct mk_plan *plan,
                              const struct mk_media_host *host, struct mockets_error *err);
void mk_images_free(struct mk_images *images);

/** Borrow an image that the plan uses. */
mockets_status mk_images_get(const struct mk_images *images, unsigned index, const AVFrame **out,
                             struct mockets_error *err);

#endif
