#include "media_look.h"

#include <math.h>

/* ts starts at 1.4 s: the muxer's delay, twice */
static const double TS_START = 1.4;

static char *read_text(const char *path)
{
    static char text[8192];
    FILE *file = fopen(path, "rb");
    size_t size;

    assert_non_null(file);
    size = fread(text, 1, sizeof(text) - 1, file);
    text[size] = '\0';
    fclose(file);
    return text;
}

/* How often the tables come. The file begins with them, so that it can be read alone. */
static size_t count_tables(const char *path)
{
    enum { PACKET_BYTES = 188, PAT = 0, PMT = 0x1000, FIRST = 4 };
    unsigned char packet[PACKET_BYTES];
    FILE *file = fopen(path, "rb");
    size_t pats = 0, pmts = 0;

    assert_non_null(file);
    for (size_t i = 0; fread(packet, 1, sizeof(packet), file) == sizeof(packet); i++) {
        unsigned pid = (packet[1] & 0x1fu) << 8 | packet[2];

        assert_int_equal(packet[0], 0x47);
        assert_true(i < FIRST || (pats > 0 && pmts > 0));
        pats += pid == PAT;
        pmts += pid == PMT;
    }
    assert_true(feof(file));
    fclose(file);
    assert_int_equal(pats, pmts);
    return pats;
}

static size_t count_keys(const struct look_track *track)
{
    size_t keys = 0;

    for (size_t i = 0; i < track->count; i++)
        keys += track->packets[i].key;
    return keys;
}

static struct look_track whole_video, whole_audio, video, audio;

static void clear(struct look_track *track)
{
    track->count = 0;
}

/* All segments of a film with picture at @p rate. */
static void check_segments(const char *key, const struct test_made *made, double segment,
                           double rate, double sample_rate)
{
    double start = 0, next;
    char name[64];

    clear(&whole_video);
    clear(&whole_audio);
    for (size_t i = 0; i < made->made.segment_count; i++) {
        snprintf(name, sizeof(name), "%s%05zu.ts", key, i);
        clear(&video);
        clear(&audio);
        look_packets(name, &video, &audio);
        look_packets(name, &whole_video, &whole_audio);
        next = start + (double)made->segments[i].duration_us / 1e6;
        assert_true(fabs(start - segment * (double)i) <= 0.5 / rate + 0.001);
        assert_true(video.packets[0].key);
        assert_int_equal(count_tables(name), count_keys(&video));
        for (size_t p = 0; p < video.count; p++) {
            double at = look_seconds(&video, video.packets[p].pts) - TS_START;

            assert_true(at > start - 0.0001 && at < next - 0.0001);
            if (p == 0)
                assert_true(fabs(at - start) < 0.0001);
        }
        for (size_t p = 0; p < audio.count; p++) {
            double at = look_seconds(&audio, audio.packets[p].pts) - TS_START;

            assert_true(i == 0 || at >= start - 0.0001);
            assert_true(i + 1 == made->made.segment_count || at < next);
        }
        start = next;
    }
    look_contiguous(&whole_video, 1 / rate);
    if (sample_rate > 0) {
        look_contiguous(&whole_audio, 1024 / sample_rate);
        assert_true(fabs(look_seconds(&whole_audio, whole_audio.packets[0].pts) -
                         look_seconds(&whole_video, whole_video.packets[0].pts)) < 0.05);
    }
}

static void makes_renditions_of_one_decode(void **state)
{
    const char *clip = test_clip("ten.mp4", "--size 320x180 --seconds 10 --pattern noise");
    struct test_host host = {.inputs = {clip}};
    struct test_plan t;
    struct test_info info;
    unsigned source, big, small, sound;

    (void)state;
    test_plan_init(&t);
    source = test_add_source(&t, clip);
    big = test_add_h264(&t, test_add_picture(&t, source, 320, 180, 30, 1), 3000000);
    small = test_add_h264(&t, test_add_picture(&t, source, 160, 90, 15, 1), 3000000);
    t.encodes[small].profile = "baseline";
    t.encodes[small].fixed_gop = true;
    t.encodes[small].gop_frames = 54; /* 3.6 s: does not fit the segments */
    sound = test_add_aac(&t, test_add_sound(&t, source, 44100, 2));
    test_add_package(&t, MK_CONTAINER_TS, "big", 3000000, (int)big, (int)sound);
    test_add_package(&t, MK_CONTAINER_TS, "small", 3000000, (int)small, (int)sound);
    test_add_package(&t, MK_CONTAINER_TS, "sound", 3000000, -1, (int)sound);
    test_add_package(&t, MK_CONTAINER_MP4, "also.mp4", 0, (int)big, (int)sound);
    test_run_well(&host, &t);

    info = test_probe(clip);
    assert_true(host.read_bytes < info.info.size_bytes * 3 / 2);
    mk_arena_fini(&info.arena);
    assert_int_equal(host.made[0].made.segment_count, 4);
    assert_int_equal(host.made[0].made.file_count, 5);
    check_segments("big", &host.made[0], 3, 30, 44100);
    check_segments("small", &host.made[1], 3, 15, 44100);
    assert_string_equal(host.made[0].made.codecs, "avc1.4d401f,mp4a.40.2");
    assert_string_equal(host.made[1].made.codecs, "avc1.42c01f,mp4a.40.2");
    assert_string_equal(host.made[2].made.codecs, "mp4a.40.2");
    assert_string_equal(read_text("big.m3u8"),
                        "#EXTM3U\n#EXT-X-VERSION:3\n#EXT-X-MEDIA-SEQUENCE:0\n"
                        "#EXT-X-ALLOW-CACHE:YES\n#EXT-X-TARGETDURATION:3\n"
                        "#EXT-X-PLAYLIST-TYPE:VOD\n"
                        "#EXTINF:3.000000,\nbig00000.ts\n#EXTINF:3.000000,\nbig00001.ts\n"
                        "#EXTINF:3.000000,\nbig00002.ts\n#EXTINF:1.000000,\nbig00003.ts\n"
                        "#EXT-X-ENDLIST\n");
    assert_int_equal(host.made[2].made.segment_count, 4);
    clear(&whole_audio);
    for (int i = 0; i < 4; i++) {
        char name[64];

        snprintf(name, sizeof(name), "sound%05d.ts", i);
        look_packets(name, &video, &whole_audio);
        assert_int_equal(count_tables(name), 1);
    }
    look_contiguous(&whole_audio, 1024 / 44100.0);
}

