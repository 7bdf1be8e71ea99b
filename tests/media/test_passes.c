#include "media_host.h"

#include <unistd.h>

/* A small film of @p clip, without sound. */
static void plan_film(struct test_plan *t, const char *clip)
{
    unsigned video;

    test_plan_init(t);
    video = test_add_h264(t, test_add_picture(t, test_add_source(t, clip), 160, 90, 30, 1), 0);
    test_add_package(t, MK_CONTAINER_MP4, "out.mp4", 0, (int)video, -1);
}

/* The encode of @p t looks twice: at the whole picture first. */
static void add_first(struct test_plan *t, struct test_plan *first)
{
    *first = *t;
    first->plan.sources = first->sources;
    first->plan.pictures = first->pictures;
    first->plan.encodes = first->encodes;
    first->plan.packages = NULL;
    first->plan.package_count = 0;
    first->encodes[0].pass = MK_PASS_FIRST;
    t->encodes[0].pass = MK_PASS_SECOND;
    t->plan.first = &first->plan;
}

/* Whoever has a use for what the first pass had learns that it is free. */
static void tells_when_the_first_pass_is_over(void **state)
{
    const char *clip = test_clip("plain.mp4", "--size 320x180 --seconds 2");

    (void)state;
    unlink("statistics-0");
    for (int passes = 1; passes <= 2; passes++) {
        struct test_plan t, first;
        struct test_host host = {.inputs = {clip}};

        plan_film(&t, clip);
        if (passes == 2)
            add_first(&t, &first);
        test_run_well(&host, &t);
        assert_int_equal(host.first_passes, passes - 1);
        assert_int_equal(host.opened_files, 1);
        assert_int_equal(access("statistics-0", F_OK) == 0, passes == 2);
    }
}

static size_t read_all(const char *path, char *data, size_t capacity)
{
    FILE *file = fopen(path, "rb");
    size_t size;

    assert_non_null(file);
    size = fread(data, 1, capacity, file);
    assert_true(size < capacity);
    fclose(file);
    return size;
}

/* Where the first pass can read nothing, the film is encoded as if there were none. */
static void makes_one_pass_where_the_first_reads_nothing(void **state)
{
    static char alone[1 << 20], plain[1 << 20];
    const char *clip = test_clip("plain.mp4", "--size 320x180 --seconds 2");
    struct mk_plan_part nowhere = {0};
    size_t size = 0;

    (void)state;
    for (int passes = 1; passes <= 2; passes++) {
        struct test_plan t, first;
        struct test_host host = {.inputs = {clip, "nowhere.mp4"}};

        plan_film(&t, clip);
        if (passes == 2) {
            add_first(&t, &first);
            nowhere = first.sources[0].parts[0];
            nowhere.input = 1;
            first.sources[0].parts = &nowhere;
        }
        test_run_well(&host, &t);
        assert_int_equal(host.first_passes, passes - 1);
        if (passes == 1)
            size = read_all("out.mp4", plain, sizeof(plain));
    }
    assert_int_equal(read_all("out.mp4", alone, sizeof(alone)), size);
    assert_memory_equal(alone, plain, size);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(tells_when_the_first_pass_is_over),
        cmocka_unit_test(makes_one_pass_where_the_first_reads_nothing),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
