#include "media_host.h"

/* An input that is opened once, and told so: nothing of it is read a second time by the run. */

struct forward_reader {
    struct mk_reader base;
    struct mk_reader *file;
    int64_t end;   /* as far as it was read */
    unsigned back; /* so often somebody went back */
};

static mockets_status forward_read(struct mk_reader *self, int64_t offset, void *data, size_t size,
                                   size_t *got, struct mockets_error *err)
{
    struct forward_reader *reader = (struct forward_reader *)self;
    mockets_status rc = mk_reader_read(reader->file, offset, data, size, got, err);

    if (offset < reader->end)
        reader->back++;
    reader->end = offset + (int64_t)*got;
    return rc;
}

static void forward_close(struct mk_reader *self)
{
    mk_reader_close(&((struct forward_reader *)self)->file);
}

static struct forward_reader reader;
static struct mk_input *kept;

static bool take_input(void *context, unsigned input, struct mk_reader **out_reader,
                       struct mk_input **out)
{
    (void)context;
    assert_int_equal(input, 0);
    if (!kept)
        return false;
    *out_reader = &reader.base;
    *out = kept;
    kept = NULL;
    return true;
}

/* Even where the container could seek, a clip is reached by reading. */
static void reads_a_clip_from_front_to_back(void **state)
{
    static const struct mk_reader_ops ops = {.read = forward_read, .close = forward_close};
    static const char *const clips[] = {"clip.ts", "clip.mkv", "front.mp4"};

    (void)state;
    test_clip("clip.ts", "--size 320x180 --seconds 8 --pattern noise --audio 2");
    assert_int_equal(system("ffmpeg -v error -y -i clip.ts -c copy clip.mkv"), 0);
    assert_int_equal(system("ffmpeg -v error -y -i clip.ts -c copy -movflags faststart front.mp4"),
                     0);
    for (size_t i = 0; i < sizeof(clips) / sizeof(clips[0]); i++) {
        struct test_host host = {.inputs = {"nowhere"}, .take_input = take_input};
        struct mk_arena arena = {0};
        struct mk_plan_part *part;
        struct test_plan t;
        struct mk_info info;
        unsigned video;

        memset(&reader, 0, sizeof(reader));
        reader.base = (struct mk_reader){.ops = &ops, .once = true};
        assert_int_equal(test_reader_open(clips[i], NULL, &reader.file, NULL), 0);
        assert_int_equal(mk_media_probe(&reader.base, NULL, &arena, &info, &kept, NULL), 0);
        assert_true(info.once);
        reader.back = 0; /* what was before is the demuxer's own business */
        test_plan_init(&t);
        video = test_add_h264(
            &t, test_add_picture(&t, test_add_source(&t, clips[i]), 160, 90, 30, 1), 0);
        part = &t.parts[0][0];
        part->start_us += 6000000;
        part->skip_us = 6000000;
        part->duration_us = 1000000;
        test_add_package(&t, MK_CONTAINER_MP4, "out.mp4", 0, (int)video, -1);
        test_run_well(&host, &t);
        assert_int_equal(host.made[0].made.duration_us, 1000000);
        if (reader.back)
            fail_msg("%s: went back %u times", clips[i], reader.back);
        mk_arena_fini(&arena);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(reads_a_clip_from_front_to_back)};

    return cmocka_run_group_tests(tests, NULL, NULL);
}
