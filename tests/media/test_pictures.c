#include "media_look.h"

#include <unistd.h>

enum colour { OTHER, RED, GREEN, BLUE, WHITE, BLACK };

/* Of a YUV picture, at a place in percent. */
static enum colour colour_at(const AVFrame *frame, int x_percent, int y_percent)
{
    int x = frame->width * x_percent / 100, y = frame->height * y_percent / 100;
    int luma = frame->data[0][y * frame->linesize[0] + x];
    int u = frame->data[1][y / 2 * frame->linesize[1] + x / 2];
    int v = frame->data[2][y / 2 * frame->linesize[2] + x / 2];

    if (abs(u - 128) < 12 && abs(v - 128) < 12)
        return luma > 200 ? WHITE : luma < 24 ? BLACK : OTHER;
    if (v > 200)
        return RED;
    if (u > 200)
        return BLUE;
    return u < 90 && v < 90 ? GREEN : OTHER;
}

static void assert_upright(const char *path, int width, int height)
{
    struct look_frames look = look_decode(path);

    assert_int_equal(look.first->width, width);
    assert_int_equal(look.first->height, height);
    assert_int_equal(colour_at(look.first, 25, 25), RED);
    assert_int_equal(colour_at(look.first, 75, 25), GREEN);
    assert_int_equal(colour_at(look.first, 25, 75), BLUE);
    assert_int_equal(colour_at(look.first, 75, 75), WHITE);
    av_frame_free(&look.first);
}

/* A plan of one picture in one MP4; what is special is changed by the caller. */
static void plan_picture(struct test_plan *t, struct test_host *host, const char *clip, int width,
                         int height, int rate)
{
    unsigned source;

    memset(host, 0, sizeof(*host));
    host->inputs[0] = clip;
    test_plan_init(t);
    source = test_add_source(t, clip);
    test_add_h264(t, test_add_picture(t, source, width, height, rate, 1), 0);
    test_add_package(t, MK_CONTAINER_MP4, "out.mp4", 0, 0, -1);
}

static void turns_pictures_upright(void **state)
{
    static const struct {
        int turn, width, height;
        const char *name;
    } rows[] = {
        {0, 160, 90, "turn0.mp4"},
        {90, 90, 160, "turn90.mp4"},
        {180, 160, 90, "turn180.mp4"},
        {270, 90, 160, "turn270.mp4"},
    };

    (void)state;
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct test_plan t;
        struct test_host host;
        struct test_info info;
        char options[128];

        snprintf(options, sizeof(options),
                 "--size 320x180 --seconds 1 --audio 0 --pattern corners --rotate %d",
                 rows[i].turn);
        test_clip(rows[i].name, options);
        info = test_probe(rows[i].name);
        assert_int_equal(info.video->width_px, 320);
        assert_int_equal(info.video->rotation_deg, rows[i].turn);
        assert_false(info.video->mirrored);
        plan_picture(&t, &host, rows[i].name, rows[i].width, rows[i].height, 30);
        t.pictures[0].rotation_deg = info.video->rotation_deg;
        mk_arena_fini(&info.arena);
        test_run_well(&host, &t);
        assert_upright("out.mp4", rows[i].width, rows[i].height);
        info = test_probe("out.mp4");
        assert_int_equal(info.video->rotation_deg, 0);
        mk_arena_fini(&info.arena);
    }
}

static void mirrors(void **state)
{
    struct test_plan t;
    struct test_host host;
    struct look_frames look;

    (void)state;
    plan_picture(&t, &host, "turn0.mp4", 160, 90, 30);
    t.pictures[0].mirror = true;
    test_run_well(&host, &t);
    look = look_decode("out.mp4");
    assert_int_equal(colour_at(look.first, 25, 25), GREEN);
    assert_int_equal(colour_at(look.first, 25, 75), WHITE);
    av_frame_free(&look.first);
}

static void crops_and_pads_in_the_middle(void **state)
{
    struct test_plan t;
    struct test_host host;
    struct look_frames look;

    (void)state;
    plan_picture(&t, &host, "turn0.mp4", 160, 160, 30);
    t.pictures[0].scale_width_px = 320;
    t.pictures[0].scale_height_px = 80;
    t.pictures[0].crop_width_px = 160;
    t.pictures[0].crop_height_px = 80;
    test_run_well(&host, &t);
    look = look_decode("out.mp4");
    assert_int_equal(look.first->width, 160);
    assert_int_equal(look.first->height, 160);
    assert_int_equal(colour_at(look.first, 50, 12), BLACK);
    assert_int_equal(colour_at(look.first, 25, 37), RED);
    assert_int_equal(colour_at(look.first, 75, 63), WHITE);
    assert_int_equal(colour_at(look.first, 50, 90), BLACK);
    av_frame_free(&look.first);
}

