#include "plan/copy.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/str.h"
#include "plan/codec.h"

/* ROUNDING: containers count in milliseconds. BESIDE: so far from the beginning of the output a
 * stream may begin; nobody sees or hears it, and most transport streams are so. */
enum { ROUNDING_US = 1500, BESIDE_US = 100 * 1000 };

/* Encoders of AAC, ours among them, end a little above the rate that they were told. */
enum { AAC_PERCENT = 105 };

/* HE-AAC may look like AAC-LC of half its rate until it is decoded. */
enum { HIDES_HE_AAC_HZ = 24000 };

bool mk_copy_fits(enum mk_container container)
{
    return container == MK_CONTAINER_MP4 || container == MK_CONTAINER_TS;
}

bool mk_copy_is_possible(const struct mk_job *job, const struct mk_preset *const *presets)
{
    enum mk_container container;

    if (job->input_count != 1 || job->inputs[0].time_span)
        return false;
    for (size_t i = 0; i < job->output_count; i++) {
        const struct mk_preset *preset = presets[i];

        if (!mk_codec_container(preset->container, &container) || !mk_copy_fits(container))
            continue;
        if ((preset->video && mk_str_eq(preset->video->codec, "H.264")) ||
            (preset->audio && mk_str_eq(preset->audio->codec, "AAC")))
            return true;
    }
    return false;
}

/* What a rule looks at. */
struct film {
    const struct mk_info_stream *stream;
    const struct mk_info_scan *scan;
    const struct mk_plan_picture *picture;
    const struct mk_plan_encode *encode;
    int64_t late_us;  /* so long after the output the film begins */
    double period_us; /* from one picture to the next */
};

static bool is_whole(const struct mk_plan_source *source)
{
    return source->part_count == 1 && source->parts[0].skip_us == 0 &&
           source->parts[0].duration_us == 0;
}

static bool same_ratio(struct mk_rational a, struct mk_rational b)
{
    return (int64_t)a.num * b.den == (int64_t)b.num * a.den;
}

static bool is_untouched(const struct film *film)
{
    const struct mk_plan_picture *picture = film->picture;
    const struct mk_info_h264 *h264 = &film->scan->h264;

    return picture->rotation_deg == 0 && !picture->mirror && film->stream->rotation_deg == 0 &&
           !film->stream->mirrored && picture->mark_count == 0 && !picture->views &&
           picture->scale_width_px == h264->width_px &&
           picture->scale_height_px == h264->height_px &&
           picture->crop_width_px == h264->width_px && picture->crop_height_px == h264->height_px &&
           picture->width_px == h264->width_px && picture->height_px == h264->height_px &&
           same_ratio(picture->sar, h264->sar);
}

static bool is_progressive(const struct film *film)
{
    const struct mk_plan_picture *picture = film->picture;

    return film->scan->h264.progressive && picture->fields == MK_FIELDS_PROGRESSIVE &&
           !picture->weave && !picture->every_field &&
           (picture->deinterlace == MK_DEINTERLACE_NONE ||
            picture->deinterlace == MK_DEINTERLACE_MARKED);
}

static bool has_colors(const struct film *film)
{
    const struct mk_plan_picture *picture = film->picture;
    bool converted = picture->matrix_in != MK_MATRIX_UNKNOWN &&
                     picture->matrix_out != MK_MATRIX_UNKNOWN &&
                     picture->matrix_in != picture->matrix_out;

    return !converted && picture->pixels == MK_PIXELS_YUV420P &&
           film->scan->h264.chroma_format == 1 && film->scan->h264.depth == 8 &&
           !film->scan->h264.full_range;
}

static bool is_in_profile(const struct film *film)
{
    static const struct {
        const char *name;
        int number;
    } profiles[] = {{"baseline", 66}, {"main", 77}, {"high", 100}};
    const struct mk_info_h264 *h264 = &film->scan->h264;

    if (h264->profile == profiles[0].number && !h264->constrained)
        return false;
    for (size_t i = 0; i < sizeof(profiles) / sizeof(profiles[0]); i++) {
        if (mk_str_eq(film->encode->profile, profiles[i].name))
            return h264->profile <= profiles[i].number;
    }
    return !film->encode->profile;
}

