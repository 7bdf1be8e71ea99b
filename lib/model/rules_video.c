#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "base/str.h"
#include "model/rules.h"

enum { H264 = 1, VP8 = 2, VP9 = 4, MPEG2 = 8, GIF = 16 };
enum { AUTO_WIDTH = 1920, AUTO_HEIGHT = 1080, MARK_LEAST_PX = 16, UNITS = 100000 };

static const struct {
    const char *name;
    unsigned codec;
} codecs[] = {
    {"H.264", H264}, {"vp8", VP8}, {"vp9", VP9}, {"mpeg2", MPEG2}, {"gif", GIF},
};

/* The keys of CodecOptions: for which codecs, and which values they take. */
static const struct option {
    const char *key;
    unsigned codecs;
    const char *pattern;
    int64_t min, max; /* max 0: the pattern says it all */
} options[] = {
    {"Profile", H264, "(^baseline$)|(^main$)|(^high$)", 0, 0},
    {"Profile", VP8, "(^0$)|(^1$)|(^2$)|(^3$)", 0, 0},
    {"Level", H264,
     "(^1$)|(^1b$)|(^1.1$)|(^1.2$)|(^1.3$)|(^2$)|(^2.1$)|(^2.2$)|(^3$)|(^3.1$)|(^3.2$)|(^4$)"
     "|(^4.1$)",
     0, 0},
    {"MaxReferenceFrames", H264, "^\\d{1,2}$", 0, 16},
    {"MaxBitRate", H264 | VP8 | VP9 | MPEG2, "^\\d{2,5}$", 16, 62500},
    {"BufferSize", H264 | VP8 | VP9 | MPEG2, "^\\d{1,9}$", 1, 999999999},
    {"InterlacedMode", H264 | MPEG2, "(^Progressive$)|(^TopFirst$)|(^BottomFirst$)|(^Auto$)", 0, 0},
    {"ColorSpaceConversionMode", H264 | MPEG2,
     "(^None$)|(^Bt709ToBt601$)|(^Bt601ToBt709$)|(^Auto$)", 0, 0},
    {"ChromaSubsampling", MPEG2, "(^yuv420p$)|(^yuv422p$)", 0, 0},
    {"LoopCount", GIF, "(^Infinite$)|(^100$)|(^\\d{1,2}$)", 0, 0},
};

static unsigned codec_of(const char *name)
{
    for (size_t i = 0; i < sizeof(codecs) / sizeof(codecs[0]); i++) {
        if (strcmp(codecs[i].name, name) == 0)
            return codecs[i].codec;
    }
    return 0;
}

static const struct option *find_option(const char *key, unsigned codec)
{
    for (size_t i = 0; i < sizeof(options) / sizeof(options[0]); i++) {
        if (strcmp(options[i].key, key) == 0 && options[i].codecs & codec)
            return &options[i];
    }
    return NULL;
}

/* An empty value means that the option is not set. */
static mockets_status check_option(const struct mk_pair *pair, const char *codec,
                                   struct mockets_error *err)
{
    const struct option *option = find_option(pair->key, codec_of(codec));
    struct mk_field row = {.kind = MK_STRING};
    char path[64];
    int64_t value;

    if (!option)
        return mk_fail_field(err, "/Video/CodecOptions",
                             "The codec option '%.*s' is not available for the video codec '%s'.",
                             mk_shown_bytes(pair->key), pair->key, codec);
    if (mk_str_empty(pair->value))
        return MOCKETS_OK;
    row.pattern = option->pattern;
    snprintf(path, sizeof(path), "video.codecOptions.%c%s", option->key[0] - 'A' + 'a',
             option->key + 1);
    if (mk_model_check_string(&row, path, pair->value, err)) {
        if (err)
            snprintf(err->field, sizeof(err->field), "/Video/CodecOptions/%s", option->key);
        return MOCKETS_E_INVALID;
    }
    if (option->max && !mk_str_int64(pair->value, option->min, option->max, &value))
        return mk_fail_field(err, "/Video/CodecOptions",
                             "The codec option '%s' must be between %lld and %lld.", option->key,
                             (long long)option->min, (long long)option->max);
    return MOCKETS_OK;
}

bool mk_is_length(const char *text, int64_t min, int64_t max)
{
    int64_t value;

    return mk_str_empty(text) || strcmp(text, "auto") == 0 ||
           (mk_str_int64(text, min, max, &value) && value % 2 == 0);
}

static struct mk_box parse_resolution(const char *text)
{
    struct mk_box box = {0, 0};
    long long width, height;

    if (text && sscanf(text, "%5lldx%5lld", &width, &height) == 2)
        box = (struct mk_box){width, height};
    return box;
}

