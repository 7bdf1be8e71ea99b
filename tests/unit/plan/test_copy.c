#include <math.h>
#include <stdlib.h>

#include "check.h"
#include "plan/copy.h"
#include "plan/make.h"

/*
 * Ten seconds of 640 x 360 at 25 frames a second with a key frame every two seconds and one
 * picture between any two that refer to each other, and its sound, as scanning would find them.
 */
enum {
    FPS = 25,
    PICTURES = 250,
    GOP = 50,
    PERIOD_US = 1000000 / FPS,
    KEY_BYTES = 5000,
    PICTURE_BYTES = 1000,
    FILM_BYTES = PICTURES * PICTURE_BYTES + PICTURES / GOP * (KEY_BYTES - PICTURE_BYTES),
    FILM_BPS = FILM_BYTES * 8 / 10,
    SAMPLES = 1024,
    SOUND_PACKETS = 430,
    SOUND_BYTES = SOUND_PACKETS * 370,
    START_US = 1400000,
};

struct fixture {
    struct mk_info_packet packets[PICTURES + 1];
    struct mk_info_scan film_scan, sound_scan;
    struct mk_info_stream streams[2];
    /* what is asked of a rule */
    struct mk_plan_part part;
    struct mk_plan_source source;
    struct mk_plan_picture picture;
    struct mk_plan_sound sound;
    struct mk_plan_encode encode, track;
    struct mk_plan_copy copy;
};

/* Stored I P b P b …: two pictures change places after every key frame. */
static int shown(int i)
{
    int in_gop = i % GOP, last = GOP - 1;

    if (in_gop == 0 || in_gop == last)
        return i;
    return in_gop % 2 ? i + 1 : i - 1;
}

static void prepare_streams(struct fixture *f)
{
    for (int i = 0; i < PICTURES; i++)
        f->packets[i] = (struct mk_info_packet){.pts_us = START_US + (int64_t)shown(i) * PERIOD_US,
                                                .bytes = i % GOP ? PICTURE_BYTES : KEY_BYTES,
                                                .key = i % GOP == 0};
    f->film_scan = (struct mk_info_scan){
        .start_us = START_US,
        .bytes = FILM_BYTES,
        .packet_count = PICTURES,
        .packets = f->packets,
        .h264 = {77, true, 31, 3, 1, 8, 640, 360, {1, 1}, true, false},
    };
    f->sound_scan = (struct mk_info_scan){.start_us = START_US,
                                          .bytes = SOUND_BYTES,
                                          .packet_count = SOUND_PACKETS,
                                          .frame_samples = SAMPLES};
    f->streams[0] = (struct mk_info_stream){.kind = MK_VIDEO,
                                            .decodable = true,
                                            .codec = "h264",
                                            .start_us = START_US,
                                            .width_px = 640,
                                            .height_px = 360,
                                            .sar = {1, 1},
                                            .frame_rate = {FPS, 1},
                                            .nominal_rate = {FPS, 1},
                                            .scan = &f->film_scan};
    f->streams[1] = (struct mk_info_stream){.index = 1,
                                            .kind = MK_AUDIO,
                                            .decodable = true,
                                            .codec = "aac",
                                            .start_us = START_US,
                                            .sample_rate_hz = 44100,
                                            .channels = 2,
                                            .layout = 3,
                                            .scan = &f->sound_scan};
}

static struct fixture *prepare(void)
{
    struct fixture *f = calloc(1, sizeof(*f));

    prepare_streams(f);
    f->part = (struct mk_plan_part){.start_us = START_US};
    f->source = (struct mk_plan_source){.parts = &f->part, .part_count = 1};
    f->picture = (struct mk_plan_picture){.rate = {FPS, 1},
                                          .scale_width_px = 640,
                                          .scale_height_px = 360,
                                          .crop_width_px = 640,
                                          .crop_height_px = 360,
                                          .width_px = 640,
                                          .height_px = 360,
                                          .sar = {1, 1}};
    f->encode = (struct mk_plan_encode){.kind = MK_VIDEO,
                                        .codec = MK_CODEC_H264,
                                        .bit_rate_bps = FILM_BPS,
                                        .profile = "main",
                                        .level = "3.1",
                                        .reference_frames = 3,
                                        .gop_frames = GOP};
    f->sound = (struct mk_plan_sound){.sample_rate_hz = 44100, .channels = 2, .layout = 3};
    f->track =
        (struct mk_plan_encode){.kind = MK_AUDIO, .codec = MK_CODEC_AAC, .bit_rate_bps = 128000};
    return f;
}