static void writes_the_shape_of_pixels(void **state)
{
    struct test_plan t;
    struct test_host host;
    struct test_info info;

    (void)state;
    plan_picture(&t, &host,
                 test_clip("sar.mp4", "--size 360x288 --seconds 1 --sar 16:15 --audio 0"), 180, 144,
                 25);
    t.pictures[0].sar = (struct mk_rational){16, 15};
    test_run_well(&host, &t);
    info = test_probe("out.mp4");
    assert_int_equal(info.video->sar.num, 16);
    assert_int_equal(info.video->sar.den, 15);
    assert_int_equal(info.video->frame_rate.num, 25);
    assert_int_equal(info.video->duration_us, 1000000);
    mk_arena_fini(&info.arena);
}

static void converts_colours(void **state)
{
    struct test_plan t;
    struct test_host host;
    struct test_info info;
    struct look_frames look;

    (void)state;
    plan_picture(&t, &host, "turn0.mp4", 160, 90, 30);
    t.pictures[0].matrix_in = MK_MATRIX_BT601;
    t.pictures[0].matrix_out = MK_MATRIX_BT709;
    test_run_well(&host, &t);
    info = test_probe("out.mp4");
    assert_int_equal(info.video->matrix, MK_MATRIX_BT709);
    mk_arena_fini(&info.arena);
    /* Pure green: 145 of luma in BT.601, 173 in BT.709. */
    look = look_decode("out.mp4");
    assert_in_range(look.first->data[0][look.first->linesize[0] * 20 + 120], 168, 178);
    av_frame_free(&look.first);
}

static struct look_track video;

/* Frames that come at their own pace become a constant rate of the same length. */
static void evens_out_the_rate(void **state)
{
    struct test_plan t;
    struct test_host host;

    (void)state;
    plan_picture(&t, &host, test_clip("vfr.mp4", "--size 160x90 --seconds 4 --vfr --audio 0"), 160,
                 90, 30);
    test_run_well(&host, &t);
    video.count = 0;
    look_packets("out.mp4", &video, NULL);
    look_contiguous(&video, 1 / 30.0);
    assert_in_range(video.count, 118, 120);
}

static void writes_the_wanted_parameter_sets(void **state)
{
    static const struct {
        const char *profile, *level;
        int references;
        unsigned profile_idc, level_idc;
    } rows[] = {
        {"baseline", "3", 1, 66, 30}, {"baseline", "3.1", 3, 66, 31}, {"main", "3.1", 1, 77, 31},
        {"main", "3", 2, 77, 30},     {"high", "4", 3, 100, 40},      {"high", "4.1", 5, 100, 41},
    };

    (void)state;
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct test_plan t;
        struct test_host host;
        struct look_sps sps;

        plan_picture(&t, &host, "vfr.mp4", 160, 90, 30);
        t.encodes[0].profile = rows[i].profile;
        t.encodes[0].level = rows[i].level;
        t.encodes[0].reference_frames = rows[i].references;
        t.encodes[0].effort.preset = NULL;
        test_run_well(&host, &t);
        sps = look_mp4_sps("out.mp4");
        assert_int_equal(sps.profile, rows[i].profile_idc);
        assert_int_equal(sps.level, rows[i].level_idc);
        assert_int_equal(sps.references, rows[i].references);
    }
}

static void keeps_a_fixed_distance_of_key_frames(void **state)
{
    struct test_plan t;
    struct test_host host;

    (void)state;
    plan_picture(&t, &host, "vfr.mp4", 160, 90, 30);
    t.encodes[0].fixed_gop = true;
    t.encodes[0].gop_frames = 25;
    t.encodes[0].bit_rate_bps = 0;
    t.encodes[0].max_rate_bps = t.encodes[0].buffer_bits = 0;
    test_run_well(&host, &t);
    video.count = 0;
    look_packets("out.mp4", &video, NULL);
    for (size_t i = 0; i < video.count; i++)
        assert_int_equal(video.packets[i].key, i % 25 == 0);
}

