#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/str.h"
#include "model/rules.h"

enum { UNITS = 100000, REFERENCES_MOST = 16, MACROBLOCK_PIXELS = 256 };

/* What each level of H.264 allows (the service's tables); 0 = it sets no limit. */
static const struct level {
    const char *name;
    int64_t main_kbps, high_kbps;
    int64_t luma_rate; /* samples a second */
    int64_t luma;      /* samples of a picture */
    int64_t buffer;    /* macroblocks of the decoded picture buffer */
} levels[] = {
    {"1", 64, 80, 380160, 25344, 396},
    {"1b", 128, 160, 380160, 25344, 396},
    {"1.1", 192, 240, 768000, 101376, 900},
    {"1.2", 384, 480, 1536000, 101376, 2376},
    {"1.3", 768, 960, 3041280, 101376, 2376},
    {"2", 2000, 2500, 3041280, 101376, 2376},
    {"2.1", 0, 0, 5068800, 202752, 4752},
    {"2.2", 0, 0, 5184000, 404720, 8100},
    {"3", 10000, 12500, 10368000, 404720, 8100},
    {"3.1", 14000, 17500, 27648000, 921600, 18000},
    {"3.2", 20000, 25000, 55296000, 1310720, 20480},
    {"4", 20000, 25000, 62914560, 2097152, 32768},
    {"4.1", 50000, 62500, 62914560, 2097152, 32768},
};

static const struct level *find(const char *name)
{
    for (size_t i = 0; name && i < sizeof(levels) / sizeof(levels[0]); i++) {
        if (strcmp(levels[i].name, name) == 0)
            return &levels[i];
    }
    return NULL;
}

static void warn(struct mk_buf *to, const char *setting, const char *value, const char *limit,
                 const struct level *level)
{
    mk_buf_printf(to,
                  "%sThe %s of this preset, %s, exceeds the recommended maximum for H.264 level "
                  "%s, which is %s. Some players may not be able to play the output.",
                  to->size ? " " : "", setting, value, level->name, limit);
}

static void warn_of_rate(const struct mk_video_parameters *video, const struct level *level,
                         struct mk_buf *to)
{
    const char *profile = mk_video_option(video, "Profile");
    const char *text = mk_video_option(video, "MaxBitRate");
    int64_t most = mk_str_eq(profile, "high") ? level->high_kbps : level->main_kbps, rate;
    char limit[48];

    if (!text)
        text = video->bit_rate;
    if (!most || !mk_str_int64(text, 0, INT32_MAX, &rate) || rate <= most)
        return;
    snprintf(limit, sizeof(limit), "%" PRId64 " kilobits/second", most);
    warn(to, "bit rate", text, limit, level);
}

static void warn_of_size(struct mk_box box, const struct level *level, struct mk_buf *to)
{
    char value[48], limit[48];

    if (box.width * box.height <= level->luma)
        return;
    snprintf(value, sizeof(value), "%" PRId64 "x%" PRId64, box.width, box.height);
    snprintf(limit, sizeof(limit), "%" PRId64 " pixels", level->luma);
    warn(to, "picture size", value, limit, level);
}

static void warn_of_frames(const struct mk_video_parameters *video, struct mk_box box,
                           const struct level *level, struct mk_buf *to)
{
    const char *text = video->frame_rate;
    int64_t rate, most = level->luma_rate * UNITS / (box.width * box.height);
    char limit[48];

    if (mk_str_eq(text, "auto"))
        text = mk_str_empty(video->max_frame_rate) ? "30" : video->max_frame_rate;
    rate = text ? mk_decimal(text) : -1;
    if (rate <= most)
        return;
    snprintf(limit, sizeof(limit), "%" PRId64 ".%02d frames/second", most / UNITS,
             (int)(most % UNITS / (UNITS / 100)));
    warn(to, "frame rate", text, limit, level);
}

static void warn_of_references(const struct mk_video_parameters *video, struct mk_box box,
                               const struct level *level, struct mk_buf *to)
{
    const char *text = mk_video_option(video, "MaxReferenceFrames");
    int64_t most = level->buffer * MACROBLOCK_PIXELS / (box.width * box.height), frames;
    char limit[48];

    if (most > REFERENCES_MOST)
        most = REFERENCES_MOST;
    if (!mk_str_int64(text, 0, INT32_MAX, &frames) || frames <= most)
        return;
    snprintf(limit, sizeof(limit), "%" PRId64, most);
    warn(to, "maximum number of reference frames", text, limit, level);
}

void mk_level_warnings(const struct mk_video_parameters *video, struct mk_buf *to)
{
    const struct level *level = find(mk_video_option(video, "Level"));
    struct mk_box box = mk_video_box(video);

    if (!level)
        return;
    warn_of_rate(video, level, to);
    if (!box.width || !box.height)
        return;
    warn_of_size(box, level, to);
    warn_of_frames(video, box, level, to);
    warn_of_references(video, box, level, to);
}
