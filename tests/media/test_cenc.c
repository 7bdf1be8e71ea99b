#include "media_host.h"

#define KEY_HEX "00112233445566778899aabbccddeeff"

static const uint8_t key[16] = {0x00, 0x11, 0x22, 0x33, 0x44, 0x55, 0x66, 0x77,
                                0x88, 0x99, 0xaa, 0xbb, 0xcc, 0xdd, 0xee, 0xff};

static struct mk_plan_cenc cenc = {
    .key = key,
    .key_id = "0123456789abcde",
    .iv = {0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xfe}, /* it overflows */
    .header = (const uint8_t *)"header",
    .header_bytes = 6,
};

/* What a command prints. */
static char *output_of(const char *format, const char *argument)
{
    enum { ROOM = 256 * 1024 };
    char command[1024], *text = mk_alloc(ROOM);
    FILE *pipe;
    size_t size;

    snprintf(command, sizeof(command), format, argument);
    pipe = popen(command, "r");
    assert_non_null(pipe);
    size = fread(text, 1, ROOM - 1, pipe);
    assert_true(size < ROOM - 1);
    assert_int_equal(pclose(pipe), 0);
    return text;
}

static bool holds(const char *path, const void *bytes, size_t size)
{
    FILE *file = fopen(path, "rb");
    char *data = mk_alloc(4 << 20);
    size_t length = fread(data, 1, 4 << 20, file);
    bool found = memmem(data, length, bytes, size) != NULL;

    fclose(file);
    mk_free(data);
    return found;
}

/* ffmpeg decrypts to the very packets of the file that is not encrypted; without the key it cannot
 * decode them. */
static void decrypts_to_the_plain_packets(void **state)
{
    static const char packets[] =
        "ffmpeg -v error -decryption_key " KEY_HEX " -i %s -map 0 -c copy -f framemd5 - | "
        "sed 's/, S=.*//'"; /* side data: how it was encrypted */
    struct test_plan t;
    struct test_host host = {0};
    unsigned source, video, audio;
    char *plain, *secret, *locked;

    (void)state;
    test_plan_init(&t);
    host.inputs[0] = test_clip("clip.mp4", "--size 320x180 --seconds 3 --audio 2");
    source = test_add_source(&t, "clip.mp4");
    video = test_add_h264(&t, test_add_picture(&t, source, 320, 180, 30, 1), 1000000);
    audio = test_add_aac(&t, test_add_sound(&t, source, 44100, 2));
    test_add_package(&t, MK_CONTAINER_FMP4, "plain.mp4", 1000000, (int)video, (int)audio);
    t.packages[test_add_package(&t, MK_CONTAINER_FMP4, "secret.mp4", 1000000, (int)video,
                                (int)audio)]
        .cenc = &cenc;
    test_run_well(&host, &t);
    plain = output_of(packets, "plain.mp4");
    secret = output_of(packets, "secret.mp4");
    assert_true(strlen(plain) > 5000);
    assert_string_equal(secret, plain);
    locked = output_of("ffmpeg -v error -i %s -map 0 -c copy -f framemd5 - 2>&1", "secret.mp4");
    assert_string_not_equal(locked, plain);
    assert_true(holds("secret.mp4", cenc.key_id, sizeof(cenc.key_id)));
    assert_false(holds("plain.mp4", cenc.key_id, sizeof(cenc.key_id)));
    assert_false(holds("secret.mp4", key, sizeof(key)));
    mk_free(plain);
    mk_free(secret);
    mk_free(locked);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(decrypts_to_the_plain_packets),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
