#include "media_look.h"

#include <unistd.h>

#include "base/clock.h"

static void plan_both(struct test_plan *t, struct test_host *host, const char *clip)
{
    memset(host, 0, sizeof(*host));
    host->inputs[0] = clip;
    test_plan_init(t);
    t->plan.source_count = 1;
    t->parts[0][0] = (struct mk_plan_part){.video_stream = 0, .audio_stream = 1};
    t->sources[0] = (struct mk_plan_source){.parts = t->parts[0], .part_count = 1};
    test_add_h264(t, test_add_picture(t, 0, 160, 90, 30, 1), 1000000);
    test_add_aac(t, test_add_sound(t, 0, 44100, 2));
    test_add_package(t, MK_CONTAINER_MP4, "out.mp4", 0, 0, 1);
    test_add_package(t, MK_CONTAINER_TS, "out", 1000000, 0, 1);
}

/* The same from frames that are made whole for two pictures. */
static void plan_whole(struct test_plan *t, struct test_host *host, const char *clip)
{
    static const struct mk_plan_lines lines = {MK_DEINTERLACE_ALL, false, true};

    plan_both(t, host, clip);
    t->pictures[0].whole = test_add_whole(t, 0, &lines);
    test_add_h264(t, test_add_picture(t, 0, 80, 46, 30, 1), 0);
    t->pictures[1].whole = t->pictures[0].whole;
    test_add_package(t, MK_CONTAINER_MP4, "small.mp4", 0, 2, 1);
}

/* @return its size */
static long write_file(const char *path, const void *data, size_t size)
{
    FILE *file = fopen(path, "wb");

    assert_non_null(file);
    assert_int_equal(fwrite(data, 1, size, file), size);
    fclose(file);
    return (long)size;
}

/* A copy of @p from, cut off or with bits turned over. */
static void damage(const char *from, const char *to, int percent, unsigned flips)
{
    static uint8_t data[4 * 1024 * 1024];
    FILE *file = fopen(from, "rb");
    size_t size;
    uint32_t random = 7;

    assert_non_null(file);
    size = fread(data, 1, sizeof(data), file);
    fclose(file);
    for (unsigned i = 0; i < flips; i++) {
        random = random * 1664525 + 1013904223;
        data[size / 4 + random % (size / 2)] ^= (uint8_t)(1u << (random >> 29));
    }
    write_file(to, data, size * (size_t)percent / 100);
}

static void refuses_what_is_no_media(void **state)
{
    static const char playlist[] = "#EXTM3U\n#EXT-X-TARGETDURATION:3\n#EXTINF:3,\nplain.mp4\n"
                                   "#EXT-X-ENDLIST\n";
    static const char list[] = "ffconcat version 1.0\nfile plain.mp4\n";
    static const char text[] = "this is a text file, not a film\n";
    static const char *names[] = {"empty.mp4",     "text.mp4",   "list.m3u8",
                                  "list.ffconcat", "random.mp4", "headless.mp4"};
    uint8_t noise[4096];
    uint32_t random = 1;

    (void)state;
    remove("out.mp4");
    for (size_t i = 0; i < sizeof(noise); i++)
        noise[i] = (uint8_t)((random = random * 1664525 + 1013904223) >> 24);
    test_clip("plain.mp4", "--size 320x180 --seconds 4");
    write_file("empty.mp4", "", 0);
    write_file("text.mp4", text, sizeof(text) - 1);
    write_file("list.m3u8", playlist, sizeof(playlist) - 1);
    write_file("list.ffconcat", list, sizeof(list) - 1);
    write_file("random.mp4", noise, sizeof(noise));
    damage("plain.mp4", "headless.mp4", 50, 0); /* the index is at the end */
    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        struct test_plan t;
        struct test_host host;

        mockets_status refused = strstr(names[i], "list") ? MOCKETS_E_UNSUPPORTED : MOCKETS_E_MEDIA;

        if (test_probe_status(names[i]) != refused)
            fail_msg("%s is taken for media", names[i]);
        plan_both(&t, &host, names[i]);
        assert_int_equal(test_run(&host, &t.plan, NULL, NULL), MOCKETS_OK);
        for (int p = 0; p < 2; p++) {
            assert_true(host.made[p].reported);
            assert_int_equal(host.made[p].made.status, refused);
            assert_int_equal(host.made[p].made.file_count, 0);
            assert_string_not_equal(host.made[p].made.error.message, "");
        }
    }
    assert_int_not_equal(access("out.mp4", F_OK), 0);
}