/* ---- one condition after the other, just met and just not ---- */

typedef void change(struct fixture *f, int64_t value);

/* A change that sets one number. */
#define SETS(name, member)                                                                         \
    static void name(struct fixture *f, int64_t value)                                             \
    {                                                                                              \
        f->member = (__typeof__(f->member))value;                                                  \
    }

SETS(codec, encode.codec)
SETS(parts, source.part_count)
SETS(begins, part.skip_us)
SETS(clip, part.duration_us)
SETS(start, part.start_us)
SETS(profile, film_scan.h264.profile)
SETS(level, film_scan.h264.level)
SETS(references, film_scan.h264.references)
SETS(chroma, film_scan.h264.chroma_format)
SETS(depth, film_scan.h264.depth)
SETS(full_range, film_scan.h264.full_range)
SETS(progressive, film_scan.h264.progressive)
SETS(width, film_scan.h264.width_px)
SETS(height, film_scan.h264.height_px)
SETS(sar, film_scan.h264.sar.num)
SETS(scaled, picture.scale_width_px)
SETS(cropped, picture.crop_height_px)
SETS(padded, picture.height_px)
SETS(turned, picture.rotation_deg)
SETS(mirrored, picture.mirror)
SETS(stored_turned, streams[0].rotation_deg)
SETS(stored_mirrored, streams[0].mirrored)
SETS(deinterlaced, picture.deinterlace)
SETS(fields, picture.fields)
SETS(woven, picture.weave)
SETS(every_field, picture.every_field)
SETS(pixels, picture.pixels)
SETS(marks, picture.mark_count)
SETS(captions, encode.captions.count)
SETS(rate, picture.rate.num)
SETS(bit_rate, encode.bit_rate_bps)
SETS(gop, encode.gop_frames)
SETS(segment, encode.segment_us)
SETS(fourth, packets[3].pts_us)
SETS(last, packets[PICTURES - 1].pts_us)
SETS(first_key, packets[0].key)
SETS(another_key, packets[GOP + 1].key)
SETS(only_channel, sound.only_channel)
SETS(silent, sound.silent)
SETS(channels, sound.channels)
SETS(layout, sound.layout)
SETS(track_codec, track.codec)
SETS(track_rate, track.bit_rate_bps)
SETS(sound_start, sound_scan.start_us)

static void unscanned(struct fixture *f, int64_t value)
{
    f->streams[0].scan = value ? NULL : &f->film_scan;
    f->streams[1].scan = value ? NULL : &f->sound_scan;
}

static void unconstrained(struct fixture *f, int64_t value)
{
    f->film_scan.h264.profile = 66;
    f->film_scan.h264.constrained = !value;
}

/* Of the preset: 0 is none, 1 is "1b". */
static void level_of_preset(struct fixture *f, int64_t value)
{
    f->encode.level = value ? "1b" : NULL;
}

static void low_level(struct fixture *f, int64_t value)
{
    f->encode.level = "1b";
    f->film_scan.h264.level = (int)value;
}

static void high(struct fixture *f, int64_t value)
{
    f->encode.profile = "high";
    f->film_scan.h264.profile = (int)value;
}

static void baseline(struct fixture *f, int64_t value)
{
    f->encode.profile = "baseline";
    f->film_scan.h264.profile = (int)value;
}

static void converted(struct fixture *f, int64_t value)
{
    f->picture.matrix_in = MK_MATRIX_BT709;
    f->picture.matrix_out = (enum mk_matrix)value;
}

/* All pictures move to and fro, as in containers that count in coarse ticks. */
static void jitter(struct fixture *f, int64_t value)
{
    for (int i = 1; i < PICTURES; i++)
        f->packets[i].pts_us += i % 2 ? value : -value;
}

static void late(struct fixture *f, int64_t value)
{
    f->film_scan.start_us += value;
    for (int i = 0; i < PICTURES; i++)
        f->packets[i].pts_us += value;
}

static void fewer(struct fixture *f, int64_t value)
{
    f->film_scan.packet_count = (size_t)value;
    f->encode.bit_rate_bps = 0;
}

