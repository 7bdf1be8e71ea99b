#include "plan/maker.h"

#include <math.h>
#include <string.h>

#include "base/str.h"
#include "plan/codec.h"
#include "plan/copy.h"
#include "plan/effort.h"
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
    picture->sar = size.sar;
}

/* The part of a picture that film and thumbnails have in common. */
struct mk_plan_picture mk_maker_base_picture(const struct mk_maker *maker,
                                             const struct mk_job_output *output)
{
    struct mk_plan_picture picture;

    memset(&picture, 0, sizeof(picture));
    picture.deinterlace = maker->video->interlaced       ? MK_DEINTERLACE_ALL
                          : maker->video->fields_unknown ? MK_DEINTERLACE_MARKED
                                                         : MK_DEINTERLACE_NONE;
    picture.top_field_first = maker->video->top_field_first;
    picture.source = maker->source;
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

enum mk_matrix mk_maker_matrix(enum mk_matrix known, int width_px, int height_px)
{
    if (known != MK_MATRIX_UNKNOWN)
        return known;
    return width_px >= 1280 || height_px >= 720 ? MK_MATRIX_BT709 : MK_MATRIX_BT601;
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
    if (picture->pixels == MK_PIXELS_PALETTE) {
        picture->matrix_in =
            mk_maker_matrix(maker->video->matrix, maker->video->width_px, maker->video->height_px);
        picture->matrix_out = MK_MATRIX_RGB;
    } else if (maker->video->matrix == MK_MATRIX_RGB) {
        picture->matrix_in = MK_MATRIX_RGB;
        picture->matrix_out =
            mk_maker_matrix(picture->matrix_out, picture->width_px, picture->height_px);
    }
    return mode;
}

static double fps(struct mk_rational rate)
{
    return rate.den ? (double)rate.num / rate.den : 0;
}

/* Fields that come as they are wanted are not touched: no line may move. */
static bool keeps_fields(const struct mk_maker *maker, const struct mk_plan_picture *picture)
{
    enum mk_fields found =
        maker->video->top_field_first ? MK_FIELDS_TOP_FIRST : MK_FIELDS_BOTTOM_FIRST;
    int height = maker->video->height_px;

    return picture->deinterlace == MK_DEINTERLACE_ALL && picture->fields == found &&
           picture->rotation_deg == 0 && picture->scale_height_px == height &&
           picture->crop_height_px == height && picture->height_px == height &&
           fabs(fps(maker->input_rate) - fps(picture->rate)) < 0.001 * fps(picture->rate);
}

/* How whole frames become fields and the other way round. */
static void set_fields(const struct mk_maker *maker, struct mk_plan_picture *picture)
{
    double frames = fps(maker->input_rate), wanted = fps(picture->rate);
    double moments = picture->deinterlace == MK_DEINTERLACE_ALL ? 2 * frames : frames;

    if (keeps_fields(maker, picture)) {
        picture->deinterlace = MK_DEINTERLACE_KEEP;
        return;
    }
    picture->weave = picture->fields != MK_FIELDS_PROGRESSIVE && moments > 1.5 * wanted;
    picture->every_field = picture->deinterlace != MK_DEINTERLACE_NONE &&
                           wanted * (picture->weave ? 2 : 1) > 1.1 * frames;
}

struct mk_plan_picture mk_maker_film_view(struct mk_maker *maker, size_t i)
{
    const struct mk_job_output *output = &maker->request->job->outputs[i];
    const struct mk_video_parameters *video = maker->request->presets[i]->video;
    const struct mk_size_rule rule = {
        .max_width = video->max_width,
        .max_height = video->max_height,
        .sizing_policy = video->sizing_policy,
        .padding_policy = video->padding_policy,
        .auto_width_px = 1920,
        .auto_height_px = 1080,
        .display_aspect_ratio = video->display_aspect_ratio,
        .resolution = video->resolution,
        .aspect_ratio = video->aspect_ratio,
        .height_step_px = mk_codec_height_step_px(video),
    };
    struct mk_plan_output *planned = &maker->plan->outputs[i];
    struct mk_plan_picture picture = mk_maker_base_picture(maker, output);

    picture.rate = mk_rate_choose(video->frame_rate, video->max_frame_rate, maker->film_rate);
    picture.rate = mk_codec_rate(video, maker->container, picture.rate);
    picture.pixels = mk_codec_pixels(video);
    picture.fields = mk_codec_fields(video);
    mk_maker_set_size(maker, &rule, &picture);
    set_fields(maker, &picture);
    planned->frame_rate = mk_rate_name(picture.rate, maker->arena);
    planned->color_conversion = set_colors(maker, video, planned->frame_rate, output, &picture);
    mk_maker_add_marks(maker, i, &picture);
    return picture;
}

unsigned mk_maker_add_film(struct mk_maker *maker, size_t i)
{
    const struct mk_video_parameters *video = maker->request->presets[i]->video;
    struct mk_plan_picture picture =
        mk_maker_join(maker, i, mk_maker_film_view, MK_PLAN_ERROR_SIZES);
    struct mk_plan_encode encode = mk_codec_film(video, &picture);
    struct mk_plan_copy copy;

    encode.effort =
        mk_effort_alone(encode.codec, maker->request->speed, maker->request->x264_preset);
    encode.captions = mk_maker_embedded(maker, i, "cea-708");
    if (!mk_maker_check_cea708(maker, i, picture.rate))
        return 0;
    /* fragments of fmp4 are whole GOPs as they come: reference 9.4 */
    if (!mk_str_eq(maker->request->presets[i]->container, "fmp4"))
        encode.segment_us = mk_key_seconds_us(maker->request->job->outputs[i].segment_duration);
    if (maker->request->copy && mk_copy_fits(maker->container) &&
        mk_copy_film(&maker->plan->sources[maker->source], maker->video, &picture, &encode, &copy))
        encode = mk_copy_encode(&encode, maker->source, &copy);
    else
        encode.of = mk_share_picture(maker->plan, &picture);
    return mk_share_encode(maker->plan, &encode);
}