static int64_t side(const char *text, int64_t fallback)
{
    int64_t value;

    return mk_str_int64(text, 1, INT32_MAX, &value) ? value : fallback;
}

struct mk_box mk_video_box(const struct mk_video_parameters *video)
{
    if (!mk_str_empty(video->resolution))
        return parse_resolution(video->resolution);
    return (struct mk_box){side(video->max_width, AUTO_WIDTH),
                           side(video->max_height, AUTO_HEIGHT)};
}

static mockets_status check_geometry(const struct mk_video_parameters *video,
                                     struct mockets_error *err)
{
    struct mk_box box = parse_resolution(video->resolution);
    bool fixed = !mk_str_empty(video->resolution) && strcmp(video->resolution, "auto") != 0;

    if (!mk_str_empty(video->resolution) &&
        !(mk_str_empty(video->max_width) && mk_str_empty(video->max_height) &&
          mk_str_empty(video->sizing_policy) && mk_str_empty(video->padding_policy) &&
          mk_str_empty(video->display_aspect_ratio)))
        return mk_fail_field(err, "/Video/Resolution",
                             "'Resolution' and 'MaxWidth', 'MaxHeight', 'SizingPolicy', "
                             "'PaddingPolicy' and 'DisplayAspectRatio' are mutually exclusive in "
                             "video.");
    if (!mk_is_length(video->max_width, 128, 4096))
        return mk_fail_field(err, "/Video/MaxWidth",
                             "The 'MaxWidth' of video must be 'auto' or an even number between 128 "
                             "and 4096.");
    if (!mk_is_length(video->max_height, 96, 3072))
        return mk_fail_field(err, "/Video/MaxHeight",
                             "The 'MaxHeight' of video must be 'auto' or an even number between 96 "
                             "and 3072.");
    if (fixed && (box.width % 2 || box.height % 2 || box.width < 128 || box.width > 4096 ||
                  box.height < 96 || box.height > 3072))
        return mk_fail_field(err, "/Video/Resolution",
                             "The 'Resolution' of video must be 'auto' or even numbers between "
                             "128x96 and 4096x3072.");
    return MOCKETS_OK;
}

static mockets_status check_frames(const struct mk_video_parameters *video,
                                   struct mockets_error *err)
{
    int64_t distance;

    if (!mk_str_empty(video->max_frame_rate) && !mk_str_eq(video->frame_rate, "auto"))
        return mk_fail_field(
            err, "/Video/MaxFrameRate",
            "When you specify a value for MaxFrameRate, you must also specify 'FrameRate':'Auto'. "
            "Either change the value of FrameRate or remove the MaxFrameRate object, and resubmit "
            "the request.");
    if (!mk_str_empty(video->keyframes_max_dist) &&
        !mk_str_int64(video->keyframes_max_dist, 1, 100000, &distance))
        return mk_fail_field(err, "/Video/KeyframesMaxDist",
                             "'KeyframesMaxDist' must be between 1 and 100000.");
    return MOCKETS_OK;
}

/* "10%" to 100 %, "16px" to the limit (0: none known); not set is fine. */
static bool is_mark_length(const char *text, int64_t least_px, int64_t most_px)
{
    char number[16];
    size_t size;

    if (mk_str_empty(text))
        return true;
    size = strcspn(text, "p%");
    if (size >= sizeof(number))
        return false;
    memcpy(number, text, size);
    number[size] = '\0';
    if (text[size] == '%')
        return mk_decimal(number) <= (int64_t)100 * UNITS;
    return mk_decimal(number) >= least_px * UNITS &&
           (!most_px || mk_decimal(number) <= most_px * UNITS);
}

/* Opacities have more decimals than mk_decimal() counts. */
static bool is_opacity(const char *text)
{
    size_t digits = strcspn(text, ".");
    long whole = strtol(text, NULL, 10);

    return whole < 100 || (whole == 100 && !strpbrk(text + digits, "123456789"));
}

static mockets_status check_mark_place(const struct mk_preset_watermark *mark, const char *field,
                                       struct mockets_error *err)
{
    if (!mk_str_empty(mark->horizontal_offset) && mk_str_eq(mark->horizontal_align, "Center"))
        return mk_fail_field(err, field,
                             "The 'HorizontalOffset' of watermark '%s' is available only if its "
                             "'HorizontalAlign' is 'Left' or 'Right'.",
                             mark->id);
    if (!mk_str_empty(mark->vertical_offset) && mk_str_eq(mark->vertical_align, "Center"))
        return mk_fail_field(err, field,
                             "The 'VerticalOffset' of watermark '%s' is available only if its "
                             "'VerticalAlign' is 'Top' or 'Bottom'.",
                             mark->id);
    if (!mk_str_empty(mark->opacity) && !is_opacity(mark->opacity))
        return mk_fail_field(
            err, field, "The 'Opacity' of watermark '%s' must be between 0 and 100.", mark->id);
    return MOCKETS_OK;
}