/* A picture that is shown too early for its place, as they are before a key frame that is open. */
static void open_gop(struct fixture *f, int64_t value)
{
    for (int i = 0; value && i < 2; i++)
        f->packets[GOP + i].pts_us = START_US + (GOP + 1 - i) * PERIOD_US;
}

/* One picture of so many bytes, where a buffer holds 40000 bits. */
static void burst(struct fixture *f, int64_t value)
{
    f->encode.max_rate_bps = 2 * FILM_BPS;
    f->encode.buffer_bits = KEY_BYTES * 8;
    f->packets[GOP].bytes = (int)value;
}

/* The buffer is refilled more slowly than it is emptied: 49 pictures at 8000 bits each follow a
 * key frame of 40000, and each turn brings 1/25 of the rate. */
static void peak(struct fixture *f, int64_t value)
{
    f->encode.max_rate_bps = value;
    f->encode.buffer_bits = 100000;
    for (int i = 0; i < PICTURES; i++)
        f->packets[i].bytes = PICTURE_BYTES;
    f->film_scan.bytes = PICTURES * PICTURE_BYTES;
}

/* Stored as they are shown. */
static void in_order(struct fixture *f)
{
    for (int i = 0; i < PICTURES; i++)
        f->packets[i].pts_us = START_US + (int64_t)i * PERIOD_US;
}

static void fixed_gop(struct fixture *f, int64_t value)
{
    f->encode.fixed_gop = true;
    f->encode.gop_frames = (int)value;
}

/* Key frames every 75 pictures, and where segments of four seconds begin. */
static void fixed_and_segments(struct fixture *f, int64_t value)
{
    static const int keys[] = {0, 75, 100, 175, 200};

    fixed_gop(f, 75);
    f->encode.segment_us = value;
    in_order(f);
    for (int i = 0; i < PICTURES; i++)
        f->packets[i].key = false;
    for (size_t i = 0; i < CHECK_COUNT(keys); i++)
        f->packets[keys[i]].key = true;
}

/* Segments of two seconds, and a film that begins so much later than the sound. */
static void late_segments(struct fixture *f, int64_t value)
{
    f->encode.segment_us = 2000000;
    late(f, value);
}

/* A segment would begin with the last picture but one; a film that ends with it needs none. */
static void short_of_a_segment(struct fixture *f, int64_t value)
{
    f->encode.segment_us = 2000000;
    f->film_scan.packet_count = (size_t)value;
    f->packets[4 * GOP].key = false;
    f->encode.gop_frames = 2 * GOP;
    f->encode.bit_rate_bps = 0;
    in_order(f);
}

static void sample_rate(struct fixture *f, int64_t value)
{
    f->sound.sample_rate_hz = (int)value;
}

static void both_rates(struct fixture *f, int64_t value)
{
    f->sound.sample_rate_hz = f->streams[1].sample_rate_hz = (int)value;
}

/* Bytes that are 5 % more than what the rate comes to, and one more a packet. */
enum { MOST_BYTES = (int)(128000.0 * SOUND_PACKETS * SAMPLES / 44100 / 8 * 1.05) };

static void sound_bytes(struct fixture *f, int64_t value)
{
    f->sound_scan.bytes = value;
}