/* "3.1" is 31; "1b" is a little less than 1.1, and here no more than 1. */
static int level_number(const char *level)
{
    int number = (level[0] - '0') * 10;

    return level[1] == '.' ? number + level[2] - '0' : number;
}

static bool is_in_level(const struct film *film)
{
    const struct mk_plan_encode *encode = film->encode;

    return (!encode->level || film->scan->h264.level <= level_number(encode->level)) &&
           (encode->reference_frames <= 0 ||
            film->scan->h264.references <= encode->reference_frames);
}

static bool carries_no_captions(const struct film *film)
{
    return film->encode->captions.count == 0;
}

/* Which picture it is, counted from the first one that is shown; -1: none, it is between them. */
static int64_t number_of(const struct film *film, size_t i)
{
    int64_t us = film->scan->packets[i].pts_us - film->scan->packets[0].pts_us;
    double number = round((double)us / film->period_us);

    if (number < 0 || fabs((double)us - number * film->period_us) > ROUNDING_US)
        return -1;
    return (int64_t)number;
}

/*
 * Is every picture there, at its time, and none twice? Pictures come a little before or after
 * their turn; the bits are those that are there already, from the first one that is not.
 */
static bool is_constant(const struct film *film)
{
    enum { AHEAD = 64 };
    uint64_t there = 0;
    int64_t next = 0;

    for (size_t i = 0; i < film->scan->packet_count; i++) {
        int64_t number = number_of(film, i);

        if (number < next || number - next >= AHEAD || there >> (number - next) & 1)
            return false;
        there |= UINT64_C(1) << (number - next);
        for (; there & 1; there >>= 1)
            next++;
    }
    return there == 0;
}

static bool is_slow_enough(const struct film *film)
{
    double seconds = (double)film->scan->packet_count * film->period_us / 1e6;

    return film->encode->bit_rate_bps <= 0 ||
           (double)film->scan->bytes * 8 <= (double)film->encode->bit_rate_bps * seconds;
}

/* A decoder that has filled its buffer takes a picture out at each turn; it must never be empty. */
static bool keeps_buffer(const struct film *film)
{
    const struct mk_plan_encode *encode = film->encode;
    double most = (double)(encode->buffer_bits > 0 ? encode->buffer_bits : encode->max_rate_bps);
    double bits = most;

    if (encode->max_rate_bps <= 0)
        return true;
    for (size_t i = 0; i < film->scan->packet_count; i++) {
        bits -= film->scan->packets[i].bytes * 8.0;
        if (bits < 0)
            return false;
        bits = fmin(most, bits + (double)encode->max_rate_bps * film->period_us / 1e6);
    }
    return true;
}

/* Is a picture, at @p us in the output, where a segment begins: half a picture before it, from
 * which on packages cut, or up to one behind? Less than 0: it comes before that, more: after. EDGE:
 * what packages may round. */
static int beside_segment(const struct film *film, double us, int64_t segment)
{
    enum { EDGE_US = 2 };
    double since = us - (double)segment * (double)film->encode->segment_us + film->period_us / 2;

    if (since < EDGE_US)
        return -1;
    return since >= 1.5 * film->period_us - EDGE_US;
}

static double time_of(const struct film *film, size_t number)
{
    return (double)film->late_us + (double)number * film->period_us;
}

/* Where segments are wanted: does one begin with this picture? */
static bool begins_segment(const struct film *film, size_t number)
{
    int64_t segment_us = film->encode->segment_us;
    double us = time_of(film, number);

    return segment_us > 0 &&
           beside_segment(film, us, (int64_t)((us + film->period_us / 2) / (double)segment_us)) ==
               0;
}

/* Key frames divide the pictures as they are stored just as they are shown: none is shown before
 * a key frame and stored behind it. */
static bool divides(const struct film *film, size_t i)
{
    return number_of(film, i) == (int64_t)i;
}

