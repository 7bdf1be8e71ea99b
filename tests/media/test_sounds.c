#include "media_look.h"

#include <math.h>

static struct look_track video, audio;

/* The loudest sample between two times, of the first channel. */
static double loudest(const char *path, double from, double to)
{
    AVFormatContext *format = NULL;
    AVPacket *packet = av_packet_alloc();
    AVFrame *frame = av_frame_alloc();
    AVCodecContext *decoder;
    const AVCodec *codec = NULL;
    double most = 0;
    int stream;

    assert_int_equal(avformat_open_input(&format, path, NULL, NULL), 0);
    assert_true(avformat_find_stream_info(format, NULL) >= 0);
    stream = av_find_best_stream(format, AVMEDIA_TYPE_AUDIO, -1, -1, &codec, 0);
    assert_true(stream >= 0);
    decoder = avcodec_alloc_context3(codec);
    avcodec_parameters_to_context(decoder, format->streams[stream]->codecpar);
    decoder->pkt_timebase = format->streams[stream]->time_base;
    assert_int_equal(avcodec_open2(decoder, codec, NULL), 0);
    while (av_read_frame(format, packet) >= 0) {
        if (packet->stream_index == stream)
            assert_true(avcodec_send_packet(decoder, packet) >= 0);
        av_packet_unref(packet);
        while (avcodec_receive_frame(decoder, frame) >= 0) {
            double start = (double)frame->pts * av_q2d(format->streams[stream]->time_base);

            for (int i = 0; i < frame->nb_samples; i++) {
                double at = start + (double)i / frame->sample_rate;
                double value = fabs((double)((float *)frame->data[0])[i]);

                if (at >= from && at < to && value > most)
                    most = value;
            }
        }
    }
    av_frame_free(&frame);
    av_packet_free(&packet);
    avcodec_free_context(&decoder);
    avformat_close_input(&format);
    return most;
}

/* When the picture turns white after @p from seconds. */
static double flash_at(const char *path, double from)
{
    AVFormatContext *format = NULL;
    AVPacket *packet = av_packet_alloc();
    AVFrame *frame = av_frame_alloc();
    AVCodecContext *decoder;
    const AVCodec *codec = NULL;
    double found = 0;
    int stream;

    assert_int_equal(avformat_open_input(&format, path, NULL, NULL), 0);
    assert_true(avformat_find_stream_info(format, NULL) >= 0);
    stream = av_find_best_stream(format, AVMEDIA_TYPE_VIDEO, -1, -1, &codec, 0);
    decoder = avcodec_alloc_context3(codec);
    avcodec_parameters_to_context(decoder, format->streams[stream]->codecpar);
    assert_int_equal(avcodec_open2(decoder, codec, NULL), 0);
    while (found == 0 && av_read_frame(format, packet) >= 0) {
        if (packet->stream_index == stream)
            assert_true(avcodec_send_packet(decoder, packet) >= 0);
        av_packet_unref(packet);
        while (found == 0 && avcodec_receive_frame(decoder, frame) >= 0) {
            double at =
                (double)frame->best_effort_timestamp * av_q2d(format->streams[stream]->time_base);

            if (at > from && frame->data[0][0] > 128)
                found = at;
        }
    }
    av_frame_free(&frame);
    av_packet_free(&packet);
    avcodec_free_context(&decoder);
    avformat_close_input(&format);
    return found;
}

static void plan_sound(struct test_plan *t, struct test_host *host, const char *clip, int rate,
                       int channels)
{
    memset(host, 0, sizeof(*host));
    host->inputs[0] = clip;
    test_plan_init(t);
    test_add_source(t, clip);
    test_add_h264(t, test_add_picture(t, 0, 160, 90, 30, 1), 2000000);
    test_add_aac(t, test_add_sound(t, 0, rate, channels));
    test_add_package(t, MK_CONTAINER_MP4, "out.mp4", 0, 0, 1);
    test_add_package(t, MK_CONTAINER_TS, "out.ts", 0, 0, 1);
}

/* @return seconds between the first picture and the first sound of a file */
static double offset(const char *path)
{
    video.count = audio.count = 0;
    look_packets(path, &video, &audio);
    return look_seconds(&audio, audio.packets[0].pts) - look_seconds(&video, video.packets[0].pts);
}

static void fills_a_late_start_with_silence(void **state)
{
    struct test_plan t;
    struct test_host host;

    (void)state;
    plan_sound(&t, &host, test_clip("late.mkv", "--size 160x90 --seconds 3 --audio-delay 1500"),
               44100, 2);
    test_run_well(&host, &t);
    assert_true(fabs(offset("out.mp4")) < 0.05);
    assert_true(fabs(offset("out.ts")) < 0.05);
    assert_true(loudest("out.mp4", 0, 1.47) < 0.01);
    assert_true(loudest("out.mp4", 1.5, 1.58) > 0.3);
    assert_true(loudest("out.mp4", 1.7, 2.4) < 0.3);
    assert_true(loudest("out.mp4", 2.5, 2.58) > 0.3);
    assert_in_range(host.made[0].made.duration_us, 4480000, 4530000);
}