static void deinterlaces_and_interlaces(void **state)
{
    const char *clip = test_clip("inter.mp4", "--size 360x288 --rate 25 --seconds 2 --interlaced"
                                              " --audio 0");
    struct test_info info = test_probe(clip);
    struct test_plan t;
    struct test_host host;
    struct look_frames look;

    (void)state;
    assert_true(info.video->interlaced);
    assert_true(info.video->top_field_first);
    mk_arena_fini(&info.arena);

    plan_picture(&t, &host, clip, 180, 144, 25);
    t.pictures[0].deinterlace = t.pictures[0].top_field_first = true;
    test_run_well(&host, &t);
    look = look_decode("out.mp4");
    assert_int_equal(look.count, 50);
    assert_int_equal(look.interlaced, 0);
    av_frame_free(&look.first);

    plan_picture(&t, &host, clip, 180, 144, 25);
    t.pictures[0].deinterlace = t.pictures[0].top_field_first = t.pictures[0].weave = true;
    t.pictures[0].fields = t.encodes[0].fields = MK_FIELDS_BOTTOM_FIRST;
    test_run_well(&host, &t);
    look = look_decode("out.mp4");
    assert_int_equal(look.count, 50);
    assert_int_equal(look.interlaced, 50);
    assert_int_equal(look.top_first, 0);
    assert_false(look_mp4_sps("out.mp4").frames_only);
    av_frame_free(&look.first);
    info = test_probe("out.mp4");
    assert_true(info.video->interlaced);
    assert_false(info.video->top_field_first);
    mk_arena_fini(&info.arena);
}

/* A file of MPEG-2, whose encoder makes the same of the same. */
static void add_mpeg2(struct test_plan *t, unsigned picture, const char *key)
{
    unsigned encode = (unsigned)t->plan.encode_count++;

    t->encodes[encode] = (struct mk_plan_encode){.kind = MK_VIDEO,
                                                 .of = picture,
                                                 .codec = MK_CODEC_MPEG2,
                                                 .bit_rate_bps = 800000,
                                                 .gop_frames = 15,
                                                 .threads = 1};
    test_add_package(t, MK_CONTAINER_MPG, key, 0, (int)encode, -1);
}

static void assert_same_file(const char *a, const char *b)
{
    char command[256];

    snprintf(command, sizeof(command), "cmp %s %s", a, b);
    assert_int_equal(system(command), 0);
}

/* It makes no difference to a picture whether it deinterlaces or gets frames that are whole. */
static void makes_frames_whole_once(void **state)
{
    static const struct {
        struct mk_plan_lines lines[2];
        int rates[2];
    } rows[] = {
        {{{MK_DEINTERLACE_ALL, false, true}, {MK_DEINTERLACE_NONE, false, false}}, {25, 30}},
        {{{MK_DEINTERLACE_ALL, true, false}, {MK_DEINTERLACE_NONE, false, false}}, {50, 60}},
        {{{MK_DEINTERLACE_MARKED, true, false}, {MK_DEINTERLACE_MARKED, true, false}}, {50, 25}},
    };
    static const char *const keys[] = {"own0.mpg", "own1.mpg", "shared0.mpg", "shared1.mpg"};

    (void)state;
    test_clip("flat.mp4", "--size 360x288 --rate 25 --seconds 1 --audio 0");
    for (size_t r = 0; r < sizeof(rows) / sizeof(rows[0]); r++) {
        struct test_host host = {.inputs = {"inter.mp4", "flat.mp4"}};
        struct mk_plan_picture views[4][2];
        struct test_plan t;
        unsigned whole;

        test_plan_init(&t);
        test_add_part(&t, test_add_source(&t, "inter.mp4"), 1, "flat.mp4")->skip_us = 0;
        t.parts[0][0].skip_us = 300000; /* ends in the middle of a frame */
        t.parts[0][0].start_us += 300000;
        t.parts[0][0].duration_us = 1010000;
        whole = test_add_whole(&t, 0, rows[r].lines);
        for (unsigned i = 0; i < 4; i++) {
            unsigned picture = test_add_picture(&t, 0, i % 2 ? 180 : 320, i % 2 ? 144 : 240,
                                                rows[r].rates[i % 2], 1);

            for (unsigned part = 0; part < 2; part++) {
                views[i][part] = t.pictures[picture];
                if (i >= 2)
                    continue;
                views[i][part].deinterlace = rows[r].lines[part].deinterlace;
                views[i][part].every_field = rows[r].lines[part].every_field;
                views[i][part].top_field_first = rows[r].lines[part].top_field_first;
            }
            t.pictures[picture] = views[i][0];
            t.pictures[picture].views = views[i];
            t.pictures[picture].whole = i < 2 ? 0 : whole;
            add_mpeg2(&t, picture, keys[i]);
        }
        test_run_well(&host, &t);
        assert_same_file(keys[0], keys[2]);
        assert_same_file(keys[1], keys[3]);
        assert_in_range(host.made[2].made.duration_us, 1950000, 2060000);
    }
}