static const struct row {
    const char *name;
    change *change;
    int64_t good, bad;
} film_rows[] =
    {
        {"codec", codec, MK_CODEC_H264, MK_CODEC_VP8},
        {"scan", unscanned, 0, 1},
        {"several inputs", parts, 1, 2},
        {"clip that begins late", begins, 0, 1},
        {"clip that ends early", clip, 0, 10000000},
        {"film before the output", start, START_US, START_US + 2000},
        {"film late", late, 100000, 101000},
        {"profile", profile, 77, 100},
        {"profile high", high, 100, 110},
        {"profile baseline", baseline, 66, 77},
        {"baseline of its own", unconstrained, 0, 1},
        {"level", level, 31, 32},
        {"level 1b", low_level, 10, 11},
        {"level of the preset", level_of_preset, 0, 1},
        {"references", references, 3, 4},
        {"chroma", chroma, 1, 2},
        {"depth", depth, 8, 10},
        {"range", full_range, 0, 1},
        {"fields in the stream", progressive, 1, 0},
        {"fields wanted", fields, MK_FIELDS_PROGRESSIVE, MK_FIELDS_TOP_FIRST},
        {"deinterlaced", deinterlaced, MK_DEINTERLACE_MARKED, MK_DEINTERLACE_ALL},
        {"fields kept", deinterlaced, MK_DEINTERLACE_NONE, MK_DEINTERLACE_KEEP},
        {"woven", woven, 0, 1},
        {"every field", every_field, 0, 1},
        {"width", width, 640, 638},
        {"height", height, 360, 362},
        {"shape of pixels", sar, 1, 2},
        {"scaled", scaled, 640, 638},
        {"cropped", cropped, 360, 358},
        {"padded", padded, 360, 480},
        {"turned", turned, 0, 180},
        {"mirrored", mirrored, 0, 1},
        {"stored turned", stored_turned, 0, 180},
        {"stored mirrored", stored_mirrored, 0, 1},
        {"pixels", pixels, MK_PIXELS_YUV420P, MK_PIXELS_YUV422P},
        {"colours", converted, MK_MATRIX_BT709, MK_MATRIX_BT601},
        {"watermark", marks, 0, 1},
        {"captions in the frames", captions, 0, 1},
        {"frame rate", rate, FPS, FPS + 1},
        {"half the frame rate", rate, FPS, 2 * FPS},
        {"jitter", jitter, 1000, 2000},
        {"picture twice", fourth, START_US + 4 * PERIOD_US, START_US + 3 * PERIOD_US},
        {"picture missing", last, START_US + 249 * PERIOD_US, START_US + 250 * PERIOD_US},
        {"picture far away", last, START_US + 249 * PERIOD_US, START_US + 2490 * PERIOD_US},
        {"end of the film", fewer, PICTURES - 1, PICTURES - 2},
        {"bit rate", bit_rate, FILM_BPS, FILM_BPS - 1},
        {"no bit rate", bit_rate, 0, 1},
        {"buffer", burst, KEY_BYTES, KEY_BYTES + 1},
        {"peak", peak, 200000, 180000},
        {"distance of key frames", gop, GOP, GOP - 1},
        {"fixed distance", fixed_gop, GOP, GOP + 1},
        {"fixed but for segments", fixed_and_segments, 4000000, 0},
        {"first key frame", first_key, 1, 0},
        {"key frame out of order", another_key, 0, 1},
        {"open GOP", open_gop, 0, 1},
        {"segments", segment, 2000000, 3000000},
        {"longer segments", segment, 4000000, 1000000},
        {"segments of a late film", late_segments, PERIOD_US - 1000, PERIOD_US + 1000},
        {"key frame missing at the end", short_of_a_segment, 4 * GOP + 1, 4 * GOP + 2},
},
  sound_rows[] = {
      {"codec", track_codec, MK_CODEC_AAC, MK_CODEC_AAC_HE},
      {"scan", unscanned, 0, 1},
      {"several inputs", parts, 1, 2},
      {"clip that begins late", begins, 0, 1},
      {"clip that ends early", clip, 0, 10000000},
      {"sample rate", sample_rate, 44100, 48000},
      {"rate that may hide another", both_rates, 32000, 24000},
      {"channels", channels, 2, 1},
      {"speakers", layout, 3, 0x600},
      {"one channel", only_channel, 0, 1},
      {"silence", silent, 0, 1},
      {"bytes", sound_bytes, MOST_BYTES, MOST_BYTES + 1},
      {"bit rate", track_rate, 128000, 120000},
      {"late", sound_start, START_US + 100000, START_US + 101000},
      {"early", sound_start, START_US - 100000, START_US - 101000},
};

static bool copies_film(struct fixture *f)
{
    return mk_copy_film(&f->source, &f->streams[0], &f->picture, &f->encode, &f->copy);
}

static bool copies_sound(struct fixture *f)
{
    return mk_copy_sound(&f->source, &f->streams[1], &f->sound, &f->track, &f->copy);
}

static void check(const struct row *row, bool (*copies)(struct fixture *))
{
    for (int bad = 0; bad < 2; bad++) {
        struct fixture *f = prepare();

        row->change(f, bad ? row->bad : row->good);
        if (copies(f) == bad)
            fail_msg("%s: %s", row->name, bad ? "copied" : "not copied");
        free(f);
    }
}

