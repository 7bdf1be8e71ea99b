#include "plan/maker.h"

#include <string.h>

#include "plan/codec.h"
#include "plan/keys.h"
#include "plan/share.h"

void mk_maker_add_thumbnails(struct mk_maker *maker, size_t i)
{
    const struct mk_job *job = maker->request->job;
    const struct mk_thumbnails *thumbnails = maker->request->presets[i]->thumbnails;
    const struct mk_size_rule rule = {thumbnails->max_width,
                                      thumbnails->max_height,
                                      thumbnails->sizing_policy,
                                      thumbnails->padding_policy,
                                      1920,
                                      1080};
    struct mk_plan_package *package = &maker->plan->packages[maker->plan->package_count];
    struct mk_plan_picture picture = mk_maker_base_picture(maker, &job->outputs[i]);
    struct mk_plan_encode encode;
    unsigned *encodes = mk_arena_array(maker->arena, 1, sizeof(*encodes));

    memset(&encode, 0, sizeof(encode));
    encode.kind = MK_VIDEO;
    if (!encodes || !mk_codec_image(thumbnails->format, &encode.codec)) {
        mk_maker_fail(maker, i, MK_PLAN_ERROR_VALUE,
                      "The Format of the preset's Thumbnails is unknown.");
        return;
    }
    picture.pixels = encode.codec == MK_CODEC_PNG ? MK_PIXELS_RGB24 : MK_PIXELS_YUVJ420P;
    picture.interval_us = mk_key_seconds_us(thumbnails->interval);
    if (!picture.interval_us)
        picture.interval_us = 60 * 1000000;
    mk_maker_set_size(maker, &rule, &picture);
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