static void makes_thumbnails(void **state)
{
    const char *clip = "inter.mp4";
    struct test_plan t;
    struct test_host host = {.inputs = {clip}};
    unsigned source;

    (void)state;
    test_plan_init(&t);
    source = test_add_source(&t, clip);
    for (int i = 0; i < 2; i++) {
        unsigned picture = test_add_picture(&t, source, 90, 72, 0, 1);

        t.pictures[picture].interval_us = 700000;
        t.pictures[picture].pixels = i ? MK_PIXELS_YUVJ420P : MK_PIXELS_RGB24;
        t.pictures[picture].deinterlace = true;
        t.encodes[t.plan.encode_count++] = (struct mk_plan_encode){
            .kind = MK_VIDEO, .of = picture, .codec = i ? MK_CODEC_JPEG : MK_CODEC_PNG};
        test_add_package(&t, MK_CONTAINER_IMAGES, "t-{resolution}-{count}", 0, i, -1);
    }
    test_run_well(&host, &t);
    assert_int_equal(host.made[0].made.file_count, 3); /* at 0, 0.7 and 1.4 of 2 s */
    assert_int_equal(host.made[1].made.file_count, 3);
    assert_int_equal(host.made[0].made.width_px, 90);
    assert_int_equal(access("t-90x72-00001.png", R_OK), 0);
    assert_int_equal(access("t-90x72-00003.png", R_OK), 0);
    assert_int_equal(access("t-90x72-00003.jpg", R_OK), 0);
    for (int i = 0; i < 2; i++) {
        struct look_frames look = look_decode(i ? "t-90x72-00002.jpg" : "t-90x72-00002.png");

        assert_int_equal(look.count, 1);
        assert_int_equal(look.first->width, 90);
        assert_int_equal(look.first->height, 72);
        av_frame_free(&look.first);
    }
}

/* The size of the picture may change in the middle of a stream. */
static void goes_on_when_the_size_changes(void **state)
{
    struct test_plan t;
    struct test_host host;

    (void)state;
    test_clip("part1.ts", "--size 320x180 --seconds 2 --audio 2 --video-codec mpeg2");
    test_clip("part2.ts", "--size 160x120 --seconds 2 --audio 1 --sample-rate 32000"
                          " --video-codec mpeg2");
    assert_int_equal(system("cat part1.ts part2.ts >parts.ts"), 0);
    plan_picture(&t, &host, "parts.ts", 160, 90, 30);
    test_add_aac(&t, test_add_sound(&t, 0, 44100, 2));
    test_add_package(&t, MK_CONTAINER_MP4, "both.mp4", 0, 0, 1);
    test_run_well(&host, &t);
    video.count = 0;
    look_packets("out.mp4", &video, NULL);
    look_contiguous(&video, 1 / 30.0);
    assert_in_range(video.count, 118, 124);
    assert_in_range(host.made[1].made.duration_us, 3900000, 4200000);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(turns_pictures_upright),
        cmocka_unit_test(mirrors),
        cmocka_unit_test(crops_and_pads_in_the_middle),
        cmocka_unit_test(writes_the_shape_of_pixels),
        cmocka_unit_test(converts_colours),
        cmocka_unit_test(evens_out_the_rate),
        cmocka_unit_test(writes_the_wanted_parameter_sets),
        cmocka_unit_test(keeps_a_fixed_distance_of_key_frames),
        cmocka_unit_test(deinterlaces_and_interlaces),
        cmocka_unit_test(makes_frames_whole_once),
        cmocka_unit_test(makes_thumbnails),
        cmocka_unit_test(goes_on_when_the_size_changes),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