static void delivers_what_a_truncated_input_has(void **state)
{
    struct test_plan t;
    struct test_host host;

    (void)state;
    test_clip("long.ts", "--size 320x180 --seconds 4");
    damage("long.ts", "short.ts", 50, 0);
    plan_both(&t, &host, "short.ts");
    t.parts[0][0].start_us = 66667;
    test_run_well(&host, &t);
    assert_in_range(host.made[0].made.duration_us, 1500000, 2800000);
    assert_in_range(host.made[1].made.duration_us, 1500000, 2800000);

    /* The index is whole, the media is not. */
    test_run_well(&host, (plan_both(&t, &host, "long.ts"), &t));
    damage("out.mp4", "short.mp4", 60, 0);
    plan_both(&t, &host, "short.mp4");
    test_run_well(&host, &t);
    assert_in_range(host.made[0].made.duration_us, 1000000, 3800000);
}

static void skips_damaged_parts(void **state)
{
    struct test_plan t;
    struct test_host host;

    (void)state;
    test_clip("plain.mp4", "--size 320x180 --seconds 4");
    damage("plain.mp4", "flips.mp4", 100, 60);
    plan_both(&t, &host, "flips.mp4");
    test_run_well(&host, &t);
    assert_in_range(host.made[0].made.duration_us, 3500000, 4600000);
}

static void count_lines(void *context, enum mockets_log_level level, const char *message)
{
    _Atomic int *lines = context;

    assert_true(level <= MOCKETS_LOG_DEBUG);
    assert_true(strlen(message) > 0 && !strchr(message, '\n'));
    ++*lines;
}

static void captures_what_libav_says(void **state)
{
    _Atomic int lines = 0;

    (void)state;
    assert_non_null(strstr(mockets_media_version(), "libavcodec "));
    mockets_log_capture_libav(count_lines, (void *)&lines);
    assert_int_equal(test_probe_status("headless.mp4"), MOCKETS_E_MEDIA);
    mockets_log_capture_libav(NULL, NULL);
    assert_true(lines > 0);
}

static void fails_only_the_package_that_cannot_be_written(void **state)
{
    struct test_plan t;
    struct test_host host;

    (void)state;
    for (int bad = 0; bad < 2; bad++) {
        plan_both(&t, &host, "plain.mp4");
        host.fail_at_bytes[bad] = 20000;
        assert_int_equal(test_run(&host, &t.plan, NULL, NULL), MOCKETS_OK);
        assert_int_equal(host.made[bad].made.status, MOCKETS_E_IO);
        assert_string_equal(host.made[bad].made.error.message, "the disk is full");
        assert_int_equal(host.made[bad].made.file_count, 0);
        assert_int_equal(host.made[!bad].made.status, MOCKETS_OK);
        assert_int_equal(host.made[!bad].made.duration_us / 100000, 40);
    }
    /* Frames go on to those who still listen. */
    plan_whole(&t, &host, "plain.mp4");
    host.fail_at_bytes[2] = 5000;
    assert_int_equal(test_run(&host, &t.plan, NULL, NULL), MOCKETS_OK);
    assert_int_equal(host.made[2].made.status, MOCKETS_E_IO);
    assert_int_equal(host.made[0].made.status, MOCKETS_OK);
    assert_int_equal(host.made[0].made.duration_us / 100000, 40);
    /* When nothing can be written there is no need to read on. */
    plan_both(&t, &host, "plain.mp4");
    host.fail_at_bytes[0] = host.fail_at_bytes[1] = 1;
    assert_int_equal(test_run(&host, &t.plan, NULL, NULL), MOCKETS_OK);
    assert_int_equal(host.made[0].made.status, MOCKETS_E_IO);
    assert_int_equal(host.made[1].made.status, MOCKETS_E_IO);
}