static void mixes_down_and_up(void **state)
{
    struct test_plan t;
    struct test_host host;
    struct test_info info;

    (void)state;
    plan_sound(&t, &host, test_clip("six.mp4", "--size 160x90 --seconds 2 --audio 6"), 48000, 2);
    test_run_well(&host, &t);
    info = test_probe("out.mp4");
    assert_int_equal(info.audio->channels, 2);
    assert_int_equal(info.audio->sample_rate_hz, 48000);
    assert_in_range(info.audio->duration_us, 1990000, 2030000);
    mk_arena_fini(&info.arena);
    assert_true(loudest("out.mp4", 0.01, 0.09) > 0.2);

    plan_sound(&t, &host, test_clip("mono.mp4", "--size 160x90 --seconds 2 --audio 1"), 22050, 2);
    test_run_well(&host, &t);
    info = test_probe("out.ts");
    assert_int_equal(info.audio->channels, 2);
    assert_int_equal(info.audio->sample_rate_hz, 22050);
    mk_arena_fini(&info.arena);
}

static void keeps_picture_and_sound_together(void **state)
{
    static const char *clips[] = {"sync.mp4", "sync.ts",   "sync.mkv", "sync.mpg",
                                  "sync.flv", "sync.webm", "sync.mov"};

    (void)state;
    for (size_t i = 0; i < sizeof(clips) / sizeof(clips[0]); i++) {
        struct test_plan t;
        struct test_host host;
        double beep = 0.8;

        plan_sound(&t, &host, test_clip(clips[i], "--size 160x90 --seconds 3 --pattern flash"),
                   44100, 2);
        test_run_well(&host, &t);
        assert_true(fabs(offset("out.mp4")) < 0.05);
        assert_true(fabs(offset("out.ts")) < 0.05);
        while (beep < 1.2 && loudest("out.mp4", beep, beep + 0.01) < 0.25)
            beep += 0.01;
        if (fabs(beep - flash_at("out.mp4", 0.5)) > 0.045)
            fail_msg("%s: the beep comes at %f, the flash at %f", clips[i], beep,
                     flash_at("out.mp4", 0.5));
    }
}

static void makes_sound_without_picture(void **state)
{
    struct test_plan t;
    struct test_host host = {.inputs = {test_clip("only.m4a", "--no-video --seconds 3")}};
    struct test_info info;

    (void)state;
    test_plan_init(&t);
    test_add_source(&t, host.inputs[0]);
    test_add_aac(&t, test_add_sound(&t, 0, 44100, 2));
    test_add_package(&t, MK_CONTAINER_MP4, "sound.mp4", 0, -1, 0);
    test_add_package(&t, MK_CONTAINER_TS, "sound.ts", 0, -1, 0);
    test_run_well(&host, &t);
    info = test_probe("sound.mp4");
    assert_null(info.video);
    assert_in_range(info.audio->duration_us, 2990000, 3030000);
    assert_int_equal(host.made[0].made.width_px, 0);
    mk_arena_fini(&info.arena);
}

static void makes_picture_without_sound(void **state)
{
    struct test_plan t;
    struct test_host host = {
        .inputs = {test_clip("mute.mp4", "--size 160x90 --seconds 2 --audio 0")}};
    struct test_info info;

    (void)state;
    test_plan_init(&t);
    test_add_source(&t, host.inputs[0]);
    assert_int_equal(t.parts[0][0].audio_stream, -1);
    test_add_h264(&t, test_add_picture(&t, 0, 160, 90, 30, 1), 1000000);
    test_add_package(&t, MK_CONTAINER_TS, "mute", 1000000, 0, -1);
    test_run_well(&host, &t);
    assert_int_equal(host.made[0].made.segment_count, 2);
    assert_string_equal(host.made[0].made.codecs, "avc1.4d401f");
    info = test_probe("mute00001.ts");
    assert_null(info.audio);
    mk_arena_fini(&info.arena);
}

/* Sound that goes on long after the picture is cut as sound is. */
static void goes_on_after_the_picture(void **state)
{
    struct test_plan t;
    struct test_host host = {.inputs = {"late2.mkv"}};

    (void)state;
    test_clip("late2.mkv", "--size 160x90 --seconds 2 --audio-delay 2500");
    test_plan_init(&t);
    test_add_source(&t, host.inputs[0]);
    test_add_h264(&t, test_add_picture(&t, 0, 160, 90, 30, 1), 1000000);
    test_add_aac(&t, test_add_sound(&t, 0, 44100, 2));
    test_add_package(&t, MK_CONTAINER_TS, "tail", 1000000, 0, 1);
    test_run_well(&host, &t);
    assert_int_equal(host.made[0].made.segment_count, 5);
    video.count = audio.count = 0;
    for (int i = 0; i < 5; i++) {
        char name[32];

        snprintf(name, sizeof(name), "tail%05d.ts", i);
        look_packets(name, &video, &audio);
    }
    look_contiguous(&audio, 1024 / 44100.0);
    look_contiguous(&video, 1 / 30.0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(fills_a_late_start_with_silence),
        cmocka_unit_test(mixes_down_and_up),
        cmocka_unit_test(keeps_picture_and_sound_together),
        cmocka_unit_test(makes_sound_without_picture),
        cmocka_unit_test(makes_picture_without_sound),
        cmocka_unit_test(goes_on_after_the_picture),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
