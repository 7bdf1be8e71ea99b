#include "plan/maker.h"

#include <string.h>

#include "plan/codec.h"
#include "plan/keys.h"
#include "plan/share.h"

/* A JPEG's colours are those of BT.601 by definition, a PNG's are RGB. */
static void set_colors(const struct mk_info_stream *video, enum mk_codec codec,
                       struct mk_plan_picture *picture)
{
    picture->pixels = codec == MK_CODEC_PNG ? MK_PIXELS_RGB24 : MK_PIXELS_YUVJ420P;
    picture->matrix_in = mk_maker_matrix(video->matrix, video->width_px, video->height_px);
    picture->matrix_out = codec == MK_CODEC_PNG ? MK_MATRIX_RGB : MK_MATRIX_BT601;
}

struct mk_plan_picture mk_maker_thumbnail_view(struct mk_maker *maker, size_t i)
{
    const struct mk_thumbnails *thumbnails = maker->request->presets[i]->thumbnails;
    const struct mk_size_rule rule = {
        .max_width = thumbnails->max_width,
        .max_height = thumbnails->max_height,
        .sizing_policy = thumbnails->sizing_policy,
        .padding_policy = thumbnails->padding_policy,
        .auto_width_px = 1920,
        .auto_height_px = 1080,
        .resolution = thumbnails->resolution,
        .aspect_ratio = thumbnails->aspect_ratio,
        .still = true,
    };
    struct mk_plan_picture picture = mk_maker_base_picture(maker, &maker->request->job->outputs[i]);
    enum mk_codec codec = MK_CODEC_PNG;

    mk_codec_image(thumbnails->format, &codec); /* unknown: the output has failed */
    set_colors(maker->video, codec, &picture);
    picture.interval_us = mk_key_seconds_us(thumbnails->interval);
    if (!picture.interval_us)
        picture.interval_us = 60 * 1000000;
    mk_maker_set_size(maker, &rule, &picture);
    return picture;
}

void mk_maker_add_thumbnails(struct mk_maker *maker, size_t i)
{
    const struct mk_job *job = maker->request->job;
    const struct mk_thumbnails *thumbnails = maker->request->presets[i]->thumbnails;
    struct mk_plan_package *package = &maker->plan->packages[maker->plan->package_count];
    struct mk_plan_picture picture;
    struct mk_plan_encode encode;
    unsigned *encodes = mk_arena_array(maker->arena, 1, sizeof(*encodes));

    memset(&encode, 0, sizeof(encode));
    encode.kind = MK_VIDEO;
    if (!encodes || !mk_codec_image(thumbnails->format, &encode.codec)) {
        mk_maker_fail(maker, i, MK_PLAN_ERROR_VALUE,
                      "The Format of the preset's Thumbnails is unknown.");
        return;
    }
    picture = mk_maker_join(maker, i, mk_maker_thumbnail_view, MK_PLAN_ERROR_THUMBNAIL_SIZES);
    encode.of = mk_share_picture(maker->plan, &picture);
    encodes[0] = mk_share_encode(maker->plan, &encode);
    package->output = (unsigned)i;
    package->container = MK_CONTAINER_IMAGES;
    package->thumbnails = true;
    package->encodes = encodes;
    package->encode_count = 1;
    package->key =
        mk_key_join(job->output_key_prefix, job->outputs[i].thumbnail_pattern, maker->arena);
    maker->plan->package_count++;
}
