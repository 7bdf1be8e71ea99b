#ifndef MK_MEDIA_IMAGE_H
#define MK_MEDIA_IMAGE_H

#include "base/arena.h"
#include "base/io.h"
#include "media/av.h"
#include "plan/info.h"

/**
 * Decode a PNG or JPEG picture.
 *
 * @param out   what it looks like, AV_PIX_FMT_GBRP or AV_PIX_FMT_GBRAP; release with
 *              av_frame_free(). Untouched if the picture is larger than MK_IMAGE_MAX_*.
 * @param info  its size, however large it is
 *
 * @retval MOCKETS_E_MEDIA  it is no such picture, or a damaged one
 */
mockets_status mk_image_decode(const uint8_t *data, size_t size_bytes, AVFrame **out,
                               struct mk_info_image *info, struct mockets_error *err);

/** mk_image_decode() of all that @p reader holds; MOCKETS_E_MEDIA too if it is too large. */
mockets_status mk_image_read(struct mk_reader *reader, AVFrame **out, struct mockets_error *err);

/** A scaled picture: red, green, blue (each times alpha), and alpha, 0 to 65535. */
struct mk_raster {
    int width, height;
    AVFrame *planes[4]; /**< AV_PIX_FMT_GRAY16 */
};

/** Scale what mk_image_decode() made. Release with mk_raster_fini(), after a failure too. */
mockets_status mk_raster_scale(const AVFrame *image, int width, int height, struct mk_raster *out,
                               struct mockets_error *err);
void mk_raster_fini(struct mk_raster *raster);

static inline const uint16_t *mk_raster_row(const struct mk_raster *raster, int plane, int y)
{
    const AVFrame *frame = raster->planes[plane];

    return (const uint16_t *)(const void *)(frame->data[0] + (ptrdiff_t)y * frame->linesize[0]);
}

#endif
