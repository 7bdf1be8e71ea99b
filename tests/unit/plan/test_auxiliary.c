#include "check.h"
#include "plan/auxiliary.h"

static const struct mk_encryption cipher = {.mode = "aes-ctr", .key = "a"},
                                  same_cipher = {.mode = "aes-ctr", .key = "a"},
                                  other_cipher = {.mode = "aes-ctr", .key = "b"};

static const struct mk_job_watermark first[] = {{"1", "a.png", NULL}, {"2", "a.png", NULL}};
static const struct mk_job_watermark second[] = {
    {"1", "b.png", NULL},
    {"2", "a.png", (struct mk_encryption *)&cipher},
    {"3", "a.png", (struct mk_encryption *)&same_cipher},
    {"4", "a.png", (struct mk_encryption *)&other_cipher}};
static const struct mk_artwork artwork[] = {{.input_key = "a.png"}, {.input_key = "c.jpg"}};
static struct mk_album_art art = {"Append", artwork, 2};

static struct mk_job_output outputs[] = {
    {.watermarks = first, .watermark_count = 2},
    {.watermarks = second, .watermark_count = 4},
    {.album_art = &art},
};

static void lists_each_once(void **state)
{
    const struct mk_job job = {.outputs = outputs, .output_count = 3};
    static const bool skip[] = {false, true, false};
    struct mk_arena arena = {0};
    struct mk_auxiliary *list;
    size_t count;

    (void)state;
    assert_int_equal(mk_auxiliary_list(&job, NULL, &arena, &list, &count, NULL), 0);
    assert_int_equal(count, 6);
    assert_string_equal(list[0].key, "a.png");
    assert_string_equal(list[1].key, "b.png");
    assert_ptr_equal(list[2].encryption, &cipher);
    assert_ptr_equal(list[3].encryption, &other_cipher);
    assert_int_equal(list[4].kind, MK_AUXILIARY_ARTWORK);
    assert_string_equal(list[5].key, "c.jpg");
    assert_true(mk_auxiliary_is_used(&list[0], &outputs[0]));
    assert_false(mk_auxiliary_is_used(&list[0], &outputs[1]));
    assert_false(mk_auxiliary_is_used(&list[0], &outputs[2]));
    assert_true(mk_auxiliary_is_used(&list[4], &outputs[2]));
    for (size_t i = 0; i < count; i++)
        assert_int_equal(mk_auxiliary_find(list, count, &list[i]), i);
    assert_int_equal(mk_auxiliary_find(list, 4, &list[4]), 4);

    assert_int_equal(mk_auxiliary_list(&job, skip, &arena, &list, &count, NULL), 0);
    assert_int_equal(count, 3);
    mk_arena_fini(&arena);
}

static void knows_what_is_too_large(void **state)
{
    static const struct {
        enum mk_auxiliary_kind kind;
        int width, height, code;
    } rows[] = {
        {MK_AUXILIARY_WATERMARK, 4096, 3072, 0},  {MK_AUXILIARY_WATERMARK, 4097, 1, 4004},
        {MK_AUXILIARY_WATERMARK, 1, 3073, 4004},  {MK_AUXILIARY_ARTWORK, 4096, 3072, 0},
        {MK_AUXILIARY_ARTWORK, 4096, 3073, 4012},
    };

    (void)state;
    for (size_t i = 0; i < CHECK_COUNT(rows); i++) {
        const struct mk_auxiliary object = {.kind = rows[i].kind,
                                            .info = {rows[i].width, rows[i].height}};

        assert_int_equal(mk_auxiliary_check_size(&object), rows[i].code);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(lists_each_once),
        cmocka_unit_test(knows_what_is_too_large),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