static void every_condition_counts(void **state)
{
    (void)state;
    for (size_t i = 0; i < CHECK_COUNT(film_rows); i++)
        check(&film_rows[i], copies_film);
    for (size_t i = 0; i < CHECK_COUNT(sound_rows); i++)
        check(&sound_rows[i], copies_sound);
}

static void times_are_told(void **state)
{
    struct fixture *f = prepare();

    (void)state;
    assert_true(copies_film(f));
    assert_int_equal(f->copy.rate.num, FPS);
    assert_int_equal(f->copy.rate.den, 1);
    assert_int_equal(f->copy.delay_packets, 1);
    assert_true(copies_sound(f));
    assert_int_equal(f->copy.rate.num, 44100);
    assert_int_equal(f->copy.packet_samples, SAMPLES);
    assert_int_equal(f->copy.delay_packets, 0);
    fixed_and_segments(f, 4000000);
    assert_true(copies_film(f));
    assert_int_equal(f->copy.delay_packets, 0);
    free(f);
}

/* ---- in a plan ---- */

enum { MOST = 3 };

static const struct mk_pair options[] = {
    {"Profile", "main"}, {"Level", "3.1"}, {"MaxReferenceFrames", "3"}};
static struct mk_video_parameters video = {
    .codec = "H.264",
    .codec_options = options,
    .codec_option_count = CHECK_COUNT(options),
    .keyframes_max_dist = "50",
    .fixed_gop = "false",
    .bit_rate = "300",
    .frame_rate = "auto",
    .max_frame_rate = "30",
    .max_width = "1280",
    .max_height = "720",
    .display_aspect_ratio = "auto",
    .sizing_policy = "ShrinkToFit",
    .padding_policy = "NoPad",
};
static struct mk_audio_options lc = {.profile = "AAC-LC"};
static struct mk_audio_parameters audio = {.codec = "AAC",
                                           .sample_rate = "44100",
                                           .bit_rate = "128",
                                           .channels = "2",
                                           .codec_options = &lc};
static struct mk_thumbnails thumbnails = {.format = "png",
                                          .interval = "5",
                                          .max_width = "320",
                                          .max_height = "180",
                                          .sizing_policy = "Fit",
                                          .padding_policy = "NoPad"};

struct job {
    struct mk_arena arena;
    struct fixture *f;
    struct mk_video_parameters video[MOST];
    struct mk_preset presets[MOST];
    const struct mk_preset *preset_list[MOST];
    struct mk_info infos[2];
    struct mk_job_input inputs[2];
    struct mk_job_output outputs[MOST];
    struct mk_job job;
    struct mk_plan_request request;
    struct mk_plan *plan;
};

static struct job *prepare_job(const char *const containers[MOST])
{
    struct job *j = calloc(1, sizeof(*j));

    j->f = prepare();
    for (size_t i = 0; i < 2; i++)
        j->infos[i] = (struct mk_info){.streams = j->f->streams,
                                       .stream_count = 2,
                                       .start_us = START_US,
                                       .duration_us = 10000000};
    j->job = (struct mk_job){.inputs = j->inputs, .input_count = 1, .outputs = j->outputs};
    for (size_t i = 0; i < MOST && containers[i]; i++) {
        j->video[i] = video;
        j->presets[i] = (struct mk_preset){.id = "p",
                                           .container = containers[i],
                                           .video = &j->video[i],
                                           .audio = &audio,
                                           .thumbnails = &thumbnails};
        j->preset_list[i] = &j->presets[i];
        j->outputs[i] = (struct mk_job_output){.key = "k"};
        if (strcmp(containers[i], "ts") == 0)
            j->outputs[i].segment_duration = "2";
        j->job.output_count++;
    }
    j->request = (struct mk_plan_request){.job = &j->job,
                                          .presets = j->preset_list,
                                          .infos = j->infos,
                                          .info_count = 1,
                                          .cores = 2,
                                          .copy = true};
    return j;
}

static void make(struct job *j)
{
    assert_int_equal(mk_plan_make(&j->request, &j->arena, &j->plan, NULL), MOCKETS_OK);
    assert_int_equal(j->plan->outputs[0].error_code, 0);
}

static void drop(struct job *j)
{
    mk_arena_fini(&j->arena);
    free(j->f);
    free(j);
}

