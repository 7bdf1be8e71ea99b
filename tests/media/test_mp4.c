#include "media_host.h"

#include <unistd.h>

/* The offset of the first top level box of that type, -1 if there is none. */
static long box_at(const char *path, const char *type)
{
    FILE *file = fopen(path, "rb");
    unsigned char head[8];
    long at = 0;

    assert_non_null(file);
    while (!fseek(file, at, SEEK_SET) && fread(head, 1, 8, file) == 8) {
        if (!memcmp(head + 4, type, 4)) {
            fclose(file);
            return at;
        }
        at += (long)head[0] << 24 | head[1] << 16 | head[2] << 8 | head[3];
    }
    fclose(file);
    return -1;
}

static void plan_one(struct test_plan *t, struct test_host *host, const char *clip)
{
    unsigned source, video, audio;

    test_plan_init(t);
    host->inputs[0] = clip;
    source = test_add_source(t, clip);
    video = test_add_h264(t, test_add_picture(t, source, 160, 90, 30, 1), 0);
    audio = test_add_aac(t, test_add_sound(t, source, 44100, 2));
    test_add_package(t, MK_CONTAINER_MP4, "out.mp4", 0, (int)video, (int)audio);
}

static void makes_an_mp4(void **state)
{
    struct test_plan t;
    struct test_host host = {0};
    struct mockets_error error = {0};
    struct test_info info;

    (void)state;
    plan_one(&t, &host, test_clip("plain.mp4", "--size 320x180 --seconds 3"));
    if (test_run(&host, &t.plan, NULL, &error))
        fail_msg("%s", error.message);
    assert_true(host.made[0].reported);
    assert_string_equal(host.made[0].made.error.message, "");
    assert_int_equal(host.made[0].made.status, MOCKETS_OK);
    assert_string_equal(host.made[0].made.codecs, "avc1.4d401f,mp4a.40.2");
    info = test_probe("out.mp4");
    assert_int_equal(info.video->width_px, 160);
    assert_int_equal(info.video->duration_us, 3000000);
    mk_arena_fini(&info.arena);
    assert_true(box_at("out.mp4", "moov") >= 0);
    assert_true(box_at("out.mp4", "moov") < box_at("out.mp4", "mdat"));
}

/* Ten frames within a third of one at the rate of the output: one is left. */
static void makes_one_frame_of_a_glimpse(void **state)
{
    struct test_plan t;
    struct test_host host = {0};
    struct mockets_error error = {0};
    struct test_info info;
    unsigned source, video;

    (void)state;
    test_plan_init(&t);
    host.inputs[0] = test_clip("glimpse.mp4", "--size 64x64 --rate 1000 --seconds 0.01 --audio 0");
    source = test_add_source(&t, host.inputs[0]);
    t.parts[source][0].audio_stream = -1;
    video = test_add_h264(&t, test_add_picture(&t, source, 64, 64, 30, 1), 0);
    test_add_package(&t, MK_CONTAINER_MP4, "out.mp4", 0, (int)video, -1);
    if (test_run(&host, &t.plan, NULL, &error))
        fail_msg("%s", error.message);
    assert_string_equal(host.made[0].made.error.message, "");
    assert_int_equal(host.made[0].made.status, MOCKETS_OK);
    info = test_probe("out.mp4");
    assert_in_range(info.video->duration_us, 33000, 34000);
    mk_arena_fini(&info.arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(makes_an_mp4),
        cmocka_unit_test(makes_one_frame_of_a_glimpse),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