static void cuts_ntsc_at_the_nearest_frame(void **state)
{
    const char *clip = test_clip("ntsc.mp4", "--size 320x180 --seconds 9 --rate 30000/1001");
    struct test_host host = {.inputs = {clip}};
    struct test_plan t;
    unsigned source, picture, sound;

    (void)state;
    test_plan_init(&t);
    source = test_add_source(&t, clip);
    picture = test_add_h264(&t, test_add_picture(&t, source, 160, 90, 30000, 1001), 2000000);
    sound = test_add_aac(&t, test_add_sound(&t, source, 48000, 2));
    test_add_package(&t, MK_CONTAINER_TS, "ntsc-", 2000000, (int)picture, (int)sound);
    test_run_well(&host, &t);
    assert_int_equal(host.made[0].made.segment_count, 5);
    assert_int_equal(host.made[0].segments[0].duration_us, 2002000);
    check_segments("ntsc-", &host.made[0], 2, 30000 / 1001.0, 48000);
}

/* An encoder that looks forty frames ahead is far behind the sound when frames are rare. */
static void waits_for_rare_pictures(void **state)
{
    const char *clip = test_clip("rare.mp4", "--size 160x90 --seconds 60 --rate 1");
    struct test_host host = {.inputs = {clip}};
    struct test_plan t;
    unsigned source, picture, sound;

    (void)state;
    test_plan_init(&t);
    source = test_add_source(&t, clip);
    picture = test_add_h264(&t, test_add_picture(&t, source, 160, 90, 1, 1), 10000000);
    t.encodes[picture].effort.preset = "medium";
    sound = test_add_aac(&t, test_add_sound(&t, source, 44100, 2));
    test_add_package(&t, MK_CONTAINER_TS, "rare", 10000000, (int)picture, (int)sound);
    test_run_well(&host, &t);
    assert_int_equal(host.made[0].made.segment_count, 6);
    assert_int_equal(host.made[0].segments[5].duration_us, 10000000);
    assert_true(host.done_us >= 59000000);
    check_segments("rare", &host.made[0], 10, 1, 44100);
}

/* As large pictures are made: few wait, and threads share each of them. */
static void makes_do_with_few_pictures(void **state)
{
    const char *clip = test_clip("few.mp4", "--size 320x180 --seconds 7 --pattern noise");
    struct test_host host = {.inputs = {clip}};
    struct test_plan t;
    unsigned source, picture, sound;

    (void)state;
    test_plan_init(&t);
    t.plan.pictures_waiting = 1;
    source = test_add_source(&t, clip);
    picture = test_add_h264(&t, test_add_picture(&t, source, 320, 180, 30, 1), 3000000);
    t.encodes[picture].effort.preset = "faster";
    t.encodes[picture].effort.lookahead = 4;
    t.encodes[picture].threads = 3;
    t.encodes[picture].slices = true;
    sound = test_add_aac(&t, test_add_sound(&t, source, 44100, 2));
    test_add_package(&t, MK_CONTAINER_TS, "few", 3000000, (int)picture, (int)sound);
    test_run_well(&host, &t);
    assert_int_equal(host.made[0].made.segment_count, 3);
    check_segments("few", &host.made[0], 3, 30, 44100);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(makes_renditions_of_one_decode),
        cmocka_unit_test(cuts_ntsc_at_the_nearest_frame),
        cmocka_unit_test(waits_for_rare_pictures),
        cmocka_unit_test(makes_do_with_few_pictures),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
