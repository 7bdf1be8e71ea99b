#include "media/images.h"

#include "base/alloc.h"

static void load(struct mk_loaded_image *image, unsigned index, const struct mk_media_host *host)
{
    struct mk_reader *reader = NULL;

    if (image->frame || image->status)
        return;
    image->status = host->open_image(host->context, index, &reader, &image->error);
    if (!image->status)
        image->status = mk_image_read(reader, &image->frame, &image->error);
    mk_reader_close(&reader);
}

mockets_status mk_images_load(struct mk_images *images, const struct mk_plan *plan,
                              const struct mk_media_host *host, struct mockets_error *err)
{
    images->items = mk_alloc_array(plan->image_count + 1, sizeof(*images->items));
    if (!images->items)
        return mk_fail_nomem(err);
    images->count = plan->image_count;
    for (size_t i = 0; i < plan->picture_count; i++) {
        const struct mk_plan_picture *picture = &plan->pictures[i];

        for (size_t k = 0; k < picture->mark_count; k++)
            load(&images->items[picture->marks[k].image], picture->marks[k].image, host);
    }
    for (size_t i = 0; i < plan->package_count; i++) {
        const struct mk_plan_package *package = &plan->packages[i];

        for (size_t k = 0; k < package->art_count; k++) {
            if (!package->arts[k].data)
                load(&images->items[package->arts[k].image], package->arts[k].image, host);
        }
    }
    return MOCKETS_OK;
}

void mk_images_free(struct mk_images *images)
{
    for (size_t i = 0; i < images->count; i++)
        av_frame_free(&images->items[i].frame);
    mk_free(images->items);
    *images = (struct mk_images){0};
}

mockets_status mk_images_get(const struct mk_images *images, unsigned index, const AVFrame **out,
                             struct mockets_error *err)
{
    const struct mk_loaded_image *image = &images->items[index];

    if (image->status) {
        if (err)
            *err = image->error;
        return image->status;
    }
    *out = image->frame;
    return MOCKETS_OK;
}