/* Which streams of the first output are copied: 'f'ilm, 's'ound. */
static void say_copies(const struct job *j, char out[3])
{
    const struct mk_plan_package *package = &j->plan->packages[0];

    for (size_t i = 0; i < package->encode_count; i++) {
        const struct mk_plan_encode *encode = &j->plan->encodes[package->encodes[i]];

        if (encode->copies)
            *out++ = encode->kind == MK_VIDEO ? 'f' : 's';
    }
    *out = '\0';
}

static void all_copied_is_nothing_decoded(void **state)
{
    const char *const containers[MOST] = {"ts", "mp4"};
    struct job *j = prepare_job(containers);
    const struct mk_plan *plan;

    (void)state;
    make(j);
    plan = j->plan;
    assert_int_equal(plan->picture_count, 0);
    assert_int_equal(plan->sound_count, 0);
    assert_null(plan->first);
    assert_int_equal(plan->source_count, 1);
    assert_int_equal(plan->sources[0].parts[0].video_stream, 0);
    assert_int_equal(plan->sources[0].parts[0].audio_stream, 1);
    /* both files have the same two */
    assert_int_equal(plan->encode_count, 2);
    assert_int_equal(plan->package_count, 2);
    for (size_t i = 0; i < 2; i++) {
        assert_true(plan->encodes[i].copies);
        assert_int_equal(plan->encodes[i].of, 0);
        assert_int_equal(plan->packages[0].encodes[i], i);
        assert_int_equal(plan->packages[1].encodes[i], i);
    }
    assert_string_equal(plan->outputs[0].frame_rate, "25");
    drop(j);
}

/* Presets that differ in what the film satisfies anyway need no copy each. */
static void different_presets_share(void **state)
{
    const char *const containers[MOST] = {"mp4", "mp4"};
    struct job *j = prepare_job(containers);

    (void)state;
    j->video[1].bit_rate = "900";
    j->video[1].keyframes_max_dist = "90";
    make(j);
    assert_int_equal(j->plan->encode_count, 2);
    assert_int_equal(j->plan->packages[1].encodes[0], j->plan->packages[0].encodes[0]);
    drop(j);
}

/* One that is encoded beside one that is copied is decoded, and looked at twice. */
static void copies_beside_encodes(void **state)
{
    const char *const containers[MOST] = {"mp4", "ts"};
    struct job *j = prepare_job(containers);
    const struct mk_plan *plan;
    char copies[3];

    (void)state;
    j->video[1].max_width = "480";
    make(j);
    plan = j->plan;
    say_copies(j, copies);
    assert_string_equal(copies, "fs");
    assert_int_equal(plan->picture_count, 1);
    assert_int_equal(plan->pictures[0].width_px, 480);
    assert_int_equal(plan->sound_count, 0);
    assert_int_equal(plan->encode_count, 3);
    assert_non_null(plan->first);
    assert_int_equal(plan->first->encode_count, 1);
    assert_int_equal(plan->first->encodes[0].of, 0);
    assert_false(plan->first->encodes[0].copies);
    drop(j);
}

static void thumbnails_are_decoded(void **state)
{
    const char *const containers[MOST] = {"mp4"};
    struct job *j = prepare_job(containers);
    char copies[3];

    (void)state;
    j->outputs[0].thumbnail_pattern = "k-{count}";
    make(j);
    say_copies(j, copies);
    assert_string_equal(copies, "fs");
    assert_int_equal(j->plan->picture_count, 1);
    assert_true(j->plan->pictures[0].interval_us > 0);
    drop(j);
}

static void ask_nothing(struct job *j)
{
    (void)j;
}

static void ask_no_copy(struct job *j)
{
    j->request.copy = false;
}

static void ask_other_rate(struct job *j)
{
    static struct mk_audio_parameters other;

    other = audio;
    other.sample_rate = "48000";
    j->presets[0].audio = &other;
}

static void ask_smaller(struct job *j)
{
    j->video[0].max_height = "240";
}

static void ask_other_pixels(struct job *j)
{
    j->inputs[0].aspect_ratio = "4:3";
}

static void ask_fields(struct job *j)
{
    j->inputs[0].interlaced = "true";
}

static void ask_turned(struct job *j)
{
    j->outputs[0].rotate = "90";
}

