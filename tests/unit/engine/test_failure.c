#include "check.h"

#include <stdio.h>

#include "engine/failure.h"

static const enum mk_failure codes[] = {
    MK_FAILURE_VALUE,         MK_FAILURE_DEPENDENCY,    MK_FAILURE_STORAGE,
    MK_FAILURE_NO_INPUT,      MK_FAILURE_OUTPUT_EXISTS, MK_FAILURE_NO_BUCKET,
    MK_FAILURE_BAD_INPUT,     MK_FAILURE_PICTURE_SIZE,  MK_FAILURE_FORMAT,
    MK_FAILURE_UNHANDLED,     MK_FAILURE_BAD_WATERMARK, MK_FAILURE_LARGE_WATERMARK,
    MK_FAILURE_BAD_ARTWORK,   MK_FAILURE_LARGE_ARTWORK, MK_FAILURE_AUXILIARY_SIZE,
    MK_FAILURE_UNDECRYPTABLE, MK_FAILURE_INTERNAL,
};

/* An object may vanish where nobody can say any more which one it was. */
static void every_code_has_a_text_without_an_object(void **state)
{
    struct mk_arena arena = {0};

    (void)state;
    for (size_t i = 0; i < CHECK_COUNT(codes); i++) {
        const char *detail = mk_failure_detail(codes[i], NULL, "a reason", &arena);
        char code[8];

        snprintf(code, sizeof(code), "%d ", (int)codes[i]);
        assert_non_null(detail);
        assert_memory_equal(detail, code, 5);
        assert_true(strlen(detail) > 5 + 36 + 2);
        assert_null(strstr(detail, "(null)"));
    }
    mk_arena_fini(&arena);
}

static void objects_are_named(void **state)
{
    const struct mk_failure_object object = {.bucket = "films", .key = "a.mp4"};
    struct mk_arena arena = {0};

    (void)state;
    assert_non_null(strstr(mk_failure_detail(MK_FAILURE_NO_INPUT, &object, "", &arena),
                           ": The specified object does not exist in the specified S3 bucket: "
                           "bucket=films, key=a.mp4."));
    mk_arena_fini(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_code_has_a_text_without_an_object),
        cmocka_unit_test(objects_are_named),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
