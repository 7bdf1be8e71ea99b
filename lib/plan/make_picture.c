#include "plan/maker.h"

#include <string.h>

#include "base/str.h"
#include "plan/codec.h"
#include "plan/keys.h"
#include "plan/rate.h"
#include "plan/share.h"

static bool turned_sideways(int rotation_deg)
{
    return rotation_deg == 90 || rotation_deg == 270;
}

/* Rotate of the output: an angle turns the picture as it is stored, else the file's own is kept. */
static void set_rotation(const struct mk_maker *maker, const struct mk_job_output *output,
                         struct mk_plan_picture *picture)
{
    int64_t angle;

    if (mk_str_int64(output->rotate, 0, 270, &angle)) {
        picture->rotation_deg = (int)angle;
        return;
    }
    picture->rotation_deg = maker->video->rotation_deg;
    picture->mirror = maker->video->mirrored;
}

void mk_maker_set_size(const struct mk_maker *maker, const struct mk_size_rule *rule,
                       struct mk_plan_picture *picture)
{
    struct mk_rational sar = maker->video->sar;
    int width = maker->video->width_px, height = maker->video->height_px;
    struct mk_size size;

    if (turned_sideways(picture->rotation_deg)) {
        sar = (struct mk_rational){sar.den, sar.num};
        width = maker->video->height_px;
        height = maker->video->width_px;
    }
    size = mk_size_apply(rule, width, height, sar);
    picture->scale_width_px = size.scale_width_px;
    picture->scale_height_px = size.scale_height_px;
    picture->crop_width_px = size.crop_width_px;
    picture->crop_height_px = size.crop_height_px;
    picture->width_px = size.width_px;
    picture->height_px = size.height_px;
}

/* The part of a picture that film and thumbnails have in common. */
struct mk_plan_picture mk_maker_base_picture(const struct mk_maker *maker,
                                             const struct mk_job_output *output)
{
    struct mk_plan_picture picture;

    memset(&picture, 0, sizeof(picture));
    picture.deinterlace = maker->video->interlaced;
    picture.top_field_first = maker->video->top_field_first;
    picture.rate = (struct mk_rational){0, 1};
    picture.sar = (struct mk_rational){1, 1};
    set_rotation(maker, output, &picture);
    return picture;
}

static bool standard_size(int width_px, int height_px)
{
    return width_px == 720 && (height_px == 480 || height_px == 576);
}

/* ColorSpaceConversionMode "Auto" (reference 10): which way, if at all. */
static const char *automatic_conversion(const struct mk_maker *maker, const char *rate_name,
                                        const struct mk_job_output *output,
                                        const struct mk_plan_picture *picture)
{
    static const char *const rates[] = {"23.97", "24", "25", "29.97", "50", "60"};
    int width = maker->video->width_px, height = maker->video->height_px;
    bool rate_fits = false;

    for (size_t i = 0; i < sizeof(rates) / sizeof(rates[0]); i++)
        rate_fits |= mk_str_eq(rates[i], rate_name);
    if (picture->fields == MK_FIELDS_PROGRESSIVE || !rate_fits ||
        !mk_str_empty(output->segment_duration))
        return "None";
    if (standard_size(width, height) && picture->width_px == 1920 && picture->height_px == 1080)
        return "Bt601ToBt709";
    if (standard_size(picture->width_px, picture->height_px) && width == 1920 && height == 1080)
        return "Bt709ToBt601";
    return "None";
}

static const char *set_colors(const struct mk_maker *maker, const struct mk_video_parameters *video,
                              const char *rate_name, const struct mk_job_output *output,
                              struct mk_plan_picture *picture)
{
    const char *mode = mk_video_option(video, "ColorSpaceConversionMode");

    if (mk_str_eq(mode, "Auto"))
        mode = automatic_conversion(maker, rate_name, output, picture);
    if (mk_str_eq(mode, "Bt601ToBt709")) {
        picture->matrix_in = MK_MATRIX_BT601;
        picture->matrix_out = MK_MATRIX_BT709;
    } else if (mk_str_eq(mode, "Bt709ToBt601")) {
        picture->matrix_in = MK_MATRIX_BT709;
        picture->matrix_out = MK_MATRIX_BT601;
    }
    return mode;
}

static double fps(struct mk_rational rate)
{
    return rate.den ? (double)rate.num / rate.den : 0;
}

unsigned mk_maker_add_film(struct mk_maker *maker, size_t i)
{
    const struct mk_job_output *output = &maker->request->job->outputs[i];
    const struct mk_video_parameters *video = maker->request->presets[i]->video;
    const struct mk_size_rule rule = {video->max_width,
                                      video->max_height,
                                      video->sizing_policy,
                                      video->padding_policy,
                                      1920,
                                      1080};
    struct mk_plan_output *planned = &maker->plan->outputs[i];
    struct mk_plan_picture picture = mk_maker_base_picture(maker, output);
    struct mk_plan_encode encode = mk_codec_h264(video);

    picture.rate = mk_rate_choose(video->frame_rate, video->max_frame_rate, maker->input_rate);
    picture.fields = mk_codec_fields(video);
    picture.weave =
        picture.fields != MK_FIELDS_PROGRESSIVE && fps(maker->input_rate) > 1.5 * fps(picture.rate);
    mk_maker_set_size(maker, &rule, &picture);
    picture.sar = mk_size_sar(video->display_aspect_ratio, picture.width_px, picture.height_px);
    planned->frame_rate = mk_rate_name(picture.rate, maker->arena);
    planned->color_conversion = set_colors(maker, video, planned->frame_rate, output, &picture);

    encode.captions = mk_maker_embedded(maker, i, "cea-708");
    if (!mk_maker_check_cea708(maker, i, picture.rate))
        return 0;
    encode.of = mk_share_picture(maker->plan, &picture);
    encode.segment_us = mk_key_seconds_us(output->segment_duration);
    encode.speed = maker->request->speed;
    return mk_share_encode(maker->plan, &encode);
}
