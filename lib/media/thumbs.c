#include "media/thumbs.h"

#include <string.h>

#include "base/alloc.h"
#include "base/buf.h"
#include "base/str.h"
#include "media/package.h"

char *mk_thumbs_key(const char *pattern, size_t count, int width_px, int height_px,
                    const char *ending)
{
    static const char COUNT[] = "{count}", RESOLUTION[] = "{resolution}";
    struct mk_buf key;
    char *text;

    mk_buf_init(&key, 64 * 1024);
    while (*pattern) {
        if (mk_str_starts(pattern, COUNT)) {
            mk_buf_printf(&key, "%05zu", count);
            pattern += strlen(COUNT);
        } else if (mk_str_starts(pattern, RESOLUTION)) {
            mk_buf_printf(&key, "%dx%d", width_px, height_px);
            pattern += strlen(RESOLUTION);
        } else {
            mk_buf_putc(&key, *pattern++);
        }
    }
    mk_buf_puts(&key, ending);
    text = mk_buf_take(&key, NULL);
    mk_buf_fini(&key);
    return text;
}

static mockets_status images_open(struct mk_package *package, struct mockets_error *err)
{
    (void)package, (void)err;
    return MOCKETS_OK;
}

static mockets_status images_write(struct mk_package *package, struct mk_track *track,
                                   AVPacket *packet, struct mockets_error *err)
{
    const AVCodecParameters *par = track->encode->parameters;
    char *key = mk_thumbs_key(package->plan->key, package->made.file_count + 1, par->width,
                              par->height, par->codec_id == AV_CODEC_ID_PNG ? ".png" : ".jpg");
    mockets_status rc;

    if (!key)
        return mk_fail_nomem(err);
    rc = mk_package_open_file(package, key, false, err);
    if (!rc)
        rc = mk_writer_write(package->writer, 0, packet->data, (size_t)packet->size, err);
    if (!rc)
        rc = mk_package_finish_file(package, key, err);
    mk_free(key);
    if (!rc)
        package->made.size_bytes +=
            package->made.files[package->made.file_count - 1].writer->size_bytes;
    return rc;
}

static mockets_status images_finish(struct mk_package *package, struct mockets_error *err)
{
    (void)package, (void)err;
    return MOCKETS_OK;
}

const struct mk_packer_ops mk_packer_images = {images_open, images_write, images_finish, NULL,
                                               NULL};