static void ask_clip(struct job *j)
{
    static struct mk_time_span span = {.start_time = "0", .duration = "5"};
    static const struct mk_clip whole = {.time_span = NULL}, part = {.time_span = &span};

    j->outputs[0].composition = j->request.cores == 1 ? &whole : &part;
    j->outputs[0].composition_count = 1;
}

/* A Composition that takes all. */
static void ask_whole(struct job *j)
{
    j->request.cores = 1;
    ask_clip(j);
}

static void ask_two_inputs(struct job *j)
{
    j->job.input_count = j->request.info_count = 2;
}

static void ask_two_mono_streams(struct job *j)
{
    static struct mk_info_stream streams[3];
    static struct mk_audio_parameters mono;

    mono = audio;
    mono.channels = "1";
    for (size_t i = 0; i < 3; i++) {
        streams[i] = j->f->streams[i > 0];
        streams[i].index = (int)i;
        streams[i].channels = 1;
        streams[i].layout = 4;
    }
    j->infos[0].streams = streams;
    j->infos[0].stream_count = 3;
    j->presets[0].audio = &mono;
}

static void plans(void **state)
{
    static const struct {
        const char *name, *container;
        void (*ask)(struct job *j);
        const char *copies;
    } rows[] = {
        {"mp4", "mp4", ask_nothing, "fs"},
        {"segments", "ts", ask_nothing, "fs"},
        {"not asked for", "mp4", ask_no_copy, ""},
        {"container that is not made so", "fmp4", ask_nothing, ""},
        {"another such", "flv", ask_nothing, ""},
        {"only the film fits", "mp4", ask_other_rate, "f"},
        {"only the sound fits", "mp4", ask_smaller, "s"},
        {"pixels are not as the job says", "mp4", ask_other_pixels, "s"},
        {"nor are fields", "mp4", ask_fields, "s"},
        {"turned", "mp4", ask_turned, "s"},
        {"clip", "mp4", ask_clip, ""},
        {"clip that is everything", "mp4", ask_whole, "fs"},
        {"two inputs", "mp4", ask_two_inputs, ""},
        {"two mono streams", "mp4", ask_two_mono_streams, "f"},
    };

    (void)state;
    for (size_t i = 0; i < CHECK_COUNT(rows); i++) {
        const char *const containers[MOST] = {rows[i].container};
        struct job *j = prepare_job(containers);
        char copies[3];

        rows[i].ask(j);
        make(j);
        say_copies(j, copies);
        if (strcmp(copies, rows[i].copies) != 0)
            fail_msg("%s: \"%s\" instead of \"%s\"", rows[i].name, copies, rows[i].copies);
        if (strchr(copies, 's') && j->plan->sound_count)
            fail_msg("%s: sound is decoded", rows[i].name);
        drop(j);
    }
}

/* Is it worth reading all packets? */
static void who_is_scanned(void **state)
{
    static struct mk_time_span span = {.start_time = "1"};
    static const struct {
        const char *container, *film;
        size_t inputs;
        struct mk_time_span *span;
        bool possible;
    } rows[] = {
        {"mp4", "H.264", 1, NULL, true},   {"ts", "H.264", 1, NULL, true},
        {"mp4", "H.264", 2, NULL, false},  {"mp4", "H.264", 1, &span, false},
        {"fmp4", "H.264", 1, NULL, false}, {"webm", "vp8", 1, NULL, false},
        {"ts", "mpeg2", 1, NULL, true}, /* its sound */
    };

    (void)state;
    for (size_t i = 0; i < CHECK_COUNT(rows); i++) {
        const char *const containers[MOST] = {rows[i].container};
        struct job *j = prepare_job(containers);

        j->video[0].codec = (char *)rows[i].film;
        j->job.input_count = rows[i].inputs;
        j->inputs[0].time_span = rows[i].span;
        if (mk_copy_is_possible(&j->job, j->preset_list) != rows[i].possible)
            fail_msg("row %zu", i);
        drop(j);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_condition_counts),
        cmocka_unit_test(times_are_told),
        cmocka_unit_test(all_copied_is_nothing_decoded),
        cmocka_unit_test(different_presets_share),
        cmocka_unit_test(copies_beside_encodes),
        cmocka_unit_test(thumbnails_are_decoded),
        cmocka_unit_test(plans),
        cmocka_unit_test(who_is_scanned),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