static mockets_status check_mark(const struct mk_video_parameters *video, size_t index,
                                 struct mockets_error *err)
{
    const struct mk_preset_watermark *mark = &video->watermarks[index];
    struct mk_box box = mk_video_box(video);
    char field[64];

    snprintf(field, sizeof(field), "/Video/Watermarks/%zu", index);
    if (mk_str_empty(mark->id))
        return mk_fail_field(err, field, "Each of the 'Watermarks' must have an 'Id'.");
    for (size_t i = 0; i < index; i++) {
        if (mk_str_eq(video->watermarks[i].id, mark->id))
            return mk_fail_field(
                err, field, "The watermark 'Id' '%s' must not be used more than once.", mark->id);
    }
    if (!is_mark_length(mark->max_width, MARK_LEAST_PX, box.width) ||
        !is_mark_length(mark->max_height, MARK_LEAST_PX, box.height))
        return mk_fail_field(err, field,
                             "The 'MaxWidth' and 'MaxHeight' of watermark '%s' must be no more "
                             "than 100%%, or between 16px and the size of the video.",
                             mark->id);
    if (!is_mark_length(mark->horizontal_offset, 0, box.width) ||
        !is_mark_length(mark->vertical_offset, 0, box.height))
        return mk_fail_field(err, field,
                             "The offsets of watermark '%s' must not exceed the 'MaxWidth' and "
                             "'MaxHeight' of the video.",
                             mark->id);
    return check_mark_place(mark, field, err);
}

mockets_status mk_rules_video(const struct mk_video_parameters *video, struct mockets_error *err)
{
    mockets_status rc = MOCKETS_OK;

    /* The doubled apostrophes are the service's. */
    if (mk_str_empty(video->codec))
        return mk_fail_field(err, "/Video/Codec",
                             "The ''codec'' field in video is not allowed to be null.");
    if (!video->codec_options)
        return mk_fail_field(err, "/Video/CodecOptions",
                             "The ''codecOptions'' field in video is not allowed to be null.");
    for (size_t i = 0; !rc && i < video->codec_option_count; i++)
        rc = check_option(&video->codec_options[i], video->codec, err);
    if (!rc)
        rc = check_frames(video, err);
    if (!rc)
        rc = check_geometry(video, err);
    for (size_t i = 0; !rc && i < video->watermark_count; i++)
        rc = check_mark(video, i, err);
    return rc;
}

mockets_status mk_rules_thumbnails(const struct mk_thumbnails *thumbnails,
                                   const struct mk_video_parameters *video,
                                   struct mockets_error *err)
{
    struct mk_box box = parse_resolution(thumbnails->resolution), most = mk_video_box(video);
    int64_t seconds;

    if (!mk_str_empty(thumbnails->interval) &&
        !mk_str_int64(thumbnails->interval, 1, 99999, &seconds))
        return mk_fail_field(err, "/Thumbnails/Interval",
                             "The 'Interval' of thumbnails must be at least 1.");
    if (!mk_str_empty(thumbnails->resolution) &&
        !(mk_str_empty(thumbnails->max_width) && mk_str_empty(thumbnails->max_height) &&
          mk_str_empty(thumbnails->sizing_policy) && mk_str_empty(thumbnails->padding_policy)))
        return mk_fail_field(err, "/Thumbnails/Resolution",
                             "'Resolution' and 'MaxWidth', 'MaxHeight', 'SizingPolicy' and "
                             "'PaddingPolicy' are mutually exclusive in thumbnails.");
    if (!mk_is_length(thumbnails->max_width, 32, 4096))
        return mk_fail_field(err, "/Thumbnails/MaxWidth",
                             "The 'MaxWidth' of thumbnails must be 'auto' or an even number "
                             "between 32 and 4096.");
    if (!mk_is_length(thumbnails->max_height, 32, 3072))
        return mk_fail_field(err, "/Thumbnails/MaxHeight",
                             "The 'MaxHeight' of thumbnails must be 'auto' or an even number "
                             "between 32 and 3072.");
    if (!mk_str_empty(thumbnails->resolution) &&
        (!box.width || !box.height || box.width % 2 || box.height % 2 ||
         (most.width && (box.width > most.width || box.height > most.height))))
        return mk_fail_field(err, "/Thumbnails/Resolution",
                             "The 'Resolution' of thumbnails must be even numbers that do not "
                             "exceed those of the video.");
    return MOCKETS_OK;
}