static void says_what_an_encoder_refuses(void **state)
{
    struct test_plan t;
    struct test_host host;

    (void)state;
    plan_both(&t, &host, "plain.mp4");
    t.encodes[t.plan.encode_count] = t.encodes[0];
    t.encodes[t.plan.encode_count].profile = "no such profile";
    test_add_package(&t, MK_CONTAINER_MP4, "bad.mp4", 0, (int)t.plan.encode_count++, 1);
    assert_int_equal(test_run(&host, &t.plan, NULL, NULL), MOCKETS_OK);
    assert_int_equal(host.made[0].made.status, MOCKETS_OK);
    assert_int_equal(host.made[2].made.status, MOCKETS_E_UNSUPPORTED);
    assert_non_null(strstr(host.made[2].made.error.message, "libx264"));
}

static void a_missing_input_fails_its_packages(void **state)
{
    struct test_plan t;
    struct test_host host;

    (void)state;
    plan_both(&t, &host, "not there.mp4");
    assert_int_equal(test_run(&host, &t.plan, NULL, NULL), MOCKETS_OK);
    assert_int_equal(host.made[0].made.status, MOCKETS_E_NOT_FOUND);
    assert_int_equal(host.made[1].made.status, MOCKETS_E_NOT_FOUND);
    plan_whole(&t, &host, "not there.mp4");
    assert_int_equal(test_run(&host, &t.plan, NULL, NULL), MOCKETS_OK);
    for (int p = 0; p < 3; p++)
        assert_int_equal(host.made[p].made.status, MOCKETS_E_NOT_FOUND);
}

static void stops_when_canceled(void **state)
{
    struct test_plan t;
    struct test_host host;
    struct mk_cancel cancel;
    int64_t start_us;

    (void)state;
    test_clip("big.mp4", "--size 640x360 --seconds 6");
    for (int run = 0; run < 4; run++) {
        int when = run % 2;

        mk_cancel_init(&cancel);
        (run < 2 ? plan_both : plan_whole)(&t, &host, "big.mp4");
        t.pictures[0].scale_width_px = t.pictures[0].crop_width_px = t.pictures[0].width_px = 640;
        t.pictures[0].scale_height_px = t.pictures[0].crop_height_px = t.pictures[0].height_px =
            360;
        t.encodes[0].effort.preset = "slow";
        if (when == 0)
            mk_cancel_set(&cancel);
        else
            host.cancel_when_opening = &cancel; /* that is, in the middle */
        assert_int_equal(test_run(&host, &t.plan, &cancel, NULL), MOCKETS_E_CANCELED);
        start_us = when ? host.canceled_at_us : mk_clock_mono_us();
        assert_true(mk_clock_mono_us() - start_us < 60 * 1000000); /* does not hang */
        assert_false(host.made[0].reported);
        assert_false(host.made[1].reported);
        assert_null(cancel.watches);
        assert_int_not_equal(access("out.mp4.part", F_OK), 0);
        assert_int_not_equal(access("out00000.ts.part", F_OK), 0);
        mk_cancel_fini(&cancel);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(refuses_what_is_no_media),
        cmocka_unit_test(delivers_what_a_truncated_input_has),
        cmocka_unit_test(skips_damaged_parts),
        cmocka_unit_test(captures_what_libav_says),
        cmocka_unit_test(fails_only_the_package_that_cannot_be_written),
        cmocka_unit_test(says_what_an_encoder_refuses),
        cmocka_unit_test(a_missing_input_fails_its_packages),
        cmocka_unit_test(stops_when_canceled),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