static bool has_gops(const struct film *film)
{
    const struct mk_plan_encode *encode = film->encode;
    size_t last = 0, count = film->scan->packet_count;

    for (size_t i = 0; i <= count; i++) {
        bool ends = i == count;
        size_t distance = i - last;

        if (!ends && !film->scan->packets[i].key) {
            if (i == 0)
                return false;
            continue;
        }
        if (!ends && !divides(film, i))
            return false;
        if (encode->gop_frames > 0 && distance > (size_t)encode->gop_frames)
            return false;
        if (encode->fixed_gop && !ends && i > 0 && distance != (size_t)encode->gop_frames &&
            !begins_segment(film, i))
            return false;
        last = i;
    }
    return true;
}

static bool has_segments(const struct film *film)
{
    int64_t next = 1; /* the first begins with the film */

    for (size_t i = 0; film->encode->segment_us > 0 && i < film->scan->packet_count; i++) {
        int beside = beside_segment(film, time_of(film, i), next);

        if (beside > 0)
            return false;
        if (beside == 0 && film->scan->packets[i].key)
            next++;
    }
    return true;
}

static bool (*const film_rules[])(const struct film *) = {
    is_untouched, is_progressive, has_colors,   is_in_profile, is_in_level,  carries_no_captions,
    is_constant,  is_slow_enough, keeps_buffer, has_gops,      has_segments,
};

/* How many pictures are stored before one that is shown before them, at most. */
static int delay_of(const struct film *film)
{
    int64_t delay = 0;

    for (size_t i = 0; i < film->scan->packet_count; i++) {
        int64_t late = (int64_t)i - number_of(film, i);

        delay = late > delay ? late : delay;
    }
    return (int)delay;
}

bool mk_copy_film(const struct mk_plan_source *source, const struct mk_info_stream *stream,
                  const struct mk_plan_picture *picture, const struct mk_plan_encode *encode,
                  struct mk_plan_copy *out)
{
    struct film film = {stream, stream->scan, picture, encode, 0, 0};

    if (!film.scan || encode->codec != MK_CODEC_H264 || !is_whole(source) || picture->rate.num <= 0)
        return false;
    film.late_us = film.scan->start_us - source->parts[0].start_us;
    film.period_us = 1e6 * picture->rate.den / picture->rate.num;
    if (film.late_us < -ROUNDING_US || film.late_us > BESIDE_US)
        return false;
    for (size_t i = 0; i < sizeof(film_rules) / sizeof(film_rules[0]); i++) {
        if (!film_rules[i](&film))
            return false;
    }
    *out = (struct mk_plan_copy){.rate = picture->rate, .delay_packets = delay_of(&film)};
    return true;
}

bool mk_copy_sound(const struct mk_plan_source *source, const struct mk_info_stream *stream,
                   const struct mk_plan_sound *sound, const struct mk_plan_encode *encode,
                   struct mk_plan_copy *out)
{
    const struct mk_info_scan *scan = stream->scan;
    double seconds;

    if (!scan || encode->codec != MK_CODEC_AAC || !is_whole(source) || sound->only_channel ||
        sound->silent || stream->sample_rate_hz <= HIDES_HE_AAC_HZ ||
        stream->sample_rate_hz != sound->sample_rate_hz || stream->channels != sound->channels ||
        stream->layout != sound->layout ||
        llabs(scan->start_us - source->parts[0].start_us) > BESIDE_US)
        return false;
    seconds = (double)scan->packet_count * scan->frame_samples / (double)stream->sample_rate_hz;
    if ((double)scan->bytes * 8 > (double)encode->bit_rate_bps * seconds * AAC_PERCENT / 100)
        return false;
    *out = (struct mk_plan_copy){.rate = {stream->sample_rate_hz, 1},
                                 .packet_samples = scan->frame_samples};
    return true;
}

struct mk_plan_encode mk_copy_encode(const struct mk_plan_encode *encode, unsigned source,
                                     const struct mk_plan_copy *copy)
{
    struct mk_plan_encode row;

    memset(&row, 0, sizeof(row));
    row.kind = encode->kind;
    row.of = source;
    row.codec = encode->codec;
    row.copies = true;
    row.copy = *copy;
    return row;
}
